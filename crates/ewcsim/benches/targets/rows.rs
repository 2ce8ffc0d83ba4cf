//! The rows of the table.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use ewcsim::suite::{self, Ending, Judge, Layout, Selection, Suite};
use ewcsim::{Allowed, EngineName, Options, Progress, Verdict};
use network::Stats;
use scenario::{Choices, DiskFiles, Files, MemoryFiles};

use crate::baseline;

/// One row of the table.
pub(crate) struct Row {
    /// The name by which it is selected and shown.
    pub name: &'static str,
    /// The target.
    pub target: &'static str,
    /// A function that runs it once and returns the number of packets sent.
    pub run: fn() -> u64,
}

/// The number of messages per access point in a baseline: enough to measure a rate, few enough for the slowest.
const BASELINE_MESSAGES: u32 = 2_000;
/// The same for a single access point.
const BASELINE_MESSAGES_ALONE: u32 = 51_208;

pub(crate) const ROWS: &[Row] = &[
    Row { name: "one-ap", target: "≤ 0.5 s, 70 MB over TFTP and CAPWAP", run: one_ap },
    Row { name: "sftp-one", target: "≤ 1.5 s, 59 MB over SFTP and CAPWAP", run: sftp_one },
    Row { name: "hundred-aps", target: "≤ 12 s, ≥ 1,000,000 packets/s, ≤ 512 MiB", run: || many(100) },
    Row { name: "two-hundred-aps", target: "≤ 2.2 × hundred-aps", run: || many(200) },
    Row { name: "idle-hundred-24h", target: "≤ 2 s", run: idle },
    Row { name: "small", target: "≤ 0.005 s a run (200 runs/s), 200 runs", run: small },
    Row { name: "suite", target: "≤ 5 s, 200 small scenarios, 2 jobs", run: suite },
    Row {
        name: "turmoil-net-1",
        target: "baseline, bare exchange",
        run: || baseline::turmoil_net::run(1, BASELINE_MESSAGES_ALONE),
    },
    Row {
        name: "turmoil-net-100",
        target: "baseline, bare exchange",
        run: || baseline::turmoil_net::run(100, BASELINE_MESSAGES),
    },
    Row {
        name: "turmoil-1",
        target: "baseline, bare exchange",
        run: || baseline::turmoil::run(1, BASELINE_MESSAGES),
    },
    Row { name: "turmoil-100", target: "baseline, bare exchange", run: || baseline::turmoil::run(100, 50) },
    Row { name: "stack-1", target: "five minutes, 1 access point", run: || stack(1, EngineName::Simnet) },
    Row { name: "stack-10", target: "the same, 10", run: || stack(10, EngineName::Simnet) },
    Row { name: "stack-30", target: "the same, 30", run: || stack(30, EngineName::Simnet) },
    Row { name: "stack-turmoil-1", target: "stack-1 on turmoil", run: || stack(1, EngineName::Turmoil) },
    Row { name: "stack-turmoil-10", target: "stack-10 on turmoil", run: || stack(10, EngineName::Turmoil) },
    Row { name: "stack-turmoil-30", target: "stack-30 on turmoil", run: || stack(30, EngineName::Turmoil) },
    Row {
        name: "simnet-1",
        target: "our network alone",
        run: || baseline::simnet::run(1, BASELINE_MESSAGES_ALONE),
    },
    Row {
        name: "simnet-100",
        target: "our network alone",
        run: || baseline::simnet::run(100, BASELINE_MESSAGES),
    },
];

/// Runs the field scenario, unchanged.
fn one_ap() -> u64 {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    by_exchange(&run(&workspace.join("scenarios/field/tftp-join.yaml"), &DiskFiles), 0.2)
}

/// Runs the same over SFTP, encrypted and authenticated.
fn sftp_one() -> u64 {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    run(&workspace.join("scenarios/field/sftp-join.yaml"), &DiskFiles).sent
}

/// Runs downloads of the real-size image by this many access points at the same time.
fn many(access_points: u32) -> u64 {
    let aps = format!(
        "access_points:\n  - {{ name: ap, count: {access_points}, model: C9105AXI, address: 172.16.8.10, \
         running: 17.3.3.26, backup: 8.10.130.0 }}\n"
    );
    // More than a controller takes: its verdict is then inconclusive.
    let accepted = "accept_unmodelled: [\"more access points than the model takes\"]\n";
    let accepted = if access_points > 100 { accepted } else { "" };
    by_exchange(&run_text(&format!("{HEAD}until: 80m\n{accepted}{NETWORK}{aps}{EXPECT}"), 70_512_640), 0.9)
}

/// Returns the number of packets sent. Fails if fewer than this share of them were steps of exchanges: the way without packets must not
/// die unnoticed.
fn by_exchange(stats: &Stats, share: f64) -> u64 {
    let actual = stats.express as f64 / stats.sent as f64;
    assert!(actual > share, "{} of {} packets were steps of exchanges", stats.express, stats.sent);
    stats.sent
}

