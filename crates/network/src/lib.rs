//! Links, impairments and firewalls: the fate of packets between two hosts. No I/O, no clock: time is passed in.
//!
//! Start with [`Network`]: add hosts, links and firewalls; then [`Network::decide`] decides whether and when each packet arrives.
//! An engine with a clock, sockets and tasks carries the decisions out.
//!
//! By module:
//!
//! - `impairments`: the parameters of a link, with their defaults; `policy`, `rule`: those of a firewall. Scenarios set
//!   these;
//! - `direction`: a packet on one direction of a link; `firewall`: a packet at a firewall; `drops`: those
//!   that firewalls have dropped; `fcs`: those that links have damaged; `shaper`: a host that is slow to send;
//! - `fragments`: the cutting of long datagrams, and their reassembly;
//! - `nat`: the translation of addresses in front of a host or a site;
//! - `topology`: the links and firewalls between two hosts; `network`: all of it together; `decision`: the decision on a packet;
//! - `packet`, `wire`: a packet, typed and as bytes; `transmission`: what a TCP without packets sends at once;
//! - `ports`: the UDP ports of a host; `stats`: the counters of a simulation; `ids`: identifiers of hosts, links and firewalls;
//!   `generator`: random choices.
//!
//! Every direction of a link draws from its own generator, derived from the seed and its name, so that adding a link does not
//! disturb the others.

mod decision;
mod direction;
mod drops;
mod fcs;
mod firewall;
mod fragments;
mod generator;
mod ids;
mod impairments;
mod nat;
mod network;
mod packet;
mod policy;
mod ports;
mod rule;
mod shaper;
mod stats;
mod tally;
mod topology;
mod transmission;
pub mod wire;

pub use decision::{Answer, Decision, DropReason, Fragmented, Impaired, SentFragment};
pub use direction::Counters;
pub use drops::{Drops, RuleDrops, what_drops};
pub use fcs::{FcsErrors, PairFcsErrors};
pub use fragments::Fragment;
pub use generator::{Generator, derive};
pub use ids::{FirewallId, HostId, LinkId};
pub use impairments::{INTERFACE_MTU, Impairments, Pmtud};
pub use nat::{INSIDE_ADDRESS, NO_TRANSLATION, Nat, NatKind, OutsidePorts};
pub use network::{Network, Passage, Totals};
pub use packet::{Body, Packet, Quoted, Segment, Unreachable};
pub use policy::{Policy, Tracking};
pub use ports::{EPHEMERAL, Ports, RECEIVE_BUFFER};
pub use rule::{Addresses, Match, Protocol, Rule, RuleAction};
pub use stats::{Arrivals, Stats};
pub use topology::Way;
pub use transmission::{CONNECT_TIMEOUT, Crossing, SEND_TIMEOUT, Transmission};
