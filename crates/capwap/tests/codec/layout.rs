//! The bytes themselves.

use bytes::Bytes;
use capwap::*;
use text::MacAddress;

fn body(element: Element) -> Bytes {
    Message { message_type: MessageType::EchoRequest, sequence: 0, elements: [element].into() }
        .write()
        .slice(20..)
}

#[test]
fn a_message_starts_with_both_headers() {
    let elements = [Element::ResultCode(ResultCode::Success)].into();
    let message = Message { message_type: MessageType::ImageDataResponse, sequence: 5, elements };
    let expected = [0, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 16, 5, 0, 11, 0, 0, 33, 0, 4, 0, 0, 0, 0];
    assert_eq!(message.write()[..], expected);
}

#[test]
fn image_data_has_two_layouts() {
    let data = Bytes::from_static(&[0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7]);
    let element = |layout, opcode| body(Element::ImageData(ImageData::new(layout, opcode, data.clone())));
    // The sum of this data is RFC 1071's example, 0xddf2.
    assert_eq!(element(ImageDataLayout::Cisco, Opcode::Data)[..3], [3, 0x22, 0x0d]);
    assert_eq!(element(ImageDataLayout::Cisco, Opcode::Last)[..3], [1, 0x22, 0x0d]);
    assert_eq!(element(ImageDataLayout::Cisco, Opcode::Error)[..3], [5, 0x22, 0x0d]);
    assert_eq!(element(ImageDataLayout::Rfc5415, Opcode::Data)[..3], [1, 0, 1]);
    assert_eq!(element(ImageDataLayout::Rfc5415, Opcode::Last)[..3], [2, 0, 1]);
}

#[test]
fn a_wrong_checksum_is_noticed() {
    let mut data = ImageData::new(ImageDataLayout::Cisco, Opcode::Data, Bytes::from_static(b"image"));
    assert!(data.checksum_holds());
    data.data = Bytes::from_static(b"imagf");
    assert!(!data.checksum_holds());
    assert_eq!(data.verdict(), ResultCode::ImageDataInvalidChecksum);
    let without = ImageData::new(ImageDataLayout::Rfc5415, Opcode::Data, Bytes::from_static(b"image"));
    assert!(without.checksum_holds());
}

#[test]
fn rfc_blocks_hold_1024_bytes() {
    let verdict = |layout, opcode, length| {
        let data = ImageData::new(layout, opcode, Bytes::from(vec![0; length]));
        let elements = [Element::ImageData(data)].into();
        let message = Message { message_type: MessageType::ImageDataRequest, sequence: 0, elements };
        let parsed = Message::parse_datagram(message.write(), layout).unwrap();
        let [Element::ImageData(block)] = &parsed.elements[..] else { panic!("one block of image data") };
        assert_eq!(block.layout(), layout);
        block.verdict()
    };
    use ImageDataLayout::{Cisco, Rfc5415};
    assert_eq!(verdict(Rfc5415, Opcode::Data, 1024), ResultCode::Success);
    assert_eq!(verdict(Rfc5415, Opcode::Last, 1025), ResultCode::ImageDataInvalidLength);
    assert_eq!(verdict(Rfc5415, Opcode::Last, 0), ResultCode::Success);
    assert_eq!(verdict(Rfc5415, Opcode::Error, 0), ResultCode::Success);
    assert_eq!(verdict(Rfc5415, Opcode::Error, 1), ResultCode::ImageDataInvalidLength);
    assert_eq!(verdict(Rfc5415, Opcode::Other(9), 1), ResultCode::ImageDataOtherError);
    assert_eq!(verdict(Cisco, Opcode::Data, 1377), ResultCode::Success);
    assert_eq!(verdict(Cisco, Opcode::Data, 0), ResultCode::ImageDataInvalidLength);
}

#[test]
fn image_bytes_are_shared_with_the_datagram() {
    let data = ImageData::new(ImageDataLayout::Cisco, Opcode::Data, Bytes::from(vec![7; 1377]));
    let message = Message {
        message_type: MessageType::ImageDataRequest,
        sequence: 0,
        elements: [Element::ImageData(data)].into(),
    };
    let datagram = message.write();
    let start = datagram.as_ptr() as usize;
    let parsed = Message::parse_datagram(datagram.clone(), ImageDataLayout::Cisco).unwrap();
    let [Element::ImageData(block)] = &parsed.elements[..] else { panic!("one block of image data") };
    assert_eq!(block.data.as_ptr() as usize - start, datagram.len() - 1377);
}

#[test]
fn replica_status_travels_in_a_vendor_element() {
    let elements = [cisco::image_identifier("ap1g8"), cisco::replica_status(1)];
    assert_eq!(cisco::find_replica_status(&elements), Some(1));
    assert_eq!(body(elements[1].clone())[..], [0, 0x40, 0x96, 0, 0xf0, 1, 1]);
    assert_eq!(body(elements[0].clone())[..], *b"\x00\x40\x96\x00ap1g8");
}

#[test]
fn a_descriptor_tells_both_versions() {
    let descriptor = WtpDescriptor::new("1.0", "17.3.3.26", "1.1.2.4", Some("8.10.130.0"));
    assert_eq!(descriptor.active_software().as_deref(), Some("17.3.3.26"));
    assert_eq!(descriptor.other_software().as_deref(), Some("8.10.130.0"));
    assert_eq!(WtpDescriptor::new("1.0", "17.3.3.26", "1.1.2.4", None).other_software(), None);
    let board = WtpBoardData::new("C9105AXI-B", "KWC1", MacAddress([1, 2, 3, 4, 5, 6]));
    assert_eq!(
        (board.model().as_deref(), board.mac()),
        (Some("C9105AXI-B"), Some(MacAddress([1, 2, 3, 4, 5, 6])))
    );
}
