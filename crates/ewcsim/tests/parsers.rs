//! Parsers of others read what `show` commands print, and give the values of `run.json`: Cisco's genieparser, whose schemas say which
//! lines an output must have, and ntc-templates. `ci/setup` installs them.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ewcsim::report::RunReport;
use ewcsim::{Asked, Finished, Options, WallClock};
use serde_json::{Value, json};

use crate::common;

/// The commands, the kind of host that prints them, and what reads them.
const READ: &[(&str, Host, &str)] = &[
    ("show ap image", Host::Controller, "genie:iosxe.show_ap.ShowApImage"),
    ("show ap summary", Host::Controller, "genie:iosxe.show_ap.ShowApSummary"),
    ("show ap summary", Host::Controller, "ntc:cisco_ios:show ap summary"),
    ("show ap config general", Host::Controller, "genie:iosxe.show_ap.ShowApConfigGeneral"),
    ("show ap status", Host::Controller, "genie:iosxe.show_ap.ShowApStatus"),
    ("show ap tag summary", Host::Controller, "genie:iosxe.show_ap.ShowApTagSummary"),
    (
        "show wireless stats ap join summary",
        Host::Controller,
        "genie:iosxe.show_wireless.ShowWirelessStatsApJoinSummary",
    ),
    (
        "show wireless ewc-ap predownload status",
        Host::Controller,
        "genie:iosxe.cat9k.c9800.ewc_ap.show_wireless.ShowWirelessEwcApPredownloadStatus",
    ),
    ("show chassis", Host::Controller, "genie:iosxe.show_chassis.ShowChassis"),
    ("show version", Host::Controller, "genie:iosxe.show_platform.ShowVersion"),
    ("show version", Host::Controller, "ntc:cisco_ios:show version"),
    ("show inventory", Host::Controller, "ntc:cisco_ios:show inventory"),
    ("show clock", Host::Controller, "genie:iosxe.show_system.ShowClock"),
    ("show clock", Host::Controller, "ntc:cisco_ios:show clock"),
    ("show logging", Host::Controller, "genie:iosxe.show_logging.ShowLogging"),
    ("show logging", Host::Controller, "ntc:cisco_ios:show logging"),
    ("dir ap_images:", Host::Controller, "genie:iosxe.show_platform.Dir"),
    ("dir ap_images:", Host::Controller, "ntc:cisco_ios:dir"),
    ("show version", Host::AccessPoint, "genie:cheetah.show_platform.ShowVersion"),
    ("show capwap client rcb", Host::AccessPoint, "genie:cheetah.show_capwap.ShowCapwapClientRcb"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    Controller,
    AccessPoint,
}

/// What a parser made of an output.
struct Answer {
    host: String,
    parser: &'static str,
    value: Value,
}

struct Answers(Vec<Answer>);

impl Answers {
    /// Returns what `parser` made of the output of `host`.
    fn of(&self, host: &str, parser: &str) -> &Value {
        let is_it = |answer: &&Answer| answer.host == host && answer.parser.ends_with(parser);
        let found = self.0.iter().find(is_it);
        &found.unwrap_or_else(|| panic!("{parser} has read nothing of {host}")).value
    }
}

/// Gives outputs to parsers; each answers with a value, or with its error.
fn parse(requests: &[(&str, &str)]) -> Vec<Result<Value, String>> {
    let script = common::workspace().join("ci/parsers.py");
    let requests: Vec<Value> =
        requests.iter().map(|(parser, output)| json!({ "parser": parser, "output": output })).collect();
    let mut child = Command::new("python3")
        .arg(script)
        .arg(installed())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts: run ci/setup");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(Value::from(requests).to_string().as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the parsers do not run: run ci/setup");
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let answer = |answer: Value| match answer.get("error").and_then(Value::as_str) {
        Some(error) => Err(error.to_owned()),
        None => Ok(answer["result"].clone()),
    };
    answers.into_iter().map(answer).collect()
}

/// Returns the directory where `ci/setup` puts the parsers.
fn installed() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("there is a home")).join(".cache");
    cache.unwrap_or_else(home).join("ewcsim-parsers")
}

/// Asks for a command at the end of the run.
fn at_end(command: &str) -> Asked {
    Asked { command: command.to_owned(), at: None }
}

