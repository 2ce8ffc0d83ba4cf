//! Any message, any header.

use capwap::*;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::codec::elements::{bytes, element, mac};

pub(super) fn layout() -> impl Strategy<Value = ImageDataLayout> {
    prop_oneof![Just(ImageDataLayout::Cisco), Just(ImageDataLayout::Rfc5415)]
}

pub(super) fn message(layout: ImageDataLayout) -> impl Strategy<Value = Message> {
    (prop_oneof![0_u32..30, any::<u32>()], any::<u8>(), vec(element(layout), 0..8)).prop_map(
        |(message_type, sequence, elements)| Message {
            message_type: message_type.into(),
            sequence,
            elements: elements.into(),
        },
    )
}

pub(super) fn header() -> impl Strategy<Value = Header> {
    let fragment = (any::<u16>(), 0_u16..8192, any::<bool>()).prop_map(|(id, units, last)| FragmentField {
        id,
        offset: units * 8,
        last,
    });
    (
        (0_u8..32, 0_u8..32, any::<bool>(), any::<bool>()),
        proptest::option::of(fragment),
        proptest::option::of(mac()),
        proptest::option::of(bytes(0..100)),
    )
        .prop_map(|((rid, wbid, native, keep_alive), fragment, radio_mac, wireless_info)| Header {
            rid,
            wbid,
            native,
            fragment,
            keep_alive,
            radio_mac,
            wireless_info,
        })
}