/// Runs a day of a hundred joined access points that only echo.
fn idle() -> u64 {
    let aps = "access_points:\n  - { name: ap, count: 100, model: C9105AXI, address: 172.16.8.10, running: 17.9.4.27 }\n";
    run_text(&format!("{HEAD}until: 24h\n{NETWORK}{aps}{EXPECT}"), 1_024_000).sent
}

/// Runs three access points with images of a megabyte, two hundred times.
fn small() -> u64 {
    let text = small_text();
    (0..200).map(|_| run_text(&text, 1_024_000).sent).sum()
}

fn small_text() -> String {
    let aps = "access_points:\n  - { name: ap, count: 3, model: C9105AXI, address: 172.16.8.10, running: 17.3.3.26, \
               backup: 8.10.130.0 }\n";
    format!("{HEAD}until: 10m\n{NETWORK}{aps}{EXPECT}")
}

/// Runs the full stack for five minutes, with images of a megabyte, on either engine.
fn stack(access_points: u32, engine: EngineName) -> u64 {
    let aps = format!(
        "access_points:\n  - {{ name: ap, count: {access_points}, model: C9105AXI, address: 172.16.8.10, \
         running: 17.3.3.26, backup: 8.10.130.0 }}\n"
    );
    let text = format!("{HEAD}until: 5m\n{NETWORK}{aps}{EXPECT}");
    run_on(engine, Path::new("bench.yaml"), &bench_files(&text, 1_024_000)).sent
}

/// Runs two hundred such scenarios as files, as `ewcsim test --jobs 2` does.
fn suite() -> u64 {
    let directory = tempfile::tempdir().expect("the system has a directory for such");
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("it is ours");
    write("images.listing", &listing(1_024_000));
    for number in 0..200 {
        write(&format!("{number}.yaml"), &small_text());
    }
    let paths = vec![directory.path().to_owned()];
    let suite = Suite {
        selection: Selection::default(),
        jobs: 2,
        fail_fast: false,
        judge: Judge {
            allowed: Allowed::new(&paths, &[]).expect("nothing else is named"),
            engine: EngineName::Simnet,
            layout: Layout::new(None).expect("there is a current directory"),
            choices: Choices::default(),
            update: false,
            twice: false,
            time_limit: None,
            reports: false,
            out: None,
            captures: false,
        },
        paths,
    };
    let mut packets = 0;
    let stop = AtomicBool::new(false);
    let totals = suite::run(&suite, &stop, &mut Progress::none(), |case| packets += case.packets);
    let totals = totals.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((totals.worst(), totals.run()), (Ending::Passed, 200));
    packets
}

const HEAD: &str = "scenario: a measurement\nstart: 2024-01-30T21:38:00Z\n";
const NETWORK: &str = "
images:
  17.9.4a: { ap: 17.9.4.27, controller: 17.09.04a.0.6, listing: images.listing }
network:
  links:
    - { between: [any, any], latency: 250us }
servers:
  - { name: tftp-1, software: tftpd-hpa, address: 172.16.5.27, files: { /EWC/17_9_4a: 17.9.4a } }
controller:
  name: 9120-EWC
  model: C9120AXI
  address: 172.16.4.26
  running: 17.9.4a
  config: |
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 172.16.5.27
     tftp-image-path /EWC/17_9_4a
";
const EXPECT: &str = "expect:\n  - { access_points: all, running: 17.9.4.27, state: registered }\n";

fn run_text(text: &str, image_size: u64) -> Stats {
    run(Path::new("bench.yaml"), &bench_files(text, image_size))
}

fn bench_files(text: &str, image_size: u64) -> MemoryFiles {
    MemoryFiles::default().with("bench.yaml", text).with("images.listing", listing(image_size))
}

/// Returns a directory of images, in the format of `ls -l`.
fn listing(image_size: u64) -> String {
    let line = |name| format!("-rw-r--r-- 1 calor calor {image_size} Oct 20 11:04 {name}\n");
    line("ap1g8") + &line("ap1g7")
}

fn run(path: &Path, files: &dyn Files) -> Stats {
    run_on(EngineName::Simnet, path, files)
}

fn run_on(engine: EngineName, path: &Path, files: &dyn Files) -> Stats {
    let prepared = ewcsim::load(path, files).unwrap_or_else(|problems| panic!("{problems}"));
    let stop = AtomicBool::new(false);
    let options = Options { engine: engine.kind(&prepared.scenario), ..Options::default() };
    let finished = ewcsim::run(&prepared, options, &mut Progress::none(), &stop)
        .unwrap_or_else(|error| panic!("{error:?}"));
    let is_accepted =
        finished.verdict() == Verdict::Inconclusive && !prepared.scenario.accept_unmodelled.is_empty();
    assert!(is_accepted || finished.verdict() == Verdict::Passed, "{:?}", finished.judgements);
    finished.stats
}
