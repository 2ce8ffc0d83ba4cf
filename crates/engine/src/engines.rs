//! The two engines as [`Engine`].

use std::cell::RefMut;
use std::io;
use std::time::Duration;

use network::{HostId, Network, Stats};
use simnet::Simnet;
use turmoil_engine::Turmoil;

use crate::{Action, AnyHost, Engine, Planner};

/// Implements [`Engine`] by the methods of the same name that both engines have.
macro_rules! engine {
    ($engine:ident, $finish_capture:expr, $set_express:expr) => {
        impl Engine for $engine {
            fn now(&self) -> Duration {
                self.now()
            }

            fn stats(&self) -> Stats {
                self.stats()
            }

            fn at(&self, at: Duration, action: Action) {
                self.at(at, move |net| action(net));
            }

            fn planner(&self) -> Planner {
                Planner::$engine(self.planner())
            }

            fn host(&self, id: HostId) -> AnyHost {
                AnyHost::$engine(self.host(id))
            }

            fn power_off(&self, id: HostId) {
                self.power_off(id);
            }

            fn stop(&self, id: HostId) {
                self.stop(id);
            }

            fn power_on(&self, id: HostId) {
                self.power_on(id);
            }

            fn network(&self) -> RefMut<'_, Network> {
                self.network()
            }

            fn run_until(&self, end: Duration) {
                self.run_until(end);
            }

            fn set_express(&self, express: bool) {
                $set_express(self, express);
            }

            fn finish_capture(&self) -> io::Result<()> {
                $finish_capture(self)
            }
        }
    };
}

engine!(Simnet, Self::finish_capture, Self::set_express);
engine!(Turmoil, |_| Ok(()), |_, _| ());
