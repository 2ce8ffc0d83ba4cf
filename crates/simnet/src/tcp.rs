//! TCP: each host has a smoltcp stack, and our links and firewalls carry its segments.
//!
//! smoltcp owns no clock, no socket and no thread: it is given the time and packets, and returns packets to send and its next
//! wake-up. The parameters here are Linux's defaults, as far as smoltcp supports them.

mod device;
mod stack;

use std::time::Duration;

pub(crate) use stack::Stack;

/// The number of smoltcp's seconds in one of ours: its shortest retransmission timeout, which is 1 s as RFC 6298 requires and
/// cannot be set, is then Linux's of 200 ms, and losses cost as much as on Linux. Its first timeout, 1 s for both, is 200 ms here.
const STRETCH: u32 = 5;
/// The number of bytes that a connection buffers for its reader, and for its peer. Linux starts lower and grows to 6 and 4 MiB.
const BUFFER: usize = 1 << 20;
/// The time that an acknowledgement waits for data to travel with: Linux's shortest (`TCP_DELACK_MIN`).
const ACK_DELAY: Duration = Duration::from_millis(40);
/// The lifetime of a connection that its program has closed but its peer has not: Linux's `tcp_fin_timeout`.
const ORPHAN_TIMEOUT: Duration = Duration::from_secs(60);
/// The number of connections that wait to be accepted. Further ones are refused.
const BACKLOG: usize = 128;
