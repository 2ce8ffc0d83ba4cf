//! Lines typed at the access point's own console, and their answers.

use std::time::Duration;

use crate::AccessPoint;
use crate::show::{COMMANDS, Kind, output};

/// Types `line` at the console at `now`. Returns the printed text; `None` for `reload`, after which the device goes down in its
/// own time.
///
/// `date` is that of [`show`](crate::show).
pub fn exec(
    access_point: &AccessPoint,
    now: Duration,
    line: &str,
    date: impl Fn(Duration, Duration) -> String,
) -> Option<String> {
    let prompt = format!("{}#", access_point.name);
    if let Some(help) = COMMANDS.help(line) {
        let asked = line.strip_suffix('?').unwrap_or(line);
        return Some(help.unwrap_or_else(|error| error.answer(&prompt, asked)));
    }
    match COMMANDS.read(line) {
        Err(error) => Some(error.answer(&prompt, line)),
        Ok(typed) => match typed.command.effect.0 {
            Kind::Show { .. } => output(access_point, now, &typed, &date).map(|output| output.text),
            Kind::Reload => {
                access_point.console.reload();
                None
            }
        },
    }
}
