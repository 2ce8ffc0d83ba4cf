//! Prompts, of devices and of shells, and what was typed behind them.

/// The longest name of a host in a prompt.
const HOST_MAX: usize = 63;
/// The first words of what is typed at a device, in full and as they are abbreviated most.
const FIRST_WORDS: [&str; 34] = [
    "show",
    "sh",
    "sho",
    "do",
    "dir",
    "terminal",
    "term",
    "enable",
    "en",
    "exit",
    "end",
    "disable",
    "configure",
    "conf",
    "config",
    "copy",
    "more",
    "wireless",
    "ap",
    "install",
    "reload",
    "ping",
    "traceroute",
    "write",
    "wr",
    "clear",
    "debug",
    "undebug",
    "no",
    "test",
    "request",
    "logout",
    "quit",
    "?",
];

/// A line that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The host that its prompt names, if it names one.
    pub(crate) host: Option<String>,
    /// The kind of its prompt.
    pub(crate) at: At,
    /// What was typed; empty if nothing was.
    pub(crate) command: String,
    /// The directory that its prompt shows, if any.
    pub(crate) directory: Option<String>,
}

/// The kind of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// `EWC#`, `EWC>`.
    Device,
    /// `EWC(config)#`, and modes below it.
    DeviceConfig,
    /// `calo@host:~$`, `C:\TFTP>`.
    Shell,
}

/// Returns what was typed in a line, if it begins with a prompt.
pub(crate) fn typed(line: &str) -> Option<Typed> {
    device(line).or_else(|| unix(line)).or_else(|| windows(line))
}

/// Returns the line without a prompt of `host` that stands at its end, behind output that did not end its last line.
pub(crate) fn without_end<'a>(line: &'a str, host: &str) -> &'a str {
    let trimmed = line.trim_end();
    let stripped = trimmed.strip_suffix(['#', '>']).and_then(|rest| rest.strip_suffix(host));
    stripped.filter(|rest| !rest.is_empty()).unwrap_or(line)
}

fn device(line: &str) -> Option<Typed> {
    let end = line.find(['#', '>'])?;
    let (prompt, command) = (&line[..end], line[end + 1..].trim());
    let (host, mode) = match prompt.split_once('(') {
        Some((host, mode)) => (host, Some(mode)),
        None => (prompt, None),
    };
    if !is_host(host) {
        return None;
    }
    let at = match mode {
        None => At::Device,
        Some(mode) if mode.starts_with("config") && mode.ends_with(')') => At::DeviceConfig,
        Some(_) => return None,
    };
    let first = command.split_whitespace().next().unwrap_or_default();
    let first = first.trim_end_matches('?').to_ascii_lowercase();
    let is_command = command.is_empty() || FIRST_WORDS.contains(&first.as_str()) || command.ends_with('?');
    (at == At::DeviceConfig || is_command).then(|| Typed {
        host: Some(host.to_owned()),
        at,
        command: command.to_owned(),
        directory: None,
    })
}

/// `calo@host:~/x$ ls`, `[root@host x]# ls`, `$ ls`.
fn unix(line: &str) -> Option<Typed> {
    let end = line.find(['$', '#'])?;
    let (prompt, rest) = (&line[..end], &line[end + 1..]);
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    let command = rest.trim().to_owned();
    let prompt = prompt.trim_start_matches('[').trim_end_matches(']');
    let Some((user, place)) = prompt.split_once('@') else {
        let alone = prompt.is_empty() && line.starts_with('$') && !command.is_empty();
        return alone.then_some(Typed { host: None, at: At::Shell, command, directory: None });
    };
    let (host, directory) = place.split_once([':', ' ']).unwrap_or((place, ""));
    if !is_host(user) || !is_host(host) {
        return None;
    }
    let directory = Some(directory.trim().to_owned()).filter(|directory| !directory.is_empty());
    Some(Typed { host: Some(host.to_owned()), at: At::Shell, command, directory })
}

/// `C:\TFTP>dir`, `PS C:\TFTP> dir`.
fn windows(line: &str) -> Option<Typed> {
    let rest = line.strip_prefix("PS ").unwrap_or(line);
    let has_drive = rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.get(1..3) == Some(":\\");
    let (directory, command) = rest.split_once('>').filter(|_| has_drive)?;
    Some(Typed {
        host: None,
        at: At::Shell,
        command: command.trim().to_owned(),
        directory: Some(directory.to_owned()),
    })
}

fn is_host(name: &str) -> bool {
    (1..=HOST_MAX).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_told_from_output() {
        for (line, host, at, command, directory) in [
            ("EWC#show ap summary", Some("EWC"), At::Device, "show ap summary", None),
            ("EWC> sh ap sum", Some("EWC"), At::Device, "sh ap sum", None),
            ("D9300-48T-2040#", Some("D9300-48T-2040"), At::Device, "", None),
            ("EWC(config)#hostname x", Some("EWC"), At::DeviceConfig, "hostname x", None),
            ("calo@UBUNTU22:/srv/tftp$ ls -l", Some("UBUNTU22"), At::Shell, "ls -l", Some("/srv/tftp")),
            ("[root@h x]# cat y", Some("h"), At::Shell, "cat y", Some("x")),
            ("$ ls -l", None, At::Shell, "ls -l", None),
            ("C:\\TFTP>dir", None, At::Shell, "dir", Some("C:\\TFTP")),
            ("PS C:\\TFTP> dir", None, At::Shell, "dir", Some("C:\\TFTP")),
        ] {
            let found = typed(line).unwrap_or_else(|| panic!("{line}"));
            let found = (found.host.as_deref(), found.at, found.command.as_str(), found.directory.as_deref());
            assert_eq!(found, (host, at, command, directory), "{line}");
        }
        for line in [
            "Chassis#   Role    Mac Address     Priority Version  State                 IP",
            "lobby#1    2     C9120AXI-B",
            "# comment",
            "#   0x2 a",
            "Archive:  a.zip",
            "EWC(boot)#x",
            "",
            "a -> b",
            "$5",
            "TFTP_OPTIONS=\"--secure\" # x",
        ] {
            assert_eq!(typed(line), None, "{line}");
        }
        assert_eq!(without_end("default locationEWC#", "EWC"), "default location");
        assert_eq!(without_end("EWC#", "EWC"), "EWC#");
    }
}
