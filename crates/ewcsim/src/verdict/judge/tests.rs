//! The report of one failure of each kind, and expectations that pass. The records are made by hand, without a run.

use ap::{ApEvent, Partition, ReloadReason, State};
use command_line::Fields;
use image::Version;
use network::Counters;

use super::*;
use crate::testing;
use crate::world::{Event, Sample, Sampled, WorldEvent};

/// Builds the record of the small scenario's hosts: b-1 upgrades and registers, b-2 gives up and loses power.
fn record(scenario: &Scenario) -> Record {
    let record = Record::new(scenario.hosts().map(|host| host.name.to_owned()).collect());
    let at = |seconds: u64, host: &str, event: Event| {
        let host = record.host(host).expect("it is in the small scenario");
        record.push(Duration::from_secs(seconds), host, event);
    };
    let ap = |name: &str| ewc::Ap {
        name: name.to_owned(),
        mac: text::MacAddress([2, 0, 0, 0, 0, 1]),
        address: ([10, 0, 4, 11], 5264).into(),
    };
    let old: Version = "17.3.3.26".parse().expect("a version");
    let new: Version = "17.9.4.27".parse().expect("a version");
    let controller = [10, 0, 4, 2].into();
    for host in ["ewc", "tftp-1", "sftp-1", "b-1", "b-2"] {
        at(0, host, Event::World(WorldEvent::PowerOn));
    }
    for host in ["b-1", "b-2"] {
        at(0, host, Event::AccessPoint(ApEvent::Booting { reason: ReloadReason::Power }));
    }
    for (seconds, host) in [(75, "b-1"), (76, "b-2")] {
        at(seconds, host, Event::AccessPoint(ApEvent::Booted { partition: Partition::Part2, version: old }));
        at(seconds + 5, host, Event::AccessPoint(ApEvent::JoinResponse { from: controller, result: 0 }));
        at(seconds + 5, host, Event::AccessPoint(ApEvent::StateChanged { state: State::ImageData }));
        at(seconds + 6, host, Event::AccessPoint(ApEvent::ImageFileOpened { image: "ap1g8".into(), fd: 7 }));
        let asked =
            ApEvent::ImageDataRequestSent { to: controller, image: "ap1g8".into(), replica_status: 0 };
        at(seconds + 6, host, Event::AccessPoint(asked));
    }
    let url = || "tftp://10.0.5.27//new/ap1g8".to_owned();
    at(
        82,
        "ewc",
        Event::Controller(ewc::ControllerEvent::InstallStarted { image: "ap1g8".into(), url: url() }),
    );
    at(90, "ewc", Event::Controller(ewc::ControllerEvent::Staged { image: "ap1g8".into(), bytes: 512_000 }));
    let completed =
        ewc::ControllerEvent::InstallCompleted { image: "ap1g8".into(), url: url(), bytes: 512_000 };
    at(90, "ewc", Event::Controller(completed));
    let sends = |name: &str| ewc::ControllerEvent::ImageDataStarted {
        ap: ap(name),
        image: "ap1g8".into(),
        bytes: 512_000,
        messages: 372,
    };
    at(91, "ewc", Event::Controller(sends("b-1")));
    let given_up = ApEvent::GivingUp { reason: ap::GiveUpReason::CannotStart };
    at(111, "b-2", Event::AccessPoint(given_up));
    let verified = ApEvent::ImageVerified { image: "ap1g8".into(), version: new };
    at(120, "b-1", Event::AccessPoint(verified));
    at(130, "b-1", Event::AccessPoint(ApEvent::Booting { reason: ReloadReason::ImageUpgrade }));
    at(130, "b-1", Event::AccessPoint(ApEvent::StateChanged { state: State::Boot }));
    at(200, "b-1", Event::AccessPoint(ApEvent::Booted { partition: Partition::Part1, version: new }));
    at(206, "b-1", Event::AccessPoint(ApEvent::StateChanged { state: State::Run }));
    at(206, "ewc", Event::Controller(ewc::ControllerEvent::ApRegistered { ap: ap("b-1") }));
    at(300, "b-2", Event::World(WorldEvent::PowerOff));
    record
}

