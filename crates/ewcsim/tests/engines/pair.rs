//! Two runs of a scenario, one on each engine.

use std::collections::BTreeMap;
use std::time::Duration;

use ap::ApEvent;
use ewcsim::report::files;
use ewcsim::{EngineKind, Event, Finished, NetworkEvent, Options, Prepared};
use libtest_mimic::Failed;
use scenario::Software;
use serde_json::Value;

use crate::common;
use crate::exceptions::Exception;

/// The number of differing lines that are shown of a file.
const SHOWN: usize = 3;

/// Two runs of a scenario.
pub(crate) struct Pair {
    simnet: Finished,
    turmoil: Finished,
    /// The differences that are allowed.
    allowed: &'static [Exception],
}

/// Returns true if hosts of the scenario use TCP.
pub(crate) fn speaks_tcp(prepared: &Prepared) -> bool {
    prepared.scenario.servers.iter().any(|server| server.software == Software::OpenSsh)
}

impl Pair {
    /// Runs `prepared` on both engines.
    pub(crate) fn run(prepared: &Prepared, tick: Duration, allowed: &'static [Exception]) -> Self {
        let run = |engine| common::run_with(prepared, Options { engine, ..Options::default() });
        Self {
            simnet: run(EngineKind::SimnetInTicks(tick)),
            turmoil: run(EngineKind::Turmoil(tick)),
            allowed,
        }
    }

    /// Compares all that is to be equal.
    pub(crate) fn compare(&self, prepared: &Prepared) -> Result<(), Failed> {
        let differences = if speaks_tcp(prepared) { self.sequences() } else { self.files(prepared) };
        if differences.is_empty() { Ok(()) } else { Err(differences.join("\n").into()) }
    }

    /// Returns the differences between the output files.
    fn files(&self, prepared: &Prepared) -> Vec<String> {
        let of = |finished| files(&prepared.scenario, finished);
        let (ours, theirs) = (of(&self.simnet), of(&self.turmoil));
        let pairs = ours.iter().zip(&theirs);
        let differing = pairs.filter_map(|((path, ours), (_, theirs))| {
            // Which engine it was.
            let theirs =
                theirs.replace("engine is turmoil", "engine is simnet").replace(" --engine turmoil", "");
            let both: Vec<(&str, &str)> =
                ours.lines().zip(theirs.lines()).filter(|(ours, theirs)| ours != theirs).collect();
            let lines = [ours.lines().count(), theirs.lines().count()];
            let shown: String =
                both.iter().take(SHOWN).map(|(ours, theirs)| format!("\n  {ours}\n  {theirs}")).collect();
            (*ours != theirs)
                .then(|| format!("{}: {lines:?} lines, {} differ{shown}", path.display(), both.len()))
        });
        differing.collect()
    }

    /// Returns the differences between the verdicts, and between the sequences of events.
    fn sequences(&self) -> Vec<String> {
        let [ours, theirs] = [&self.simnet, &self.turmoil].map(|finished| self.by_subject(finished));
        let mut differences = Vec::new();
        for subject in ours.keys().chain(theirs.keys().filter(|subject| !ours.contains_key(subject))) {
            let none = Vec::new();
            let [ours, theirs] = [&ours, &theirs].map(|events| events.get(subject).unwrap_or(&none));
            let common = ours.iter().zip(theirs).take_while(|(ours, theirs)| ours == theirs).count();
            let is_shorter = |length: usize, exception| common == length && self.allows(exception);
            let may_end = is_shorter(ours.len().min(theirs.len()), Exception::End)
                || (is_shorter(theirs.len(), Exception::Acknowledgement));
            if ours != theirs && !may_end {
                let (ours, theirs) = (ours.get(common), theirs.get(common));
                differences.push(format!("{subject:?}: event {common} differs\n  {ours:?}\n  {theirs:?}"));
            }
        }
        if self.allows(Exception::GivingUp) {
            differences.clear();
        }
        let verdicts = [self.simnet.verdict(), self.turmoil.verdict()];
        if verdicts[0] != verdicts[1] && !self.allows(Exception::EndOfStream) {
            differences.push(format!("the verdicts are {} and {}", verdicts[0], verdicts[1]));
        }
        differences
    }

    /// Returns the events of each host, by their subject, without their times, as far as they are to be equal. What a controller
    /// does for one access point, for another, and at an install is independent; so are the processes of a server.
    fn by_subject(&self, finished: &Finished) -> BTreeMap<(String, String), Vec<String>> {
        let mut sequences: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for entry in finished.record.entries().iter() {
            let event = serde_json::to_value(&entry.event).expect("events serialize");
            let subject = event.get("name").or(event.get("pid")).unwrap_or(&Value::Null).to_string();
            if let Some(text) = self.comparable(&entry.event) {
                sequences.entry((finished.record.who(entry).to_owned(), subject)).or_default().push(text);
            }
        }
        sequences
    }

    /// Returns an event as text; nothing, or another event's, where that is allowed.
    fn comparable(&self, event: &Event) -> Option<String> {
        match event {
            Event::AccessPoint(ApEvent::WtpEventDiscarded { .. }) if self.allows(Exception::OwnTimer) => None,
            // turmoil's acknowledgements are no packets, and its segments are others.
            Event::Network(NetworkEvent::PacketsDropped { protocol, .. })
                if ["tcp", "icmp"].contains(&protocol.as_str()) =>
            {
                None
            }
            event if self.allows(Exception::Seconds) && name(event) == "throttling_ends" => Some(name(event)),
            event if self.allows(Exception::EndOfStream) => {
                Some(format!("{event:?}").replace("ConnectionReset", "ConnectionClosed"))
            }
            event => Some(format!("{event:?}")),
        }
    }

    fn allows(&self, exception: Exception) -> bool {
        self.allowed.contains(&exception)
    }
}

/// Returns the name of an event in records.
fn name(event: &Event) -> String {
    let event = serde_json::to_value(event).expect("events serialize");
    event["event"].as_str().unwrap_or_default().to_owned()
}
