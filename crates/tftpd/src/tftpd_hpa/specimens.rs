//! Specimens of all events, from which a reader of logs learns what each of them prints.

use files::FileError;
use host::{Samples, Specimen as _};

use super::event::{During, Kind, Operation, RemapStep, TftpdHpaEvent};
use super::remap::{EreError, LoadError, RuleError, RuleProblem};
use super::server::{cannot_bind, cannot_enter};

/// Returns specimens of every event: one for each combination of words and flags, with marks of `samples` for all other values.
pub fn specimens(samples: &mut Samples) -> Vec<TftpdHpaEvent> {
    let mut all = Kind::specimens(samples);
    all.retain(can_happen);
    all.extend(start_failures(samples).into_iter().map(|reason| Kind::StartFailed { reason }));
    all.into_iter().map(|kind| TftpdHpaEvent { pid: 0, logged: true, kind }).collect()
}

/// Returns false for combinations that no server emits, and for a reason of any words: those that there are have specimens of their own.
fn can_happen(kind: &Kind) -> bool {
    match kind {
        Kind::StartFailed { .. } => false,
        Kind::Remap { step: RemapStep::Input | RemapStep::Done | RemapStep::Loop, rule, .. } => {
            rule.is_none()
        }
        Kind::Remap { rule, .. } => rule.is_some(),
        _ => true,
    }
}

/// Returns the reasons why the daemon does not start.
fn start_failures(samples: &mut Samples) -> Vec<String> {
    let path = samples.text();
    let mut all = Vec::new();
    for error in [FileError::NotFound, FileError::NotADirectory, FileError::PermissionDenied] {
        all.push(cannot_enter(&path, &error));
        all.extend(LoadError::File(error).reasons(&path));
    }
    let mut problems = vec![
        // A letter is no mark: a line with another one is not read.
        RuleProblem::BadLetter { command: samples.text(), letter: 'z' },
        RuleProblem::InvertedRewrite,
        RuleProblem::NoRegex,
    ];
    problems.extend(EreError::specimens(samples).into_iter().map(RuleProblem::BadRegex));
    let line = usize::try_from(samples.number(u16::MAX.into())).unwrap_or_default();
    let rules = problems.into_iter().map(|problem| RuleError { line, problem }).collect();
    all.extend(LoadError::Rules(rules).reasons(&path));
    all.extend(["IPv4", "IPv6"].map(|family| cannot_bind(family, &samples.text())));
    all
}

host::specimens! {
    enum RemapStep { Input, Rewrite, Exit, Restart, Abort, Done, Loop }
    enum Operation { Rrq, Wrq }
    enum EreError { Parenthesis, Bracket, Brace, Interval, Repetition, Escape, Range, Class, Size, Unsupported }
    enum During { Bind, Connect, Oack, Read, Write, WriteAck, ReadAck, Nak }
}