fn samples() -> Samples {
    let mut samples = Samples::default();
    let at = Duration::from_secs(1800);
    samples.keep(
        0,
        Sample {
            at,
            sampled: Sampled::Traffic {
                forward: Counters { bytes: 2_000_000, packets: 1_500 },
                reverse: Counters { bytes: 90_000, packets: 1_400 },
            },
        },
    );
    samples
}

fn shown() -> Samples {
    let row = |name: &str, primary: &str| vec![name.to_owned(), primary.to_owned()];
    let shown = Fields {
        lines: vec![("Completed downloading", "2".to_owned())],
        columns: &["AP Name", "Primary Image"],
        rows: vec![row("b-1", "17.9.4.27"), row("b-2", "17.3.3.26")],
    };
    let mut samples = Samples::default();
    samples.keep(0, Sample { at: Duration::from_secs(1800), sampled: Sampled::Shown(Some(shown)) });
    samples
}

fn judged(expectation: &str, samples: &Samples, end: Duration) -> (Scenario, Judgement) {
    judged_after(expectation, samples, end, |_| {})
}

/// Does the same for a record with further entries.
fn judged_after(
    expectation: &str,
    samples: &Samples,
    end: Duration,
    more: impl FnOnce(&Record),
) -> (Scenario, Judgement) {
    let prepared = testing::prepared(&format!("expect:\n  - {expectation}\n"));
    let record = record(&prepared.scenario);
    more(&record);
    let logs = Logs::render(&prepared.hosts, &record);
    let mut judgements = judge(&prepared, &record, &logs, (samples, &Dropped::default()), end);
    let judgement = judgements.remove(0);
    (prepared.scenario, judgement)
}

/// Returns the drops that the failure of an expectation names, if these packets are dropped from the 20th second on: source,
/// destination and second of the first.
fn named_drops(expectation: &str, dropped: &[(&str, &str, u64)]) -> Vec<String> {
    let prepared = testing::prepared(&format!("expect:\n  - {expectation}\n"));
    let record = record(&prepared.scenario);
    let logs = Logs::render(&prepared.hosts, &record);
    let drops = |&(src, dst, at_s): &(&str, &str, u64)| {
        let [src, dst] = [src, dst].map(|end| end.parse().expect("an address"));
        let (first_ns, last_ns) = (at_s * 1_000_000_000, 1_800_000_000_000);
        let (firewall, rule) = ("dc".to_owned(), "deny udp/69".to_owned());
        let by = network::RuleDrops { firewall, rule, packets: 10, first_ns, last_ns };
        network::Drops { by, protocol: network::Protocol::Udp, src, dst }
    };
    let by_firewalls = dropped.iter().map(drops).collect();
    let dropped = Dropped { by_firewalls, on_links: Vec::new() };
    judge(&prepared, &record, &logs, (&Samples::default(), &dropped), UNTIL).remove(0).drops
}

#[test]
fn a_failure_names_the_drops_that_concern_its_hosts() {
    const REQUESTS: (&str, &str, u64) = ("10.0.4.2:32768", "10.0.5.27:69", 190);
    let sentence =
        "firewall dc dropped 10 packets udp 10.0.4.2:32768 > 10.0.5.27:69 from +3m10.0s on: rule deny udp/69";
    // The access point depends on its controller, and a log is that of one end.
    for expectation in [
        "{ access_points: b-2, state: registered }",
        "{ log: ewc, has: nothing }",
        "{ log: tftp-1, has: nothing }",
    ] {
        assert_eq!(named_drops(expectation, &[REQUESTS]), [sentence], "{expectation}");
    }
    // What holds needs no reason; others' packets are none, nor are those after the failure.
    assert_eq!(named_drops("{ access_points: b-1, state: registered }", &[REQUESTS]), [""; 0]);
    assert_eq!(named_drops("{ log: sftp-1, has: nothing }", &[REQUESTS]), [""; 0]);
    assert_eq!(named_drops("{ within: 2m, access_points: b-2, state: registered }", &[REQUESTS]), [""; 0]);
    let many: Vec<String> = (1..=5).map(|last| format!("10.0.5.27:{last}")).collect();
    let many: Vec<_> = many.iter().map(|dst| ("10.0.4.2:32768", dst.as_str(), 1)).collect();
    let named = named_drops("{ log: ewc, has: nothing }", &many);
    assert_eq!(
        (named.len(), named[3].as_str()),
        (4, "firewalls: 2 more drops of this kind; `drops` of run.json has all rules")
    );
}

