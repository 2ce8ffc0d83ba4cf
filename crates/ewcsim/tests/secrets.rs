//! Passwords of a scenario reach the devices, but never appear in files or output.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common;

/// The password of the profile, and that of the server.
const PASSWORDS: [&str; 2] = ["Swordfish", "Sw0rdfish"];

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn nothing_that_a_run_writes_holds_a_password() {
    let path = "scenarios/bugs/sftp-wrong-password.yaml";
    let scenario = std::fs::read(common::workspace().join(path)).expect("it is there");
    assert!(PASSWORDS.iter().all(|password| holds(&scenario, password)));

    let out = common::temporary();
    let called = Command::new(env!("CARGO_BIN_EXE_ewcsim"))
        .args(["run", path, "--pcap", "--format", "json", "--show", "show ap image", "--out"])
        .arg(out.path())
        .current_dir(common::workspace())
        .output()
        .expect("the command starts");
    assert_eq!(called.status.code(), Some(0), "{}", String::from_utf8_lossy(&called.stderr));
    let written = files(out.path());
    assert!(written.len() > 5, "{written:?}");
    let read = written.iter().map(|path| (path.clone(), std::fs::read(path).expect("it was written")));
    let printed = [("stdout".into(), called.stdout), ("stderr".into(), called.stderr)];
    for (path, bytes) in read.chain(printed) {
        for password in PASSWORDS {
            assert!(!holds(&bytes, password), "{password} is in {}", path.display());
        }
    }
}

#[test]
fn the_running_configuration_has_stars() {
    let prepared = common::load("scenarios/bugs/sftp-wrong-password.yaml");
    let show = ["show running-config", "show wireless profile image-download detailed"];
    let show = show.map(|command| ewcsim::Asked { command: command.to_owned(), at: None }).to_vec();
    let finished = common::run_with(&prepared, ewcsim::Options { show, ..ewcsim::Options::default() });
    let printed: String = finished.shows.iter().map(|show| show.output.as_str()).collect();
    assert!(printed.contains("sftp-password 0 *****"), "{printed}");
    assert!(PASSWORDS.iter().all(|password| !printed.contains(password)), "{printed}");
}

#[test]
fn nothing_that_can_be_printed_for_developers_holds_a_password() {
    let prepared = common::load("scenarios/bugs/sftp-wrong-password.yaml");
    let printed = format!("{prepared:?}");
    for password in PASSWORDS {
        assert!(!printed.contains(password), "{password}");
    }
}

/// Returns a scenario with a secret in each place that IOS-XE has, in the controller's configuration and in later commands.
fn with_secrets_everywhere(broken: bool) -> String {
    let positions = include_str!("../../text/src/secrets/positions.txt");
    // Commands of an image download profile are errors elsewhere.
    let of_profile = |line: &str| ["sftp-", "cco-"].iter().any(|start| line.trim().starts_with(start));
    let lines: Vec<&str> = positions
        .lines()
        .filter(|line| !line.starts_with('!') && !line.is_empty() && (broken || !of_profile(line)))
        .collect();
    assert!(lines.len() > 100);
    let config: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    let typed: String = lines
        .iter()
        .filter(|_| broken)
        .map(|line| {
            let command = line.trim().replace('"', "\\\"");
            format!("  - {{ at: 1m, exec: {{ controller: ewc, command: \"{command}\" }} }}\n")
        })
        .collect();
    // An unreadable line is shown.
    let wrong = if broken {
        "    wireless profile image-download default\n     sftp-password 7 MARKER more\n     sftp-port MARKER-22\n"
            .replace("MARKER-22", "23")
    } else {
        String::new()
    };
    format!(
        "scenario: Secrets\nstart: 2024-03-05T22:00:00Z\nuntil: 3m\n\
         images: {{ 17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 20480 }} }} }}\n\
         controller:\n  name: ewc\n  model: C9120AXI\n  address: 10.0.4.2\n  running: 17.9.4a\n  config: |\n    hostname ewc\n\
         {config}{wrong}access_points:\n  - {{ name: hall, model: C9120AXI, address: 10.0.4.31, running: 17.9.4a }}\n\
         timeline:\n  - {{ at: 0s, power_on: all }}\n{typed}  \
         - at: 1m\n    configure:\n      controller: ewc\n      config: |\n{}\
         expect:\n  - {{ log: ewc, has: nothing of the kind }}\n",
        config.replace("    ", "        "),
    )
}

