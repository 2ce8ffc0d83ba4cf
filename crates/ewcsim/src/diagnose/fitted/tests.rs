//! A pilot with odd paces: what is fitted to its logs is what it has.

use std::sync::atomic::AtomicBool;

use super::{Fact, Fitted, fit};
use crate::diagnose::read;
use crate::diagnose::runs::finish;

/// The part by which a fitted value may differ from the true one.
const TOLERANCE: f64 = 0.03;

const PILOT: &str = "scenario: A pilot
start: 2024-03-05T22:00:00Z
until: 25m
images: { 17.9.4a: { ap: 17.9.4.27, files: { ap1g7: 1024000, ap1g8: 70512640 } } }
network: { links: [{ between: [ewc, server], latency: 1700us }] }
SERVER
controller:
  name: ewc
  model: C9120AXI
  address: 10.0.4.2
  running: 17.9.4a
  config: |
    wireless profile image-download default
PROFILE
access_points: [{ name: pilot, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, backup: 8.10.130.0 }]
catalogue: { ap.boot.duration: 97s, ewc.relay.turnaround: 2.9ms, ap.signature.verify-rate: 3MB/s, ewc.install.retry: 4.4s, ewc.sftp.rate: 90kB/s }
timeline: [{ at: 0s, power_on: all }]
";

fn fitted(server: &str, profile: &str, leave_out: &str) -> Fitted {
    fitted_of(PILOT, server, profile, leave_out)
}

fn fitted_of(text: &str, server: &str, profile: &str, leave_out: &str) -> Fitted {
    let text = text.replace("SERVER", server).replace("PROFILE", profile);
    // A slow fetch of a whole image would outlast the run.
    let text = if server == SFTP.0 { text.replace("70512640", "14336000") } else { text };
    let finished = finish("bugs/pilot", text, &AtomicBool::new(false)).expect("it is right");
    let hosts = finished.record.hosts().iter().enumerate();
    let logs = hosts.filter(|(_, name)| *name != leave_out);
    let logs: Vec<(String, Vec<u8>)> =
        logs.map(|(host, name)| (name.clone(), finished.logs.text(host).as_bytes().to_vec())).collect();
    fit(&read(&logs).expect("they are short"))
}

/// Returns a value in seconds, or in bytes a second.
fn value(facts: &[Fact], key: &str) -> f64 {
    let fact = facts.iter().find(|fact| fact.key == key).unwrap_or_else(|| panic!("{key}: {facts:?}"));
    text::units::byte_rate(&fact.value).map_or_else(
        |_| text::units::duration(&fact.value).expect("a duration or a rate").as_secs_f64(),
        |rate| rate as f64,
    )
}

fn assert_near(facts: &[Fact], key: &str, truth: f64) {
    let value = value(facts, key);
    assert!((value - truth).abs() <= truth * TOLERANCE, "{key}: {value} for {truth}: {facts:?}");
}

const TFTP: (&str, &str) = (
    "servers: [{ name: server, software: tftpd-hpa, address: 10.0.5.27, files: { /17.9.4a: 17.9.4a } }]",
    "     image-download-mode tftp\n     tftp-image-server 10.0.5.27\n     tftp-image-path /17.9.4a",
);
const SFTP: (&str, &str) = (
    "servers: [{ name: server, software: openssh, address: 10.0.5.62, users: [{ name: ewc, password: pilot }], files: { /home/ewc/17.9.4a: 17.9.4a } }]",
    "     image-download-mode sftp\n     sftp-image-server 10.0.5.62\n     sftp-image-path /17.9.4a\n     sftp-image-username ewc\n     sftp-image-password 0 pilot",
);

#[test]
fn what_is_fitted_is_what_the_pilot_has() {
    let fitted = fitted(TFTP.0, TFTP.1, "");
    assert_near(&fitted.facts, "ap.boot.duration", 97.0);
    assert_near(&fitted.facts, "ewc.relay.turnaround", 0.002_9);
    assert_near(&fitted.facts, "ap.signature.verify-rate", 3e6);
    assert_near(&fitted.facts, "ewc.install.retry", 4.4);
    assert_near(&fitted.parameters, "server-latency", 0.001_7);
    let keys: Vec<&str> = fitted.left_out.iter().map(|left| left.key).collect();
    let said = ["ewc.sftp.rate", "ewc.tftp.timeout"];
    assert_eq!(keys[..2], said);
    // in.tftpd does not log what it sends again.
    assert_eq!(keys[2..], ["server-loss", "access-point-loss", "ap.flash.write-rate", "ewc.boot.duration"]);
}

/// Tftpd64 counts what it sends again: some 200 of 20,000 blocks.
#[test]
fn the_loss_is_that_of_the_link_to_the_server() {
    let server = TFTP.0.replace("tftpd-hpa", "tftpd64");
    let text =
        PILOT.replace("70512640", "10240000").replace("latency: 1700us", "latency: 1700us, loss: 0.5%");
    let fitted = fitted_of(&text, &server, TFTP.1, "");
    let loss = fitted.parameters.iter().find(|fact| fact.key == "server-loss").expect("it is said");
    let share: f64 = loss.value.trim_end_matches('%').parse().expect("a number");
    assert!((0.4..0.6).contains(&share), "{loss:?}");
}

#[test]
fn the_pace_over_sftp_is_that_of_the_controllers_log() {
    let fitted = fitted(SFTP.0, SFTP.1, "");
    assert_near(&fitted.facts, "ewc.sftp.rate", 90e3);
}

/// The sample of Cisco 221705: 1.88 ms for each message, and 9.88 MB/s.
#[test]
fn a_log_of_the_field_says_what_the_catalogue_has() {
    let bytes = include_bytes!("../../../tests/field/ap-join-download-success.log").to_vec();
    let fitted = fit(&read(&[("ap.log".to_owned(), bytes)]).expect("it is short"));
    assert_near(&fitted.facts, "ewc.relay.turnaround", 0.001_38);
}

/// Without the console of the access point nobody says how long the file is, nor anything of the access point.
#[test]
fn what_the_logs_do_not_say_is_left_out_by_name() {
    let fitted = fitted(TFTP.0, TFTP.1, "pilot");
    let keys: Vec<&str> = fitted.facts.iter().map(|fact| fact.key).collect();
    assert_eq!((keys, fitted.parameters.len()), (vec!["ewc.install.retry"], 0));
    let text = fitted.catalogue(&["ewc.log".to_owned()]);
    assert!(text.contains("\n# ap.boot.duration: no console shows"), "{text}");
    assert!(text.contains("\n  ewc.install.retry: 4.4"), "{text}");
}
