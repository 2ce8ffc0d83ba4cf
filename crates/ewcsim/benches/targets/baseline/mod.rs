//! Baselines of other simulators for the bare exchange of an image download: a block to each access point, its answer, the next.

pub(crate) mod simnet;
pub(crate) mod turmoil;
pub(crate) mod turmoil_net;

use std::time::Duration;

/// The size in bytes of a datagram that carries a block of 1,377 image bytes.
const BLOCK: usize = 1_400;
/// The size in bytes of the datagram that answers it.
const ANSWER: usize = 24;
const CONTROL_PORT: u16 = 5246;
/// The one-way latency, as in the field scenarios.
const LATENCY: Duration = Duration::from_micros(250);
