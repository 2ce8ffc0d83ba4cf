//! What the log of an SFTP server says: the pace of a fetch.

use ::logs::Role;
use catalogue::Catalogue;

use super::controller::{fetches, size};
use super::spans::{Lines, is, number, text_of};
use super::{Measured, median};

/// Logs of servers have whole seconds: a transfer that is shorter, in seconds, is not measured by them.
const WHOLE_MIN: f64 = 30.0;

/// Returns the pace of fetches over SFTP in bytes a second: by the controller's log if the logs say the length of the file, else by the server's.
pub(super) fn sftp_rate(lines: &Lines<'_>, known: &Catalogue) -> Measured {
    let sizes = lines.sizes();
    let before: f64 = ["ewc.install.prepare", "ewc.ssh.key-exchange-time"]
        .iter()
        .map(|key| known.duration(key).map_or(0.0, |value| value.as_secs_f64()))
        .sum();
    let mut fetched = fetches(lines, "sftp");
    fetched.retain(|span| span.seconds > before * 2.0 && size(&sizes, span).is_some());
    let by_controller =
        fetched.iter().filter_map(|span| Some(size(&sizes, span)? as f64 / (span.seconds - before)));
    if let Some(rate) = median(by_controller.collect()) {
        let from = format!("{}, less {before:.2}s until the transfer begins", lines.places(&fetched));
        return Ok((format!("{rate:.0}B/s"), from));
    }
    let mut served = lines.spans(
        Role::OpenSsh,
        |line| is(line, &["open"]),
        |from, line| is(line, &["close"]) && text_of(from, "path") == text_of(line, "path"),
        |_| false,
    );
    served.retain(|span| span.seconds >= WHOLE_MIN && number(span.to, "bytes_read").is_some());
    let by_server =
        served.iter().filter_map(|span| Some(number(span.to, "bytes_read")? as f64 / span.seconds));
    let rate = median(by_server.collect())
        .ok_or("no logs show a whole fetch over SFTP of more than 30 s and the length of the file")?;
    Ok((format!("{rate:.0}B/s"), lines.places(&served)))
}
