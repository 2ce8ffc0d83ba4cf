//! The two messages that a download is made of, read from the parts of a datagram and written into them: a block is a head and a slice
//! of the image, its answer a head alone. Neither needs memory of its own.
//!
//! ```text
//!   block:   header 8 | type 4, number 1, length 2, flags 1 | 24, length | opcode 1, checksum 2 || data
//!   answer:  header 8 | type 4, number 1, length 2, flags 1 | 33, length | result code 4        ||
//! ```
//!
//! A datagram of any other shape is one piece.

use datagram::{Datagram, Head};

use crate::element::{IMAGE_DATA, Opcode, PREFIX, RESULT_CODE};
use crate::message::{COUNTED, HEADERS, headers};
use crate::{Element, Header, ImageData, ImageDataLayout, Message, MessageType, ResultCode};

/// The value of an element, as far as it is in the head.
enum Value {
    Block(Opcode, Option<u16>),
    Result(ResultCode),
}

/// Reads a message of one of the two shapes. Returns any other datagram.
pub(crate) fn read(datagram: Datagram, layout: ImageDataLayout) -> Result<Message, Datagram> {
    let Some((message_type, sequence, value)) = read_head(&datagram, layout) else { return Err(datagram) };
    let element = match value {
        Value::Result(code) => Element::ResultCode(code),
        Value::Block(opcode, checksum) => {
            let known = checksum.filter(|_| datagram.is_checksum_verified());
            Element::ImageData(ImageData { opcode, checksum, known, data: datagram.into_body() })
        }
    };
    Ok(Message { message_type, sequence, elements: [element].into() })
}

/// Reads the head of a datagram whose only element begins in it.
fn read_head(datagram: &Datagram, layout: ImageDataLayout) -> Option<(MessageType, u8, Value)> {
    let (start, value) = datagram.head().split_first_chunk::<{ HEADERS + PREFIX }>()?;
    let [header @ .., t0, t1, t2, t3, sequence, c0, c1, _flags, e0, e1, l0, l1] = *start;
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    let is_whole = header == Header::CONTROL
        && usize::from(u16::from_be_bytes([c0, c1])) == COUNTED + PREFIX + length
        && datagram.len() == start.len() + length;
    if !is_whole {
        return None;
    }
    let value = match (u16::from_be_bytes([e0, e1]), layout, value) {
        (RESULT_CODE, _, &[a, b, c, d]) if datagram.body().is_empty() => {
            Value::Result(u32::from_be_bytes([a, b, c, d]).into())
        }
        (IMAGE_DATA, ImageDataLayout::Cisco, &[opcode, a, b]) => {
            Value::Block(Opcode::read(opcode, layout), Some(u16::from_be_bytes([a, b])))
        }
        (IMAGE_DATA, ImageDataLayout::Rfc5415, &[opcode]) => Value::Block(Opcode::read(opcode, layout), None),
        _ => return None,
    };
    Some((u32::from_be_bytes([t0, t1, t2, t3]).into(), sequence, value))
}

