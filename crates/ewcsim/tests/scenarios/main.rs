//! Every scenario below `scenarios/`: its expectations pass, its output equals `snapshots/`, and its network traffic conforms to
//! RFC 5415. All checks use a single run of each scenario, because the runs take most of the time.
//!
//! `INSTA_UPDATE=always cargo nextest run -p ewcsim --test scenarios` accepts changes, and `cargo insta review` shows them; read
//! the difference before committing it. `ewcsim test` finds and compares the same.

#[path = "../common/mod.rs"]
mod common;

mod owners;
mod rfc5415;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ewcsim::suite::{self, Layout};
use ewcsim::{Options, Verdict};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let root = common::workspace().join("scenarios");
    let found = suite::find(std::slice::from_ref(&root)).expect("the repository's folder of scenarios");
    assert!(!found.scenarios.is_empty(), "no scenarios below {}", root.display());
    let mut trials: Vec<Trial> = found
        .scenarios
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("they lie below it").with_extension("");
            Trial::test(name.display().to_string(), move || scenario(&path))
        })
        .collect();
    trials.extend(rfc5415::trials());
    trials.extend(owners::trials());
    libtest_mimic::run(&arguments, trials).exit();
}

/// Runs a scenario, and checks all of its results.
fn scenario(path: &Path) -> Result<(), Failed> {
    let prepared = common::load(&path.display().to_string());
    let reader = rfc5415::Reader::new(&std::fs::read_to_string(path)?);
    let options = Options { capture: Some(reader.capture()), ..Options::default() };
    let finished = common::run_with(&prepared, options);
    if finished.verdict_as_test() != Verdict::Passed {
        return Err(format!("{:#?}\n{:#?}", finished.judgements, finished.violations).into());
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(std::path::absolute(Layout::new(None)?.of(path).directory)?);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(path);
    // All differences, not only the first.
    let differ = suite::items(&prepared, &finished).into_iter().filter(|item| {
        let compare = || settings.bind(|| insta::assert_snapshot!(item.name.as_str(), item.text));
        catch_unwind(AssertUnwindSafe(compare)).is_err()
    });
    let differ: Vec<String> = differ.map(|item| item.name).collect();
    if !differ.is_empty() {
        return Err(format!("snapshots differ: {}", differ.join(", ")).into());
    }
    reader.verdict()
}
