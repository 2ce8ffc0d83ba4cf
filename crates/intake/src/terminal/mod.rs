//! A log of a terminal: its lines as they were shown, and the outputs that it holds.
//!
//! An output begins at a prompt, or at a line that only one kind of output has; it ends at the next one. Blank lines mean nothing anywhere,
//! so that a log in which every second line is blank reads like any other.

pub(crate) mod kind;
pub(crate) mod prompt;
pub(crate) mod table;

use std::borrow::Cow;
use std::collections::BTreeSet;

use ewc::config::is_between;
use text::{paste, terminal};

use self::kind::{Kind, Opens, is_of_sshd, opens};
use self::prompt::{At, Typed, typed, without_end};

/// The most hosts whose prompts are looked for at the ends of lines.
const HOSTS_MAX: usize = 16;
/// The fewest dashes of the rule below a heading.
const RULE_MIN: usize = 20;

/// A line that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its number in the file, from 1.
    pub(crate) number: usize,
    /// Its text, without blanks at the end.
    pub(crate) text: String,
    /// The number of characters that it had with them.
    pub(crate) width: usize,
}

/// The lines from one prompt or heading to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// The kind of output; nothing if no line says so.
    pub(crate) kind: Option<Kind>,
    /// The prompt in front, and what was typed there.
    pub(crate) typed: Option<Typed>,
    pub(crate) lines: Vec<Line>,
}

/// A log.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) sections: Vec<Section>,
    /// The width at which its terminal wrapped lines.
    pub(crate) width: usize,
}

/// The longest line that is read, in bytes; what is behind is cut off. The cells of a terminal take many times as much.
const LINE_MAX: usize = 1 << 20;

/// Returns a text whose lines have at most [`LINE_MAX`] bytes.
fn bounded(text: &str) -> Cow<'_, str> {
    if text.split('\n').all(|line| line.len() <= LINE_MAX) {
        return text.into();
    }
    let cut = |line: &str| line[..line.floor_char_boundary(LINE_MAX.min(line.len()))].to_owned();
    text.split('\n').map(cut).collect::<Vec<_>>().join("\n").into()
}

/// Splits a log.
pub(crate) fn split(text: &str) -> Log {
    let text = &*bounded(text);
    let mut lines: Vec<Line> = paste::lines(text)
        .map(|line| Line {
            number: line.number(),
            text: line.text.trim_end().to_owned(),
            width: line.text.chars().count(),
        })
        .filter(|line| !line.text.is_empty())
        .collect();
    let width = width(text, &lines);
    let hosts: BTreeSet<String> = lines
        .iter()
        .filter_map(|line| typed(&line.text).filter(|typed| typed.at == At::Device))
        .filter_map(|typed| typed.host)
        .take(HOSTS_MAX)
        .collect();
    for line in &mut lines {
        for host in &hosts {
            let stripped = without_end(&line.text, host).trim_end();
            if stripped.len() < line.text.len() {
                line.text = stripped.to_owned();
            }
        }
    }
    let mut splitter = Splitter::default();
    lines.into_iter().for_each(|line| splitter.line(line));
    Log { sections: splitter.finish(), width }
}

/// Returns the width of the terminal: that of a rule which goes on in the next line, or by the longest line.
fn width(text: &str, lines: &[Line]) -> usize {
    let wrapped = lines.windows(2).find(|pair| is_rule(&pair[0].text) && is_dashes(&pair[1].text));
    wrapped.map_or_else(
        || terminal::columns(text.lines().map(|line| line.trim_end_matches('\r').chars().count())),
        |pair| pair[0].text.chars().count(),
    )
}

/// Returns true for the line below a heading.
pub(crate) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= RULE_MIN && is_dashes(line)
}

pub(crate) fn is_dashes(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && (line.bytes().all(|byte| byte == b'-') || line.bytes().all(|byte| byte == b'='))
}

/// Returns a text with single blanks.
pub(crate) fn squeezed(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}

#[derive(Default)]
struct Splitter {
    done: Vec<Section>,
    current: Section,
    /// Lines that belong to a heading that may follow.
    before: Vec<Line>,
}

