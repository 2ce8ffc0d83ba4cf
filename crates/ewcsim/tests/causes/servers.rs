//! `scenarios/bugs/`: wrong profiles, paths and names.

use crate::causes::{UPGRADED, depends_on_its_cause, fails, holds, is_due_to, is_mended_by};
use crate::common::Edited;

/// A profile that fetches from the server.
const PROFILE: &str = "
  config: |
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 10.0.5.27
     tftp-image-path /17.9.4a";

#[test]
fn the_right_path_is_found() {
    is_mended_by(
        "bugs/wrong-path",
        ("tftp-image-path /EWC/17_9_4", "tftp-image-path /EWC/17_9_4a"),
        "6m",
        UPGRADED,
    );
}

#[test]
fn a_profile_is_what_is_missing() {
    let none = Edited::scenario("bugs/no-profile").until("8m");
    let profile = none.clone().replace("running: 17.9.4a", &format!("running: 17.9.4a{PROFILE}"));
    depends_on_its_cause(&none, &profile);
    fails(&none, UPGRADED);
    holds(&profile, UPGRADED);
}

/// The fix is TFTP in its place, or a network of one type.
#[test]
fn desktop_mode_is_for_networks_of_one_type() {
    const NAME: &str = "bugs/desktop-http-mixed";
    let mixed = Edited::scenario(NAME);
    is_due_to(NAME, "name: floor, model: C9105AXI", "name: floor, model: C9115AXE");
    let servers = "servers:\n  - { name: tftp-1, software: tftpd-hpa, address: 10.0.5.27, files: { /17.9.4a: 17.9.4a } }\n\ncontroller:";
    let tftp = mixed
        .clone()
        .replace("\ncontroller:", &format!("\n{servers}"))
        .replace("image-download-mode http", PROFILE.split_once("default\n     ").expect("a profile").1);
    depends_on_its_cause(&mixed, &tftp);
    holds(&tftp.until("6m"), UPGRADED);
}

#[test]
fn an_image_is_found_by_its_bare_name() {
    is_mended_by("bugs/image-named-tar", ("ap1g8.tar: 1024000", "ap1g8: 1024000"), "6m", UPGRADED);
    is_mended_by(
        "bugs/image-not-unzipped",
        ("C9800-AP-universalk9.17.09.04a.zip: 2048000", "ap1g8: 1024000"),
        "6m",
        UPGRADED,
    );
}

/// The fix is the right case, or a server that ignores case.
#[test]
fn letter_case_matters_to_in_tftpd() {
    const NAME: &str = "bugs/image-path-case";
    is_mended_by(NAME, ("tftp-image-path /ewc/17.9.4a", "tftp-image-path /EWC/17.9.4a"), "6m", UPGRADED);
    let strict = Edited::scenario(NAME).until("8m");
    let config = "software: tftpd-hpa\n    address: 10.0.5.27\n    config: |\n      TFTP_USERNAME=\"tftp\"\n      TFTP_DIRECTORY=\"/srv/tftp\"\n      TFTP_ADDRESS=\":69\"\n      TFTP_OPTIONS=\"--secure --verbose\"";
    fails(&strict, UPGRADED);
    holds(&strict.replace(config, "software: tftpd64\n    address: 10.0.5.27"), UPGRADED);
}

#[test]
fn a_window_of_ten_is_ten_times_as_fast() {
    is_mended_by(
        "bugs/window-1-over-wan",
        ("capwap: { window: 1 }", "capwap: { window: 10 }"),
        "4m",
        UPGRADED,
    );
    is_due_to("bugs/window-1-over-wan", "latency: 50ms", "latency: 1ms");
}
