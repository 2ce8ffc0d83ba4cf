//! What is Cisco's own in an otherwise standard conversation.

use bytes::Bytes;

use crate::{Element, ImageIdentifier, VendorSpecific};

/// Cisco's vendor identifier in CAPWAP: the OUI 00-40-96 (4232704), printed by APs as `vendId 409600`.
pub const VENDOR: u32 = 0x0040_9600;

/// The vendor element that carries `replicaStatus` (older consoles: `slaveStatus`) of an Image Data Request.
///
/// **Unverified.** Consoles print the value; no source tells how it travels. The number lies outside of all lists of
/// Cisco's elements, so that no dissector takes it for something else.
pub const REPLICA_STATUS: u16 = 0xf001;

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

/// The `replicaStatus` among `elements`, if there is one.
pub fn find_replica_status(elements: &[Element]) -> Option<u8> {
    elements.iter().find_map(|element| match element {
        Element::VendorSpecific(payload) if payload.vendor == VENDOR && payload.element == REPLICA_STATUS => {
            payload.data.first().copied()
        }
        _ => None,
    })
}
