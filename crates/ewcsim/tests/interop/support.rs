//! Shared parts of the tests: programs of this machine, files with known contents, `ewcsim serve` as a child process.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use image::Content;
use tempfile::TempDir;

pub(super) const EWCSIM: &str = env!("CARGO_BIN_EXE_ewcsim");

/// 143,360 blocks of 512 bytes and an empty one: the block number wraps twice.
pub(super) const BIG: (&str, u64) = ("ap1g8", 73_400_320);
/// File sizes around the tested block sizes.
pub(super) const ODD: [(&str, u64); 12] = [
    ("1.bin", 1),
    ("511.bin", 511),
    ("512.bin", 512),
    ("513.bin", 513),
    ("1024.bin", 1_024),
    ("1427.bin", 1_427),
    ("1428.bin", 1_428),
    ("1429.bin", 1_429),
    ("22848.bin", 16 * 1_428),
    ("65463.bin", 65_463),
    ("65464.bin", 65_464),
    ("65465.bin", 65_465),
];

/// Returns all sizes.
pub(super) fn every() -> Vec<(&'static str, u64)> {
    [BIG].into_iter().chain(ODD).collect()
}

/// Returns the content that the scenario's server serves under this name.
pub(crate) fn content(name: &str, size: u64) -> Content {
    let version = "17.9.4.27".parse().expect("a version");
    // Names of images have no dot.
    if !name.contains('.') {
        return image::synthesize(name, &version, size).expect("a size that a bundle can have");
    }
    image::filler(&format!("17.9.4a/{name}"), size)
}

/// Returns the path of a program, including the directories for the administrator.
pub(super) fn find(program: &str) -> PathBuf {
    if program.contains('/') {
        return program.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.extend(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from));
    places
        .iter()
        .map(|place| place.join(program))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{program} is not there: run ci/setup"))
}

/// Returns a processor for this test: both ends of a transfer in lock-step are many times as fast on one. Tests that run at the
/// same time have different ones, if there are as many.
fn processor() -> String {
    let status = fs::read_to_string("/proc/self/status").expect("Linux says which are allowed");
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).expect("it says so");
    let allowed: Vec<usize> = list
        .trim()
        .split(',')
        .flat_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |text: &str| text.parse::<usize>().expect("a number");
            number(first)..=number(last)
        })
        .collect();
    let slot = std::env::var("NEXTEST_TEST_GROUP_SLOT").ok().and_then(|slot| slot.parse::<usize>().ok());
    allowed[slot.unwrap_or(0) % allowed.len()].to_string()
}

