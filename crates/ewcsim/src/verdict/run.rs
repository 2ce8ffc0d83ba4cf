//! One run from start to verdict.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use command_line::Output;
use engine::{Capture, EngineKind};
use network::{FcsErrors, RuleDrops, Stats};
use scenario::{DrawnValue, Express, MustViolate, Scenario, Snapshot};

use super::asked::Asked;
use super::invariants::{self, Violation};
use super::judge::{Dropped, Judgement, Outcome, judge};
use super::quirks::{InForce, Undecided, named, quirks_in_force, undecided};
use super::redundancy;
use super::unverified::{self, UnverifiedFact, UnverifiedText};
use crate::clock::WallClock;
use crate::ending::Ending;
use crate::progress::Progress;
use crate::world::{Logs, NotModelled, Prepared, Record, Untriggered, World};

/// The simulated time between two checks of progress and interruption.
const STEP: Duration = Duration::from_secs(1);
/// The number of ticks after which they are checked, if that is sooner: Ctrl-C is not to wait for a million.
const STEP_TICKS: u32 = 1_000;

/// The longest tick of an engine with which a run can pass.
const TICK_MAX: Duration = Duration::from_millis(10);

/// The options of a run.
#[derive(Debug, Default)]
pub struct Options {
    /// The engine, and how its clock moves.
    pub engine: EngineKind,
    /// The capture that records packets.
    pub capture: Option<Capture>,
    /// The `show` commands to keep the output of, in full form, beside those of the scenario's snapshot. Their times are not
    /// after the end of the run.
    pub show: Vec<Asked>,
    /// The paths for `--allow-read` in the command that repeats the run.
    pub allow_read: Vec<PathBuf>,
    /// True to send every packet, whatever the scenario says.
    pub every_packet: bool,
}

/// The name of an engine, as the command line has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum EngineName {
    /// The usual one: packet by packet, with real TCP
    #[default]
    Simnet,
    /// A second opinion, hundreds of times slower: the clock, tasks, UDP and TCP of the turmoil library
    Turmoil,
}

impl EngineName {
    /// Returns the engine for a scenario, which says how long a tick is.
    pub fn kind(self, scenario: &Scenario) -> EngineKind {
        match self {
            Self::Simnet => EngineKind::Simnet,
            Self::Turmoil => EngineKind::Turmoil(scenario.tick),
        }
    }
}

/// A finished run.
#[derive(Debug)]
pub struct Finished {
    /// The engine that ran it.
    pub engine: EngineKind,
    /// The paths for `--allow-read` in the command that repeats it.
    pub allow_read: Vec<PathBuf>,
    /// The seed of every random choice.
    pub seed: u64,
    /// The values drawn from ranges.
    pub drawn: Vec<DrawnValue>,
    /// The record of events.
    pub record: Record,
    /// The logs of the hosts.
    pub logs: Logs,
    /// The output of `show` commands: at the end, then those at a time, in order of time.
    pub shows: Vec<Show>,
    /// The result of every expectation.
    pub judgements: Vec<Judgement>,
    /// Violations of invariants.
    pub violations: Vec<Violation>,
    /// Violations of invariants that are due to damage done by the scenario.
    pub waived: Vec<Violation>,
    /// Invariants that must be violated or waived, as the scenario says.
    pub must_violate: Vec<MustViolate>,
    /// What may matter and is not modelled.
    pub not_modelled: Vec<NotModelled>,
    /// The unverified facts that had their effect.
    pub unverified_facts: Vec<UnverifiedFact>,
    /// The unverified texts that expectations matched.
    pub unverified_texts: Vec<UnverifiedText>,
    /// Known defects that something decides which the scenario does not state.
    pub undecided: Vec<Undecided>,
    /// Known defects in force at the start.
    pub quirks: Vec<InForce>,
    /// Each access point at the end.
    pub access_points: Vec<ap::Status>,
    /// Each controller at the end.
    pub controllers: Vec<ewc::Snapshot>,
    /// The time of its end, since the start.
    pub end: Duration,
    /// True if a signal stopped it before its end.
    pub interrupted: bool,
    /// The counts of packets and polls.
    pub stats: Stats,
    /// The packets that firewalls dropped, by rule, in the order of the first packet.
    pub drops: Vec<RuleDrops>,
    /// The frames that were dropped for a wrong FCS, by direction of a link, in the order of the first.
    pub fcs_errors: Vec<FcsErrors>,
    /// Image files on disk that could not be read, with the reason.
    pub unreadable: Vec<String>,
    /// The times at which entries of the timeline happened, in order, with their indices into the timeline.
    pub happened: Vec<(Duration, usize)>,
    /// Timeline entries that never happened because the events they wait for did not.
    pub untriggered: Vec<Untriggered>,
}

/// The output of a `show` command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    /// The host.
    pub host: String,
    /// The command, and its time.
    pub asked: Asked,
    /// The output.
    pub output: String,
}

