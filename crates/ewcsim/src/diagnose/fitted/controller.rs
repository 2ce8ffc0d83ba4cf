//! What the controller's log says: the time between attempts, the patience of its TFTP client, the pace of a fetch over TFTP.

use ::logs::{ReadLine, Role};
use catalogue::Catalogue;

use super::spans::{Lines, Span, base, is, text_of};
use super::{Measured, median, seconds};

/// The data of a TFTP block, in bytes, unless `ip tftp blocksize` says otherwise.
const BLOCK: u64 = 512;

/// Returns the time from an access point's failed download to the fetch of its image.
pub(super) fn retry(lines: &Lines<'_>) -> Measured {
    let spans = lines.spans(
        Role::Controller,
        |line| is(line, &["ap_image_download_failed"]),
        |_, line| is(line, &["install_started"]),
        |line| is(line, &["ap_image_download_success"]),
    );
    // Attempts that fail while a fetch is under way begin none.
    let shortest = spans.iter().map(|span| span.seconds).min_by(f64::total_cmp);
    let shortest =
        shortest.ok_or("no log of the controller shows `Image Download Failed` and the fetch after it")?;
    let spans: Vec<Span<'_>> = spans.into_iter().filter(|span| span.seconds < shortest + 1.0).collect();
    let retry = median(spans.iter().map(|span| span.seconds).collect()).unwrap_or(shortest);
    Ok((seconds(retry), lines.places(&spans)))
}

/// Returns the time after which a fetch over TFTP is given up.
pub(super) fn tftp_timeout(lines: &Lines<'_>) -> Measured {
    let spans = lines.spans(
        Role::Controller,
        |line| is(line, &["install_started"]) && over(line, "tftp"),
        |from, line| {
            is(line, &["install_failed"])
                && same_url(from, line)
                && text_of(line, "reason").is_some_and(|reason| reason == "Timed out")
        },
        |line| is(line, &["install_failed", "install_completed"]),
    );
    // One that times out in mid-transfer takes longer.
    let least = spans.iter().map(|span| span.seconds).min_by(f64::total_cmp);
    let least = least.ok_or("no log of the controller shows a fetch over TFTP that times out")?;
    let least_spans: Vec<Span<'_>> = spans.into_iter().filter(|span| span.seconds <= least + 1.0).collect();
    Ok((seconds(least), lines.places(&least_spans)))
}

/// Returns the delay in one direction to a TFTP server: half the time from a block to the next.
pub(super) fn server_latency(lines: &Lines<'_>, known: &Catalogue) -> Measured {
    let prepare = known.duration("ewc.install.prepare").map_err(|error| error.to_string())?.as_secs_f64();
    let sizes = lines.sizes();
    let mut places = Vec::new();
    let mut delays = Vec::new();
    for span in fetches(lines, "tftp") {
        let Some(bytes) = size(&sizes, &span) else { continue };
        let blocks = bytes / BLOCK + 1;
        delays.push((span.seconds - prepare) / blocks as f64 / 2.0);
        places.push(span);
    }
    let delay = median(delays).filter(|delay| *delay > 0.0);
    let delay = delay.ok_or("no logs show a whole fetch over TFTP and the length of the file")?;
    let from = format!(
        "{}, in blocks of {BLOCK} bytes, one for each round trip, less {} of ewc.install.prepare",
        lines.places(&places),
        seconds(prepare)
    );
    Ok((seconds(delay), from))
}

/// Returns the fetches that were completed, from the start to the end.
pub(super) fn fetches<'a>(lines: &Lines<'a>, protocol: &str) -> Vec<Span<'a>> {
    lines.spans(
        Role::Controller,
        |line| is(line, &["install_started"]) && over(line, protocol),
        |from, line| is(line, &["install_completed"]) && same_url(from, line),
        |line| is(line, &["install_failed", "install_completed"]),
    )
}

/// Returns the length of the file of a fetch, if the logs say one length.
pub(super) fn size(sizes: &[(String, u64)], span: &Span<'_>) -> Option<u64> {
    let url = text_of(span.from, "url")?;
    let mut known = sizes.iter().filter(|(image, _)| image == base(&url)).map(|(_, bytes)| *bytes);
    let first = known.next()?;
    known.all(|other| other == first).then_some(first)
}

fn over(line: &ReadLine, protocol: &str) -> bool {
    text_of(line, "url").is_some_and(|url| url.split("://").next() == Some(protocol))
}

fn same_url(from: &ReadLine, line: &ReadLine) -> bool {
    let url = text_of(from, "url");
    url.is_some() && url == text_of(line, "url")
}
