//! The simulation: hosts, a clock that jumps from event to event, and a packet capture, on a [`Network`](network::Network).
//!
//! Start with [`Builder`]: add hosts, links and firewalls; then [`Builder::build`] returns a [`Simnet`]. Each host is a
//! [`SimHost`], which implements [`host::Host`], so that devices run on it unchanged. [`Simnet::run_until`] runs the simulation.
//!
//! The modules:
//!
//! - `event_queue`: planned events, ordered by time; at one time arrivals first, then wake-ups;
//! - `flow`: exchanges that devices have lent, whose packets are steps of a table;
//! - `executor`: the tasks of the hosts, polled in the order in which they were woken; `library_runtime`: those that libraries
//!   spawn on tokio;
//! - `udp`, `tcp`, `timer`: the sources of wake-ups for tasks. UDP is this crate's own; TCP is smoltcp's;
//! - `net`: the sockets of all hosts, and packets in flight; `capture`: pcapng;
//! - `engine`: the loop that holds these together; `host`: a device's view of it.
//!
//! A run is single-threaded and depends on the seed alone. Every host and every direction of a link draws from its own generator,
//! derived from the seed and its name, so that adding a host does not disturb the others.

mod builder;
mod capture;
mod engine;
mod event_queue;
mod executor;
mod flow;
mod host;
mod library_runtime;
mod net;
mod tcp;
mod timer;
mod udp;

pub use builder::Builder;
pub use capture::Capture;
pub use engine::{Planner, Simnet};
pub use host::{SimHost, SimTcpListener, SimTcpStream, SimTimer, SimUdp};
pub use network::{
    Counters, FirewallId, HostId, Impairments, LinkId, Match, Pmtud, Protocol, Rule, RuleAction, Stats,
};
