//! Small packets that wait to be sent.

use std::collections::VecDeque;
use std::net::SocketAddr;

use datagram::Datagram;

use crate::Text;
use crate::packet::{ErrorCode, Packet};

/// The maximum number of packets that wait. A driver empties the box after every call; this bounds the cost of a flood from
/// strangers to a driver that does not.
const WAITING_MAX: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<(Datagram, SocketAddr)>,
}

impl Outbox {
    pub(crate) fn push(&mut self, packet: &Packet, to: SocketAddr) {
        self.push_datagram(packet.to_datagram(), to);
    }

    pub(crate) fn push_datagram(&mut self, datagram: impl Into<Datagram>, to: SocketAddr) {
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push_back((datagram.into(), to));
        }
    }

    pub(crate) fn push_error(&mut self, code: ErrorCode, message: impl Into<Text>, to: SocketAddr) {
        self.push(&Packet::Error { code, message: message.into() }, to);
    }

    /// Sends an unknown peer the ERROR of an unknown transfer ID (RFC 1350, section 4). An ERROR is never answered by an ERROR.
    pub(crate) fn refuse_stranger(&mut self, datagram: Datagram, from: SocketAddr) {
        if !matches!(Packet::parse(datagram), Ok(Packet::Error { .. })) {
            self.push_error(ErrorCode::UNKNOWN_TRANSFER_ID, "Unknown transfer ID", from);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn pop(&mut self) -> Option<(Datagram, SocketAddr)> {
        self.waiting.pop_front()
    }
}
