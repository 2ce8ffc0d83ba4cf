//! Measures the speed targets of the design: the full stack with real-size images, beside the bare exchange on turmoil-net and
//! on turmoil 0.7, in the same run.
//!
//! `cargo bench -p ewcsim` prints a table. Each measurement runs in a separate process, so that peak memory is separate too.
//! Arguments select rows by name: `cargo bench -p ewcsim -- one-ap idle`.
#![allow(clippy::disallowed_types)] // Benchmarks measure real time.

mod baseline;
mod rows;

use std::process::Command;
use std::time::Instant;

/// The same allocator as in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The number of runs of each row; the table shows the median and the extremes.
const RUNS: usize = 3;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let first = arguments.next();
    if first.as_deref() == Some("--measure") {
        let name = arguments.next().expect("--measure needs a row");
        let row = rows::ROWS.iter().find(|row| row.name == name).expect("a row of that name");
        let start = Instant::now();
        let packets = (row.run)();
        println!("{} {packets} {}", start.elapsed().as_secs_f64(), peak_memory_kib());
        return;
    }
    let chosen: Vec<String> = first.into_iter().chain(arguments).collect();
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>13} {:>11}  target",
        "row", "median s", "min s", "max s", "packets/s", "peak MiB"
    );
    for row in rows::ROWS.iter().filter(|row| chosen.is_empty() || chosen.iter().any(|name| name == row.name))
    {
        report(row);
    }
}

fn report(row: &rows::Row) {
    let mut runs: Vec<(f64, u64, u64)> = (0..RUNS).map(|_| measure(row.name)).collect();
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (median_s, packets, _) = runs[RUNS / 2];
    let peak_kib = runs.iter().map(|(_, _, peak)| *peak).max().unwrap_or(0);
    let rate = packets as f64 / median_s;
    println!(
        "{:<24} {median_s:>9.3} {:>9.3} {:>9.3} {rate:>13.0} {:>11.1}  {}",
        row.name,
        runs[0].0,
        runs[RUNS - 1].0,
        peak_kib as f64 / 1024.0,
        row.target,
    );
}

/// Returns the seconds, packets and peak KiB of one run in a separate process.
fn measure(name: &str) -> (f64, u64, u64) {
    let this = std::env::current_exe().expect("this program has a path");
    let output = Command::new(this).args(["--measure", name]).output().expect("this program runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.split_whitespace();
    let mut next = || words.next().expect("three figures");
    let seconds = next().parse().expect("seconds");
    (seconds, next().parse().expect("packets"), next().parse().expect("KiB"))
}

/// Returns `VmHWM` of this process; 0 without /proc.
fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