/// Runs a scenario and has every output read.
fn read(scenario: &str) -> (Finished, Value, Answers) {
    let prepared = common::field(scenario);
    let show = READ.iter().map(|(command, ..)| at_end(command)).collect();
    let finished = common::run_with(&prepared, Options { show, ..Options::default() });
    let report = RunReport::new(&prepared.scenario, &finished);
    let report = serde_json::to_value(report).expect("it serializes");
    let is_controller =
        |host: &str| prepared.scenario.controllers.iter().any(|controller| controller.name == host);
    let mut hosts = Vec::new();
    let mut requests = Vec::new();
    for (command, kind, parser) in READ {
        let of_kind = finished
            .shows
            .iter()
            .filter(|show| show.asked.command == *command)
            .filter(|show| is_controller(&show.host) == (*kind == Host::Controller));
        let before = requests.len();
        for show in of_kind {
            hosts.push((show.host.clone(), *parser));
            requests.push((*parser, show.output.as_str()));
        }
        assert!(requests.len() > before, "no host printed `{command}`");
    }
    let answers = parse(&requests);
    assert_eq!(answers.len(), requests.len());
    let answers = hosts.into_iter().zip(answers).zip(&requests).map(|(((host, parser), answer), request)| {
        let value = answer.unwrap_or_else(|error| panic!("{parser} of {host}: {error}\n{}", request.1));
        Answer { host, parser, value }
    });
    let answers = Answers(answers.collect());
    (finished, report, answers)
}

#[test]
fn every_parser_gives_the_values_of_the_run() {
    let (finished, report, answers) = read("predownload");
    let ewc = "9120-EWC";
    let summary = answers.of(ewc, "ShowApSummary");
    let images = answers.of(ewc, "ShowApImage");
    let general = answers.of(ewc, "ShowApConfigGeneral");
    let joins = answers.of(ewc, "ShowWirelessStatsApJoinSummary");
    let rows = report["access_points"].as_array().expect("a list");
    assert!(rows.len() >= 3);
    for row in rows {
        let name = row["name"].as_str().expect("a name");
        let (running, backup) = (&row["running"], &row["backup"]);
        assert_eq!(row["state"], "run", "{row}");
        let of = |value: &Value, keys: [&str; 2]| value[keys[0]][name][keys[1]].clone();
        assert_eq!(of(summary, ["ap_name", "state"]), "Registered", "{name}");
        assert_eq!(of(general, ["ap_name", "software_version"]), *running, "{name}");
        assert_eq!(of(general, ["ap_name", "operation_state"]), "Registered", "{name}");
        assert_eq!(of(general, ["ap_name", "capwap_path_mtu"]), 1485, "{name}");
        let shown = ["primary_image", "backup_image"].map(|image| of(images, ["ap_name", image]));
        // An access point whose images were swapped boots the other one next: the backup is the one that runs.
        let next = if running == backup { &json!("17.12.1.5") } else { running };
        assert_eq!(shown.each_ref(), [next, backup], "{name}: {images}");
        assert_eq!(of(answers.of(ewc, "ShowApStatus"), ["ap_name", "status"]), "Enabled");
        assert_eq!(of(answers.of(ewc, "ShowApTagSummary"), ["ap_name", "site_tag_name"]), "default-site-tag");
        let mac = of(summary, ["ap_name", "radio_mac"]);
        let join = &joins["base_mac"][mac.as_str().expect("an address")];
        assert_eq!((&join["ap_name"], &join["status"]), (&row["name"], &json!("Joined")));

        let version = &answers.of(name, "cheetah.show_platform.ShowVersion")["version"];
        assert_eq!(version["ap_running_image"], *running, "{name}");
        assert_eq!(
            [&version["primary_boot_image"], &version["backup_boot_image"]],
            shown.each_ref(),
            "{name}"
        );
        assert_eq!(version["top_assembly_serial_number"], of(general, ["ap_name", "ap_serial_number"]));
        assert!(version["model_number"].as_str().is_some_and(|model| row["model"] == model), "{version}");
        let rcb = answers.of(name, "ShowCapwapClientRcb");
        assert_eq!((&rcb["swver"], &rcb["name"]), (running, &row["name"]));
        assert_eq!((&rcb["operation_state"], &rcb["mwar_name"]), (&json!("UP"), &row["controller"]));
    }
    let listed = answers.of(ewc, "ntc:cisco_ios:show ap summary");
    let listed: Vec<&Value> = listed.as_array().expect("rows").iter().map(|row| &row["ap_name"]).collect();
    assert!(rows.iter().all(|row| listed.contains(&&row["name"])), "{listed:?}");
    assert_eq!(finished.access_points.len(), rows.len());
}

