//! Build the world from a scenario, run it, judge it, report it: the library behind the command.
//!
//! [`load`] reads and checks a scenario, [`Prepared::reseeded`] gives it another seed, [`run`] runs it, [`report`] shows what came of
//! it. Underneath, [`World`] is the scenario's devices on the simulated network; what they do is a [`Record`] of typed events, and
//! everything else is made from that. [`suite`] does all this to directories of scenarios, and compares what they print with what is
//! stored.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//!
//! let prepared = ewcsim::load("plan.yaml".as_ref(), &scenario::DiskFiles).unwrap();
//! let finished = ewcsim::run(&prepared, Default::default(), &mut ewcsim::Progress::none(), &AtomicBool::new(false));
//! println!("{}", finished.unwrap().verdict());
//! ```

pub mod cli;
mod clock;
mod invariants;
mod judge;
mod logs;
mod pattern;
mod prepare;
mod progress;
mod quirks;
mod record;
pub mod report;
mod run;
mod samples;
mod server;
mod shown_fields;
pub mod suite;
#[cfg(test)]
mod testing;
mod track;
pub mod vocabulary;
mod world;

pub use clock::{WallClock, elapsed};
pub use invariants::Violation;
pub use judge::{Judgement, LastEvent, Outcome};
pub use logs::{Line, Logs};
pub use pattern::matches;
pub use prepare::{Loaded, Prepared, load, load_any, load_with};
pub use progress::Progress;
pub use quirks::{InForce, quirks_in_force};
pub use record::{Entry, Event, Record, WorldEvent};
pub use run::{Finished, Options, RunError, Show, Verdict, run};
pub use world::{Untriggered, World};
