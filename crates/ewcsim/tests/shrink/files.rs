//! Files that a scenario names, and its secrets.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use ewcsim::Progress;
use ewcsim::shrinking::{ShrinkError, shrink};
use scenario::{FileError, Files, MemoryFiles};

use super::{check, request, shrunk};

const LISTING: &str =
    "-rw-r--r-- 1 root root 1024000 Oct 20 11:04 ap1g7\n-rw-r--r-- 1 root root 512000 Oct 20 11:04 ap1g8\n";

/// A lab in files of its own, whose server knows another password than the controller.
fn files(listing: &str) -> MemoryFiles {
    let scenario = "scenario: A wrong password\nextends: lab/branch.yaml\nuntil: 6m\n\
        expect: [{ access_points: all, running: new, state: registered }]\n";
    let lab = "lab: A branch\nstart: 2024-03-05T22:00:00Z\nparameters: { key: Sw0rdfish }\n\
        images: { new: { ap: 17.9.4.27, listing: new.listing } }\n\
        servers:\n  - name: sftp-1\n    software: openssh\n    address: 10.0.5.27\n    config: sshd_config\n\
        \x20   users: [{ name: calo, password: \"${key}\" }]\n    files: { /home/calo/images: new }\n\
        controller:\n  name: ewc\n  model: C9120AXI\n  address: 10.0.4.2\n  running: new\n  config: ewc.txt\n\
        access_points: [{ name: floor, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26 }]\n";
    let profile = "hostname ewc\nwireless profile image-download default\n image-download-mode sftp\n \
        sftp-image-server 10.0.5.27\n sftp-image-path /images\n sftp-image-username calo\n sftp-image-password 0 0therword\n";
    MemoryFiles::default()
        .with("s.yaml", scenario)
        .with("lab/branch.yaml", lab)
        .with("lab/new.listing", listing)
        .with("lab/sshd_config", "Subsystem sftp /usr/lib/openssh/sftp-server\nX11Forwarding no\n")
        .with("lab/ewc.txt", profile)
}

#[test]
fn configurations_and_listings_are_written_in_and_passwords_made_up() {
    let files = files(LISTING);
    let small = shrunk("s.yaml", &files, &request(None, 2)).expect("it fails");
    check("s.yaml", &files, None, &small);
    assert!(small.complete && small.files.is_empty(), "{}", small.text);
    for gone in ["Sw0rdfish", "0therword", "extends", "listing", "hostname", "${"] {
        assert!(!small.text.contains(gone), "{gone}\n{}", small.text);
    }
    assert!(
        small.text.contains("image-download-mode sftp") && small.text.contains("# lab/branch.yaml:"),
        "{}",
        small.text
    );
}

/// A server that has a part of an image only.
fn cut() -> MemoryFiles {
    let profile = "wireless profile image-download default\n image-download-mode tftp\n \
        tftp-image-server 10.0.5.28\n tftp-image-path /\n";
    let scenario = "scenario: A part of an image\nextends: lab/branch.yaml\nuntil: 6m\n\
        servers: [{ name: tftp-1, software: tftpd-hpa, address: 10.0.5.28, files: { /: new } }]\n\
        expect: [{ access_points: all, running: new, state: registered }]\n";
    files(&LISTING.replace("512000", "500000")).with("lab/ewc.txt", profile).with("s.yaml", scenario)
}

#[test]
fn a_part_of_an_image_stays_in_its_listing() {
    let files = cut();
    let small = shrunk("s.yaml", &files, &request(None, 2)).expect("it fails");
    check("s.yaml", &files, None, &small);
    assert_eq!(small.files, ["lab/new.listing"], "{}", small.text);
}

#[test]
fn what_does_not_fail_is_refused() {
    let files = files(LISTING).with("s.yaml", "scenario: Right\nextends: lab/branch.yaml\nuntil: 6m\n");
    match shrunk("s.yaml", &files, &request(Some(9), 2)) {
        Err(ShrinkError::NoFailure(told)) => assert_eq!(told, "with seed 9 it does not fail: it is passed"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(shrunk("lab/branch.yaml", &files, &request(None, 2)), Err(ShrinkError::Wrong(_))));
}

/// Files that count how often one of them is read, and interrupt the run after so many times.
struct Impatient {
    files: MemoryFiles,
    reads: AtomicU32,
    interrupted: AtomicBool,
}

impl Files for Impatient {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        if path.ends_with("new.listing") && self.reads.fetch_add(1, Ordering::Relaxed) == 12 {
            self.interrupted.store(true, Ordering::Relaxed);
        }
        self.files.read(path, limit)
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError> {
        self.files.list(directory)
    }
}

#[test]
fn an_interruption_ends_it_with_the_best_so_far() {
    let files = cut();
    let impatient =
        Impatient { files: files.clone(), reads: AtomicU32::new(0), interrupted: AtomicBool::new(false) };
    let (path, request) = (Path::new("s.yaml"), request(None, 2));
    let small = shrink(path, &impatient, &request, &mut Progress::none(), &impatient.interrupted);
    let small = small.expect("it fails");
    assert!(!small.complete && !small.steps.is_empty(), "{}", small.text);
    check("s.yaml", &files, None, &small);
    // Before the first run is over there is nothing to show.
    let early = shrink(path, &files, &request, &mut Progress::none(), &AtomicBool::new(true));
    assert!(matches!(early, Err(ShrinkError::Interrupted)));
}
