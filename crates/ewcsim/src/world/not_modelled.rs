//! What a scenario uses, what may matter, and what is not modelled.

use scenario::{Diagnostic, Scenario, Severity};
use serde::Serialize;

/// Something that may matter to the outcome and is not modelled. The scenario accepts that, so the verdict is at best
/// inconclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotModelled {
    /// Its name: a directive, a configuration line, an option.
    pub name: String,
    /// The reason why it may matter.
    pub why: String,
}

/// Accepts the problems that `scenario` accepts by name, each of which becomes a warning. An accepted name that nothing has is an
/// error, unless other errors may be the reason.
pub(super) fn accept(scenario: &Scenario, found: &mut Vec<Diagnostic>) -> Vec<NotModelled> {
    let mut accepted: Vec<NotModelled> = Vec::new();
    let mut used = vec![false; scenario.accept_unmodelled.len()];
    for problem in found.iter_mut() {
        let Some(name) = problem.name_of_not_modelled().map(str::to_owned) else { continue };
        let fits = |accepted: &scenario::Accepted| accepted.name.eq_ignore_ascii_case(&name);
        let Some(index) = scenario.accept_unmodelled.iter().position(fits) else { continue };
        used[index] = true;
        let one = NotModelled { why: problem.message().to_owned(), name };
        if !accepted.contains(&one) {
            accepted.push(one);
        }
        *problem = problem.clone().accepted();
    }
    if found.iter().all(|problem| problem.severity() != Severity::Error) {
        let unused = scenario.accept_unmodelled.iter().zip(used).filter(|(_, used)| !used);
        found.extend(unused.map(|(accepted, _)| {
            Diagnostic::error(format!("nothing that is not modelled is called `{}`", accepted.name))
                .at(accepted.span, "accepts nothing")
                .help("remove it: everything of that name is modelled, or does not occur")
        }));
    }
    accepted
}
