//! `show` commands that a user asks a run for, at its end or at a time: `show ap image@20m`.

use std::fmt;
use std::time::Duration;

use text::durations::short;
use text::units;

/// A `show` command, and the time of its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The command; for a run in full form.
    pub command: String,
    /// The time since the start of the run; nothing for its end.
    pub at: Option<Duration>,
}

impl Asked {
    /// Reads `COMMAND` or `COMMAND@TIME`. A time begins with a digit: another `@` belongs to a regular expression.
    ///
    /// # Errors
    /// The text behind the `@`, if it is no time in whole milliseconds.
    pub fn read(text: &str) -> Result<Self, String> {
        let timed = text.rsplit_once('@').map(|(command, at)| (command, at.trim()));
        // Without a modifier, nothing of a command has an `@`.
        let is_time = |(command, at): &(&str, &str)| {
            at.starts_with(|first: char| first.is_ascii_digit()) || !command.contains('|')
        };
        let Some((command, at)) = timed.filter(is_time) else {
            return Ok(Self { command: text.to_owned(), at: None });
        };
        match units::duration(at) {
            // Finer times would have the same name.
            Ok(time) if time.subsec_nanos() % 1_000_000 == 0 => {
                Ok(Self { command: command.to_owned(), at: Some(time) })
            }
            _ => Err(at.to_owned()),
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.command)?;
        self.at.map_or(Ok(()), |at| write!(f, "@{}", short(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stands_behind_the_last_at() {
        let read = |text: &str| Asked::read(text).map(|asked| (asked.command, asked.at));
        let right =
            |command: &str, seconds: u64| Ok((command.to_owned(), Some(Duration::from_secs(seconds))));
        assert_eq!(read("show ap image@20m"), right("show ap image", 1200));
        assert_eq!(read("show ap image@ 1h30s"), right("show ap image", 3630));
        assert_eq!(read("show ap image@0"), right("show ap image", 0));
        assert_eq!(read("show boot | i a@b@5s"), right("show boot | i a@b", 5));
        for whole in ["show ap image", "show boot | i a@b", "show boot | i [@]5"] {
            assert_eq!(read(whole), Ok((whole.to_owned(), None)));
        }
        for (wrong, time) in [
            ("show ap image@", ""),
            ("show ap image@soon", "soon"),
            ("show boot | i a@5x", "5x"),
            ("show boot@5us", "5us"),
        ] {
            assert_eq!(read(wrong), Err(time.to_owned()));
        }
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["show boot@20m", "show boot | include a@1h30m", "show boot@0s", "show boot"] {
            assert_eq!(Asked::read(text).expect("right").to_string(), text);
        }
    }
}
