//! Types of passwords.

use ewc::ControllerConfig;
use ewc::config::Problem;

use super::{problem, read};

fn in_profile(line: &str) -> String {
    format!("wireless profile image-download default\n {line}\n")
}

#[test]
fn clear_text_and_type_7_are_read() {
    for (line, clear) in [
        ("0 s3cret", "s3cret"),
        ("s3cret", "s3cret"),
        ("0 7", "7"),
        ("0 0822455D0A16", "0822455D0A16"),
        ("7 0822455D0A16", "cisco"),
        ("7 094F4F1D1A0403", "catcat"),
        ("7 104d000a0618", "cisco"),
        ("10", "10"),
        ("$9$x", "$9$x"),
        ("0 pass#word", "pass#word"),
    ] {
        for command in ["sftp-password", "sftp-image-password", "sftp-pas"] {
            let config = read(&in_profile(&format!("{command} {line}")));
            assert_eq!(config.profile.unwrap().sftp.password.expose(), clear, "{command} {line}");
        }
        let config = read(&in_profile(&format!("cco-password {line}")));
        assert_eq!(config.profile.unwrap().cco.password.expose(), clear, "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_asked_for() {
    for (line, column, expected) in [
        ("6 HHaMARKER", 16, Problem::UnreadablePassword('6')),
        ("8 MARKER", 16, Problem::UnreadablePassword('8')),
        ("9 $9$MARKER", 16, Problem::UnreadablePassword('9')),
        ("5 $1$MARKER", 16, Problem::UnreadablePassword('5')),
        ("4 MARKER", 16, Problem::UnreadablePassword('4')),
        ("7 MARKER", 18, Problem::NotType7),
        ("7 0822455D0A1", 18, Problem::NotType7),
        ("7 9922", 18, Problem::NotType7),
        ("7", 17, Problem::Missing("a password")),
        ("0", 17, Problem::Missing("a password")),
        ("", 15, Problem::Missing("0 and a password")),
    ] {
        assert_eq!(
            problem(&in_profile(format!("sftp-password {line}").trim())),
            (2, column, expected),
            "{line}"
        );
    }
    for line in
        ["6 MARKERa", "8 MARKER", "9 MARKER", "7 MARKER", "0 a MARKER", "7 0822455D0A16 MARKER", "MARKER b"]
    {
        let error = ControllerConfig::parse(&in_profile(&format!("sftp-password {line}"))).unwrap_err();
        assert!(!error.to_string().contains("MARKER"), "{error}");
    }
    let error = ControllerConfig::parse(&in_profile("sftp-password 8 x")).unwrap_err().to_string();
    assert!(error.contains("`0 ${password}`") && error.contains("`parameters:`"), "{error}");
}
