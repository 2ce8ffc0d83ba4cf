//! The reader that turns lines into settings.

use std::ops::Range;

use super::arguments::{Arguments, Bad};
use super::conditions::Condition;
use super::directive::{Directive, Reader};
use super::files::{Included, IncludedFile};
use super::keyboard;
use super::keywords::{Keyword, Reads, Takes, find};
use super::line::{Line, NotClosed, Word, lines};
use super::listen::Listen;
use super::main_part::SUBSYSTEM_IN_MATCH;
use super::methods;
use super::release::Release;
use super::{ConfigError, ConfigProblem, Parsed, SshdConfig};

/// The deepest `Include` in another (servconf.c, `SERVCONF_MAX_DEPTH`).
const DEPTH_MAX: usize = 16;
/// The most lines that are read, included ones as often as they are included: sixteen files that include each other twice would be
/// 65,536 files.
const LINES_MAX: usize = 100_000;

impl SshdConfig {
    /// Reads a whole sshd_config of sshd 8.9. Missing settings have the values that are built into sshd: `UsePAM no`, no subsystem.
    /// An `Include` is not modelled, as there are no other files.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn parse(text: &str) -> Result<Parsed, Vec<ConfigError>> {
        Self::parse_files(text, Release::OLDEST, Included::Unknown)
    }

    /// Reads a whole sshd_config of a release, and the files that it includes. `text` holds all of them one after another, and begins
    /// with sshd_config.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn parse_files(
        text: &str,
        release: Release,
        included: Included<'_>,
    ) -> Result<Parsed, Vec<ConfigError>> {
        let reader = Reader::starting_with(Self::unset(release), text);
        let main = 0..included.files().iter().map(|file| file.range.start).min().unwrap_or(text.len());
        let mut reading = Reading {
            reader,
            listen: Listen::default(),
            said: Vec::new(),
            release,
            included,
            scope: None,
            base: Vec::new(),
            lines_left: LINES_MAX,
            is_too_long: false,
        };
        reading.part(main, 0);
        let Reading { mut reader, listen, .. } = reading;
        if let Some(excluded) = listen.excluded() {
            let range = excluded.range.clone();
            reader.error(range, ConfigProblem::OtherFamily(excluded.address));
        }
        reader.config.listen = listen.sockets();
        reader.config.fill();
        reader.config.count_match_all();
        keyboard::check(&mut reader);
        methods::check(&mut reader);
        reader.finish()
    }
}

/// The state while the files are read.
struct Reading<'a> {
    reader: Reader<'a>,
    listen: Listen,
    /// The keywords so far.
    said: Vec<&'static str>,
    release: Release,
    included: Included<'a>,
    /// The index of the `Match` block to which lines belong.
    scope: Option<usize>,
    /// The conditions of the `Include` that is followed, which those of its own blocks add to.
    base: Vec<Condition>,
    lines_left: usize,
    is_too_long: bool,
}

