//! Links, impairments and firewalls: what becomes of a packet between two hosts. No I/O, no clock: time is passed in.
//!
//! Start with [`Network`]: add hosts, links and firewalls, then [`Network::decide`] says of each packet whether and when it arrives.
//! An engine carries out what is decided: it has the clock, the sockets and the tasks.
//!
//! By module:
//!
//! - `impairments`: the numbers of a link, with their defaults; `rule`: what a firewall lets through. Scenarios are read into these;
//! - `direction`: a packet on one direction of a link; `firewall`: a packet at a firewall; `shaper`: a host that is slow to send;
//! - `topology`: what lies between two hosts; `network`: all of it together; `decision`: what becomes of a packet;
//! - `packet`, `wire`: a packet, typed and as bytes;
//! - `ids`: names of hosts, links and firewalls; `generator`: random choices.
//!
//! Every direction of a link draws from a generator of its own, derived from the seed and its name, so that adding a link does not
//! disturb the others.

mod decision;
mod direction;
mod firewall;
mod generator;
mod ids;
mod impairments;
mod network;
mod packet;
mod rule;
mod shaper;
mod topology;
pub mod wire;

pub use decision::{Answer, Decision, DropReason, Impaired};
pub use direction::Counters;
pub use generator::{Generator, derive};
pub use ids::{FirewallId, HostId, LinkId};
pub use impairments::{INTERFACE_MTU, Impairments};
pub use network::{Network, Totals};
pub use packet::{Body, Packet, Segment};
pub use rule::{Addresses, Match, Protocol, Rule, RuleAction};
