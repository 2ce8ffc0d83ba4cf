//! The elements an access point puts into its messages, with what RFC 5415 makes mandatory in each.

use capwap::{
    DiscoveryType, EcnSupport, Element, ImageDataLayout, OperationalCause, RadioAdministrativeState,
    RadioOperationalState, RadioType, ResultCode, SessionId, State, WtpBoardData, WtpDescriptor, WtpMacType,
    WtpRadioInformation, WtpRebootStatistics, cisco, tunnel_mode,
};
use image::Version;

use crate::AccessPoint;

/// The boot loader and hardware version if no other is known, as in `show capwap client rcb` and `show ap config general`.
const BOOT_VERSION: &str = "1.1.2.4";
const HARDWARE_VERSION: &str = "1.0.0.0";
/// The location of an access point until its controller configures another.
const LOCATION: &str = "default location";

/// StatisticsTimer, in seconds (RFC 5415, 4.8).
const STATISTICS_TIMER_S: u16 = 120;
/// The radios of every access point.
pub(crate) const RADIOS: [u8; 2] = [1, 2];

/// Returns the elements of a Discovery Request (RFC 5415, 5.1).
pub(crate) fn discovery_request(
    access_point: &AccessPoint,
    discovery_type: DiscoveryType,
    running: &Version,
    backup: Option<&Version>,
) -> Vec<Element> {
    let mut elements = vec![Element::DiscoveryType(discovery_type)];
    elements.extend(description(access_point, running, backup));
    elements
}

/// Returns the elements of a Join Request (RFC 5415, 6.1).
pub(crate) fn join_request(
    access_point: &AccessPoint,
    running: &Version,
    backup: Option<&Version>,
    session: SessionId,
) -> Vec<Element> {
    let mut elements = vec![
        Element::LocationData(LOCATION.into()),
        Element::WtpName(access_point.name.as_str().into()),
        Element::SessionId(session),
        Element::EcnSupport(EcnSupport::Limited),
        Element::LocalIpv4Address(access_point.address),
    ];
    elements.extend(description(access_point, running, backup));
    elements
}

/// Returns the elements of a Configuration Status Request (RFC 5415, 8.2).
pub(crate) fn configuration_status_request(controller: &str) -> Vec<Element> {
    let mut elements = vec![
        Element::AcName(controller.into()),
        Element::WtpRebootStatistics(WtpRebootStatistics::default()),
        Element::StatisticsTimer(STATISTICS_TIMER_S),
    ];
    let state = State::Enabled;
    elements.extend(
        RADIOS
            .map(|radio_id| Element::RadioAdministrativeState(RadioAdministrativeState { radio_id, state })),
    );
    elements
}

/// Returns the elements of a Change State Event Request (RFC 5415, 8.6): both radios are enabled, for no particular cause.
pub(crate) fn change_state_event_request() -> Vec<Element> {
    let (state, cause) = (State::Enabled, OperationalCause::Normal);
    let radio = |radio_id| Element::RadioOperationalState(RadioOperationalState { radio_id, state, cause });
    let mut elements: Vec<_> = RADIOS.map(radio).into();
    elements.push(Element::ResultCode(ResultCode::Success));
    elements
}

/// Returns the elements of a WTP Event Request (RFC 5415, 9.4), with the version of an image just predownloaded, if any.
pub(crate) fn wtp_event_request(predownloaded: Option<Version>) -> Vec<Element> {
    let mut elements = vec![Element::WtpRebootStatistics(WtpRebootStatistics::default())];
    elements.extend(predownloaded.map(|version| cisco::backup_software_version(&version.to_string())));
    elements
}

/// Returns the elements of an Image Data Request (RFC 5415, 9.1.1), with Cisco's addition in Cisco's layout.
pub(crate) fn image_data_request(
    layout: ImageDataLayout,
    image_type: &str,
    replica_status: u8,
) -> Vec<Element> {
    let mut elements = vec![cisco::image_identifier(image_type)];
    if layout == ImageDataLayout::Cisco {
        elements.push(cisco::replica_status(replica_status));
    }
    elements
}

/// Returns the elements that Discovery and Join Requests have in common.
fn description(access_point: &AccessPoint, running: &Version, backup: Option<&Version>) -> Vec<Element> {
    let radio =
        |radio_id, radio_type| Element::WtpRadioInformation(WtpRadioInformation { radio_id, radio_type });
    let backup = backup.map(Version::to_string);
    vec![
        Element::WtpBoardData(WtpBoardData::new(&access_point.model, &access_point.serial, access_point.mac)),
        Element::WtpDescriptor(WtpDescriptor::new(
            access_point.hardware.as_deref().unwrap_or(HARDWARE_VERSION),
            &running.to_string(),
            BOOT_VERSION,
            backup.as_deref(),
        )),
        Element::WtpFrameTunnelMode(tunnel_mode::NATIVE),
        Element::WtpMacType(WtpMacType::Split),
        radio(1, RadioType::BGN),
        radio(2, RadioType::AN),
    ]
}
