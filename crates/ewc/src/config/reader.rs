//! The reader of pasted configurations: line by line, each by the tables of its section.

mod rows;
mod wrapping;

use std::collections::BTreeSet;

use text::paste::{self, Line};
use text::secrets::{in_config_lines, starred};
use text::terminal;

use super::excerpt::{Effect, Gathered};
use super::interfaces::Interfaces;
use super::noise::{Noise, noise};
use super::problem::{Applies, ConfigError, ConfigErrors, NotAboutImages, NotModelled, Problem, Warning};
use super::prompt::{self, Mode};
use super::sections::{Place, Section, Sections};
use super::table::{self, Found, Row, Table};
use super::words::{Words, Wrong};
use super::{ControllerConfig, blocks};
use wrapping::is_rest;

/// The name under which lines of the profile that are not known are accepted.
const PROFILE_NAME: &str = "wireless profile image-download";
/// Starts of words that name downloads of images.
const IMAGE_WORDS: [&str; 2] = ["image-download", "predownload"];

/// The number of lines of a terminal that a line can take: IOS reads 254 characters.
const PARTS_MAX: usize = 16;

/// Reads a whole text.
pub(super) fn read(text: &str) -> Result<ControllerConfig, ConfigErrors> {
    lines(text).finish()
}

/// Reads all lines of a text.
pub(super) fn lines(text: &str) -> Reader {
    let mut reader = Reader {
        // Wrapped secrets and private keys.
        hidden: in_config_lines(text)
            .filter(|(_, secret)| secret.start == 0)
            .map(|(index, _)| index + 1)
            .collect(),
        ..Reader::default()
    };
    let columns = terminal::columns(paste::lines(text).map(|line| line.text.chars().count()));
    let mut lines = paste::lines(text).peekable();
    while let Some(mut line) = lines.next() {
        let mut width = line.text.chars().count();
        let mut parts = 1;
        while width == columns
            && parts < PARTS_MAX
            && reader.block.is_none()
            && let Some(rest) = lines.next_if(|next| is_rest(&line.text, &next.text))
        {
            width = rest.text.chars().count();
            line.append(&rest);
            parts += 1;
        }
        reader.line(&line);
    }
    reader
}

/// The state between two lines.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) config: ControllerConfig,
    /// The section that the current line opens.
    pub(super) opened: Option<Section>,
    interfaces: Interfaces,
    sections: Sections,
    pub(super) errors: Vec<ConfigError>,
    /// The lines that bear on images.
    pub(super) gathered: Gathered,
    /// The delimiter of a banner that has not ended, and the place where it began.
    block: Option<(String, (usize, usize))>,
    /// The word in front of a question mark, which the device answers with a list of words.
    question: Option<String>,
    /// True behind a command with digits of a certificate.
    in_certificate: bool,
    /// The class of the last line.
    effect: Effect,
    /// The lines that are secrets as a whole.
    hidden: BTreeSet<usize>,
    /// The number of the current line, from 1, and its command without secrets.
    number: usize,
    shown: String,
    /// True if the current line was typed behind a prompt. A printed line has no abbreviations, so that a word of a section
    /// whose commands are not known is none.
    is_typed: bool,
}

impl Reader {
    fn finish(mut self) -> Result<ControllerConfig, ConfigErrors> {
        if let Some((delimiter, (line, column))) = self.block {
            self.errors.push(ConfigError { line, column, problem: Problem::NoEnd(delimiter) });
        }
        if !self.errors.is_empty() {
            self.errors.sort_by_key(|error| (error.line, error.column));
            return Err(ConfigErrors(self.errors));
        }
        self.config.not_modelled.extend(self.interfaces.not_modelled());
        self.config.not_modelled.sort_by_key(|each| each.line);
        Ok(self.config)
    }

