//! Logs whose causes are known: the samples of the field, and those of the project's own scenarios after damage.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use diagnosis::{Fit, Hypothesis, Weights, rank};
use test_support::damage::{Damage, damaged};

use super::causes;
use super::decide::{Decided, decide};
use super::observed::Observed;
use super::read;
use super::reproduction::Reproduction;
use super::runs::{self, Run, Wanted};
use crate::pool::processors;
use crate::progress::Progress;
use crate::verdict::Verdict;

/// What every log goes through: it is cropped, loses a third of its lines, has lines of others between, and another clock.
const DAMAGE: [Damage; 4] = [Damage::Crop(103), Damage::Lose, Damage::Noise, Damage::Clock(5)];

/// The runs of all causes, which are the same for each log.
static RUNS: LazyLock<Runs> = LazyLock::new(|| {
    let stop = AtomicBool::new(false);
    let wanted = Wanted { lab: None, tftpd64: false, points: 0 };
    let runs = runs::all(&wanted, processors(), &mut Progress::none(), &stop).expect("nothing stops them");
    Runs::new(runs.runs)
});

struct Runs {
    runs: Vec<Run>,
    hypotheses: Vec<Hypothesis>,
    weights: Weights,
}

impl Runs {
    fn new(runs: Vec<Run>) -> Self {
        let hypotheses: Vec<Hypothesis> = runs.iter().map(|run| run.hypothesis.clone()).collect();
        let weights = Weights::of(&hypotheses);
        Self { runs, hypotheses, weights }
    }

    fn decide(&self, files: &[(String, Vec<u8>)]) -> Decided {
        decide_among(files, &self.hypotheses, &self.weights)
    }
}

fn decide_among(files: &[(String, Vec<u8>)], hypotheses: &[Hypothesis], weights: &Weights) -> Decided {
    let observed = Observed::of(&read(files).expect("they are short"));
    decide(&observed, rank(&observed.logs, hypotheses, weights))
}

/// The logs of a run, as files, after damage.
fn logs(run: &Run, damage: &[Damage], seed: u64) -> Vec<(String, Vec<u8>)> {
    let logs = run.hypothesis.logs.iter().zip(&run.texts);
    logs.map(|(log, lines)| (format!("{}.log", log.name), damaged(&lines.join("\n"), damage, seed))).collect()
}

fn names(fits: &[Fit]) -> Vec<&str> {
    fits.iter().map(|fit| fit.cause.as_str()).collect()
}

/// Returns a row for the logs of each bug, and the numbers of those whose cause is the first, or among the first three.
fn after_damage() -> (String, usize, usize, usize) {
    let mut rows = String::new();
    let (mut first, mut third, mut all) = (0, 0, 0);
    for run in RUNS.runs.iter().filter(|run| run.scenario.starts_with("bugs/")) {
        let decided = RUNS.decide(&logs(run, &DAMAGE, 1));
        let cause = &run.hypothesis.cause;
        let place = names(&decided.causes).iter().position(|name| name == cause);
        all += 1;
        first += usize::from(place == Some(0));
        third += usize::from(place.is_some_and(|place| place < 3));
        let place = place.map_or("-".to_owned(), |place| (place + 1).to_string());
        let best = names(&decided.causes).first().copied().unwrap_or("not known");
        let share = decided.causes.first().map_or(0.0, |fit| fit.share) * 100.0;
        // Writing to a String does not fail.
        let _ = writeln!(
            rows,
            "| {} | {cause} | {place} | {best} | {share:.0} % | {} |",
            run.scenario, decided.equal
        );
    }
    (rows, first, third, all)
}

/// The second set, which was made after weights and bounds were set: other seeds, another clock, more noise, other names and addresses.
const HELD_OUT: [Damage; 4] = [Damage::Noise, Damage::Lose, Damage::Crop(96), Damage::Clock(17)];

/// What the second set calls hosts, addresses, paths and models.
const RENAMED: [(&str, &str); 10] = [
    ("10.0.4.", "192.168.77."),
    ("10.0.5.", "172.29.1."),
    ("10.0.8.", "192.168.91."),
    ("172.16.", "10.81."),
    ("floor", "reading-room"),
    ("tftp-1", "files"),
    ("sftp-1", "vault"),
    ("9120-EWC", "wlc"),
    ("/EWC", "/cisco"),
    ("17.3.3.26", "17.3.5.42"),
];