/// Builds a command on the processor of this test.
pub(super) fn pinned(program: &str) -> Command {
    let mut command = Command::new(find("taskset"));
    command.args(["-c", &processor()]).arg(find(program)).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(super) fn call(program: &str, directory: &Path, args: &[&str]) -> Called {
    let output = pinned(program).args(args).current_dir(directory).output().expect("it starts");
    Called::from(output)
}

/// The result of a command.
#[derive(Debug)]
pub(super) struct Called {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Called {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Called {
    /// Returns a value in the report of `fetch`.
    pub(super) fn value(&self, name: &str) -> &str {
        self.stdout
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            .trim()
    }
}

pub(super) fn fetch(directory: &Path, args: &[&str]) -> Called {
    let mut all = vec!["fetch"];
    all.extend(args);
    call(EWCSIM, directory, &all)
}

/// Creates a directory for a test's files, which is removed when dropped.
pub(super) fn temporary() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("cargo makes its directory for tests")
}

/// Returns the names in a directory, including hidden ones.
pub(super) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("it is there");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("it is read").file_name().into_string().expect("plain names")
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// Asserts that the file has exactly the expected content, without printing a difference of 70 MB.
pub(super) fn assert_same(path: &Path, expected: &Content, what: &str) {
    let found = fs::read(path).unwrap_or_else(|error| panic!("{what}: {}: {error}", path.display()));
    assert_eq!(found.len() as u64, expected.len(), "{what}");
    assert!(found == expected.bytes(), "{what}: other bytes");
    fs::remove_file(path).expect("it is ours");
}

/// A process that ends with the test.
#[derive(Debug)]
pub(crate) struct Process(pub Child);

impl Process {
    pub(super) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program())))
    }

    /// Sends a signal by name.
    pub(super) fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args([OsStr::new("-s"), name.as_ref(), id.as_ref()]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits for its end and returns the exit code.
    pub(super) fn code(&mut self) -> Option<i32> {
        self.0.wait().expect("it is ours").code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `ewcsim serve`, listening.
pub(super) struct Serving {
    pub process: Process,
    pub address: SocketAddr,
    /// The directory with `scenario.yaml`.
    pub directory: TempDir,
    pub log: BufReader<ChildStdout>,
    pub console: BufReader<ChildStderr>,
}

impl Serving {
    /// Serves the server of this name with this software.
    pub(super) fn start(scenario: &str, server: &str, software: &str) -> Self {
        let directory = temporary();
        fs::write(directory.path().join("scenario.yaml"), scenario).expect("the directory is ours");
        let mut process = Process::start(
            pinned(EWCSIM)
                .args(["serve", "scenario.yaml", server, "--bind", "127.0.0.1:0"])
                .current_dir(directory.path())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped()),
        );
        let log = BufReader::new(process.0.stdout.take().expect("piped"));
        let mut console = BufReader::new(process.0.stderr.take().expect("piped"));
        // Warnings about the scenario come first.
        let mut line = String::new();
        while !line.starts_with("serving ") {
            line.clear();
            let length = console.read_line(&mut line).expect("UTF-8");
            assert_ne!(length, 0, "it does not serve");
        }
        let address = line.trim_end().strip_prefix(&format!("serving {server} ({software}) at "));
        let address = address.unwrap_or_else(|| panic!("it does not serve: {line}"));
        let address = address.parse().expect("an address and a port");
        Self { process, address, directory, log, console }
    }
}

/// `ewcsim serve` with the files above.
pub(crate) struct Served {
    pub process: Process,
    pub address: SocketAddr,
    pub directory: TempDir,
    log: BufReader<ChildStdout>,
    _console: BufReader<ChildStderr>,
}

impl Served {
    pub(crate) fn start() -> Self {
        let Serving { process, address, directory, log, console } =
            Serving::start(&scenario(), "tftp-1", "tftpd-hpa");
        Self { process, address, directory, log, _console: console }
    }

    pub(super) fn port(&self) -> String {
        self.address.port().to_string()
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("tftp://{}/images/{name}", self.address)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Waits for the next line of the log, and returns it without time and process ID.
    pub(super) fn log_line(&mut self) -> String {
        let mut line = String::new();
        self.log.read_line(&mut line).expect("UTF-8");
        let (head, message) =
            line.trim_end().split_once("]: ").unwrap_or_else(|| panic!("no syslog: {line:?}"));
        let (stamp, process) = head.split_at("Nov 22 11:52:23".len());
        assert!(stamp.is_ascii() && process.starts_with(" tftp-1 in.tftpd["), "{line}");
        message.to_owned()
    }
}

/// Returns a scenario with one server that logs as much as possible.
pub(super) fn scenario() -> String {
    let mut listing = format!("{}: {}", BIG.0, BIG.1);
    for (name, size) in ODD {
        listing.push_str(&format!(", {name}: {size}"));
    }
    format!(
        "scenario: Interoperation
start: 2024-01-30T21:38:00Z
until: 10m
images:
  17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 1024000, {listing} }} }}
servers:
  - name: tftp-1
    software: tftpd-hpa
    address: 172.16.5.27
    files: {{ /images: 17.9.4a }}
    config: |
      TFTP_USERNAME=\"tftp\"
      TFTP_DIRECTORY=\"/srv/tftp\"
      TFTP_ADDRESS=\":69\"
      TFTP_OPTIONS=\"--secure --verbose --verbosity 4\"
controller: {{ name: ewc-1, model: C9120AXI, address: 172.16.4.26, running: 17.9.4a }}
access_points:
  - {{ name: ap-1, model: C9105AXI, address: 172.16.4.30, running: 17.3.3.26, backup: 8.10.130.0, uptime: 0s }}
"
    )
}
