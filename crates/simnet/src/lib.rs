//! The simulated world: hosts, links, firewalls, a clock that jumps from event to event, and a packet capture.
//!
//! Start with [`Builder`]: add hosts, links and firewalls, then [`Builder::build`] gives a [`Simnet`]. Each host is a [`SimHost`],
//! which implements [`host::Host`], so that devices run on it unchanged. [`Simnet::run_until`] drives the world.
//!
//! How it works, by module:
//!
//! - `agenda`: everything that will happen, in order of time, then of being planned;
//! - `executor`: the tasks of the hosts, polled in the order in which they were woken; `guest`: those that libraries spawn on tokio;
//! - `udp`, `tcp`, `timer`: what a task can wait for. UDP is this crate's own; TCP is smoltcp's;
//! - `link`, `firewall`, `topology`: what happens to a packet between two hosts;
//! - `wire`: a packet as bytes; `capture`: pcapng;
//! - `net`: the way of a packet; `world`: the loop that holds these together.
//!
//! A run is single-threaded and depends on the seed alone. Every host and every direction of a link draws from a generator of its
//! own, derived from the seed and its name, so that adding a host does not disturb the others.

mod agenda;
mod builder;
mod capture;
mod executor;
mod guest;
mod host;
mod net;
mod tcp;
mod timer;
mod udp;
mod world;

pub use builder::Builder;
pub use capture::Capture;
pub use host::{SimHost, SimTcpListener, SimTcpStream, SimTimer, SimUdp};
pub use network::{Counters, FirewallId, HostId, Impairments, LinkId, Match, Protocol, Rule, RuleAction};
pub use world::{Planner, Simnet, Stats};
