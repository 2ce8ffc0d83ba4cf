//! The negotiation of options by Tftpd64.

use tftp::{Options, Text};

use super::config::Tftpd64Config;
use super::event::{Kind, Operation};
use super::request::{DATAGRAM_MAX, characters};

/// The block size without options, and the accepted limits, in bytes.
const BLOCK_SIZE: u16 = 512;
const BLOCK_SIZE_MIN: i32 = 8;
pub(super) const BLOCK_SIZE_MAX: u16 = 16_384;

/// The agreed options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) block_size: u16,
    /// The longest wait for an answer, in seconds.
    pub(super) timeout_s: u32,
    /// The size that the client of a write announces, in bytes.
    pub(super) announced: Option<u64>,
    pub(super) oack: Options,
    /// The events for the log.
    pub(super) notes: Vec<Kind>,
}

/// Accepts the options that it knows, in the order of the request. It knows neither `windowsize` nor `rollover`, and ignores
/// values out of range. Names are returned as the client spelled them.
pub(super) fn negotiate(
    config: &Tftpd64Config,
    operation: Operation,
    size: u64,
    asked: &[(Text, Text)],
) -> Terms {
    let mut terms = Terms {
        block_size: BLOCK_SIZE,
        timeout_s: config.timeout_s,
        announced: None,
        oack: Options::new(),
        notes: Vec::new(),
    };
    if !config.negotiate && !config.pxe {
        return terms;
    }
    // The OACK is made in a buffer of this size, which the program may overrun.
    let mut room = DATAGRAM_MAX - 2;
    for (name, value) in asked {
        let Some(answer) = agree(config, operation, size, name, value, &mut terms) else { continue };
        let length = name.as_bytes().len() + answer.as_bytes().len() + 2;
        let Some(rest) = room.checked_sub(length) else { break };
        room = rest;
        terms.oack.push(name.clone(), answer);
    }
    terms
}

fn agree(
    config: &Tftpd64Config,
    operation: Operation,
    size: u64,
    name: &Text,
    value: &Text,
    terms: &mut Terms,
) -> Option<Text> {
    if name.eq_ignore_ascii_case(tftp::BLKSIZE) && !config.pxe {
        let proposed = atoi(value);
        // The program takes a negative number for a large one.
        terms.block_size = match u16::try_from(proposed) {
            Ok(block_size) if block_size <= BLOCK_SIZE_MAX && proposed >= BLOCK_SIZE_MIN => block_size,
            _ if (0..BLOCK_SIZE_MIN).contains(&proposed) => return None,
            _ => {
                let block_size = BLOCK_SIZE_MAX;
                terms.notes.push(Kind::BlockSizeReduced { option: characters(name), proposed, block_size });
                block_size
            }
        };
        return Some(terms.block_size.to_string().into());
    }
    if name.eq_ignore_ascii_case(tftp::TIMEOUT) && !config.pxe {
        let seconds = u8::try_from(atoi(value)).ok().filter(|&seconds| seconds > 0)?;
        terms.timeout_s = seconds.into();
        return Some(value.clone());
    }
    if name.eq_ignore_ascii_case(tftp::TSIZE) {
        return Some(match operation {
            // The value does not matter: atftp writes "enable".
            Operation::Rrq => size.to_string().into(),
            Operation::Wrq => {
                terms.announced = u64::try_from(atoi(value)).ok();
                value.clone()
            }
        });
    }
    None
}

