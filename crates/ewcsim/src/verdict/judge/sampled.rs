//! Expectations about links and show commands, judged from samples that the run has kept.

use network::Counters;
use scenario::{Amount, LinkDirection, ShownField};

use super::{Finding, Run, words};
use crate::world::{Sample, Sampled};
use text::numbers::grouped;

/// Judges the traffic across a link.
pub(super) fn link(
    run: &Run<'_>,
    index: usize,
    link: &str,
    direction: Option<LinkDirection>,
    bytes: Option<&Amount>,
    packets: Option<&Amount>,
) -> Finding {
    let Some(Sample { at, sampled: Sampled::Traffic { forward, reverse } }) = run.samples.of(index) else {
        return not_yet(run, &[]);
    };
    let crossed = match direction {
        Some(LinkDirection::Forward) => *forward,
        Some(LinkDirection::Reverse) => *reverse,
        None => Counters { bytes: forward.bytes + reverse.bytes, packets: forward.packets + reverse.packets },
    };
    let within = |amount: Option<&Amount>, number: u64| amount.is_none_or(|amount| amount.contains(&number));
    if within(bytes, crossed.bytes) && within(packets, crossed.packets) {
        return Finding::passed(*at, &[]);
    }
    let which = direction.map_or(String::new(), |direction| format!(" {}", words::direction(direction)));
    let mut finding = Finding::failed(
        *at,
        &[],
        format!(
            "{} bytes in {} packets crossed {link}{which}",
            grouped(crossed.bytes),
            grouped(crossed.packets)
        ),
    );
    if direction.is_none() {
        let way = |traffic: &Counters| format!("{} bytes", grouped(traffic.bytes));
        finding.near = Some(format!("forward {}, reverse {}", way(forward), way(reverse)));
    }
    finding
}

/// Judges the output of a show command.
pub(super) fn show(
    run: &Run<'_>,
    index: usize,
    host: &str,
    row: &[ShownField],
    has: &[ShownField],
    count: Option<&Amount>,
) -> Finding {
    let hosts = [host.to_owned()];
    let Some(Sample { at, sampled: Sampled::Shown(shown) }) = run.samples.of(index) else {
        return not_yet(run, &hosts);
    };
    let Some(shown) = shown else { return Finding::failed(*at, &hosts, format!("{host} does not answer")) };
    let wrong = |value: &dyn Fn(&str) -> Option<String>, fields: &[ShownField]| {
        let said = |field: &ShownField| {
            (field.name.clone(), value(&field.name).unwrap_or_else(|| "missing".to_owned()))
        };
        let wrong = fields
            .iter()
            .filter(|field| !value(&field.name).is_some_and(|value| field.matcher.accepts(&value)));
        wrong.map(said).collect::<Vec<_>>()
    };
    let told = |wrong: &[(String, String)]| {
        let parts: Vec<String> = wrong.iter().map(|(name, value)| format!("{name} is {value}")).collect();
        parts.join(", ")
    };
    if row.is_empty() && count.is_none() {
        let wrong = wrong(&|name| shown.line(name).map(str::to_owned), has);
        return if wrong.is_empty() {
            Finding::passed(*at, &hosts)
        } else {
            Finding::failed(*at, &hosts, told(&wrong)).unmet(wrong.into_iter().map(|(name, _)| name))
        };
    }
    let cell = |row: &[String], name: &str| shown.cell(row, name).map(str::to_owned);
    let rows: Vec<&Vec<String>> =
        shown.rows.iter().filter(|cells| wrong(&|name| cell(cells, name), row).is_empty()).collect();
    let bad = rows.iter().find_map(|cells| {
        let wrong = wrong(&|name| cell(cells, name), has);
        (!wrong.is_empty()).then(|| (cells[0].clone(), wrong))
    });
    if let Some((name, wrong)) = bad {
        let failed = Finding::failed(*at, &hosts, format!("in the row of {name}, {}", told(&wrong)));
        return failed.unmet(wrong.into_iter().map(|(name, _)| name));
    }
    let at_least_one = 1..=u64::MAX;
    let number = rows.len() as u64;
    if count.unwrap_or(&at_least_one).contains(&number) {
        return Finding::passed(*at, &hosts);
    }
    let actual = match number {
        0 => "no such row".to_owned(),
        1 => "1 such row".to_owned(),
        number => format!("{} such rows", grouped(number)),
    };
    let mut finding = Finding::failed(*at, &hosts, actual);
    let first: Vec<&str> = shown.rows.iter().map(|cells| cells[0].as_str()).take(5).collect();
    finding.near = (!first.is_empty()).then(|| format!("the rows are those of {}", first.join(", ")));
    finding
}

fn not_yet(run: &Run<'_>, hosts: &[String]) -> Finding {
    Finding::inconclusive(run.end, hosts, "that was before the sample was taken")
}