/// The verdict of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every expectation and invariant held.
    Passed,
    /// An expectation or invariant failed.
    Failed,
    /// An expectation could not be judged before the end, or something that may matter is not modelled.
    Inconclusive,
    /// A signal stopped the run.
    Interrupted,
}

impl From<Verdict> for Ending {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Failed => Self::Failed,
            Verdict::Inconclusive => Self::Inconclusive,
            Verdict::Interrupted => Self::Interrupted,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Ending::from(*self).name())
    }
}

/// The reason why a run failed to complete.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A catalogue value of the scenario is missing or of another kind.
    #[error(transparent)]
    Catalogue(catalogue::FactError),
    /// turmoil's TCP knows no translation of addresses.
    #[error("turmoil does not translate the addresses of TCP: run with `--engine simnet`")]
    TranslatedTcp,
    /// The capture could not be written.
    #[error("cannot write the capture: {0}")]
    Capture(std::io::Error),
}

/// Runs `prepared` to its end, or until `stop` is set, on its own thread: there, libraries that ask the operating system for
/// randomness get bytes derived from the seed ([`entropy`]).
///
/// # Errors
/// See [`RunError`].
pub fn run(
    prepared: &Prepared,
    options: Options,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Result<Finished, RunError> {
    entropy::seeded(prepared.scenario.seed, || run_seeded(prepared, options, progress, stop))
}

fn run_seeded(
    prepared: &Prepared,
    options: Options,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Result<Finished, RunError> {
    let scenario = &prepared.scenario;
    if matches!(options.engine, EngineKind::Turmoil(_)) && prepared.translates_tcp() {
        return Err(RunError::TranslatedTcp);
    }
    let world = World::build(prepared, options.engine, options.capture).map_err(RunError::Catalogue)?;
    world.set_express(prepared.scenario.express == Express::On && !options.every_packet);
    let mut watch = invariants::Watch::new(scenario);
    let clock = WallClock::new(scenario.start);
    let step = options.engine.tick().map_or(STEP, |tick| STEP.min(tick.saturating_mul(STEP_TICKS)));
    let mut later = options.show.clone();
    later.retain(|asked| asked.at.is_some());
    later.sort_by_key(|asked| std::cmp::Reverse(asked.at));
    let mut timed = Vec::new();
    let interrupted = loop {
        // First, because a run that has reached its end was not interrupted.
        if world.now() >= scenario.until {
            break false;
        }
        if stop.load(Ordering::Relaxed) {
            break true;
        }
        let next = (world.now() + step).min(scenario.until);
        // Further `--show` commands do not make it another run: what is watched is looked at as without them.
        timed.extend(asked_by(&mut later, next).into_iter().flat_map(|asked| {
            if let Some(at) = asked.at.filter(|at| *at > world.now()) {
                world.run_until(at);
            }
            shown(&world, &asked)
        }));
        world.run_until(next);
        watch.look(&world);
        progress.update(|| status(&world, &clock, scenario.until));
    };
    world.finish_capture().map_err(RunError::Capture)?;
    let end = world.now();
    let record = world.record().clone();
    let logs = Logs::render(&prepared.hosts, &record);
    if !interrupted {
        world.sample_at_end();
    }
    let dropped = Dropped { by_firewalls: world.drops(), on_links: world.fcs_errors_of_pairs() };
    let judgements = judge(prepared, &record, &logs, (&world.samples(), &dropped), end);
    if !interrupted {
        timed.extend(asked_by(&mut later, end).iter().flat_map(|asked| shown(&world, asked)));
    }
    let mut commands: Vec<&str> = vec!["show ap image"];
    let at_end = options.show.iter().filter(|asked| asked.at.is_none());
    commands.extend(at_end.map(|asked| asked.command.as_str()));
    commands.extend(scenario.snapshot.iter().filter_map(|snapshot| match snapshot {
        Snapshot::Show { command, .. } => Some(command.as_str()),
        Snapshot::Events | Snapshot::Log(_) => None,
    }));
    let quirks = quirks_in_force(prepared);
    let undecided = undecided(scenario, &quirks, &record);
    let invariants::Findings { violations, waived } = watch.finish(&world);
    Ok(Finished {
        engine: options.engine,
        allow_read: options.allow_read,
        violations,
        waived,
        must_violate: scenario.must_violate.clone(),
        unverified_facts: unverified::facts(scenario, &quirks, &record),
        unverified_texts: unverified::texts(prepared, &record, &logs),
        not_modelled: prepared
            .not_modelled
            .iter()
            .cloned()
            .chain(coarse_tick(options.engine))
            .chain(redundancy::not_modelled(&record))
            .chain(undecided.iter().filter(|one| one.is_switched_on).map(not_stated))
            .collect(),
        undecided,
        quirks,
        access_points: world.access_points().collect(),
        controllers: world.controllers().collect(),
        shows: shows(&world, &commands, timed),
        stats: world.stats(),
        drops: world.drops_by_rule(),
        fcs_errors: world.fcs_errors(),
        unreadable: world.unreadable(),
        happened: world.happened(),
        untriggered: world.untriggered(),
        seed: scenario.seed,
        drawn: scenario.drawn.clone(),
        record,
        logs,
        judgements,
        end,
        interrupted,
    })
}

impl Finished {
    /// Returns the verdict: a failure outweighs an interruption, and that outweighs what makes a run inconclusive.
    pub fn verdict(&self) -> Verdict {
        let any = |wanted: fn(&Outcome) -> bool| self.judgements.iter().any(|judged| wanted(&judged.outcome));
        if !self.violations.is_empty() || any(|outcome| matches!(outcome, Outcome::Failed { .. })) {
            Verdict::Failed
        } else if self.interrupted {
            Verdict::Interrupted
        } else if any(|outcome| matches!(outcome, Outcome::Inconclusive { .. }))
            || !self.not_modelled.is_empty()
        {
            Verdict::Inconclusive
        } else {
            Verdict::Passed
        }
    }

    /// Returns the output of a `show` command on a host at the end, if it was kept.
    pub fn show(&self, host: &str, command: &str) -> Option<&str> {
        let mut at_end = self.shows_at_end(command);
        at_end.find(|show| show.host == host).map(|show| show.output.as_str())
    }

    /// Returns the outputs of a `show` command at the end.
    pub fn shows_at_end(&self, command: &str) -> impl Iterator<Item = &Show> {
        self.shows.iter().filter(move |show| show.asked.at.is_none() && show.asked.command == command)
    }
}

/// Returns what a defect that the scenario switches on depends on.
fn not_stated(one: &Undecided) -> NotModelled {
    let Undecided { defect, missing, hosts, .. } = one;
    let why = format!("the {missing} of {} is not stated, and decides {defect}", named(hosts));
    NotModelled { name: (*missing).to_owned(), why }
}

/// Returns what ticks as long as these leave out: below them, times of devices and links are one.
fn coarse_tick(engine: EngineKind) -> Option<NotModelled> {
    let tick = engine.tick().filter(|tick| *tick > TICK_MAX)?;
    let why = format!(
        "times are rounded up to {tick:?}, and those of devices and links below {TICK_MAX:?} decide outcomes"
    );
    Some(NotModelled { name: "tick".to_owned(), why })
}

/// Removes those whose time has come by `time` from the end of `later`, which is sorted from the last to the first.
fn asked_by(later: &mut Vec<Asked>, time: Duration) -> Vec<Asked> {
    let first = later.partition_point(|asked| asked.at > Some(time));
    later.drain(first..).rev().collect()
}

/// Runs each command once on every host that has it, and adds the outputs `timed`, each once.
fn shows(world: &World, commands: &[&str], timed: Vec<Show>) -> Vec<Show> {
    let mut shows: Vec<Show> = Vec::new();
    for &command in commands {
        if !shows.iter().any(|show| show.asked.command == command) {
            shows.extend(shown(world, &Asked { command: command.to_owned(), at: None }));
        }
    }
    for show in timed {
        if !shows.contains(&show) {
            shows.push(show);
        }
    }
    shows
}

/// Runs a command now on every host that has it.
fn shown(world: &World, asked: &Asked) -> Vec<Show> {
    let of = |(host, output): (String, Output)| Show { host, asked: asked.clone(), output: output.text };
    world.show_all(&asked.command).into_iter().map(of).collect()
}

/// Returns the progress line for a terminal.
fn status(world: &World, clock: &WallClock, until: Duration) -> String {
    let now = world.now();
    let percent = now.as_millis() * 100 / until.as_millis().max(1);
    let (mut registered, mut sent, mut of) = (0, 0, 0);
    for row in world.controllers().flat_map(|controller| controller.aps) {
        registered += usize::from(row.state == ewc::ApState::Registered);
        let (sent_to_it, of_its_image) = row.download.unwrap_or_default();
        (sent, of) = (sent + sent_to_it, of + of_its_image);
    }
    let downloads = match (sent * 100).checked_div(of) {
        Some(share) => format!(", downloads {share} %"),
        None => String::new(),
    };
    format!("{} ({percent} %): {registered} in service{downloads}", clock.time_of_day(now))
}

#[cfg(test)]
mod tests {
    use scenario::MemoryFiles;

    use super::*;

    #[test]
    fn what_has_come_to_its_end_was_not_interrupted() {
        for (until, interrupted) in [("0s", false), ("1s", true)] {
            let text = crate::testing::SMALL.replace("until: 30m", &format!("until: {until}"));
            let files = MemoryFiles::default().with("small.yaml", text);
            let prepared =
                crate::world::load(std::path::Path::new("small.yaml"), &files).expect("it is right");
            let stop = AtomicBool::new(true);
            let finished = run(&prepared, Options::default(), &mut Progress::none(), &stop).expect("it runs");
            assert_eq!(finished.interrupted, interrupted, "{until}");
        }
    }
}
