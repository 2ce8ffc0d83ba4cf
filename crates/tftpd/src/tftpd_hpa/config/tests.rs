//! Configurations as people write them.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

const FIELD: &str = include_str!("../../../tests/field/tftpd-hpa.default");

fn config(text: &str) -> TftpdHpaConfig {
    TftpdHpaConfig::parse(text).expect("a configuration").config
}

/// What the script needs beside the text of a test.
const REST: &str = "\nTFTP_USERNAME=tftp\nTFTP_ADDRESS=:69\n";

fn options(options: &str) -> TftpdHpaConfig {
    config(&format!("TFTP_DIRECTORY=/srv/tftp\nTFTP_OPTIONS=\"{options}\"{REST}"))
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
    let whole = if text.contains("TFTP_ADDRESS=") { text.to_owned() } else { format!("{text}{REST}") };
    let errors = errors(&whole);
    let [(line, column, at, message)] = &errors[..] else { panic!("{errors:?}") };
    let start = whole.find(at).expect("it is a part");
    (*line, *column, text.get(start..start + at.len()).unwrap_or_default(), message.clone())
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
    // The script quotes nothing, so the shell splits it all; a second word is a directory.
    assert_eq!(config.user, "a");
    assert_eq!(config.directories, ["b", "/srv/my", "files#1"]);
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
        family: Some(Family::V4),
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
    let listen =
        |address: &str| config(&format!("TFTP_USERNAME=tftp\nTFTP_ADDRESS={address}")).listen.to_string();
    assert_eq!(listen(":69"), "0.0.0.0:69");
    assert_eq!(listen("10.0.0.1"), "10.0.0.1:69");
    assert_eq!(listen("10.0.0.1:tftp"), "10.0.0.1:69");
    assert_eq!(listen("[::]:6969"), "[::]:6969");
    assert_eq!(listen("[fd00::1]"), "[fd00::1]:69");
}

/// The line, the text pointed at, the name to accept, and the message.
fn warnings(text: &str) -> Vec<(usize, &str, Option<String>, String)> {
    let warnings = TftpdHpaConfig::parse(text).expect("a configuration").warnings;
    let warnings = warnings.into_iter().map(|ConfigWarning { place, message, not_modelled }| {
        (place.line, &text[place.offset..place.offset + place.length], not_modelled, message)
    });
    warnings.collect()
}

#[test]
fn what_is_not_modelled_has_a_name() {
    let text = format!(
        "RUN_DAEMON=yes\nOPTIONS='-l -s /srv'\nDAEMON=/usr/local/sbin/in.tftpd\nTFTP_OPTION=-v{REST}"
    );
    let named: Vec<_> = warnings(&text).into_iter().map(|(line, at, name, _)| (line, at, name)).collect();
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(named, [(3, "DAEMON", name("DAEMON")), (4, "TFTP_OPTION", name("TFTP_OPTION"))]);
}

#[test]
fn what_does_not_matter_is_not_said() {
    assert_eq!(warnings(&format!("TFTP_OPTIONS='-m /etc/tftp.map -U 022 -P/run/pid -t 900'{REST}")), []);
}

#[test]
fn every_option_of_the_manual_has_a_class() {
    let classes: Vec<SettingClass> = settings().collect();
    // The options in the order of in.tftpd(8) of tftp-hpa 5.2.
    for option in [
        "--ipv4, -4",
        "--ipv6, -6",
        "--listen, -l",
        "--foreground, -L",
        "--address, -a",
        "--create, -c",
        "--secure, -s",
        "--user, -u",
        "--umask, -U",
        "--permissive, -p",
        "--pidfile, -P",
        "--timeout, -t",
        "--retransmit, -T",
        "--map-file, -m",
        "--verbose, -v",
        "--verbosity",
        "--refuse, -r",
        "--blocksize, -B",
        "--port-range, -R",
        "--version, -V",
        "TFTP_USERNAME",
        "TFTP_DIRECTORY",
        "TFTP_ADDRESS",
        "TFTP_OPTIONS",
    ] {
        assert_eq!(classes.iter().filter(|class| class.name == option).count(), 1, "{option}");
    }
    for class in classes {
        assert_eq!(
            class.why.is_empty(),
            class.class == "modelled" && class.name != "--version, -V",
            "{class:?}"
        );
    }
}

