//! Damaged texts: whatever is read answers in time, without a panic, and says nothing that a terminal would obey.

use std::path::Path;

use scenario::{MemoryFiles, Scenario};
use test_support::enlarged;

/// The number of mutations of each text in `ci/test`; `ci/long` tries twenty times as many. Listings alone have more, beside their parser.
const MUTATIONS: u64 = 60;
/// The length of a line that repeats one character, and of a text that repeats one line.
const REPEATS: usize = 400;

const EVERYTHING: &str = include_str!("../../../scenarios/field/tftp-join.yaml");
const LISTINGS: [&str; 4] = [
    include_str!("../../../scenarios/field/17.9.4a.listing"),
    include_str!("../../../scenarios/bugs/interrupted-copy.listing"),
    "Archive:  release.zip\n  Length      Date    Time    Name\n---------  ---------- -----   ----\n  1024000  2023-10-20 11:04   ap1g7\n\
     2023-10-20 11:04:32 ....A      1024000       980123  ap1g8\n-a----        10/20/2023  11:04 AM        1024000 ap1g6\n",
    "ewc#dir\nDirectory of usbflash0:/17.9.4a/\n\n   12  -rwx         1024000  Oct 20 2023 11:04:32 +00:00  ap1g7\n\
     lrwxrwxrwx 1 root root 5 20. Okt 11:04 ap1g8 -> ap1g8.17\n-rw-r--r-- root/root   1024000 2023-10-20 11:04 ap1g8.17\n",
];
/// What damages are made of.
const PIECES: [&str; 24] = [
    "\u{1b}[31m",
    "\0",
    "\r",
    "\u{8}",
    "\u{202e}",
    "\u{fffd}",
    "é",
    "-",
    " ",
    "\n",
    ":",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "|",
    "&a ",
    "*a ",
    "${x}",
    "99999999999999999999",
    "-rw-r--r-- ",
    "../",
];

/// A generator of numbers: xorshift, with a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).expect("it fits")).expect("it fits")
    }
}

/// Damages a text in one to three places.
fn damaged(text: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(20)).min(bytes.len());
        match random.below(6) {
            0 => _ = bytes.drain(at..end),
            1 => bytes.truncate(at),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece.repeat(1 + random.below(REPEATS)));
            }
            3 => {
                let byte = u8::try_from(random.below(256)).expect("below 256");
                bytes.splice(at..end, [byte]);
            }
            _ => _ = bytes.splice(at..at, PIECES[random.below(PIECES.len())].bytes()),
        }
    }
    bytes
}

/// Loads a scenario, and returns whatever is said about it.
fn said(scenario: Vec<u8>, listing: Vec<u8>) -> String {
    let default = "TFTP_USERNAME=\"tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_DIRECTORY=\"/srv\"\n";
    let files = MemoryFiles::default()
        .with("s.yaml", scenario)
        .with("17.9.4a.listing", listing)
        .with("tftpd-hpa.default", default);
    match Scenario::load(Path::new("s.yaml"), &files) {
        Ok(scenario) => {
            let warnings = scenario.diagnostics(scenario.warnings.clone()).verbose(true).render(false);
            format!("{}\n{warnings}", scenario.title)
        }
        Err(problems) => problems.verbose(true).render(false),
    }
}

fn is_harmless(said: &str) -> bool {
    said.chars().all(|c| {
        matches!(c, '\n' | '\t')
            || !(c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'))
    })
}

#[test]
fn damaged_scenarios_are_answered() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for number in 0..enlarged(MUTATIONS) {
        let text = damaged(EVERYTHING, &mut random);
        let said = said(text.clone(), LISTINGS[0].as_bytes().to_vec());
        assert!(is_harmless(&said), "{number}: {said:?}\n{}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn damaged_listings_are_answered() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for number in 0..enlarged(MUTATIONS) {
        for listing in LISTINGS {
            let text = damaged(listing, &mut random);
            let said = said(EVERYTHING.as_bytes().to_vec(), text.clone());
            assert!(is_harmless(&said), "{number}: {said:?}\n{}", String::from_utf8_lossy(&text));
        }
    }
}

/// The message beside an excerpt shows what the excerpt shows.
#[test]
fn messages_show_control_characters_as_pictures() {
    let yaml = |title: &str, name: &str, listing: &str| {
        said(
            EVERYTHING
                .replacen("scenario:", &format!("scenario: \"{title}\"\nlab2:"), 1)
                .replacen("C9105AXI", &format!("\"{name}\""), 1)
                .into_bytes(),
            listing.as_bytes().to_vec(),
        )
    };
    let shown = yaml("x", "C91\\e[31m", LISTINGS[0]);
    assert!(shown.contains("no access point model is called `C91␛[31m`") && is_harmless(&shown), "{shown}");
    for listing in
        ["-\u{1b}[31", "-rw-r--r-- 1 a b 7\u{1b}]0;x\u{7}M Oct 20 11:04 ap1g7", "ap1g8 \u{9b}31m\u{202e} 5\n"]
    {
        let shown = yaml("x", "C9105AXI", listing);
        assert!(shown.contains("error") && is_harmless(&shown), "{shown:?}");
    }
    let titled = EVERYTHING.lines().map(|line| match line.starts_with("scenario:") {
        true => "scenario: \"a \\e[31mred\\a title\"\n".to_owned(),
        false => format!("{line}\n"),
    });
    let shown = said(titled.collect::<String>().into_bytes(), LISTINGS[0].as_bytes().to_vec());
    assert!(shown.contains("a ␛[31mred␇ title") && is_harmless(&shown), "{shown:?}");
}
