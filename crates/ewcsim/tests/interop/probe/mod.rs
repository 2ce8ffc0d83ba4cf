//! `ewcsim probe` against live servers: for each software one that is right, and some that are wrong in different ways. The findings
//! name the cause.

mod atftpd;
mod dnsmasq;
mod hostile;
mod openssh;
mod served;
mod tftpd;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::interop::peers::wait_until_it_answers;
use crate::interop::support::{Called, EWCSIM, Process, pinned, temporary};

/// The images of the plan, their sizes, and the one that is the controller's own.
const IMAGES: [(&str, u64); 2] = [("ap1g8", 204_800), ("ap3g3", 102_400)];
const CONTROLLER: (&str, u64) = ("C9800-AP-iosxe-wlc.bin", 61_440);

/// The user and the password of SFTP.
const USER: &str = "calo";
const PASSWORD: &str = "Sw0rdfish";

/// A lab, and the directory in which it lies.
struct Lab {
    directory: TempDir,
}

/// The result of a probe.
struct Probed {
    called: Called,
    json: Value,
}

impl Lab {
    /// Writes a lab whose controller has this profile.
    fn new(profile: &str) -> Self {
        Self::with(&lab(profile))
    }

    /// Writes a lab of this text.
    fn with(text: &str) -> Self {
        let directory = temporary();
        fs::write(directory.path().join("lab.yaml"), text).expect("the directory is ours");
        Self { directory }
    }

    fn tftp(path: &str, more: &str) -> Self {
        let profile = format!(
            "{more}wireless profile image-download default\n image-download-mode tftp\n tftp-image-server 10.0.5.27\n tftp-image-path {path}\n"
        );
        Self::new(&profile)
    }

    fn sftp(path: &str, user: &str, password: &str) -> Self {
        let profile = format!(
            "wireless profile image-download default\n image-download-mode sftp\n sftp-image-server 10.0.5.27\n sftp-image-path {path}\n \
             sftp-username {user}\n sftp-password 0 {password}\n"
        );
        Self::new(&profile)
    }

    /// Probes the server at this address.
    fn probe(&self, at: SocketAddr, args: &[&str]) -> Probed {
        self.probe_waiting(at, "2s", args)
    }

    /// Does the same with another time for each answer.
    fn probe_waiting(&self, at: SocketAddr, wait: &str, args: &[&str]) -> Probed {
        let at = at.to_string();
        let called = self.call(&[&["--at", &at, "--wait", wait, "--format", "json"], args].concat());
        let json = serde_json::from_str(&called.stdout).unwrap_or_else(|error| panic!("{error}: {called:?}"));
        Probed { called, json }
    }

    /// Runs `probe` on this lab.
    fn call(&self, args: &[&str]) -> Called {
        let mut command = pinned(EWCSIM);
        command.args(["probe", "lab.yaml"]).args(args);
        command.current_dir(self.directory.path()).env_remove("EWCSIM_PASSWORD");
        Called::from(command.output().expect("it starts"))
    }
}

/// Returns the text of a lab with a controller and access points of two other types, which go from one release to the next.
fn lab(profile: &str) -> String {
    let files = IMAGES.iter().chain([&CONTROLLER]).map(|(name, size)| format!("{name}: {size}"));
    let files: Vec<String> = files.chain(["ap1g7: 102400".to_owned()]).collect();
    let profile: String = profile.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "lab: A site
start: 2026-03-05T22:00:00Z
until: 1h
images:
  17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 102400 }} }}
  17.12.1: {{ ap: 17.12.1.5, files: {{ {} }} }}
controller:
  name: ewc
  model: C9120AXI
  address: 10.20.0.2
  running: 17.9.4a
  access_point: {{ uptime: 20d }}
  config: |
{profile}access_points:
  - {{ name: lobby, count: 2, model: C9105AXI, address: 10.20.1.1, running: 17.9.4a, uptime: 20d }}
  - {{ name: dock, model: AIR-AP3802I, address: 10.20.1.21, running: 17.9.4a, uptime: 20d }}
",
        files.join(", ")
    )
}

/// A TFTP server with a directory of its own.
struct TftpServer {
    address: SocketAddr,
    files: TempDir,
    _process: Process,
}

impl TftpServer {
    /// Starts the server that `command` makes of an address and a directory, with the release of the plan in `EWC/17_12_1`.
    fn start(address: SocketAddr, command: impl FnOnce(SocketAddr, &Path) -> Command) -> Self {
        let files = temporary();
        mode(files.path(), 0o755);
        release(&files.path().join("EWC/17_12_1"));
        let mut command = command(address, files.path());
        let mut process = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        wait_until_it_answers(&mut process, address);
        Self { address, files, _process: process }
    }

    fn images(&self) -> PathBuf {
        self.files.path().join("EWC/17_12_1")
    }

    /// Probes with this path in the profile.
    fn probe(&self, path: &str) -> Probed {
        Lab::tftp(path, "").probe(self.address, &[])
    }

