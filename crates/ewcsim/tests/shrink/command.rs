//! The command: exit codes, what is written and where.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::cli::{call_in, command};
use crate::common;

/// The longest time after which a search is interrupted.
const DELAY_MAX: Duration = Duration::from_secs(60);

const OFF: &str = "timeline:\n  - { at: 0s, power_on: all }\n  - { at: 4m, power_off: ap-1 }\n\
    expect:\n  - { access_points: all, state: registered }\n";

#[test]
fn it_writes_a_scenario_that_fails() {
    let directory = common::temporary();
    let at = directory.path();
    let text = include_str!("../scenarios/small.yaml");
    let (kept, _) = text.split_once("\ntimeline:").expect("it has one");
    fs::write(at.join("s.yaml"), format!("{kept}\n{OFF}")).expect("it is ours");
    let called = call_in(at, &["shrink", "s.yaml", "--seed", "4", "--out", "small.yaml", "--jobs", "2"]);
    assert_eq!((called.code, called.stdout.as_str()), (Some(0), ""), "{}", called.stderr);
    let small = fs::read_to_string(at.join("small.yaml")).expect("it was written");
    assert!(
        small.starts_with("# Shrunk from s.yaml with seed 4. It fails in the same way: ")
            && small.contains("seed: 4"),
        "{small}"
    );
    assert_eq!(call_in(at, &["check", "small.yaml"]).code, Some(0), "{small}");
    assert_eq!(call_in(at, &["run", "small.yaml"]).code, Some(1), "{small}");
    // The same on standard output, with one thread.
    let printed = call_in(at, &["shrink", "s.yaml", "--seed", "4", "--jobs", "1"]);
    assert_eq!((printed.code, printed.stdout), (Some(0), small));
    // No time: nothing is taken away.
    let late = call_in(at, &["shrink", "s.yaml", "--seed", "4", "--time-limit", "1ms", "--out", "late.yaml"]);
    assert_eq!((late.code, late.stdout.as_str()), (Some(0), ""));
    assert!(
        late.stderr.contains("nothing was taken away") && !at.join("late.yaml").exists(),
        "{}",
        late.stderr
    );
}

/// A search of minutes: each run has five days. It is interrupted later and later, until something was taken away by then.
#[test]
fn ctrl_c_leaves_the_smallest_so_far() {
    let directory = common::temporary();
    let at = directory.path();
    let text = include_str!("../scenarios/small.yaml").replace("until: 10m", "until: 120h");
    let (kept, _) = text.split_once("\ntimeline:").expect("it has one");
    fs::write(at.join("s.yaml"), format!("{kept}\n{}", OFF.replace("4m", "119h"))).expect("it is ours");
    let mut delay = Duration::from_millis(500);
    while !at.join("small.yaml").exists() {
        assert!(delay <= DELAY_MAX, "nothing was taken away");
        let args = ["shrink", "s.yaml", "--jobs", "1", "--time-limit", "1h", "--out", "small.yaml"];
        let mut shrinking = command(at, &args);
        let child = shrinking.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        std::thread::sleep(delay);
        let sent = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
        let ended = child.wait_with_output().expect("it ends");
        // Before it handles signals, the signal itself ends it.
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(matches!(ended.status.code(), None | Some(130)), "{:?}: {said}", ended.status);
        delay *= 2;
    }
    let small = fs::read_to_string(at.join("small.yaml")).expect("it was written");
    assert!(small.replace("\n# ", " ").contains("It was not shrunk to the end"), "{small}");
    assert!(small.contains("power_off: ap-1"), "{small}");
    assert_eq!(call_in(at, &["check", "small.yaml"]).code, Some(0), "{small}");
}

#[test]
fn what_cannot_be_made_smaller_is_told() {
    let directory = common::temporary();
    let at = directory.path();
    fs::write(at.join("s.yaml"), include_str!("../scenarios/small.yaml")).expect("it is ours");
    let passed = call_in(at, &["shrink", "s.yaml"]);
    assert_eq!(passed.code, Some(4), "{}", passed.stderr);
    assert!(passed.stderr.contains("with seed 1 it does not fail: it is passed"), "{}", passed.stderr);
    fs::write(at.join("wrong.yaml"), "scenario: x\n").expect("it is ours");
    assert_eq!(call_in(at, &["shrink", "wrong.yaml"]).code, Some(2));
    assert_eq!(call_in(at, &["shrink", "none.yaml"]).code, Some(2));
    assert_eq!(call_in(at, &["shrink", "s.yaml", "--time-limit", "soon"]).code, Some(2));
}

#[test]
fn a_listing_goes_with_a_scenario_that_is_written_elsewhere() {
    let directory = common::temporary();
    let at = directory.path();
    // A part of an image, which only a listing can state.
    let listing = "-rw-r--r-- 1 root root 1024000 Oct 20 11:04 ap1g7\n-rw-r--r-- 1 root root 700000 Oct 20 11:04 ap1g8\n";
    let text = include_str!("../scenarios/small.yaml");
    let text = text.replace("files: { ap1g7: 1024000, ap1g8: 1024000 }", "listing: new.listing");
    fs::write(at.join("s.yaml"), text).expect("it is ours");
    fs::write(at.join("new.listing"), listing).expect("it is ours");
    fs::create_dir(at.join("small")).expect("it is ours");
    let called = call_in(at, &["shrink", "s.yaml", "--out", "small/small.yaml"]);
    assert_eq!(called.code, Some(0), "{}", called.stderr);
    assert_eq!(fs::read_to_string(at.join("small/new.listing")).expect("it was copied"), listing);
    assert_eq!(call_in(&at.join("small"), &["run", "small.yaml"]).code, Some(1));
    // A second time it is there.
    let again = call_in(at, &["shrink", "s.yaml", "--out", "small/small.yaml"]);
    assert!(again.stderr.contains("it names `new.listing` of the directory of s.yaml"), "{}", again.stderr);
}
