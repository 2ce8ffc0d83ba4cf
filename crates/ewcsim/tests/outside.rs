//! Files outside of a scenario's directories: each key that names a file refuses them, and `--allow-read` lets them through.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use ewcsim::{Allowed, Loaded, load_any};
use scenario::{Choices, Diagnostics};
use tempfile::TempDir;

use crate::cli::call_in;
use crate::common;

/// A scenario without files. It is so small that the controller's own access point is all that there is.
const SCENARIO: &str = "\
scenario: Files
start: 2024-03-05T22:00:00Z
until: 3m
images: { set: { ap: 17.9.4.27, files: { ap1g7: 1024000 } } }
network:
  firewalls:
    - { name: dc, between: [ewc, tftp], rules: [{ permit: udp }] }
servers:
  - { name: tftp, software: tftpd-hpa, address: 10.0.5.2, files: { /srv: set } }
  - { name: sftp, software: openssh, address: 10.0.5.3 }
controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: set }
access_points:
  - { name: hall, model: C9120AXI, address: 10.0.4.31, running: set }
timeline:
  - { at: 0s, power_on: all }
expect:
  - { never: true, log: hall, has: nothing of the kind }
";
/// A line of the files that are named. It has to stay where it is.
const TELLTALE: &str = "TELLTALE";
const LISTING: &str = "-rw-r--r-- 1 TELLTALE root 1024000 Oct 20  2023 ap1g7\n";

/// A key that names a file, as an edit of [`SCENARIO`] in which PATH stands for its value, and the content of a file for it.
const KEYS: [(&str, &str, &str); 11] = [
    ("scenario: Files", "scenario: Files\nextends: PATH", "# TELLTALE\nnetwork: {}\n"),
    ("scenario: Files", "scenario: Files\nextends: [PATH]", "# TELLTALE\nnetwork: {}\n"),
    ("files: { ap1g7: 1024000 }", "listing: PATH", LISTING),
    ("rules: [{ permit: udp }]", "acl: PATH, apply: [{ list: 101, direction: in, towards: tftp }]", ACL),
    ("files: { /srv: set }", "files: { /srv: set }, config: PATH", HPA),
    ("files: { /srv: set }", "files: { /srv: set }, machine_files: { /etc/map: PATH }", "# TELLTALE\n"),
    ("10.0.5.3", "10.0.5.3, config: PATH", "# TELLTALE\nSubsystem sftp internal-sftp\n"),
    ("10.0.5.3", "10.0.5.3, drop_ins: { 50.conf: PATH }", "# TELLTALE\nLoginGraceTime 60\n"),
    ("10.0.4.2, running: set }", "10.0.4.2, running: set, config: PATH }", "hostname TELLTALE\n"),
    ("timeline:", "timeline:\n  - { at: 1m, configure: { controller: ewc, config: PATH } }", "! TELLTALE\n"),
    ("files: { ap1g7: 1024000 }", "directory: PATH", ""),
];
const ACL: &str = "access-list 101 remark TELLTALE\naccess-list 101 permit udp any any\n";
const HPA: &str = "# TELLTALE\nTFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"\n";

/// A directory with the checkout `lab` of the scenario, and the directory `else` outside of it.
struct Place(TempDir);

impl Place {
    fn new(scenario: &str) -> Self {
        let place = Self(common::temporary());
        for directory in ["lab/.git", "lab/plans", "else/images"] {
            fs::create_dir_all(place.at(directory)).expect("it is ours");
        }
        fs::write(place.at("else/images/ap1g7"), TELLTALE).expect("it is ours");
        fs::write(place.at("lab/plans/s.yaml"), scenario).expect("it is ours");
        place
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().canonicalize().expect("it is there").join(path)
    }

    fn load(&self, more: &[PathBuf]) -> Result<Loaded, Diagnostics> {
        let path = self.at("lab/plans/s.yaml");
        let allowed = Allowed::new(std::slice::from_ref(&path), more).expect("they are there");
        load_any(&path, &allowed.files(&path), &Choices::default())
    }

    /// Returns the message and what its first place shows, if a file outside is refused.
    fn refused(&self, more: &[PathBuf]) -> Option<(String, String)> {
        let problems = self.load(more).err()?;
        assert!(!problems.render(false).contains(TELLTALE), "{}", problems.render(false));
        let outside = problems.items().iter().find(|problem| problem.message().contains("outside of"))?;
        let shown = problems.sources().slice(outside.span().expect("it is named somewhere"));
        Some((outside.message().to_owned(), shown.to_owned()))
    }
}

#[test]
fn each_key_that_names_a_file_refuses_those_outside() {
    for (before, after, content) in KEYS {
        assert_eq!(SCENARIO.matches(before).count(), 1, "{before}");
        let name = if content.is_empty() { "images" } else { "file" };
        let place = Place::new("");
        let outside = place.at("else").join(name);
        if !content.is_empty() {
            fs::write(&outside, content).expect("it is ours");
        }
        symlink(&outside, place.at("lab/plans/own")).expect("it is ours");
        symlink("../../else", place.at("lab/plans/through")).expect("it is ours");
        let absolute = outside.display().to_string();
        let written = [&absolute, &format!("../../else/{name}"), "own", &format!("through/{name}")];
        for path in written {
            let text = SCENARIO.replace(before, &after.replace("PATH", path));
            fs::write(place.at("lab/plans/s.yaml"), &text).expect("it is ours");
            let (message, shown) =
                place.refused(&[]).unwrap_or_else(|| panic!("{after}: {path} is not refused"));
            assert_eq!(shown, path, "{after}");
            let root = format!("outside of `{}`", place.at("lab").display());
            assert!(message.ends_with(&root), "{message}");
            let leads = message.contains(&format!("leads to `{absolute}`"));
            assert_eq!(leads, !path.contains("else"), "{path}: {message}");
            for more in [outside.clone(), place.at("else"), place.at("lab/plans/own")] {
                if let Err(problems) = place.load(std::slice::from_ref(&more)) {
                    panic!("{after} with {}:\n{}", more.display(), problems.render(false));
                }
            }
            assert!(place.refused(&[place.at("lab")]).is_some(), "{after}: another file is allowed");
        }
    }
}