#[test]
fn every_parser_reads_what_the_controller_says_of_itself() {
    let (finished, report, answers) = read("tftp-join");
    let ewc = "9120-EWC";
    let version = &answers.of(ewc, "iosxe.show_platform.ShowVersion")["version"];
    assert_eq!((&version["hostname"], &version["installation_mode"]), (&json!(ewc), &json!("BUNDLE")));
    assert_eq!((&version["chassis"], &version["xe_version"]), (&json!("C9120AXI"), &json!("17.09.04a")));
    assert_eq!(answers.of(ewc, "ntc:cisco_ios:show version")[0]["version"], "17.9.4a");
    let inventory = &answers.of(ewc, "ntc:cisco_ios:show inventory")[0];
    assert_eq!((&inventory["pid"], &inventory["name"]), (&json!("C9120AXI"), &json!("Chassis")));
    let start: jiff::Timestamp = report["start"].as_str().expect("a time").parse().expect("a time");
    let clock = WallClock::new(start);
    let time = clock.strftime(finished.end, "%H:%M:%S%.3f");
    assert_eq!(answers.of(ewc, "ShowClock")["time"], time);
    assert_eq!(answers.of(ewc, "ntc:cisco_ios:show clock")[0]["time"], time);
    let chassis = answers.of(ewc, "ShowChassis");
    assert!(chassis.to_string().contains("172.16.4.26"), "{chassis}");
    // The log ends with the controller's last line.
    let lines = common::lines(&finished, ewc);
    let logs = answers.of(ewc, "ShowLogging")["logs"].as_array().expect("lines").clone();
    let logged: Vec<&str> = logs.iter().filter_map(Value::as_str).collect();
    assert!(
        !logged.is_empty()
            && lines.ends_with(&logged.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()),
        "{logged:#?}\n{lines:#?}"
    );
    let listed = answers.of(ewc, "ntc:cisco_ios:show logging").as_array().expect("rows").len();
    assert_eq!(listed, logged.len());
    // The image that was fetched.
    let files = answers.of(ewc, "Dir")["dir"]["ap_images:/"]["files"].clone();
    assert_eq!(files["ap1g8"]["size"], "70512640", "{files}");
    let dir = &answers.of(ewc, "ntc:cisco_ios:dir")[0];
    assert_eq!((&dir["name"], &dir["size"]), (&json!("ap1g8"), &json!("70512640")));
}

/// The table of access points had another layout before 17.9.4.
#[test]
fn the_older_layout_is_read_too() {
    let prepared = common::Edited::scenario("field/tftp-join")
        .replace("ap: 17.9.4.27, controller: 17.09.04a.0.6", "ap: 17.3.4.30, controller: 17.03.04.0.30")
        .load_expecting("  - { within: 18m, access_points: all, running: 17.3.4.30, state: registered }");
    let show = vec![at_end("show ap summary"), at_end("show version")];
    let finished = common::run_with(&prepared, Options { show, ..Options::default() });
    let shown = |command| finished.show("9120-EWC", command).expect("it is printed");
    let summary = shown("show ap summary");
    assert!(summary.contains(" Country ") && !summary.contains("CC = Country Code"), "{summary}");
    let answers = parse(&[
        ("genie:iosxe.show_ap.ShowApSummary", summary),
        ("ntc:cisco_ios:show ap summary", summary),
        ("genie:iosxe.show_platform.ShowVersion", shown("show version")),
    ]);
    let [genie, ntc, version] = &answers[..] else { panic!("{answers:?}") };
    let row = &genie.as_ref().expect("it is read")["ap_name"]["9105-emorenoa"];
    assert_eq!((&row["state"], &row["country"]), (&json!("Registered"), &json!("US")), "{row}");
    assert_eq!(ntc.as_ref().expect("it is read")[0]["ap_name"], "9105-emorenoa");
    let version = &version.as_ref().expect("it is read")["version"];
    assert_eq!((&version["version"], &version["location"]), (&json!("17.3.4"), &json!("Amsterdam")));
}

/// A parser that accepts everything would show nothing.
#[test]
fn a_missing_line_is_noticed() {
    let prepared = common::field("tftp-cannot-start");
    let show = vec![at_end("show capwap client rcb")];
    let finished = common::run_with(&prepared, Options { show, ..Options::default() });
    let output = &finished
        .shows
        .iter()
        .find(|show| show.asked.command.ends_with("rcb"))
        .expect("it is printed")
        .output;
    let parser = "genie:cheetah.show_capwap.ShowCapwapClientRcb";
    let without: String = output
        .lines()
        .filter(|line| !line.starts_with("Active Window"))
        .map(|line| format!("{line}\n"))
        .collect();
    let answers = parse(&[(parser, output), (parser, &without)]);
    assert!(answers[0].is_ok(), "{:?}", answers[0]);
    let error = answers[1].as_ref().expect_err("a line is missing");
    assert!(error.contains("active_window_size"), "{error}");
}
