//! A run and its verdict: the world runs to its end, and its record is checked against the scenario's expectations and the
//! invariants.
//!
//! `track` follows the state of devices from the record alone; `judge` checks expectations, `invariants` the rest. `failure` says which
//! failures are the same.

mod asked;
mod failure;
mod invariants;
mod judge;
mod liveness;
mod must_fail;
mod quirks;
mod redundancy;
mod run;
mod track;
mod unverified;

pub use self::asked::Asked;
pub use self::failure::{Cause, FailureKey, FailureKind, failure_keys};
pub use self::invariants::Violation;
pub use self::judge::{Judgement, LastEvent, Outcome};
pub(crate) use self::liveness::{Able, Recovery, recovery};
pub use self::must_fail::{Stated, Unmet};
pub use self::quirks::{InForce, Undecided, quirks_in_force};
pub(crate) use self::quirks::{named, quirks_met};
pub use self::run::{EngineName, Finished, Options, RunError, Show, Verdict, run};
pub use self::unverified::{UnverifiedFact, UnverifiedText};
