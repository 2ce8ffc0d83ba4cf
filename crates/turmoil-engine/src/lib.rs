//! The simulation on turmoil: the same hosts, links and firewalls as `simnet`, with turmoil's clock, tasks, UDP and TCP.
//!
//! Start with [`Turmoil::new`]. Each host is a [`TurmoilHost`], which implements [`host::Host`], so that devices run on it
//! unchanged. [`Turmoil::run_until`] runs the simulation.
//!
//! turmoil moves all clocks together, a tick at a time. A tick of turmoil is 1 ms, the resolution of tokio's timers; a tick of
//! the scenario is as long as [`Turmoil::new`] is told. All times are rounded up to it.
//!
//! [`Network`](network::Network) decides whether and when a packet arrives, as in `simnet`. All of turmoil's links are held, and
//! a message is delivered in the tick in which it arrives.
//!
//! By module:
//!
//! - `engine`: the loop; `clock`: ticks, and timers;
//! - `net`: planned actions, the network, and the sockets that packets reach; `segments`: the fate of turmoil's TCP segments;
//! - `host`, `udp`, `tcp`: a device's view.

mod clock;
mod engine;
mod host;
mod net;
mod segments;
mod tcp;
mod udp;

pub use clock::TurmoilTimer;
pub use engine::{Planner, Turmoil};
pub use host::TurmoilHost;
pub use tcp::{TurmoilTcpListener, TurmoilTcpStream};
pub use udp::TurmoilUdp;
