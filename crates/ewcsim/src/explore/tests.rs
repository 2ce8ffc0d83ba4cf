//! Rows made by hand: what no scenario can bring about.

use super::report::{github, human, json, junit};
use super::*;
use crate::ending::Ending;
use crate::testing;

fn found(outcomes: Vec<RowOutcome>, until_failures: Option<u64>) -> Found {
    let prepared = testing::prepared("");
    let request = Request {
        seeds: Seeds::Range { from: 1, to: 9 },
        swarm: false,
        jobs: None,
        shard: None,
        until_failures,
        time_limit: TIME_LIMIT,
        twice: true,
        allow_read: Vec::new(),
    };
    let mut found = Found::new(Plan::new(&prepared, &request, None));
    let judge = Judge::new(&prepared, &request, None);
    for (seed, outcome) in (1..).zip(outcomes) {
        found.add(Row { seed, outcome, ..Row::of(&judge, &prepared) });
    }
    found
}

fn panicked() -> RowOutcome {
    RowOutcome::Panicked { said: "index out of bounds".to_owned() }
}

#[test]
fn the_worst_run_decides() {
    let invalid = || RowOutcome::Invalid { problem: "no such host".to_owned() };
    let open = || RowOutcome::Inconclusive { reasons: vec!["not modelled: fog".to_owned()] };
    for (outcomes, ending) in [
        (vec![], Ending::Passed),
        (vec![RowOutcome::Passed], Ending::Passed),
        (vec![RowOutcome::Passed, open()], Ending::Inconclusive),
        (vec![open(), RowOutcome::Late], Ending::Failed),
        (vec![RowOutcome::Late, RowOutcome::Unequal], Ending::Nondeterministic),
        (vec![RowOutcome::Unequal, invalid()], Ending::InvalidInput),
        (vec![invalid(), panicked(), RowOutcome::Passed], Ending::InternalError),
    ] {
        assert_eq!(found(outcomes, None).ending(), ending);
    }
    let mut stopped = found(vec![RowOutcome::Passed], None);
    stopped.interrupted = true;
    assert_eq!(stopped.ending(), Ending::Interrupted);
}

#[test]
fn bugs_of_ours_are_told_first_with_the_command_that_shows_them() {
    let found =
        found(vec![RowOutcome::Passed, RowOutcome::Late, RowOutcome::Unequal, panicked(), panicked()], None);
    let text = human(&found, false);
    let bug = "internal error in 2 of 5 runs: a bug in ewcsim, the simulator panicked: index out of bounds\n  first with seed 4\n  again: ewcsim run small.yaml --seed 4\n";
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    let unequal = "again: ewcsim explore small.yaml --seeds 3..3 --twice\n";
    assert!(at(bug) < at(unequal) && at(unequal) < at("not at its end after 1m of real time"), "{text}");
    assert!(text.contains("please report it with the scenario and the seed"), "{text}");
    assert!(!text.contains("confidence"), "{text}");
    assert!(github(&found).starts_with("::error file=small.yaml,title=2 of 5 runs%3A a bug in ewcsim%2C "));
    let xml = junit(&found);
    assert!(xml.contains("tests=\"5\" failures=\"1\" errors=\"3\" skipped=\"0\""), "{xml}");
    assert!(json(&found).contains("\"outcome\": \"internal_error\""));
}

#[test]
fn what_could_not_be_judged_does_not_count_as_a_failure() {
    let open = || RowOutcome::Inconclusive { reasons: Vec::new() };
    let some = found(vec![open(), RowOutcome::Passed, open()], Some(1));
    assert!(!some.is_enough() && some.failed() == 0);
    assert!(
        human(&some, false)
            .contains("the only run that could be judged did not fail: at most 95 % of all seeds do")
    );
    assert!(found(vec![open(), RowOutcome::Late], Some(1)).is_enough());
}
