//! Builds a world from a scenario, runs it, judges it and reports it: the library behind the command.
//!
//! [`load`] reads and checks a scenario, [`Prepared::reseeded`] gives it another seed, [`run`] runs it, [`report`] shows the
//! result. Underneath, [`World`] holds the scenario's devices on the simulated network. They write a [`Record`] of typed events;
//! everything else is derived from it. [`suite`] runs directories of scenarios and compares their output with stored
//! snapshots.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//!
//! let prepared = ewcsim::load("plan.yaml".as_ref(), &scenario::DiskFiles).unwrap();
//! let finished = ewcsim::run(&prepared, Default::default(), &mut ewcsim::Progress::none(), &AtomicBool::new(false));
//! println!("{}", finished.unwrap().verdict());
//! ```

mod address;
mod allowed;
mod capture;
mod chance;
pub mod cli;
mod clock;
mod diagnose;
mod diff;
mod ending;
pub mod explore;
mod github;
mod images;
mod junit;
mod lab;
mod meter;
mod out;
mod pace;
mod panics;
mod pending;
mod pool;
mod probe;
mod progress;
pub mod rehearsal;
pub mod report;
mod seeds;
mod shard;
pub mod shrinking;
pub mod suite;
#[cfg(test)]
mod testing;
mod verdict;
mod watch;
mod world;

pub use ::engine::EngineKind;
pub use allowed::{Allowed, AllowedFiles};
pub use clock::{WallClock, elapsed};
pub use ending::Ending;
pub use progress::Progress;
pub use verdict::{
    Asked, Cause, EngineName, FailureKey, FailureKind, Finished, InForce, Judgement, LastEvent, Options,
    Outcome, RunError, Show, Stated, Undecided, Unmet, UnverifiedFact, UnverifiedText, Verdict, Violation,
    failure_keys, quirks_in_force, run,
};
pub use world::{
    Entry, Event, Hosts, Line, Loaded, Logs, Milestone, NetworkEvent, NotModelled, Prepared, Record,
    Untriggered, World, WorldEvent, load, load_any, load_with, matches, milestones, vocabulary,
};
