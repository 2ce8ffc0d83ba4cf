//! Drawn configurations and clients, at a live sshd and at ours: who gets in, what is served, and every line of the log.
//!
//! `SEED=17 cargo nextest run -p openssh -E 'test(drawn_configurations)'` compares one draw.

mod client;
mod draw;
mod found;
mod live;
mod machine;
mod ours;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use host::Host;
use host::real::RealHost;
use openssh::{Included, Parsed, Release, SshdConfig};
use ssh::HostKey;
use tempfile::TempDir;
use test_support::Syslog;

use self::client::Seat;
use self::draw::Case;
use self::live::Live;
use self::ours::Ours;

/// The number of draws in `ci/test`.
const DRAWS: u64 = 10;
const STEP: Duration = Duration::from_millis(4);
/// The time that lines may take which only one of the two has so far. On a busy machine, the last process of a live sshd ends seconds later.
const PATIENCE: Duration = Duration::from_secs(15);
/// The time after the last client in which there may be no more lines.
const QUIET: Duration = Duration::from_millis(30);

#[test]
fn drawn_configurations_and_clients_are_treated_as_by_a_live_sshd() {
    let bench = Bench::new();
    let seeds = match std::env::var("SEED") {
        Ok(seed) => seed.parse().map(|seed: u64| seed..seed + 1).expect("a number"),
        Err(_) => test_support::seeds(DRAWS),
    };
    let (mut differences, mut compared) = (Vec::new(), 0);
    for seed in seeds.clone() {
        let case = draw::case(seed);
        match bench.compare(&case) {
            Outcome::Same => compared += 1,
            Outcome::NotModelled => {}
            Outcome::Different(what) => {
                differences.push(format!("seed {seed}\n{}{what}", case.directives));
            }
        }
    }
    let number = differences.len();
    assert!(differences.is_empty(), "{}\n{number} differences", differences.join("\n"));
    // A comparison that is hardly ever made would be none.
    let draws = seeds.end - seeds.start;
    assert!(10 * compared + 10 >= 8 * draws, "only {compared} of {draws} were compared");
}

#[test]
fn cases_that_differed_once_are_the_same() {
    let bench = Bench::new();
    let mut differences = Vec::new();
    for case in found::cases() {
        if let Outcome::Different(what) = bench.compare(&case) {
            differences.push(format!("{}{what}", case.directives));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What comes of a draw.
enum Outcome {
    Same,
    /// Ours refuses it by name.
    NotModelled,
    Different(String),
}

/// What all comparisons share: keys, accounts, the log.
struct Bench {
    directory: TempDir,
    syslog: Syslog,
    theirs: Seat,
    ours: Seat,
    keys: Vec<PathBuf>,
    /// The key of clients, which nobody accepts.
    identity: PathBuf,
    release: Release,
}

impl Bench {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a place for tests");
        let here = directory.path();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(here, mode).expect("ours");
        machine::write_accounts(here);
        let keys = [("ed25519", "256"), ("ecdsa", "256"), ("rsa", "2048")];
        let keys = keys.map(|(kind, bits)| key(here, &format!("ssh_host_{kind}_key"), kind, bits));
        Self {
            syslog: live::listen(here),
            theirs: Seat::new(here, "theirs"),
            ours: Seat::new(here, "ours"),
            keys: keys.to_vec(),
            identity: key(here, "identity", "ed25519", "256"),
            release: release(),
            directory,
        }
    }

    fn compare(&self, case: &Case) -> Outcome {
        let compared = host::real::run(async { self.side_by_side(case).await });
        compared.expect("the system gives a runtime")
    }

    async fn side_by_side(&self, case: &Case) -> Outcome {
        let host = RealHost::new("compared", 1);
        let [their_port, our_port] = [(); 2].map(|()| test_support::free_port().port());
        let here = self.directory.path();
        machine::write_files(here);
        fs::write(here.join("sshd_config"), self.text(case, their_port)).expect("ours");
        self.syslog.drain();
        let live = Live::start(&host, here, their_port).await;
        let text = self.text(case, our_port);
        let parsed = SshdConfig::parse_files(&text, self.release, Included::Files(&[]));
        let config = match (&live, parsed) {
            (_, Ok(Parsed { warnings, .. })) if warnings.iter().any(|it| it.not_modelled.is_some()) => {
                return Outcome::NotModelled;
            }
            (Ok(_), Ok(Parsed { config, .. })) => config,
            (Err(printed), Err(errors)) => {
                let first = errors[0].problem.to_string();
                let said = printed.contains(&first);
                let what = || format!("sshd: {printed}\nours: {first}");
                return if said { Outcome::Same } else { Outcome::Different(what()) };
            }
            (Ok(_), Err(errors)) => return Outcome::Different(format!("sshd takes it\nours: {errors:#?}")),
            (Err(printed), Ok(_)) => return Outcome::Different(format!("sshd: {printed}\nours takes it")),
        };
        let live = live.expect("it was looked at");
        let keys = self.keys.iter().map(|path| fs::read_to_string(path).expect("ours"));
        let keys = keys.map(|text| HostKey::from_openssh(&text).expect("a key")).collect();
        let ours = Ours::start(&host, config, keys).await;
        let mut both = Both { host, live, syslog: &self.syslog, ours, logs: [Vec::new(), Vec::new()] };
        if let Some(what) = both.difference().await {
            return Outcome::Different(format!("at the start\n{what}"));
        }
        for client in &case.clients {
            let (theirs, ours) = tokio::join!(
                self.theirs.run(&both.host, client, &self.identity, their_port),
                self.ours.run(&both.host, client, &self.identity, our_port),
            );
            let shown = (theirs != ours).then(|| format!("sshd: {theirs:#?}\nours: {ours:#?}"));
            if let Some(what) = shown.or(both.difference().await) {
                return Outcome::Different(format!("{client:?}\n{what}"));
            }
        }
        both.host.sleep(QUIET).await;
        both.difference().await.map_or(Outcome::Same, Outcome::Different)
    }

    /// The configuration of a server at this port.
    fn text(&self, case: &Case, port: u16) -> String {
        let keys = self.keys.iter().map(|path| format!("HostKey {}\n", path.display()));
        let keys: String = keys.collect();
        let port = port.to_string();
        let directives = case.directives.replace("PORT", &port);
        format!("ListenAddress 127.0.0.1:{port}\nPort {port}\nPidFile none\n{keys}{directives}")
    }
}

/// The two servers and what they have logged since the last comparison.
struct Both<'a> {
    host: RealHost,
    live: Live,
    syslog: &'a Syslog,
    ours: Ours,
    logs: [Vec<String>; 2],
}

impl Both<'_> {
    /// Waits until the live one has no connection and the logs agree, and gives both if they do not.
    async fn difference(&mut self) -> Option<String> {
        let until = self.host.now() + PATIENCE;
        loop {
            let is_idle = self.live.is_idle();
            self.logs[0].extend(self.syslog.drain());
            self.logs[1].extend(self.ours.drain());
            let [theirs, ours] = [0, 1].map(|at| by_process(&self.logs[at]));
            if is_idle && theirs == ours {
                self.logs = [Vec::new(), Vec::new()];
                return None;
            }
            if self.host.now() > until {
                return Some(format!("sshd logs {theirs:#?}\nours logs {ours:#?}\nsshd is idle: {is_idle}"));
            }
            self.host.sleep(STEP).await;
        }
    }
}

