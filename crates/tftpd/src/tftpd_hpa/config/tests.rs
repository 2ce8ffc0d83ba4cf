//! Configurations as people write them.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

const FIELD: &str = include_str!("../../../tests/field/tftpd-hpa.default");

fn config(text: &str) -> TftpdHpaConfig {
    TftpdHpaConfig::parse(text).expect("a configuration").config
}

fn options(options: &str) -> TftpdHpaConfig {
    config(&format!("TFTP_DIRECTORY=/srv/tftp\nTFTP_OPTIONS=\"{options}\"\n"))
}

/// The line, the column, the text pointed at, and the message.
fn errors(text: &str) -> Vec<(usize, usize, &str, String)> {
    let errors = TftpdHpaConfig::parse(text).expect_err("wrong");
    let errors = errors.into_iter().map(|ConfigError { place, problem }| {
        let pointed_at = &text[place.offset..place.offset + place.length];
        (place.line, place.column, pointed_at, problem.to_string())
    });
    errors.collect()
}

fn error(text: &str) -> (usize, usize, &str, String) {
    let mut errors = errors(text);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}

#[test]
fn the_field_sample_is_understood() {
    let Parsed { config, warnings } = TftpdHpaConfig::parse(FIELD).expect("a configuration");
    let expected = TftpdHpaConfig {
        listen: ([0, 0, 0, 0], 69).into(),
        directories: vec!["/home/calor/Documents/tftp_files".into()],
        user: "tftp".into(),
        secure: true,
        create: true,
        verbosity: 1,
        ..TftpdHpaConfig::default()
    };
    assert_eq!(config, expected);
    assert_eq!(config.local_path("/EWC/17_9_4a/ap1g8"), "/home/calor/Documents/tftp_files/EWC/17_9_4a/ap1g8");
    assert_eq!(warnings, []);
}

#[test]
fn the_shell_takes_quotes_and_comments_away() {
    let text = "  # no=comment\nexport TFTP_USERNAME='a b'\nTFTP_DIRECTORY=/srv/my\\ files#1 # comment\n\
                TFTP_ADDRESS=\"172.16.5.27\":1069; TFTP_OPTIONS=\"-v \\\n -v\"";
    let config = config(text);
    assert_eq!(config.user, "a b");
    // The script does not quote it either, so the shell splits it.
    assert_eq!(config.directories, ["/srv/my", "files#1"]);
    assert_eq!(config.listen, ([172, 16, 5, 27], 1069).into());
    assert_eq!(config.verbosity, 2);
}

#[test]
fn every_option_is_taken_in_every_form() {
    assert_eq!(options("-vvv").verbosity, 3);
    assert_eq!(options("--verbose -v --verbosity 7").verbosity, 7);
    assert_eq!(options("--verbosity=2 -v").verbosity, 3);
    let all =
        options("-4sp -L -l -a :1069 -u nobody -T 500000 -B1024 -r blksize2 --refuse=TSIZE -R 2000:2010");
    let expected = TftpdHpaConfig {
        listen: ([0, 0, 0, 0], 1069).into(),
        directories: vec!["/srv/tftp".into()],
        user: "nobody".into(),
        secure: true,
        permissive: true,
        retransmit: Duration::from_millis(500),
        blksize_max: 1024,
        refused: ["blksize2", "tsize"].into(),
        port_range: Some(2000..=2010),
        ..TftpdHpaConfig::default()
    };
    assert_eq!(all, expected);
    let long = "--ipv4 --secure --permissive --foreground --listen --address :1069 --user nobody --retransmit 500000 \
                --blocksize 1024 --refuse blksize2 --refuse tsize --port-range 2000:2010";
    assert_eq!(options(long), expected);
    assert_eq!(options("--sec --perm --block 1024").blksize_max, 1024);
    assert_eq!(options("-- -v").directories, ["-v", "/srv/tftp"]);
}

