//! The drops by firewalls, and those of damaged frames, that may explain a failure.

use std::collections::BTreeSet;
use std::net::IpAddr;

use network::{Drops, PairFcsErrors};
use scenario::SiteNat;
use text::numbers::count;

use super::{Finding, Run, causes};
use crate::clock::elapsed;
use crate::verdict::failure::Cause;

/// The maximum number of drops of each kind that a failure names.
const NAMED_MAX: usize = 3;

/// What the network has dropped in a run, by hosts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dropped {
    /// By rules of firewalls, and by translations of addresses.
    pub(crate) by_firewalls: Vec<Drops>,
    /// At the ends of links, for a wrong FCS.
    pub(crate) on_links: Vec<PairFcsErrors>,
}

/// Returns the drops until the failure of packets from or to the hosts concerned, or a controller that they depend on: one sentence
/// each, in the order of the first packet; if an access point lacks its data channel, the drops of that come first, and those of
/// damaged frames last. The packets count to the end of the run. Returns them as causes, too.
pub(super) fn between(run: &Run<'_>, dropped: &Dropped, finding: &Finding) -> (Vec<String>, Vec<Cause>) {
    let ends = concerned(run, &finding.hosts);
    let at_ns = finding.at.as_nanos();
    let matters = |drops: &&Drops| {
        u128::from(drops.by.first_ns) <= at_ns
            && (ends.contains(&drops.src.ip()) || ends.contains(&drops.dst.ip()))
    };
    let mut all: Vec<&Drops> = dropped.by_firewalls.iter().filter(matters).collect();
    if !causes::data_channel(run, finding).is_empty() {
        all.sort_by_key(|drops| ![drops.src, drops.dst].iter().any(|end| end.port() == capwap::DATA_PORT));
    }
    let mut named: Vec<String> = all.iter().take(NAMED_MAX).map(|drops| sentence(drops)).collect();
    if all.len() > NAMED_MAX {
        let more = count(all.len() - NAMED_MAX, "more drop");
        named.push(format!("firewalls: {more} of this kind; `drops` of run.json has all rules"));
    }
    let matters = |errors: &&PairFcsErrors| {
        u128::from(errors.on.first_ns) <= at_ns && (ends.contains(&errors.src) || ends.contains(&errors.dst))
    };
    let damaged: Vec<&PairFcsErrors> = dropped.on_links.iter().filter(matters).collect();
    named.extend(damaged.iter().take(NAMED_MAX).map(|errors| fcs_sentence(errors)));
    if damaged.len() > NAMED_MAX {
        let more = count(damaged.len() - NAMED_MAX, "more pair");
        named.push(format!("links: {more} of hosts with FCS errors; `fcs_errors` of run.json has all links"));
    }
    let rules = all.iter().map(|drops| {
        let by = &drops.by;
        Cause::Dropped { firewall: by.firewall.clone(), rule: by.rule.clone() }
    });
    let links = damaged.iter().map(|errors| Cause::Damaged { link: errors.on.link.clone() });
    (named, rules.chain(links).collect())
}

fn fcs_sentence(errors: &PairFcsErrors) -> String {
    let PairFcsErrors { on, src, dst } = errors;
    let frames = count(on.frames as usize, "frame");
    let from = elapsed(std::time::Duration::from_nanos(on.first_ns));
    format!("link {}, {}, damaged {frames} {src} > {dst} from {from} on: FCS errors", on.link, on.way)
}

fn sentence(drops: &Drops) -> String {
    let by = &drops.by;
    let packets = count(by.packets as usize, "packet");
    let from = elapsed(std::time::Duration::from_nanos(by.first_ns));
    format!("{} dropped {packets} {drops} from {from} on: rule {}", by.what(), by.rule)
}

/// Returns the addresses of the hosts of these names, and of the controllers of the access points among them.
fn concerned(run: &Run<'_>, names: &[String]) -> BTreeSet<IpAddr> {
    let scenario = run.scenario;
    let points = scenario.access_points.iter().filter(|point| names.contains(&point.name));
    let controllers = points.flat_map(|point| {
        [scenario.controllers[point.controller].address, scenario.controller_address(point)]
    });
    let servers = scenario.servers.iter().filter(|server| names.contains(&server.name));
    let outside = servers.filter_map(|server| Some(server.nat.as_ref()?.outside));
    let is_inside = |site: &&SiteNat| site.hosts.iter().any(|host| names.contains(host));
    let sites = scenario.nats.iter().filter(is_inside).map(|site| site.nat.outside);
    let hosts = scenario.hosts().filter(|host| names.iter().any(|name| name == host.name));
    hosts.map(|host| host.address).chain(controllers).chain(outside).chain(sites).collect()
}