/// The lines of each process, without its number: two processes may log at the same time.
fn by_process(lines: &[String]) -> Vec<Vec<String>> {
    let mut processes: Vec<(&str, Vec<String>)> = Vec::new();
    for line in lines {
        // Of another program, or of a later PAM, and not written by ours; the last depends on who closes the channel first: docs/openssh.md.
        let passed_over = ["> nologin: ", "has blank password; authenticated", "]: Close session: user "];
        if passed_over.iter().any(|part| line.contains(part)) {
            continue;
        }
        let (head, message) =
            line.split_once("]: ").unwrap_or_else(|| panic!("not a line of a process: {line}"));
        let (program, pid) = head.split_once('[').expect("a process");
        // An extension that sftp-server of 8.9 does not have.
        if message.starts_with("users-groups-by-id") {
            continue;
        }
        let line = format!("{program}: {}", mask(message));
        match processes.iter_mut().find(|(other, _)| *other == pid) {
            Some((_, lines)) => lines.push(line),
            None => processes.push((pid, vec![line])),
        }
    }
    let mut lines: Vec<_> = processes.into_iter().map(|(_, lines)| lines).collect();
    lines.sort();
    lines
}

/// A message without ports, processes and numbers of bytes on the wire.
fn mask(message: &str) -> String {
    if message.starts_with("Transferred: sent ") {
        return "Transferred".to_owned();
    }
    let mut words: Vec<&str> = message.split(' ').collect();
    for at in 1..words.len() {
        if ["port", "pid"].contains(&words[at - 1]) {
            words[at] = words[at].trim_start_matches(|digit: char| digit.is_ascii_digit());
        }
    }
    words.join(" ")
}

/// A new key.
fn key(here: &Path, name: &str, kind: &str, bits: &str) -> PathBuf {
    let path = here.join(name);
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", kind, "-b", bits, "-N", "", "-f"]).arg(&path).stdin(Stdio::null());
    assert!(command.status().expect("ssh-keygen is missing: run ci/setup").success());
    path
}

/// The release of the live sshd.
fn release() -> Release {
    let output = Command::new("ssh").arg("-V").output().expect("ssh is missing: run ci/setup");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    let version = printed.strip_prefix("OpenSSH_").and_then(|rest| rest.split([' ', ',']).next());
    version.and_then(Release::parse).unwrap_or_else(|| panic!("not a release that is known: {printed}"))
}
