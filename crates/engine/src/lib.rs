//! The engines that can run a network: `simnet`, and turmoil as a second opinion. One trait for a world, one host for devices.
//!
//! Start with [`Builder`]: add hosts, and links and firewalls on its network; then [`Builder::build`] returns an [`Engine`].

mod builder;
mod engines;
mod host;

use std::cell::RefMut;
use std::fmt;
use std::io;
use std::time::Duration;

use network::{HostId, Network, Stats};

pub use self::builder::{Builder, EngineKind};
pub use self::host::{AnyHost, AnyTcpListener, AnyTcpStream, AnyTimer, AnyUdp};
pub use simnet::Capture;

/// An action of the harness.
pub type Action = Box<dyn FnOnce(&dyn Engine)>;

/// A simulation whose clock runs. Dropping it ends all its tasks.
pub trait Engine: fmt::Debug {
    /// Returns the time since the start of the run.
    fn now(&self) -> Duration;

    /// Returns the counters so far.
    fn stats(&self) -> Stats;

    /// Plans `action` for `at`, or for now if that has passed. Actions of one instant run in the order of planning, before the
    /// tasks that wake at that instant.
    fn at(&self, at: Duration, action: Action);

    /// Returns a planner for actions from within the run.
    fn planner(&self) -> Planner;

    /// Returns the host `id`, to run devices on.
    fn host(&self, id: HostId) -> AnyHost;

    /// Cuts the power of a host: its tasks end where they are, its sockets disappear, and it no longer answers.
    fn power_off(&self, id: HostId);

    /// Ends the tasks of a host, as when its software stops. Its ports still answer that they are closed.
    fn stop(&self, id: HostId);

    /// Restores the power of a host. The caller has to spawn its tasks.
    fn power_on(&self, id: HostId);

    /// Returns the network, to change it or to read its counters.
    fn network(&self) -> RefMut<'_, Network>;

    /// Lets devices lend exchanges to the network, or not. An engine that takes none ignores it.
    fn set_express(&self, express: bool);

    /// Runs up to and including the instant `end`.
    fn run_until(&self, end: Duration);

    /// Ends the capture.
    ///
    /// # Errors
    /// The first error while writing it.
    fn finish_capture(&self) -> io::Result<()>;
}

/// Plans actions from within a run, in response to a device. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Planner {
    /// For `simnet`.
    Simnet(simnet::Planner),
    /// For turmoil.
    Turmoil(turmoil_engine::Planner),
}

impl Planner {
    /// Plans an action like [`Engine::at`]; where the clock moves in ticks, for the next tick at the earliest if a device plans it.
    /// Does nothing once the simulation has ended.
    pub fn at(&self, at: Duration, action: impl FnOnce(&dyn Engine) + 'static) {
        match self {
            Self::Simnet(planner) => planner.at(at, move |net| action(net)),
            Self::Turmoil(planner) => planner.at(at, move |net| action(net)),
        }
    }

    /// Plans `action` for this instant, after the tasks that run now have finished.
    pub fn soon(&self, action: impl FnOnce(&dyn Engine) + 'static) {
        self.at(Duration::ZERO, action);
    }

    /// Returns the time since the start of the run.
    pub fn now(&self) -> Duration {
        match self {
            Self::Simnet(planner) => planner.now(),
            Self::Turmoil(planner) => planner.now(),
        }
    }
}
