//! Variants of a scenario for one seed: which of its faults happen, and where in their ranges its values lie.

use std::time::Duration;

use rand::RngExt;

use crate::model::{Action, Scenario, TimelineEntry};
use crate::ranges::generator;

/// The choice of a scenario's faults and ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Faults {
    /// All of them, as the scenario states them.
    #[default]
    All,
    /// A random subset: each fault of the timeline is left out with probability 1/2, and of four ranges about one is at its lower end, or
    /// absent if it is a share of packets or a jitter, and one at its higher end. The seed decides.
    Swarm,
    /// None of the timeline. Ranges are drawn as usual.
    None,
}

impl Faults {
    /// Returns a random subset, or all.
    pub fn swarm(swarm: bool) -> Self {
        if swarm { Self::Swarm } else { Self::All }
    }
}

/// A fault of the timeline in a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultChoice {
    /// The fault: `power off of floor (line 41)`.
    pub name: String,
    /// True if it is in the variant.
    pub is_kept: bool,
}

impl Scenario {
    /// Leaves out the faults that are not in the variant.
    pub(crate) fn vary(&mut self) {
        let keeps = |name: &str| match self.variant {
            Faults::All => true,
            Faults::Swarm => generator(self.seed, &format!("swarm: {name}")).random_range(0..2) == 0,
            Faults::None => false,
        };
        let faults = self.faults();
        let choices = faults.iter().enumerate().map(|(number, index)| {
            let name = self.entry_name(&self.timeline[*index]);
            // Several on one line have the same name.
            FaultChoice { is_kept: keeps(&format!("{number} {name}")), name }
        });
        let choices: Vec<FaultChoice> = choices.collect();
        let mut index = 0;
        self.timeline.retain(|_| {
            let choice = faults.iter().position(|fault| *fault == index).map(|position| &choices[position]);
            index += 1;
            choice.is_none_or(|choice| choice.is_kept)
        });
        self.fault_choices = choices;
        if self.variant != Faults::All {
            self.leave_out_idle_power();
        }
    }

