//! `ewcsim completions` and `ewcsim man`.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::cli::call_in;
use crate::common;

/// Commands that a shell must complete.
const COMMANDS: [&str; 5] = ["run", "test", "plan", "diagnose", "completions"];

#[test]
fn bash_reads_its_completions_and_offers_the_commands() {
    let directory = common::temporary();
    let script = call_in(directory.path(), &["completions", "bash"]);
    assert_eq!((script.code, script.stderr.as_str()), (Some(0), ""));
    let asked =
        "COMP_WORDS=(ewcsim ''); COMP_CWORD=1; _ewcsim ewcsim '' ewcsim; printf '%s\n' \"${COMPREPLY[@]}\"\n";
    let mut bash = Command::new("bash")
        .args(["--norc", "-s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash starts");
    let mut input = bash.stdin.take().expect("it is a pipe");
    input.write_all(format!("{}\n{asked}", script.stdout).as_bytes()).expect("bash reads");
    drop(input);
    let output = bash.wait_with_output().expect("bash ends");
    let offered = String::from_utf8(output.stdout).expect("it is text");
    for command in COMMANDS {
        assert!(offered.lines().any(|line| line == command), "{command}: {offered}");
    }
}

#[test]
fn every_shell_has_a_script() {
    let directory = common::temporary();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = call_in(directory.path(), &["completions", shell]);
        assert!(script.code == Some(0) && script.stdout.contains("diagnose"), "{shell}");
    }
    assert_eq!(call_in(directory.path(), &["completions", "dos"]).code, Some(2));
}

#[test]
fn each_command_has_a_page() {
    let directory = common::temporary();
    let called = call_in(directory.path(), &["man", "new/man1"]);
    assert_eq!((called.code, called.stdout.as_str()), (Some(0), ""), "{}", called.stderr);
    let page =
        |name: &str| fs::read_to_string(directory.path().join("new/man1").join(name)).expect("it is written");
    assert!(page("ewcsim.1").contains(".SH SUBCOMMANDS"));
    for command in COMMANDS {
        assert!(page(&format!("ewcsim-{command}.1")).contains(".SH OPTIONS"), "{command}");
    }
    assert_eq!(call_in(directory.path(), &["man", "/dev/null/man1"]).code, Some(2));
}
