//! The command as a user runs it: exit codes, output, and error messages.

mod standard_input;

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::common;

const SMALL: &str = include_str!("scenarios/small.yaml");
const HELD_WITHIN: &str = "within: 9m, access_points: all, running: 17.9.4.27, state: registered";

/// The result of a command.
pub(crate) struct Called {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

pub(crate) fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ewcsim"));
    command.args(args).current_dir(directory).stdin(Stdio::null());
    // The width of help must not depend on the terminal.
    command.env_remove("COLUMNS");
    // A test is no step of a job.
    command.env_remove("GITHUB_STEP_SUMMARY");
    command
}

pub(crate) fn call_in(directory: &Path, args: &[&str]) -> Called {
    let output = command(directory, args).output().expect("the command starts");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Called { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs it in the root of the repository.
fn call(args: &[&str]) -> Called {
    call_in(&common::workspace(), args)
}

/// Creates a directory with `small.yaml`, changed by `edit`.
fn with_small(edit: impl Fn(String) -> String) -> TempDir {
    let directory = common::temporary();
    fs::write(directory.path().join("small.yaml"), edit(SMALL.to_owned())).expect("the directory is ours");
    directory
}

/// Creates `small.yaml` with another expectation.
fn expecting(expectation: &'static str) -> TempDir {
    assert_eq!(SMALL.matches(HELD_WITHIN).count(), 1);
    with_small(|text| text.replace(HELD_WITHIN, expectation))
}

pub(crate) fn snapshot(name: &str, text: &str) {
    common::snapshots("cli").bind(|| insta::assert_snapshot!(name, text));
}

/// Returns the end of a report, from the judged expectations on.
fn judged(stdout: &str) -> &str {
    let start =
        ["\n  passed ", "\n  failed ", "\n  inconclusive "].iter().filter_map(|mark| stdout.find(mark)).min();
    &stdout[start.expect("something was expected") + 1..]
}

#[test]
fn a_trace_has_time_host_and_the_rule_that_dropped_a_packet() {
    let traced = call(&["run", "docs/examples/port-69-only.yaml", "--trace", "network=debug"]);
    let dropped =
        traced.stderr.lines().find(|line| line.contains("dropped by a firewall")).expect("it drops");
    let words: Vec<&str> = dropped.split_whitespace().collect();
    assert!(words[0].split_once('.').is_some_and(|(_, ns)| ns.len() == 9), "{dropped}");
    assert_eq!(words[1..4], ["tftp-1", "DEBUG", "network::network:"], "{dropped}");
    assert!(dropped.ends_with("firewall=\"dc\" rule=\"default\""), "{dropped}");
}

#[test]
fn a_run_on_turmoil_says_so() {
    let directory =
        with_small(|text| text.replace("until: 10m", "until: 4m\ntick: 2ms").replace("within: 9m, ", ""));
    let arguments = ["run", "small.yaml", "--engine", "turmoil", "--trace", "turmoil_engine=debug"];
    let run = call_in(directory.path(), &arguments);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let note = "note: the engine is turmoil: all times are rounded up to ticks of 2ms, and a coarse tick can change an outcome\n";
    assert!(run.stdout.contains(note), "{}", run.stdout);
    assert!(
        run.stdout.ends_with("again: ewcsim run small.yaml --seed 1 --engine turmoil\n"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains(" DEBUG turmoil_engine::engine: power off host=ap-1\n"), "{}", run.stderr);
    let suite = call_in(directory.path(), &["test", "small.yaml", "--engine", "turmoil"]);
    assert_eq!((suite.code, suite.stdout.contains("1 passed")), (Some(0), true), "{}", suite.stdout);
    assert!(suite.stderr.contains("note: the engine is turmoil"), "{}", suite.stderr);
}

#[test]
fn columns_of_show_commands_are_those_of_the_controller_s_release() {
    let expecting = |column: &str, older: bool| {
        let directory = with_small(|text| {
            let text = if older {
                text.replace("17.9.4a", "17.3.4").replace("17.9.4.27", "17.3.4.30")
            } else {
                text
            };
            format!(
                "{text}  - {{ show: ap summary, row: {{ {column}: US }}, has: {{ State: Registered }} }}\n"
            )
        });
        call_in(directory.path(), &["check", "small.yaml"]).code
    };
    assert_eq!([expecting("CC", false), expecting("Country", false)], [Some(0), Some(2)]);
    assert_eq!([expecting("CC", true), expecting("Country", true)], [Some(2), Some(0)]);
}

#[test]
fn turmoil_captures_no_packets() {
    let refused =
        call(&["run", "docs/examples/first.yaml", "--engine", "turmoil", "--out", "nowhere", "--pcap"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        refused.stderr,
        "error: turmoil does not capture packets: its TCP has no segments as on a wire\n  = help: run without `--pcap`, or with \
         `--engine simnet`\n"
    );
}

#[test]
fn a_filter_that_cannot_be_read_is_a_wrong_call() {
    let wrong = call(&["run", "docs/examples/port-69-only.yaml", "--trace", "network=loud"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
    assert!(wrong.stderr.contains("network=debug,capwap=trace"), "{}", wrong.stderr);
}

#[test]
fn help() {
    let asked = call(&["--help"]);
    assert_eq!((asked.code, asked.stderr.as_str()), (Some(0), ""));
    snapshot("help", &asked.stdout);
    snapshot("help-run", &call(&["run", "--help"]).stdout);
    snapshot("help-test", &call(&["test", "--help"]).stdout);
    snapshot("help-explore", &call(&["explore", "--help"]).stdout);
    snapshot("help-serve", &call(&["serve", "--help"]).stdout);
}

#[test]
fn the_version_names_the_commit_and_the_target() {
    let asked = call(&["--version"]);
    let git = std::process::Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    let commit = git.ok().filter(|git| git.status.success());
    let commit =
        commit.map_or("unknown commit".into(), |git| String::from_utf8_lossy(&git.stdout).trim().to_owned());
    let version = env!("CARGO_PKG_VERSION");
    let start = format!("ewcsim {version} ({commit}, ");
    assert!(asked.stdout.starts_with(&start), "{} {start}", asked.stdout);
    assert!(asked.stdout.contains(std::env::consts::ARCH), "{}", asked.stdout);
}

#[test]
fn all_held_is_0() {
    let directory = with_small(|text| text);
    let called = call_in(directory.path(), &["run", "small.yaml"]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""));
    snapshot("passed", &called.stdout);
    assert_eq!(called.stdout.lines().last(), Some("again: ewcsim run small.yaml --seed 1"));
}

#[test]
fn a_title_does_not_steer_the_terminal() {
    let title = "scenario: \"red \\e[31m\\n::error::x\"";
    let directory = with_small(|text| text.replace("scenario: A small upgrade", title));
    let called = call_in(directory.path(), &["run", "small.yaml"]);
    assert_eq!(called.code, Some(0), "{}", called.stderr);
    assert!(called.stdout.starts_with("red ␛[31m␊::error::x\n"), "{}", called.stdout);
}

#[test]
fn the_last_line_repeats_the_run() {
    let directory = with_small(|text| text);
    let first = call_in(directory.path(), &["run", "small.yaml", "--seed", "42"]);
    let again = first
        .stdout
        .lines()
        .last()
        .and_then(|line| line.strip_prefix("again: ewcsim "))
        .expect("the last line");
    let args: Vec<&str> = again.split(' ').collect();
    assert_eq!(call_in(directory.path(), &args).stdout, first.stdout);
    assert_ne!(call_in(directory.path(), &["run", "small.yaml"]).stdout, first.stdout);
}

#[test]
fn a_failed_expectation_is_1_and_points_at_its_line() {
    let directory = expecting("within: 9m, access_points: all, running: 17.12.1.5");
    let called = call_in(directory.path(), &["run", "small.yaml"]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(1), ""));
    let line = SMALL.lines().position(|line| line.contains(HELD_WITHIN)).expect("it stands there") + 1;
    assert!(called.stdout.contains(&format!("--> small.yaml:{line}:")), "{}", called.stdout);
    snapshot("failed", judged(&called.stdout));
}

#[test]
fn a_wrong_scenario_is_2() {
    let directory = with_small(|text| {
        text.replace("running: 17.3.3.26", "runing: 17.3.3.26").replace("10m", "10 minutes")
    });
    let called = call_in(directory.path(), &["run", "small.yaml"]);
    assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""));
    snapshot("wrong", &called.stderr);
}

#[test]
fn what_could_not_be_judged_is_7() {
    let directory = with_small(|text| text.replace("until: 10m", "until: 3m"));
    let called = call_in(directory.path(), &["run", "small.yaml"]);
    assert_eq!(called.code, Some(7), "{}{}", called.stdout, called.stderr);
    snapshot("inconclusive", judged(&called.stdout));
    snapshot("open-warning", &called.stderr);
    // An expectation that has passed by then is not inconclusive, whatever its time limit.
    let directory = with_small(|text| text.replace("until: 10m", "until: 5m"));
    assert_eq!(call_in(directory.path(), &["run", "small.yaml"]).code, Some(0));
}

#[test]
fn wrong_calls_are_2() {
    let small = "crates/ewcsim/tests/scenarios/small.yaml";
    for args in [
        &["run", small, "--fast"][..],
        &["run"],
        &["run", small, "--seed", "one"],
        &["run", small, "--seed", "-1"],
        &["run", small, "--pcap"],
        &["run", small, "--format", "xml"],
        &["run", small, small],
        &["check"],
        &["test", "--shard", "3/2"],
        &["test", "--jobs", "0"],
        &["test", "--update", "--seed", "2"],
        &["explore"],
        &["explore", small, "--seeds", "3..1"],
        &["merge"],
        &["new"],
        &["upgrade"],
        &[],
    ] {
        let called = call(args);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{args:?}");
        let helps = ["Usage: ewcsim", "try '--help'"].iter().any(|text| called.stderr.contains(text));
        assert!(helps, "{args:?}: {}", called.stderr);
    }
}

#[test]
fn check_says_what_run_says() {
    let wrong = common::workspace().join("crates/scenario/tests/wrong");
    let mut seen = 0;
    for entry in fs::read_dir(&wrong).expect("the examples") {
        let name = entry.expect("an entry").file_name().into_string().expect("plain names");
        if !name.ends_with(".yaml") || name == "missing-image.yaml" {
            continue;
        }
        let (checked, run) = (call_in(&wrong, &["check", &name]), call_in(&wrong, &["run", &name]));
        assert_eq!((checked.code, run.code), (Some(2), Some(2)), "{name}");
        assert_eq!(checked.stderr, run.stderr, "{name}");
        assert!(checked.stderr.contains("error: "), "{name}");
        seen += 1;
    }
    assert!(seen > 5);
    // Both print the same warnings.
    for right in ["scenarios/field/tftp-blocked.yaml", "crates/ewcsim/tests/scenarios/small.yaml"] {
        let (checked, run) = (call(&["check", right]), call(&["run", right]));
        assert_eq!((checked.code, run.code), (Some(0), Some(0)), "{right}");
        assert_eq!(checked.stderr, run.stderr, "{right}");
    }
}

#[test]
fn check_looks_at_all_and_runs_nothing() {
    let directory = with_small(|text| text);
    let called = call_in(directory.path(), &["check", "none.yaml", "small.yaml"]);
    assert_eq!(called.code, Some(2));
    let (first, known_defects) = called.stdout.split_once('\n').expect("a line at least");
    assert_eq!(first, "small.yaml: 1 access point and the controller's own, 1 expectation");
    assert!(known_defects.starts_with("  known defect: CSCwe97901: "), "{known_defects}");
    assert!(known_defects.ends_with(" (ap-1, ewc-1-ap)\n"), "{known_defects}");
    assert_eq!(called.stderr, "error: `none.yaml` cannot be read: no such file\n");
}

#[test]
fn configurations_are_checked_before_the_run() {
    let wrong =
        |text: String| text.replace("tftp-image-server 172.16.5.27", "tftp-image-server 172.16.5.277");
    let called = call_in(with_small(wrong).path(), &["check", "small.yaml"]);
    assert_eq!(called.code, Some(2));
    snapshot("wrong-configuration", &called.stderr);
}

#[test]
fn an_sshd_config_is_checked_before_the_run() {
    let wrong = |text: String| {
        let server = "software: tftpd-hpa, address: 172.16.5.27, files: { /images: 17.9.4a } }";
        let config = "Port 22\n      PermitRootLogin maybe\n      MaxStartups 10:30\n      AllowUser calo\n      X11Forwarding yes\n      Match User calo\n        Port 2222";
        let sftp = format!(
            "software: tftpd-hpa, address: 172.16.5.27, files: {{ /images: 17.9.4a }} }}\n  - name: sftp-1\n    \
             software: openssh\n    address: 172.16.5.62\n    users: [{{ name: calo, password: Sw0rdfish }}]\n    \
             config: |\n      {config}"
        );
        text.replace(server, &sftp)
    };
    let called = call_in(with_small(wrong).path(), &["check", "small.yaml"]);
    assert_eq!(called.code, Some(2));
    snapshot("wrong-sshd-config", &called.stderr);
}

#[test]
fn schema_is_json() {
    let called = call(&["schema"]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""));
    let schema: Value = serde_json::from_str(&called.stdout).expect("JSON");
    for key in ["scenario", "start", "until", "images", "controller", "access_points", "timeline", "expect"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
}

#[test]
fn files_that_cannot_be_scenarios_are_refused() {
    let directory = common::temporary();
    let path = |name: &str| directory.path().join(name);
    fs::create_dir(path("directory.yaml")).expect("the directory is ours");
    let cut = "scenario: Zürich".as_bytes().split_at("scenario: Z".len() + 1).0;
    fs::write(path("cut.yaml"), cut).expect("the directory is ours");
    fs::write(path("empty.yaml"), "").expect("the directory is ours");
    fs::write(path("zeros.yaml"), [0; 4096]).expect("the directory is ours");
    fs::File::create(path("huge.yaml")).and_then(|file| file.set_len(52_428_800)).expect("a sparse file");
    let mut said = String::new();
    for name in ["none.yaml", "directory.yaml", "cut.yaml", "empty.yaml", "zeros.yaml", "huge.yaml"] {
        let called = call_in(directory.path(), &["run", name]);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{name}");
        said.push_str(&called.stderr);
    }
    snapshot("unreadable", &said);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let directory = with_small(|text| text);
    for args in [&["run", "small.yaml"][..], &["run", "small.yaml", "--format", "json"], &["schema"]] {
        let mut child = command(directory.path(), args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
        assert_eq!((child.wait().expect("it ends").code(), stderr.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn json_is_the_report() {
    let directory = with_small(|text| text);
    let called = call_in(directory.path(), &["run", "small.yaml", "--format", "json", "--out", "out"]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        called.stdout,
        fs::read_to_string(directory.path().join("out/run.json")).expect("it was written")
    );
    let report: Value = serde_json::from_str(&called.stdout).expect("JSON");
    assert_eq!(report["verdict"], "passed");
    assert_eq!(report["seed"], 1);
    assert_eq!(report["again"], "ewcsim run small.yaml --seed 1");
    assert_eq!(report["end_s"], 600.0);
    assert_eq!(report["digest"].as_str().map(str::len), Some(64));
    assert_eq!(report["violations"], serde_json::json!([]));
    let [access_point, own] = report["access_points"].as_array().expect("a list").as_slice() else {
        panic!("one and the controller's own")
    };
    assert_eq!(own["name"], "ewc-1-ap");
    assert_eq!(access_point["name"], "ap-1");
    assert_eq!(access_point["running"], "17.9.4.27");
    assert_eq!(access_point["downloads_completed"], 1);
    assert!(access_point["download_s"].is_number());
    let [expectation] = report["expectations"].as_array().expect("a list").as_slice() else { panic!("one") };
    assert_eq!(expectation["outcome"], "passed");
    assert!(expectation["at_s"].is_number() && expectation["line"].is_number());
}

#[test]
fn out_holds_everything() {
    let directory = with_small(|text| text);
    let args =
        ["run", "small.yaml", "--out", "a/b", "--pcap", "--show", "sh ap sum", "--show", "show version"];
    let called = call_in(directory.path(), &args);
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""));
    let out = directory.path().join("a/b");
    for file in [
        "run.json",
        "events.jsonl",
        "capture.pcapng",
        "logs/ewc-1.log",
        "logs/ap-1.log",
        "logs/tftp-1.log",
        "show/ewc-1/show-ap-image.txt",
        "show/ewc-1/show-ap-summary.txt",
    ] {
        let size = fs::metadata(out.join(file)).unwrap_or_else(|error| panic!("{file}: {error}")).len();
        // Debian's in.tftpd logs nothing without --verbose.
        assert!(size > 0 || file == "logs/tftp-1.log", "{file} is empty");
    }
    for line in fs::read_to_string(out.join("events.jsonl")).expect("it is there").lines() {
        let event: Value = serde_json::from_str(line).expect("a line is JSON");
        assert!(
            event["at_s"].is_number() && event["host"].is_string() && event["event"].is_string(),
            "{line}"
        );
    }
    assert!(called.stdout.contains("ewc-1# show ap summary\n"));
}

#[test]
fn out_that_cannot_be_written_is_2_before_the_run() {
    let directory = with_small(|text| text);
    let called = call_in(directory.path(), &["run", "small.yaml", "--out", "small.yaml/out"]);
    assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""));
    assert!(called.stderr.starts_with("error: small.yaml/out: "), "{}", called.stderr);
}

/// Waits until the capture in `out`, which is hidden until it is whole, has its first part: the run is in progress, and handles
/// signals.
fn wait_until_it_runs(child: &mut Child, out: &Path) {
    // At most two minutes; a run that writes nothing by then is stuck.
    for _ in 0..12_000 {
        let mut entries = fs::read_dir(out).into_iter().flatten().flatten();
        let is_capture =
            |entry: &fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".capture.pcapng.");
        let capture = entries.find(is_capture).and_then(|entry| entry.metadata().ok());
        if capture.is_some_and(|capture| capture.len() > 0) {
            return;
        }
        assert_eq!(child.try_wait().expect("it can be asked"), None, "it ended on its own");
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it does not start");
}

#[test]
fn an_interrupted_run_reports_what_it_has() {
    for signal in ["INT", "TERM"] {
        interrupt_a_run(signal);
    }
}

fn interrupt_a_run(signal: &str) {
    let directory = with_small(|text| text.replace("until: 10m", "until: 100000h"));
    let mut child = command(directory.path(), &["run", "small.yaml", "--out", "out", "--pcap"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    wait_until_it_runs(&mut child, &directory.path().join("out"));
    let killed =
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().expect("kill is there");
    assert!(killed.success());
    let output = child.wait_with_output().expect("it ends");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(output.status.code(), Some(130), "{stdout}");
    assert!(stdout.contains("\nverdict: interrupted — stopped by a signal, after "), "{stdout}");
    let report = fs::read_to_string(directory.path().join("out/run.json")).expect("it was written");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["verdict"], "interrupted");
    assert!(report["end_s"].as_f64().expect("a number") < 3.6e8);
}

#[test]
fn a_show_command_is_filtered_and_timed() {
    let directory = with_small(|text| text);
    let plain = call_in(directory.path(), &["run", "small.yaml", "--out", "plain"]);
    let args = [
        "run",
        "small.yaml",
        "--out",
        "out",
        "--show",
        "sh ap im@0s",
        "--show",
        "sh ap im | i ^ap-1@8m30s",
        "--show",
        "show boot | inc ../BOOT",
        "--show",
        "show ap image@10m",
    ];
    let called = call_in(directory.path(), &args);
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""));
    let read = |name: &str| {
        let path = directory.path().join("out/show").join(name);
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    assert!(read("ewc-1/show-ap-image@0s.txt").starts_with("Total number of APs  : 0\n"));
    assert!(read("ewc-1/show-ap-image@10m.txt").starts_with("Total number of APs  : 2\n"));
    assert_eq!(read("ewc-1/show-ap-image@10m.txt"), read("ewc-1/show-ap-image.txt"));
    let row = read("ewc-1/show-ap-image,include-%5Eap%2D1@8m30s.txt");
    assert!(row.starts_with("ap-1 ") && row.lines().count() == 1, "{row}");
    assert_eq!(read("ap-1/show-boot,include-..%2FBOOT.txt"), "");
    assert!(
        called.stdout.contains("\newc-1# show ap image | include ^ap-1  (+8m30.0s)\nap-1 "),
        "{}",
        called.stdout
    );
    // It is the same run.
    let events =
        |out: &str| fs::read_to_string(directory.path().join(out).join("events.jsonl")).expect("written");
    assert_eq!(events("plain"), events("out"));
    assert_eq!(judged(&plain.stdout), judged(&called.stdout));
}

#[test]
fn a_show_command_or_a_time_that_is_wrong_is_2_before_the_run() {
    let directory = with_small(|text| text);
    for (show, problem) in [
        (
            "show ap image@11m",
            "`--show 'show ap image@11m'` is after the end of the run\n  = help: the run ends at 10m\n",
        ),
        ("show ap image@soon", "`soon` in `--show 'show ap image@soon'` is not a time"),
        ("show ap image@-1s", "`-1s` in "),
        ("show boot | i x@5y", "`5y` in "),
        ("show boot | tee flash:x", "`show boot | tee flash:x`: `tee` is not modelled\n"),
        ("show boot | include (", "`show boot | include (`: the regular expression is wrong\n"),
        ("show boot | foo", "no device has the command `show boot | foo`"),
        ("show ap ?", "no device has the command `show ap ?`"),
        ("reload", "no device has the command `reload`"),
    ] {
        let called = call_in(directory.path(), &["run", "small.yaml", "--show", show]);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{show}");
        assert!(called.stderr.starts_with(&format!("error: {problem}")), "{show}: {}", called.stderr);
    }
}

#[test]
fn a_typed_line_that_is_not_known_is_2_unless_it_is_wrong_on_purpose() {
    let check = |exec: &str| {
        let directory = with_small(|text| {
            text.replace("expect:", &format!("  - {{ at: 5m, exec: {{ {exec} }} }}\nexpect:"))
        });
        call_in(directory.path(), &["check", "small.yaml"])
    };
    for (exec, problem, help) in [
        (
            "host: ewc-1, command: show ap imgae",
            "ewc-1 rejects `show ap imgae`: it is not a command",
            "did you mean `show ap image`?",
        ),
        (
            "host: ap-1, command: show crash",
            "ap-1 rejects `show crash`: it is not a command",
            "available: `show version`",
        ),
        ("host: ap-1, command: 'show x?'", "ap-1 rejects `show x?`: no command begins like that", ""),
        ("host: ewc-1, command: 'show ap image | include ['", "the regular expression is wrong", ""),
        ("host: ewc-1, command: 'show ap image | redirect flash:x'", "`redirect` is not modelled", ""),
        (
            "host: ewc-1, command: 'show ap image | redirect flash:x', refused: invalid",
            "`redirect` is not modelled",
            "",
        ),
        (
            "host: ewc-1, command: show ap image, refused: invalid",
            "ewc-1 does not refuse `show ap image`",
            "leave out `refused`",
        ),
        (
            "host: ewc-1, command: show ap, refused: invalid",
            "ewc-1 refuses `show ap` in another way",
            "write `refused: incomplete`",
        ),
        ("host: ewc-1, command: ap name x reset", "no access point is called `x`", ""),
    ] {
        let called = check(exec);
        assert_eq!(called.code, Some(2), "{exec}");
        assert!(called.stderr.contains(problem) && called.stderr.contains(help), "{exec}: {}", called.stderr);
    }
    for exec in [
        "host: ewc-1, command: show ap imgae, refused: invalid",
        "host: ewc-1, command: show ap, refused: incomplete",
        "host: ewc-1, command: show ap image |, refused: incomplete",
        "host: ap-1, command: 'show x?', refused: unrecognized",
        "host: ap-1, command: 'show boot | i *', refused: expression",
        "controller: ewc-1, command: 'show ap ?'",
    ] {
        let called = check(exec);
        assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""), "{exec}");
    }
}
