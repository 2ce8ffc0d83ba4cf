//! Show commands, held against the outputs that Cisco's own parsers are tested with.

use std::time::Duration;

use ewc::{
    ApRow, ApState, PredownloadRow, PredownloadStatus, PredownloadSummary, Snapshot, show, show_commands,
};
use text::MacAddress;

pub(super) fn row(name: &str, primary: &str, backup: &str) -> ApRow {
    ApRow {
        name: name.into(),
        model: "C9120AXE-D".into(),
        slots: 2,
        mac: MacAddress([0; 6]),
        radio_mac: MacAddress([0; 6]),
        address: [9, 3, 13, 220].into(),
        location: "default location".into(),
        state: ApState::Registered,
        image_type: Some("ap1g7".into()),
        running: primary.parse().unwrap(),
        primary: primary.parse().unwrap(),
        backup: backup.parse().unwrap(),
        joined_at: Duration::ZERO,
        download: None,
        download_since: None,
        controller_image: None,
        controller_status: PredownloadStatus::None,
        predownload: PredownloadRow::default(),
    }
}

pub(super) fn snapshot(version: &str, aps: Vec<ApRow>) -> Snapshot {
    Snapshot {
        name: "EWC".into(),
        version: version.parse().unwrap(),
        aps,
        staged: vec![],
        installing: None,
        predownload: PredownloadSummary::default(),
        install_queue: vec![],
        ..Snapshot::default()
    }
}

fn text(snapshot: &Snapshot, command: &str) -> String {
    show(snapshot, command).expect("there is such a command").text
}

fn mac(text: &str) -> MacAddress {
    let digits: String = text.chars().filter(|character| *character != '.').collect();
    MacAddress(u64::from_str_radix(&digits, 16).unwrap().to_be_bytes()[2..].try_into().unwrap())
}

#[test]
fn ap_image_is_the_golden_output() {
    let aps = [
        ("AP002a.106d.2e10", "0.0.0.0"),
        ("wsimap-0001", "8.3.15.109"),
        ("AP501C.B0BC.1448", "17.13.0.30"),
        ("AP4001.7AB2.C1B6", "17.13.0.30"),
        ("APF4DB.E651.2280", "17.13.0.30"),
    ];
    let aps = aps.map(|(name, backup)| row(name, "17.13.0.44", backup)).to_vec();
    let printed = text(&snapshot("17.13.0.44", aps), "show ap image");
    assert_eq!(printed, include_str!("../golden/show-ap-image.txt"));
}

#[test]
fn ap_image_counts_downloads() {
    let mut downloading = row("AP1", "17.3.3.26", "8.10.130.0");
    downloading.state = ApState::ImageData;
    let printed = text(&snapshot("17.9.4.27", vec![downloading]), "show ap image");
    assert!(printed.contains("        Downloading                : 1\n"));
    assert!(printed.contains("        Completed downloading      : 0\n"));
    // It runs the controller's version, and boots the other one next.
    let swapped = ApRow { primary: "17.12.1.5".parse().unwrap(), ..row("AP1", "17.9.4.27", "17.9.4.27") };
    let printed = text(&snapshot("17.9.4.27", vec![swapped]), "show ap image");
    assert!(printed.contains("        Completed downloading      : 1\n"));
}

#[test]
fn ap_summary_says_who_is_in_service() {
    for (state, word) in [
        (ApState::Joined, "Unregistered"),
        (ApState::ImageData, "Downloading"),
        (ApState::DataCheck, "Unregistered"),
        (ApState::Registered, "Registered"),
    ] {
        let ap = ApRow { state, ..row("AP1", "17.9.4.27", "17.3.3.26") };
        let printed = text(&snapshot("17.9.4.27", vec![ap]), "show ap summary");
        assert!(printed.contains(&format!(" {word} ")), "{state:?}: {printed}");
    }
}

#[test]
fn ap_summary_is_the_golden_output() {
    let golden = include_str!("../golden/show-ap-summary.txt");
    // Two of the sample's access points have IPv6 addresses, which are not simulated.
    let mut expected = String::from("Number of APs: 3\n");
    for line in golden.lines().skip(1).filter(|line| !line.contains("2001:")) {
        expected += line;
        expected.push('\n');
    }
    let aps = [
        ("AP687D.B402.BB44", "687d.b402.bb44", "687d.b475.dba0", 220),
        ("AP687D.B402.EF8C", "687d.b402.ef8c", "687d.b477.7de0", 199),
        ("APA4B2.3987.937C", "a4b2.3987.937c", "a4b2.3983.7580", 200),
    ];
    let aps = aps.map(|(name, ethernet, radio, host)| ApRow {
        mac: mac(ethernet),
        radio_mac: mac(radio),
        address: [9, 3, 13, host].into(),
        ..row(name, "17.9.4.27", "17.3.3.26")
    });
    assert_eq!(text(&snapshot("17.9.4.27", aps.to_vec()), "show ap summary"), expected);
}

#[test]
fn ap_summary_of_older_releases_is_the_other_golden_output() {
    let aps = [
        ("AP002C.C862.E708", "AIR-AP1815I-A-K9", "002c.c88a.fd20", 241),
        ("AP188B.4500.5EE8", "AIR-AP1852I-D-K9", "188b.4501.e4e0", 239),
    ];
    let aps = aps.map(|(name, model, radio, host)| ApRow {
        model: model.into(),
        mac: mac(&name[2..]),
        radio_mac: mac(radio),
        address: [9, 4, 57, host].into(),
        ..row(name, "17.3.4.30", "17.3.3.26")
    });
    let printed = text(&snapshot("17.3.4.30", aps.to_vec()), "show ap summary");
    // The sample's last line lacks its trailing blanks.
    let golden = include_str!("../golden/show-ap-summary-older.txt").trim_end();
    assert_eq!(printed.trim_end(), golden);
    assert_eq!(printed.lines().map(str::len).skip(2).collect::<Vec<_>>(), [201, 198, 201, 201]);
    let many = text(&snapshot("17.9.3.50", vec![aps[0].clone(); 21]), "show ap summary");
    assert_eq!(many.matches("AP Name").count(), 3);
    let none = text(&snapshot("17.9.3.50", Vec::new()), "show ap summary");
    assert_eq!(none.matches("AP Name").count(), 1);
}

#[test]
fn unknown_commands_print_nothing() {
    let empty = snapshot("17.9.4.27", vec![]);
    assert_eq!(show(&empty, "show clocks"), None);
    assert_eq!(show(&empty, "reload"), None);
    for command in show_commands() {
        let shown = show(&empty, &command.replace(' ', "  "));
        assert_eq!(shown.map(|output| output.command).as_deref(), Some(command));
    }
    assert_eq!(show(&empty, "sh ap im"), show(&empty, "show ap image"));
}

#[test]
fn each_word_of_a_command_has_its_help() {
    assert_eq!(ewc::COMMANDS.without_help(), Vec::<String>::new());
}
