//! Values as sshd reads them: times, sizes, ports, addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use super::ConfigProblem;

/// The largest value of sshd's integers.
const INT_MAX: u64 = 2_147_483_647;

/// Parses a time: `120`, `2m`, `1h30m`, in seconds if there is no unit.
pub(super) fn time(text: &str) -> Option<Duration> {
    if text.is_empty() {
        return None;
    }
    let mut seconds: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let count: u64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next();
        let factor = match unit.map(|unit| unit.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3_600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            Some(_) => return None,
        };
        seconds = count.checked_mul(factor)?.checked_add(seconds).filter(|seconds| *seconds <= INT_MAX)?;
        rest = &rest[digits + unit.map_or(0, char::len_utf8)..];
    }
    Some(Duration::from_secs(seconds))
}

/// Parses a number as strtonum(3) does, or returns its message.
pub(super) fn integer(text: &str) -> Result<u32, &'static str> {
    if text.is_empty() {
        return Err("missing");
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("invalid");
    }
    match digits.parse::<u64>() {
        Ok(0) => Ok(0),
        _ if text.starts_with('-') => Err("too small"),
        Ok(number) if number <= INT_MAX => Ok(number as u32), // At most what fits.
        _ => Err("too large"),
    }
}

/// Parses a size such as `16`, `512K`, `1.5G`, in bytes.
pub(super) fn size(text: &str) -> Option<u64> {
    let (number, shift) = match text.char_indices().last()? {
        (at, unit) if unit.is_ascii_alphabetic() => {
            let shift = 10 * "bkmgtpe".find(unit.to_ascii_lowercase())?;
            (&text[..at], shift)
        }
        _ => (text, 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 9 || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let unit = 1_u64 << shift;
    let whole = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let digits = part.len() as u32; // At most nine.
    let part = if part.is_empty() { 0 } else { part.parse::<u64>().ok()? };
    let scale = 10_u128.pow(digits);
    whole.checked_add(u64::try_from(u128::from(part) * u128::from(unit) / scale).ok()?)
}

/// Parses a port, a number or a name of services(5).
pub(super) fn port(text: &str) -> Option<u16> {
    match text {
        "ssh" => Some(22),
        "sftp" => Some(115),
        _ => u16::try_from(integer(text).ok()?).ok(),
    }
}

/// Parses an address to listen at, with an optional port: `172.16.5.62`, `172.16.5.62:22`, `[::]:22`, `::`.
pub(super) fn listen_address(text: &str) -> Result<(IpAddr, Option<u16>), ConfigProblem> {
    if !text.contains('[') && text.matches(':').count() >= 2 {
        let address = text.parse::<Ipv6Addr>().map_err(|_| ConfigProblem::HostName(text.into()))?;
        return Ok((address.into(), None));
    }
    let (host, port_text) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) =
                rest.split_once(']').ok_or(ConfigProblem::BadListenAddress("bad address:port usage"))?;
            (host, rest.strip_prefix(':'))
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let port = match port_text {
        None => None,
        Some(text) => {
            let bad = ConfigProblem::BadListenAddress("bad port number");
            Some(port(text).filter(|port| *port > 0).ok_or(bad)?)
        }
    };
    let address = match host {
        "*" | "" => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        host => host.parse().map_err(|_| ConfigProblem::HostName(host.into()))?,
    };
    Ok((address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, seconds) in
            [("120", 120), ("2m", 120), ("1h30m", 5_400), ("1W", 604_800), ("0", 0), ("10 ", 0)]
        {
            let expected = (text != "10 ").then(|| Duration::from_secs(seconds));
            assert_eq!(time(text), expected, "{text}");
        }
        for text in ["", "m", "2x", "-1", "99999999999", "2147483648", "1.5h"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size("512K"), Some(524_288));
        assert_eq!(size("1.5g"), Some(1_610_612_736));
        assert_eq!(size("16"), Some(16));
        for text in ["", "K", "1x", "x1", "1.5.5", "99999999999E", "-1"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn integers() {
        assert_eq!(integer("6"), Ok(6));
        assert_eq!(integer("-1"), Err("too small"));
        assert_eq!(integer("2147483648"), Err("too large"));
        assert_eq!(integer("six"), Err("invalid"));
    }

    #[test]
    fn addresses_to_listen_at() {
        assert_eq!(listen_address("172.16.5.62"), Ok(([172, 16, 5, 62].into(), None)));
        assert_eq!(listen_address("172.16.5.62:2222"), Ok(([172, 16, 5, 62].into(), Some(2222))));
        assert_eq!(listen_address("[::]:ssh"), Ok((Ipv6Addr::UNSPECIFIED.into(), Some(22))));
        assert_eq!(listen_address("::1"), Ok((Ipv6Addr::LOCALHOST.into(), None)));
        let bad = |text: &str| listen_address(text).map_err(|problem| problem.to_string());
        assert_eq!(bad("172.16.5.62:0"), Err("bad port number".into()));
        assert_eq!(bad("server"), Err("bad addr or host: server (names are not looked up)".into()));
    }
}