#[test]
fn addresses_take_several_forms() {
    let listen = |address: &str| config(&format!("TFTP_ADDRESS={address}")).listen.to_string();
    assert_eq!(listen(":69"), "0.0.0.0:69");
    assert_eq!(listen("10.0.0.1"), "10.0.0.1:69");
    assert_eq!(listen("10.0.0.1:tftp"), "10.0.0.1:69");
    assert_eq!(listen("[::]:6969"), "[::]:6969");
    assert_eq!(listen("[fd00::1]"), "[fd00::1]:69");
}

#[test]
fn what_has_no_effect_is_listed() {
    let text = "RUN_DAEMON=yes\nTFTP_OPTIONS='-m /etc/tftp.map -U 022 -6 -P/run/pid -t 900'\n";
    let warnings = TftpdHpaConfig::parse(text).expect("a configuration").warnings;
    let warnings: Vec<_> = warnings
        .iter()
        .map(|ConfigWarning { place, message, .. }| {
            let name = message.split(' ').next().expect("a message");
            (place.line, &text[place.offset..place.offset + place.length], name)
        })
        .collect();
    let expected =
        [(1, "RUN_DAEMON", "RUN_DAEMON"), (2, "6", "--ipv6"), (2, "P", "--pidfile"), (2, "t", "--timeout")];
    let shortened: Vec<_> =
        warnings.iter().map(|&(line, at, name)| (line, at.trim_start_matches('-'), name)).collect();
    let expected: Vec<_> =
        expected.iter().map(|&(line, at, name)| (line, at.trim_start_matches('-'), name)).collect();
    assert_eq!(shortened, expected);
}

#[test]
fn errors_point_at_their_place() {
    let text = "# comment\nTFTP_OPTIONS=\"--secure --bogus -vx\"\nTFTP_DIRECTORY=/srv\n";
    assert_eq!(
        errors(text),
        [(2, 24, "--bogus", "unknown option --bogus".into()), (2, 34, "x", "unknown option -x".into())]
    );
    assert_eq!(
        error("TFTP_OPTIONS='-B 100'"),
        (1, 18, "100", "bad value of blocksize: expected 512 to 65464 bytes".into())
    );
    assert_eq!(error("TFTP_OPTIONS=\"--verb\"").3, "option --verb is ambiguous");
    assert_eq!(error("TFTP_OPTIONS=\"-v -B\"").3, "option -B needs a value");
    assert_eq!(error("TFTP_OPTIONS=--secure=yes").3, "option --secure takes no value");
    assert_eq!(error("TFTP_ADDRESS=\"server:69\"").2, "server:69");
    assert_eq!(error("TFTP_USERNAME=\"tftp").3, "quote not closed");
    assert_eq!(error("\nTFTP_DIRECTORY=$HOME/x"), (2, 16, "$", "shell expansions are not supported".into()));
    assert_eq!(
        error("TFTP_USERNAME=tftp\nservice tftpd-hpa start\n"),
        (2, 1, "service tftpd-hpa start", "expected NAME=value".into())
    );
    for value in ["-T 9999", "-T x", "-R 10", "-R 20:10", "-R 1:65535", "-r windowsize", "--verbosity high"] {
        let text = format!("TFTP_OPTIONS='{value}'");
        assert!(error(&text).3.starts_with("bad value of "), "{value}");
    }
}

#[test]
fn a_server_that_would_not_start_is_an_error() {
    assert_eq!(error("TFTP_OPTIONS=-s").3, "no directory for --secure");
    assert_eq!(error("TFTP_OPTIONS='-s /a'\nTFTP_DIRECTORY=/b").3, "more than one directory for --secure");
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "(TFTP_(OPTIONS|ADDRESS|DIRECTORY)=|[-\"'\\\\$ \n=#:;a-zA-Z0-9é]){0,60}") {
        match TftpdHpaConfig::parse(&text) {
            Ok(parsed) => {
                for warning in parsed.warnings {
                    prop_assert!(text.get(warning.place.offset..warning.place.offset + warning.place.length).is_some());
                }
            }
            Err(errors) => {
                for error in errors {
                    prop_assert!(text.get(error.place.offset..error.place.offset + error.place.length).is_some());
                }
            }
        }
    }
}
