//! The log lines that OpenSSH makes of bytes from a client: vis(3), and the limits of their length.

/// The longest message before and after it is made visible, in bytes (`MSGBUFSIZ` of log.c, less its NUL).
const MESSAGE_MAX: usize = 1023;
/// The longest message in the system log, in bytes.
const SYSLOG_MAX: usize = 500;
/// The longest message on standard error, in bytes.
const STDERR_MAX: usize = 1021;

/// Returns a message as it goes to the system log: one line of visible ASCII.
pub(super) fn to_syslog(message: &[u8]) -> String {
    let mut line = visible(message, true);
    line.truncate(SYSLOG_MAX);
    line
}

/// Returns a message as it goes to standard error, which keeps some control characters.
pub(super) fn to_stderr(message: &[u8]) -> String {
    let mut line = visible(message, false);
    line.truncate(STDERR_MAX);
    line
}

fn visible(message: &[u8], syslog: bool) -> String {
    // A C string ends at its first NUL.
    let end = message.iter().position(|byte| *byte == 0).unwrap_or(message.len());
    let mut line = String::new();
    for &byte in &message[..end.min(MESSAGE_MAX)] {
        let shown = match byte {
            b'\\' => "\\\\".into(),
            b' '..=b'~' => char::from(byte).to_string(),
            b'\n' | b'\t' | b'\r' | 0x07 | 0x08 if !syslog => char::from(byte).to_string(),
            b'\n' => "\\n".into(),
            b'\t' => "\\t".into(),
            b'\r' => "\\r".into(),
            0x07 => "\\a".into(),
            0x08 => "\\b".into(),
            0x0b if syslog => "\\v".into(),
            0x0c if syslog => "\\f".into(),
            other => format!("\\{other:03o}"),
        };
        if line.len() + shown.len() > MESSAGE_MAX {
            break;
        }
        line.push_str(&shown);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_of_visible_characters() {
        let message = b"a \"b\" c\\d \xc3\xa9\n\t\r\x07\x08\x0b\x0c\x1b\x7f";
        assert_eq!(to_syslog(message), r#"a "b" c\\d \303\251\n\t\r\a\b\v\f\033\177"#);
        assert_eq!(to_stderr(message), "a \"b\" c\\\\d \\303\\251\n\t\r\x07\x08\\013\\014\\033\\177");
        assert_eq!(to_syslog(b"before\0after"), "before");
    }

    #[test]
    fn lines_have_an_end() {
        assert_eq!(to_syslog(&[b'x'; 2000]).len(), SYSLOG_MAX);
        assert_eq!(to_stderr(&[b'x'; 2000]).len(), STDERR_MAX);
        // A byte shown as four characters is never cut in between.
        assert_eq!(visible(&[0xff; 1000], false).len(), MESSAGE_MAX - 3);
    }
}
