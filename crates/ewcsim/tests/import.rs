//! `ewcsim import`: labs that `check` accepts, files that stay, secrets that stay out, and what our own devices print.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ewcsim::{Asked, Options};

use crate::cli::{call_in, snapshot};
use crate::common;

const SAMPLES: &str = "crates/ewcsim/tests/import";
const PUBLISHED: &str = "crates/intake/tests/data";
/// A scenario that extends a lab.
const SCENARIO: &str = "scenario: Imported\nextends: lab.yaml\n";

fn sample(path: &str) -> String {
    common::workspace().join(path).display().to_string()
}

/// Imports files, checks the lab in a scenario, and returns it with what was told.
fn import(directory: &Path, paths: &[String]) -> (String, String) {
    let mut args = vec!["import", "--out", "lab.yaml", "--force"];
    args.extend(paths.iter().map(String::as_str));
    let called = call_in(directory, &args);
    assert_eq!((called.code, called.stdout.as_str()), (Some(0), ""), "{}", called.stderr);
    fs::write(directory.join("scenario.yaml"), SCENARIO).expect("the directory is ours");
    let checked = call_in(directory, &["check", "scenario.yaml"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    let lab = fs::read_to_string(directory.join("lab.yaml")).expect("it was written");
    (lab, called.stderr.replace(&format!("{}/", common::workspace().display()), ""))
}

#[test]
fn the_labs_of_complete_samples_are_right() {
    let directory = common::temporary();
    for (name, told_as) in [("tftp", "import-tftp"), ("sftp", "import-sftp")] {
        let (lab, told) = import(directory.path(), &[sample(&format!("{SAMPLES}/{name}"))]);
        snapshot(told_as, &format!("{lab}---\n{told}"));
        // Twice the same.
        assert_eq!(import(directory.path(), &[sample(&format!("{SAMPLES}/{name}"))]).0, lab);
        for secret in ["topsecret", "s3cr3t", "abcdefgh"] {
            assert!(!lab.contains(secret) && !told.contains(secret), "{name}: {secret}");
        }
    }
    // Everything that was published, as one network: names stand twice, serial numbers and addresses contradict each other.
    let (lab, told) = import(directory.path(), &[sample(PUBLISHED)]);
    assert!(lab.contains("- { name: my_ap_name,"), "{lab}");
    assert!(told.contains("`Number of APs` is 149, and 17 rows follow"), "{told}");
    for file in ["summary-newer.txt", "joins.txt", "ewc.txt", "general.txt"] {
        import(directory.path(), &[sample(&format!("{PUBLISHED}/{file}"))]);
    }
}

#[test]
fn files_stay_and_wrong_calls_are_told() {
    let directory = common::temporary();
    let here = directory.path();
    fs::write(here.join("mine.yaml"), "mine\n").expect("the directory is ours");
    fs::write(here.join("prose.txt"), "dear diary\n").expect("the directory is ours");
    fs::create_dir(here.join("empty")).expect("the directory is ours");
    let log = sample(&format!("{SAMPLES}/tftp/terminal.log"));
    for (args, code, told) in [
        (vec!["import", &log, "--out", "mine.yaml"], 2, "error: mine.yaml already exists\n"),
        (vec!["import", "missing.txt"], 2, "error: missing.txt: No such file"),
        (
            vec!["import", "prose.txt"],
            2,
            "not understood: prose.txt:1: dear diary\nerror: nothing in these files was understood\n",
        ),
        (vec!["import", "empty"], 2, "error: nothing in these files was understood\n"),
        (vec!["import", &log, "--force"], 2, "error: the following required arguments"),
    ] {
        let called = call_in(here, &args);
        assert_eq!((called.code, called.stdout.as_str()), (Some(code), ""), "{args:?}");
        assert!(called.stderr.starts_with(told), "{args:?}: {}", called.stderr);
    }
    assert_eq!(fs::read_to_string(here.join("mine.yaml")).expect("it is there"), "mine\n");
    let printed = call_in(here, &["import", &log]);
    assert!(printed.stdout.contains("\nlab: \"The network of 9120-EWC\"\n"), "{}", printed.stdout);
    let replaced = call_in(here, &["import", &log, "--out", "mine.yaml", "--force"]);
    assert_eq!(replaced.code, Some(0));
    assert_eq!(fs::read_to_string(here.join("mine.yaml")).expect("it is there"), printed.stdout);
}

#[test]
fn secrets_stay_where_they_are_wanted() {
    let directory = common::temporary();
    let log = directory.path().join("running.txt");
    let config = "hostname EWC\nwireless profile image-download default\n image-download-mode sftp\n sftp-image-server 10.0.5.2\n \
                  sftp-image-path /17_9_4a\n sftp-username calo\n sftp-password 0 Sw0rdfish\nend\n";
    fs::write(&log, config).expect("the directory is ours");
    let paths = [log.display().to_string(), "--with-secrets".to_owned()];
    let (lab, told) = import(directory.path(), &paths);
    assert_eq!(lab.matches("Sw0rdfish").count(), 2, "{lab}");
    assert!(!told.contains("Sw0rdfish"), "{told}");
    let (lab, _) = import(directory.path(), &paths[..1]);
    assert_eq!((lab.matches("Sw0rdfish").count(), lab.matches("${sftp-password}").count()), (0, 2), "{lab}");
}

/// The lab accepts what is not simulated by name: a run goes without it, and its verdict says so.
#[test]
fn an_access_point_with_an_ipv6_address_is_named_and_cannot_be_told() {
    let directory = common::temporary();
    let (lab, _) = import(directory.path(), &[sample(&format!("{SAMPLES}/tftp"))]);
    assert!(lab.contains("accept_unmodelled: [IPv6]"), "{lab}");
    let path = directory.path().join("scenario.yaml");
    let expect = "until: 2m\nexpect: [{ within: 2m, access_points: lobby-1, running: 17.9.4.27 }]\n";
    fs::write(&path, format!("{SCENARIO}{expect}")).expect("the directory is ours");
    let prepared = ewcsim::load(&path, &scenario::DiskFiles).expect("it is right");
    let why = "`IPv6-only` has the IPv6 address 2001:db8::16, and access points with one are not simulated";
    assert_eq!(prepared.not_modelled.iter().map(|one| one.why.as_str()).collect::<Vec<_>>(), [why]);
    assert!(prepared.scenario.access_points.iter().all(|ap| ap.name != "IPv6-only"));
    let finished = common::run(&prepared, None);
    assert_eq!(finished.verdict(), ewcsim::Verdict::Inconclusive, "{:?}", finished.judgements);
}

/// Returns name, model, address, versions and Ethernet address of each access point of a lab, by name.
fn access_points(lab: &str) -> BTreeMap<String, String> {
    let rows =
        lab.lines().filter(|line| line.trim_start().starts_with("- { name: ") && line.contains(" model: "));
    let row = |line: &str| {
        let inside = line.split(" }").next().unwrap_or_default().trim_start().trim_start_matches("- { ");
        let mut cells: Vec<&str> =
            inside.split(',').map(str::trim).filter(|cell| !cell.starts_with("uptime")).collect();
        cells.sort_unstable();
        let name = cells.iter().find(|cell| cell.starts_with("name: ")).map(|name| (*name).to_owned());
        (name.unwrap_or_default(), cells.join(", "))
    };
    rows.map(row).collect()
}

/// A lab is run, its devices print, and that is imported: the same network.
#[test]
fn what_our_devices_print_is_the_network_that_ran() {
    let directory = common::temporary();
    let (lab, _) = import(directory.path(), &[sample(&format!("{SAMPLES}/tftp"))]);
    fs::write(directory.path().join("scenario.yaml"), format!("{SCENARIO}until: 20m\n"))
        .expect("the directory is ours");
    let prepared =
        ewcsim::load(&directory.path().join("scenario.yaml"), &scenario::DiskFiles).expect("it is right");
    let commands = [
        "show ap summary",
        "show ap image",
        "show ap config general",
        "show ap uptime",
        "show wireless stats ap join summary",
        "show ap tag summary",
        "show ap status",
        "show version",
        "show inventory",
        "show install summary",
        "show chassis",
        "show clock",
        "show running-config",
        "show wireless profile image-download detailed",
        "show wireless ewc-ap predownload status",
        "show wireless ewc-ap redundancy summary",
        "dir ap_images:",
    ];
    let show = commands.map(|command| Asked { command: command.to_owned(), at: None }).to_vec();
    let finished = common::run_with(&prepared, Options { show, ..Options::default() });
    let of_controller = finished.shows.iter().filter(|show| show.host == "9120-EWC");
    let log: String =
        of_controller.map(|show| format!("9120-EWC#{}\n{}", show.asked.command, show.output)).collect();
    fs::write(directory.path().join("printed.log"), &log).expect("the directory is ours");
    let (again, told) = import(directory.path(), &["printed.log".to_owned()]);
    let mut before = access_points(&lab);
    // Not simulated.
    assert!(before.remove("name: IPv6-only").is_some());
    assert_eq!(before.len(), 4);
    assert_eq!(access_points(&again), before, "{log}");
    for line in [
        "  name: 9120-EWC ",
        "  model: C9120AXI-B ",
        "  address: 10.20.1.2 ",
        "  mac: 002c.c810.000f ",
        "    name: 9120-EWC-AP ",
        "     tftp-image-path /EWC/17_12_1",
    ] {
        let has = |lab: &str| lab.lines().any(|other| format!("{other} ").starts_with(line));
        assert!(has(&lab) && has(&again), "{line}\n{again}");
    }
    assert!(again.contains("the Ethernet address is the controller's"), "{again}");
    let not_understood: Vec<&str> = told.lines().filter(|line| line.starts_with("not understood")).collect();
    assert_eq!(not_understood, Vec::<&str>::new());
}
