//! The head of `show logging`, in front of the lines of the log.
//!
//! Source: `show logging` of IOS and IOS-XE in Cisco's command references, and in genieparser's samples.

/// The beginnings of the lines of the head. None of them is that of a message.
const HEAD: [&str; 20] = [
    "Syslog logging: ",
    "No Active Message Discriminator",
    "No Inactive Message Discriminator",
    "Active Message Discriminator",
    "Inactive Message Discriminator",
    "Console logging: ",
    "Monitor logging: ",
    "Buffer logging: ",
    "Exception Logging: size (",
    "Exception logging: size (",
    "Count and timestamp logging messages: ",
    "File logging: ",
    "Persistent logging: ",
    "Trap logging: level ",
    "Trap logging: disabled",
    "Logging to ",
    "Logging Source-Interface: ",
    "TLS Profiles: ",
    "Log Buffer (",
    "Logging Buffer (",
];

/// The lines that go on with one of the head, by their words.
const REST: [&str; 5] =
    ["filtering disabled", "xml disabled", "sequence number disabled", "link up", "message lines"];

/// Returns true for a line of the head.
pub(crate) fn is_head(text: &str) -> bool {
    let text = text.trim();
    let is_rest = |text: &str| {
        let words = |part: &str| REST.iter().any(|rest| part.contains(rest));
        !text.is_empty() && text.trim_end_matches([',', '.', ')', ' ']).split(',').all(words)
    };
    HEAD.iter().any(|head| text.starts_with(head))
        || is_rest(text)
        // The interface and its routing table below `Logging Source-Interface`.
        || (text.starts_with("GigabitEthernet") && text.split_whitespace().count() <= 2 && !text.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_known_line_by_line() {
        for line in [
            "Syslog logging: enabled (0 messages dropped, 3 messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)",
            "No Active Message Discriminator.",
            "    Console logging: level debugging, 112 messages logged, xml disabled,",
            "                     filtering disabled",
            "    Buffer logging:  level debugging, 118 messages logged, xml disabled,",
            "    Exception Logging: size (4096 bytes)",
            "    Count and timestamp logging messages: disabled",
            "    Trap logging: level informational, 115 message lines logged",
            "        Logging to 10.1.1.1  (udp port 514, audit disabled,",
            "              link up),",
            "              115 message lines logged, ",
            "              0 message lines rate-limited, ",
            "              xml disabled, sequence number disabled",
            "        Logging Source-Interface:       VRF Name:",
            "Log Buffer (102400 bytes):",
        ] {
            assert!(is_head(line), "{line}");
        }
        for line in ["", "Logging in as calo", "Image Download Failed", "a, filtering disabled", "Syslog"] {
            assert!(!is_head(line), "{line}");
        }
    }
}