#[test]
fn nothing_is_said_of_what_lies_outside() {
    for path in ["/etc/no-such-file", "../../else/none", "../../none/../else", "../../else"] {
        let place = Place::new(&SCENARIO.replace("files: { ap1g7: 1024000 }", &format!("listing: {path}")));
        assert!(place.refused(&[]).is_some(), "{path}");
        let shown = place.load(&[]).expect_err("it is outside").render(false);
        assert!(shown.contains("`--allow-read ") && !shown.contains("did you mean"), "{shown}");
    }
    // Inside, a name that is wrong is answered as ever.
    let place = Place::new(&SCENARIO.replace("files: { ap1g7: 1024000 }", "listing: ../plans/t.yaml"));
    let shown = place.load(&[]).expect_err("it is not there").render(false);
    assert!(shown.contains("no such file") && shown.contains("did you mean `s.yaml`?"), "{shown}");
}

#[test]
fn files_that_are_found_beside_others_are_no_way_out() {
    let place = Place::new(&SCENARIO.replace("10.0.5.3", "10.0.5.3, config: sshd_config"));
    fs::write(place.at("lab/plans/sshd_config"), "Include /etc/ssh/sshd_config.d/*.conf\n").expect("ours");
    fs::write(place.at("else/images/50.conf"), "LoginGraceTime 60 # TELLTALE\n").expect("ours");
    let beside = place.at("lab/plans/sshd_config.d");
    // What cannot be read is unknown, which is an error as soon as the configuration includes it.
    symlink("../../else/images", &beside).expect("ours");
    let said = place.load(&[]).expect_err("its files are not known").render(false);
    assert!(said.contains("Include") && said.contains("drop_ins") && !said.contains(TELLTALE), "{said}");
    assert!(place.load(&[place.at("else")]).is_ok());
    fs::remove_file(&beside).expect("ours");
    fs::create_dir(&beside).expect("ours");
    symlink("../../../else/images/50.conf", beside.join("50.conf")).expect("ours");
    assert!(place.refused(&[]).is_some());
    assert!(place.load(&[place.at("else/images/50.conf")]).is_ok());

    // A file that a lab names is refused in the lab.
    let images = SCENARIO.lines().find(|line| line.starts_with("images:")).expect("it has some");
    let place = Place::new(&SCENARIO.replace(images, "extends: lab.yaml"));
    let lab = "lab: Images\nimages: { set: { ap: 17.9.4.27, listing: ../../else/x } }\n";
    fs::write(place.at("lab/plans/lab.yaml"), lab).expect("ours");
    assert_eq!(place.refused(&[]).expect("it is outside").1, "../../else/x");
}

#[test]
fn each_command_that_reads_scenarios_has_the_option() {
    let place = Place::new(&SCENARIO.replace("files: { ap1g7: 1024000 }", "listing: ../../else/a.listing"));
    fs::write(place.at("else/a.listing"), LISTING).expect("ours");
    let lab = place.at("lab");
    let serve = ["serve", "plans/s.yaml", "none", "--bind", "127.0.0.1:0"];
    for call in [&["run", "plans/s.yaml"][..], &["check", "plans/s.yaml"], &["test", "plans"], &serve] {
        let called = call_in(&lab, call);
        let said = called.stdout + &called.stderr;
        assert_eq!(called.code, Some(2), "{call:?}: {said}");
        let help = "= help: `--allow-read ../else/a.listing` permits it";
        assert!(said.contains("outside of") && said.contains(help), "{call:?}: {said}");

        let called = call_in(&lab, &[call, &["--allow-read", "../else/a.listing"]].concat());
        let said = called.stdout + &called.stderr;
        assert!(!said.contains("outside of"), "{call:?}: {said}");
        match call[0] {
            // It reads the scenario, and finds no such server in it.
            "serve" => assert!(said.contains("has no server called `none`"), "{said}"),
            _ => assert_eq!(called.code, Some(0), "{call:?}: {said}"),
        }
        if call[0] == "run" {
            let again = "again: ewcsim run plans/s.yaml --seed 1 --allow-read ../else/a.listing\n";
            assert!(said.contains(again), "{said}");
        }
    }
    let called = call_in(&lab, &["check", "plans/s.yaml", "--allow-read", "nowhere"]);
    assert_eq!(called.code, Some(2));
    assert!(called.stderr.starts_with("error: `--allow-read nowhere`: "), "{}", called.stderr);
}

#[test]
fn a_scenario_that_is_a_link_is_read_only_if_it_is_named() {
    let place = Place::new(SCENARIO);
    fs::rename(place.at("lab/plans/s.yaml"), place.at("else/s.yaml")).expect("ours");
    symlink("../../else/s.yaml", place.at("lab/plans/s.yaml")).expect("ours");
    let test = |path: &str| call_in(&place.at("lab"), &["test", path]);
    assert_eq!(test("plans/s.yaml").code, Some(0));
    let found = test("plans");
    assert_eq!(found.code, Some(2));
    assert!(found.stdout.contains("outside of"), "{}", found.stdout);
}
