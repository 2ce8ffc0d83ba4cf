//! Damage to logs: what happens to them between a device and a reader. The seed decides everything.

use crate::Draw;

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Lines end after so many characters.
    Crop(usize),
    /// A third of the lines is missing.
    Lose,
    /// One line in ten comes twice.
    Double,
    /// Lines of others stand between: [`NOISE`].
    Noise,
    /// The clock is so many hours ahead; the day, month and year follow.
    Clock(u32),
    /// A syslog server has put its time, without a year, and a host in place of an access point's time.
    NoYear,
    /// A syslog server of RFC 3164 has put `<PRI>`, its time and a host in front.
    Rfc3164,
    /// One of RFC 5424 has.
    Rfc5424,
    /// rsyslog has put an RFC 3339 time and a host in front.
    Rsyslog,
    /// IOS numbers its lines: `000123: `.
    Numbers,
    /// A terminal of so many columns wrapped the lines.
    Wrap(usize),
    /// A mail quotes the lines: `> `.
    Quote,
    /// A pager stopped every 24 lines.
    More,
    /// A terminal coloured some words.
    Colours,
    /// Lines end with CR LF.
    CrLf,
    /// A byte-order mark of UTF-8 stands in front.
    Bom,
    /// The text is UTF-16, little-endian, with its mark.
    Utf16,
    /// The same with the high byte first.
    Utf16Be,
    /// A prompt with a command stands in front, and one behind.
    Prompt,
}

/// All kinds, with usual widths.
pub const ALL: [Damage; 18] = [
    Damage::Crop(103),
    Damage::Lose,
    Damage::Double,
    Damage::Noise,
    Damage::Clock(5),
    Damage::NoYear,
    Damage::Rfc3164,
    Damage::Rfc5424,
    Damage::Rsyslog,
    Damage::Numbers,
    Damage::Wrap(80),
    Damage::Quote,
    Damage::More,
    Damage::Colours,
    Damage::CrLf,
    Damage::Bom,
    Damage::Utf16,
    Damage::Prompt,
];

/// Lines of other devices and programs, and of these that nothing here prints.
pub const NOISE: [&str; 8] = [
    "*Feb  1 20:00:00.000: %SYS-5-CONFIG_I: Configured from console by console",
    "Jan 31 12:33:01 box CRON[4711]: (root) CMD (run-parts /etc/cron.hourly)",
    "Jan 31 12:33:01 box kernel: [12345.678] usb 1-1: new high-speed USB device number 5",
    "[*01/30/2024 21:41:35.1120] chatter: tohost_vlan0: Received UP event",
    "ethernet_port wired0, ip 172.16.4.30, netmask 255.255.255.0, gw 172.16.4.1, mtu 1500",
    "what follows is from the second attempt, after lunch",
    "Jan 31 12:33:01 box sshd[99]: Nothing that it prints",
    "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/7, changed state to down",
];

/// Returns the damaged text: all kinds one after the other, encodings last.
pub fn damaged(text: &str, kinds: &[Damage], seed: u64) -> Vec<u8> {
    let mut draw = Draw::new(seed);
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    for kind in kinds {
        lines = damage(lines, *kind, &mut draw);
    }
    let end = if kinds.contains(&Damage::CrLf) { "\r\n" } else { "\n" };
    let text: String = lines.iter().flat_map(|line| [line.as_str(), end]).collect();
    if kinds.iter().any(|kind| matches!(kind, Damage::Utf16 | Damage::Utf16Be)) {
        let bytes = if kinds.contains(&Damage::Utf16) { u16::to_le_bytes } else { u16::to_be_bytes };
        return "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect();
    }
    let mark = if kinds.contains(&Damage::Bom) { "\u{feff}" } else { "" };
    format!("{mark}{text}").into_bytes()
}

/// Returns up to four kinds that the seed chooses, each once, in an order in which they can follow one another.
pub fn drawn(seed: u64) -> Vec<Damage> {
    let mut draw = Draw::new(seed);
    let count = draw.number(1..=4);
    let mut chosen: Vec<usize> = (0..count).map(|_| draw.number(0..=ALL.len() - 1)).collect();
    // A relay comes before a terminal, and a terminal before a mail, as in the list.
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().map(|index| ALL[index]).collect()
}

