//! The time that images take over a link.

use std::net::IpAddr;
use std::time::Duration;

use network::Impairments;
use scenario::{AccessPoint, Diagnostic, Link};
use text::durations::short;
use text::numbers::count;

use super::Plan;

/// The time from which it is worth a word.
pub(super) const LONG: Duration = Duration::from_secs(3_600);
/// The image bytes of a message on a path without a small MTU, and its length on the wire (domain: 1,377 of 1,485).
const BLOCK: u64 = 1_377;
const MESSAGE: u64 = 1_485;

/// Warns of links over which the controller's images take hours.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    for link in &plan.scenario.links {
        let over: Vec<(&AccessPoint, bool)> = plan
            .downloading()
            .filter_map(|ap| {
                let (own, backwards) = link_to(plan, (&ap.name, ap.address))?;
                std::ptr::eq(own, link).then_some((ap, backwards))
            })
            .collect();
        let alone = over.iter().filter_map(|(ap, backwards)| transfer(plan, link, ap, *backwards)).max();
        let Some(alone) = alone else { continue };
        let rate = |backwards: bool| if backwards { link.reverse.bandwidth } else { link.forward.bandwidth };
        let together: f64 = over
            .iter()
            .filter_map(|(ap, backwards)| {
                Some(messages(plan, ap)? as f64 * on_wire(rate(*backwards), MESSAGE).as_secs_f64())
            })
            .sum();
        let limited = by_limit(plan, &over);
        let longest = alone.max(Duration::from_secs_f64(together.max(limited).min(1e9)));
        if longest < LONG {
            continue;
        }
        let rounded = Duration::from_secs(longest.as_secs() / 60 * 60);
        let problem = format!(
            "images for {} take {} or more over the link {}",
            count(over.len(), "access point"),
            short(rounded),
            link.name
        );
        let window = plan.scenario.catalogue.number("capwap.window").unwrap_or(1);
        found.push(
            Diagnostic::warning(problem)
                .at(
                    link.span,
                    format!("a round trip of {}, a CAPWAP window of {window}", short(round_trip(link))),
                )
                .note("without losses, and beside nothing else on the link"),
        );
    }
}

/// Returns the link that carries packets between the controller and a host, and true if the host is its first end.
pub(super) fn link_to<'a>(plan: &Plan<'a>, here: (&str, IpAddr)) -> Option<(&'a Link, bool)> {
    let controller = (plan.controller.name.as_str(), plan.controller.address);
    let (link, controller_is_first) = plan.scenario.link_between([controller, here])?;
    Some((link, !controller_is_first))
}

fn messages(plan: &Plan<'_>, ap: &AccessPoint) -> Option<u64> {
    let set = plan.scenario.images.get(&plan.controller.running)?;
    Some(set.file(&ap.image_type)?.size.div_ceil(BLOCK))
}

/// Returns the time in seconds of all these images at the limit of the relay.
fn by_limit(plan: &Plan<'_>, over: &[(&AccessPoint, bool)]) -> f64 {
    let all: u64 = over.iter().filter_map(|(ap, _)| messages(plan, ap)).sum();
    plan.scenario.catalogue.number("ewc.relay.rate").map_or(0.0, |rate| all as f64 / rate.max(1) as f64)
}

/// Returns the time of one access point's image, as if it were alone.
fn transfer(plan: &Plan<'_>, link: &Link, ap: &AccessPoint, backwards: bool) -> Option<Duration> {
    let catalogue = &plan.scenario.catalogue;
    let window = u32::try_from(catalogue.number("capwap.window").ok()?).ok()?.max(1);
    let turnaround = catalogue.duration("ewc.relay.turnaround").ok()?;
    let down: &Impairments = if backwards { &link.reverse } else { &link.forward };
    let wire = on_wire(down.bandwidth, MESSAGE);
    let each = ((round_trip(link) + turnaround + wire) / window).max(wire);
    Some(each.saturating_mul(u32::try_from(messages(plan, ap)?).unwrap_or(u32::MAX)))
}

pub(super) fn round_trip(link: &Link) -> Duration {
    let one_way = |direction: &Impairments| direction.latency + direction.jitter / 2;
    one_way(&link.forward) + one_way(&link.reverse)
}

/// Returns the time of so many bytes on a link of so many bits per second.
pub(super) fn on_wire(bandwidth: Option<u64>, bytes: u64) -> Duration {
    bandwidth.map_or(Duration::ZERO, |bits| Duration::from_secs_f64(bytes as f64 * 8.0 / bits.max(1) as f64))
}
