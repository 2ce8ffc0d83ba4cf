//! `ewcsim new`: it writes a scenario that passes, and overwrites no file.

use std::fs;

use crate::cli::{call_in, snapshot};
use crate::common;

#[test]
fn what_it_writes_is_right_and_holds() {
    // Outside the checkout, which has a schema.
    let directory = tempfile::tempdir().expect("the system has a directory for such");
    for (name, protocol) in [("a/tftp.yaml", "tftp"), ("a/sftp.yaml", "sftp")] {
        let wrote = call_in(directory.path(), &["new", name, "--protocol", protocol]);
        assert_eq!((wrote.code, wrote.stderr.as_str()), (Some(0), ""), "{name}");
        if protocol == "tftp" {
            snapshot("new", &wrote.stdout);
        }
        let path = directory.path().join(name);
        let text = fs::read_to_string(&path).expect("it was written");
        assert!(text.lines().count() <= 30, "{name}");
        assert_eq!(text.lines().next(), Some("# yaml-language-server: $schema=ewcsim.schema.json"));
        let checked = call_in(directory.path(), &["check", name]);
        assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""), "{name}");
        // Unchanged: its images are those of a real release, and their download time matters.
        let run = call_in(directory.path(), &["run", name]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{name}: {}", run.stdout);
    }
    let schema = fs::read_to_string(directory.path().join("a/ewcsim.schema.json")).expect("it was written");
    assert_eq!(schema, call_in(directory.path(), &["schema"]).stdout);
}

#[test]
fn nothing_is_written_over() {
    let directory = common::temporary();
    let path = directory.path().join("mine.yaml");
    fs::write(&path, "mine\n").expect("the directory is ours");
    let refused = call_in(directory.path(), &["new", "mine.yaml"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.starts_with("error: mine.yaml already exists\n"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "mine\n");
    for name in ["plan", "plan.v2"] {
        let unnamed = call_in(directory.path(), &["new", name]);
        assert_eq!(unnamed.code, Some(2));
        assert!(unnamed.stderr.contains(&format!("`ewcsim new {name}.yaml`")), "{}", unnamed.stderr);
    }
    assert_eq!(fs::read_dir(directory.path()).expect("it is there").count(), 1);
}

#[test]
fn a_checkout_has_the_schema() {
    let directory = common::temporary();
    fs::create_dir(directory.path().join("docs")).expect("the directory is ours");
    fs::write(directory.path().join("docs/scenario.schema.json"), "{}").expect("the directory is ours");
    let wrote = call_in(directory.path(), &["new", "scenarios/bugs/mine.yaml"]);
    assert_eq!((wrote.code, wrote.stderr.as_str()), (Some(0), ""));
    let bugs = directory.path().join("scenarios/bugs");
    let text = fs::read_to_string(bugs.join("mine.yaml")).expect("it was written");
    let first = text.lines().next();
    assert_eq!(first, Some("# yaml-language-server: $schema=../../docs/scenario.schema.json"));
    assert_eq!(fs::read_dir(bugs).expect("it is there").count(), 1);
}
