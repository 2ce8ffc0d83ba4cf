//! Patterns of sshd_config(5) and ssh_config(5): wildcards, lists with negations, networks.

use std::net::IpAddr;

/// The result of matching a word with a list of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matched {
    /// A pattern matches, and no negated one does.
    Yes,
    /// No pattern matches.
    No,
    /// A negated pattern matches.
    Negated,
}

/// A network whose address has bits set outside of its mask, or an empty pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadNetwork;

/// Returns true if `text` matches a pattern in which `*` stands for any bytes and `?` for one byte.
pub(super) fn fits(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (mut at, mut in_pattern) = (0, 0);
    // The position at which to continue if the last star has to match one byte more.
    let mut star = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some(b'*') => {
                in_pattern += 1;
                star = Some((at, in_pattern));
            }
            Some(byte) if *byte == b'?' || *byte == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => {
                let Some((from, after)) = star else { return false };
                star = Some((from + 1, after));
                at = from + 1;
                in_pattern = after;
            }
        }
    }
    pattern[in_pattern..].iter().all(|byte| *byte == b'*')
}

/// Matches `text` with a comma-separated list of patterns.
pub(super) fn fits_list(text: &str, list: &str) -> Matched {
    let mut matched = Matched::No;
    for pattern in list.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if fits(text, pattern) => return Matched::Negated,
            Some(_) => {}
            None if fits(text, pattern) => matched = Matched::Yes,
            None => {}
        }
    }
    matched
}

/// Matches a host name in the same way, ignoring letter case.
pub(super) fn fits_host(host: &str, list: &str) -> Matched {
    fits_list(&host.to_lowercase(), &list.to_lowercase())
}

/// Matches an address with a list of addresses, networks and patterns. Without an address it only parses the list.
pub(super) fn fits_address(address: Option<IpAddr>, list: &str) -> Result<Matched, BadNetwork> {
    let mut matched = Matched::No;
    for pattern in list.split(',') {
        let (negated, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        if pattern.is_empty() {
            return Err(BadNetwork);
        }
        let fits = match (network(pattern)?, address) {
            (_, None) => false,
            (Some((network, bits)), Some(address)) => within(address, network, bits),
            (None, Some(address)) => fits(&address.to_string(), pattern),
        };
        match (fits, negated) {
            (true, true) => return Ok(Matched::Negated),
            (true, false) => matched = Matched::Yes,
            (false, _) => {}
        }
    }
    Ok(matched)
}

/// Returns true if a pattern of `AllowUsers` is valid.
pub(super) fn is_user_pattern(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.split_once('@').is_none_or(|(_, hosts)| fits_address(None, hosts).is_ok())
}

/// Returns true if a user at a host matches a pattern of `AllowUsers`, such as `calo`, `c*` or `calo@172.16.0.0/16`.
pub(super) fn fits_user(user: &str, host: &str, address: IpAddr, pattern: &str) -> bool {
    let Some((name, hosts)) = pattern.split_once('@') else { return fits(user, pattern) };
    if !fits(user, name) {
        return false;
    }
    match (fits_address(Some(address), hosts), fits_host(host, hosts)) {
        (Err(BadNetwork) | Ok(Matched::Negated), _) | (_, Matched::Negated) => false,
        (Ok(by_address), by_name) => by_address == Matched::Yes || by_name == Matched::Yes,
    }
}

/// Parses an address or a network, with the bits of its mask. Returns none for a pattern.
fn network(text: &str) -> Result<Option<(IpAddr, u32)>, BadNetwork> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => {
            let Some(bits) = bits.parse().ok().filter(|bits| *bits <= 128) else { return Ok(None) };
            (address, Some(bits))
        }
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return Ok(None) };
    let width = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(width);
    if bits > width || masked(address, bits) != masked(address, width) {
        return Err(BadNetwork);
    }
    Ok(Some((address, bits)))
}

fn within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    address.is_ipv4() == network.is_ipv4() && masked(address, bits) == masked(network, bits)
}

/// Returns the first `bits` of an address, with the others zero.
pub(super) fn masked(address: IpAddr, bits: u32) -> u128 {
    match address {
        IpAddr::V4(address) => {
            let kept = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
            u128::from(address.to_bits() & kept)
        }
        IpAddr::V6(address) => {
            address.to_bits() & u128::MAX.checked_shl(128_u32.saturating_sub(bits)).unwrap_or(0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str, list: &str) -> Result<Matched, BadNetwork> {
        fits_address(Some(text.parse().expect("an address")), list)
    }

    #[test]
    fn wildcards() {
        for (text, pattern) in [("calo", "calo"), ("calo", "c*"), ("calo", "*"), ("calo", "c?l*o"), ("", "*")]
        {
            assert!(fits(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("calo", "cal"), ("calo", "?calo"), ("calo", "c*x"), ("calo", ""), ("", "?")]
        {
            assert!(!fits(text, pattern), "{text} {pattern}");
        }
        // This takes for ever if every star tries every length.
        assert!(!fits(&"a".repeat(200), &format!("{}b", "a*".repeat(100))));
    }

    #[test]
    fn lists() {
        assert_eq!(fits_list("calo", "bob,c*"), Matched::Yes);
        assert_eq!(fits_list("calo", "*,!calo"), Matched::Negated);
        assert_eq!(fits_list("calo", "!bob"), Matched::No);
        assert_eq!(fits_host("Ewc.Branch", "*.BRANCH"), Matched::Yes);
    }

    #[test]
    fn networks() {
        assert_eq!(address("172.16.4.26", "172.16.0.0/16"), Ok(Matched::Yes));
        assert_eq!(address("172.17.4.26", "172.16.0.0/16,172.17.*"), Ok(Matched::Yes));
        assert_eq!(address("172.16.4.26", "!172.16.4.26,0.0.0.0/0"), Ok(Matched::Negated));
        assert_eq!(address("fd00::1", "fd00::/8"), Ok(Matched::Yes));
        assert_eq!(address("fd00::1", "0.0.0.0/0"), Ok(Matched::No));
        assert_eq!(address("10.0.0.1", "10.0.0.1/8"), Err(BadNetwork));
        assert_eq!(address("10.0.0.1", "10.0.0.0/33"), Err(BadNetwork));
        assert_eq!(address("10.0.0.1", ""), Err(BadNetwork));
    }

    #[test]
    fn users_at_hosts() {
        let fits = |pattern| fits_user("calo", "ewc", [172, 16, 4, 26].into(), pattern);
        for pattern in ["calo", "calo@ewc", "c*@172.16.4.0/24", "calo@bob,EWC"] {
            assert!(is_user_pattern(pattern) && fits(pattern), "{pattern}");
        }
        for pattern in ["bob", "bob@ewc", "calo@172.16.5.0/24", "calo@*,!ewc"] {
            assert!(is_user_pattern(pattern) && !fits(pattern), "{pattern}");
        }
        assert!(!is_user_pattern("calo@10.0.0.1/8"));
    }
}
