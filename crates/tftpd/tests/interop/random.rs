//! Drawn options and requests, at a live in.tftpd and at ours: every packet up to the first block, and every line of the log.
//!
//! `SEED=17 cargo nextest run -p tftpd -E 'test(drawn_options)'` compares one draw.

mod draw;

use std::fs;
use std::path::Path;

use host::real::RealHost;
use tftpd::tftpd_hpa::{ConfigError, ConfigProblem, Parsed, TftpdHpaConfig};

use self::draw::Case;
use crate::interop::compare::{empty, fill};
use crate::interop::live::Live;
use crate::interop::ours::{self, Ours};
use crate::interop::probe::{Server, run};

/// The number of draws in `ci/test`.
const DRAWS: u64 = 10;

#[test]
fn drawn_options_and_requests_are_treated_as_by_a_live_in_tftpd() {
    let seeds = match std::env::var("SEED") {
        Ok(seed) => seed.parse().map(|seed: u64| seed..seed + 1).expect("a number"),
        Err(_) => test_support::seeds(DRAWS),
    };
    let differences: Vec<String> = seeds.filter_map(difference).collect();
    assert!(differences.is_empty(), "{}\n{} differences", differences.join("\n"), differences.len());
}

/// What differs, if anything does.
fn difference(seed: u64) -> Option<String> {
    let compared = host::real::run(async {
        let host = RealHost::new("compared", 1);
        let directory = tempfile::tempdir().expect("a place for tests");
        let place = directory.path().to_str().expect("a plain path");
        let case = draw::case(seed, place);
        let options = case.options.replace("DIR", place);
        let prepare = || {
            empty(directory.path());
            fill(directory.path());
            fs::write(directory.path().join("rules"), &case.rules).expect("ours");
        };
        prepare();
        let live = Live::try_start(&host, &options, directory.path()).await;
        let parsed = TftpdHpaConfig::parse(&ours::text(&options, place));
        let live = match (live, parsed.is_ok()) {
            (Some(live), true) => live,
            (None, false) => return None,
            // in.tftpd logs an option that it does not know, and goes on; here that is an error by name.
            (Some(_), false) if is_unknown(&parsed) => return None,
            (live, _) => {
                let starts = if live.is_some() { "starts" } else { "does not start" };
                return Some(format!("seed {seed}, {options}: in.tftpd {starts}\nours: {parsed:?}"));
            }
        };
        let theirs = record(&host, &live, &case).await;
        drop(live);
        prepare();
        let ours = record(&host, &Ours::start(&host, &options, directory.path()).await, &case).await;
        let pairs = theirs.iter().zip(&ours).find(|(theirs, ours)| theirs != ours);
        pairs.map(|(theirs, ours)| {
            let rules = if options.contains("rules") { &case.rules } else { "" };
            format!("seed {seed}, {options}\n{rules}in.tftpd: {theirs:#?}\nours: {ours:#?}")
        })
    });
    compared.expect("the system gives a runtime")
}

fn is_unknown(parsed: &Result<Parsed, Vec<ConfigError>>) -> bool {
    let unknown = |problem: &ConfigProblem| {
        matches!(problem, ConfigProblem::UnknownOption(_) | ConfigProblem::AmbiguousOption(_))
    };
    parsed.as_ref().is_err_and(|errors| errors.iter().all(|error| unknown(&error.problem)))
}

async fn record(host: &RealHost, server: &impl Server, case: &Case) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    for steps in &case.requests {
        records.push(run(host, server, steps).await);
    }
    records
}

/// The name of the directory is as long as any other.
#[test]
fn a_seed_draws_the_same_case_again() {
    let place = Path::new("/tmp/x").to_str().expect("a plain path");
    assert_eq!(format!("{:?}", draw::case(1, place)), format!("{:?}", draw::case(1, place)));
    assert_ne!(format!("{:?}", draw::case(1, place)), format!("{:?}", draw::case(2, place)));
}
