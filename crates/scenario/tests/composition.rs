//! Composition: what a scenario takes over from labs, its defaults, its parameters.

use std::path::Path;
use std::time::Duration;

use scenario::{Diagnostics, MemoryFiles, Scenario, Template};

const LAB: &str = include_str!("right/lab.yaml");

/// `files` beside the lab; the last one is loaded.
fn template(files: &[(&str, &str)], set: &[(&str, &str)]) -> Result<Template, Diagnostics> {
    let disk = MemoryFiles::default().with("labs/lab.yaml", LAB).with("labs/own.listing", LISTING);
    let disk = files.iter().fold(disk, |disk, (name, text)| disk.with(name, *text));
    let set: Vec<_> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (path, _) = files.last().expect("one at least");
    Template::load_with(Path::new(path), &disk, &set)
}

const LISTING: &str =
    "-rw-r--r-- 1 a b 10240 Oct 20 11:04 ap1g7\n-rw-r--r-- 1 a b 20480 Oct 20 11:04 ap1g8\n";

fn scenario(files: &[(&str, &str)], set: &[(&str, &str)]) -> Scenario {
    let template = template(files, set).unwrap_or_else(|problems| panic!("{problems}"));
    template.draw(None).unwrap_or_else(|problems| panic!("{problems}"))
}

fn extended(text: &str) -> Scenario {
    scenario(&[("s.yaml", &format!("scenario: s\nextends: labs/lab.yaml\n{text}"))], &[])
}

fn problems(files: &[(&str, &str)], set: &[(&str, &str)]) -> String {
    template(files, set).map(|_| ()).expect_err("it is wrong").render(false)
}

fn names(scenario: &Scenario) -> Vec<&str> {
    scenario.hosts().map(|host| host.name).collect()
}

#[test]
fn everything_is_taken_over() {
    let scenario = extended("");
    assert_eq!(scenario.title, "s");
    assert_eq!(
        names(&scenario),
        ["9120-EWC", "tftp-1", "sftp-1", "9105-emorenoa", "branch-1", "branch-2", "branch-3", "9120-EWC-ap"]
    );
    assert_eq!((scenario.timeline.len(), scenario.expect.len(), scenario.links.len()), (1, 1, 1));
    assert!(scenario.warnings.is_empty(), "{:?}", scenario.warnings);
}

#[test]
fn maps_and_named_entries_are_laid_over_each_other() {
    let scenario = extended(
        "until: 40m
network:
  links: [{ name: wan, loss: 1% }, { name: lan, between: [branch, 9120-EWC], latency: 1ms }]
servers: [{ name: sftp-1, users: [{ name: calo, uid: 1234 }], clock: ~ }, { name: new, software: tftpd64, address: 172.16.5.99 }]
controller: { address: 172.16.4.99 }
access_points: [{ name: branch, count: 2 }]
",
    );
    assert_eq!(scenario.until, Duration::from_secs(2400));
    // New links come first: of two hosts the first link counts.
    let links: Vec<_> =
        scenario.links.iter().map(|link| (link.name.as_str(), link.forward.latency.as_millis())).collect();
    assert_eq!(links, [("lan", 1), ("wan", 20)]);
    assert_eq!((scenario.links[1].forward.loss, scenario.links[1].forward.mtu), (0.01, 1400));
    let sftp = &scenario.servers[1];
    assert_eq!(
        (sftp.users[0].uid, sftp.users[0].password.is_some(), sftp.clock.is_zero()),
        (1234, true, true)
    );
    assert_eq!(scenario.servers.len(), 3);
    assert_eq!(scenario.controllers[0].address.to_string(), "172.16.4.99");
    assert_eq!(scenario.listed_access_points().count(), 3);
}

#[test]
fn other_lists_are_replaced_and_keys_are_taken_away() {
    let scenario = extended(
        "timeline: []\nexpect: ~\nnetwork: { firewalls: [{ name: dc, rules: [{ deny: udp/69 }] }] }\n",
    );
    assert_eq!((scenario.timeline.len(), scenario.expect.len()), (0, 0));
    assert_eq!(scenario.firewalls[0].policy.rules.len(), 1);
    let scenario = extended("network: ~\n");
    assert_eq!((scenario.links.len(), scenario.firewalls.len()), (0, 0));
}

