//! `ewcsim serve` with several servers, and with what the timeline does to them. The client is `ewcsim fetch`.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};

use tempfile::TempDir;

use crate::cli::{Called, call_in, command};
use crate::common;

/// Two servers; their configuration and the timeline are still to be filled in.
const SCENARIO: &str = "scenario: Two servers
start: 2024-01-30T21:38:00Z
until: 10m
images:
  17.9.4a: { ap: 17.9.4.27, files: { ap1g7: 102400, ap1g8: 204800 } }
  17.12.1: { ap: 17.12.1.5, files: { ap1g7: 102400, ap1g8: 307200 } }
servers:
  - { name: tftp-1, software: tftpd-hpa, address: 172.16.5.27, files: { /images: 17.9.4a }, config: CONFIG }
  - { name: tftp-2, software: tftpd-hpa, address: 172.16.5.28, files: { /images: 17.9.4a }, config: CONFIG }
controller: { name: ewc-1, model: C9120AXI, address: 172.16.4.26, running: 17.9.4a }
access_points:
  - { name: ap-1, model: C9105AXI, address: 172.16.4.30, running: 17.9.4.27, uptime: 0s }
timeline:
TIMELINE";

/// The configuration of both, as YAML.
const CONFIG: &str = r#""TFTP_USERNAME=tftp\nTFTP_DIRECTORY=/srv/tftp\nTFTP_ADDRESS=:69\nTFTP_OPTIONS='--secure --verbose'\n""#;

/// Servers that end with the test.
struct Serving {
    child: Child,
    directory: TempDir,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Creates a directory with the scenario.
fn with_timeline(timeline: &str) -> TempDir {
    let directory = common::temporary();
    let text = SCENARIO.replace("CONFIG", CONFIG).replace("TIMELINE", timeline);
    fs::write(directory.path().join("s.yaml"), text).expect("the directory is ours");
    directory
}

impl Serving {
    fn start(timeline: &str, servers: &[&str]) -> Self {
        Self::start_in(with_timeline(timeline), servers)
    }

    /// Starts servers of the scenario that is in a directory.
    fn start_in(directory: TempDir, servers: &[&str]) -> Self {
        let args = [&["serve", "s.yaml"], servers, &["--bind", "127.0.0.1:0"]].concat();
        let mut started = command(directory.path(), &args);
        let mut child = started.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped")).lines();
        let stderr = BufReader::new(child.stderr.take().expect("piped")).lines();
        Self { child, directory, stdout, stderr }
    }

    /// Returns the next line of standard output.
    fn line(&mut self) -> String {
        self.stdout.next().expect("it prints on").expect("UTF-8")
    }

    /// Returns the next line of standard error with this text.
    fn told(&mut self, text: &str) -> String {
        let mut lines = self.stderr.by_ref().map(|line| line.expect("UTF-8"));
        lines.find(|line| line.contains(text)).unwrap_or_else(|| panic!("it does not say {text}"))
    }

    /// Reads the first lines, and returns the address of each server.
    fn addresses(&mut self) -> [String; 2] {
        let mut lines = [self.line(), self.line()];
        lines.sort();
        [("tftp-1", &lines[0]), ("tftp-2", &lines[1])].map(|(name, line)| {
            let address = line.strip_prefix(&format!("serving {name} (tftpd-hpa) at "));
            address.unwrap_or_else(|| panic!("no address: {line}")).to_owned()
        })
    }

