//! Each failure has one cause: without it, or once it is gone, the same network does otherwise.

mod bugs;
mod chaos;
mod field;
mod flash;
mod predownload;
mod sftp;

use crate::common::Edited;
use ewcsim::{Finished, Verdict};

/// Every access point has the controller's version and is in service, at the end.
const UPGRADED: &str = "{ access_points: all, running: 17.9.4a, state: registered }";

/// The run, in which `expectation` held.
fn holds(edited: &Edited, expectation: &str) -> Finished {
    let finished = edited.expecting(expectation);
    assert_eq!(finished.verdict(), Verdict::Held, "{:#?}\n{:#?}", finished.judgements, finished.violations);
    finished
}

/// The run, in which `expectation` did not hold, and every invariant did.
fn fails(edited: &Edited, expectation: &str) -> Finished {
    let finished = edited.expecting(expectation);
    assert_eq!(finished.verdict(), Verdict::Failed, "{:#?}", finished.judgements);
    assert_eq!(finished.violations, []);
    finished
}

/// What a scenario expects holds as it stands, and no longer in `without`, from which the cause was taken.
fn depends_on_its_cause(scenario: &Edited, without: &Edited) {
    let as_it_is = scenario.run_as_it_is();
    assert_eq!(as_it_is.verdict(), Verdict::Held, "{:#?}\n{:#?}", as_it_is.judgements, as_it_is.violations);
    let finished = without.run_as_it_is();
    assert_eq!(finished.verdict(), Verdict::Failed, "{:#?}", finished.judgements);
    assert_eq!(finished.violations, []);
}
