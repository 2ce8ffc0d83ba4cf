//! Every snapshot in the repository has a scenario or a test: an unused snapshot would look like a check without being one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ewcsim::suite::{self, Layout};
use libtest_mimic::{Failed, Trial};

use crate::common::{load, workspace};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("snapshots/of-scenarios", of_scenarios),
        Trial::test("snapshots/of-tests", || of_tests(&workspace().join("snapshots"))),
        Trial::test("snapshots/an-orphan-is-noticed", an_orphan_is_noticed),
    ]
}

fn of_scenarios() -> Result<(), Failed> {
    let (layout, scenarios) = (Layout::new(None)?, workspace().join("scenarios"));
    let mut owned = BTreeSet::new();
    for path in suite::find(std::slice::from_ref(&scenarios))?.scenarios {
        let directory = layout.of(&path).directory;
        let names = suite::item_names(&load(&path.display().to_string()).scenario);
        owned.extend(names.iter().map(|name| directory.join(format!("{name}.snap"))));
    }
    match suite::orphans(&layout, &scenarios, |file, _| owned.contains(file))?.as_slice() {
        [] => Ok(()),
        orphans => Err(format!("no scenario has these: {orphans:#?}").into()),
    }
}

/// Snapshots that name no scenario name the file of a test.
fn of_tests(directory: &Path) -> Result<(), Failed> {
    for entry in std::fs::read_dir(directory)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            of_tests(&path)?;
        } else if path.extension().is_some_and(|end| end == "snap") {
            let text = std::fs::read_to_string(&path)?;
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            if !has_its_input_file(&text) && !is_named_by_its_test(name, &text) {
                return Err(format!("no scenario and no test has {}", path.display()).into());
            }
        }
    }
    Ok(())
}

/// Returns true if the input file of a snapshot exists. [`of_scenarios`] checks that it is still compared.
fn has_its_input_file(snapshot: &str) -> bool {
    let input_file = snapshot.lines().find_map(|line| line.strip_prefix("input_file: "));
    input_file.is_some_and(|path| workspace().join(path).is_file())
}

/// Returns true if the test in a snapshot's head exists, and the snapshot's name is in it or in a neighbour that uses it, or is
/// that of an example below it.
fn is_named_by_its_test(name: &str, snapshot: &str) -> bool {
    let source = snapshot.lines().find_map(|line| line.strip_prefix("source: "));
    let Some(test) = source.map(|source| workspace().join(source)).filter(|test| test.is_file()) else {
        return false;
    };
    let directory = test.parent().expect("a file is in a directory");
    names(directory, &format!("\"{name}\"")) || has_example(&directory.join("wrong"), name)
}

/// Returns true if a program in `directory`, or below it, contains this word.
fn names(directory: &Path, word: &str) -> bool {
    let entries = std::fs::read_dir(directory).expect("it is there").flatten();
    entries.map(|entry| entry.path()).any(|path| match path.is_dir() {
        true => names(&path, word),
        false => {
            path.extension().is_some_and(|end| end == "rs")
                && std::fs::read_to_string(&path).is_ok_and(|text| text.contains(word))
        }
    })
}

/// Returns true if one of the examples in `directory`, which their test finds on its own, is called `name`.
fn has_example(directory: &Path, name: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(directory) else { return false };
    entries.flatten().map(|entry| entry.path()).any(|path| match path.is_dir() {
        true => has_example(&path, name),
        false => path.file_name().is_some_and(|file| *file == *format!("{name}.yaml")),
    })
}

fn an_orphan_is_noticed() -> Result<(), Failed> {
    let head = |source: &str| format!("---\nsource: {source}\n---\ntext\n");
    assert!(is_named_by_its_test("late", &head("crates/scenario/tests/diagnostics.rs")));
    assert!(!is_named_by_its_test("no-such-snapshot", &head("crates/scenario/tests/diagnostics.rs")));
    assert!(!is_named_by_its_test("late", &head("crates/scenario/tests/gone.rs")));
    assert!(!is_named_by_its_test("late", "text\n"));
    assert!(has_its_input_file("---\ninput_file: scenarios/field/tftp-join.yaml\n---\n"));
    assert!(!has_its_input_file("---\ninput_file: scenarios/field/gone.yaml\n---\n"));
    Ok(())
}