    fn fetch(&self, address: &str, file: &str) -> Called {
        call_in(self.directory.path(), &["fetch", &format!("tftp://{address}/images/{file}")])
    }
}

#[test]
fn all_servers_listen_each_at_its_address() {
    let mut serving = Serving::start("  - { at: 9m, reload: ewc-1 }", &[]);
    let said = serving.told("not applied here");
    let line = SCENARIO.lines().count();
    assert!(said.ends_with(&format!(": line {line}")), "{said}");
    let addresses = serving.addresses();
    assert_ne!(addresses[0], addresses[1]);
    for (name, address) in ["tftp-1", "tftp-2"].into_iter().zip(&addresses) {
        let fetched = serving.fetch(address, "ap1g8");
        assert_eq!(fetched.code, Some(0), "{}", fetched.stderr);
        assert!(fetched.stdout.contains("204,800 bytes"), "{}", fetched.stdout);
        let line = serving.line();
        assert!(
            line.starts_with(&format!("{name}: ")) && line.contains(&format!(" {name} in.tftpd[")),
            "{line}"
        );
    }
}

#[test]
fn the_timeline_happens_to_live_servers() {
    let mut serving = Serving::start(
        "  - { at: 0s, file: { server: tftp-1, path: /images/ap1g7, remove: true } }
  - { at: 0s, file: { server: tftp-2, path: /images/ap1g8, replace: 17.12.1 } }
  - { at: 0s, server: { name: tftp-2, delay: 1ms } }
  - { after: { host: tftp-2, event: request }, server: { name: tftp-1, state: stopped } }
  - { after: { host: tftp-1, event: software_stopped, delay: 1ms }, server: { name: tftp-1, state: started } }",
        &["tftp-1", "tftp-2"],
    );
    let addresses = serving.addresses();
    let mut changes =
        vec!["ap1g7 is removed", "ap1g8 is replaced with the file of 17.12.1", "answers 1 ms later"];
    while !changes.is_empty() {
        let said = serving.told("  tftp-");
        changes.retain(|change| !said.contains(change));
    }
    let gone = serving.fetch(&addresses[0], "ap1g7");
    assert_eq!(gone.code, Some(1), "{}", gone.stderr);
    let replaced = serving.fetch(&addresses[1], "ap1g8");
    assert!(replaced.stdout.contains("307,200 bytes"), "{}{}", replaced.stdout, replaced.stderr);
    serving.told("tftp-1  software stopped");
    serving.told("tftp-1  software started");
    // It listens where it did, as soon as it has begun, and its files are as they were.
    let mut tries = (0..1_000).map(|_| serving.fetch(&addresses[0], "ap1g8"));
    let whole = tries.find(|tried| tried.code == Some(0)).expect("it serves again");
    assert!(whole.stdout.contains("204,800 bytes"), "{}{}", whole.stdout, whole.stderr);
    assert_eq!(serving.fetch(&addresses[0], "ap1g7").code, Some(1));
}

/// Two SFTP servers with a large image, the first of which needs a quarter of an hour for it.
const SFTP: &str = "scenario: Two SFTP servers
start: 2024-01-30T21:38:00Z
until: 10m
images: { 17.9.4a: { ap: 17.9.4.27, files: { ap1g7: 102400, ap1g8: 20480000 } } }
servers:
  - { name: sftp-1, software: openssh, address: 172.16.5.27, users: [{ name: ewc, password: rehearsal }], files: { /home/ewc/images: 17.9.4a } }
  - { name: sftp-2, software: openssh, address: 172.16.5.28, users: [{ name: ewc, password: rehearsal }], files: { /home/ewc/images: 17.9.4a } }
controller: { name: ewc-1, model: C9120AXI, address: 172.16.4.26, running: 17.9.4a }
access_points:
  - { name: ap-1, model: C9105AXI, address: 172.16.4.30, running: 17.9.4.27, uptime: 0s }
timeline:
  - { at: 0s, server: { name: sftp-1, rate: 20kB/s } }
";

/// No time is measured: the transfer from the slow server, which began first, is still under way when the one from the other server is over.
#[test]
fn the_timeline_slows_an_sftp_server() {
    let directory = common::temporary();
    fs::write(directory.path().join("s.yaml"), SFTP).expect("the directory is ours");
    let mut serving = Serving::start_in(directory, &["sftp-1", "sftp-2"]);
    let mut lines = [serving.line(), serving.line()];
    lines.sort();
    let [slow, fast] = [("sftp-1", &lines[0]), ("sftp-2", &lines[1])].map(|(name, line)| {
        let address = line.strip_prefix(&format!("serving {name} (openssh) at "));
        format!("sftp://ewc@{}/images/ap1g8", address.unwrap_or_else(|| panic!("no address: {line}")))
    });
    serving.told("sftp-1  sends at most 20,000 bytes per second");
    let place = serving.directory.path().to_owned();
    let fetch = |url: &str| {
        let mut fetch = command(&place, &["fetch", url]);
        fetch.env("EWCSIM_PASSWORD", "rehearsal").stdout(Stdio::piped()).stderr(Stdio::piped());
        fetch.spawn().expect("it starts")
    };
    let mut behind = fetch(&slow);
    while !serving.line().contains("session opened for user ewc") {}
    let ahead = fetch(&fast).wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&ahead.stdout).into_owned();
    let is_behind = behind.try_wait().expect("it can be asked").is_none();
    let _ = behind.kill();
    let _ = behind.wait();
    assert!(ahead.status.success() && told.contains("20,480,000 bytes"), "{told}");
    assert!(is_behind, "the slow server was as fast");
}

#[test]
fn a_server_without_power_waits_for_its_timeline() {
    let timeline = "  - { after: { host: tftp-2, event: request }, power_on: tftp-1 }";
    let mut serving = Serving::start(timeline, &[]);
    serving.told("tftp-1 is off until the timeline switches it on");
    let second = serving.line();
    let address =
        second.strip_prefix("serving tftp-2 (tftpd-hpa) at ").expect("the other one is on").to_owned();
    assert_eq!(serving.fetch(&address, "ap1g8").code, Some(0));
    serving.told("tftp-1  power on");
    serving.told("serving tftp-1 (tftpd-hpa) at 127.0.0.1:");
}

#[test]
fn servers_and_addresses_must_match() {
    let directory = with_timeline("  - { at: 9m, reload: ewc-1 }");
    for (args, said) in [
        (&["--bind", "127.0.0.1:6969"][..], "error: 2 servers, and `--bind` is given once\n"),
        (
            &["tftp-1", "--bind", "127.0.0.1:0", "--bind", "127.0.0.1:0"],
            "error: 1 server, and `--bind` is given 2 times\n",
        ),
        (&["tftp-1", "tftp-1", "--bind", "127.0.0.1:0"], "error: `tftp-1` is named twice\n"),
        (&["tftp-3", "--bind", "127.0.0.1:0"], "error: s.yaml has no server called `tftp-3`\n"),
        (&["tftp-1"], "error: the following required arguments were not provided:\n"),
    ] {
        let called = call_in(directory.path(), &[&["serve", "s.yaml"], args].concat());
        assert_eq!(called.code, Some(2), "{args:?}");
        assert!(called.stderr.starts_with(said), "{args:?}: {}", called.stderr);
    }
}
