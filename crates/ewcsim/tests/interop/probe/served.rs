//! `ewcsim serve` with each software.

use super::{Lab, PASSWORD, USER};
use crate::interop::support::Serving;

/// Returns a scenario that serves the release of the plan, with a server of this software.
fn scenario(server: &str) -> String {
    let profile = "wireless profile image-download default\n image-download-mode tftp\n tftp-image-server 10.0.5.27\n tftp-image-path /EWC/17_12_1\n";
    super::lab(profile).replace("lab: A site", &format!("scenario: A site\nservers:\n{server}"))
}

#[test]
fn tftpd_hpa() {
    let server =
        "  - { name: images, software: tftpd-hpa, address: 10.0.5.27, files: { /EWC/17_12_1: 17.12.1 } }";
    let serving = Serving::start(&scenario(server), "images", "tftpd-hpa");
    Lab::tftp("/EWC/17_12_1", "").probe(serving.address, &[]).assert_right();
    Lab::tftp("/EWC/17_12_1", "ip tftp blocksize 1428\n").probe(serving.address, &[]).assert_right();
    for (path, how) in [
        ("/ewc/17_12_1", "case"),
        ("/EWC/17.12.1", "punctuation"),
        ("/EWC/17_12_1/images", "directory"),
        ("/srv/tftp/EWC/17_12_1", "below_root"),
    ] {
        let probed = Lab::tftp(path, "").probe(serving.address, &[]);
        probed.assert_all("elsewhere");
        assert_eq!(probed.finding("ap1g8")["how"], how, "{path}: {:#}", probed.json);
    }
    Lab::tftp("/none", "").probe(serving.address, &[]).assert_all("not_found");
}

#[test]
fn the_server_of_the_profile_or_the_one_that_is_named() {
    let server =
        "  - { name: images, software: tftpd-hpa, address: 10.0.5.27, files: { /EWC/17_12_1: 17.12.1 } }
  - { name: others, software: tftpd-hpa, address: 10.0.5.28, files: { /EWC/17_12_1: 17.9.4a } }";
    let serving = Serving::start(&scenario(server), "images", "tftpd-hpa");
    let lab = Lab::with(&scenario(server));
    let probed = lab.probe(serving.address, &[]);
    probed.assert_right();
    assert_eq!((&probed.json["server"], &probed.json["images"]), (&"images".into(), &"17.12.1".into()));
    let human = lab.call(&["--at", &serving.address.to_string()]);
    assert_eq!(human.code, Some(0), "{human:?}");
    for said in ["images at 127.0.0.1", "states ap1g8 17.12.1.5", "PASSED: all 4 are there, and fit the plan"]
    {
        assert!(human.stdout.contains(said), "{said}: {human:?}");
    }
    let unknown = lab.call(&["image"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""), "{unknown:?}");
    assert!(unknown.stderr.contains("did you mean `images`?"), "{unknown:?}");
}

/// The profile still names the folder of another release than the one that the plan is for.
#[test]
fn the_release_of_the_plan_and_not_the_one_in_the_folder() {
    let server =
        "  - { name: images, software: tftpd-hpa, address: 10.0.5.27, files: { /EWC/17_12_1: 17.12.1 } }";
    let serving = Serving::start(&scenario(server), "images", "tftpd-hpa");
    let third = "  17.15.1: { ap: 17.15.1.6, files: { ap1g8: 204800, ap3g3: 102400 } }\ncontroller:";
    let lab = Lab::with(&scenario(server).replace("controller:", third));
    // Two sets are free, and the folder decides.
    assert_eq!(lab.probe(serving.address, &[]).json["images"], "17.12.1");
    lab.probe(serving.address, &["--to", "17.12.1"]).assert_right();
    let probed = lab.probe(serving.address, &["--to", "17.15.1"]);
    assert_eq!((&probed.json["images"], probed.called.code), (&"17.15.1".into(), Some(1)));
    assert_eq!(probed.finding("ap1g8")["kind"], "other_version");
    let unknown = lab.call(&["--to", "17.15.2"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""), "{unknown:?}");
    assert!(unknown.stderr.contains("did you mean `17.15.1`?"), "{unknown:?}");
}

#[test]
fn labs_that_say_too_little() {
    for (text, said) in [
        (super::lab("hostname ewc\n"), "no controller of the lab has a profile"),
        (
            super::lab("wireless profile image-download default\n image-download-mode cco\n"),
            "that is not simulated",
        ),
        ("lab: x\nno: key\n".to_owned(), "unknown key"),
    ] {
        let called = Lab::with(&text).call(&[]);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{called:?}");
        assert!(called.stderr.contains(said), "{said}: {called:?}");
    }
}

#[test]
fn openssh() {
    let server = format!(
        "  - name: images
    software: openssh
    address: 10.0.5.27
    users: [{{ name: {USER}, uid: 1000, password: {PASSWORD} }}]
    files: {{ /home/{USER}/EWC: 17.12.1 }}
    config: |
      Subsystem sftp internal-sftp
"
    );
    let serving = Serving::start(&scenario(&server), "images", "openssh");
    let probe =
        |path: &str, user: &str, password: &str| Lab::sftp(path, user, password).probe(serving.address, &[]);
    probe("EWC", USER, PASSWORD).assert_right();
    probe("EWC", USER, "wrong").assert_server("login_refused");
    probe("EWC", "nobody", PASSWORD).assert_server("login_refused");
    let case = probe("ewc", USER, PASSWORD);
    case.assert_all("elsewhere");
    assert_eq!(
        (&case.finding("ap1g8")["how"], &case.finding("ap1g8")["path"]),
        (&"case".into(), &"/home/calo/EWC/ap1g8".into())
    );
    let absolute = probe(&format!("/home/{USER}/EWC"), USER, PASSWORD);
    absolute.assert_all("elsewhere");
    probe("none", USER, PASSWORD).assert_all("not_found");
}
