//! The services that a device gets from its world: a clock, timers, UDP and TCP sockets, entropy, tasks, a sink for its events.
//!
//! Devices and servers are generic over [`Host`] and never know whether the world is simulated. There are these worlds:
//!
//! - `simnet::SimHost` and `turmoil_engine::TurmoilHost`, the simulated ones; `context` has their time, for traces;
//! - [`real::RealHost`], the operating system's sockets under tokio, for parity tests and for servers on real ports.
//!
//! Time is a [`Duration`](std::time::Duration) since the start of the run everywhere; no code of a device reads a wall clock.

pub mod context;
mod events;
mod field_kind;
pub mod flow;
mod fnv;
mod outcome;
pub mod real;
mod specimen;
mod traits;
mod vocabulary;

pub use events::Sink;
pub use field_kind::{FieldKind, FieldType};
pub use fnv::{FNV_START, fnv_1a};
pub use outcome::Outcome;
pub use specimen::{Mark, Samples, Specimen};
pub use traits::{Host, TcpListener, Timer, Udp};
pub use vocabulary::{EventField, EventKind, is_named};

/// The generator behind every random choice: seeded, portable, and the same on every machine.
pub type Entropy = rand_chacha::ChaCha8Rng;
