//! Any message.

use bytes::Bytes;
use capwap::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn bytes(length: std::ops::Range<usize>) -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), length).prop_map(Bytes::from)
}

fn text() -> impl Strategy<Value = Text> {
    bytes(0..40).prop_map(Text::from)
}

fn items() -> impl Strategy<Value = Vec<SubElement>> {
    let item = (any::<u32>(), any::<u16>(), bytes(0..20));
    vec(item.prop_map(|(vendor, kind, value)| SubElement { vendor, kind, value }), 0..4)
}

fn image_data(layout: ImageDataLayout) -> impl Strategy<Value = Element> {
    let opcode =
        prop_oneof![Just(Opcode::Data), Just(Opcode::Last), Just(Opcode::Error), Just(Opcode::Other(9))];
    (opcode, bytes(0..1024))
        .prop_map(move |(opcode, data)| Element::ImageData(ImageData::new(layout, opcode, data)))
}

fn ac_descriptor() -> impl Strategy<Value = Element> {
    (any::<[u16; 4]>(), any::<[u8; 3]>(), items()).prop_map(|(counts, bits, items)| {
        Element::AcDescriptor(AcDescriptor {
            stations: counts[0],
            station_limit: counts[1],
            active_wtps: counts[2],
            max_wtps: counts[3],
            security: bits[0],
            radio_mac_field: bits[1],
            dtls_policy: bits[2],
            items,
        })
    })
}

fn wtp_descriptor() -> impl Strategy<Value = Element> {
    (any::<[u8; 2]>(), vec((0_u8..32, any::<u16>()), 0..4), items()).prop_map(
        |(radios, encryption, items)| {
            Element::WtpDescriptor(WtpDescriptor {
                max_radios: radios[0],
                radios_in_use: radios[1],
                encryption,
                items,
            })
        },
    )
}

fn board_data() -> impl Strategy<Value = Element> {
    (any::<u32>(), vec((any::<u16>(), bytes(0..20)), 0..5))
        .prop_map(|(vendor, items)| Element::WtpBoardData(WtpBoardData { vendor, items }))
}

fn reboot_statistics() -> impl Strategy<Value = Element> {
    (any::<[u16; 7]>(), any::<u8>()).prop_map(|(counts, last_failure)| {
        let [reboots, ac_initiated, link_failures, software_failures, hardware_failures, other, unknown] =
            counts;
        Element::WtpRebootStatistics(WtpRebootStatistics {
            reboots,
            ac_initiated,
            link_failures,
            software_failures,
            hardware_failures,
            other_failures: other,
            unknown_failures: unknown,
            last_failure,
        })
    })
}

fn unknown() -> impl Strategy<Value = Element> {
    let number = any::<u16>().prop_filter("an element of its own", |number| {
        let known = [1, 4, 10, 20, 24, 25, 26, 27, 28, 29, 30, 33, 35, 37, 38, 39, 41, 44, 45, 48, 53, 1048];
        !known.contains(number)
    });
    (number, bytes(0..60)).prop_map(|(element, value)| Element::Unknown { element, value })
}

fn element(layout: ImageDataLayout) -> impl Strategy<Value = Element> {
    let numbers = prop_oneof![
        (any::<[u8; 4]>(), any::<u16>()).prop_map(|(address, wtp_count)| Element::ControlIpv4Address {
            address: address.into(),
            wtp_count
        }),
        any::<[u8; 4]>().prop_map(|address| Element::LocalIpv4Address(address.into())),
        any::<u8>().prop_map(|number| Element::DiscoveryType(number.into())),
        any::<u16>().prop_map(Element::MaximumMessageLength),
        (0_u32..30).prop_map(|number| Element::ResultCode(number.into())),
        any::<[u8; 16]>().prop_map(|session| Element::SessionId(SessionId(session))),
        any::<u8>().prop_map(Element::WtpFrameTunnelMode),
        any::<u8>().prop_map(|number| Element::WtpMacType(number.into())),
        any::<u8>().prop_map(|number| Element::EcnSupport(number.into())),
        (any::<u8>(), any::<u32>()).prop_map(|(radio_id, bits)| {
            Element::WtpRadioInformation(WtpRadioInformation { radio_id, radio_type: RadioType(bits) })
        }),
        Just(Element::InitiateDownload),
    ];
    let texts = prop_oneof![
        text().prop_map(Element::AcName),
        text().prop_map(Element::LocationData),
        text().prop_map(Element::WtpName),
        (any::<u32>(), text())
            .prop_map(|(vendor, data)| Element::ImageIdentifier(ImageIdentifier { vendor, data })),
        (any::<u32>(), any::<[u8; 16]>())
            .prop_map(|(size, md5)| Element::ImageInformation(ImageInformation { size, md5 })),
        (any::<u32>(), any::<u16>(), bytes(0..30)).prop_map(|(vendor, element, data)| {
            Element::VendorSpecific(VendorSpecific { vendor, element, data })
        }),
    ];
    prop_oneof![
        4 => numbers,
        3 => texts,
        1 => image_data(layout),
        1 => ac_descriptor(),
        1 => wtp_descriptor(),
        1 => board_data(),
        1 => reboot_statistics(),
        1 => unknown(),
    ]
}

pub fn layout() -> impl Strategy<Value = ImageDataLayout> {
    prop_oneof![Just(ImageDataLayout::Cisco), Just(ImageDataLayout::Rfc5415)]
}

pub fn message(layout: ImageDataLayout) -> impl Strategy<Value = Message> {
    (prop_oneof![0_u32..30, any::<u32>()], any::<u8>(), vec(element(layout), 0..8)).prop_map(
        |(message_type, sequence, elements)| Message {
            message_type: message_type.into(),
            sequence,
            elements,
        },
    )
}

pub fn header() -> impl Strategy<Value = Header> {
    let fragment = (any::<u16>(), 0_u16..8192, any::<bool>()).prop_map(|(id, units, last)| FragmentField {
        id,
        offset: units * 8,
        last,
    });
    let mac =
        prop_oneof![any::<[u8; 6]>().prop_map(RadioMac::Eui48), any::<[u8; 8]>().prop_map(RadioMac::Eui64)];
    (
        (0_u8..32, 0_u8..32, any::<bool>(), any::<bool>()),
        proptest::option::of(fragment),
        proptest::option::of(mac),
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