#[test]
fn of_keys_that_exclude_each_other_the_own_one_counts() {
    let scenario = extended("images: { 17.9.4a: { listing: labs/own.listing } }\n");
    assert_eq!(scenario.images["17.9.4a"].files.len(), 2);
}

#[test]
fn later_files_lie_on_top_and_paths_start_at_their_own_directory() {
    let files = [
        (
            "labs/a.yaml",
            "lab: a\nextends: lab.yaml\nuntil: 50m\nimages: { 17.9.4a: { listing: own.listing } }\n",
        ),
        ("b.yaml", "lab: b\nuntil: 60m\n"),
        ("s.yaml", "scenario: s\nextends: [labs/a.yaml, b.yaml]\n"),
    ];
    let scenario = scenario(&files, &[]);
    assert_eq!(scenario.until, Duration::from_secs(3600));
    assert_eq!(scenario.images["17.9.4a"].file("ap1g8").map(|file| file.size), Some(20_480));
}

#[test]
fn problems_point_into_the_file_that_has_them() {
    let shown = problems(
        &[
            ("labs/b.yaml", "lab: b\nuntil: soon\n"),
            ("s.yaml", "scenario: s\nextends: [labs/lab.yaml, labs/b.yaml]\n"),
        ],
        &[],
    );
    assert!(shown.contains("--> labs/b.yaml:2:8") && shown.matches("error").count() == 1, "{shown}");
}

#[test]
fn circles_and_long_chains_are_told() {
    let shown = problems(
        &[("a.yaml", "lab: a\nextends: s.yaml\n"), ("s.yaml", "scenario: s\nextends: [a.yaml]\n")],
        &[],
    );
    assert!(
        shown.contains("`s.yaml` extends itself") && shown.contains("s.yaml extends a.yaml extends s.yaml"),
        "{shown}"
    );

    let chain: Vec<(String, String)> = (0..12)
        .rev()
        .map(|number| (format!("{number}.yaml"), format!("lab: l\nextends: {}.yaml\n", number + 1)))
        .collect();
    let chain: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let shown = problems(&chain, &[]);
    assert!(shown.contains("a chain of more than 8 files that extend one another"), "{shown}");

    // Each file extends the next one ten times: the number of readings has a limit, not only the depth.
    let wide: Vec<(String, String)> = (0..8)
        .rev()
        .map(|number| {
            let names = format!("{}.yaml, ", number + 1).repeat(10);
            (
                format!("{number}.yaml"),
                if number == 7 { "lab: l\n".to_owned() } else { format!("lab: l\nextends: [{names}]\n") },
            )
        })
        .collect();
    let wide: Vec<(&str, &str)> = wide.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert!(problems(&wide, &[]).contains("more than 64 files are extended"));
}

#[test]
fn a_lab_is_checked_and_does_not_run() {
    let lab = template(&[("labs/lab.yaml", LAB)], &[]).expect("it is right");
    assert!(lab.is_lab());
    let shown = lab.draw(None).expect_err("it does not run").render(false);
    assert!(shown.contains("a lab can only be extended") && shown.contains("extends: lab.yaml"), "{shown}");

    let wrong = "lab: l\nservers: [{ name: s, clock: soon, colour: blue }]\ncatalogue: { ap.boot.duration: 5 }\nnetwork: { links: [{ latency: 5ms..1ms }] }\n";
    let shown = problems(&[("l.yaml", wrong)], &[]);
    assert_eq!(shown.matches("error").count(), 4, "{shown}");
}