impl Splitter {
    fn line(&mut self, line: Line) {
        if let Some(typed) = typed(&line.text) {
            return self.typed(typed, line);
        }
        let squeezed = squeezed(&line.text);
        let opens = match opens(&squeezed) {
            Opens::Nothing => self.opens_by_form(&line.text, &squeezed),
            opens => opens,
        };
        match opens {
            Opens::Kind(kind) => {
                if self.current.kind != Some(kind) {
                    self.begin(kind);
                }
                self.current.lines.append(&mut self.before);
                self.current.lines.push(line);
            }
            Opens::Before => self.before.push(line),
            Opens::Nothing => {
                if !squeezed.starts_with("PuTTY log")
                    && !squeezed.starts_with("=~=~")
                    && !is_between(&squeezed)
                {
                    self.current.lines.append(&mut self.before);
                    self.current.lines.push(line);
                }
                if self.current.kind == Some(Kind::Config) && squeezed == "end" {
                    self.close(None);
                }
            }
        }
    }

    /// Knows listings and configurations of sshd, which have no heading.
    fn opens_by_form(&self, text: &str, squeezed: &str) -> Opens {
        match self.current.kind {
            None if is_of_sshd(squeezed) => Opens::Kind(Kind::Sshd),
            Some(Kind::Config | Kind::Sshd | Kind::TftpdHpa | Kind::Tftpd32 | Kind::Listing) => {
                Opens::Nothing
            }
            _ if is_of_listing(text, squeezed) => Opens::Kind(Kind::Listing),
            _ if squeezed.split(' ').count() == 2 && squeezed.starts_with("total ") => Opens::Before,
            _ => Opens::Nothing,
        }
    }

    fn typed(&mut self, typed: Typed, line: Line) {
        if typed.at == At::DeviceConfig {
            let goes_on = self.current.kind == Some(Kind::Config)
                && self.current.typed.as_ref().is_some_and(|typed| typed.at == At::DeviceConfig);
            if !goes_on {
                self.close(Some(typed));
                self.current.kind = Some(Kind::Config);
            }
            return self.current.lines.push(line);
        }
        self.close(Some(typed));
    }

    /// Begins an output of this kind. What stands in front of the first telling line of some belongs to it, too.
    fn begin(&mut self, kind: Kind) {
        let takes_all =
            matches!(kind, Kind::Sshd | Kind::TftpdHpa | Kind::Tftpd32 | Kind::ApVersion | Kind::Listing);
        let is_fresh = self.current.kind.is_none() && (takes_all || self.current.lines.is_empty());
        if !is_fresh {
            let before = std::mem::take(&mut self.before);
            let typed = self.current.typed.clone();
            self.close(typed);
            self.before = before;
        }
        self.current.kind = Some(kind);
    }

    fn close(&mut self, typed: Option<Typed>) {
        self.current.lines.append(&mut self.before);
        let next = Section { typed, ..Section::default() };
        let done = std::mem::replace(&mut self.current, next);
        if done.kind.is_some() || !done.lines.is_empty() {
            self.done.push(done);
        }
    }

    fn finish(mut self) -> Vec<Section> {
        self.close(None);
        self.done
    }
}

/// Returns true for a line that only a listing of a directory has.
fn is_of_listing(text: &str, squeezed: &str) -> bool {
    let starts = ["Directory of ", "Directory: ", "Archive: ", "Volume in drive ", "Listing archive: "];
    let is_mode = |word: &str| {
        let letters = word.trim_end_matches(['.', '+', '@']);
        matches!(letters.len(), 4 | 10)
            && letters.starts_with(['-', 'd', 'l'])
            && letters[1..].bytes().all(|byte| b"rwxsStT-".contains(&byte))
            && letters[1..].bytes().any(|byte| byte != b'-')
    };
    let names_image = squeezed.rsplit([' ', '/', '\\']).next().is_some_and(image::may_be_image);
    starts.iter().any(|start| squeezed.starts_with(start))
        || squeezed.split(' ').take(3).any(is_mode)
        || (names_image && image::Listing::parse(text).is_ok_and(|listing| !listing.entries.is_empty()))
}
