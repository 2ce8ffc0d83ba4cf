//! How well simulated runs explain a field log: alignment of what was read with what would be printed.
//!
//! ```text
//!   field logs ─┐                       ┌─ explained, unexplained, missing lines
//!               ├─▶ Weights ─▶ fit() ───┤─ names: what the log calls the hosts of the run
//!   hypotheses ─┘                       └─ score ─▶ rank()          apart(): what tells two of them apart
//! ```
//!
//! A line is a [`Said`]: the kind of event that it came from, and its values. The crate has no I/O, knows no device, and runs nothing:
//! both sides were read by the same reader, so that a line of a field log and the same line of a simulated one are equal.
//!
//! The score follows from three observations about field logs. Lines are missing more often than they are wrong, so a line that a
//! run would print and the log lacks costs little, and a line that the run never prints costs much. Lines that every run prints say
//! nothing, so a line weighs the more the fewer hypotheses print it. Logs are excerpts of endless repetitions, so going back to an
//! earlier place of the run is allowed, at the price of a missing line.

mod align;
mod apart;
mod fit;
mod names;
mod said;
mod tally;
#[cfg(test)]
mod tests;
mod weights;

pub use apart::{Apart, apart};
pub use fit::{Explained, Fit, LineOf, rank};
pub use names::Names;
pub use said::{Hypothesis, Log, Reading, Said, Value};
pub use weights::Weights;