/// What a lab says is looked at by its kind, whether or not anything uses it.
#[test]
fn every_kind_of_value_of_a_lab_is_checked() {
    let wrong = "lab: l
start: tomorrow
quirks: { CSCvx32806: maybe }
servers: [{ directories: { /srv: { mode: 9999 } } }]
network: { links: [{ between: [one] }] }
timeline: [{ file: { server: s, remove: perhaps } }, { after: { with: { bytes: [1] } } }]
expect: [{ always: maybe, link: wan, bytes: lots, count: -1 }, { takes: 5s }, { log: s, has: [x] }]
";
    let shown = problems(&[("l.yaml", wrong)], &[]);
    assert_eq!(shown.matches("error").count(), 11, "{shown}");
}

/// In a lab and in defaults nobody asks for the members of a group one by one.
#[test]
fn a_group_with_ranges_is_right_in_labs_and_defaults() {
    let group = "{ name: b, count: 2..3, model: C9105AXI, address: 172.16.9.1, running: 17.3.3.26, flash: { used: 1MB..2MB } }";
    let lab = format!("lab: l\naccess_points: [{group}]\n");
    assert!(template(&[("l.yaml", &lab)], &[]).is_ok_and(|lab| lab.is_lab()));
    let scenario = extended(
        "defaults: { access_points: { count: 2, flash: { used: 1MB..2MB } } }\naccess_points: [{ name: branch, count: 1 }]\n",
    );
    assert_eq!((scenario.listed_access_points().count(), scenario.drawn.len()), (3, 3));
}

#[test]
fn what_lies_beneath_many_entries_has_a_limit() {
    let scenario = |default: &str, entries: usize| {
        // Each has a line of its own: hundreds of problems in one line take seconds to print.
        let entries: String =
            (0..entries).map(|n| format!("  - {{ name: a{n}, model: C9105AXI }}\n")).collect();
        format!("scenario: s\ndefaults: {{ access_points: {{ {default} }} }}\naccess_points:\n{entries}")
    };
    let many = format!("flash: [{}]", "x, ".repeat(1000));
    let long = format!("running: {}", "x".repeat(10_000));
    for default in [many, long] {
        let shown = problems(&[("s.yaml", &scenario(&default, 10))], &[]);
        assert!(!shown.contains("these defaults"), "{shown}");
        let shown = problems(&[("s.yaml", &scenario(&default, 2000))], &[]);
        assert!(shown.contains("these defaults are too large for 2000 entries"), "{shown}");
    }
}

#[test]
fn lists_in_defaults_are_laid_over_by_name() {
    let lab = "lab: l\nextends: labs/lab.yaml\ndefaults: { servers: { users: [{ name: eve, uid: 77 }, { name: bob, uid: 78 }] } }\n";
    let own = "scenario: s\nextends: l.yaml\ndefaults: { servers: { users: [{ name: eve, gid: 5 }] } }\n";
    let scenario = scenario(
        &[("l.yaml", lab), ("s.yaml", &format!("{own}servers: [{{ name: tftp-1, users: ~ }}]\n"))],
        &[],
    );
    let users: Vec<_> =
        scenario.servers[1].users.iter().map(|user| (user.name.as_str(), user.uid, user.gid)).collect();
    assert_eq!(users, [("eve", 77, 5), ("bob", 78, 78), ("calo", 1000, 1000)]);
}

#[test]
fn controllers_of_a_list_are_laid_over_by_name() {
    let lab = "lab: l\nstart: 2024-03-05T22:00:00Z\nuntil: 5m\n\
        images: { new: { ap: 17.9.4.27, files: { ap1g7: 614400, ap1g8: 512000 } } }\n\
        controllers:\n\
        \x20 - { name: north, model: C9120AXI, address: 10.1.0.2, running: new }\n\
        \x20 - { name: south, model: C9120AXI, address: 10.2.0.2, running: new }\n\
        access_points: [{ name: a, model: C9105AXI, address: 10.1.0.11, running: new, controller: south }]\n";
    let own = "scenario: s\nextends: l.yaml\ncontrollers: [{ name: south, images: [ap1g8] }]\n";
    let only = "scenario: s\nextends: l.yaml\ncontroller: ~\n";
    assert_eq!(scenario(&[("l.yaml", lab), ("s.yaml", only)], &[]).controllers.len(), 2);
    let scenario = scenario(&[("l.yaml", lab), ("s.yaml", own)], &[]);
    let held: Vec<_> =
        scenario.controllers.iter().map(|known| (known.name.as_str(), known.images.len())).collect();
    assert_eq!(held, [("north", 0), ("south", 1)]);
    assert_eq!(scenario.access_points[0].controller, 1);
}

