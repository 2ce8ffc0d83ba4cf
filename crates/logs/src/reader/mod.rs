//! Reads files line by line: puts lines together that were wrapped or cropped, and gives each to its speaker.

mod choose;
mod clocks;
mod item;
mod speakers;

use self::item::{Item, Sense};
use self::speakers::Speakers;
use crate::lines::{self, RawLine};
use crate::table::{Found, Voice, book};
use crate::{Place, Read, ReadLine, Role, UnknownLine};

/// The most bytes that are read at a time, all files together.
pub const BYTES_MAX: usize = 64 << 20;
/// The most lines that are read at a time, all files together.
pub const LINES_MAX: usize = 500_000;
/// The most characters of a line that an [`UnknownLine`] has.
const UNKNOWN_MAX: usize = 200;
/// The most lines of a file that are put together.
const JOINED_MAX: usize = 8;

/// A file to read.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The reason why nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitExceeded {
    /// There are too many bytes.
    #[error("the logs have {0} bytes, and at most {BYTES_MAX} are read: cut out the time in question")]
    Bytes(usize),
    /// There are too many lines.
    #[error("the logs have more than {LINES_MAX} lines: cut out the time in question")]
    Lines,
}

/// Returns true if a device or server of this role prints a line about events of this kind.
pub fn prints(role: Role, kind: &str) -> bool {
    Voice::ALL.iter().any(|voice| voice.role() == role && book(*voice).kinds().contains(&kind))
}

/// Reads logs. Time and memory grow with their length, whatever they contain.
///
/// # Errors
/// [`LimitExceeded`] if there are more than [`BYTES_MAX`] bytes or [`LINES_MAX`] lines.
pub fn read(files: &[File<'_>]) -> Result<Read, LimitExceeded> {
    let total = files.iter().map(|file| file.bytes.len()).sum();
    if total > BYTES_MAX {
        return Err(LimitExceeded::Bytes(total));
    }
    let line_ends = |file: &File<'_>| file.bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    if files.iter().map(line_ends).sum::<usize>() > LINES_MAX {
        return Err(LimitExceeded::Lines);
    }
    let mut reader = Reader::default();
    for file in files {
        reader.file(file);
    }
    choose::choose(&mut reader.read.lines, reader.read.speakers.len());
    reader.read.mixed = speakers::mixed(&reader.read);
    Ok(reader.read)
}

#[derive(Default)]
struct Reader {
    read: Read,
    speakers: Speakers,
}

/// A line that was understood, or put together from several.
struct Outcome {
    /// The number of lines of the file.
    lines: usize,
    item: Item,
    /// The readings, each with the place where its text begins in the item: several if a line of dots was interrupted.
    found: Vec<(Voice, Found, usize)>,
}

impl Outcome {
    fn of(lines: usize, item: Item, (voice, found): (Voice, Found)) -> Self {
        Self { lines, item, found: vec![(voice, found, 0)] }
    }
}

impl Reader {
    fn file(&mut self, file: &File<'_>) {
        let index = self.read.files.len();
        self.read.files.push(file.name.to_owned());
        self.speakers.next_file();
        let mut items: Vec<Item> = Vec::new();
        lines::lines(file.bytes, |line: RawLine| items.push(Item::new(line)));
        self.speakers.clocks(clocks_of(&items));
        let width = Width::of(&items);
        let mut at = 0;
        while let Some(item) = items.get(at) {
            if item.is_no_log() {
                self.read.passed_over += 1;
                at += 1;
                continue;
            }
            match self.at(&items[at..], width) {
                Some(outcome) => {
                    at += outcome.lines;
                    self.understood(index, outcome);
                }
                None => {
                    let text: String = item.text.trim_end().chars().take(UNKNOWN_MAX).collect();
                    let text = text::visible(&text).into_owned();
                    self.read.unknown.push(UnknownLine { place: item.place(index, 0), text });
                    at += 1;
                }
            }
        }
    }