    /// Checks five faults of files, each with the others removed.
    fn assert_faults_of_files(&self) {
        let images = self.images();
        cut(&images, "ap1g8", 100_000);
        self.probe("/EWC/17_12_1").assert_one("ap1g8", "truncated");
        replace(&images, "ap1g8", "ap1g4", "17.12.1.5", 204_800);
        self.probe("/EWC/17_12_1").assert_one("ap1g8", "other_image");
        replace(&images, "ap1g8", "ap1g8", "17.9.4.27", 204_800);
        self.probe("/EWC/17_12_1").assert_one("ap1g8", "other_version");
        fs::write(images.join("ap1g8"), vec![b'<'; 204_800]).expect("it is ours");
        self.probe("/EWC/17_12_1").assert_one("ap1g8", "not_an_image");
        fs::remove_file(images.join("ap1g8")).expect("it is ours");
        let probed = self.probe("/EWC/17_12_1");
        probed.assert_one("ap1g8", "not_found");
        release(&images);
        fs::rename(images.join("ap1g8"), images.join("AP1G8")).expect("it is ours");
        let probed = self.probe("/EWC/17_12_1");
        probed.assert_one("ap1g8", "elsewhere");
        assert_eq!(probed.finding("ap1g8")["how"], "case");
        fs::rename(images.join("AP1G8"), images.join("ap1g8")).expect("it is ours");
    }

    /// Checks the finding about a file that the server may not read.
    fn assert_unreadable(&self, kind: &str) {
        mode(&self.images().join("ap3g3"), 0o600);
        self.probe("/EWC/17_12_1").assert_one("ap3g3", kind);
        mode(&self.images().join("ap3g3"), 0o644);
    }
}

/// Writes all files of the plan into a directory, which is made.
fn release(directory: &Path) -> PathBuf {
    fs::create_dir_all(directory).expect("the directory is ours");
    let version = "17.12.1.5".parse().expect("a version");
    for (name, size) in IMAGES.iter().chain([&("ap1g7", 102_400)]) {
        let image = image::synthesize(name, &version, *size).expect("a size that a bundle can have");
        fs::write(directory.join(name), image.bytes()).expect("the directory is ours");
    }
    let controller = image::ControllerImage { version: "17.12.01.0.5".into(), ap: version };
    let controller = image::synthesize_controller(&controller, CONTROLLER.1).expect("a size");
    fs::write(directory.join(CONTROLLER.0), controller.bytes()).expect("the directory is ours");
    directory.to_owned()
}

/// Writes one image of another type or version in place of `name`.
fn replace(directory: &Path, name: &str, image_type: &str, version: &str, size: u64) {
    let version = version.parse().expect("a version");
    let image = image::synthesize(image_type, &version, size).expect("a size that a bundle can have");
    fs::write(directory.join(name), image.bytes()).expect("the directory is ours");
}

/// Cuts a file, as an interrupted copy does.
fn cut(directory: &Path, name: &str, size: u64) {
    let file = fs::OpenOptions::new().write(true).open(directory.join(name)).expect("it is there");
    file.set_len(size).expect("it is ours");
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

impl Probed {
    /// Returns the kinds of the findings about the server.
    fn server(&self) -> Vec<String> {
        kinds(&self.json["findings"])
    }

    /// Returns the kinds of the findings about files, by file; files without any are left out.
    fn files(&self) -> BTreeMap<String, Vec<String>> {
        let files = self.json["files"].as_array().expect("a list");
        let named = files.iter().map(|file| (text(&file["name"]), kinds(&file["findings"])));
        named.filter(|(_, kinds)| !kinds.is_empty()).collect()
    }

    /// Returns the first finding about a file.
    fn finding(&self, name: &str) -> &Value {
        let files = self.json["files"].as_array().expect("a list");
        let file = files.iter().find(|file| file["name"] == name).expect("it is of the plan");
        &file["findings"][0]
    }

    /// Checks that every file is found, and fits.
    fn assert_right(&self) {
        assert_eq!((self.server(), self.files()), Default::default(), "{:#}", self.json);
        assert_eq!(
            (self.called.code, &self.json["outcome"]),
            (Some(0), &"passed".into()),
            "{:?}",
            self.called
        );
        let files = self.json["files"].as_array().expect("a list");
        let names: Vec<String> = files.iter().map(|file| text(&file["name"])).collect();
        assert_eq!(names, [CONTROLLER.0, "ap1g7", "ap1g8", "ap3g3"]);
        for file in files {
            assert_eq!((&file["found"], &file["size"]), (&true.into(), &file["expected_size"]), "{file:#}");
            assert_eq!(
                (&file["image"], &file["version"]),
                (&file["name"], &file["expected_version"]),
                "{file:#}"
            );
        }
        assert!(self.json["outlook"]["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
        assert!(self.json["round_trips"].as_array().is_some_and(|trips| trips.len() == 2), "{:#}", self.json);
    }

    /// Checks that all files have exactly this finding, and that the probe failed.
    fn assert_all(&self, kind: &str) {
        let expected =
            [CONTROLLER.0, "ap1g7", "ap1g8", "ap3g3"].map(|name| (name.to_owned(), vec![kind.to_owned()]));
        assert_eq!(self.files(), BTreeMap::from(expected), "{:#}", self.json);
        assert_eq!(self.called.code, Some(1), "{:?}", self.called);
    }

    /// Checks that one file has exactly this finding and the others have none.
    fn assert_one(&self, name: &str, kind: &str) {
        let expected = BTreeMap::from([(name.to_owned(), vec![kind.to_owned()])]);
        assert_eq!((self.server(), self.files()), (Vec::new(), expected), "{:#}", self.json);
        assert_eq!(self.called.code, Some(1), "{:?}", self.called);
    }

    /// Checks that the server has exactly this finding, so that no file was asked for.
    fn assert_server(&self, kind: &str) {
        assert_eq!(
            (self.server(), self.files()),
            (vec![kind.to_owned()], BTreeMap::new()),
            "{:#}",
            self.json
        );
        assert_eq!(self.called.code, Some(1), "{:?}", self.called);
    }
}

fn kinds(findings: &Value) -> Vec<String> {
    findings.as_array().expect("a list").iter().map(|finding| text(&finding["kind"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
