//! Specimens of the events of sftp-server.

use host::{Samples, Specimen};

use super::event::{Change, Kind, Name, Refusal};
use super::fatal::{Fatal, function};
use super::options::UsageError;
use crate::syslog::LogLevel;

/// The types of packets that a client may send.
const PACKETS: std::ops::RangeInclusive<u8> = 1..=20;

/// Returns specimens of every event.
pub(crate) fn specimens(samples: &mut Samples) -> Vec<Kind> {
    let mut all = Kind::specimens(samples);
    all.retain(can_happen);
    all.extend((0..=8).map(|status| Kind::StatusSent { status }));
    let mut errors = vec![
        UsageError::Level(samples.text()),
        UsageError::Facility(samples.text()),
        UsageError::Umask(samples.text()),
        UsageError::AllowedTwice,
        UsageError::DeniedTwice,
    ];
    all.extend(
        errors.drain(..).map(|error| Kind::BadOption { message: error.to_string(), fatal: error.is_fatal() }),
    );
    all.extend(parse_errors().into_iter().map(|why| Kind::Fatal { why }));
    all
}

/// Returns false for combinations that no server emits, and for reasons of any words: those that there are have specimens of their own.
fn can_happen(kind: &Kind) -> bool {
    match kind {
        Kind::BadOption { .. } | Kind::Fatal { why: Fatal::Parse { .. } } | Kind::StatusSent { .. } => false,
        Kind::Trace { level, .. } => *level > LogLevel::Verbose,
        _ => true,
    }
}

fn parse_errors() -> Vec<Fatal> {
    let mut functions: Vec<&str> = PACKETS.chain([200]).map(function).collect();
    functions.sort_unstable();
    functions.dedup();
    let problems = ["string is too large", "incomplete message", "invalid format"];
    let of = |function| problems.map(|problem| Fatal::Parse { function, doing: "parse", problem });
    let mut all: Vec<Fatal> = functions.into_iter().flat_map(of).collect();
    all.extend([1, 200].map(Fatal::without_id));
    all
}

impl Specimen for Name {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        vec![samples.text().as_bytes().into()]
    }
}

host::specimens! {
    enum Change { Size(size), Mode(mode), Modified(time), Owner(user, group) }
    enum Refusal { ReadOnly, Denied, NotAllowed }
    enum LogLevel { Quiet, Fatal, Error, Info, Verbose, Debug1, Debug2, Debug3 }
    enum Fatal { Parse { function, doing, problem }, BeforeInit(kind), ExtendedBeforeInit, TooLong { client, user }, Empty }
}
