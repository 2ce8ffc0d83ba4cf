//! Published samples; `data/README.md` names their sources. The values are those that their authors state beside them.

use std::net::IpAddr;

use intake::{AccessPoint, Found, Input, Network};

const OLDER: &str = include_str!("data/summary-older.txt");
const WIDER: &str = include_str!("data/summary-wider.txt");
const NEWER: &str = include_str!("data/summary-newer.txt");
const NEWER_JSON: &str = include_str!("data/summary-newer.json");
const IMAGE: &str = include_str!("data/image.txt");
const GENERAL: &str = include_str!("data/general.txt");
const JOINS: &str = include_str!("data/joins.txt");
const CDP: &str = include_str!("data/cdp.txt");
const INSTALL: &str = include_str!("data/install-doubled.txt");
const EWC: &str = include_str!("data/ewc.txt");

fn read(text: &str) -> Network {
    let network = intake::read(&[Input { name: "sample.txt".to_owned(), bytes: text.as_bytes().to_vec() }]);
    assert_eq!(network.not_understood, []);
    network
}

fn text<T: ToString>(found: &Option<Found<T>>) -> String {
    found.as_ref().map_or_else(|| "-".to_owned(), |found| found.value.to_string())
}

/// Returns name, model, both MAC addresses, address, state, location, country.
fn summary(access_point: &AccessPoint) -> String {
    let ap = access_point;
    let cells = [&ap.name, &ap.model].map(text).to_vec();
    let cells = [cells, [&ap.mac, &ap.radio_mac].map(text).to_vec(), vec![text(&ap.address)]].concat();
    [cells, [&ap.state, &ap.location, &ap.country].map(text).to_vec()].concat().join("|")
}

fn summaries(network: &Network) -> Vec<String> {
    network.access_points.iter().map(summary).collect()
}

#[test]
fn the_older_summary_with_pages_and_a_wrong_count() {
    let network = read(OLDER);
    let rows = summaries(&network);
    assert_eq!(rows.len(), 17);
    assert_eq!(rows[0], "a121-cap22|9130AXI|a4b2.32ff.2db9|2c57.41ff.b979|10.6.33.106|Registered|Fab A|UK");
    assert!(
        rows.iter().all(|row| row.contains("|9130AXI|a4b2.32ff.") && row.ends_with("|Registered|Fab A|UK")),
        "{rows:?}"
    );
    assert_eq!(network.warnings.len(), 1);
    assert_eq!(network.warnings[0].message, "`Number of APs` is 149, and 17 rows follow");
    assert_eq!(
        summaries(&read(WIDER)),
        [
            "AP002C.C862.E708|AIR-AP1815I-A-K9|002c.c862.e708|002c.c88a.fd20|9.4.57.241|Registered|default location|US",
            "AP188B.4500.5EE8|AIR-AP1852I-D-K9|188b.4500.5ee8|188b.4501.e4e0|9.4.57.239|Registered|default location|IN",
        ]
    );
}

#[test]
fn the_newer_summary_as_text_and_as_json() {
    let network = read(NEWER);
    assert_eq!(
        summaries(&network),
        [
            "AP002A.1087.CA0A|AIR-AP2802E-D-K9|002a.1087.ca0a|00a2.eefd.9f20|2001:9:3:13:c822:82c8:32da:484d|Registered|default location|IN",
            "AP687D.B402.BB44|C9120AXE-D|687d.b402.bb44|687d.b475.dba0|9.3.13.220|Registered|default location|IN",
            "AP687D.B402.EF8C|C9120AXE-D|687d.b402.ef8c|687d.b477.7de0|9.3.13.199|Registered|default location|IN",
            "AP7061.7B5F.1136|AIR-AP3802E-D-K9|7061.7b5f.1136|9077.ee00.c7c0|2001:9:3:13:cc12:f0c6:3777:b777|Registered|default location|IN",
            "APA4B2.3987.937C|C9120AXE-D|a4b2.3987.937c|a4b2.3983.7580|9.3.13.200|Registered|default location|IN",
        ]
    );
    let json = read(NEWER_JSON);
    assert_eq!(summaries(&json), summaries(&network));
    let line = json.access_points[1].name.as_ref().map(|name| NEWER_JSON.lines().nth(name.at.line - 1));
    assert_eq!(line, Some(Some("    \"AP687D.B402.BB44\": {")));
}