#[test]
fn a_name_twice_in_the_extending_file_is_no_second_change() {
    let shown = problems(
        &[(
            "s.yaml",
            "scenario: s\nextends: labs/lab.yaml\nservers: [{ name: tftp-1, clock: 1h }, { name: tftp-1, clock: 2h }]\n",
        )],
        &[],
    );
    assert!(shown.contains("the name `tftp-1` is taken"), "{shown}");
}

#[test]
fn what_is_extended_is_a_map() {
    let shown = problems(
        &[("notes.txt", "just words\n"), ("s.yaml", "scenario: s\nextends: [labs/lab.yaml, notes.txt]\n")],
        &[],
    );
    assert!(shown.contains("`notes.txt` is not a map of keys and values"), "{shown}");
    assert!(shown.contains("--> notes.txt:1:1") && shown.contains("::: s.yaml:2:26"), "{shown}");
}

#[test]
fn what_is_missing_is_missing_in_the_entry() {
    let shown = problems(
        &[(
            "s.yaml",
            "scenario: s\nextends: labs/lab.yaml\ndefaults: { access_points: { backup: 8.10.130.0 } }\naccess_points: [{ name: new }]\n",
        )],
        &[],
    );
    assert!(shown.contains("`model` is missing from an access point\n --> s.yaml:4:19"), "{shown}");
}

#[test]
fn parameters_are_pointed_at_one_by_one() {
    let own = [("s.yaml", "scenario: \"$${no} ${no} ${no} ${mtu}\"\nextends: labs/lab.yaml\n")];
    let shown = problems(&own, &[]);
    assert!(
        shown.contains("s.yaml:1:19\n") && shown.contains("s.yaml:1:25\n") && !shown.contains("s.yaml:1:12"),
        "{shown}"
    );
}

