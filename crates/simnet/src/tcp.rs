//! TCP: each host has a stack of smoltcp's, and our links and firewalls carry its segments.
//!
//! smoltcp owns no clock, no socket and no thread: it is told the time and handed packets, says what to send and when to wake it.
//! What is set here is what Linux does by default, as far as smoltcp can.

mod device;
mod listener;
mod stack;
pub(crate) mod stream;

use std::time::Duration;

pub use listener::SimTcpListener;
pub(crate) use stack::Stack;
pub use stream::SimTcpStream;

use crate::packet::{Body, Packet, Segment};
use crate::wire;

/// How many seconds pass for smoltcp in one of ours: its shortest retransmission timeout, which is 1 s as RFC 6298 wants it and cannot be
/// set, is then Linux's of 200 ms, and losses cost what they cost there. Its first timeout, 1 s for both, is 200 ms here.
const STRETCH: u32 = 5;
/// Bytes a connection keeps for its reader, and as many for its peer. Linux starts lower and grows to 6 and 4 MiB.
const BUFFER: usize = 1 << 20;
/// How long an acknowledgement waits for data to travel with: Linux's shortest (`TCP_DELACK_MIN`).
const ACK_DELAY: Duration = Duration::from_millis(40);
/// How long a SYN is sent again: what Linux's `tcp_syn_retries` of 6 amounts to.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(127);
/// How long what was sent may stay unacknowledged: what Linux's `tcp_retries2` of 15 amounts to.
const SEND_TIMEOUT: Duration = Duration::from_millis(924_600);
/// How long a connection lives that its program has closed but its peer has not: Linux's `tcp_fin_timeout`.
const ORPHAN_TIMEOUT: Duration = Duration::from_secs(60);
/// Connections that wait to be accepted. Further ones are refused.
const BACKLOG: usize = 128;

/// The answer of a closed port or a rejecting firewall to `segment` (RFC 9293, 3.10.7.1). Nothing answers an RST.
pub(crate) fn reset(packet: &Packet, segment: &Segment) -> Option<Packet> {
    if segment.rst() {
        return None;
    }
    let (seq, ack, flags) = if segment.acks() {
        (segment.ack(), 0, Segment::RST)
    } else {
        (0, segment.seq().wrapping_add(segment.length()), Segment::RST | Segment::ACK)
    };
    let mut bytes = Vec::with_capacity(20);
    bytes.extend(segment.dst_port().to_be_bytes());
    bytes.extend(segment.src_port().to_be_bytes());
    bytes.extend(seq.to_be_bytes());
    bytes.extend(ack.to_be_bytes());
    // Five words of header, no window, no checksum yet, nothing urgent.
    bytes.extend([0x50, flags, 0, 0, 0, 0, 0, 0]);
    let sum = wire::tcp_checksum(packet.dst, packet.src, &bytes);
    bytes[16..18].copy_from_slice(&sum.to_be_bytes());
    let segment = Segment::parse(bytes.into())?;
    Some(Packet { src: packet.dst, dst: packet.src, body: Body::Tcp(segment) })
}
