//! The parts of a line in front of its text: times, names of hosts and programs, and what relays put there.

use crate::Stamp;
use crate::table::Voice;

/// The longest header that is looked through, in bytes.
const HEADER_MAX: usize = 240;
/// The most times in one header: of two relays and of the device.
const STAMPS_MAX: usize = 4;

/// The header of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// The speaker, if the header tells; else the text behind it does.
    pub(crate) voice: Option<Voice>,
    /// The innermost time: that of the device, not of a relay.
    pub(crate) stamp: Option<Stamp>,
    pub(crate) host: Option<String>,
    pub(crate) program: Option<String>,
    pub(crate) pid: Option<u32>,
    /// The place of the text behind it.
    pub(crate) start: usize,
    /// The end of the text.
    pub(crate) end: usize,
}

/// Reads the header of a line.
pub(crate) fn header(line: &str) -> Header {
    let end = line.trim_end().len();
    let line = &line[..end];
    let scanned = scan(line);
    let head = &line[..line.floor_char_boundary(HEADER_MAX)];
    let plain = Header { start: scanned.end, end, stamp: scanned.stamp.clone(), ..Header::default() };
    if let Some((at, stamp, length)) = console(head) {
        let host = scanned.host.filter(|_| at > 0);
        let start = at + length + usize::from(line[at + length..].starts_with(' '));
        return Header { voice: Some(Voice::AccessPoint), stamp: Some(stamp), host, start, ..plain };
    }
    if let Some((program, pid, start)) = scanned.program.clone()
        && let Some(voice) = Voice::of_program(&program)
    {
        return Header {
            voice: Some(voice),
            host: scanned.host,
            program: Some(program),
            pid,
            start,
            ..plain
        };
    }
    if let Some(at) = message(head) {
        return Header { voice: Some(Voice::Controller), host: scanned.host, start: at, ..plain };
    }
    match Stamp::at_end(line) {
        Some((stamp, start)) => {
            Header { voice: Some(Voice::Tftpd64), stamp: Some(stamp), end: start, ..plain }
        }
        None => Header { host: scanned.host, ..plain },
    }
}

/// Returns the place of the time of an access point, and its length.
fn console(head: &str) -> Option<(usize, Stamp, usize)> {
    head.match_indices("[*").find_map(|(at, _)| {
        let (stamp, length) = Stamp::at_start(&head[at..])?;
        Some((at, stamp, length))
    })
}

/// Returns the place of `%FACILITY-5-MNEMONIC`, with which messages of IOS begin.
fn message(head: &str) -> Option<usize> {
    let is_message = |text: &str| {
        let name = text.split(':').next().unwrap_or_default();
        let mut parts = name.rsplit('-');
        let mnemonic = parts.next().unwrap_or_default();
        let severity = parts.next().unwrap_or_default();
        let is_name = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        };
        is_name(mnemonic) && matches!(severity.as_bytes(), [b'0'..=b'7']) && parts.next().is_some_and(is_name)
    };
    head.match_indices('%').map(|(at, _)| at).find(|at| is_message(&head[at + 1..]))
}

/// What stands at the start of a line, word by word.
#[derive(Default)]
struct Scanned {
    stamp: Option<Stamp>,
    host: Option<String>,
    /// The program, its process, and the place behind.
    program: Option<(String, Option<u32>, usize)>,
    end: usize,
}

fn scan(line: &str) -> Scanned {
    let mut found = Scanned::default();
    let (mut at, mut is_rfc5424) = priority(line);
    for _ in 0..STAMPS_MAX {
        at += sequence(&line[at..]);
        let rest = &line[at..];
        let marks = rest.len() - rest.trim_start_matches(['*', '.', ' ']).len();
        let Some((stamp, length)) = Stamp::at_start(&rest[marks..]).filter(|_| !rest.starts_with('[')) else {
            break;
        };
        found.stamp = Some(stamp);
        at += marks + length;
        let (zone, colon) = zone(&line[at..]);
        at += zone;
        if !colon {
            let read = if is_rfc5424 { names_of_rfc5424 } else { names };
            is_rfc5424 = false;
            let (host_length, length, host, program) = read(&line[at..]);
            found.host = host.or(found.host);
            // The words of another program may be those of a line: `upgrade.sh: …`.
            let is_known = |name: &str| Voice::of_program(name).is_some();
            let known =
                program.filter(|(name, _)| is_known(name)).map(|(name, pid)| (name, pid, at + length));
            at += if known.is_some() { length } else { host_length };
            found.program = known.or(found.program);
        }
        found.end = at;
    }
    found
}

/// Returns the length of `<134>`, and of the version behind it in RFC 5424; and true if that is there.
fn priority(line: &str) -> (usize, bool) {
    let Some((number, rest)) = line.strip_prefix('<').and_then(|line| line.split_once('>')) else {
        return (0, false);
    };
    if !(1..=3).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return (0, false);
    }
    let is_rfc5424 = rest.starts_with("1 ");
    (number.len() + 2 + if is_rfc5424 { 2 } else { 0 }, is_rfc5424)
}

/// Returns the length of `000123: `, and of the name in front of it that IOS may put there.
fn sequence(text: &str) -> usize {
    let mut at = 0;
    for _ in 0..3 {
        let rest = &text[at..];
        let rest = rest.trim_start();
        let blanks = text.len() - at - rest.len();
        let Some((word, behind)) = rest.split_once(": ") else { break };
        let is_number = (1..=12).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = word.len() < 64
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            && Stamp::at_start(behind.trim_start().trim_start_matches(['*', '.'])).is_some();
        if !is_number && !is_name {
            break;
        }
        at += blanks + word.len() + 2;
    }
    at
}