    /// Leaves out what gives power to hosts that have it, as nothing can take it away before: a host that the timeline switches on first
    /// would have none until then.
    fn leave_out_idle_power(&mut self) {
        let is_of_box = |name: &String| {
            self.controllers.iter().any(|controller| controller.name == *name)
                || self.access_points.iter().any(|point| point.runs_controller && point.name == *name)
        };
        // A controller and its own access point share their power.
        let concerns = |lost: &[String], given: &[String]| {
            lost.iter().any(|name| given.contains(name) || is_of_box(name) && given.iter().any(is_of_box))
        };
        let can_precede =
            |off: Option<Duration>, on: Option<Duration>| off.zip(on).is_none_or(|(off, on)| off <= on);
        let is_idle = |on: &TimelineEntry| {
            let Action::PowerOn(given) = &on.action else { return false };
            given.iter().all(|host| self.powered.contains(host))
                && !self.timeline.iter().any(|off| {
                    matches!(&off.action, Action::PowerOff(lost) if concerns(lost, given))
                        && can_precede(off.at(), on.at())
                })
        };
        let idle: Vec<bool> = self.timeline.iter().map(is_idle).collect();
        let mut idle = idle.into_iter();
        self.timeline.retain(|_| !idle.next().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{MemoryFiles, Template};

    const LAB: &str = "\
scenario: Small
start: 2024-03-05T22:00:00Z
until: 30m
images:
  new: { ap: 17.9.4.27, files: { ap1g7: 512000, ap1g8: 512000 } }
network:
  links: [{ name: wan, between: [b, ewc], latency: 1ms..40ms, loss: 1%..3% }]
  firewalls: [{ name: dc, between: [ewc, tftp-1], rules: [{ permit: udp }] }]
servers:
  - { name: tftp-1, software: tftpd-hpa, address: 10.0.5.27, files: { /new: new } }
controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }
access_points:
  - { name: b, count: 2, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, backup: 8.10.130.0 }
";

    fn template(timeline: &str) -> Template {
        let files = MemoryFiles::default().with("small.yaml", format!("{LAB}timeline:\n{timeline}"));
        Template::load(Path::new("small.yaml"), &files).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// Returns the indices of the faults in a timeline.
    fn faults(timeline: &str) -> Vec<usize> {
        template(timeline).draw(Some(1)).expect("it is right").faults()
    }

    #[test]
    fn what_breaks_is_a_fault_and_what_repairs_is_none() {
        let lines = "  - { at: 1m, link: { name: wan, state: down } }
  - { at: 2m, link: { name: wan, state: up } }
  - { at: 3m, link: { name: wan, loss: 10% } }
  - { at: 4m, link: { name: wan, loss: 2% } }
  - { at: 5m, server: { name: tftp-1, state: stopped } }
  - { at: 6m, server: { name: tftp-1, state: started } }
  - { at: 7m, server: { name: tftp-1, delay: 20ms } }
  - { at: 8m, server: { name: tftp-1, delay: 0ms } }
  - { at: 9m, power_off: b }
  - { at: 10m, power_on: b }
  - { at: 11m, reload: b }
";
        assert_eq!(faults(lines), [0, 2, 4, 6, 8]);
        let lines = "  - { at: 1m, deny: { firewall: dc, rule: udp/69 } }
  - { at: 2m, remove: { firewall: dc, rule: udp/69 } }
  - { at: 3m, permit: { firewall: dc, rule: tcp } }
  - { at: 4m, remove: { firewall: dc, rule: udp } }
  - { at: 5m, file: { server: tftp-1, path: /new/ap1g8, corrupt: 7 } }
  - { at: 6m, file: { server: tftp-1, path: /new/ap1g8, restore: true } }
  - { at: 7m, flash: { access_points: b, corrupt: both, offset: 20KiB } }
";
        assert_eq!(faults(lines), [0, 3, 4, 6]);
    }

    #[test]
    fn time_decides_what_comes_first_not_the_order_of_writing() {
        let lines = "  - { at: 9m, link: { name: wan, latency: 50ms } }
  - { at: 2m, link: { name: wan, latency: 90ms } }
";
        assert_eq!(faults(lines), [1]);
    }

    #[test]
    fn a_swarm_leaves_out_faults_alone_and_takes_ends_of_ranges() {
        let template = template(
            "  - { at: 1m..2m, power_off: b-1 }\n  - { at: 3m, power_on: b-1 }\n  - { at: 4m, power_off: b-2 }\n",
        );
        let draw =
            |seed: u64, faults: Faults| template.draw_variant(Some(seed), faults).expect("it is right");
        let (mut kept, mut losses) = ([0; 2], std::collections::BTreeMap::new());
        for seed in 0..200 {
            let (swarm, whole) = (draw(seed, Faults::Swarm), draw(seed, Faults::All));
            let is_kept: Vec<bool> = swarm.fault_choices.iter().map(|choice| choice.is_kept).collect();
            // Power comes back where it was lost.
            assert_eq!(swarm.timeline.len(), 2 * usize::from(is_kept[0]) + usize::from(is_kept[1]));
            assert_eq!((whole.timeline.len(), draw(seed, Faults::None).timeline.len()), (3, 0));
            kept.iter_mut().zip(is_kept).for_each(|(kept, is_kept)| *kept += usize::from(is_kept));
            let loss = |scenario: &Scenario| {
                let drawn = scenario.drawn.iter().find(|drawn| drawn.path.ends_with(".loss"));
                drawn.expect("it is drawn").value.clone()
            };
            // What is drawn as usual is drawn as in the whole scenario.
            let kind = match loss(&swarm).as_str() {
                "0%" => "absent",
                "3%" => "highest",
                value if value == loss(&whole) => "drawn",
                value => panic!("{value}"),
            };
            *losses.entry(kind).or_insert(0) += 1;
        }
        assert!(kept.iter().all(|kept| (70..=130).contains(kept)), "{kept:?}");
        assert!(losses["absent"] > 25 && losses["highest"] > 25 && losses["drawn"] > 70, "{losses:?}");
    }

    #[test]
    fn power_comes_back_whatever_waits_for_an_event() {
        let (at, after) = ("at: 3m", "after: { host: b-2, event: image_data_started }");
        for (off, on, without) in [(after, at, 1), (at, after, 0), (after, after, 0)] {
            let text = format!("  - {{ {off}, power_off: b-1 }}\n  - {{ {on}, power_on: b-1 }}\n");
            for seed in 0..20 {
                let drawn = template(&text).draw_variant(Some(seed), Faults::Swarm).expect("it is right");
                let expected = if drawn.fault_choices[0].is_kept { 2 } else { without };
                assert_eq!(drawn.timeline.len(), expected, "{text}");
            }
        }
    }

    #[test]
    fn a_fault_is_named_by_what_it_does_and_its_line() {
        let scenario = template("  - { at: 1m, power_off: b }\n").draw(None).expect("it is right");
        let names: Vec<&str> = scenario.fault_choices.iter().map(|choice| choice.name.as_str()).collect();
        assert_eq!(names, ["power off of 2 hosts (line 15)"]);
    }
}