/// As a live in.tftpd binds its sockets.
#[test]
fn a_family_decides_the_address() {
    let listen = |address: &str, options: &str| {
        let text = format!("TFTP_USERNAME=tftp\nTFTP_ADDRESS={address}\nTFTP_OPTIONS='{options}'\n");
        TftpdHpaConfig::parse(&text)
            .map(|parsed| (parsed.config.listen.to_string(), parsed.config.family))
            .map_err(|errors| errors[0].to_string())
    };
    let v4 = |address: &str| Ok((address.to_owned(), Some(Family::V4)));
    let v6 = |address: &str| Ok((address.to_owned(), Some(Family::V6)));
    assert_eq!(listen(":69", ""), Ok(("0.0.0.0:69".into(), None)), "it binds a socket for each family");
    assert_eq!(listen("0.0.0.0:69", ""), v4("0.0.0.0:69"));
    assert_eq!(listen("[::]:69", ""), v6("[::]:69"));
    assert_eq!(listen(":69", "-4"), v4("0.0.0.0:69"));
    assert_eq!(listen(":69", "-6"), v6("[::]:69"));
    assert_eq!(listen(":69", "-6 -4"), v4("0.0.0.0:69"));
    assert_eq!(listen("[::]:69", "--ipv6"), v6("[::]:69"));
    let other = |option: &str, column: usize, line: usize| {
        Err(format!(
            "line {line}, column {column}: the address does not fit --{option}: in.tftpd does not start"
        ))
    };
    assert_eq!(listen("0.0.0.0:69", "-4 -6"), other("ipv6", 19, 3));
    assert_eq!(listen("10.0.5.27", "--ipv6"), other("ipv6", 15, 3));
    assert_eq!(listen("[::]:69", "-4"), other("ipv4", 16, 3));
}

#[test]
fn a_variable_that_is_missing_is_missing_from_the_command_line() {
    let address = "TFTP_ADDRESS is missing: in.tftpd takes the next word for the address, and does not start";
    for text in
        ["TFTP_USERNAME=tftp\nTFTP_OPTIONS=-s\nTFTP_DIRECTORY=/srv", "TFTP_USERNAME=tftp\nTFTP_ADDRESS=''"]
    {
        let problems: Vec<String> = errors(text).into_iter().map(|error| error.3).collect();
        assert_eq!(problems, [address]);
    }
    let without = config(&format!("TFTP_DIRECTORY=/srv/tftp{REST}"));
    assert!(!without.secure, "without TFTP_OPTIONS nothing is secure");
    let user = warnings("TFTP_ADDRESS=:69\nTFTP_OPTIONS=-s\nTFTP_DIRECTORY=/srv");
    assert!(user.len() == 1 && user[0].3.starts_with("TFTP_USERNAME is missing"), "{user:?}");
}

#[test]
fn a_map_file_that_is_not_given_is_an_error_at_the_option() {
    let text = format!("TFTP_OPTIONS='-s --map-file /etc/tftpd.map'\nTFTP_DIRECTORY=/srv{REST}");
    let errors =
        TftpdHpaConfig::parse_on(&text, |path| path != "/etc/tftpd.map").expect_err("it is not there");
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].to_string(),
        "line 1, column 29: /etc/tftpd.map is not given: `machine_files` of the server has no such file"
    );
    let parsed = TftpdHpaConfig::parse_on(&text, |path| path == "/etc/tftpd.map").expect("it is there");
    assert_eq!(parsed.config.map_file.as_deref(), Some("/etc/tftpd.map"));
}

#[test]
fn errors_point_at_their_place() {
    let text = format!("# comment\nTFTP_OPTIONS=\"--secure --bogus -vx\"\nTFTP_DIRECTORY=/srv\n{REST}");
    assert_eq!(
        errors(&text),
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
    assert_eq!(error("TFTP_OPTIONS=--version").3, "in.tftpd prints its version, and does not start");
    let two = "TFTP_OPTIONS='-m /etc/secure.map'\nTFTP_DIRECTORY='/a /b'";
    assert_eq!(error(two).3, "more than one directory for --secure", "the script looks for the word");
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