/// Returns the length of ` UTC` and `: ` behind a time, and true if the colon is there.
fn zone(text: &str) -> (usize, bool) {
    let zone = text.strip_prefix(' ').map_or(0, |rest| {
        let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        if (2..=5).contains(&letters) && rest[letters..].starts_with(':') { letters + 1 } else { 0 }
    });
    let rest = &text[zone..];
    if let Some(rest) = rest.strip_prefix(':') {
        (zone + 1 + usize::from(rest.starts_with(' ')), true)
    } else {
        (0, false)
    }
}

/// The length up to the program, the whole length, the host, and the program with its process.
type Names = (usize, usize, Option<String>, Option<(String, Option<u32>)>);

/// Reads the host and the program behind the time of RFC 5424: ` host in.tftpd 123 - - `, or ` host - - - [a b="c"] `.
fn names_of_rfc5424(text: &str) -> Names {
    let mut words = text.trim_start_matches(' ').splitn(5, ' ');
    let [Some(host), Some(program), Some(pid), Some(_), Some(rest)] = std::array::from_fn(|_| words.next())
    else {
        return (0, 0, None, None);
    };
    let data = match rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((data, _)) => data.len() + 3,
        None => rest.len() - rest.strip_prefix("- ").unwrap_or(rest).len(),
    };
    let message = rest[data..].trim_start_matches('\u{feff}');
    let known = |word: &str| (word != "-").then(|| word.to_owned());
    let length = text.len() - message.len();
    (length, length, known(host), known(program).map(|name| (name, pid.parse().ok())))
}

/// Reads the host and the program behind the time of a syslog server: ` host in.tftpd[123]: `.
fn names(text: &str) -> Names {
    let rest = text.trim_start_matches(' ');
    let blanks = text.len() - rest.len();
    let host = rest.split(' ').next().unwrap_or_default();
    let is_name = |word: &str| {
        !word.is_empty()
            && word.len() <= 255
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:/".contains(&byte))
    };
    if blanks == 0 || !is_name(host) || host.ends_with(':') {
        return (0, 0, None, None);
    }
    let behind = &rest[host.len()..];
    let after = behind.strip_prefix(' ').unwrap_or(behind);
    let at = blanks + host.len() + (behind.len() - after.len());
    let owned = Some(host.to_owned());
    let word = after.split(' ').next().unwrap_or_default();
    if let Some(tag) = word.strip_suffix(':').filter(|tag| !tag.bytes().all(|byte| byte.is_ascii_digit())) {
        let (name, pid) = match tag.strip_suffix(']').and_then(|tag| tag.split_once('[')) {
            Some((name, pid)) => (name, pid.parse().ok()),
            None => (tag, None),
        };
        if is_name(name) && !is_message_name(name) {
            let blank = usize::from(after[word.len()..].starts_with(' '));
            return (at, at + word.len() + blank, owned, Some((name.to_owned(), pid)));
        }
    }
    (at, at, owned, None)
}

fn is_message_name(word: &str) -> bool {
    word.starts_with('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_relays_are_taken_off() {
        let controller = "%INSTALL-5-INSTALL_START_INFO: Chassis";
        for (before, host) in [
            ("*Feb  1 20:52:11.894: ", None),
            (".Feb  1 20:52:11.894 UTC: ", None),
            ("Feb  1 2024 20:52:11.894: ", None),
            ("000123: *Feb  1 20:52:11.894: ", None),
            ("<189>000123: *Feb  1 20:52:11.894: ", None),
            ("<189>Feb  1 20:52:11 ewc 000123: *Feb  1 20:52:11.894: ", Some("ewc")),
            ("Feb  1 20:52:11 10.1.1.1 123: EWC: *Feb  1 20:52:11.894: ", Some("10.1.1.1")),
            ("2024-02-01T20:52:11.9+01:00 ewc 123: *Feb  1 20:52:11.894: ", Some("ewc")),
            ("<189>1 2024-02-01T20:52:11Z ewc - - - - *Feb  1 20:52:11.894: ", Some("ewc")),
        ] {
            let line = format!("{before}{controller}");
            let header = header(&line);
            assert_eq!(&line[header.start..header.end], controller, "{line}");
            assert_eq!((header.voice, header.host.as_deref()), (Some(Voice::Controller), host), "{line}");
        }
    }

    #[test]
    fn programs_are_named_with_their_processes() {
        for before in [
            "Jan 31 12:32:58 box in.tftpd[595346]: ",
            "<29>Jan 31 12:32:58 box in.tftpd[595346]: ",
            "2024-01-31T12:32:58.123456+00:00 box in.tftpd[595346]: ",
            "<29>1 2024-01-31T12:32:58.123Z box in.tftpd 595346 - - ",
        ] {
            let line = format!("{before}RRQ from 172.16.4.26");
            let header = header(&line);
            assert_eq!(&line[header.start..header.end], "RRQ from 172.16.4.26", "{line}");
            assert_eq!((header.host.as_deref(), header.pid), (Some("box"), Some(595_346)), "{line}");
            assert_eq!(header.voice, Some(Voice::TftpdHpa), "{line}");
        }
        let other = "Jan 31 12:32:58 box CRON[12]: (root) CMD";
        assert_eq!((header(other).voice, &other[header(other).start..]), (None, "CRON[12]: (root) CMD"));
    }

    #[test]
    fn a_console_behind_a_relay_keeps_its_own_time() {
        let line = "Jan 30 21:41:36 ap1 [*01/30/2024 21:41:35.1120] CAPWAP State: Image Data";
        let header = header(line);
        assert_eq!(&line[header.start..], "CAPWAP State: Image Data");
        assert_eq!(header.stamp.map(|stamp| stamp.nanos), Some(112_000_000));
        assert_eq!(header.host.as_deref(), Some("ap1"));
    }
}