    fn line(&mut self, line: &Line<'_>) {
        if let Some((delimiter, _)) = &self.block {
            // A message of the device may have been printed in between.
            if line.text.contains(delimiter.as_str()) && noise(line.text.trim()).is_none() {
                self.block = None;
            }
            return;
        }
        let (mode, command) = prompt::split(&line.text);
        let trimmed = command.trim();
        if trimmed.is_empty() || trimmed.starts_with('!') {
            if let Some(mode) = mode {
                self.sections.prompted(mode);
            }
            return;
        }
        if mode.is_none() && self.is_between(trimmed, line) {
            return;
        }
        let asked = trimmed.strip_suffix('?').filter(|_| mode.is_some_and(|mode| mode != Mode::Exec));
        self.question =
            asked.map(|asked| asked.rsplit(char::is_whitespace).next().unwrap_or_default().to_owned());
        if asked.is_some() {
            return;
        }
        self.in_certificate = false;
        self.effect = Effect::None;
        self.number = line.number();
        self.is_typed = mode.is_some();
        self.shown = if self.hidden.contains(&self.number) { "*****".into() } else { starred(trimmed) };
        let mut words = Words::new(&line.text, command);
        let indent = if mode.is_some() { 0 } else { indent(command) };
        let place = match mode {
            Some(mode) => self.sections.prompted(mode),
            None => self.sections.printed(indent),
        };
        if let Some(delimiter) = blocks::opened(command) {
            self.block = Some((delimiter, line.place(words.next_column() - 1)));
            self.not_about_images(Some("it is a text for people"));
            return self.sections.passed(indent, place, None);
        }
        let result = match mode {
            Some(Mode::Exec) => Self::in_exec(&mut words),
            Some(_) if trimmed.starts_with('$') => Err((words.next_column(), Problem::Scrolled)),
            _ => self.command(place, &mut words),
        };
        self.gathered.passed(self.number, mode.map_or(indent, prompt::depth), trimmed, self.effect);
        match result {
            Ok(Some(place)) => {
                let opened = self.opened.take();
                self.sections.passed(indent, place, opened);
            }
            Ok(None) => self.opened = None,
            Err((column, problem)) => {
                // A section is entered even if its name is wrong, so that its lines are told apart.
                let opened = self.opened.take();
                self.sections.passed(indent, place, opened);
                let (line, column) = line.place(column - 1);
                self.errors.push(ConfigError { line, column, problem });
            }
        }
    }

    /// Returns true for a line that is no command: digits of a certificate, a list of words, or what a terminal shows beside the configuration.
    fn is_between(&mut self, trimmed: &str, line: &Line<'_>) -> bool {
        if self.in_certificate && blocks::is_of_certificate(trimmed) {
            self.in_certificate = trimmed != "quit";
            return true;
        }
        if let Some(start) = &self.question {
            let is_word = |word: &str| !start.is_empty() && word.starts_with(start);
            if line.text.starts_with([' ', '<']) || trimmed.split_whitespace().all(is_word) {
                return true;
            }
        }
        match noise(trimmed) {
            None => return false,
            Some(Noise::Refusal) if self.effect != Effect::None => {
                let (line, column) = line.place(0);
                self.errors.push(ConfigError { line, column, problem: Problem::Refused });
            }
            Some(_) => {}
        }
        true
    }

    /// Reads a command behind the prompt of EXEC, which is no line of a configuration.
    fn in_exec(words: &mut Words<'_>) -> Result<Option<Place>, Wrong> {
        let column = words.next_column();
        match table::GLOBAL.find(words) {
            Found::Row(Row::Modelled(_), _) => Err((column, Problem::NotInExec)),
            _ => Ok(None),
        }
    }

    /// Reads a command. Returns its place if lines may stand below it: a command of the global mode leaves the section in which it
    /// was typed.
    fn command(&mut self, place: Place, words: &mut Words<'_>) -> Result<Option<Place>, Wrong> {
        let first = words.peek().unwrap_or_default().to_ascii_lowercase();
        let mut behind = words.clone();
        let _ = behind.next("");
        let second = behind.peek().map(str::to_ascii_lowercase);
        match (first.as_str(), second.as_deref()) {
            ("exit", None) => {
                self.sections.exit();
                return Ok(None);
            }
            ("end", None) => {
                self.sections.end();
                return Ok(None);
            }
            ("do" | "show", Some(_)) | ("enable" | "en", None) => return Ok(None),
            ("configure" | "config" | "conf", second)
                if second.is_none_or(|second| "terminal".starts_with(second)) =>
            {
                return Ok(None);
            }
            _ => {}
        }
        let negated = ["no", "default"].contains(&first.as_str()) && second.is_some();
        if negated {
            *words = behind;
        }
        let before = words.clone();
        match place {
            Place::Global => self.global(words, negated)?,
            Place::In(Section::Profile) => match table::PROFILE.find(words) {
                Found::Nothing => self.unknown_in_profile(&before)?,
                found => self.act(found, words, &before, negated)?,
            },
            Place::Typed(Section::Profile) => match table::PROFILE.find(words) {
                Found::Nothing => match table::GLOBAL.find(words) {
                    Found::Nothing => self.unknown_in_profile(&before)?,
                    found => {
                        self.sections.left();
                        self.act(found, words, &before, negated)?;
                        return Ok(Some(Place::Global));
                    }
                },
                found => self.act(found, words, &before, negated)?,
            },
            Place::In(section) => self.below(section, words, negated)?,
            Place::Typed(section) => {
                for table in tables(section) {
                    *words = before.clone();
                    let found = table.find(words);
                    let fits = match found {
                        Found::Nothing | Found::Row(Row::Harmless(_), _) => false,
                        Found::Ambiguous => self.is_typed,
                        Found::Row(_, row) => {
                            self.is_typed || section == Section::Interface || before.begin_with(row)
                        }
                    };
                    if fits {
                        self.act(found, words, &before, negated)?;
                        return Ok(Some(place));
                    }
                }
                *words = before.clone();
                self.in_certificate =
                    section == Section::CertificateChain && blocks::is_certificate(before.rest());
                self.global(words, negated)?;
                // An unknown line ends nothing.
                if !matches!(table::GLOBAL.find(&mut before.clone()), Found::Nothing) {
                    self.sections.left();
                    return Ok(Some(Place::Global));
                }
            }
        }
        Ok(Some(place))
    }

