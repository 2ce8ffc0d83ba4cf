//! Cisco's own elements in an otherwise standard conversation.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::message::length;
use crate::{Element, ImageIdentifier, VendorSpecific, dtls};

/// Cisco's vendor identifier in CAPWAP: the OUI 00-40-96 (4232704), printed by APs as `vendId 409600`.
pub const VENDOR: u32 = 0x0040_9600;

/// The vendor element that carries `replicaStatus` (older consoles: `slaveStatus`) of an Image Data Request.
///
/// **Unverified.** Consoles print the value; no source shows how it is sent. The number is outside of all lists of
/// Cisco's elements, so that no dissector mistakes it for another.
pub const REPLICA_STATUS: u16 = 0xf001;

/// The vendor element by which an access point reports the version of its backup image. ACTUBE has name and number.
///
/// **Unverified**: that access points report it in a WTP Event Request once a predownload is written, and that the value is the
/// version as text. RFC 5415 has no message for it.
pub const BACKUP_SOFTWARE_VERSION: u16 = 183;

/// The vendor element of a Configuration Update Request that makes the access point boot its backup image next.
///
/// **Unverified.** The command is known, its encoding is not. The number is not in any list, like that of
/// [`REPLICA_STATUS`].
pub const IMAGE_SWAP: u16 = 0xf002;

/// The vendor element of a Join Request by which an access point reports that it boots its backup image next.
///
/// **Unverified**, like [`IMAGE_SWAP`]: a controller that lost its session still knows of the swap; how is unknown.
pub const IMAGE_SWAPPED: u16 = 0xf003;

/// The vendor element of a Join Request by which an access point of type EWC states the version of the controller image that it would run;
/// `none` without one.
///
/// **Unverified**, like [`IMAGE_SWAP`]: a controller knows which of its access points can be controllers; how is unknown.
pub const CONTROLLER_IMAGE: u16 = 0xf004;

/// The vendor element of a Configuration Update Request that makes an access point the standby: group, priority, and the interval of
/// advertisements in hundredths of a second.
///
/// **Unverified**, like [`IMAGE_SWAP`]: that the role and its parameters come in a CAPWAP control message is known (Cisco, EWC
/// configuration guide 17.9, High Availability), the message is not.
pub const STANDBY_ROLE: u16 = 0xf005;

/// The vendor element of a WTP Event Request by which the standby reports that it is ready to take over.
///
/// **Unverified**, like [`IMAGE_SWAP`].
pub const STANDBY_READY: u16 = 0xf006;

/// The vendor element that carries an element of LWAPP's: vendor (4 bytes), number (2), value. ACTUBE has name and layout.
pub const SPAM_VENDOR_SPECIFIC: u16 = 104;

/// LWAPP's "Path MTU" element inside it, in Join Requests and Responses. ACTUBE has number and layout; AP-COS calls it
/// `AP_PATH_MTU_PAYLOAD` in `debug capwap client pmtu`.
pub const PATH_MTU: u16 = 73;

/// Returns the Image Identifier of an access point that requests `image_type`, such as `ap1g8`.
pub fn image_identifier(image_type: &str) -> Element {
    Element::ImageIdentifier(ImageIdentifier {
        vendor: VENDOR,
        data: Bytes::copy_from_slice(image_type.as_bytes()).into(),
    })
}

/// Returns the vendor element for `replicaStatus`.
pub fn replica_status(status: u8) -> Element {
    vendor_specific(REPLICA_STATUS, &[status])
}

/// Returns the vendor element for the version of a backup image: `17.12.1.5`.
pub fn backup_software_version(version: &str) -> Element {
    vendor_specific(BACKUP_SOFTWARE_VERSION, version.as_bytes())
}

/// Returns the version of a backup image among `elements`, if there is one. It is the peer's text.
pub fn find_backup_software_version(elements: &[Element]) -> Option<String> {
    find(elements, BACKUP_SOFTWARE_VERSION).map(|value| String::from_utf8_lossy(value).into_owned())
}

/// Returns the vendor element that swaps images.
pub fn image_swap() -> Element {
    vendor_specific(IMAGE_SWAP, &[1])
}

/// Returns true if `elements` request that the images be swapped.
pub fn has_image_swap(elements: &[Element]) -> bool {
    find(elements, IMAGE_SWAP).is_some()
}

/// Returns the vendor element that reports swapped images.
pub fn image_swapped() -> Element {
    vendor_specific(IMAGE_SWAPPED, &[1])
}

/// Returns true if `elements` report that the images are swapped.
pub fn has_image_swapped(elements: &[Element]) -> bool {
    find(elements, IMAGE_SWAPPED).is_some()
}

/// Returns the vendor element that states the version of a controller image: `17.09.04a.0.6`; `None` states that there is none.
pub fn controller_image(version: Option<&str>) -> Element {
    vendor_specific(CONTROLLER_IMAGE, version.unwrap_or(NO_CONTROLLER_IMAGE).as_bytes())
}

