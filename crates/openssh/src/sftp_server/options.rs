//! The command line of sftp-server(8).

use crate::syslog::{Facility, LogLevel};

/// The default limit of open files of a Linux process, less the three of input, output and errors.
const HANDLES_MAX: usize = 1024 - 3;

/// The options of sftp-server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `-l`: the log level.
    pub level: LogLevel,
    /// `-f`: the facility of log lines.
    pub facility: Facility,
    /// `-e`: true if lines go to standard error, and so to the client, instead of the log.
    pub to_stderr: bool,
    /// `-R`: true if nothing may be written.
    pub read_only: bool,
    /// `-d`: the directory where paths begin, with `~` and `%d`, `%u`, `%U`, `%%`.
    pub start_directory: Option<String>,
    /// `-u`: the permission bits that new files do not get. Without it, those of Ubuntu's users.
    pub umask: u32,
    /// `-p`: the only requests that are answered, by name.
    pub allowed: Option<Vec<String>>,
    /// `-P`: the requests that are not answered, by name.
    pub denied: Vec<String>,
    /// The limit of open files and directories: what RLIMIT_NOFILE leaves.
    pub handles_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            level: LogLevel::Error,
            facility: Facility::AUTH,
            to_stderr: false,
            read_only: false,
            start_directory: None,
            umask: 0o022,
            allowed: None,
            denied: Vec::new(),
            handles_max: HANDLES_MAX,
        }
    }
}

/// A command line with which sftp-server exits at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// `-l` names no level.
    #[error("Invalid log level \"{0}\"")]
    Level(String),
    /// `-f` names no facility.
    #[error("Invalid log facility \"{0}\"")]
    Facility(String),
    /// `-u` is not an octal number up to 0777.
    #[error("Invalid umask \"{0}\"")]
    Umask(String),
    /// `-p` occurs twice.
    #[error("Permitted requests already set")]
    AllowedTwice,
    /// `-P` occurs twice.
    #[error("Refused requests already set")]
    DeniedTwice,
    /// An option that is unknown, lacks its value, or asks for something other than serving (`-h`, `-Q`).
    #[error("unusable option -{0}")]
    Option(char),
}

impl Options {
    /// Reads the arguments, without the program's name. As in getopt(3), options may be combined, values may be separate, and
    /// arguments after one that is not an option, or after `--`, are ignored.
    ///
    /// # Errors
    /// [`UsageError`] in the words that sftp-server logs, where it logs any.
    pub fn parse<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Self, UsageError> {
        Self::read(arguments).1
    }

    /// Reads the arguments, and also returns what sftp-server logs meanwhile: it goes on after a level or a facility that it does not
    /// know, and ends only if there is no later one that it knows.
    pub(crate) fn read<'a>(
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> (Vec<UsageError>, Result<Self, UsageError>) {
        let mut reading = Reading::default();
        let ended = reading.all(arguments.into_iter());
        let Reading { options, mut said, level, facility } = reading;
        let result = match ended {
            Err(error) => {
                if error.is_fatal() {
                    said.push(error.clone());
                }
                Err(error)
            }
            Ok(()) => level.or(facility).map_or(Ok(options), Err),
        };
        (said, result)
    }
}

impl UsageError {
    /// Returns true if sftp-server logs it as the reason of its end.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self, Self::Umask(_) | Self::AllowedTwice | Self::DeniedTwice)
    }
}

/// The options so far.
#[derive(Default)]
struct Reading {
    options: Options,
    /// The errors that are logged.
    said: Vec<UsageError>,
    /// The last level, if there is no such level.
    level: Option<UsageError>,
    /// The last facility, if there is no such facility.
    facility: Option<UsageError>,
}

