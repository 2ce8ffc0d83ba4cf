//! The access point on which the controller runs: found among the rows, or marked; never one more.

use ewc::Snapshot;
use intake::lab::{self, Options};
use intake::{Input, Network};

use crate::printed::{row, show, version};

/// Three access points; the second and third can be controllers.
fn three() -> Snapshot {
    let aps =
        vec![row("wall", "AIR-AP1815I-B-K9", 1), row("desk", "C9120AXI-B", 2), row("hall", "C9120AXI-B", 3)];
    Snapshot { name: "EWC".to_owned(), version: version("17.9.4.27"), aps, ..Snapshot::default() }
}

fn read(texts: &[&str]) -> Network {
    let input = |text: &&str| Input { name: "x".to_owned(), bytes: text.as_bytes().to_vec() };
    intake::read(&texts.iter().map(input).collect::<Vec<_>>())
}

/// Returns the name of the own access point, the reason, and the number of the others.
fn own(texts: &[&str]) -> (String, String, usize) {
    let lab = lab::write(&read(texts), &Options::default());
    let line = |start: &str| lab.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned();
    let (_, after) = lab.split_once("  access_point:").expect("it is written");
    let name = after.lines().find_map(|line| line.trim().strip_prefix("name: ")).unwrap_or_default();
    let others =
        lab.lines().filter(|line| line.starts_with("  - { name: ") && line.contains(" running: ")).count();
    (
        name.split("  #").next().unwrap_or_default().to_owned(),
        line("  access_point:").replace("  access_point:  # ", ""),
        others,
    )
}

#[test]
fn it_is_found_among_the_rows() {
    let summary = show(&three(), "show ap summary");
    let serial = "Cisco AP Name   : hall\n=====\nAP Serial Number     : FOC1\n";
    let inventory = "NAME: \"Chassis\", DESCR: \"x\"\nPID: C9120AXI-B , VID: V01 , SN: FOC1\n";
    let chassis = "Chassis/Stack Mac Address : 002c.c810.0003 - Local Mac Address\n";
    let active = "Active AP    : hall\nStandby AP   : desk\nPeer State   : STANDBY HOT\n";
    let name = "hostname WLC002C.C810.0083\n";
    for (texts, why) in [
        (vec![&*summary, serial, inventory], "the serial number is the controller's, x:2"),
        (vec![&*summary, chassis], "the Ethernet address is the controller's, x:1"),
        (vec![&*summary, active], "the controller names it, x:1"),
        (vec![&*summary, name], "its address is in the controller's name, x:1"),
    ] {
        assert_eq!(own(&texts), ("hall".to_owned(), why.to_owned(), 2), "{texts:?}");
    }
}

#[test]
fn without_a_sign_a_row_is_marked_and_none_is_added() {
    let hole =
        "hole: no output tells which access point the controller runs on; this is the first that can be";
    let first = |name: &str, others| (name.to_owned(), hole.to_owned(), others);
    assert_eq!(own(&[&show(&three(), "show ap summary")]), first("desk", 2));
    // No output has the models.
    assert_eq!(own(&[&show(&three(), "show ap image")]), first("wall", 2));
    // None of these can be a controller, and a controller has an access point.
    let mut none = three();
    none.aps.truncate(1);
    let (name, why, others) = own(&[&show(&none, "show ap summary")]);
    assert_eq!((&*name, others), ("ewc-ap", 1));
    assert_eq!(why, "hole: none of the access points can be the one that the controller runs on");
}
