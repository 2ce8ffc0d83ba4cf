//! Lines that a terminal shows beside a configuration: messages of the device, answers, and what `show running-config` prints first.

/// The starts of lines that are no part of a configuration.
const STARTS: &[&str] = &[
    "Building configuration...",
    "Current configuration :",
    "Current configuration:",
    // `terminal exec prompt timestamp`
    "Load for five secs:",
    "Time source is ",
    "No time source",
    "Enter configuration commands, one per line.",
    "Enter TEXT message.",
    "[OK]",
    "show ",
];
/// Answers that say that the line above was not accepted.
const REFUSALS: &[&str] = &[
    "% Invalid input",
    "% Ambiguous command",
    "% Incomplete command",
    "% Unknown command",
    "% Unrecognized command",
];

/// The meaning of a line that is no part of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noise {
    /// It says nothing about the configuration.
    Nothing,
    /// The device did not accept the line above.
    Refusal,
}

/// Returns the meaning of a line without its blanks, if it is no part of a configuration.
pub(super) fn noise(line: &str) -> Option<Noise> {
    if REFUSALS.iter().any(|start| line.starts_with(start)) {
        return Some(Noise::Refusal);
    }
    let is_start = STARTS.iter().any(|start| line.starts_with(start));
    // Of show startup-config.
    let is_start = is_start || (line.starts_with("Using ") && line.contains(" out of "));
    (is_start || line == "^" || line.starts_with("% ") || is_message(line)).then_some(Noise::Nothing)
}

/// Returns true for a message of the device: `*Mar  5 22:00:01.123: %SYS-5-CONFIG_I: Configured from console by console`. A number, a
/// time or nothing stands before the percent sign.
fn is_message(line: &str) -> bool {
    let Some((before, rest)) = line.split_once('%') else { return false };
    let Some((code, _)) = rest.split_once(':') else { return false };
    let is_upper = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "_-".contains(c))
    };
    let is_code = code.split('-').count() >= 3
        && is_upper(code)
        && code.split('-').any(|part| matches!(part.as_bytes(), [b'0'..=b'7']));
    is_code && (before.is_empty() || before.ends_with(": ") || before.ends_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_configuration_is_known() {
        for line in [
            "Building configuration...",
            "Current configuration : 18342 bytes",
            "Using 4567 out of 33554432 bytes",
            "Load for five secs: 4%/1%; one minute: 5%; five minutes: 5%",
            "Time source is NTP, 22:00:01.123 UTC Tue Mar 5 2024",
            "Enter configuration commands, one per line.  End with CNTL/Z.",
            "^",
            "*Mar  5 22:00:01.123: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.9)",
            "000123: Mar  5 22:00:01.123 UTC: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan1, changed state to up",
            "%CAPWAPAC_SMGR_TRACE_MESSAGE-5-AP_JOIN_DISJOIN: Chassis 1 R0/0: wncd: AP Event",
            "Mar  5 22:00:01: %SYS-SW1-5-RESTART: again",
            "% Warning: the key is weak",
            "show running-config",
        ] {
            assert_eq!(noise(line), Some(Noise::Nothing), "{line}");
        }
        for line in [
            "% Invalid input detected at '^' marker.",
            "% Ambiguous command:  \"ip t\"",
            "% Incomplete command.",
        ] {
            assert_eq!(noise(line), Some(Noise::Refusal), "{line}");
        }
    }

    #[test]
    fn lines_of_a_configuration_are_no_noise() {
        for line in [
            "event syslog pattern \"%SYS-5-CONFIG_I: Configured\"",
            "hostname Building",
            "Using the tool",
            "description 100% ours: %A-5-B",
            "logging discriminator a facility drops %X",
            "tftp-image-path /a%20b:c",
            "^C",
        ] {
            assert_eq!(noise(line), None, "{line}");
        }
    }
}