    /// Reads the first of these lines, with those behind it that belong to it.
    fn at(&self, items: &[Item], width: Width) -> Option<Outcome> {
        let sense = self.sense();
        let whole = sense.whole(&items[0]).map(|found| Outcome::of(1, items[0].clone(), found));
        if let Some(outcome) = self.behind_header(items, width) {
            return Some(outcome);
        }
        let begins = || sense.cropped(&items[0], None).is_some() || sense.interrupted(&items[0]).is_some();
        // A narrow terminal wraps within the header.
        let is_header = items[0].header.stamp.is_some() && width.is_full(&items[0]);
        if whole.is_none() && items[0].header.voice.is_none() && !is_header && !begins() {
            return None;
        }
        let loose = self.loose(&items[1..]);
        if let Some(outcome) = whole.or_else(|| self.wrapped(items, loose, is_header)) {
            let outcome = self.wrapped_value(items, loose, width, outcome);
            return Some(self.or_cropped(&items[0], width, outcome));
        }
        self.cropped(items, loose, width)
    }

    /// Adds what else a whole line may be if it was cropped where another one goes on: ` [preauth]` is missing. It may have been if it is as
    /// long as the longest of its file, and not the only one. The whole line stays the one to go by.
    fn or_cropped(&self, item: &Item, width: Width, mut outcome: Outcome) -> Outcome {
        let may_be = outcome.lines == 1 && width.lines > 1 && width.is_full(item);
        let Some((voice, longer)) = self.sense().cropped(item, None).filter(|_| may_be) else {
            return outcome;
        };
        let (own, found, _) = &mut outcome.found[0];
        if *own == voice {
            let known = &mut found.reading.candidates;
            let others = longer.reading.candidates.into_iter();
            let others: Vec<_> = others.filter(|other| !known.contains(other)).collect();
            known.extend(others);
        }
        outcome
    }

    /// Reads a header that a terminal wrapped from its text. The text may say something by itself, but its header stands here.
    fn behind_header(&self, items: &[Item], width: Width) -> Option<Outcome> {
        let [first, next, others @ ..] = items else { return None };
        let is_all_header = first.header.program.is_some() && first.body().trim().is_empty();
        if !is_all_header || next.header.voice.is_some() || next.header.stamp.is_some() {
            return None;
        }
        let joined = Item::joined(&items[..2], "");
        let found = self.sense().whole(&joined)?;
        let loose = 1 + self.loose(others);
        Some(self.wrapped_value(items, loose, width, Outcome::of(2, joined, found)))
    }

    /// Reads a line that was cropped, and then perhaps wrapped.
    fn cropped(&self, items: &[Item], loose: usize, width: Width) -> Option<Outcome> {
        let sense = self.sense();
        let wrapped = items[..=loose].iter().take_while(|item| width.is_full(item)).count().min(loose);
        let joined = |count: usize| Item::joined(&items[..=count], "");
        let with_tail = (0..=wrapped).rev().filter(|count| *count < loose).find_map(|count| {
            let joined = joined(count);
            let found = sense.cropped(&joined, Some(items[count + 1].text.trim()))?;
            Some(Outcome::of(count + 2, joined, found))
        });
        let alone = |count: usize| {
            let item = joined(count);
            match sense.cropped(&item, None) {
                Some(found) => Some(Outcome::of(count + 1, item, found)),
                None => sense.interrupted(&item).map(|found| Outcome { lines: count + 1, item, found }),
            }
        };
        with_tail.or_else(|| (0..=wrapped).rev().find_map(alone))
    }

    /// Puts together a line that a terminal wrapped, with up to `loose` lines behind it.
    fn wrapped(&self, items: &[Item], loose: usize, is_header: bool) -> Option<Outcome> {
        let sense = self.sense();
        if items[0].header.voice.is_none() && !is_header && sense.cropped(&items[0], None).is_none() {
            return None;
        }
        let ways = ["", " "].into_iter().flat_map(|blank| (1..=loose).map(move |count| (blank, count)));
        ways.into_iter().find_map(|(blank, count)| {
            let joined = Item::joined(&items[..=count], blank);
            let found = sense.whole(&joined)?;
            Some(Outcome::of(count + 1, joined, found))
        })
    }