/// Returns a row for each log of the second set, and the numbers of those whose cause is the first, or among the first three.
fn held_out(every: usize) -> (String, usize, usize, usize) {
    let mut rows = String::new();
    let (mut first, mut third, mut all) = (0, 0, 0);
    let bugs = RUNS.runs.iter().filter(|run| run.scenario.starts_with("bugs/"));
    for run in bugs.step_by(every) {
        let files = logs(run, &HELD_OUT, 20_261).into_iter().map(|(name, bytes)| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let renamed = RENAMED.iter().fold(text, |text, (own, other)| text.replace(own, other));
            (name, renamed.into_bytes())
        });
        let decided = RUNS.decide(&files.collect::<Vec<_>>());
        let cause = &run.hypothesis.cause;
        let causes = names(&decided.causes);
        let place = causes.iter().position(|name| name == cause);
        all += 1;
        first += usize::from(place == Some(0));
        third += usize::from(place.is_some_and(|place| place < 3));
        let place = place.map_or("-".to_owned(), |place| (place + 1).to_string());
        let best = causes.first().copied().unwrap_or("not known");
        // Writing to a String does not fail.
        let _ = writeln!(rows, "| {} | {cause} | {place} | {best} | {} |", run.scenario, decided.equal);
    }
    (rows, first, third, all)
}

/// The logs of the second set: one in eight, and all of them in `ci/long`, whose numbers are in docs/diagnose.md.
fn second_set() {
    let is_long = test_support::enlarged(1) > 1;
    let (rows, first, third, all) = held_out(if is_long { 1 } else { 8 });
    let sum = format!("{first} of {all} first, {third} of {all} among the first three");
    assert!(third * 10 >= all * 9, "{sum}\n{rows}");
    if is_long {
        let page = fs::read_to_string(manifest("../../docs/diagnose.md")).expect("it is there");
        assert!(page.contains(&rows) && page.contains(&format!("Held out: {sum}.")), "{sum}\n{rows}");
    }
}

/// Each mend of causes.yaml: five of them, and all in `ci/long`.
#[test]
fn mends_take_the_failure_away() {
    let is_long = test_support::enlarged(1) > 1;
    let stop = AtomicBool::new(false);
    let all: Vec<_> = causes::all().filter(|(_, known)| known.scenarios.len() == 1 || is_long).collect();
    let mut tried = 0;
    for (slug, known) in all.into_iter().step_by(if is_long { 1 } else { 12 }) {
        let scenario = &known.scenarios[0];
        let text = super::scenarios::text(scenario).expect("it is embedded");
        let Some(mended) = known.mended(text) else { continue };
        let verdict = |text: String| runs::finish(scenario, text, &stop).expect("it is right").verdict();
        assert_eq!(verdict(mended), Verdict::Passed, "{slug}");
        // And not without the edits.
        assert_ne!(verdict(known.unmended(text).expect("it has an expectation")), Verdict::Passed, "{slug}");
        tried += 1;
    }
    assert!(tried >= 4, "{tried}");
}

/// A log of Tftpd64 is explained by the causes of TFTP with that server.
#[test]
fn causes_with_tftpd64_print_its_log() {
    let stop = AtomicBool::new(false);
    for (scenario, says) in [
        ("bugs/wrong-path", "File <"),
        ("bugs/truncated-image", "Read request"),
        ("bugs/firewall-without-alg", "TIMEOUT"),
    ] {
        let text = super::scenarios::with_tftpd64(super::scenarios::text(scenario).expect("it is embedded"));
        let finished = runs::finish(scenario, text.expect("it has tftpd-hpa"), &stop).expect("it is right");
        let server = finished.record.hosts().iter().position(|name| name == "tftp-1").expect("the server");
        let log = finished.logs.text(server);
        assert!(log.contains(says), "{scenario}: {log}");
    }
}

/// Three access points in the controller's log: a hypothesis has as many, and explains more of it; what reproduces it has its names, folder and image.
#[test]
fn a_network_is_as_large_as_that_of_the_log() {
    let stop = AtomicBool::new(false);
    let text = super::scenarios::text("bugs/wrong-path").expect("it is embedded");
    let three = super::network::widened(text, 3).swap_remove(0);
    let other = [
        ("further-", "annex-"),
        ("floor", "annex-0"),
        ("10.0.4.", "192.168.77."),
        ("/EWC/17_9_4/", "/Cisco/17.9/"),
        ("/EWC/17_9_4\n", "/Cisco/17.9\n"),
        ("C9105AXI", "C9117AXI"),
        ("ap1g8", "ap1g6"),
    ];
    let three = other.iter().fold(three, |text, (own, other)| text.replace(own, other));
    let finished = runs::finish("bugs/wrong-path", three, &stop).expect("it is right");
    assert_eq!(finished.verdict(), Verdict::Passed);
    let controller = finished.record.hosts().iter().position(|name| name == "ewc").expect("the controller");
    let files = [("ewc.log".to_owned(), finished.logs.text(controller).into_bytes())];
    let points = super::network::number_of_access_points(&read(&files).expect("it is short"));
    let decide = |points: usize| {
        let mut tasks = runs::tasks(&Wanted { lab: None, tftpd64: false, points });
        tasks.keep(&["wrong-path", "tftp-blocked", "nothing-wrong"]);
        Runs::new(tasks.run(processors(), &mut Progress::none(), &stop).expect("nothing stops it").runs)
    };
    let (narrow, wide) = (decide(0), decide(points));
    let [before, after] = [&narrow, &wide].map(|runs| runs.decide(&files).causes.swap_remove(0));
    assert_eq!((points, after.cause.as_str()), (3, "wrong-path"));
    assert!(after.share > 0.9 && after.share > before.share + 0.04, "{} {}", before.share, after.share);
    let (known, run) = (causes::known(&after.cause), &wide.runs[after.hypothesis]);
    let reproduction = Reproduction::of(known, run, &after.names, None, &stop).expect("it passes");
    assert_eq!(reproduction.mended, Some(true));
    for says in ["annex-0", "192.168.77.2", "tftp-image-path /Cisco/17.9\n", "C9117AXI", "ap1g6"] {
        assert!(reproduction.text.contains(says), "{says}: {}", reproduction.text);
    }
}

