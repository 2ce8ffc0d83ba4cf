//! Any element.

use bytes::Bytes;
use capwap::*;
use proptest::collection::vec;
use proptest::prelude::*;
use text::MacAddress;

/// Any element; all that the crate types are among them, and some that it does not.
pub(super) fn element(layout: ImageDataLayout) -> impl Strategy<Value = Element> {
    prop_oneof![
        16 => numbers(),
        9 => addresses(),
        6 => radios(),
        5 => stations(),
        9 => texts(),
        1 => image_data(layout),
        1 => ac_descriptor(),
        1 => wtp_descriptor(),
        1 => board_data(),
        2 => unknown(),
    ]
}

pub(super) fn bytes(length: std::ops::Range<usize>) -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), length).prop_map(Bytes::from)
}

pub(super) fn mac() -> impl Strategy<Value = HardwareAddress> {
    prop_oneof![
        any::<[u8; 6]>().prop_map(|bytes| HardwareAddress::Eui48(MacAddress(bytes))),
        any::<[u8; 8]>().prop_map(HardwareAddress::Eui64)
    ]
}

fn macs() -> impl Strategy<Value = Vec<HardwareAddress>> {
    vec(mac(), 0..5)
}

fn text() -> impl Strategy<Value = Text> {
    bytes(0..40).prop_map(Text::from)
}

fn items() -> impl Strategy<Value = Vec<SubElement>> {
    let item = (any::<u32>(), any::<u16>(), bytes(0..20));
    vec(item.prop_map(|(vendor, kind, value)| SubElement { vendor, kind, value }), 0..4)
}

fn numbers() -> impl Strategy<Value = Element> {
    prop_oneof![
        any::<u32>().prop_map(Element::AcTimestamp),
        any::<[u8; 2]>()
            .prop_map(|[discovery_s, echo_s]| Element::CapwapTimers(CapwapTimers { discovery_s, echo_s })),
        any::<u8>().prop_map(|number| Element::DataTransferMode(number.into())),
        any::<u8>().prop_map(|number| Element::DiscoveryType(number.into())),
        any::<u32>().prop_map(Element::IdleTimeout),
        Just(Element::InitiateDownload),
        any::<u16>().prop_map(Element::MaximumMessageLength),
        (0_u32..30).prop_map(|number| Element::ResultCode(number.into())),
        any::<[u8; 16]>().prop_map(|session| Element::SessionId(SessionId(session))),
        any::<u16>().prop_map(Element::StatisticsTimer),
        any::<u8>().prop_map(|number| Element::WtpFallback(number.into())),
        any::<u8>().prop_map(Element::WtpFrameTunnelMode),
        any::<u8>().prop_map(|number| Element::WtpMacType(number.into())),
        any::<u8>().prop_map(|number| Element::TransportProtocol(number.into())),
        (0_u16..200).prop_map(|length| Element::MtuPadding(MtuPadding(length))),
        any::<u8>().prop_map(|number| Element::EcnSupport(number.into())),
    ]
}

fn addresses() -> impl Strategy<Value = Element> {
    prop_oneof![
        vec(any::<[u8; 4]>().prop_map(Into::into), 0..5).prop_map(Element::AcIpv4List),
        vec(any::<[u8; 16]>().prop_map(Into::into), 0..5).prop_map(Element::AcIpv6List),
        (any::<[u8; 4]>(), any::<u16>()).prop_map(|(address, wtp_count)| {
            Element::ControlIpv4Address(ControlIpv4Address { address: address.into(), wtp_count })
        }),
        (any::<[u8; 16]>(), any::<u16>()).prop_map(|(address, wtp_count)| {
            Element::ControlIpv6Address(ControlIpv6Address { address: address.into(), wtp_count })
        }),
        any::<[u8; 4]>().prop_map(|address| Element::LocalIpv4Address(address.into())),
        any::<[u8; 16]>().prop_map(|address| Element::LocalIpv6Address(address.into())),
        (any::<[[u8; 4]; 3]>(), any::<u8>()).prop_map(|([address, netmask, gateway], enabled)| {
            Element::WtpStaticIpAddress(WtpStaticIpAddress {
                address: address.into(),
                netmask: netmask.into(),
                gateway: gateway.into(),
                enabled,
            })
        }),
        (any::<[u8; 4]>(), any::<u8>(), mac()).prop_map(|(address, status, mac)| {
            let address = address.into();
            Element::DuplicateIpv4Address(DuplicateIpv4Address { address, status, mac })
        }),
        (any::<[u8; 16]>(), any::<u8>(), mac()).prop_map(|(address, status, mac)| {
            let address = address.into();
            Element::DuplicateIpv6Address(DuplicateIpv6Address { address, status, mac })
        }),
    ]
}

