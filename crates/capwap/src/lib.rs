//! CAPWAP (RFC 5415) between access points and their controller: wire formats and the reliable control channel.
//! No I/O and no clock: datagrams and the time are passed in, datagrams and deadlines are polled.
//!
//! Start with [`Channel`]: it numbers requests, retransmits them until they are answered, answers duplicates from memory,
//! fragments large messages and reassembles those of the peer. A device sends [`Element`]s and receives
//! [`Message`]s. Discovery, which happens before there is a session, uses [`Message::write`] and [`Message::parse_datagram`].
//!
//! | part | where |
//! |---|---|
//! | transport header (section 4.3) | [`Header`] |
//! | fragments (3.4) | [`Reassembler`], [`fragment`] |
//! | control messages (4.5) | [`Message`], [`MessageType`] |
//! | mandatory elements of a message (5 to 10) | [`Message::check`], [`Message::refusal`] |
//! | message elements (4.6) | [`Element`] and the types it holds |
//! | image data, in Cisco's and the RFC's layout | [`ImageData`], [`ImageDataLayout`] |
//! | Cisco's own elements | [`cisco`] |
//! | data-channel keep-alive (4.4.1) | [`KeepAlive`] |
//! | retransmission (4.5.3) | [`Channel`] |
//!
//! DTLS is not implemented: the preamble is always that of clear text.

mod channel;
mod check;
mod checksum;
pub mod cisco;
pub mod dtls;
mod element;
mod error;
mod fragment;
mod header;
mod keepalive;
mod message;
mod message_type;
mod parts;
pub mod vrrp;
mod wire;

pub use channel::{
    Channel, ChannelConfig, Incoming, PATH_MTU_MAX, PATH_MTU_MIN, PeerDead, QUEUE_MAX, Role, WINDOW_MAX,
    block_request, block_response,
};
pub use check::Fault;
pub use checksum::checksum;
pub use element::{
    AcDescriptor, AcNameWithPriority, AddStation, CapwapTimers, ControlIpv4Address, ControlIpv6Address,
    DataTransferData, DataTransferKind, DataTransferMode, DecryptionErrorReport, DecryptionErrorReportPeriod,
    DeleteStation, DiscoveryType, DuplicateIpv4Address, DuplicateIpv6Address, EcnSupport, Element, Elements,
    HardwareAddress, ImageData, ImageDataLayout, ImageIdentifier, ImageInformation, MtuPadding, Opcode,
    OperationalCause, RFC_BLOCK_MAX, RadioAdministrativeState, RadioOperationalState, RadioType, ResultCode,
    ReturnReason, ReturnedElement, SessionId, State, SubElement, Text, TransportProtocol, VendorSpecific,
    WtpBoardData, WtpDescriptor, WtpMacType, WtpRadioInformation, WtpRadioStatistics, WtpRebootStatistics,
    WtpStaticIpAddress, ac_item, board_item, element_name, element_section, result_code, tunnel_mode,
    wtp_item,
};
pub use error::Error;
pub use fragment::{FragmentError, Reassembler, ReassemblyLimits, fragment};
pub use header::{FragmentField, Header};
pub use keepalive::KeepAlive;
pub use message::{Message, padding};
pub use message_type::MessageType;

/// The controller's UDP port for control messages (RFC 5415, 3.1).
pub const CONTROL_PORT: u16 = 5246;
/// The controller's UDP port for data (RFC 5415, 3.1).
pub const DATA_PORT: u16 = 5247;
/// The port that AP-COS access points send from, as the controller's `Session-IP: …[5272]` lines show it.
pub const AP_PORT: u16 = 5272;
/// The bytes that IPv4 adds to a CAPWAP datagram: 20 of IP and 8 of UDP header.
pub const IP_UDP_OVERHEAD: u16 = 28;
