//! The configuration of a channel, and its results.

use std::time::Duration;

use crate::{ImageDataLayout, Message, MessageType};

/// The widest window that Cisco's `window-size` allows (YANG ap-types 17.12.1: 1..50).
pub const WINDOW_MAX: u8 = 50;
/// The number of requests that may wait for room in the window.
pub const QUEUE_MAX: usize = 128;
/// The smallest path MTU that Cisco's controllers accept (CSCvm76689: 576..1485), and the one they start from.
pub const PATH_MTU_MIN: u16 = 576;
/// The largest path MTU.
pub const PATH_MTU_MAX: u16 = 1485;

/// An end of the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The access point.
    Wtp,
    /// The controller.
    Ac,
}

/// The configuration of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelConfig {
    /// RetransmitInterval: the wait before the first retransmission; it doubles with each.
    pub retransmit_interval: Duration,
    /// The longest wait, half the EchoInterval.
    pub retransmit_interval_max: Duration,
    /// MaxRetransmit: retransmissions before the peer counts as dead.
    pub max_retransmit: u32,
    /// The number of requests outstanding at a time, 1..=[`WINDOW_MAX`].
    pub window: u8,
    /// The window that the peer may use, 1..=[`WINDOW_MAX`]: requests are delivered in the order of their numbers, and
    /// one that comes early waits for those that the peer may still be retransmitting. At 1, as in the RFC, nothing
    /// waits. Too small a value loses requests of a peer with a wider window; too wide a one hears nothing from a peer that
    /// gives up on a request and goes on with the next.
    pub receive_window: u8,
    /// The longest IPv4 packet that the path carries, in bytes, headers included. Longer messages are fragmented.
    pub path_mtu: u16,
    /// The local end. Requests that the RFC never sends to it are refused.
    pub local_role: Role,
    /// The layout of image blocks.
    pub image_data_layout: ImageDataLayout,
    /// The number of the peer's first request: 0 for a channel that both ends open together. `None` accepts the
    /// first request received as the first one: for a controller, the Join Request.
    pub first_request: Option<u8>,
}

impl ChannelConfig {
    /// Creates RFC 5415's defaults (4.7, 4.8): 3 s, at most 15 s, 5 retransmissions, one request at a time, any window of the
    /// peer's; Cisco's path MTU of 1,485 and layout. The access point's channel expects the controller's requests to start at 0.
    pub fn new(local_role: Role) -> Self {
        Self {
            retransmit_interval: Duration::from_secs(3),
            retransmit_interval_max: Duration::from_secs(15),
            max_retransmit: 5,
            window: 1,
            receive_window: WINDOW_MAX,
            path_mtu: PATH_MTU_MAX,
            local_role,
            image_data_layout: ImageDataLayout::Cisco,
            first_request: match local_role {
                Role::Wtp => Some(0),
                Role::Ac => None,
            },
        }
    }
}

/// The content of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A request, received for the first time. It needs [`Channel::send_response`].
    Request(Message),
    /// The response to an outstanding request, received for the first time.
    Response(Message),
}

/// The error when the peer has left a request unanswered through all retransmissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("peer did not answer {request} number {sequence}")]
pub struct PeerDead {
    /// The request.
    pub request: MessageType,
    /// Its number.
    pub sequence: u8,
}

impl Role {
    /// Returns true if the RFC sends `request` to this end, in a session (RFC 5415, sections 5 to 10). Discovery is outside of
    /// sessions, with numbers of its own. Unknown requests need an answer at either end.
    pub(super) fn takes(self, request: MessageType) -> bool {
        use MessageType as M;
        match request {
            M::DiscoveryRequest | M::PrimaryDiscoveryRequest => false,
            M::ImageDataRequest | M::DataTransferRequest | M::Other(_) => true,
            M::ConfigurationUpdateRequest
            | M::ResetRequest
            | M::ClearConfigurationRequest
            | M::StationConfigurationRequest
            | M::WlanConfigurationRequest => self == Self::Wtp,
            _ => self == Self::Ac,
        }
    }
}