fn radios() -> impl Strategy<Value = Element> {
    let counts = (any::<[u8; 2]>(), any::<[u16; 8]>(), any::<i16>());
    prop_oneof![
        (any::<u8>(), any::<u16>()).prop_map(|(radio_id, interval_s)| {
            Element::DecryptionErrorReportPeriod(DecryptionErrorReportPeriod { radio_id, interval_s })
        }),
        any::<[u8; 2]>().prop_map(|[radio_id, state]| {
            Element::RadioAdministrativeState(RadioAdministrativeState { radio_id, state: state.into() })
        }),
        any::<[u8; 3]>().prop_map(|[radio_id, state, cause]| {
            let (state, cause) = (state.into(), cause.into());
            Element::RadioOperationalState(RadioOperationalState { radio_id, state, cause })
        }),
        (any::<u8>(), any::<u32>()).prop_map(|(radio_id, bits)| {
            Element::WtpRadioInformation(WtpRadioInformation { radio_id, radio_type: RadioType(bits) })
        }),
        counts.prop_map(|([radio_id, last_failure], counts, noise_floor_dbm)| {
            Element::WtpRadioStatistics(WtpRadioStatistics {
                radio_id,
                last_failure,
                resets: counts[0],
                software_failures: counts[1],
                hardware_failures: counts[2],
                other_failures: counts[3],
                unknown_failures: counts[4],
                configuration_updates: counts[5],
                channel_changes: counts[6],
                band_changes: counts[7],
                noise_floor_dbm,
            })
        }),
        (any::<[u16; 7]>(), any::<u8>()).prop_map(|(counts, last_failure)| {
            Element::WtpRebootStatistics(WtpRebootStatistics {
                reboots: counts[0],
                ac_initiated: counts[1],
                link_failures: counts[2],
                software_failures: counts[3],
                hardware_failures: counts[4],
                other_failures: counts[5],
                unknown_failures: counts[6],
                last_failure,
            })
        }),
    ]
}

fn stations() -> impl Strategy<Value = Element> {
    prop_oneof![
        macs().prop_map(Element::AddMacAclEntry),
        macs().prop_map(Element::DeleteMacAclEntry),
        (any::<u8>(), macs()).prop_map(|(radio_id, stations)| {
            Element::DecryptionErrorReport(DecryptionErrorReport { radio_id, stations })
        }),
        (any::<u8>(), mac(), text()).prop_map(|(radio_id, mac, vlan)| Element::AddStation(AddStation {
            radio_id,
            mac,
            vlan
        })),
        (any::<u8>(), mac())
            .prop_map(|(radio_id, mac)| Element::DeleteStation(DeleteStation { radio_id, mac })),
    ]
}

fn texts() -> impl Strategy<Value = Element> {
    prop_oneof![
        text().prop_map(Element::AcName),
        (any::<u8>(), text()).prop_map(|(priority, name)| {
            Element::AcNameWithPriority(AcNameWithPriority { priority, name })
        }),
        text().prop_map(Element::LocationData),
        text().prop_map(Element::WtpName),
        (any::<u32>(), text())
            .prop_map(|(vendor, data)| Element::ImageIdentifier(ImageIdentifier { vendor, data })),
        (any::<u32>(), any::<[u8; 16]>())
            .prop_map(|(size, md5)| Element::ImageInformation(ImageInformation { size, md5 })),
        (any::<u32>(), any::<u16>(), bytes(0..30)).prop_map(|(vendor, element, data)| {
            Element::VendorSpecific(VendorSpecific { vendor, element, data })
        }),
        (any::<u8>(), bytes(0..256)).prop_map(|(reason, element)| {
            Element::ReturnedElement(ReturnedElement { reason: reason.into(), element })
        }),
        (any::<[u8; 2]>(), bytes(0..90)).prop_map(|([kind, mode], data)| {
            Element::DataTransferData(DataTransferData { kind: kind.into(), mode: mode.into(), data })
        }),
    ]
}

fn image_data(layout: ImageDataLayout) -> impl Strategy<Value = Element> {
    let opcode =
        prop_oneof![Just(Opcode::Data), Just(Opcode::Last), Just(Opcode::Error), Just(Opcode::Other(9))];
    (opcode, bytes(0..1024))
        .prop_map(move |(opcode, data)| Element::ImageData(ImageData::new(layout, opcode, data)))
}

fn ac_descriptor() -> impl Strategy<Value = Element> {
    (any::<[u16; 4]>(), any::<[u8; 4]>(), items()).prop_map(|(counts, bits, items)| {
        Element::AcDescriptor(AcDescriptor {
            stations: counts[0],
            station_limit: counts[1],
            active_wtps: counts[2],
            max_wtps: counts[3],
            security: bits[0],
            radio_mac_field: bits[1],
            reserved: bits[2],
            dtls_policy: bits[3],
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

fn unknown() -> impl Strategy<Value = Element> {
    let number = any::<u16>().prop_filter("an element of its own", |number| element_name(*number).is_none());
    (number, bytes(0..60)).prop_map(|(element, value)| Element::Unknown { element, value })
}
