//! The reader that turns lines into settings.

use super::arguments::{Arguments, Bad};
use super::directive::{Directive, Reader};
use super::keywords::{Reads, Takes, find};
use super::line::{NotClosed, lines};
use super::listen::Listen;
use super::{ConfigError, ConfigProblem, Parsed, SshdConfig};

impl SshdConfig {
    /// Reads an sshd_config. Missing settings are as in the file that Ubuntu 22.04 ships, since many people note only their
    /// changes to it: `UsePAM yes`, `KbdInteractiveAuthentication no`, `Subsystem sftp /usr/lib/openssh/sftp-server`.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn parse(text: &str) -> Result<Parsed, Vec<ConfigError>> {
        let mut reader = Reader::new(text);
        read(&mut reader);
        reader.finish()
    }
}

fn read(reader: &mut Reader<'_>) {
    reader.config = SshdConfig::unset();
    let mut listen = Listen::default();
    let mut said = Vec::new();
    for line in lines(reader.text) {
        let name = line.keyword.text.clone();
        let range = line.keyword.range.clone();
        let Some(keyword) = find(&name) else {
            reader.error(range, ConfigProblem::BadOption(name));
            continue;
        };
        if line.rest.text.is_empty() {
            reader.error(range, ConfigProblem::NoArgument(name));
            continue;
        }
        let in_match = !reader.config.blocks.is_empty();
        if in_match && !keyword.in_match {
            reader.error(range, ConfigProblem::NotInMatch(name));
            continue;
        }
        let words = match line.words() {
            Ok(words) => words,
            Err(NotClosed) => {
                reader.error(line.rest.range.clone(), ConfigProblem::InvalidQuotes);
                continue;
            }
        };
        let arguments = Arguments { keyword: line.keyword.clone(), words: words.into_iter() };
        let is_first = !said.contains(&keyword.name);
        said.push(keyword.name);
        let mut directive = Directive { reader, listen: &mut listen, line: &line, arguments, is_first };
        let read = one(&mut directive, keyword.reads);
        let more = directive.arguments.words.next();
        if let Err((at, problem)) = read {
            reader.error(at.unwrap_or(range), problem);
        } else if let Some(more) = more {
            reader.error(more.range, ConfigProblem::ExtraArguments(name));
        }
    }
    reader.config.listen = listen.sockets();
    reader.config.fill();
}

fn one(directive: &mut Directive<'_, '_>, reads: Reads) -> Result<(), Bad> {
    match reads {
        Reads::Setting(read) => read(directive)?,
        Reads::Idle(takes) => {
            idle(takes, &mut directive.arguments)?;
            directive.warn_idle("");
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

fn idle(takes: Takes, arguments: &mut Arguments) -> Result<(), Bad> {
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