/// Returns the version of a controller image among `elements`, if anything is stated of one; empty if there is none. It is the peer's text.
pub fn find_controller_image(elements: &[Element]) -> Option<String> {
    let value = String::from_utf8_lossy(find(elements, CONTROLLER_IMAGE)?).into_owned();
    Some(if value == NO_CONTROLLER_IMAGE { String::new() } else { value })
}

/// The text in place of a version; elements of vendors may not be empty (RFC 5415, 4.6.39).
const NO_CONTROLLER_IMAGE: &str = "none";

/// Returns the vendor element that makes an access point the standby.
pub fn standby_role(role: StandbyRole) -> Element {
    let [high, low] = role.interval_cs.to_be_bytes();
    vendor_specific(STANDBY_ROLE, &[role.group, role.priority, high, low])
}

/// Returns the role of a standby among `elements`, if one is given.
pub fn find_standby_role(elements: &[Element]) -> Option<StandbyRole> {
    match *find(elements, STANDBY_ROLE)? {
        [group, priority, high, low] => {
            Some(StandbyRole { group, priority, interval_cs: u16::from_be_bytes([high, low]) })
        }
        _ => None,
    }
}

/// The parameters of a standby ([`crate::vrrp`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandbyRole {
    /// The number of its group.
    pub group: u8,
    /// Its priority.
    pub priority: u8,
    /// The time from one advertisement to the next, in hundredths of a second.
    pub interval_cs: u16,
}

/// Returns the vendor element that reports a standby that is ready.
pub fn standby_ready() -> Element {
    vendor_specific(STANDBY_READY, &[1])
}

/// Returns true if `elements` report a standby that is ready.
pub fn has_standby_ready(elements: &[Element]) -> bool {
    find(elements, STANDBY_READY).is_some()
}

/// Returns the element that states a path MTU, in bytes, and pads the message with `padding` bytes.
///
/// The layout is ACTUBE's: the path MTU, the length of the value, zeros. It was seen in messages of IOS access points; that
/// AP-COS still uses it is **inferred** from the console's `AP_PATH_MTU_PAYLOAD: pmtu 1485, len 1352`.
pub fn path_mtu(path_mtu: u16, padding: u16) -> Element {
    let mut data = BytesMut::with_capacity(PATH_MTU_HEADER + usize::from(padding));
    data.put_u32(VENDOR);
    data.put_u16(PATH_MTU);
    data.put_u16(path_mtu);
    data.put_u16(padding.saturating_add(4));
    data.put_bytes(0, padding.into());
    Element::VendorSpecific(VendorSpecific {
        vendor: VENDOR,
        element: SPAM_VENDOR_SPECIFIC,
        data: data.freeze(),
    })
}

/// Returns the element that states `path_mtu` and pads a message of `elements` to the longest that it allows ([`dtls::PACKET_OVERHEAD`]), when
/// it is added to them and the message is sent unfragmented. `None` if they are too long for it.
pub fn path_mtu_probe(elements: &[Element], path_mtu: u16) -> Option<Element> {
    let bare = usize::from(dtls::PACKET_OVERHEAD) + length(elements) + self::path_mtu(path_mtu, 0).length();
    let padding = usize::from(path_mtu).checked_sub(bare)?;
    Some(self::path_mtu(path_mtu, u16::try_from(padding).ok()?))
}

/// Returns the path MTU that `elements` state, if any.
pub fn find_path_mtu(elements: &[Element]) -> Option<u16> {
    elements.iter().find_map(|element| {
        let mut value = match element {
            Element::VendorSpecific(payload)
                if payload.vendor == VENDOR && payload.element == SPAM_VENDOR_SPECIFIC =>
            {
                &payload.data[..]
            }
            _ => return None,
        };
        let is_ours =
            value.len() >= PATH_MTU_HEADER && value.get_u32() == VENDOR && value.get_u16() == PATH_MTU;
        is_ours.then(|| value.get_u16())
    })
}

/// The number of bytes of the element's value before the padding.
const PATH_MTU_HEADER: usize = 10;

/// Returns the `replicaStatus` among `elements`, if there is one.
pub fn find_replica_status(elements: &[Element]) -> Option<u8> {
    find(elements, REPLICA_STATUS).and_then(|value| value.first().copied())
}

fn vendor_specific(element: u16, value: &[u8]) -> Element {
    Element::VendorSpecific(VendorSpecific { vendor: VENDOR, element, data: Bytes::copy_from_slice(value) })
}

/// Returns the value of Cisco's `number` among `elements`.
fn find(elements: &[Element], number: u16) -> Option<&[u8]> {
    elements.iter().find_map(|element| match element {
        Element::VendorSpecific(payload) if payload.vendor == VENDOR && payload.element == number => {
            Some(&payload.data[..])
        }
        _ => None,
    })
}
