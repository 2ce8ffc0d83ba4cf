//! TCP: each host has a stack of smoltcp's, and our links and firewalls carry its segments.
//!
//! smoltcp owns no clock, no socket and no thread: it is told the time and handed packets, says what to send and when to wake it.
//! What is set here is what Linux does by default, as far as smoltcp can.

mod device;
mod stack;

use std::time::Duration;

pub(crate) use stack::Stack;

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
