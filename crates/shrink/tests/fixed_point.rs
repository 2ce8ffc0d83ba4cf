//! The result: small, the same whatever is tried at once, and the same again.

use std::path::Path;

use scenario::{Faults, MemoryFiles, Template, Tree};
use shrink::{Each, MadeUp, Shrunk, Trials, shrink};

/// A branch of forty access points behind a firewall, with two controllers' worth of noise.
fn branch() -> String {
    let mut text = "\
scenario: A branch
start: 2024-03-05T22:00:00Z
until: 37m
images:
  old: { ap: 17.3.3.26, files: { ap1g7: 20480000, ap1g8: 30720000 } }
  new: { ap: 17.9.4.27, files: { ap1g7: 20480000, ap1g8: 30720000 } }
network:
  links:
    - { name: wan, between: [hall, ewc], latency: 13ms, loss: 0.13% }
    - { between: [branch, ewc], latency: 7ms }
  firewalls:
    - { name: dc, between: [ewc, servers], rules: [{ permit: tcp/22 }, { permit: udp/69 }, { deny: udp, to: branch }] }
servers:
  - { name: tftp-1, software: tftpd-hpa, address: 10.0.5.27, files: { /new: new, /old: old } }
  - { name: sftp-1, software: openssh, address: 10.0.5.28, users: [{ name: calo, password: Sw0rdfish }] }
controller:
  name: ewc
  model: C9120AXI
  address: 10.0.4.2
  running: new
  config: |
    hostname ewc
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 10.0.5.27
     tftp-image-path /new
access_points:
  - { name: branch, count: 38, model: C9105AXI, address: 10.0.6.11, running: old, backup: 8.10.130.0 }
  - { name: hall, model: C9105AXI, address: 10.0.4.11, running: old }
  - { name: roof, model: C9120AXI, address: 10.0.4.12, running: new }
timeline:
"
    .to_owned();
    for minute in 0..14 {
        text += &format!("  - {{ at: {minute}m{}.3s, power_off: branch-{} }}\n", minute + 1, minute + 5);
        text += &format!("  - {{ at: {minute}m40s, power_on: branch }}\n");
    }
    text += "  - { at: 20m, link: { name: branch--ewc, state: down } }\n";
    text += "  - { at: 21m7.123s, remove: { firewall: dc, rule: udp, to: branch } }\n";
    text += "expect:\n  - { access_points: branch, running: new }\n  - { access_points: hall, state: registered }\n";
    text + "snapshot: [show ap image, hall]\n"
}

fn tree(text: &str) -> Tree {
    let files = MemoryFiles::default().with("s.yaml", text);
    let template =
        Template::load(Path::new("s.yaml"), &files).unwrap_or_else(|problems| panic!("{problems}"));
    template.written_out(Some(1), Faults::All, true).expect("it is drawn")
}

fn checks(text: &str) -> bool {
    let files = MemoryFiles::default().with("s.yaml", text);
    Template::load(Path::new("s.yaml"), &files).and_then(|template| template.draw(None)).is_ok()
}

fn shrunk(text: &str, fails: &dyn Fn(&str) -> bool) -> Shrunk {
    let mut trials = Each { still_fails: |text: &str| checks(text) && fails(text), should_stop: || false };
    shrink(vec![tree(text)], u64::MAX, &mut trials)
}

/// Returns the scenario without the comments that say where its parts come from.
fn without_places(found: Shrunk) -> String {
    Tree::parse(&found.tree.expect("it fails").to_string()).expect("it is YAML").to_string()
}

fn has(text: &str, parts: &[&str]) -> bool {
    parts.iter().all(|part| text.contains(part))
}

#[test]
fn a_needle_is_all_that_is_left() {
    let found = shrunk(&branch(), &|text| has(text, &["power_off: branch-9", "- { access_points: branch"]));
    assert!(found.complete);
    assert_eq!(without_places(found), NEEDLE);
}

/// What is left when one access point has to lose its power, and its group is expected to be upgraded.
const NEEDLE: &str = "\
scenario: A branch
start: 2024-03-05T22:00:00Z
until: 1s
seed: 1