#[test]
fn versions_uptime_and_serial_number() {
    let network = read(IMAGE);
    let rows: Vec<String> = network
        .access_points
        .iter()
        .map(|ap| {
            format!(
                "{} {} {} {}",
                text(&ap.name),
                text(&ap.primary),
                text(&ap.backup),
                text(&ap.predownload_status)
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "AP002a.106d.2e10 17.13.0.44 0.0.0.0 None",
            "wsimap-0001 17.13.0.44 8.3.15.109 None",
            "AP501C.B0BC.1448 17.13.0.44 17.13.0.30 None",
            "AP4001.7AB2.C1B6 17.13.0.44 17.13.0.30 None",
            "APF4DB.E651.2280 17.13.0.44 17.13.0.30 None",
        ]
    );
    let network = read(GENERAL);
    let [ap] = &network.access_points[..] else { panic!("one access point") };
    assert_eq!(
        summary(ap),
        "my_ap_name|CW9166I-E|8c88.8118.8010|2ce3.8ef5.2aa0|10.99.84.67|Registered|default location|DE"
    );
    assert_eq!((text(&ap.software), text(&ap.serial)), ("17.12.4.162".to_owned(), "KWC2904079X".to_owned()));
    let seconds = ap.uptime.as_ref().map(|uptime| uptime.value.as_secs());
    assert_eq!(seconds, Some(((5 * 24 + 19) * 60 + 55) * 60 + 17));
}

#[test]
fn joins_repeat_their_heading_and_names() {
    let network = read(JOINS);
    assert_eq!(network.access_points.len(), 61);
    let joined =
        network.access_points.iter().filter(|ap| ap.is_joined.as_ref().is_some_and(|joined| joined.value));
    assert_eq!(joined.count(), 46);
    assert_eq!(network.access_points.iter().filter(|ap| ap.is_listed).count(), 46);
    let ap = &network.access_points[0];
    assert_eq!((text(&ap.name), text(&ap.mac)), ("AP706d.05ff.9bb8".to_owned(), "706d.05ff.9bb8".to_owned()));
    assert_eq!(text(&ap.last_failure), "Join Ap auth pending");
    assert!(network.warnings.iter().all(|warning| warning.message.contains("another access point")));
}

#[test]
fn neighbors_and_releases() {
    let network = read(CDP);
    let rows: Vec<String> = network.access_points.iter().map(|ap| text(&ap.neighbor)).collect();
    assert_eq!(rows[0], "a02-21-sd-sw1.cisco.com TenGigabitEthernet3/0/47");
    assert!(rows.iter().all(|row| row.contains("-sd-sw") && row.contains("Ethernet")), "{rows:?}");
    // Every second line is blank, and the prompt has no line end.
    let network = read(INSTALL);
    let installed: Vec<(char, &str)> =
        network.controller.installed.iter().map(|release| (release.state, &*release.version.value)).collect();
    assert_eq!(installed, [('C', "16.6.6.0")]);
}

#[test]
fn a_controller_of_its_own() {
    let network = read(EWC);
    let controller = &network.controller;
    assert_eq!(text(&controller.name), "WLC3C57.31C5.7BC8");
    assert_eq!(text(&controller.model), "C9124AXE-B");
    assert_eq!(text(&controller.serial), "FOC24384GTP");
    assert_eq!(text(&controller.mac), "3c57.31c5.7b48");
    assert_eq!(controller.address.as_ref().map(|found| IpAddr::V4(found.value)), "10.10.10.1".parse().ok());
    assert_eq!(controller.installed[0].version.value, "17.06.01.0.129467");
    assert_eq!(network.access_points.len(), 0);
}