/// Returns the number at the start of a text, as atoi(3) of the Microsoft C library: 0 if there is none, the nearest if it is too
/// large.
fn atoi(text: &Text) -> i32 {
    let bytes = text.as_bytes().trim_ascii_start();
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let digits = digits.iter().take_while(|digit| digit.is_ascii_digit());
    let number = digits
        .fold(0_i64, |number, digit| (number * 10 + i64::from(digit - b'0')).min(i64::from(i32::MAX) + 1));
    let number = if negative { -number } else { number.min(i32::MAX.into()) };
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(config: &Tftpd64Config, operation: Operation, asked: &[(&str, &str)]) -> (Terms, String) {
        let asked: Vec<_> = asked.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        let terms = negotiate(config, operation, 70_512_640, &asked);
        let oack = terms.oack.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        let oack = oack.join(" ");
        (terms, oack)
    }

    fn oack(asked: &[(&str, &str)]) -> String {
        terms(&Tftpd64Config::default(), Operation::Rrq, asked).1
    }

    #[test]
    fn names_come_back_as_the_client_spelled_them_and_in_its_order() {
        assert_eq!(
            oack(&[("tSize", "enable"), ("windowsize", "16"), ("BLKSIZE", "1428"), ("timeout", "06")]),
            "tSize=70512640 BLKSIZE=1428 timeout=06"
        );
        assert_eq!(oack(&[("rollover", "0"), ("blksize2", "1024"), ("utimeout", "10000")]), "");
    }

    #[test]
    fn block_sizes_are_limited() {
        for (asked, given) in [("8", 8), ("512x", 512), (" +9", 9), ("16384", 16_384)] {
            let (terms, _) = terms(&Tftpd64Config::default(), Operation::Rrq, &[("blksize", asked)]);
            assert_eq!((terms.block_size, terms.notes.len()), (given, 0), "{asked}");
        }
        for (asked, proposed) in [
            ("16385", 16_385),
            ("65464", 65_464),
            ("99999999999", i32::MAX),
            ("-1", -1),
            ("-99999999999", i32::MIN),
        ] {
            let (terms, oack) = terms(&Tftpd64Config::default(), Operation::Rrq, &[("blksize", asked)]);
            assert_eq!((terms.block_size, &*oack), (16_384, "blksize=16384"), "{asked}");
            let reduced = Kind::BlockSizeReduced { option: "blksize".into(), proposed, block_size: 16_384 };
            assert_eq!(terms.notes, [reduced]);
        }
        for asked in ["7", "0", "", "x"] {
            assert_eq!(oack(&[("blksize", asked), ("tsize", "")]), "tsize=70512640", "{asked}");
        }
    }

    #[test]
    fn timeouts_out_of_range_are_passed_over() {
        let (given, oack) = terms(&Tftpd64Config::default(), Operation::Rrq, &[("timeout", "255s")]);
        assert_eq!((given.timeout_s, &*oack), (255, "timeout=255s"));
        for asked in ["0", "256", "-1", ""] {
            let (given, oack) = terms(&Tftpd64Config::default(), Operation::Rrq, &[("timeout", asked)]);
            assert_eq!((given.timeout_s, &*oack), (3, ""), "{asked}");
        }
    }

    #[test]
    fn settings_leave_options_out() {
        let asked = [("blksize", "1428"), ("timeout", "5"), ("tsize", "0")];
        let pxe = Tftpd64Config { pxe: true, negotiate: false, ..Tftpd64Config::default() };
        assert_eq!(terms(&pxe, Operation::Rrq, &asked).1, "tsize=70512640");
        let off = Tftpd64Config { negotiate: false, ..Tftpd64Config::default() };
        assert_eq!(terms(&off, Operation::Rrq, &asked).1, "");
    }

    #[test]
    fn the_size_of_a_write_is_taken_on_trust() {
        let (terms, oack) = terms(&Tftpd64Config::default(), Operation::Wrq, &[("tsize", "1000")]);
        assert_eq!((terms.announced, &*oack), (Some(1000), "tsize=1000"));
    }

    #[test]
    fn the_answer_fits_its_buffer() {
        let asked = vec![("tsize", ""); 70];
        let (terms, _) = terms(&Tftpd64Config::default(), Operation::Rrq, &asked);
        assert_eq!(terms.oack.len(), 514 / 15);
    }
}
