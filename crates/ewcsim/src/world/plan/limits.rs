//! The number of access points that a controller takes.

use scenario::Diagnostic;
use text::numbers::count;

use super::Plan;

/// The name under which a scenario accepts more of them than the controller takes.
const TOO_MANY: &str = "more access points than the model takes";

/// Reports more access points than the controller's model takes beside its own, of which no source says that it counts.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let model = plan.scenario.catalogue.model(&plan.controller.model);
    let Some(most) = model.and_then(|model| model.max_aps).map(|most| most as usize) else { return };
    let number = plan.access_points().filter(|point| !point.runs_controller).count();
    if number > most {
        let problem =
            format!("{} of {}, which takes {most}", count(number, "access point"), plan.controller.name);
        found.push(
            Diagnostic::not_modelled(TOO_MANY, problem)
                .at(plan.controller.span, format!("a {}", plan.controller.model))
                .note("the limit is unverified, and its effect on those that come too late is not modelled"),
        );
    }
}
