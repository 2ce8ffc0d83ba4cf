//! Panics of the simulator, made smaller.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use scenario::{Choices, MemoryFiles};

use super::{Request, ShrinkError, Shrunk, shrink_by};
use crate::progress::Progress;
use crate::verdict::{FailureKey, Options, run};
use crate::world::Prepared;

const NIGHT: &str = "scenario: Three access points, one of which is too many
start: 2024-03-05T22:00:00Z
until: 15m
images: { new: { ap: 17.9.4.27, files: { ap1g7: 102400, ap1g8: 102400 } } }
network: { links: [{ name: wan, between: [aps, ewc], latency: 1ms..9ms }] }
controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }
access_points:
  - { name: a, count: 4, model: C9105AXI, address: 10.0.4.11, running: new }
timeline:
  - { at: 5m, power_off: a-2 }
  - { at: 6m, power_on: a-2 }
expect: [{ access_points: all, state: registered }]
";

/// Makes the night smaller with a simulator that panics, in the words of `said`, where there are three access points beside the
/// controller's own.
fn smaller(failure: Option<FailureKey>, said: fn(usize) -> String) -> Result<Shrunk, ShrinkError> {
    let files = MemoryFiles::default().with("s.yaml", NIGHT);
    let choices = Choices { seed: Some(3), ..Choices::default() };
    let request =
        Request { choices, failure, time_limit: Duration::from_secs(3600), tries: u64::MAX, jobs: 2 };
    let runner = |prepared: &Prepared, progress: &mut Progress, stop: &AtomicBool| {
        let finished = run(prepared, Options::default(), progress, stop)?;
        let others = finished.access_points.len() - 1;
        assert!(others < 3, "{}", said(others));
        Ok(finished)
    };
    let at = (Path::new("s.yaml"), &files as _);
    shrink_by(&runner, at, &request, (&mut Progress::none(), &AtomicBool::new(false)))
}

#[test]
fn a_panic_stays_and_its_numbers_may_change() {
    let small = smaller(None, |others| format!("{others} access points are too many")).expect("it panics");
    assert!(small.complete, "{}", small.text);
    assert_eq!(small.failure, FailureKey::panic("3 access points are too many"));
    let left = "Left of it: 3 of 4 access points, 0 of 2 events, 0 of 1 expectation, 0 of 1 link.";
    let head = small.text.replace("\n# ", " ");
    assert!(head.contains("panicked: N access points are too many.") && head.contains(left), "{head}");
    assert!(!small.text.contains("timeline") && small.text.contains("seed: 3"), "{}", small.text);
}

#[test]
fn another_panic_is_another_failure() {
    // Only the original has four: those with three say something else.
    let said = |others| format!("{} are too many", if others == 4 { "four" } else { "three" });
    let small = smaller(None, said).expect("it panics");
    assert!(small.text.contains("4 access points") && !small.text.contains("timeline"), "{}", small.text);
    let wanted = FailureKey::panic("three are too many");
    let refused = smaller(Some(wanted), said).expect_err("the original panics in another way");
    assert!(refused.to_string().starts_with("with seed 3 it does not fail in this way: "), "{refused}");
}