#[test]
fn a_failure_names_the_damaged_frames_that_concern_its_hosts() {
    let named = |expectation: &str, pairs: &[(&str, &str)]| {
        let prepared = testing::prepared(&format!("expect:\n  - {expectation}\n"));
        let record = record(&prepared.scenario);
        let logs = Logs::render(&prepared.hosts, &record);
        let errors = |&(src, dst): &(&str, &str)| {
            let (way, frames, link) = (network::Way::Reverse, 10, "dc".to_owned());
            let on =
                network::FcsErrors { link, way, frames, first_ns: 5_000_000_000, last_ns: 9_000_000_000 };
            let [src, dst] = [src, dst].map(|end| end.parse().expect("an address"));
            network::PairFcsErrors { on, src, dst }
        };
        let dropped = Dropped { by_firewalls: Vec::new(), on_links: pairs.iter().map(errors).collect() };
        judge(&prepared, &record, &logs, (&Samples::default(), &dropped), UNTIL).remove(0).drops
    };
    let pair = ("10.0.5.27", "10.0.4.2");
    let sentence = "link dc, reverse, damaged 10 frames 10.0.5.27 > 10.0.4.2 from +5.000s on: FCS errors";
    for expectation in ["{ access_points: b-2, state: registered }", "{ log: tftp-1, has: nothing }"] {
        assert_eq!(named(expectation, &[pair]), [sentence], "{expectation}");
    }
    assert_eq!(named("{ log: sftp-1, has: nothing }", &[pair]), [""; 0]);
    assert_eq!(named("{ access_points: b-1, state: registered }", &[pair]), [""; 0]);
    let many: Vec<String> = (1..=5).map(|last| format!("10.0.9.{last}")).collect();
    let many: Vec<_> = many.iter().map(|dst| ("10.0.4.2", dst.as_str())).collect();
    let named = named("{ log: ewc, has: nothing }", &many);
    let rest = "links: 2 more pairs of hosts with FCS errors; `fcs_errors` of run.json has all links";
    assert_eq!((named.len(), named[3].as_str()), (4, rest));
}

/// The whole run.
const UNTIL: Duration = Duration::from_secs(1800);

