//! The simulation: hosts, a clock that jumps from event to event, and a packet capture, on a [`Network`](network::Network).
//!
//! Start with [`Builder`]: add hosts, links and firewalls, then [`Builder::build`] gives a [`Simnet`]. Each host is a [`SimHost`],
//! which implements [`host::Host`], so that devices run on it unchanged. [`Simnet::run_until`] runs it.
//!
//! How it works, by module:
//!
//! - `event_queue`: everything that will happen, in order of time, then of being planned;
//! - `executor`: the tasks of the hosts, polled in the order in which they were woken; `library_runtime`: those that libraries spawn
//!   on tokio;
//! - `udp`, `tcp`, `timer`: what a task can wait for. UDP is this crate's own; TCP is smoltcp's;
//! - `net`: the sockets of all hosts, and packets under way; `capture`: pcapng;
//! - `engine`: the loop that holds these together; `host`: what a device sees of it; `context`: what goes on at this moment.
//!
//! A run is single-threaded and depends on the seed alone. Every host and every direction of a link draws from a generator of its
//! own, derived from the seed and its name, so that adding a host does not disturb the others.

mod builder;
mod capture;
mod context;
mod engine;
mod event_queue;
mod executor;
mod host;
mod library_runtime;
mod net;
mod tcp;
mod timer;
mod udp;

pub use builder::Builder;
pub use capture::Capture;
pub use context::current;
pub use engine::{Planner, Simnet, Stats};
pub use host::{SimHost, SimTcpListener, SimTcpStream, SimTimer, SimUdp};
pub use network::{Counters, FirewallId, HostId, Impairments, LinkId, Match, Protocol, Rule, RuleAction};
