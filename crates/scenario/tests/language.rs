//! What the language means: every key once, ranges, groups, defaults.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use network::{Protocol, RuleAction};
use scenario::{
    Action, Capwap, Check, Directory, FileChange, FileSource, FlashFault, FlashPlace, FlashSetup, HostKind,
    ImageData, LinkChange, LinkState, Members, MemoryFiles, Ownership, Pace, Partitions, Password, Repeat,
    Scenario, Software, Template, Trigger, Wanted,
};

pub(crate) const EVERYTHING: &str = include_str!("right/everything.yaml");

pub(crate) fn load(text: &str) -> Scenario {
    template(text).draw(None).unwrap_or_else(|problems| panic!("{problems}"))
}

pub(crate) fn template(text: &str) -> Template {
    let files = MemoryFiles::default()
        .with("dir/s.yaml", text)
        .with("dir/small.listing", "total 1\n-rw-r--r-- 1 a b 10240 Oct 20 11:04 ap1g7\n-rw-r--r-- 1 a b 3 Oct 20 11:04 readme.txt\n")
        .with("dir/images/ap1g8", "real bytes");
    Template::load(Path::new("dir/s.yaml"), &files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn groups_count_names_and_addresses() {
    let scenario = load(EVERYTHING);
    let aps = &scenario.access_points;
    assert_eq!(
        aps.iter().map(|ap| ap.name.as_str()).collect::<Vec<_>>(),
        ["branch-1", "branch-2", "branch-3", "9105-emorenoa", "AP6C41.0E16.E79C"]
    );
    assert_eq!(aps[2].address, address("172.16.9.0"));
    assert_eq!(aps[2].mac.to_string(), "0200.0000.0100");
    assert_eq!((aps[0].group.as_deref(), aps[3].group.as_deref()), (Some("branch"), None));
    assert_eq!(aps[3].backup.map(|version| version.to_string()).as_deref(), Some("17.9.4.27"));
    let Members::Hosts(branch) = &scenario.links[0].between[0] else { panic!("hosts") };
    assert_eq!(branch.len(), 3);
    assert_eq!(scenario.host("branch-3").map(|host| host.address), Some(address("172.16.9.0")));
}

#[test]
fn groups_count_by_their_addresses() {
    let first = "count: 3, model: AIR-AP3802I-B-K9, address: 172.16.8.254";
    assert!(EVERYTHING.contains(first));
    let load = |to: &str| {
        load(
            &EVERYTHING
                .replace(first, &format!("{to}, model: AIR-AP3802I-B-K9"))
                .replace("branch-2", "branch-1"),
        )
    };
    let last = |scenario: &Scenario| {
        let branch = scenario.access_points.iter().rfind(|ap| ap.group.as_deref() == Some("branch"));
        branch.map(|ap| (ap.name.clone(), ap.address.to_string())).expect("there is a group")
    };
    let of = |name: &str, address: &str| (name.to_owned(), address.to_owned());
    assert_eq!(last(&load("addresses: 172.16.8.10-172.16.8.29")), of("branch-20", "172.16.8.29"));
    assert_eq!(last(&load("addresses: 172.16.8.0/29")), of("branch-6", "172.16.8.6"));
    assert_eq!(last(&load("count: 4, addresses: 172.16.0.0/16")), of("branch-4", "172.16.0.4"));
    // One address makes a group of one.
    assert_eq!(last(&load("addresses: 172.16.8.1/32")), of("branch-1", "172.16.8.1"));
}

#[test]
fn firewalls_take_prefixes() {
    let scenario = load(&EVERYTHING.replace("from: 9120-EWC, to: tftp-1", "from: 172.16.4.0/24, to: tftp-1"));
    let from = scenario.firewalls[0].policy.rules[0].matches.from.as_ref().expect("not from everywhere");
    assert!(from.contains(&address("172.16.4.26")) && !from.contains(&address("172.16.5.27")));
}

#[test]
fn what_is_first_powered_on_was_off_before() {
    let scenario = load(EVERYTHING);
    assert_eq!(scenario.powered, ["tftp-1", "laptop", "sftp-1", "scanner", "visitor", "9105-emorenoa"]);
}

#[test]
fn images_come_from_three_places() {
    let scenario = load(EVERYTHING);
    assert_eq!(
        scenario.images["17.12.1"].file("readme.txt").map(|file| (file.size, file.ap_image)),
        Some((3, false))
    );
    let real = scenario.images["real"].file("ap1g8").expect("it is in the directory");
    assert_eq!(real.source, FileSource::Disk("dir/images/ap1g8".into()));
    assert_eq!(scenario.servers[0].files[0].path, "");
    assert_eq!(scenario.servers[0].files[1].path, "/EWC/17_9_4a");
}

#[test]
fn listed_files_keep_what_the_listing_says() {
    let scenario = load(EVERYTHING);
    let listed = scenario.images["17.12.1"].file("ap1g7").and_then(|file| file.listed.clone());
    let listed = listed.expect("it is listed");
    assert_eq!((listed.owner.as_str(), listed.group.as_str(), listed.mode), ("a", "b", 0o644));
    assert_eq!(scenario.images["17.9.4a"].file("ap1g8").map(|file| file.listed.clone()), Some(None));

    let server = &scenario.servers[0];
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(server.files[1].ownership, Ownership::default());
    let hidden = Ownership { owner: text("calor"), group: text("staff"), mode: Some(0o640) };
    assert_eq!((server.files[2].images.as_str(), &server.files[2].ownership), ("17.9.4a", &hidden));
    let tftp = Ownership { owner: text("tftp"), group: text("tftp"), mode: Some(0o755) };
    assert_eq!(server.directories, [Directory { path: "/srv/tftp".to_owned(), ownership: tftp }]);
}

#[test]
fn users_have_what_is_written_or_what_adduser_gives() {
    let scenario = load(EVERYTHING);
    let server = &scenario.servers[2];
    assert_eq!(server.software, Software::OpenSsh);
    let users: Vec<_> = server
        .users
        .iter()
        .map(|user| {
            let password = user.password.as_ref().map(Password::expose);
            (user.name.as_str(), password, user.uid, user.gid, user.home.as_str(), user.shell.as_str())
        })
        .collect();
    assert_eq!(
        users,
        [
            ("calo", Some("Sw0rd fish"), 1000, 1000, "/home/calo", "/bin/bash"),
            ("backup", None, 34, 35, "/var/backups", "/usr/sbin/nologin"),
            ("emore", Some("0815"), 1001, 1001, "/home/emore", "/bin/bash"),
            ("root", Some("toor"), 0, 0, "/root", "/bin/bash"),
        ]
    );
    assert_eq!(server.users[0].groups, ["sftp", "staff"]);
    assert_eq!(format!("{:?}", server.users[0].password), "Some(*****)");
    assert_eq!(
        server.directories.iter().map(|directory| directory.path.as_str()).collect::<Vec<_>>(),
        ["/home", "/"]
    );
    assert_eq!(server.directories[0].ownership.mode, Some(0o1777));
    assert_eq!((server.clock.as_secs(), scenario.servers[0].clock.as_secs()), (-20_915, 3_600));
}

#[test]
fn idle_clients_are_hosts() {
    let scenario = load(EVERYTHING);
    let [scanner, visitor] = scenario.idle_clients.as_slice() else { panic!("two") };
    assert_eq!((scanner.server.as_str(), scanner.port, scanner.connections), ("sftp-1", 2222, 30));
    assert_eq!((visitor.port, visitor.connections), (22, 1));
    // Behind all others: who comes later in the list of hosts does not change what they draw and print.
    let last = scenario.hosts().last().expect("there are hosts");
    assert_eq!((last.name, last.kind), ("visitor", HostKind::IdleClient(1)));
}

#[test]
fn facts_are_overridden() {
    let scenario = load(EVERYTHING);
    assert_eq!(scenario.catalogue.duration("ap.image-data-start-timer"), Ok(Duration::from_secs(10)));
}

#[test]
fn capwap_is_as_written() {
    let scenario = load(EVERYTHING);
    assert_eq!(scenario.capwap.image_data, ImageData::Rfc5415);
    assert_eq!(scenario.catalogue.number("capwap.window"), Ok(10));
    let silent = load(&EVERYTHING.replace("capwap: { image_data: rfc5415, window: 10 }\n", ""));
    assert_eq!((silent.capwap, silent.catalogue.number("capwap.window")), (Capwap::default(), Ok(1)));
}

#[test]
fn actions_are_typed() {
    let scenario = load(EVERYTHING);
    let actions: Vec<&Action> = scenario.timeline.iter().map(|event| &event.action).collect();
    assert!(matches!(actions[0], Action::PowerOn(hosts) if hosts.len() == 4));
    assert!(matches!(actions[1], Action::PowerOff(hosts) if *hosts == ["branch-2"]));
    let Action::AddRule { firewall, rule } = actions[3] else { panic!("a rule") };
    assert_eq!(
        (firewall.as_str(), rule.action, rule.matches.protocol),
        ("dc", RuleAction::Deny, Some(Protocol::Udp))
    );
    let tftp_1 = scenario.host("tftp-1").expect("it is one").address;
    assert_eq!(rule.matches.from, Some([tftp_1].into_iter().collect::<BTreeSet<_>>().into()));
    assert!(
        matches!(actions[5], Action::RemoveRule { matches, .. } if matches.protocol == Some(Protocol::Icmp))
    );
    let Action::Links(links) = actions[6] else { panic!("links") };
    assert!(
        matches!(&links[..], [LinkChange { link, state: Some(LinkState::Down), impairments: None }] if link == "wan")
    );
    let Action::Links(links) = actions[7] else { panic!("links") };
    assert!(
        matches!(&links[..], [LinkChange { link, state: None, impairments: Some(_) }] if link == "aps--9120-EWC")
    );
    assert!(matches!(actions[8], Action::Server { running: false, .. }));
    let changes = actions.iter().filter_map(|action| match action {
        Action::Files { change, paths, .. } => Some((paths.len(), change.clone())),
        _ => None,
    });
    let expected = [
        (1, FileChange::Remove),
        (1, FileChange::Truncate(1_000_000)),
        (1, FileChange::Corrupt(4096)),
        (1, FileChange::Replace("17.9.4a".to_owned())),
        // A directory is all that is in it.
        (3, FileChange::Restore),
        (1, FileChange::Add("17.9.4a".to_owned())),
    ];
    assert_eq!(changes.collect::<Vec<_>>(), expected);
}

#[test]
fn what_waits_and_what_repeats() {
    let scenario = load(EVERYTHING);
    let last = &scenario.timeline[scenario.timeline.len() - 11..];
    let Trigger::After(after) = &last[0].trigger else { panic!("it waits") };
    assert_eq!((after.pattern.event.as_str(), after.pattern.hosts.len()), ("image_data_started", 3));
    assert_eq!(after.count, 2);
    assert!((Duration::from_secs(5)..=Duration::from_secs(10)).contains(&after.delay));
    assert!(scenario.drawn.iter().any(|drawn| drawn.path.ends_with(".after.delay")));
    assert!(matches!(&last[0].action, Action::Reload(hosts) if hosts.len() == 4));
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    assert_eq!(last[1].repeat, Some(Repeat { every: minutes(2), times: 3, until: None }));
    let until = Some(minutes(15));
    assert_eq!(last[2].repeat, Some(Repeat { every: minutes(5), times: Repeat::TIMES_MAX, until }));
    assert!(matches!(&last[1].action, Action::Links(links) if links.len() == 2));
    assert!(matches!(&last[3].action, Action::ServerPace { pace: Pace::Rate(None), .. }));
    assert!(
        matches!(&last[4].action, Action::ServerPace { pace: Pace::Delay(delay), .. } if delay.as_millis() == 200)
    );
    let Action::Firewall { rules, default, .. } = &last[5].action else { panic!("rules") };
    assert_eq!((rules.len(), *default), (2, Some(RuleAction::Deny)));
}

#[test]
fn repetitions_end() {
    let second = Duration::from_secs(1);
    let three = Repeat { every: second, times: 3, until: None };
    assert_eq!([1, 2, 3].map(|times| three.next(second, times)), [Some(2 * second), Some(2 * second), None]);
    let until = Repeat { every: second, times: Repeat::TIMES_MAX, until: Some(3 * second) };
    assert_eq!([1, 2, 3].map(|now| until.next(now * second, 1)), [Some(2 * second), Some(3 * second), None]);
}

#[test]
fn flash_is_as_written() {
    let scenario = load(EVERYTHING);
    assert_eq!(scenario.access_points[0].flash, FlashSetup::default());
    let place = FlashPlace { partitions: Partitions::Part1, offset: 4 << 20 };
    let expected = FlashSetup {
        part1_active: true,
        partition: Some(80_000_000),
        used: 20_000_000,
        tmp: Some(96_000_000),
        bad_block: Some(FlashFault::BadBlock(place)),
    };
    assert_eq!(scenario.access_points[3].flash, expected);

    let faults = scenario.timeline.iter().filter_map(|event| match &event.action {
        Action::Flash { access_points, fault } => Some((access_points.len(), fault.clone())),
        _ => None,
    });
    let place = |partitions, offset| FlashPlace { partitions, offset };
    let expected = [
        (3, FlashFault::Corrupt(place(Partitions::Both, 0))),
        (2, FlashFault::BadBlock(place(Partitions::Part2, 1 << 20))),
        (4, FlashFault::Used(60_000_000)),
        (1, FlashFault::Full),
    ];
    assert_eq!(faults.collect::<Vec<_>>(), expected);
}

#[test]
fn a_block_with_blank_and_indented_lines_keeps_its_places() {
    let scenario = load(EVERYTHING);
    let config = scenario.timeline.iter().find_map(|event| match &event.action {
        Action::Configure { config, .. } => Some(config),
        _ => None,
    });
    let config = config.expect("it is written");
    assert_eq!(scenario.sources.slice(config.line_span(2)), "wireless profile image-download default");
    assert_eq!(scenario.sources.slice(config.line_span(3)), "   tftp-image-path /EWC/17_9_4a");
    assert_eq!(config.line_span(9), config.span());
    // Quoted text has no lines of its own.
    let quoted = scenario.controllers[0].config.as_ref().expect("it is written");
    assert_eq!((quoted.text.lines().count(), quoted.line_span(2)), (2, quoted.span()));
}

#[test]
fn expectations_are_typed() {
    let scenario = load(EVERYTHING);
    let Check::AccessPoints { names, is, .. } = &scenario.expect[0].check else { panic!("of access points") };
    assert_eq!(names.len(), 4);
    assert_eq!(is["state"], Wanted::Word("registered"));
    assert_eq!(is["downloads_failed"], Wanted::Count(1..=u64::MAX));
    assert_eq!(is["backup"], is["running"]);
    let Check::AccessPoints { is_not, .. } = &scenario.expect[1].check else { panic!("of access points") };
    assert_eq!(is_not["downloads_failed"], Wanted::Count(3..=3));
}

/// Names as `show ap summary` before 17.4, orders and stickers have them.
#[test]
fn models_are_written_as_devices_and_orders_have_them() {
    let text = |model: &str| {
        format!(
            "scenario: s\nstart: 2024-03-05T22:00:00Z\nuntil: 5m\nimages: {{ new: {{ ap: 17.9.4.27, files: {{ ap1g8: 10240 }} }} }}\n\
             controller: {{ name: ewc, model: C9105AXI-EWC-A, address: 10.0.4.2, running: new }}\n\
             access_points: [{{ name: ap, model: {model}, address: 10.0.4.11, running: new }}]\n"
        )
    };
    let load = |model: &str| {
        let files = MemoryFiles::default().with("s.yaml", text(model));
        Scenario::load(Path::new("s.yaml"), &files).unwrap_or_else(|problems| panic!("{problems}"))
    };
    for (model, image, shown, warnings) in [
        ("9120AXI", "ap1g7", "9120AXI", 0),
        ("AIR-AP2802I-EK910", "ap3g3", "AIR-AP2802I-E-K9", 0),
        ("IW-6300H-AC-E-K9", "ap3g3", "IW-6300H-AC-E-K9", 0),
        ("WP-WIFI6-E", "ap1g8", "WP-WIFI6-E", 0),
        ("ISR-AP1101AX-E", "ap1g8", "ISR-AP1101AX-E", 1),
        ("AIR-AP1840I-E-K9", "ap1g5", "AIR-AP1840I-E-K9", 1),
    ] {
        let scenario = load(model);
        let ap = scenario.access_points.iter().find(|ap| ap.name == "ap").expect("it is in the scenario");
        assert_eq!((ap.image_type.as_str(), ap.model.as_str()), (image, shown), "{model}");
        let unverified =
            scenario.warnings.iter().filter(|warning| warning.message().ends_with("is not verified"));
        assert_eq!(unverified.count(), warnings, "{model}");
    }
}

/// Names of Active Directory, as winbind and sssd have them.
#[test]
fn users_may_be_those_of_a_domain() {
    let load = |name: &str, group: &str| {
        let text = format!(
            "scenario: s\nstart: 2024-03-05T22:00:00Z\nuntil: 5m\nimages: {{ new: {{ ap: 17.9.4.27, files: {{ ap1g7: 10240 }} }} }}\n\
             servers:\n  - name: sftp\n    software: openssh\n    address: 10.0.5.27\n    files: {{ /x: {{ images: new, owner: '{name}' }} }}\n\
             \x20   users: [{{ name: '{name}', groups: ['{group}'] }}]\n\
             controller: {{ name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }}\n\
             access_points: [{{ name: ap, model: C9120AXI, address: 10.0.4.11, running: new }}]\n"
        );
        Scenario::load(Path::new("s.yaml"), &MemoryFiles::default().with("s.yaml", text))
    };
    for (name, home) in [
        ("calo", "/home/calo"),
        ("LAB\\calo", "/home/LAB/calo"),
        ("lab.example\\svc-images", "/home/lab.example/svc-images"),
        ("calo@lab.example", "/home/calo@lab.example"),
        ("svc_images@LAB", "/home/svc_images@LAB"),
        ("LAB\\1st.user", "/home/LAB/1st.user"),
    ] {
        for group in ["sftp", "LAB\\domain users", "domain users@lab.example"] {
            let scenario = load(name, group).unwrap_or_else(|problems| panic!("{problems}"));
            let user = &scenario.servers[0].users[0];
            assert_eq!(
                (user.name.as_str(), user.home.as_str(), user.groups.as_slice()),
                (name, home, [group.to_owned()].as_slice())
            );
            assert_eq!(scenario.servers[0].files[0].ownership.owner.as_deref(), Some(name));
        }
    }
    let long = "x".repeat(151);
    for name in [
        "\\calo",
        "LAB\\",
        "@lab",
        "calo@",
        "a\\b\\c",
        "a b",
        "LAB\\a/b",
        "a@b@c@",
        "LAB\\../x",
        &long,
        &format!("LAB\\{long}"),
    ] {
        assert!(load(name, "sftp").is_err(), "{name}");
    }
}
