//! The field samples: reads them, and finds them in the output of the simulation.
//!
//! Parts that vary from run to run in the field too are masked: times, fds, pids, ports of clients and MAC addresses. Progress
//! dots and `Discarding msg …` are left out, because their number and place depend on timing.

use std::time::Duration;

/// The length of a console line that was published cropped (`field/README.md` of the samples).
const CROP: usize = 103;
/// The text at which controller lines with an access point's name were cropped; the rest is on the next line.
const EVENT_CROP: &str = "wncd: AP Event: AP";

/// One line of a sample, as a pattern for a line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// The exact text.
    Whole(String),
    /// The beginning of the line.
    Cropped(String),
    /// The beginning and the end: a part in the middle was not published.
    Gap(String, String),
}

impl Pattern {
    /// Returns true if it matches a masked line of a log.
    pub(crate) fn matches(&self, line: &str) -> bool {
        match self {
            Self::Whole(text) => line == text,
            Self::Cropped(start) => line.starts_with(start),
            Self::Gap(start, end) => {
                line.len() > start.len() + end.len() && line.starts_with(start) && line.ends_with(end)
            }
        }
    }
}

/// Returns the lines of a sample, without noise.
pub(crate) fn patterns(sample: &str) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let mut lines = sample.lines();
    while let Some(line) = lines.next() {
        let masked = mask(line);
        if is_noise(&masked) {
            continue;
        }
        patterns.push(if masked.ends_with(EVENT_CROP) {
            let end = lines.next().expect("the outcome stands on the next line");
            Pattern::Gap(masked, end.to_owned())
        } else if line.chars().count() == CROP {
            Pattern::Cropped(masked)
        } else {
            Pattern::Whole(masked)
        });
    }
    patterns
}

/// Returns the lines of a log, masked and without noise, to match with patterns.
pub(crate) fn comparable<T: AsRef<str>>(lines: &[T]) -> Vec<String> {
    // An event may print several lines; those without a time of their own count too.
    let lines = lines.iter().flat_map(|line| line.as_ref().lines());
    lines.map(mask).filter(|line| !is_noise(line)).collect()
}

/// Finds the sample in the log line by line, without other lines in between.
///
/// # Errors
/// The missing line, at the place where the most lines match.
pub(crate) fn unbroken(log: &[String], sample: &[Pattern]) -> Result<(), String> {
    let matching = |start: usize| {
        log[start..].iter().zip(sample).take_while(|(line, pattern)| pattern.matches(line)).count()
    };
    let best = (0..log.len()).max_by_key(|&start| (matching(start), std::cmp::Reverse(start)));
    let (start, matched) = best.map_or((0, 0), |start| (start, matching(start)));
    if matched == sample.len() {
        return Ok(());
    }
    let found = log.get(start + matched).map_or("the end of the log", String::as_str);
    Err(format!(
        "after {matched} of {} lines\n expected {:?}\n    found {found:?}",
        sample.len(),
        sample[matched]
    ))
}

/// Finds the sample's lines in the log in this order, with any lines in between.
///
/// # Errors
/// The first line that is missing.
pub(crate) fn in_order(log: &[String], sample: &[Pattern]) -> Result<(), String> {
    let mut log = log.iter();
    for (index, pattern) in sample.iter().enumerate() {
        if !log.any(|line| pattern.matches(line)) {
            return Err(format!("after {index} of {} lines\n expected {pattern:?}", sample.len()));
        }
    }
    Ok(())
}

/// Returns a line of a sample with its time of day; `None` for a line without a time.
pub(crate) fn timed(line: &str) -> Option<(Duration, &str)> {
    let (stamp, text) = match (line.strip_prefix("[*"), line.strip_prefix('*')) {
        (Some(console), _) => console.split_once(']')?,
        (_, Some(ios)) => ios.split_once(": ")?,
        _ => syslog(line)?,
    };
    let time = stamp.split_whitespace().last()?;
    let mut parts = time.split(':');
    let mut part = || parts.next()?.parse::<f64>().ok();
    let seconds = part()? * 3600.0 + part()? * 60.0 + part()?;
    Some((Duration::from_micros((seconds * 1e6).round() as u64), text))
}

/// Returns true if a masked line is progress, or a discarded message.
pub(crate) fn is_noise(masked: &str) -> bool {
    masked.contains("Discarding msg ") || is_dots(masked)
}

/// Returns true if a masked line is only progress.
pub(crate) fn is_dots(masked: &str) -> bool {
    let dots = masked.strip_prefix('<').unwrap_or(masked);
    !dots.is_empty() && dots.bytes().all(|byte| byte == b'.')
}

/// Masks the varying parts of a line.
pub(crate) fn mask(line: &str) -> String {
    let text = match line.strip_prefix("[*").and_then(|console| console.split_once(']')) {
        Some((_, text)) => text.strip_prefix(' ').unwrap_or(text),
        // IOS-XE: `*Feb  1 20:29:14.108: %…`; servers: `Jan 31 12:32:58 host …`.
        None => match line.strip_prefix('*').and_then(|line| line.split_once(": %")) {
            Some((_, text)) => text,
            None => syslog(line).map_or(line, |(_, text)| text),
        },
    };
    // The last progress line continues after the dots.
    let text = if text.contains(" msgs, ") { text.trim_start_matches(['<', '.']) } else { text };
    mask_ports(&mask_macs(&mask_numbers(text)))
}

/// Splits a line of a server's syslog into the time of day and the rest.
fn syslog(line: &str) -> Option<(&str, &str)> {
    const PROGRAMS: [&str; 3] = [" in.tftpd[", " sshd[", " sftp-server["];
    let known = PROGRAMS.iter().any(|program| line.contains(program));
    Some((line.get("Feb  1 ".len()..15).filter(|_| known)?, line.get(15..)?))
}

/// Masks ports: `port 37081` becomes `port #`.
fn mask_ports(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    for at in 1..words.len() {
        if words[at - 1] == "port" && words[at].bytes().all(|byte| byte.is_ascii_digit()) {
            words[at] = "#";
        }
    }
    words.join(" ")
}

/// Masks numbers: `fd(37559296)` becomes `fd(#)`, `[595346]` becomes `[#]`.
fn mask_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '(']) {
        let (before, opened) = rest.split_at(at + 1);
        out.push_str(before);
        let digits = opened.bytes().take_while(u8::is_ascii_digit).count();
        let varies = before.ends_with('[') || before.ends_with("fd(");
        rest = if varies && digits > 0 && opened[digits..].starts_with([']', ')']) {
            out.push('#');
            &opened[digits..]
        } else {
            opened
        };
    }
    out + rest
}

/// Masks MAC addresses: `0200.ac10.041e` becomes `#`.
fn mask_macs(text: &str) -> String {
    let is_mac = |word: &str| {
        word.len() == 14
            && word.split('.').count() == 3
            && word
                .split('.')
                .all(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    text.split(' ').map(|word| if is_mac(word) { "#" } else { word }).collect::<Vec<_>>().join(" ")
}
