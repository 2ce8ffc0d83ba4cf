//! Each failure has one cause: without it, or once it is removed, the same network behaves differently.

mod bugs;
mod chaos;
mod field;
mod firewalls;
mod flash;
mod predownload;
mod quirks;
mod servers;
mod sftp;
mod upgrade;

use crate::common::Edited;
use ewcsim::{Finished, Verdict};

/// Every access point has the controller's version and is in service at the end.
const UPGRADED: &str = "{ access_points: all, running: 17.9.4a, state: registered }";

/// Returns the run, in which `expectation` held.
fn holds(edited: &Edited, expectation: &str) -> Finished {
    let finished = edited.expecting(expectation);
    assert_eq!(finished.verdict(), Verdict::Passed, "{:#?}\n{:#?}", finished.judgements, finished.violations);
    finished
}

/// Returns the run, in which `expectation` failed and every invariant held.
fn fails(edited: &Edited, expectation: &str) -> Finished {
    let finished = edited.expecting(expectation);
    assert_eq!(finished.verdict(), Verdict::Failed, "{:#?}", finished.judgements);
    assert_eq!(finished.violations, []);
    finished
}

/// Checks that the scenario's expectations fail if the cause `from` is replaced with `to`.
pub(crate) fn is_due_to(name: &str, from: &str, to: &str) {
    let sick = Edited::scenario(name);
    depends_on_its_cause(&sick, &sick.clone().replace(from, to));
}

/// Does the same, and checks that the fix brings every access point into service by `until`, as in `mended`.
fn is_mended_by(name: &str, (from, to): (&str, &str), until: &str, mended: &str) {
    is_due_to(name, from, to);
    holds(&Edited::scenario(name).replace(from, to).until(until), mended);
}

/// Every scenario of a bug, a firewall or an upgrade has a test that removes its cause: otherwise it might pass for another reason.
#[test]
fn every_bug_firewall_and_upgrade_has_its_cause_taken_away() {
    let root = crate::common::workspace();
    let read = |directory: &str| {
        let files = std::fs::read_dir(root.join(directory)).expect("it is there");
        files.map(|entry| entry.expect("it is read").path()).collect::<Vec<_>>()
    };
    let tests: String = read("crates/ewcsim/tests/causes")
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("it is read"))
        .collect();
    for theme in ["bugs", "firewalls", "upgrade"] {
        for path in read(&format!("scenarios/{theme}")) {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("plain names");
            let named = tests.contains(&format!("\"{theme}/{name}\""));
            assert!(named, "no test in tests/causes/ is about {theme}/{name}");
        }
    }
}

/// Checks that a scenario passes unchanged, and fails in `without`, from which the cause was removed.
fn depends_on_its_cause(scenario: &Edited, without: &Edited) {
    let as_it_is = scenario.run_as_it_is();
    assert_eq!(as_it_is.verdict(), Verdict::Passed, "{:#?}\n{:#?}", as_it_is.judgements, as_it_is.violations);
    let finished = without.run_as_it_is();
    assert_eq!(finished.verdict(), Verdict::Failed, "{:#?}", finished.judgements);
    assert_eq!(finished.violations, []);
}
