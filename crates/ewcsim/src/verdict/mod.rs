//! A run, and whether it is good: the world is run to its end, its record is held against the scenario's expectations and against
//! what must always hold.
//!
//! `track` is what is true of a device at each moment, from the record alone; `judge` looks at expectations, `invariants` at the rest.

mod invariants;
mod judge;
mod quirks;
mod run;
mod track;

pub use self::invariants::Violation;
pub use self::judge::{Judgement, LastEvent, Outcome};
pub(crate) use self::quirks::quirks_met;
pub use self::quirks::{InForce, quirks_in_force};
pub use self::run::{Finished, Options, RunError, Show, Verdict, run};