images:
  new: { ap: 17.9.4.27, files: { ap1g7: 10240 } }

controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }

access_points:
  - { name: branch, count: 9, model: C9105AXI, address: 10.0.6.11, running: 17.3.3.26 }

timeline:
  - { at: 0s, power_off: branch-9 }

expect:
  - { access_points: branch, running: new }
";

#[test]
fn what_names_a_thing_goes_with_it() {
    let found = shrunk(&branch(), &|text| has(text, &["name: roof"]));
    let text = without_places(found);
    assert!(
        text.ends_with(
            "\naccess_points:\n  - { name: roof, model: C9120AXI, address: 10.0.4.12, running: new }\n"
        ),
        "{text}"
    );
    assert!(!has(&text, &["timeline"]) && !has(&text, &["network"]) && !has(&text, &["servers"]), "{text}");
}

/// Tries backwards, as threads might, and answers as if it had not.
struct Backwards<'a>(&'a dyn Fn(&str) -> bool);

impl Trials for Backwards<'_> {
    fn first_failing(&mut self, texts: &[String]) -> Option<usize> {
        texts
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, text)| checks(text) && (self.0)(text))
            .map(|(index, _)| index)
            .last()
    }

    fn should_stop(&mut self) -> bool {
        false
    }
}

#[test]
fn the_result_is_the_same_again_and_cannot_be_made_smaller() {
    let fails = |text: &str| has(text, &["link: { name:", "branch"]);
    let first = shrunk(&branch(), &fails);
    let other = shrink(vec![tree(&branch())], u64::MAX, &mut Backwards(&fails));
    assert_eq!((other.tries, &other.steps), (first.tries, &first.steps));
    let text = without_places(first);
    assert_eq!(without_places(other), text);
    assert_eq!(without_places(shrunk(&text, &fails)), text);
}

#[test]
fn a_budget_and_a_stop_end_it_with_the_best_so_far() {
    let fails = |text: &str| has(text, &["power_off: branch-9", "latency: 7ms"]);
    for budget in [0, 1, 2, 7, 30] {
        let mut tried = 0;
        let still_fails = |text: &str| {
            tried += 1;
            checks(text) && fails(text)
        };
        let found = shrink(vec![tree(&branch())], budget, &mut Each { still_fails, should_stop: || false });
        assert!(tried <= budget && !found.complete, "{budget}");
        assert_eq!(found.tree.is_some(), budget > 0);
        assert!(found.tree.is_none_or(|tree| fails(&tree.to_string())));
    }
    let mut asked = 0;
    let should_stop = || {
        asked += 1;
        asked > 40
    };
    let found = shrink(
        vec![tree(&branch())],
        u64::MAX,
        &mut Each { still_fails: |text: &str| checks(text) && fails(text), should_stop },
    );
    assert!(!found.complete && found.tree.is_some_and(|tree| fails(&tree.to_string())));
}

#[test]
fn what_does_not_fail_is_not_made_smaller() {
    let found = shrunk(&branch(), &|_| false);
    assert!(found.tree.is_none() && found.steps.is_empty() && found.complete);
}

#[test]
fn passwords_are_made_up() {
    let text = "controller: { config: \"wireless profile image-download default\\n sftp-password 0 Sw0rdfish\\n\" }\n\
        users: [{ name: a, password: Sw0rdfish }, { name: b, password: other }]\n\
        expect: [{ log: a, has: Sw0rdfish! }]\nsnapshot: [a]\n";
    let made_up = MadeUp::of(&Tree::parse(text).expect("it is YAML"));
    let text = made_up.tree.to_string();
    assert!(made_up.is_any() && !text.contains("Sw0rdfish") && !text.contains("other"), "{text}");
    assert_eq!((text.matches("secret-1").count(), text.matches("secret-2").count()), (3, 1), "{text}");
    assert!(text.ends_with("has: secret-1! }\n\nsnapshot: [a]\n"), "{text}");
    assert_eq!(made_up.hide("no Sw0rdfish"), "no secret-1");
    assert!(!MadeUp::of(&Tree::parse("servers: [{ name: a }]").expect("it is YAML")).is_any());
}
