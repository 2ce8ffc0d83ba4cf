//! Damaged configurations of devices: each is read or refused without a panic, and what is said of it points into it.

use ewc::ControllerConfig;
use openssh::{Connection, SshdConfig};
use test_support::enlarged;
use tftpd::tftpd64::Tftpd64Config;

/// The number of mutations of each kind of text in `ci/test`; `ci/long` tries twenty times as many.
const MUTATIONS: u64 = 5_000;
/// The same for a controller, whose configuration takes longer to read.
const OF_CONTROLLERS: u64 = 250;

const CONTROLLER: &str = include_str!("../../ewc/tests/paste/whole/depot-typed.cfg");
const SSHD: &str = concat!(
    include_str!("../../../scenarios/field/sshd_config"),
    "Match Address 172.16.4.0/24,!172.16.4.7 LocalPort 22\n  ChrootDirectory %h\n  PasswordAuthentication no\n\
     Match all\nCiphers +aes128-cbc\nMaxStartups 10:30:100\nListenAddress [::]:2222\nRekeyLimit 1G 1h\n"
);
const TFTPD32: &str = "[DHCP]\r\nLease_NumLeases=0\r\n[TFTPD32]\r\nBaseDirectory=C:\\TFTP\r\nTftpPort=69\r\nHide=0\r\nSecurityLevel=1\r\n\
    Timeout=3\r\nMaxRetransmit=6\r\nLocalIP=172.16.5.27\r\nServices=15\r\nVirtualRoot=1\r\nLowestUDPPort=0\r\nHighestUDPPort=0\r\n";

/// Pieces of the three languages, and characters that end or steer something.
const PIECES: [&str; 22] = [
    "\u{1b}[31m",
    "\0",
    "\r",
    "\n",
    "\t",
    " ",
    "é",
    "\u{feff}",
    "\"",
    "'",
    "\\",
    "#",
    "!",
    "^C",
    "=",
    "[",
    "]",
    "no ",
    "Match ",
    "${",
    "-1",
    "99999999999999999999",
];

/// A generator of numbers: xorshift, with a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).expect("48 bits") % limit.max(1)
    }
}

/// Calls `read` with the text, in which characters are removed, repeated and replaced in one to three places.
fn damage(text: &str, (count, seed): (u64, u64), read: fn(&str)) {
    let mut random = Random(seed);
    for _ in 0..enlarged(count) {
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..=random.below(3) {
            let at = random.below(characters.len() + 1);
            let end = (at + random.below(20)).min(characters.len());
            match random.below(3) {
                0 => _ = characters.drain(at..end),
                1 => {
                    let piece = characters[at..end].repeat(1 + random.below(300));
                    characters.splice(at..at, piece);
                }
                _ => _ = characters.splice(at..end, PIECES[random.below(PIECES.len())].chars()),
            }
        }
        read(&characters.into_iter().collect::<String>());
    }
}

#[test]
fn damaged_configurations_of_a_controller_are_answered() {
    damage(CONTROLLER, (OF_CONTROLLERS, 0x9e37_79b9_7f4a_7c15), |text| {
        let lines: Vec<&str> = text.lines().collect();
        match ControllerConfig::parse(text) {
            Ok(config) => {
                let warnings = config.warnings.iter().map(|each| each.line);
                let not_modelled = config.not_modelled.iter().map(|each| each.line);
                let others = config.not_about_images.iter().map(|each| each.line);
                for line in warnings.chain(not_modelled).chain(others) {
                    assert!((1..=lines.len()).contains(&line), "line {line} of {text:?}");
                }
            }
            Err(errors) => {
                assert!(!errors.0.is_empty(), "{text:?}");
                for error in &errors.0 {
                    let line = lines[error.line - 1];
                    assert!((1..=line.chars().count() + 1).contains(&error.column), "{error} of {text:?}");
                }
            }
        }
    });
}

/// Asserts that these bytes are a part of the text.
fn assert_is_in(text: &str, offset: usize, length: usize) {
    assert!(text.get(offset..offset + length).is_some(), "{offset}, {length} of {text:?}");
}

#[test]
fn damaged_configurations_of_sshd_are_answered() {
    damage(SSHD, (MUTATIONS, 0x2545_f491_4f6c_dd1d), |text| {
        let check = |offset: usize, length: usize| assert_is_in(text, offset, length);
        match SshdConfig::parse(text) {
            Ok(parsed) => {
                parsed.warnings.iter().for_each(|each| check(each.place.offset, each.place.length));
                let _ = parsed.config.effective(&Connection {
                    user: "calo",
                    groups: &["calo".to_owned(), "sftp".to_owned()],
                    host: "172.16.4.26",
                    address: [172, 16, 4, 26].into(),
                    local: ([172, 16, 5, 62], 22).into(),
                });
            }
            Err(errors) => {
                assert!(!errors.is_empty(), "{text:?}");
                errors.iter().for_each(|each| check(each.place.offset, each.place.length));
            }
        }
    });
}

#[test]
fn damaged_configurations_of_tftpd64_are_answered() {
    damage(TFTPD32, (MUTATIONS, 0xd1b5_4a32_d192_ed03), |text| {
        let check = |offset: usize, length: usize| assert_is_in(text, offset, length);
        match Tftpd64Config::parse(text) {
            Ok(parsed) => {
                parsed.warnings.iter().for_each(|each| check(each.place.offset, each.place.length));
                let _ = parsed.config.local_path("/ap1g8");
            }
            Err(errors) => {
                assert!(!errors.is_empty(), "{text:?}");
                errors.iter().for_each(|each| check(each.place.offset, each.place.length));
            }
        }
    });
}
