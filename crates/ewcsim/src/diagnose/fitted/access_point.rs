//! What the console of an access point says: how long it boots, how fast it is sent an image, how fast it verifies one.

use ::logs::{ReadLine, Role, Told};
use catalogue::Catalogue;

use super::spans::{Lines, Span, is, kind, number};
use super::{Measured, median, seconds};

/// The lines with which the console begins after a boot.
const AFTER_BOOT: [&str; 3] = ["state_changed", "controller_not_named", "discovery_request_sent"];
/// Lines that can stand between the announcement of a reload and the boot.
const BEFORE_BOOT: [&str; 1] = ["wtp_event_discarded"];
/// A boot is not shorter than this, in seconds; whatever is was no boot.
const BOOT_MIN: f64 = 20.0;

/// Returns the length of a boot, from the announcement of a reload to the first round of discovery, less the delay of the reload.
pub(super) fn boot(lines: &Lines<'_>, known: &Catalogue) -> Measured {
    let delay = duration(known, "ap.reload.delay")?;
    let begins = |line: &ReadLine| is(line, &["reloading"]);
    let ends = |_: &ReadLine, line: &ReadLine| is(line, &AFTER_BOOT);
    let stops = |line: &ReadLine| !BEFORE_BOOT.contains(&kind(line));
    let mut spans = lines.spans(Role::AccessPoint, begins, ends, stops);
    spans.retain(|span| span.seconds >= BOOT_MIN);
    let boot = median(spans.iter().map(|span| span.seconds - delay).collect());
    let boot = boot.ok_or("no console shows a reload and the discovery after it, with times")?;
    Ok((seconds(boot), format!("{}, less {} of ap.reload.delay", lines.places(&spans), seconds(delay))))
}

/// Returns the time from an image message to the next at the controller, without the round trip.
pub(super) fn turnaround(lines: &Lines<'_>, known: &Catalogue) -> Measured {
    let response = duration(known, "ewc.image-data.response")?;
    let downloads = downloads(lines);
    let dots = known.number("ap.image.progress-dot-messages").map_err(|error| error.to_string())?;
    let mut places = Vec::new();
    let mut paces = Vec::new();
    for begun in begun(lines) {
        let Some(whole) = downloads.iter().find(|whole| std::ptr::eq(whole.to, begun.to)) else { continue };
        if let Some(pace) = pace(whole, &begun, dots) {
            paces.push(pace);
            places.push(begun);
        }
    }
    let pace =
        median(paces).ok_or("no console shows a download from its first dots to its last, with times")?;
    let asked = lines.spans(
        Role::AccessPoint,
        |line| is(line, &["image_data_request_sent"]),
        |_, line| is(line, &["image_data_response"]),
        |_| false,
    );
    let round_trip = median(asked.iter().map(|span| span.seconds - response).collect())
        .ok_or("no console shows an Image Data Request with its response")?
        .max(0.0);
    if round_trip >= pace {
        return Err(
            "the messages come faster than one for each round trip: the CAPWAP window is larger than 1"
                .into(),
        );
    }
    let from = format!(
        "{}: {} for each message, less {} of round trip; for a CAPWAP window of 1",
        lines.places(&places),
        seconds(pace),
        seconds(round_trip)
    );
    Ok((seconds(pace - round_trip), from))
}

/// Returns the time of a message in seconds. `whole` begins with the response, which comes at once even if the controller has to fetch the
/// image first; `begun` with the first dots. Some consoles print the time at the beginning of that line, others at its end.
fn pace(whole: &Span<'_>, begun: &Span<'_>, dot: u64) -> Option<f64> {
    let messages = number(begun.to, "msgs")?;
    let before = whole.seconds - begun.seconds;
    let first = number(begun.from, "dots")? * dot;
    let (seconds, messages) =
        if before < 1.0 { (whole.seconds, messages) } else { (begun.seconds, messages.checked_sub(first)?) };
    (messages > dot).then(|| seconds / messages as f64)
}

/// Returns the downloads, from the first dots to the last message.
fn begun<'a>(lines: &Lines<'a>) -> Vec<Span<'a>> {
    let is_first = |line: &ReadLine| {
        is(line, &["image_data_progress"])
            && line.reading.first().told.get("first") == Some(&Told::Value(true.into()))
    };
    lines.spans(
        Role::AccessPoint,
        is_first,
        |_, line| is(line, &["image_data_complete"]),
        |line| is(line, &["giving_up", "image_data_request_sent", "download_aborted", "reloading"]),
    )
}

/// Returns how fast an image is verified, in bytes a second.
pub(super) fn verify_rate(lines: &Lines<'_>) -> Measured {
    let mut rates = Vec::new();
    let mut places = Vec::new();
    let downloads = downloads(lines);
    let verified = lines.spans(
        Role::AccessPoint,
        |line| is(line, &["using_image"]),
        |_, line| is(line, &["image_verified"]),
        |_| false,
    );
    for span in verified {
        let before = downloads.iter().rfind(|download| {
            download.to.speaker == span.from.speaker && download.to.since <= span.from.since
        });
        let Some(bytes) = before.and_then(|download| number(download.to, "bytes")) else { continue };
        if span.seconds > 0.0 {
            rates.push(bytes as f64 / span.seconds);
            places.push(span);
        }
    }
    let rate =
        median(rates).ok_or("no console shows a download and the check of its signature, with times")?;
    Ok((format!("{rate:.0}B/s"), lines.places(&places)))
}

/// Returns the downloads, from the response to the last message.
fn downloads<'a>(lines: &Lines<'a>) -> Vec<Span<'a>> {
    lines.spans(
        Role::AccessPoint,
        |line| is(line, &["image_data_response"]),
        |_, line| is(line, &["image_data_complete"]),
        |line| is(line, &["giving_up", "image_data_request_sent", "download_aborted", "reloading"]),
    )
}

fn duration(known: &Catalogue, key: &str) -> Result<f64, String> {
    known.duration(key).map(|value| value.as_secs_f64()).map_err(|error| error.to_string())
}
