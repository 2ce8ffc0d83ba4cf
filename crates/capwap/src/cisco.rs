//! What is Cisco's own in an otherwise standard conversation.

use bytes::{BufMut, Bytes, BytesMut};

use crate::{Element, ImageIdentifier, VendorSpecific};

/// Cisco's vendor identifier in CAPWAP: the OUI 00-40-96 (4232704), printed by APs as `vendId 409600`.
pub const VENDOR: u32 = 0x0040_9600;

/// The vendor element that carries `replicaStatus` (older consoles: `slaveStatus`) of an Image Data Request.
///
/// **Unverified.** Consoles print the value; no source tells how it travels. The number lies outside of all lists of
/// Cisco's elements, so that no dissector takes it for something else.
pub const REPLICA_STATUS: u16 = 0xf001;

/// Cisco's "Path MTU" element, which pads probes. ACTUBE's list of Cisco's elements has the number; AP-COS calls it
/// `AP_PATH_MTU_PAYLOAD` in `debug capwap client pmtu`.
pub const PATH_MTU: u16 = 73;

/// Image bytes in one message are the path MTU less this: 1,377 at a path MTU of 1,485.
///
/// 51,207 × 1,377 + 601 is exactly the 70,512,640 bytes that the field sample counts in 51,208 messages.
pub const IMAGE_DATA_OVERHEAD: u16 = 108;

/// How many image bytes one message carries at `path_mtu`; at least 1.
pub fn image_block_size(path_mtu: u16) -> usize {
    usize::from(path_mtu.saturating_sub(IMAGE_DATA_OVERHEAD).max(1))
}

/// The Image Identifier of an AP that asks for `image_type`, such as `ap1g8`.
pub fn image_identifier(image_type: &str) -> Element {
    Element::ImageIdentifier(ImageIdentifier {
        vendor: VENDOR,
        data: Bytes::copy_from_slice(image_type.as_bytes()).into(),
    })
}

/// The vendor element for `replicaStatus`.
pub fn replica_status(status: u8) -> Element {
    Element::VendorSpecific(VendorSpecific {
        vendor: VENDOR,
        element: REPLICA_STATUS,
        data: Bytes::copy_from_slice(&[status]),
    })
}

/// The vendor element that pads a probe of `path_mtu` with `padding` bytes of 0xff.
///
/// **Inferred.** ACTUBE tells two 16-bit numbers before the padding, the console prints a path MTU and a length; which
/// comes first, and what is padded with, nobody has shown.
pub fn path_mtu_probe(path_mtu: u16, padding: u16) -> Element {
    let mut data = BytesMut::with_capacity(4 + usize::from(padding));
    data.put_u16(path_mtu);
    data.put_u16(padding);
    data.put_bytes(0xff, padding.into());
    Element::VendorSpecific(VendorSpecific { vendor: VENDOR, element: PATH_MTU, data: data.freeze() })
}

/// The path MTU of the probe among `elements`, if there is one.
pub fn find_path_mtu_probe(elements: &[Element]) -> Option<u16> {
    find(elements, PATH_MTU)?.first_chunk().map(|mtu| u16::from_be_bytes(*mtu))
}

/// The `replicaStatus` among `elements`, if there is one.
pub fn find_replica_status(elements: &[Element]) -> Option<u8> {
    find(elements, REPLICA_STATUS)?.first().copied()
}

fn find(elements: &[Element], number: u16) -> Option<&Bytes> {
    elements.iter().find_map(|element| match element {
        Element::VendorSpecific(payload) if payload.vendor == VENDOR && payload.element == number => {
            Some(&payload.data)
        }
        _ => None,
    })
}
