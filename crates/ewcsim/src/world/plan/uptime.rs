//! Known defects that the uptime of access points decides.

use scenario::{AccessPoint, Action, Diagnostic, TimelineEntry, WebButton};
use text::numbers::count;

use super::Plan;
use crate::world::device::quirks_by_uptime;

/// The number of access points that are named.
const NAMED_MAX: usize = 4;

/// Warns of each defect that an uptime decides, if it is not stated for access points that will download an image.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let scenario = plan.scenario;
    let joins_for_one: Vec<&str> = plan.downloading().map(|point| point.name.as_str()).collect();
    let orders = |entry: &TimelineEntry, point: &AccessPoint| match &entry.action {
        Action::Exec(exec) => {
            exec.host == plan.controller.name && ewc::predownloads(&exec.command, &point.name)
        }
        Action::Web(web) => web.controller == plan.controller.name && web.press == WebButton::SaveAndDownload,
        _ => false,
    };
    let gets_image = |point: &AccessPoint| {
        joins_for_one.contains(&point.name.as_str())
            || scenario.timeline.iter().any(|entry| orders(entry, point))
    };
    for quirk in scenario.catalogue.quirks().filter(|quirk| quirk.effect.depends_on_uptime()) {
        let undecided = |point: &&AccessPoint| {
            scenario.lacks_uptime(point) && quirks_by_uptime(scenario, point).contains(&quirk.id)
        };
        let points: Vec<&AccessPoint> =
            plan.access_points().filter(|point| gets_image(point)).filter(undecided).collect();
        let Some(first) = points.first() else { continue };
        let names: Vec<&str> = points.iter().take(NAMED_MAX).map(|point| point.name.as_str()).collect();
        let more = match points.len() - names.len() {
            0 => String::new(),
            more => format!(" and {}", count(more, "more access point")),
        };
        let problem =
            format!("the uptime of {}{more} is not stated, and decides {}", names.join(", "), quirk.id);
        found.push(
            Diagnostic::warning(problem)
                .at(first.span, "boots at the start of the run")
                .note(format!("{}: {}", quirk.id, quirk.title))
                .help("write `uptime: 120d` with the time it has been up, or `uptime: 0s` if it boots just before"),
        );
    }
}
