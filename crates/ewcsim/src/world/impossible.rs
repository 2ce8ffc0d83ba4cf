//! Versions that nothing in a scenario has: an expectation that requires one fails whatever happens, and one that forbids it holds.

use std::collections::BTreeSet;

use host::{EventField, FieldKind, is_named};
use image::Version;
use scenario::{
    AccessPoint, Check, Diagnostic, EventPattern, Expectation, FileSource, Properties, Scenario, Wanted, When,
};

use super::device::Hosts;

/// Reports an expectation that is decided before the run, by a version that nothing has, in favour of the scenario: it must fail, and
/// cannot hold; or it forbids what cannot be.
pub(super) fn check(
    scenario: &Scenario,
    hosts: &Hosts,
    expectation: &Expectation,
    found: &mut Vec<Diagnostic>,
) {
    let Some(versions) = versions(scenario) else { return };
    let is_possible = |version: &Version| versions.contains(version);
    let impossible = |properties: &Properties| {
        properties.values().find_map(|wanted| match wanted {
            Wanted::Version(version) if !is_possible(version) => Some(version.to_string()),
            _ => None,
        })
    };
    let in_pattern = |pattern: &EventPattern| {
        pattern.with.iter().find_map(|field| {
            let text = field.matcher.text();
            let version: Version = text.parse().ok()?;
            (is_version(hosts, pattern, &field.field) && !is_possible(&version)).then(|| text.to_owned())
        })
    };
    let must_fail = expectation.must_fail.is_some();
    let never = expectation.when == When::Never;
    // The version that keeps it from holding, and the one that keeps it from failing.
    let (required, forbidden) = match &expectation.check {
        Check::AccessPoints { is, is_not, .. } | Check::Controller { is, is_not, .. } => {
            (impossible(is), impossible(is_not))
        }
        Check::Events { pattern, count } => match (count.contains(&0), count.contains(&1)) {
            (false, _) => (in_pattern(pattern), None),
            (true, false) => (None, in_pattern(pattern)),
            (true, true) => (None, None),
        },
        Check::Order(order) => (order.iter().find_map(in_pattern), None),
        Check::Takes { from, to, .. } => (in_pattern(from).or_else(|| in_pattern(to)), None),
        Check::Log { .. } | Check::Link { .. } | Check::Show { .. } => (None, None),
    };
    let (required, forbidden) = if never { (forbidden, required) } else { (required, forbidden) };
    let (version, what) = match (required, forbidden) {
        (Some(version), _) if must_fail => (version, "this fails whatever happens"),
        (None, Some(version)) if !must_fail => (version, "this holds whatever happens"),
        _ => return,
    };
    let problem = Diagnostic::error(format!("nothing in this scenario has version {version}"));
    let known: Vec<String> =
        versions.iter().filter(|known| **known != Version::NONE).map(Version::to_string).collect();
    let near =
        text::closest(&version, known.iter().map(String::as_str)).first().map(|near| (*near).to_owned());
    let help =
        near.map_or_else(|| format!("it has {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    found.push(problem.at(expectation.span, what).help(help));
}

/// Returns the versions that images and access points of the scenario have; nothing if a file on disk may have another one.
fn versions(scenario: &Scenario) -> Option<BTreeSet<Version>> {
    let files = scenario.images.values().flat_map(|set| &set.files);
    if files.clone().any(|file| file.ap_image && matches!(file.source, FileSource::Disk(_))) {
        return None;
    }
    let of_images = scenario.images.values().map(|set| set.ap);
    let of_points = scenario
        .access_points
        .iter()
        .flat_map(|AccessPoint { running, backup, .. }| std::iter::once(*running).chain(*backup));
    Some(of_images.chain(of_points).chain([Version::NONE]).collect())
}

/// Returns true if a field of these events is a version.
fn is_version(hosts: &Hosts, pattern: &EventPattern, field: &str) -> bool {
    let kinds = pattern.hosts.iter().filter_map(|host| hosts.kind(host)).flat_map(|kind| kind.events());
    let fields = kinds.filter(|kind| is_named(kind.variant, &pattern.event));
    let mut fields =
        fields.flat_map(|kind| kind.recorded_fields()).filter(|known: &EventField| known.name == field);
    fields.any(|known| matches!(known.kind, FieldKind::Version | FieldKind::Optional(FieldKind::Version)))
}