impl Reading<'_> {
    /// Reads the lines of a file.
    fn part(&mut self, range: Range<usize>, depth: usize) {
        let text: &str = self.reader.text;
        for line in lines(text, range) {
            let Some(left) = self.lines_left.checked_sub(1) else {
                if !self.is_too_long {
                    self.reader.error(line.keyword.range, ConfigProblem::TooMany("lines"));
                }
                self.is_too_long = true;
                return;
            };
            self.lines_left = left;
            self.line(&line, depth);
        }
    }

    fn line(&mut self, line: &Line, depth: usize) {
        let name = line.keyword.text.clone();
        let range = line.keyword.range.clone();
        let Some(keyword) = find(&name) else {
            self.reader.error(range, ConfigProblem::BadOption(name));
            return;
        };
        if keyword.since > self.release {
            self.reader.error(range, ConfigProblem::NotYet { keyword: name, since: keyword.since });
            return;
        }
        if line.rest.text.is_empty() {
            self.reader.error(range, ConfigProblem::NoArgument(name));
            return;
        }
        let is_for_all = self.scope.is_none_or(|block| self.reader.config.blocks[block].is_for_all());
        if !is_for_all && !keyword.in_match {
            if keyword.name == "Subsystem" && self.release >= SUBSYSTEM_IN_MATCH {
                let why = "Subsystem is not modelled in a Match block";
                self.reader.not_modelled(range.start..line.rest.range.end, "Subsystem", why.to_owned());
                return;
            }
            self.reader.error(range, ConfigProblem::NotInMatch(name));
            return;
        }
        let words = match line.words() {
            Ok(words) => words,
            Err(NotClosed) => {
                self.reader.error(line.rest.range.clone(), ConfigProblem::InvalidQuotes);
                return;
            }
        };
        if let Reads::Include = keyword.reads {
            words.iter().for_each(|pattern| self.include(pattern, depth));
            return;
        }
        let arguments =
            Arguments { release: self.release, keyword: line.keyword.clone(), words: words.into_iter() };
        let is_first = !self.said.contains(&keyword.name);
        self.said.push(keyword.name);
        let mut directive = Directive {
            reader: &mut self.reader,
            listen: &mut self.listen,
            scope: &mut self.scope,
            base: &self.base,
            line,
            arguments,
            is_first,
        };
        let read = one(&mut directive, keyword);
        let more = directive.arguments.words.next();
        if let Err((at, problem)) = read {
            self.reader.error(at.unwrap_or(range), problem);
        } else if let Some(more) = more {
            self.reader.error(more.range, ConfigProblem::ExtraArguments(name));
        }
    }

    /// Reads the files that match a pattern, in the order of their names. A `Match` in one of them ends with it, and holds only
    /// where a `Match` in front of the `Include` holds.
    fn include(&mut self, pattern: &Word, depth: usize) {
        let Included::Files(files) = self.included else {
            let message = format!(
                "the files that Include {} names are not given: write `drop_ins:`, which is `{{}}` if there are none",
                pattern.text
            );
            self.reader.not_modelled(pattern.range.clone(), "Include", message);
            return;
        };
        let mut found: Vec<&IncludedFile> =
            files.iter().filter(|file| file.is_named(&pattern.text)).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        if depth >= DEPTH_MAX && !found.is_empty() {
            self.reader.error(pattern.range.clone(), ConfigProblem::TooDeep);
            return;
        }
        let (scope, base) = (self.scope, self.base.clone());
        for file in found {
            if let Some(block) = scope {
                self.base = self.reader.config.blocks[block].conditions.clone();
            }
            self.part(file.range.clone(), depth + 1);
            self.scope = scope;
            self.base.clone_from(&base);
        }
    }
}

fn one(directive: &mut Directive<'_, '_>, keyword: &Keyword) -> Result<(), Bad> {
    match keyword.reads {
        Reads::Setting(read) => read(directive)?,
        Reads::Include => {}
        Reads::Immaterial(takes, _) => skip(takes, &mut directive.arguments)?,
        Reads::NotModelled { takes, unless, why } => {
            let words: Vec<String> =
                directive.arguments.words.as_slice().iter().map(|word| word.text.clone()).collect();
            skip(takes, &mut directive.arguments)?;
            let value = words.join(" ");
            if !unless.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
                directive.not_modelled(keyword.name, why);
            }
        }
        Reads::Deprecated => {
            directive.warn(format!("Deprecated option {}", directive.name()));
            directive.arguments.rest();
        }
        Reads::Unsupported => {
            directive.warn(format!("Unsupported option {}", directive.name()));
            directive.arguments.rest();
        }
    }
    Ok(())
}

fn skip(takes: Takes, arguments: &mut Arguments) -> Result<(), Bad> {
    match takes {
        Takes::OneOf(words) => {
            let choices: Vec<_> = words.iter().map(|word| (*word, ())).collect();
            arguments.one_of(&choices)
        }
        Takes::Integer => arguments.integer().map(drop),
        Takes::One => arguments.text().map(drop),
        Takes::Two => {
            arguments.text()?;
            arguments.words.next();
            Ok(())
        }
        Takes::Any | Takes::Rest => {
            arguments.rest();
            Ok(())
        }
    }
}
