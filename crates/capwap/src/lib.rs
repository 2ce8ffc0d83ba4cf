//! RFC 5415 messages and the reliable control channel: parse and write. No I/O, no clock.