/// Writes a message of one of the two shapes; `None` for any other.
pub(crate) fn write(message_type: MessageType, sequence: u8, elements: &[Element]) -> Option<Datagram> {
    let [element] = elements else { return None };
    let mut head = Head::new(&headers(message_type, sequence, element.length()))?;
    head.push(&element.prefix());
    match element {
        Element::ResultCode(code) => {
            head.push(&u32::from(*code).to_be_bytes());
            Some(head.into())
        }
        Element::ImageData(block) => {
            head.push(&[block.opcode.number(block.layout())]);
            if let Some(checksum) = block.checksum {
                head.push(&checksum.to_be_bytes());
            }
            let datagram = Datagram::new(head, block.data.clone());
            let is_known = block.known.is_some() && block.known == block.checksum;
            Some(if is_known { datagram.with_verified_checksum() } else { datagram })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::checksum;

    const LAYOUTS: [ImageDataLayout; 2] = [ImageDataLayout::Cisco, ImageDataLayout::Rfc5415];

    fn block(layout: ImageDataLayout, data: &'static [u8]) -> Element {
        Element::ImageData(ImageData::new(layout, Opcode::Data, Bytes::from_static(data)))
    }

    #[test]
    fn the_parts_are_the_bytes_of_the_whole() {
        let codes = [ResultCode::Success, ResultCode::Other(99)].map(Element::ResultCode);
        let blocks = LAYOUTS.map(|layout| block(layout, b"image")).into_iter();
        for element in blocks.chain(codes) {
            for layout in LAYOUTS {
                let message = Message {
                    message_type: MessageType::ImageDataRequest,
                    sequence: 7,
                    elements: [element.clone()].into(),
                };
                let datagram =
                    write(message.message_type, message.sequence, &message.elements).expect("one of the two");
                let whole = message.write();
                assert_eq!(datagram, whole);
                assert_eq!(
                    Message::parse_datagram(datagram, layout),
                    Message::parse_datagram(whole, layout),
                    "{element:?} as {layout:?}"
                );
            }
        }
    }

    #[test]
    fn a_block_shares_the_memory_of_its_image() {
        let data = Bytes::from(vec![7; 1_377]);
        let element = Element::ImageData(ImageData::new(ImageDataLayout::Cisco, Opcode::Last, data.clone()));
        let datagram = write(MessageType::ImageDataRequest, 0, &[element]).expect("a block");
        assert_eq!((datagram.head().len(), datagram.body().as_ptr()), (23, data.as_ptr()));
        let message = read(datagram, ImageDataLayout::Cisco).expect("a block");
        let [Element::ImageData(block)] = &message.elements[..] else { panic!("{message:?}") };
        assert_eq!((block.opcode, block.data.as_ptr()), (Opcode::Last, data.as_ptr()));
    }

    /// A mark that is not true shows where the checksum is not computed.
    #[test]
    fn a_marked_checksum_is_believed_until_the_parts_are_joined() {
        let data = Bytes::from_static(b"image");
        let wrong = checksum(&data) ^ 1;
        let block = ImageData::with_checksum(Opcode::Data, data, Some(wrong));
        let datagram =
            write(MessageType::ImageDataRequest, 0, &[Element::ImageData(block)]).expect("a block");
        let holds = |datagram| {
            let message = Message::parse_datagram(datagram, ImageDataLayout::Cisco).expect("a message");
            let [Element::ImageData(block)] = &message.elements[..] else { panic!("{message:?}") };
            block.checksum_holds()
        };
        assert!(holds(datagram.clone()));
        assert!(!holds(Datagram::from(datagram.into_bytes())));
    }

    #[test]
    fn a_block_with_another_checksum_than_the_known_one_is_not_marked() {
        let mut block = ImageData::with_checksum(Opcode::Data, Bytes::from_static(b"image"), Some(5));
        block.checksum = Some(6);
        assert!(!block.checksum_holds());
        let datagram =
            write(MessageType::ImageDataRequest, 0, &[Element::ImageData(block)]).expect("a block");
        assert!(!datagram.is_checksum_verified());
    }

    proptest! {
        /// Wherever a datagram is cut, and whatever is in it, the short way reads what the long way reads.
        #[test]
        fn the_short_way_is_the_long_way(
            element in prop_oneof![Just(24_u16), Just(33), any::<u16>()],
            value in prop::collection::vec(any::<u8>(), 0..12),
            wrong in prop_oneof![4 => Just((0, 0)), 1 => (-2..3_i16, -2..3_i16)],
            at in 0..40_usize,
            layout in prop::sample::select(&LAYOUTS),
        ) {
            let length = |right: usize, wrong: i16| (right as i16 + wrong) as u16;
            let mut bytes = Header::CONTROL.to_vec();
            bytes.extend(15_u32.to_be_bytes());
            bytes.push(9);
            bytes.extend(length(COUNTED + PREFIX + value.len(), wrong.0).to_be_bytes());
            bytes.push(0);
            bytes.extend(element.to_be_bytes());
            bytes.extend(length(value.len(), wrong.1).to_be_bytes());
            bytes.extend(&value);
            let (head, body) = bytes.split_at(at.min(bytes.len()).min(datagram::HEAD_MAX));
            let datagram = Datagram::new(Head::new(head).expect("short"), Bytes::copy_from_slice(body));
            if let Ok(message) = read(datagram, layout) {
                prop_assert_eq!(Ok(message), Message::parse_datagram(Bytes::from(bytes), layout));
            }
        }
    }
}