    /// Adds the rest of the value in which a line ends, if a terminal wrapped it there.
    fn wrapped_value(&self, items: &[Item], loose: usize, width: Width, outcome: Outcome) -> Outcome {
        let mut best = outcome;
        while best.found[0].1.ends_in_value
            && best.lines <= loose.min(JOINED_MAX - 1)
            && width.is_full(&items[best.lines - 1])
        {
            if width.lines < 2 && items[best.lines].text.trim().contains(' ') {
                break;
            }
            let joined = Item::joined(&items[..=best.lines], "");
            let Some(longer) = self.sense().whole(&joined) else { break };
            if longer.1.reading.kind() != best.found[0].1.reading.kind() {
                break;
            }
            best = Outcome::of(best.lines + 1, joined, longer);
        }
        best
    }

    /// Returns the number of lines that may be the rest of the line in front of them.
    fn loose(&self, items: &[Item]) -> usize {
        let sense = self.sense();
        items.iter().take(JOINED_MAX - 1).take_while(|item| sense.is_loose(item)).count()
    }

    /// Returns true if a line repeats the one before it letter by letter, time and all, and is not the next line of the same event: no device
    /// prints that, and relays do.
    fn is_doubled(&self, file: usize, outcome: &Outcome) -> bool {
        let (Some(last), item) = (self.read.lines.last(), &outcome.item) else { return false };
        let is_next = last.place.file == file && last.place.line + last.joined == item.number;
        let candidates = outcome.found.iter().flat_map(|(_, found, _)| &found.reading.candidates);
        is_next
            && item.header.stamp.is_some()
            && !item.body().trim().is_empty()
            && last.text == item.text
            && !candidates
                .into_iter()
                .any(|one| last.reading.candidates.iter().any(|other| one.follows(other)))
    }

    fn sense(&self) -> Sense<'_> {
        Sense { heard: self.speakers.heard() }
    }

    fn understood(&mut self, file: usize, outcome: Outcome) {
        if self.is_doubled(file, &outcome) {
            self.read.doubled += 1;
            return;
        }
        let Outcome { lines, item, found } = outcome;
        for (index, (voice, found, offset)) in found.into_iter().enumerate() {
            let header = &item.header;
            let speaker = self.speakers.of(&mut self.read.speakers, voice, &item, file);
            // A line of two readings has one time.
            let stamp = header.stamp.clone().filter(|_| index == 0);
            let tick = stamp.as_ref().and_then(|stamp| self.speakers.clock(speaker).tick(stamp));
            let since = tick.map(|tick| tick.since).or_else(|| self.speakers.clock(speaker).since());
            self.read.lines.push(ReadLine {
                place: item.place(file, offset),
                joined: lines,
                speaker,
                stamp: header.stamp.clone(),
                since,
                set_back: tick.and_then(|tick| tick.set_back),
                program: header.program.clone(),
                pid: header.pid,
                text: item.text.clone(),
                reading: found.reading,
            });
        }
    }
}

/// Returns the lines of a file that belong to one of several clocks, with the number of the clock.
fn clocks_of(items: &[Item]) -> Vec<(usize, usize)> {
    let is_console =
        |item: &&Item| item.header.voice == Some(Voice::AccessPoint) && item.header.host.is_none();
    let stamped = items.iter().filter(is_console);
    clocks::clocks(stamped.filter_map(|item| Some((item.number, item.header.stamp.as_ref()?))))
}

/// The width of the terminal that wrapped the lines of a file.
#[derive(Clone, Copy, Debug)]
struct Width {
    /// The length of the longest line, in characters.
    columns: usize,
    /// The number of lines as long.
    lines: usize,
}

impl Width {
    /// No terminal is narrower.
    const MIN: usize = 40;

    fn of(items: &[Item]) -> Self {
        let lengths = || items.iter().map(Item::columns);
        let columns = lengths().max().unwrap_or_default();
        Self { columns, lines: lengths().filter(|length| *length == columns).count() }
    }

    fn is_full(self, item: &Item) -> bool {
        self.columns >= Self::MIN && item.columns() == self.columns
    }
}

impl Item {
    fn place(&self, file: usize, offset: usize) -> Place {
        let column = self.column + self.text[..self.header.start + offset].chars().count();
        Place { file, line: self.number, column }
    }
}
