//! The results of reading.

use std::collections::BTreeMap;
use std::time::Duration;

use host::Outcome;
use serde_json::Value;

use crate::told::all_agree;
use crate::{Stamp, Told};

/// Everything that was read, in the order of the files and their lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// The names of the files.
    pub files: Vec<String>,
    /// The devices and servers that speak, in the order of their first lines.
    pub speakers: Vec<Speaker>,
    /// The lines that were understood.
    pub lines: Vec<ReadLine>,
    /// The lines that nothing here prints.
    pub unknown: Vec<UnknownLine>,
    /// The number of lines that are plainly no log: blank ones, prompts with commands, pagers, the head of `show logging`.
    pub passed_over: usize,
    /// The number of lines that were left out as they repeat the line before, time and all: a relay has doubled them.
    pub doubled: usize,
    /// The speakers whose lines are of several access points that nothing tells apart, with the images that these request.
    pub mixed: Vec<(usize, Vec<String>)>,
}

/// An event that was read from one or several lines.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadEvent {
    /// The kind of event, by its name in `events.jsonl`.
    pub kind: &'static str,
    /// The values that its lines tell.
    pub told: BTreeMap<String, Told>,
    /// Its lines, indices into [`Read::lines`], in order.
    pub lines: Vec<usize>,
    /// True if all lines that the event prints are there, and none is cropped.
    pub whole: bool,
}

impl Read {
    /// Puts the lines of each event together, by the first candidate of each line. The events are in the order of their first lines; the
    /// lines of one event follow one another among those of their speaker.
    pub fn events(&self) -> Vec<ReadEvent> {
        let mut events: Vec<ReadEvent> = Vec::new();
        // The event of the last line of each speaker.
        let mut open: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, line) in self.lines.iter().enumerate() {
            let candidate = line.reading.first();
            let before = open.get(&line.speaker).filter(|event| {
                let last = events[**event].lines.last().map(|last| self.lines[*last].reading.first());
                last.is_some_and(|last| candidate.follows(last))
            });
            let ends = candidate.line + 1 == candidate.of && !line.reading.cropped;
            let event = match before {
                Some(event) => {
                    let known = &mut events[*event];
                    known.told.extend(candidate.told.clone());
                    known.lines.push(index);
                    known.whole = ends && known.lines.len() == candidate.of;
                    *event
                }
                None => {
                    let whole = ends && candidate.line == 0;
                    let (kind, told) = (candidate.kind, candidate.told.clone());
                    events.push(ReadEvent { kind, told, lines: vec![index], whole });
                    events.len() - 1
                }
            };
            open.insert(line.speaker, event);
        }
        events
    }
}

impl ReadEvent {
    /// Returns true if it can be this event, a record of `events.jsonl`: kind and values agree.
    pub fn agrees(&self, record: &Value) -> bool {
        agrees(self.kind, &self.told, record)
    }
}

/// A device or server that printed lines: two files are of two speakers, unless the lines name the same host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The kind of device or server.
    pub role: Role,
    /// The name of its host, if the lines have it: a syslog server writes it.
    pub host: Option<String>,
    /// The file of its first line, an index into [`Read::files`].
    pub file: usize,
    /// Its number among the access points of one file that only their clocks tell apart, from 0.
    pub clock: Option<usize>,
}

/// The kinds of speakers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// An access point, on its console.
    AccessPoint,
    /// The controller, in its log.
    Controller,
    /// in.tftpd of tftp-hpa.
    TftpdHpa,
    /// Tftpd64.
    Tftpd64,
    /// sshd, PAM and sftp-server.
    OpenSsh,
}

/// The place of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, an index into [`Read::files`].
    pub file: usize,
    /// The line in the file, from 1.
    pub line: usize,
    /// The column of the first character of the text behind time and names, from 1.
    pub column: usize,
}

/// A line that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadLine {
    /// Its place.
    pub place: Place,
    /// The number of lines of the file that it was put together from; more than 1 if a terminal had wrapped it.
    pub joined: usize,
    /// The speaker, an index into [`Read::speakers`].
    pub speaker: usize,
    /// The time that it printed.
    pub stamp: Option<Stamp>,
    /// The time since the first line of the same speaker that has a time, by the clock of the speaker, which is taken to stand still while
    /// it goes backwards. A line without a time has that of the line before.
    pub since: Option<Duration>,
    /// The clock of the speaker was set back by so much before this line.
    pub set_back: Option<Duration>,
    /// The name of the program, where printed.
    pub program: Option<String>,
    /// The number of the process, where printed.
    pub pid: Option<u32>,
    /// The line as a terminal showed it: decoded, without escape sequences and marks of quoted mails, and in one piece if it was wrapped.
    pub text: String,
    /// What it says.
    pub reading: Reading,
}

/// What a line says.
///
/// Where several events print the same line, `candidates` has all of them, and the first is the one to go by: the event that the line
/// before belongs to, if the line is the next of it; else one that begins with this line; else the first in the order of the enum of
/// events. An alignment compares the first, and falls back to [`Reading::can_be`].
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The events that print such a line, never empty.
    pub candidates: Vec<Candidate>,
    /// True if the line was cropped, and its end is not known. Then there are up to [`Reading::MOST_KINDS`] kinds of candidates.
    pub cropped: bool,
}

/// An event that prints such a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The kind of event, by its name in `events.jsonl`.
    pub kind: &'static str,
    /// The line among those that the event prints, from 0.
    pub line: usize,
    /// The number of lines that the event prints.
    pub of: usize,
    /// The values that the line tells, by the names of fields in `events.jsonl`: `peer`, or `who.user` for a value inside a field. There is one
    /// name that is no field: `controller` is the controller's own address in its log.
    pub told: BTreeMap<String, Told>,
    /// How an attempt ends with this event; `None` if none does.
    pub outcome: Option<Outcome>,
}

impl Reading {
    /// The most kinds of events that a cropped line may stand for. A line that is cropped so early that it could be of more is not understood.
    pub const MOST_KINDS: usize = 4;

    /// Returns the candidate to go by.
    pub fn first(&self) -> &Candidate {
        &self.candidates[0]
    }

    /// Returns the kind of event to go by.
    pub fn kind(&self) -> &'static str {
        self.first().kind
    }

    /// Returns true if some event of this kind prints such a line.
    pub fn can_be(&self, kind: &str) -> bool {
        self.candidates.iter().any(|candidate| candidate.kind == kind)
    }

    /// Returns true if the line may be of this event, a record of `events.jsonl`: its kind is among the candidates, and the values agree.
    pub fn agrees(&self, record: &Value) -> bool {
        self.candidates.iter().any(|candidate| candidate.agrees(record))
    }
}

impl Candidate {
    /// Returns true if the event has this kind, and its values are those that the line tells.
    pub fn agrees(&self, record: &Value) -> bool {
        agrees(self.kind, &self.told, record)
    }

    /// Returns true if this is the line behind `before` of the same event.
    pub(crate) fn follows(&self, before: &Self) -> bool {
        (self.kind, self.of, self.line) == (before.kind, before.of, before.line + 1)
    }
}

fn agrees(kind: &str, told: &BTreeMap<String, Told>, record: &Value) -> bool {
    // The controller's own address is in no record, and a field of an access point has the same name.
    let is_field = |path: &str| path != crate::OWN_ADDRESS || record.get(crate::OWN_ADDRESS).is_some();
    record["event"] == kind && all_agree(told.iter().filter(|(path, _)| is_field(path)), record)
}

/// A line that nothing here prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLine {
    /// Its place.
    pub place: Place,
    /// Its beginning, safe for a terminal.
    pub text: String,
}