fn failure(name: &str, expectation: &str, samples: &Samples) {
    let (scenario, judgement) = judged(expectation, samples, UNTIL);
    assert!(matches!(judgement.outcome, Outcome::Failed { .. }), "{:?}", judgement.outcome);
    let problem = judgement.diagnostic(false).expect("it failed");
    let text = scenario.diagnostics(vec![problem]).render(false);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../../snapshots/failures");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

macro_rules! failures {
    ($($test:ident: $name:literal, $expectation:literal;)*) => {
        $(#[test]
        fn $test() {
            let samples = if $name.starts_with("show") { shown() } else { samples() };
            failure($name, $expectation, &samples);
        })*
    };
}

failures! {
    within: "within", "{ within: 3m, access_points: b, running: 17.9.4.27 }";
    within_not: "within-not", "{ within: 5m, access_points: b, not: { downloads_failed: 1.. } }";
    at: "at", "{ at: 2m, access_points: b-1, state: registered }";
    by: "by", "{ by: 4m, access_points: b, state: registered }";
    during: "during", "{ during: 2m..3m, access_points: b-1, running: 17.3.3.26 }";
    always: "always", "{ always: true, access_points: b, boots: 1 }";
    never: "never", "{ never: true, access_points: b, state: off }";
    eventually: "eventually", "{ eventually: true, access_points: b, running: 17.9.4.27, downloads_completed: 1 }";
    since: "since", "{ since: { host: b-1, event: reloading }, within: 1m, access_points: b-1, state: registered }";
    controller: "controller", "{ within: 3m, controller: ewc, registered: 2, staged: ap1g8 }";
    controller_not: "controller-not", "{ always: true, controller: ewc, not: { installs_started: 1.. } }";
    log_has: "log-has", "{ log: b-1, has: 'CAPWAP State: Running' }";
    log_lacks: "log-lacks", "{ log: ewc, lacks: Completed install }";
    log_matches: "log-matches", "{ within: 2m, log: ewc, matches: 'AP .* (Joined|Disjoined)', count: 2.. }";
    event_never: "event-never", "{ event: { host: b-2, event: booted, with: { partition: part1 } } }";
    event_elsewhere: "event-elsewhere", "{ event: { host: b-2, event: image_verified } }";
    event_too_often: "event-too-often", "{ event: { host: b, event: booted }, count: ..2 }";
    order: "order", "{ order: [{ host: b-1, event: booting }, { host: b-1, event: booted }, { host: b-2, event: booting }] }";
    duration: "duration", "{ duration: { from: { host: b, event: booting }, to: { host: b, event: booted } }, takes: ..75s }";
    duration_open_end: "duration-no-end", "{ duration: { from: { host: b-2, event: giving_up }, to: { host: b-2, event: booted } }, takes: ..75s }";
    link: "link", "{ link: wan, bytes: ..1MB }";
    link_direction: "link-direction", "{ link: wan, direction: reverse, packets: ..1000 }";
    show_row: "show-row", "{ show: ap image, row: { AP Name: b-2 }, has: { Primary Image: 17.9.4.27 } }";
    show_line: "show-line", "{ show: ap image, has: { Completed downloading: 5.. } }";
    show_rows: "show-rows", "{ show: ap image, row: { Primary Image: 17.9.4.27 }, count: 2 }";
    show_no_row: "show-no-row", "{ show: ap image, row: { AP Name: b-3 }, has: { Primary Image: 17.9.4.27 } }";
}

#[test]
fn what_holds_says_since_when() {
    for (expectation, seconds) in [
        ("{ within: 4m, access_points: b-1, running: 17.9.4.27 }", 200),
        ("{ access_points: b-1, running: 17.9.4.27, state: registered, boots: 2 }", 206),
        ("{ access_points: b-1, downloads_requested: 1, downloads_completed: 1, downloads_failed: 0 }", 120),
        ("{ by: 5m, access_points: b-1, state: registered }", 206),
        ("{ during: 80s..120s, access_points: b-1, running: 17.3.3.26 }", 75),
        ("{ never: true, access_points: b-1, state: off, downloads_failed: 1.. }", 1800),
        ("{ always: true, controller: ewc, state: on }", 0),
        ("{ eventually: true, access_points: b, state: downloading }", 82),
        (
            "{ within: 2m, since: { host: b-1, event: image_verified }, access_points: b-1, state: registered }",
            206,
        ),
        ("{ within: 1m, since: { host: b-1, event: booting }, access_points: b-2, state: discovery }", 0),
        ("{ within: 2m, controller: ewc, staged: [ap1g8], installs_completed: 1 }", 90),
        ("{ event: { host: b, event: booted }, count: 3.. }", 200),
        ("{ event: { host: b, event: booted }, during: 1m..2m, count: 2 }", 120),
        ("{ never: true, event: { host: b-2, event: image_verified } }", 1800),
        ("{ order: [{ host: b-2, event: booted }, { host: b-1, event: image_verified }] }", 120),
        (
            "{ duration: { from: { host: b, event: booting }, to: { host: b, event: booted } }, takes: 75s..76s }",
            76,
        ),
        // Servers and the controller do not boot.
        (
            "{ duration: { from: { host: any, event: booting }, to: { host: any, event: booted } }, takes: 75s..76s }",
            76,
        ),
        // Lines of the event itself do not count; lines after it at the same time do.
        ("{ since: { host: ewc, event: install_completed }, log: ewc, lacks: Completed install }", 1800),
        ("{ since: { host: ewc, event: staged }, log: ewc, has: Completed install }", 90),
        ("{ link: wan, bytes: 2MB..3MB, packets: 2900 }", 1800),
    ] {
        let (_, judgement) = judged(expectation, &samples(), UNTIL);
        let at = Duration::from_secs(seconds);
        assert_eq!(judgement.outcome, Outcome::Passed { at }, "{expectation}: {}", judgement.expected);
        assert!(judgement.last_events.is_empty() && judgement.near.is_none());
    }
    for expectation in [
        "{ show: ap image, row: { AP Name: b-1 }, has: { Primary Image: 17.9.4.27 } }",
        "{ show: ap image, has: { Completed downloading: 1..2 } }",
        "{ show: ap image, row: { Primary Image: 17.9.4.27 }, count: 1 }",
    ] {
        let (_, judgement) = judged(expectation, &shown(), UNTIL);
        assert_eq!(judgement.outcome, Outcome::Passed { at: UNTIL }, "{expectation}");
    }
}

#[test]
fn what_the_run_did_not_reach_is_open() {
    for expectation in [
        "{ access_points: b, state: registered }",
        "{ at: 10m, access_points: b-1, running: 17.9.4.27 }",
        "{ within: 20m, access_points: b-1, running: 17.9.4.27, not: { downloads_failed: 1.. } }",
        "{ within: 20m, access_points: b-1, not: { downloads_failed: 1.. } }",
        "{ by: 5m, access_points: b-1, state: registered }",
        "{ during: 5m..10m, access_points: b-1, state: registered }",
        "{ always: true, controller: ewc, state: on }",
        "{ never: true, access_points: b-1, state: off }",
        "{ log: ewc, lacks: Error }",
        "{ log: ewc, has: Error }",
        "{ event: { host: b, event: booted }, count: 4.. }",
        "{ event: { host: b, event: booted }, count: ..3 }",
        "{ order: [{ host: b-1, event: booted }, { host: b-2, event: reloading }] }",
        "{ since: { host: b-1, event: reloading }, within: 1m, access_points: b-1, state: registered }",
        "{ duration: { from: { host: b-1, event: giving_up }, to: { host: b-1, event: booted } }, takes: ..75s }",
        "{ link: wan, bytes: ..1MB }",
    ] {
        let (scenario, judgement) = judged(expectation, &Samples::default(), Duration::from_secs(250));
        assert!(
            matches!(judgement.outcome, Outcome::Inconclusive { .. }),
            "{expectation}: {:?}",
            judgement.outcome
        );
        let has_help = [false, true].map(|interrupted| {
            let problem = judgement.diagnostic(interrupted).expect("it did not hold");
            scenario.diagnostics(vec![problem]).render(false).contains("help: the run ended first")
        });
        assert_eq!(has_help, [true, false]);
    }
    // A failure decided by then stays a failure, even if the rest is inconclusive.
    for expectation in [
        "{ never: true, access_points: b, downloads_failed: 1 }",
        "{ within: 20m, access_points: b, state: registered, not: { downloads_failed: 1.. } }",
        "{ duration: { from: { host: b, event: image_data_request_sent }, to: { host: b, event: giving_up } }, takes: ..10s }",
    ] {
        let (_, judgement) = judged(expectation, &samples(), Duration::from_secs(250));
        assert!(
            matches!(judgement.outcome, Outcome::Failed { .. }),
            "{expectation}: {:?}",
            judgement.outcome
        );
    }
}

#[test]
fn a_controller_that_reloads_forgets() {
    for (expectation, holds) in [
        ("{ controller: ewc, registered: 0, installs_completed: 1, not: { staged: ap1g8 } }", true),
        ("{ controller: ewc, registered: 1 }", false),
        ("{ always: true, controller: ewc, state: on }", true),
    ] {
        let (_, judgement) = judged_after(expectation, &Samples::default(), UNTIL, |record| {
            let ewc = record.host("ewc").expect("it is in the small scenario");
            record.push(Duration::from_secs(400), ewc, Event::Controller(ewc::ControllerEvent::Reloading));
        });
        let held = matches!(judgement.outcome, Outcome::Passed { .. });
        assert_eq!(held, holds, "{expectation}: {:?}", judgement.outcome);
    }
}

#[test]
fn what_comes_near_is_something_else() {
    for (expectation, near) in [
        (
            "{ within: 1m, event: { host: b-1, event: booting, with: { reason: image_upgrade } } }",
            Some("nearest: it happened at +2m10.0s, outside the expected time"),
        ),
        (
            "{ during: 3m..5m, event: { host: b, event: booting } }",
            Some("nearest: it happened at +2m10.0s, outside the expected time"),
        ),
        (
            "{ order: [{ host: b, event: booted }, { host: b, event: booted }, { host: b, event: booted }, { host: b, event: booted }] }",
            None,
        ),
    ] {
        let (_, judgement) = judged(expectation, &Samples::default(), UNTIL);
        assert!(matches!(judgement.outcome, Outcome::Failed { .. }), "{expectation}");
        assert_eq!(judgement.near.as_deref(), near, "{expectation}");
    }
}

#[test]
fn names_in_expectations_are_checked_before_the_run() {
    let problems = |expectation: &str| {
        testing::try_prepared(&format!("expect:\n  - {expectation}\n")).expect_err("a wrong name").to_string()
    };
    for (expectation, message, help) in [
        (
            "{ event: { host: b, event: boted } }",
            "no event of an access point is called `boted`",
            "did you mean `booted`?",
        ),
        (
            "{ order: [{ host: b, event: booted }, { host: b, event: install_failed }] }",
            "no event of an access point is called `install_failed`",
            "it is an event of the controller, such as `host: ewc`",
        ),
        (
            "{ event: { host: ewc, event: install_failed, with: { imago: ap1g8 } } }",
            "`install_failed` has no field `imago`",
            "did you mean `image`?",
        ),
        (
            "{ duration: { from: { host: any, event: booting }, to: { host: any, event: staged } }, takes: ..1m }",
            "no host of `any` has both `booting` and `staged`",
            "name the host of each end",
        ),
        (
            "{ since: { host: any, event: xyzzy }, by: 1m, access_points: b, state: off }",
            "no event of any of these hosts is called `xyzzy`",
            "docs/events.md",
        ),
        (
            "{ event: { host: b, event: booted, with: { partition.of.it: part1 } } }",
            "`partition` of `booted` has no `of.it`",
            "`partition: part1`",
        ),
        (
            "{ event: { host: b, event: booted, with: { partition: Part1 } } }",
            "`partition` of `booted` is never `Part1`",
            "did you mean `part1`?",
        ),
        (
            "{ event: { host: b, event: booted }, count: 0.. }",
            "`0..` is always true",
            "1..3, 1.. or ..3, or leave it out",
        ),
        (
            "{ show: ap imgae, has: { Initiated: 0 } }",
            "`ewc` has no command `show ap imgae`",
            "did you mean `show ap image`?",
        ),
        (
            "{ show: ap image, has: { Initiate: 0 } }",
            "`show ap image` has no line `Initiate`",
            "did you mean `Initiated`?",
        ),
        (
            "{ show: ap image, has: { AP Name: b-1 } }",
            "`AP Name` is a column of a table",
            "row: { AP Name: … }",
        ),
        (
            "{ show: ap image, row: { AP Nam: b-1 }, count: 1 }",
            "`show ap image` has no column `AP Nam`",
            "did you mean `AP Name`?",
        ),
        (
            "{ show: version, host: b-1, row: { AP: x }, count: 1 }",
            "the output of `show version` has no table",
            "it has Last reload time",
        ),
        ("{ show: version, host: tftp-1, has: { AP: x } }", "`tftp-1` has no show commands", ""),
        (
            "{ show: ap image | include x, has: { Initiated: 0 } }",
            "an expectation compares the fields of the whole output",
            "leave out the output modifier",
        ),
        (
            "{ show: 'ap image | include [', has: { Initiated: 0 } }",
            "`show ap image | include [`: the regular",
            "",
        ),
    ] {
        let text = problems(expectation);
        assert!(text.contains(message) && text.contains(help), "{expectation}:\n{text}");
        assert_eq!(text.matches("error").count(), 1, "{text}");
    }
    let filtered = testing::prepared("snapshot: [show  ap im | inc a  b, sh ap im]\n").scenario.snapshot;
    let shown = |snapshot: &scenario::Snapshot| match snapshot {
        scenario::Snapshot::Show { command, .. } => command.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        filtered.iter().map(shown).collect::<Vec<_>>(),
        ["show ap image | include a  b", "show ap image"]
    );
    // The same for a `snapshot`.
    let text = testing::try_prepared("snapshot: [show  ap   summary, show ap imgae, show boot]\n")
        .expect_err("two that the controller does not know")
        .to_string();
    assert!(text.contains("`ewc` has no command `show ap imgae`"), "{text}");
    assert!(text.contains("did you mean `show ap image`?"), "{text}");
    assert!(text.contains("`ewc` has no command `show boot`"), "{text}");
    assert_eq!(text.matches("error").count(), 2, "{text}");
}