#[test]
fn a_secret_in_any_place_of_a_configuration_is_in_nothing_that_is_printed_or_written() {
    let directory = common::temporary();
    let scenario = directory.path().join("secrets.yaml");
    let out = directory.path().join("out");
    let junit = directory.path().join("junit.xml");
    let path = |path: &Path| path.to_str().expect("a plain path").to_owned();
    for (broken, code, args) in [
        (false, 0, vec!["check".to_owned(), path(&scenario)]),
        (false, 1, vec!["run".into(), path(&scenario), "--pcap".into(), "--out".into(), path(&out)]),
        (false, 1, vec!["run".into(), path(&scenario), "--format".into(), "json".into()]),
        (false, 1, vec!["test".into(), path(&scenario), "--junit".into(), path(&junit)]),
        (true, 2, vec!["check".into(), path(&scenario)]),
        (true, 2, vec!["test".into(), path(&scenario), "--format".into(), "json".into()]),
    ] {
        std::fs::write(&scenario, with_secrets_everywhere(broken)).expect("it can be written");
        let called = Command::new(env!("CARGO_BIN_EXE_ewcsim")).args(&args).output().expect("it starts");
        let printed =
            format!("{}{}", String::from_utf8_lossy(&called.stdout), String::from_utf8_lossy(&called.stderr));
        assert_eq!(called.status.code(), Some(code), "{args:?}: {printed}");
        if let Some(line) = printed.lines().find(|line| line.contains("MARKER")) {
            panic!("{args:?}: {line}");
        }
        let written = if out.exists() { files(&out) } else { Vec::new() };
        for file in written.iter().chain([&junit].into_iter().filter(|file| file.exists())) {
            assert!(!holds(&std::fs::read(file).expect("it was written"), "MARKER"), "{}", file.display());
        }
    }
    assert!(files(&out).len() > 5 && junit.exists());
}

/// Returns a whole configuration with secrets in further places: wrapped by the terminal, behind `--More--`, in PEM, encrypted.
fn whole_with_secrets() -> String {
    let prompt = "CAMPUS-EWC(config)#username x password 0 ";
    let wrapped = format!("{prompt}{}\nMARKERrest\n", "x".repeat(80 - prompt.len()));
    let more = format!(" --More-- {0}        {0}enable secret MARKER\n", "\u{8}".repeat(9));
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMARKERMIIE\n-----END RSA PRIVATE KEY-----\n";
    // Of type 7, and `MARKERclear` in clear text.
    let profile = "wireless profile image-download default\n sftp-password 7 03297A392D2A134F420C1817\n";
    format!("{}{wrapped}{more}{key}{profile}", include_str!("../../ewc/tests/paste/whole/campus-sftp.cfg"))
}

#[test]
fn no_secret_of_a_whole_configuration_is_printed_or_written_with_all_its_lines_listed() {
    let directory = common::temporary();
    let path = |name: &str| directory.path().join(name).to_str().expect("a plain path").to_owned();
    let scenario = with_secrets_everywhere(false);
    let (before, rest) = scenario.split_once("  config: |\n").expect("it has a configuration");
    let (_, after) = rest.split_once("access_points:").expect("something follows it");
    let scenario = format!("{before}  config: ewc.cfg\naccess_points:{after}");
    let wrong = "wireless profile image-download default\n sftp-p 0 MARKER\n cco-pas 8 MARKER\n sftp-password 6 MARKER\n \
                 sftp-image-pasword MARKER\n sftp-password 7 MARKER\n";
    for (more, code) in [("", 0), (wrong, 2)] {
        std::fs::write(path("ewc.cfg"), whole_with_secrets() + more).expect("it can be written");
        std::fs::write(path("secrets.yaml"), &scenario).expect("it can be written");
        let (yaml, out) = (path("secrets.yaml"), path("out"));
        for args in
            [vec!["check", "--verbose", &yaml], vec!["run", "--verbose", &yaml, "--pcap", "--out", &out]]
        {
            let called = Command::new(env!("CARGO_BIN_EXE_ewcsim")).args(&args).output().expect("it starts");
            let printed = [called.stdout, called.stderr].concat();
            let printed = String::from_utf8_lossy(&printed);
            // The expectation of the run fails.
            let expected = if code == 0 && args[0] == "run" { 1 } else { code };
            assert_eq!(called.status.code(), Some(expected), "{args:?}: {printed}");
            let secret = printed.lines().find(|line| line.contains("MARKER"));
            assert!(secret.is_none(), "{args:?}: {secret:?}");
            assert!(code != 0 || printed.matches("ewc.cfg:").count() > 100, "{printed}");
        }
    }
    for file in files(&directory.path().join("out")) {
        assert!(!holds(&std::fs::read(&file).expect("it was written"), "MARKER"), "{}", file.display());
    }
}
