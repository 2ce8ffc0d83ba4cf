//! What others need for the bare exchange that an image download is made of: a block to each access point, its answer, the next.

pub(crate) mod simnet;
pub(crate) mod turmoil;
pub(crate) mod turmoil_net;

use std::time::Duration;

/// Bytes of a datagram that carries a block of 1,377 image bytes.
const BLOCK: usize = 1_400;
/// Bytes of the datagram that answers it.
const ANSWER: usize = 24;
const CONTROL_PORT: u16 = 5246;
/// One way, as in the field scenarios.
const LATENCY: Duration = Duration::from_micros(250);