fn damage(lines: Vec<String>, kind: Damage, draw: &mut Draw) -> Vec<String> {
    let map = |change: &dyn Fn(&str) -> String| lines.iter().map(|line| change(line)).collect::<Vec<_>>();
    match kind {
        Damage::Crop(width) => map(&|line| line.chars().take(width).collect()),
        Damage::Lose => lines.into_iter().filter(|_| !draw.chance(33)).collect(),
        Damage::Double => {
            let mut twice =
                |line: String| if draw.chance(10) { vec![line.clone(), line] } else { vec![line] };
            lines.into_iter().flat_map(&mut twice).collect()
        }
        Damage::Noise => {
            let mut with = |line: String| {
                let noise = draw.chance(20).then(|| draw.pick(&NOISE).to_owned());
                noise.into_iter().chain([line])
            };
            lines.into_iter().flat_map(&mut with).collect()
        }
        Damage::Clock(hours) => map(&|line| later(line, hours)),
        Damage::NoYear => map(&without_year),
        Damage::Rfc3164 => map(&|line| relayed(line, "<189>Feb  1 20:00:00 relay ")),
        Damage::Rfc5424 => map(&|line| relayed(line, "<189>1 2024-02-01T20:00:00.123Z relay - - - - ")),
        Damage::Rsyslog => map(&|line| relayed(line, "2024-02-01T20:00:00.123456+01:00 relay ")),
        Damage::Numbers => {
            let number = |(index, line): (usize, &String)| match line.starts_with(['*', '.']) {
                true => format!("{:06}: {line}", index + 120),
                false => line.clone(),
            };
            lines.iter().enumerate().map(number).collect()
        }
        Damage::Wrap(width) => lines.iter().flat_map(|line| wrapped(line, width)).collect(),
        Damage::Quote => map(&|line| format!("> {line}")),
        Damage::More => {
            let erase = "\u{8}".repeat(9);
            let paged = |(index, line): (usize, &String)| match index % 24 {
                23 => format!(" --More-- {erase}{}{erase}{line}", " ".repeat(8)),
                _ => line.clone(),
            };
            lines.iter().enumerate().map(paged).collect()
        }
        Damage::Colours => {
            let mut coloured = |line: String| match line.find(' ').filter(|_| draw.chance(50)) {
                Some(blank) => format!("{}\u{1b}[1;31m{}\u{1b}[0m", &line[..blank], &line[blank..]),
                None => line,
            };
            lines.into_iter().map(&mut coloured).collect()
        }
        Damage::Prompt => {
            let first = "ewc#show logging".to_owned();
            [first].into_iter().chain(lines).chain(["ewc#".to_owned()]).collect()
        }
        Damage::CrLf | Damage::Bom | Damage::Utf16 | Damage::Utf16Be => lines,
    }
}

/// Puts a header in front of a line that begins with a time of a device; a server's own time is already one of syslog.
fn relayed(line: &str, header: &str) -> String {
    if line.starts_with(['[', '*', '.']) { format!("{header}{line}") } else { line.to_owned() }
}

fn wrapped(line: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters.chunks(width.max(1)).map(|part| part.iter().collect()).collect()
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns a line of an access point as a syslog server wrote it without the access point's own time: `Jan 30 21:41:35 ap1 x`.
fn without_year(line: &str) -> String {
    let digits = |range| line.get(range).and_then(|digits: &str| digits.parse::<usize>().ok());
    match (digits(2..4), digits(5..7), line.get(13..21), line.get(27..)) {
        (Some(month @ 1..=12), Some(day), Some(time), Some(rest)) if line.starts_with("[*") => {
            format!("{} {day:2} {time} ap1{rest}", MONTHS[month - 1])
        }
        _ => line.to_owned(),
    }
}

/// Moves the first time of a line.
fn later(line: &str, hours: u32) -> String {
    let moved = |month: u32, day: u32, hour: u32| {
        let (mut month, mut day, hour) = (month, day + (hour + hours) / 24, (hour + hours) % 24);
        let length = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][(month as usize - 1) % 12];
        if day > length {
            (month, day) = (month % 12 + 1, day - length);
        }
        (month, day, hour)
    };
    let digits =
        |start: usize| line.get(start..start + 2).and_then(|digits| digits.trim().parse::<u32>().ok());
    if line.starts_with("[*")
        && let (Some(month @ 1..=12), Some(day), Some(hour)) = (digits(2), digits(5), digits(13))
    {
        let (month, day, hour) = moved(month, day, hour);
        return format!("[*{month:02}/{day:02}{}{hour:02}{}", &line[7..13], &line[15..]);
    }
    let start = usize::from(line.starts_with('*'));
    let month = line.get(start..start + 3).and_then(|name| MONTHS.iter().position(|month| *month == name));
    if let (Some(month), Some(day), Some(hour)) = (month, digits(start + 4), digits(start + 7)) {
        let (month, day, hour) = moved(month as u32 + 1, day, hour);
        return format!(
            "{}{} {day:2} {hour:02}{}",
            &line[..start],
            MONTHS[month as usize - 1],
            &line[start + 9..]
        );
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str =
        "[*01/31/2024 21:41:35.1120] CAPWAP State: Image Data\n*Feb  1 20:52:08.742: %X-5-Y: z\n";

    #[test]
    fn the_seed_decides() {
        let all = |seed| damaged(LOG, &ALL, seed);
        assert_eq!(all(1), all(1));
        assert_ne!(drawn(1), drawn(2));
        assert!((0..100).all(|seed| !drawn(seed).is_empty()));
    }

    #[test]
    fn clocks_carry() {
        assert_eq!(later("[*01/31/2024 21:41:35.1120] x", 5), "[*02/01/2024 02:41:35.1120] x");
        assert_eq!(later("*Feb 28 20:52:08.742: z", 5), "*Mar  1 01:52:08.742: z");
        assert_eq!(later("Jan 31 12:32:58 box z", 5), "Jan 31 17:32:58 box z");
        assert_eq!(without_year("[*01/31/2024 21:41:35.1120] x"), "Jan 31 21:41:35 ap1 x");
    }
}