    /// Reads a command of the global mode.
    fn global(&mut self, words: &mut Words<'_>, negated: bool) -> Result<(), Wrong> {
        let before = words.clone();
        let found = table::GLOBAL.find(words);
        let known = match found {
            Found::Row(Row::Modelled(_), _) | Found::Ambiguous => {
                return self.act(found, words, &before, negated);
            }
            Found::Row(_, row) => row.split(' ').count(),
            Found::Nothing => 0,
        };
        if let Some(near) = table::GLOBAL.near(&before) {
            return Err(misspelt(&before, near));
        }
        // The first line of the section may not have been copied.
        for table in [&table::INTERFACE, &table::SECTION] {
            let mut below = before.clone();
            if let found @ Found::Row(Row::Matters(_), row) = table.find(&mut below)
                && row.split(' ').count() > known
                && (self.is_typed || before.begin_with(row))
            {
                *words = below;
                return self.act(found, words, &before, negated);
            }
        }
        let is_of_profile = || {
            !matches!(table::PROFILE.find(&mut before.clone()), Found::Nothing)
                || table::PROFILE.near(&before).is_some()
        };
        if known == 0 && is_of_profile() {
            return Err((before.next_column(), Problem::OutsideProfile));
        }
        self.act(found, words, &before, negated)
    }

    /// Reads a line below one that is not the profile's.
    fn below(&mut self, section: Section, words: &mut Words<'_>, negated: bool) -> Result<(), Wrong> {
        let before = words.clone();
        if section == Section::CertificateChain {
            self.in_certificate = blocks::is_certificate(before.rest());
        }
        let mut found_below = None;
        for table in tables(section) {
            *words = before.clone();
            match table.find(words) {
                Found::Nothing => {}
                Found::Row(Row::Modelled(_), _)
                    if std::ptr::eq(*table, &raw const table::MANAGEMENT)
                        || std::ptr::eq(*table, &raw const table::TRUSTPOOL) =>
                {
                    found_below = Some(table.find(&mut before.clone()));
                    break;
                }
                Found::Ambiguous | Found::Row(Row::Modelled(_), _) if section != Section::Interface => {}
                // Of an interface, only what drops packets is looked for elsewhere.
                Found::Row(row, words) if section != Section::Interface => {
                    let is_own = !std::ptr::eq(*table, &raw const table::INTERFACE);
                    if before.begin_with(words) && (is_own || matches!(row, Row::Matters(_))) {
                        found_below = Some(Found::Row(row, words));
                        break;
                    }
                }
                found => {
                    found_below = Some(found);
                    break;
                }
            }
        }
        if let Some(found) = found_below {
            return self.act(found, words, &before, negated);
        }
        // A line of the global mode that stands where it does not belong is told rather than lost.
        let mut behind = before.clone();
        let global = table::GLOBAL.find(&mut behind);
        if let Found::Row(Row::Matters(_) | Row::Modelled(_), row) = global
            && is_misplaced(section, row, behind.rest())
            && before.begin_with(row)
        {
            *words = behind;
            return self.act(global, words, &before, negated);
        }
        if let Some(name) = before.peek().filter(|word| table::PROFILE.begins_with(word)) {
            let message = format!(
                "`{name}` is not below `wireless profile image-download default`, and has no effect on images"
            );
            self.config.warnings.push(Warning { line: self.number, message });
            return Ok(());
        }
        self.not_about_images(None);
        Ok(())
    }

