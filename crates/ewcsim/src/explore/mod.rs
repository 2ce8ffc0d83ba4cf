//! `ewcsim explore`: one scenario with many seeds, in parts that `merge` puts together.
//!
//! `row` keeps what a run has shown, `measure` the numbers of it. `found` is all rows
//! in the order of seeds; `groups` and `spread` say what they have in common, `report` tells it, `results` stores it, and `merge` reads it
//! back. Everything that is told or stored follows from the rows: the number of threads, and the parts, make no difference.
//!
//! A failing scenario is to be made smaller by [`Found::first_failures`]: the seed of the first run with each key.

mod found;
mod groups;
mod measure;
mod merge;
pub mod report;
mod results;
mod row;
mod spread;

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use scenario::{Diagnostics, Faults};
use text::durations::short;

pub use self::found::{Found, Plan};
pub use self::merge::{MergeError, merge};
pub(crate) use self::results::files;

use self::row::{Judge, Row, RowOutcome};
use crate::pool::in_order;
use crate::progress::{Progress, Stopwatch};
pub use crate::seeds::{RUNS_MAX, Seeds};
use crate::shard::Shard;
use crate::verdict::{Able, Options, run};
use crate::watch::{Ended, Watch};
use crate::world::Prepared;

/// The limit on the real time of a run, if there is no other.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);

/// What is asked of an exploration.
#[derive(Clone, Debug)]
pub struct Request {
    /// The seeds.
    pub seeds: Seeds,
    /// True to leave out a random subset of the faults, and to take ends of ranges.
    pub swarm: bool,
    /// The number of runs at a time; that of the processors if there is none.
    pub jobs: Option<usize>,
    /// The part of the seeds.
    pub shard: Option<Shard>,
    /// The number of runs that do not pass after which it ends.
    pub until_failures: Option<u64>,
    /// The limit on the real time of a run.
    pub time_limit: Duration,
    /// True to run each seed twice and compare.
    pub twice: bool,
    /// The paths of `--allow-read` that repeat a run.
    pub allow_read: Vec<PathBuf>,
}

/// Runs `prepared` with many seeds. Set `stop` to end in order: runs that have not ended are left out.
///
/// # Errors
/// The problems of the scenario with its own seed.
pub fn explore(
    prepared: &Prepared,
    request: &Request,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Result<Found, Diagnostics> {
    // The scenario's own seed, so that one seed alone is judged as among others.
    let own = prepared.scenario.seed;
    let first = prepared.varied(own, request.faults())?;
    let calm = prepared.varied(own, Faults::None)?;
    let watch = Watch { limit: request.time_limit, stop };
    let able = able(&watch, &calm);
    let plan = Plan::new(&first, request, able.as_ref());
    let judge = Judge::new(&first, request, able);
    let mut found = Found::new(plan);
    let seeds: Vec<u64> = request.seeds.of(request.shard).collect();
    let jobs = request.jobs.unwrap_or_else(|| available_parallelism().map_or(1, NonZero::get));
    let (time, halt) = (Stopwatch::start(), AtomicBool::new(false));
    let is_over = || match request.seeds {
        Seeds::For { time: limit, .. } => time.elapsed() >= limit,
        Seeds::Range { .. } => false,
    };
    let work = |index: usize| match prepared.varied(seeds[index], request.faults()) {
        Ok(prepared) => watched(&watch, &judge, prepared),
        Err(problems) => Some(Row::invalid(seeds[index], &problems)),
    };
    in_order(seeds.len(), jobs, &halt, work, |row| {
        if let Some(row) = row {
            match row {
                Some(row) if !found.is_enough() => found.add(row),
                Some(_) => {}
                None => found.interrupted = true,
            }
        }
        if stop.load(Ordering::Relaxed) || found.is_enough() || is_over() {
            halt.store(true, Ordering::Relaxed);
        }
        progress.update(|| status(&found, seeds.len(), request.seeds, time.elapsed()));
    });
    progress.clear();
    // One that was stopped between two runs has missing seeds, too.
    let has_ended = found.is_enough() || found.rows.len() == seeds.len() || is_over();
    found.interrupted |= stop.load(Ordering::Relaxed) && !has_ended;
    Ok(found)
}

impl Request {
    fn faults(&self) -> Faults {
        Faults::swarm(self.swarm)
    }
}

/// Runs the scenario without its faults, to learn which access points come into service.
fn able(watch: &Watch<'_>, calm: &Prepared) -> Option<Able> {
    let prepared = calm.clone();
    let ended = watch.watch(move |stop| {
        let finished = run(&prepared, Options::default(), &mut Progress::none(), stop).ok()?;
        (!finished.interrupted).then(|| Able::of(&prepared, &finished))
    });
    match ended {
        Ended::Done(able) => able,
        Ended::Stopped | Ended::Late | Ended::Panicked(_) => None,
    }
}

/// Runs one seed; nothing if a signal stopped it.
fn watched(watch: &Watch<'_>, judge: &Judge, prepared: Prepared) -> Option<Row> {
    let (seed, judge) = (prepared.scenario.seed, judge.clone());
    let empty = Row::of(&judge, &prepared);
    let ended = watch.watch(move |stop| judge.judge(&prepared, stop));
    let outcome = match ended {
        Ended::Done(row) => match row.outcome {
            // Both the limit and a signal stop a run.
            RowOutcome::Late if watch.stop.load(Ordering::Relaxed) => return None,
            _ => return Some(row),
        },
        Ended::Stopped => return None,
        Ended::Late => RowOutcome::Late,
        Ended::Panicked(said) => RowOutcome::Panicked { said },
    };
    Some(Row { seed, outcome, ..empty })
}

/// Returns the progress line.
fn status(found: &Found, all: usize, seeds: Seeds, elapsed: Duration) -> String {
    let done = found.rows.len();
    let left = match (seeds, u32::try_from(done).ok().filter(|done| *done > 0)) {
        (Seeds::For { time, .. }, _) => Some(time.saturating_sub(elapsed)),
        (Seeds::Range { .. }, Some(count)) => {
            Some(elapsed / count * u32::try_from(all - done).unwrap_or(u32::MAX))
        }
        (Seeds::Range { .. }, None) => None,
    };
    let left = left
        .map_or(String::new(), |left| format!(", about {} left", short(Duration::from_secs(left.as_secs()))));
    let of = if matches!(seeds, Seeds::For { .. }) { String::new() } else { format!(" of {all}") };
    format!("exploring: {done}{of} seeds, {} failed{left}", found.failed())
}

#[cfg(test)]
mod tests;
