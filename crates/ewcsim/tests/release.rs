//! `ci/release` packs what it should, and twice the same bytes. Its builds take too long for a test.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common;

/// A short program that does what the command does: packing the command itself would take seconds.
fn stand_in(directory: &Path) -> PathBuf {
    let path = directory.join("program");
    let text = format!("#!/bin/sh\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_ewcsim"));
    fs::write(&path, text).expect("the directory is ours");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("the file is ours");
    path
}

fn release(arguments: &[&Path]) -> Output {
    let script = common::workspace().join("ci/release");
    Command::new(script).args(arguments).output().expect("the script starts")
}

/// Packs the program below `directory`, and returns the path of the archive.
fn pack(program: &Path, directory: &Path) -> PathBuf {
    let output = release(&[Path::new("pack"), program, directory]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text").trim_end().into()
}

/// Runs a program in `directory`, and returns its output.
fn output_of(directory: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(directory).output().expect("it starts");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn an_archive_has_all_that_a_user_needs() {
    let directory = common::temporary();
    let program = stand_in(directory.path());
    let archive = pack(&program, &directory.path().join("dist"));
    let name = archive.file_name().and_then(|name| name.to_str()).expect("it has a name");
    let tree = name.strip_suffix(".tar.gz").expect("it is a compressed archive");
    assert_eq!(tree, format!("ewcsim-{}-{}", env!("CARGO_PKG_VERSION"), env!("EWCSIM_TARGET")));
    let dist = archive.parent().expect("it is in a directory");
    output_of(dist, "sha256sum", &["--check", &format!("{name}.sha256")]);

    output_of(dist, "tar", &["--extract", "--file", name]);
    let tree = dist.join(tree);
    for file in [
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "docs/guide.md",
        "scenarios/field/tftp-join.yaml",
        "completions/ewcsim.bash",
        "completions/_ewcsim",
        "completions/ewcsim.fish",
        "completions/_ewcsim.ps1",
        "completions/ewcsim.elv",
        "man/man1/ewcsim.1",
        "man/man1/ewcsim-plan.1",
    ] {
        assert!(fs::metadata(tree.join(file)).is_ok_and(|file| file.len() > 0), "{file}");
    }
    assert_eq!(fs::read(tree.join("ewcsim")).ok(), fs::read(&program).ok());
    output_of(&tree, "./ewcsim", &["check", "scenarios/field/tftp-join.yaml"]);
    let licences = fs::read_to_string(tree.join("THIRD-PARTY")).expect("it is packed");
    // One that is linked, one of C, and one that only tests use.
    for (library, is_linked) in [("\nserde ", true), ("\nlibmimalloc-sys ", true), ("\nproptest ", false)] {
        assert_eq!(licences.contains(library), is_linked, "{library}");
    }
    assert!(licences.contains("Microsoft Corporation"), "mimalloc's own licence");
}

#[test]
fn an_archive_tells_nothing_of_its_making() {
    let directory = common::temporary();
    let program = stand_in(directory.path());
    let archives = ["a", "b"].map(|name| pack(&program, &directory.path().join(name)));
    let [first, second] = archives.each_ref().map(|path| fs::read(path).expect("it is written"));
    assert!(first == second, "two archives of the same program differ");
    let listed = output_of(
        directory.path(),
        "tar",
        &[
            "--list",
            "--verbose",
            "--numeric-owner",
            "--full-time",
            "--file",
            archives[0].to_str().expect("it is text"),
        ],
    );
    // Mode, owner, size, date, time, name.
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.len() > 100 && rows.iter().all(|row| row[1] == "0/0"), "{listed}");
    let modes: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(modes, BTreeSet::from(["-rw-r--r--", "-rwxr-xr-x", "drwxr-xr-x"]));
    assert_eq!(rows.iter().map(|row| (row[3], row[4])).collect::<BTreeSet<_>>().len(), 1, "one time");
    assert!(rows.is_sorted_by_key(|row| Path::new(row[5])), "{listed}");
}

#[test]
fn wrong_calls_are_refused() {
    let directory = common::temporary();
    for arguments in [&["pack"][..], &["--help"], &["pack", "/dev/null", "out"]] {
        let arguments: Vec<&Path> = arguments.iter().map(Path::new).collect();
        let output = release(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
    assert!(fs::read_dir(directory.path()).expect("it is there").next().is_none());
}