    /// Does what the row says that was found. `before` are the words from the row's first one on.
    fn act(
        &mut self,
        found: Found,
        words: &mut Words<'_>,
        before: &Words<'_>,
        negated: bool,
    ) -> Result<(), Wrong> {
        match found {
            Found::Ambiguous => return Err((before.next_column(), before.ambiguous())),
            Found::Nothing => self.not_about_images(None),
            Found::Row(Row::Harmless(row), _) => {
                if !negated {
                    self.opened = row.opens;
                }
                self.not_about_images(Some(row.why));
            }
            Found::Row(Row::Modelled(row), _) => {
                self.effect = Effect::Modelled;
                self.config.lines.insert(row.words, self.number);
                self.config.modelled_lines.push((self.number, row.words));
                if !negated {
                    (row.read)(self, words)?;
                    return words.end();
                }
                match row.undo {
                    Some(undo) => undo(self, words)?,
                    None => self.not_about_images(None),
                }
            }
            Found::Row(Row::Matters(row), _) => {
                self.effect = Effect::Matters;
                if (negated && !row.negated) || (!negated && row.is_as_simulated(words.rest())) {
                    self.not_about_images(Some("it is as in the simulation"));
                } else {
                    self.not_modelled(row.words, row.why);
                }
            }
        }
        Ok(())
    }

    fn unknown_in_profile(&mut self, words: &Words<'_>) -> Result<(), Wrong> {
        if let Some(near) = table::PROFILE.near(words) {
            return Err(misspelt(words, near));
        }
        self.effect = Effect::Matters;
        self.not_modelled(
            PROFILE_NAME,
            "this line of the profile is not known, and it may change the download of images",
        );
        Ok(())
    }

    fn not_modelled(&mut self, name: &str, why: &'static str) {
        let line = self.number;
        self.config.not_modelled.push(NotModelled {
            line,
            name: name.to_owned(),
            why,
            applies: Applies::Always,
        });
    }

    fn not_about_images(&mut self, why: Option<&'static str>) {
        let mut words = self.shown.split_whitespace().take(2).map(str::to_ascii_lowercase);
        let image = words.find(|word| IMAGE_WORDS.iter().any(|start| word.starts_with(start)));
        if let Some(name) = image.filter(|_| why.is_none()) {
            return self
                .not_modelled(&name, "this line is not known, and it may change the download of images");
        }
        let line = NotAboutImages { line: self.number, text: self.shown.clone(), why };
        self.config.not_about_images.push(line);
    }
}

/// Returns the tables of a section other than the profile.
fn tables(section: Section) -> &'static [&'static Table] {
    static INTERFACE: [&Table; 1] = [&table::INTERFACE];
    static CONTROL_PLANE: [&Table; 1] = [&table::CONTROL_PLANE];
    static TRUSTPOOL: [&Table; 2] = [&table::TRUSTPOOL, &table::SECTION];
    static APART: [&Table; 1] = [&table::SECTION];
    static MANAGEMENT: [&Table; 3] = [&table::MANAGEMENT, &table::SECTION, &table::INTERFACE];
    static OTHER: [&Table; 2] = [&table::SECTION, &table::INTERFACE];
    match section {
        Section::Profile | Section::CertificateChain => &[],
        Section::Apart => &APART,
        Section::Interface => &INTERFACE,
        Section::Trustpool => &TRUSTPOOL,
        Section::ControlPlane => &CONTROL_PLANE,
        Section::Management => &MANAGEMENT,
        Section::Other => &OTHER,
    }
}

/// Returns true for a row of the global mode, found below another line, that no section has a line like.
fn is_misplaced(section: Section, row: &str, rest: &str) -> bool {
    match row {
        "ip tftp source-interface" | "ip ssh source-interface" => true,
        // The list of pages that guests may see before they log in.
        "ip access-group" => !(section == Section::Apart && rest.starts_with("web ")),
        _ => table::GLOBAL.matters.iter().any(|each| each.words == row) && row.contains(' '),
    }
}

/// Returns the error for a word behind `known` ones of the command that is nearest.
fn misspelt(words: &Words<'_>, (near, known): (&'static str, usize)) -> Wrong {
    let mut words = words.clone();
    for _ in 0..known {
        let _ = words.next("");
    }
    let found = words.peek().unwrap_or_default().to_owned();
    (words.next_column(), Problem::Misspelt { found, near })
}

/// Returns the indentation in columns.
fn indent(line: &str) -> usize {
    let blanks = line.chars().take_while(|c| c.is_whitespace());
    blanks.fold(0, |column, c| if c == '\t' { column / 8 * 8 + 8 } else { column + 1 })
}
