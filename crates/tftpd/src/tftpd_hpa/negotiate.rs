//! The negotiation of options by in.tftpd.

use std::time::Duration;

use tftp::{ErrorCode, Options, Schedule, SenderConfig, Text};

use super::access::Nak;
use super::config::{OPTIONS, TftpdHpaConfig};

/// The number of times that a packet is sent; each wait is twice the previous one.
const SENDINGS: u32 = 6;

/// Accepts the options that it can. Values that are not numbers, unknown options, and those that `--refuse` names are ignored;
/// a number out of range is an error. Of two block sizes the later counts, and both are in the OACK.
pub(super) fn negotiate(
    config: &TftpdHpaConfig,
    size: Option<u64>,
    asked: &Options,
) -> Result<SenderConfig, Nak> {
    let mut terms = SenderConfig {
        schedule: schedule(config.retransmit),
        repeat_oack_on_wrong_ack: true,
        ..SenderConfig::default()
    };
    for (name, value) in asked.iter() {
        // An empty value looks like the end of the request.
        if value.is_empty() {
            break;
        }
        let known = OPTIONS.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        let (Some(known), Some(value)) = (known, number(value)) else { continue };
        if config.refused.contains(known) {
            continue;
        }
        let answer = agree(config, size, &mut terms, known, value)
            .ok_or_else(|| Nak::new(ErrorCode::OPTION_REFUSED, "Unsupported option(s) requested"))?;
        terms.oack.push(name.clone(), answer.to_string());
    }
    Ok(terms)
}

fn agree(
    config: &TftpdHpaConfig,
    size: Option<u64>,
    terms: &mut SenderConfig,
    name: &str,
    value: u64,
) -> Option<u64> {
    match name {
        "blksize" | "blksize2" => {
            let least = u64::from(tftp::BLKSIZE_MIN);
            let mut block_size = u16::try_from(value).unwrap_or(u16::MAX).min(config.blksize_max);
            if value < least {
                return None;
            }
            if name == "blksize2" && value <= u64::from(config.blksize_max) {
                block_size = 1 << block_size.ilog2();
            }
            terms.block_size = block_size;
            Some(block_size.into())
        }
        // A size from the client is returned unchanged.
        "tsize" => size.map(|size| if value == 0 { size } else { value }),
        "timeout" => {
            let seconds = (1..=255).contains(&value).then_some(value)?;
            terms.schedule = schedule(Duration::from_secs(seconds));
            Some(seconds)
        }
        "utimeout" => {
            let microseconds = (10_000..=255_000_000).contains(&value).then_some(value)?;
            terms.schedule = schedule(Duration::from_micros(microseconds));
            Some(microseconds)
        }
        _ => {
            terms.rollover_to = u16::try_from(value).ok()?;
            Some(value)
        }
    }
}

fn schedule(first: Duration) -> Schedule {
    Schedule::doubling(first, SENDINGS)
}

/// Parses a number as strtoumax(3): blanks and a sign may precede it, and a negative number wraps around.
fn number(value: &Text) -> Option<u64> {
    let text = value.as_str()?.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    match text.strip_prefix('-') {
        Some(digits) => Text::from(digits).number().map(u64::wrapping_neg),
        None => Text::from(text.strip_prefix('+').unwrap_or(text)).number(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(config: &TftpdHpaConfig, asked: &[(&str, &str)]) -> Result<(SenderConfig, String), Nak> {
        let mut options = Options::new();
        for &(name, value) in asked {
            options.push(name, value);
        }
        let terms = negotiate(config, Some(70_512_640), &options)?;
        let oack: Vec<_> = terms.oack.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let oack = oack.join(" ");
        Ok((terms, oack))
    }

    fn oack(asked: &[(&str, &str)]) -> String {
        answer(&TftpdHpaConfig::default(), asked).expect("agreed").1
    }

    #[test]
    fn names_come_back_as_the_client_spelled_them() {
        assert_eq!(oack(&[("BLKSIZE", "1428"), ("tSize", "0")]), "BLKSIZE=1428 tSize=70512640");
    }

    #[test]
    fn what_it_does_not_know_is_left_out() {
        assert_eq!(oack(&[("windowsize", "16"), ("tsize", "enable"), ("blksize", "512x")]), "");
        assert_eq!(oack(&[("blksize", "512"), ("tsize", ""), ("timeout", "3")]), "blksize=512");
    }

    #[test]
    fn block_sizes_are_limited() {
        for (asked, given) in
            [("8", 8), ("65465", 65_464), ("99999999999", 65_464), ("-1", 65_464), ("+9", 9)]
        {
            let (terms, oack) = answer(&TftpdHpaConfig::default(), &[("blksize", asked)]).expect("agreed");
            assert_eq!((terms.block_size, oack), (given, format!("blksize={given}")));
        }
        assert_eq!(oack(&[("blksize", "99999999999999999999999")]), "", "out of range of strtoumax");
        let config = TftpdHpaConfig { blksize_max: 1024, ..TftpdHpaConfig::default() };
        assert_eq!(answer(&config, &[("blksize", "1428")]).expect("agreed").1, "blksize=1024");
        assert_eq!(oack(&[("blksize2", "1428")]), "blksize2=1024");
        assert_eq!(
            answer(&TftpdHpaConfig::default(), &[("blksize", "512"), ("blksize", "600")])
                .expect("agreed")
                .0
                .block_size,
            600
        );
    }

    #[test]
    fn timeouts_scale_the_schedule() {
        let waits = |asked| {
            let (terms, _) = answer(&TftpdHpaConfig::default(), asked).expect("agreed");
            terms.schedule.waits().iter().map(Duration::as_millis).collect::<Vec<_>>()
        };
        assert_eq!(waits(&[]), [1000, 2000, 4000, 8000, 16_000, 32_000]);
        assert_eq!(waits(&[("timeout", "3")]), [3000, 6000, 12_000, 24_000, 48_000, 96_000]);
        assert_eq!(waits(&[("utimeout", "10000")]), [10, 20, 40, 80, 160, 320]);
        let config = TftpdHpaConfig { retransmit: Duration::from_millis(500), ..TftpdHpaConfig::default() };
        assert_eq!(answer(&config, &[]).expect("agreed").0.schedule.total(), Duration::from_millis(31_500));
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for (name, value) in [
            ("blksize", "7"),
            ("blksize2", "7"),
            ("timeout", "0"),
            ("timeout", "256"),
            ("utimeout", "9999"),
            ("rollover", "65536"),
        ] {
            let nak = answer(&TftpdHpaConfig::default(), &[(name, value)]).expect_err("refused");
            assert_eq!((nak.code.0, &*nak.message), (8, "Unsupported option(s) requested"), "{name} {value}");
        }
        let netascii = negotiate(&TftpdHpaConfig::default(), None, &Options::new().with("tsize", 0));
        assert!(netascii.is_err(), "the size is not known in netascii mode");
    }

    #[test]
    fn refused_options_are_passed_over() {
        let config = TftpdHpaConfig { refused: ["blksize"].into(), ..TftpdHpaConfig::default() };
        assert_eq!(answer(&config, &[("blksize", "7"), ("tsize", "0")]).expect("agreed").1, "tsize=70512640");
    }

    #[test]
    fn rollover_is_given_back() {
        let (terms, oack) = answer(&TftpdHpaConfig::default(), &[("rollover", "1")]).expect("agreed");
        assert_eq!((terms.rollover_to, oack), (1, "rollover=1".into()));
    }
}