/// The causes whose logs no other cause prints.
const OF_THEIR_OWN: [&str; 10] = [
    "bugs/bad-block",
    "bugs/both-partitions-bad",
    "bugs/cscvx32806-unverified-image",
    "bugs/d221975-tmp-not-cleaned",
    "bugs/expired-certificate",
    "bugs/fn72278-factory-flash",
    "bugs/fn72424-hardware-unknown",
    "bugs/fn72524-certificate-expired",
    "bugs/sftp-bad-chroot",
    "bugs/sftp-server-full",
];

/// One test, since all runs are made for it: the table of docs/diagnose.md, causes that are not known, and the field's samples.
#[test]
fn causes_are_found_and_what_is_no_known_cause_is_not() {
    let (rows, first, third, all) = after_damage();
    let table = format!("{HEAD}{rows}\n{first} of {all} first, {third} of {all} among the first three.\n");
    assert!(first * 10 >= all * 9 && third == all && all >= 40, "{table}");
    compare_page(&table);
    second_set();
    for scenario in OF_THEIR_OWN {
        let run = RUNS.runs.iter().find(|run| run.scenario == scenario).expect("it is a scenario");
        let is_other = |one: &&Hypothesis| one.cause != run.hypothesis.cause;
        let others: Vec<Hypothesis> = RUNS.hypotheses.iter().filter(is_other).cloned().collect();
        let decided = decide_among(&logs(run, &DAMAGE, 1), &others, &Weights::of(&others));
        assert_eq!(names(&decided.causes), [""; 0], "{scenario}");
        assert!(decided.nearest.is_some(), "{scenario}");
    }
    for (name, first, others) in FIELD {
        let bytes = fs::read(manifest("tests/field").join(name)).expect("it is there");
        let decided = RUNS.decide(&[(name.to_owned(), bytes)]);
        let causes = names(&decided.causes);
        assert_eq!((causes[0], decided.equal > 1), (first, !others.is_empty()), "{name}: {causes:?}");
        for other in others {
            assert!(causes[..decided.equal].contains(other), "{name}: {causes:?}");
        }
    }
}

/// The samples of Cisco 221705, each alone: the first cause, and some of those that it does not tell apart from it.
const FIELD: [(&str, &str, &[&str]); 8] = [
    ("ap-image-download-cannot-start.log", "no-profile", &["wrong-path", "sftp-wrong-path", "tftp-blocked"]),
    ("ap-join-download-success.log", "nothing-wrong", &[]),
    ("ewc-sftp-success.log", "nothing-wrong", &[]),
    ("ewc-sftp-wrong-path.log", "sftp-wrong-path", &[]),
    ("ewc-tftp-timed-out.log", "tftp-blocked", &["firewall-without-alg", "stateless-acl"]),
    ("ewc-tftp-wrong-path.log", "wrong-path", &["image-path-case", "image-not-unzipped"]),
    ("openssh-sftp.auth.log", "nothing-wrong", &["truncated-image"]),
    // Requests alone: in.tftpd does not log how a transfer ends.
    ("tftpd-hpa.syslog", "nothing-wrong", &["wrong-path", "stateless-acl"]),
];

const HEAD: &str = "| scenario | its cause | place | the first cause | explains | not told apart |\n|---|---|--:|---|--:|--:|\n";

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares the table with docs/diagnose.md. `INSTA_UPDATE=always` writes it anew.
fn compare_page(table: &str) {
    const MARK: &str = "<!-- generated -->\n";
    let path = manifest("../../docs/diagnose.md");
    let page = fs::read_to_string(&path).expect("it is there");
    let mut parts: Vec<&str> = page.split(MARK).collect();
    assert_eq!(parts.len(), 3, "the table stands between two marks");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        parts[1] = table;
        fs::write(&path, parts.join(MARK)).expect("it can be written");
        return;
    }
    assert_eq!(parts[1], table, "docs/diagnose.md differs; `INSTA_UPDATE=always` writes it anew");
}