/// A configuration that comes of a parameter is a text, however its use is written; a file name is one without.
#[test]
fn a_parameter_may_be_a_configuration() {
    let own = "scenario: s
extends: labs/lab.yaml
parameters:
  cfg: |
    wireless profile image-download default
     image-download-mode sftp
  listing: labs/own.listing
images: { 17.9.4a: { listing: \"${listing}\" } }
controller:
  config: ${cfg}
";
    let scenario = scenario(&[("s.yaml", own)], &[]);
    assert!(
        scenario.controllers[0]
            .config
            .as_ref()
            .is_some_and(|config| config.text.ends_with("image-download-mode sftp\n"))
    );
}

#[test]
fn defaults_lie_beneath_every_entry() {
    let scenario = extended(
        "defaults:
  access_points: { flash: { used: 20MB }, backup: 8.10.130.0 }
  servers: { clock: 1h }
  links: { jitter: 1ms..2ms, latency: 99ms }
  firewalls: { default: deny }
access_points: [{ name: branch, backup: ~, flash: { tmp: 96MB } }]
",
    );
    let [single, branch, ..] = scenario.access_points.as_slice() else { panic!("four") };
    assert_eq!((single.flash.used, single.backup.is_some()), (20_000_000, true));
    assert_eq!((branch.flash.used, branch.flash.tmp, branch.backup), (20_000_000, Some(96_000_000), None));
    let clocks: Vec<i64> = scenario.servers.iter().map(|server| server.clock.as_hours()).collect();
    assert_eq!(clocks, [1, 6]);
    assert_eq!(scenario.links[0].forward.latency, Duration::from_millis(20));
    let paths: Vec<&str> = scenario.drawn.iter().map(|drawn| drawn.path.as_str()).collect();
    assert_eq!(paths, ["network.links.wan.jitter"]);
    assert_eq!(scenario.firewalls[0].policy.default, network::RuleAction::Deny);
}

#[test]
fn parameters_stand_for_values() {
    let text = "scenario: MTU ${mtu}
extends: labs/lab.yaml
parameters: { mtu: 1300, spread: 10ms..30ms, verb: { default: show, about: what is typed } }
network: { links: [{ name: wan, latency: \"${spread}\" }] }
timeline: [{ at: 1m, exec: { controller: 9120-EWC, command: \"${verb} ap $${x} image\" } }]
";
    let own = scenario(&[("s.yaml", text)], &[]);
    assert_eq!((own.title.as_str(), own.links[0].forward.mtu), ("MTU 1300", 1300));
    assert!(
        matches!(&own.timeline[0].action, scenario::Action::Exec(exec) if exec.command == "show ap ${x} image")
    );
    assert_eq!(own.drawn[0].path, "network.links.wan.latency");
    assert!(own.set.is_empty());
    // What was in the lab's configuration of the controller follows too.
    let config = &own.controllers[0].config.as_ref().expect("it has one").text;
    assert!(config.contains("tftp-image-server 172.16.5.27\n"), "{config}");

    let set = scenario(&[("s.yaml", text)], &[("mtu", "1500"), ("mtu", "1200"), ("spread", "1ms")]);
    assert_eq!((set.title.as_str(), set.links[0].forward.mtu, set.drawn.len()), ("MTU 1200", 1200, 0));
    let names: Vec<_> = set.set.iter().map(|set| (set.name.as_str(), set.value.as_str())).collect();
    assert_eq!(names, [("mtu", "1200"), ("spread", "1ms")]);
}

#[test]
fn a_value_that_does_not_fit_is_shown_where_it_is_used_and_where_it_comes_from() {
    let own = [("s.yaml", "scenario: s\nextends: labs/lab.yaml\n")];
    let shown = problems(&own, &[("mtu", "abc")]);
    assert!(shown.contains("invalid value `abc`"), "{shown}");
    assert!(shown.contains("--> labs/lab.yaml") && shown.contains("::: --set:1:5"), "{shown}");
    assert!(problems(&own, &[("mtuu", "1")]).contains("did you mean `mtu`?"));
}

#[test]
fn a_line_of_configuration_with_a_parameter_keeps_its_place() {
    let scenario = extended("");
    let config = scenario.controllers[0].config.as_ref().expect("it has one");
    let line =
        config.text.lines().position(|line| line.contains("tftp-image-server")).expect("it is there") + 1;
    assert_eq!(scenario.sources.slice(config.line_span(line)), " tftp-image-server ${server}");
    // Columns are not those of the text.
    assert_eq!(config.part_span(line, 1..5), config.line_span(line));
    assert_eq!(scenario.sources.slice(config.part_span(line + 1, 1..16)), "tftp-image-path");
}

#[test]
fn passwords_that_are_parameters_are_starred() {
    let text = "scenario: s
extends: labs/lab.yaml
parameters: { pw: geheim-1 }
servers: [{ name: sftp-1, users: [{ name: calo, password: \"${pw}\" }] }]
";
    let scenario = scenario(&[("s.yaml", text)], &[("pw", "geheim-2")]);
    assert_eq!(
        scenario.servers[1].users[0].password.as_ref().map(|password| password.expose()),
        Some("geheim-2")
    );
    assert_eq!(scenario.set[0].value, "********");

    // Used as something else too, it is wrong there, and still nobody sees it.
    let text = format!("{text}network: {{ links: [{{ name: wan, mtu: \"${{pw}}\" }}] }}\n");
    for set in [&[("pw", "geheim-2")][..], &[]] {
        let shown = problems(&[("s.yaml", &text)], set);
        assert!(shown.contains("******** ") || shown.contains("`********`"), "{shown}");
        assert!(!shown.contains("geheim"), "{shown}");
    }
}

#[test]
fn values_cannot_grow_without_limit() {
    let long = "x".repeat(1000);
    let uses = "${long}".repeat(2000);
    let text = format!("scenario: \"{uses}\"\nextends: labs/lab.yaml\nparameters: {{ long: {long} }}\n");
    assert!(problems(&[("s.yaml", &text)], &[]).contains("parameters make this value too long"));
}