impl Reading {
    fn all<'a>(&mut self, mut arguments: impl Iterator<Item = &'a str>) -> Result<(), UsageError> {
        while let Some(letters) = arguments.next().and_then(|argument| argument.strip_prefix('-')) {
            if matches!(letters, "" | "-") {
                break;
            }
            let mut rest = letters.chars();
            while let Some(letter) = rest.next() {
                match letter {
                    'e' => self.options.to_stderr = true,
                    'R' => self.options.read_only = true,
                    // As a login shell: `sftp-server -c command`. Further arguments are ignored.
                    'c' => return Ok(()),
                    'd' | 'f' | 'l' | 'P' | 'p' | 'u' => {
                        let value = match rest.as_str() {
                            "" => arguments.next().ok_or(UsageError::Option(letter))?,
                            attached => attached,
                        };
                        self.set(letter, value)?;
                        break;
                    }
                    other => return Err(UsageError::Option(other)),
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, letter: char, value: &str) -> Result<(), UsageError> {
        let options = &mut self.options;
        match letter {
            'd' => options.start_directory = Some(value.into()),
            'f' => {
                let facility = Facility::from_name(value);
                options.facility = facility.unwrap_or(options.facility);
                self.facility = facility.is_none().then(|| UsageError::Facility(value.to_owned()));
                self.said.extend(self.facility.clone());
            }
            'l' => {
                let level = LogLevel::from_name(value);
                options.level = level.unwrap_or(options.level);
                self.level = level.is_none().then(|| UsageError::Level(value.to_owned()));
                self.said.extend(self.level.clone());
            }
            'u' => {
                let mask = u32::from_str_radix(value.trim_start(), 8).ok().filter(|mask| *mask <= 0o777);
                options.umask = mask.ok_or_else(|| UsageError::Umask(value.to_owned()))?;
            }
            'p' if options.allowed.is_some() => return Err(UsageError::AllowedTwice),
            'p' => options.allowed = Some(names(value)),
            _ if !options.denied.is_empty() => return Err(UsageError::DeniedTwice),
            _ => options.denied = names(value),
        }
        Ok(())
    }
}

/// Splits a comma-separated list, up to its first empty name.
fn names(list: &str) -> Vec<String> {
    list.split(',').take_while(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, UsageError> {
        Options::parse(line.split_whitespace())
    }

    #[test]
    fn options_are_those_of_the_manual() {
        let options =
            parse("-l VERBOSE -eR -f local3 -u0027 -d /srv/%u -p open,close,,read -P write -- -l x");
        assert_eq!(
            options,
            Ok(Options {
                level: LogLevel::Verbose,
                facility: Facility(19),
                to_stderr: true,
                read_only: true,
                start_directory: Some("/srv/%u".into()),
                umask: 0o027,
                allowed: Some(vec!["open".into(), "close".into()]),
                denied: vec!["write".into()],
                ..Options::default()
            })
        );
        assert_eq!(parse(""), Ok(Options::default()));
        assert_eq!(parse("-c ls -l x"), Ok(Options::default()));
        assert_eq!(parse("-l info more -l x").map(|options| options.level), Ok(LogLevel::Info));
    }

    #[test]
    fn what_it_would_exit_at_is_an_error() {
        for (line, error) in [
            ("-l LOUD", UsageError::Level("LOUD".into())),
            ("-f MAIL", UsageError::Facility("MAIL".into())),
            ("-u 9", UsageError::Umask("9".into())),
            ("-u 1000", UsageError::Umask("1000".into())),
            ("-p a -p b", UsageError::AllowedTwice),
            ("-P a -P b", UsageError::DeniedTwice),
            ("-eh", UsageError::Option('h')),
            ("-l", UsageError::Option('l')),
        ] {
            assert_eq!(parse(line), Err(error), "{line}");
        }
    }

    /// As a live one does: `-l LOUD -l INFO` logs and serves.
    #[test]
    fn a_level_that_it_does_not_know_is_logged_and_may_be_corrected() {
        let loud = UsageError::Level("LOUD".into());
        let read = |line: &str| {
            let (said, options) = Options::read(line.split_whitespace());
            (said, options.map(|options| options.level))
        };
        assert_eq!(read("-l LOUD -l INFO"), (vec![loud.clone()], Ok(LogLevel::Info)));
        assert_eq!(read("-l INFO -l LOUD"), (vec![loud.clone()], Err(loud.clone())));
        assert_eq!(read("-l LOUD -x"), (vec![loud], Err(UsageError::Option('x'))));
        let umask = UsageError::Umask("9".into());
        assert_eq!(read("-u 9 -l LOUD"), (vec![umask.clone()], Err(umask)));
    }
}
