//! Words that IOS takes, and that are read only as IOS prints them: in small letters, and in full.

use std::net::Ipv4Addr;

use super::ports;
use super::words::Words;

/// The words with which a line about access lists begins, and the number of letters from which an abbreviation of one is told.
const LINES: [&[&str]; 3] = [&["ip", "access-list"], &["ip", "access-group"], &["access-list"]];
const LETTERS_MIN: usize = 3;

/// The words that decide in an entry.
const ACTIONS: [&str; 2] = ["permit", "deny"];

/// The words of an entry, names of ports apart.
const WORDS: [&str; 31] = [
    "permit",
    "deny",
    "remark",
    "ip",
    "tcp",
    "udp",
    "icmp",
    "ahp",
    "eigrp",
    "esp",
    "gre",
    "igmp",
    "ipinip",
    "ospf",
    "pim",
    "any",
    "host",
    "eq",
    "neq",
    "gt",
    "lt",
    "range",
    "established",
    "log",
    "log-input",
    "fragments",
    "ack",
    "rst",
    "syn",
    "fin",
    "object-group",
];

/// Returns the word of a line about access lists that is not as IOS prints it, by its index, and the word that is meant.
pub(super) fn of_line(words: &Words<'_>) -> Option<(usize, &'static str)> {
    let begins = LINES.iter().find_map(|line| {
        let is_it = |(index, wanted): (usize, &&'static str)| {
            let word = words.get(index)?;
            (word == *wanted || is_meant(word, wanted, LETTERS_MIN)).then_some(word != *wanted)
        };
        let differ: Option<Vec<bool>> = line.iter().enumerate().map(is_it).collect();
        let first = differ?.iter().position(|differs| *differs)?;
        // A number follows the shortest, which may be an English word.
        let is_line = line.len() > 1 || words.get(1).is_some_and(|word| word.parse::<u32>().is_ok());
        if !is_line {
            return None;
        }
        Some((first, line[first]))
    });
    begins.or_else(|| interface(words)).or_else(|| {
        let first = usize::from(words.get(0).is_some_and(|word| word.parse::<u32>().is_ok()));
        let word = words.get(first)?;
        let action = ACTIONS.into_iter().find(|action| is_meant(word, action, LETTERS_MIN))?;
        // Other lines of a configuration, and banners, may have the word as well.
        let next = words.get(first + 1)?;
        let is_entry = WORDS.contains(&next)
            || meant(next).is_some()
            || next.parse::<Ipv4Addr>().is_ok()
            || next.parse::<u8>().is_ok();
        is_entry.then_some((first, action))
    })
}

/// Returns the word of an entry that is meant by one which is none; nothing if it is no slip of this kind.
pub(super) fn meant(word: &str) -> Option<String> {
    if WORDS.contains(&word) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let is_port = |name: &str| [true, false].iter().any(|is_tcp| ports::port(name, *is_tcp).is_some());
    let in_full = WORDS.iter().find(|known| **known == lower).map(|known| (*known).to_owned());
    in_full.or_else(|| (lower != word && is_port(&lower)).then_some(lower)).or_else(|| {
        let mut fits = WORDS.iter().filter(|known| is_meant(word, known, 2));
        let one = fits.next()?;
        fits.next().is_none().then(|| (*one).to_owned())
    })
}

/// Returns the help for such a word.
pub(super) fn help(meant: &str) -> String {
    format!("write `{meant}`: words are read in small letters and in full, as IOS prints them")
}

/// Returns the name of a section of an interface: a name has a number.
fn interface(words: &Words<'_>) -> Option<(usize, &'static str)> {
    const WORD: &str = "interface";
    let is_name = words.get(1)?.contains(|letter: char| letter.is_ascii_digit());
    (is_name && is_meant(words.get(0)?, WORD, LETTERS_MIN)).then_some((0, WORD))
}

/// Returns true if `word` is another spelling of `wanted`: with capitals, or its first letters, at least so many.
fn is_meant(word: &str, wanted: &str, letters: usize) -> bool {
    let is_start = wanted.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    word != wanted && is_start && (word.len() >= letters || word.len() == wanted.len())
}
