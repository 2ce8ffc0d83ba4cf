//! The specimens as the devices and servers print them, by the very functions that print.

use host::{Outcome, Samples};
use serde_json::Value;

use super::Voice;
use crate::OWN_ADDRESS;

/// An event, and the lines that it prints in one of its renderings.
#[derive(Clone, Debug)]
pub(crate) struct Printed {
    /// The event as a record of `events.jsonl`.
    pub(crate) record: Value,
    /// How an attempt ends with it.
    pub(crate) outcome: Option<Outcome>,
    /// Its lines, without headers.
    pub(crate) lines: Vec<String>,
}

/// Returns the specimens of a voice, in each of its dialects.
pub(crate) fn printed(voice: Voice, samples: &mut Samples) -> Vec<Printed> {
    match voice {
        Voice::AccessPoint => access_point(samples),
        Voice::Controller => controller(samples),
        Voice::TftpdHpa => {
            let all = tftpd::tftpd_hpa::specimens(samples);
            all.iter().map(|event| of(event, None, tftpd::tftpd_hpa::message(event))).collect()
        }
        Voice::Tftpd64 => {
            let all = tftpd::tftpd64::specimens(samples);
            all.iter().map(|event| of(event, None, tftpd::tftpd64::message(event))).collect()
        }
        Voice::Sshd => openssh(samples, |program| program == openssh::Program::Sshd),
        Voice::SftpServer => openssh(samples, |program| program != openssh::Program::Sshd),
    }
}

fn access_point(samples: &mut Samples) -> Vec<Printed> {
    let all = ap::specimens(samples);
    let dialects = [ap::Dialect::Older, ap::Dialect::Newer];
    let in_dialect = |event: &ap::ApEvent, dialect| {
        of(event, event.outcome(), ap::lines(event, dialect).into_iter().map(|line| line.text.into_owned()))
    };
    all.iter().flat_map(|event| dialects.map(|dialect| in_dialect(event, dialect))).collect()
}

fn controller(samples: &mut Samples) -> Vec<Printed> {
    let own = samples.address();
    let all = ewc::specimens(samples);
    let print = |event: &ewc::ControllerEvent| {
        let messages = ewc::syslog::messages(event, own).into_iter();
        let mut printed = of(event, event.outcome(), messages.map(|message| message.text));
        printed.record[OWN_ADDRESS] = own.to_string().into();
        printed
    };
    all.iter().map(print).collect()
}

fn openssh(samples: &mut Samples, is: impl Fn(openssh::Program) -> bool) -> Vec<Printed> {
    let all = openssh::specimens(samples).into_iter().filter(|event| is(event.program));
    all.map(|event| of(&event, None, openssh::message(&event))).collect()
}

fn of(
    event: &impl serde::Serialize,
    outcome: Option<Outcome>,
    lines: impl IntoIterator<Item = String>,
) -> Printed {
    let record = serde_json::to_value(event).expect("events are plain records");
    Printed { record, outcome, lines: lines.into_iter().collect() }
}
