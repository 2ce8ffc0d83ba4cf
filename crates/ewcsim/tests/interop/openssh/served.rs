//! `ewcsim serve` with an OpenSSH server.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ChildStderr;
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

use super::clients::Login;
use super::{IMAGE, PASSWORD, USER};
use crate::interop::support::{ODD, Process, Serving};

/// The timeout for an expected line of the log.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server.
pub(super) struct Served {
    pub address: SocketAddr,
    pub directory: TempDir,
    log: mpsc::Receiver<String>,
    _console: BufReader<ChildStderr>,
    process: Process,
}

impl Served {
    /// Serves [`IMAGE`] and [`ODD`] in `images/` of the user's home, and `private/secret.bin`, which the user cannot read, under
    /// this configuration.
    pub(super) fn start(config: &str) -> Self {
        let Serving { process, address, directory, log, console } =
            Serving::start(&scenario(config), "sftp-1", "openssh");
        let (tell, lines) = mpsc::channel();
        #[expect(clippy::disallowed_methods, reason = "there is nothing simulated about a child process")]
        std::thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { address, directory, log: lines, _console: console, process }
    }

    pub(super) fn login(&self) -> Login<'_> {
        Login { port: self.address.port(), user: USER, password: PASSWORD, directory: self.directory.path() }
    }

    /// Returns the server's process ID.
    pub(super) fn id(&self) -> u32 {
        self.process.0.id()
    }

    /// Returns its memory, in bytes.
    pub(super) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says so");
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kibibytes << 10
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        Path::new(self.directory.path()).join(name)
    }

    /// Returns the lines of the log up to the one that `is_last` accepts, without time and host.
    pub(super) fn log_until(&mut self, mut is_last: impl FnMut(&str) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line =
                self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no last line after {lines:#?}"));
            let (_, line) =
                line.split_once(" sftp-1 ").unwrap_or_else(|| panic!("no line of its log: {line}"));
            let last = is_last(line);
            lines.push(line.to_owned());
            if last {
                return lines;
            }
        }
    }
}

fn scenario(config: &str) -> String {
    let mut listing = format!("{}: {}", IMAGE.0, IMAGE.1);
    for (name, size) in ODD {
        listing.push_str(&format!(", {name}: {size}"));
    }
    let config: String = config.lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "scenario: Interoperation
start: 2024-01-30T21:38:00Z
until: 10m
images:
  17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 1024000, {listing} }} }}
  private: {{ ap: 17.9.4.27, files: {{ secret.bin: 6 }} }}
servers:
  - name: sftp-1
    software: openssh
    address: 172.16.5.62
    users: [{{ name: {USER}, uid: 1000, password: {PASSWORD} }}]
    files:
      /home/{USER}/images: {{ images: 17.9.4a, owner: {USER}, group: {USER} }}
      /home/{USER}/private: {{ images: private, mode: \"0600\" }}
    directories: {{ /home/{USER}/private: {{ owner: root, group: root }} }}
    config: |
{config}controller: {{ name: ewc-1, model: C9120AXI, address: 172.16.4.26, running: 17.9.4a }}
access_points:
  - {{ name: ap-1, model: AIR-AP3802I-B-K9, address: 172.16.4.30, running: 17.3.3.26, backup: 8.10.130.0, uptime: 0s }}
"
    )
}
