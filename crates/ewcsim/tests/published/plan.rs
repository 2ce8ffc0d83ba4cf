//! Plans that a check sees through: wrong directories, closed ports, too many access points, slow links.

use ewcsim::Verdict;

use super::Night;

const FIREWALL: &str = "network: { firewalls: [{ name: dc, between: [ewc, servers], default: deny, rules: [{ permit: udp/69 }] }] }\n";

/// A night with a TFTP server and these lines.
pub(super) fn night(lines: &str) -> Night {
    Night::new(format!(
        "scenario: An upgrade over TFTP
start: 2024-03-05T22:00:00Z
until: 12m
images:
  17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 512000, ap1g8: 512000 }} }}
servers:
  - {{ name: tftp-1, software: tftpd-hpa, address: 10.0.5.27, files: {{ /EWC/17_9_4a: 17.9.4a }} }}
controller:
  name: ewc
  model: C9120AXI
  address: 10.0.4.2
  running: 17.9.4a
  config: |
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 10.0.5.27
     tftp-image-path /EWC/17_9_4a
access_points:
  - {{ name: floor, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, backup: 8.10.130.0, uptime: 0s }}
expect:
  - {{ access_points: all, running: 17.9.4a, state: registered }}
{lines}"
    ))
}

impl Night {
    pub(super) fn edited(&self, from: &str, to: &str) -> Self {
        assert_eq!(self.text.matches(from).count(), 1, "`{from}` stands once in\n{}", self.text);
        Self { text: self.text.replace(from, to), ..self.clone() }
    }

    /// Returns the same night over SFTP, where the controller logs in with this password; `Sw0rdfish` is right.
    pub(super) fn over_sftp(&self, password: &str) -> Self {
        let login =
            format!("sftp-image-path EWC/17_9_4a\n     sftp-username img\n     sftp-password 0 {password}");
        self.edited("software: tftpd-hpa", "software: openssh, users: [{ name: img, password: Sw0rdfish }]")
            .edited("files: { /EWC", "files: { /home/img/EWC")
            .edited("image-download-mode tftp", "image-download-mode sftp")
            .edited("tftp-image-server 10.0.5.27", "sftp-image-server 10.0.5.27")
            .edited("tftp-image-path /EWC/17_9_4a", &login)
    }

    /// Returns the warnings of a check.
    fn warnings(&self) -> String {
        let prepared = self.load().unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        prepared.scenario.diagnostics(prepared.warnings.clone()).render(false)
    }

    fn warns(&self, text: &str) {
        let warnings = self.warnings();
        assert!(warnings.contains(text), "no `{text}` in\n{warnings}\n{}", self.text);
    }

    fn is_quiet(&self) {
        assert_eq!(self.warnings(), "", "{}", self.text);
    }
}

#[test]
fn a_sound_plan_gives_no_warning() {
    night("").is_quiet();
    night("").passes();
    night(&FIREWALL.replace("permit: udp/69", "permit: udp/69, inspect: tftp")).is_quiet();
    night(&FIREWALL.replace("deny", "permit")).is_quiet();
}

/// A controller that has lost its time, and access points whose certificates have ended.
#[test]
fn clocks_at_which_certificates_are_not_valid() {
    let made =
        |day: &str| night("").edited("running: 17.3.3.26,", &format!("running: 17.3.3.26, made: {day},"));
    let lost = night("").edited("start: 2024", "start: 1970");
    lost.warns("floor does not join: the controller's certificate is not valid before 2012-01-01");
    lost.fails("floor", "Cert Verification FAILED with error 9 (certificate is not yet valid) at 0 depth...");
    made("2013-11-10").warns("floor does not join: its certificate expired on 2023-11-10");
    made("2013-11-10").fails("floor", "Received FATAL : Certificate unknown alert");
    made("2025-01-10").warns("floor does not join: its certificate is not valid before 2025-01-10");
    made("2021-11-10").is_quiet();
    made("2014-03-06").is_quiet();
    made("2014-03-05").warns("floor does not join: its certificate expired on 2024-03-05");
}

/// The controller can be told to accept them, and newer software brings a certificate of its own.
#[test]
fn an_expired_certificate_that_is_accepted() {
    let expired = night("").edited("running: 17.3.3.26,", "running: 17.3.3.26, made: 2013-11-10,");
    let policy =
        "config: |\n    crypto pki trustpool policy\n     match certificate mics allow expired-certificate\n";
    let accepted = expired.edited("config: |\n", policy);
    assert!(!accepted.warnings().contains("does not join"));
    accepted.passes();
    let skipped = accepted.edited("allow expired-certificate", "skip revocation-check");
    skipped.fails("floor", "Received FATAL : Certificate unknown alert");
    let newer = expired.edited("running: 17.3.3.26,", "running: 17.9.5.47,");
    newer.is_quiet();
}

/// The session that it has goes on when a certificate expires; the next one does not begin.
#[test]
fn a_certificate_that_expires_in_the_night() {
    let expiring = night("").edited("running: 17.3.3.26,", "running: 17.3.3.26, made: 2014-03-06,");
    let before = expiring.edited("start: 2024-03-05T22:00:00Z", "start: 2024-03-05T23:50:00Z");
    before.is_quiet();
    before.passes();
    let after = expiring.edited("start: 2024-03-05T22:00:00Z", "start: 2024-03-05T23:58:00Z");
    after.is_quiet();
    after.fails("floor", "Received FATAL : Certificate unknown alert");
}

#[test]
fn a_directory_that_no_server_has() {
    for (path, near) in [
        ("/EWC/17_9_4", "did you mean `/EWC/17_9_4a`?"),
        ("/ewc/17_9_4a", "did you mean `/EWC/17_9_4a`?"),
        ("/images", "it has them in `/EWC/17_9_4a`"),
    ] {
        let wrong = night("").edited("tftp-image-path /EWC/17_9_4a", &format!("tftp-image-path {path}"));
        wrong.warns(&format!("tftp-1 has no images in `{path}`"));
        wrong.warns(near);
        wrong.fails("ewc", "No such file or directory");
    }
    for (from, to, shown) in [
        // The directory above it is missing in the profile, or the root's own path is not.
        ("tftp-image-path /EWC/17_9_4a", "tftp-image-path /17_9_4a", "/17_9_4a"),
        ("tftp-image-path /EWC/17_9_4a", "tftp-image-path /EWC", "/EWC"),
        ("tftp-image-path /EWC/17_9_4a", "tftp-image-path /srv/tftp/EWC/17_9_4a", "/srv/tftp/EWC/17_9_4a"),
        ("files: { /EWC/17_9_4a", "files: { /srv/tftp/EWC/17_9_4a", "/EWC/17_9_4a"),
        ("     tftp-image-path /EWC/17_9_4a\n", "", "/"),
        (", files: { /EWC/17_9_4a: 17.9.4a }", "", "/EWC/17_9_4a"),
    ] {
        let wrong = night("").edited(from, to);
        wrong.warns(&format!("tftp-1 has no images in `{shown}`"));
        wrong.fails("ewc", "No such file or directory");
    }
    for path in ["EWC/17_9_4a", "/EWC/17_9_4a/", "/EWC/./17_9_4a", "//EWC//17_9_4a"] {
        let right = night("").edited("tftp-image-path /EWC/17_9_4a", &format!("tftp-image-path {path}"));
        right.is_quiet();
        right.passes();
    }
    let sftp = night("").over_sftp("Sw0rdfish");
    sftp.is_quiet();
    for (from, to, shown) in [
        ("files: { /home/img/EWC", "files: { /home/other/EWC", "/home/img/EWC/17_9_4a"),
        ("files: { /home/img/EWC", "files: { /srv/EWC", "/home/img/EWC/17_9_4a"),
        ("path EWC/17_9_4a", "path /home/img/EWC/17_9_4a", "/home/img/home/img/EWC/17_9_4a"),
        ("path EWC/17_9_4a", "path 17_9_4a", "/home/img/17_9_4a"),
    ] {
        let wrong = sftp.edited(from, to);
        wrong.warns(&format!("tftp-1 has no images in `{shown}`"));
        wrong.fails("ewc", "No such file or directory");
    }
    // Windows' file systems do not care for the letter case.
    let windows = night("").edited("tftpd-hpa", "tftpd64").edited("path /EWC", "path /ewc");
    windows.is_quiet();
    windows.passes();
}

#[test]
fn an_image_that_is_not_in_the_directory() {
    let without = night("")
        .edited("  17.9.4a: {", "  other: { ap: 17.9.4.27, files: { ap1g7: 512000 } }\n  17.9.4a: {");
    let wrong = without.edited("/EWC/17_9_4a: 17.9.4a }", "/EWC/17_9_4a: other, /EWC/more: 17.9.4a }");
    wrong.warns("tftp-1 has no `ap1g8` in `/EWC/17_9_4a`");
    wrong.fails("ewc", "No such file or directory");
}

#[test]
fn a_firewall_that_opens_port_69_alone() {
    let plan = night(FIREWALL);
    plan.warns("the firewall dc drops the server's answer, which comes from a port of its own");
    plan.warns("`inspect: tftp`");
    plan.fails("ewc", "Timed out");
}

#[test]
fn firewalls_that_drop_the_rest() {
    let closed = FIREWALL.replace("permit: udp/69", "deny: udp/69");
    night(&closed).warns("the firewall dc drops the controller's request to UDP port 69");
    let stateless = FIREWALL.replace("name: dc,", "name: dc, stateless: true,");
    night(&stateless).warns("the firewall dc drops the server's answer");
    let one_way = "network: { firewalls: [{ name: acl, between: [ewc, servers], stateless: true, rules: [{ permit: udp/69 }, { deny: any, to: servers }] }] }\n";
    night(one_way).warns("the firewall acl drops acknowledgements to the server's own port");
    let branch = "network: { firewalls: [{ name: branch, between: [aps, ewc], default: permit, rules: [{ deny: udp/5246 }] }] }\n";
    night(branch).warns("the firewall branch drops what access points send to UDP port 5246");
    // The data channel's port beside it, for either way.
    let data = branch.replace("udp/5246", "udp/5247");
    night(&data).warns("the firewall branch drops what access points send to UDP port 5247");
    night(&data).warns("never come into service");
    night(&data.replace("deny: udp/5247", "deny: udp/5248")).is_quiet();
    let answers = branch
        .replace("name: branch,", "name: branch, stateless: true,")
        .replace("{ deny: udp/5246 }", "{ permit: udp/5246-5247, to: ewc }, { permit: udp, from: ewc }");
    night(&answers).is_quiet();
    let ssh = "network: { firewalls: [{ name: dc, between: [ewc, servers], default: permit, rules: [{ deny: tcp/22 }] }] }\n";
    let sftp = night(ssh).over_sftp("Sw0rdfish");
    sftp.warns("the firewall dc drops the controller's connection to TCP port 22");
    sftp.fails("ewc", "Timed out");
    sftp.edited("deny: tcp/22", "deny: tcp/23").is_quiet();
}

/// Blocks that do not fit into a packet, behind a firewall that drops fragments.
#[test]
fn a_block_size_that_meets_a_firewall() {
    let lines =
        "network: { firewalls: [{ name: dc, between: [ewc, servers], default: permit, fragments: drop }] }\n";
    let sized = |size: u32| {
        night(lines)
            .edited("    wireless profile", &format!("    ip tftp blocksize {size}\n    wireless profile"))
    };
    sized(8192).warns("the firewall dc drops the server's answer");
    sized(8192).fails("ewc", "Timed out");
    sized(1469).warns("the firewall dc drops the server's answer");
    sized(1468).is_quiet();
    sized(1468).passes();
}

#[test]
fn more_access_points_than_a_controller_takes() {
    let many = |model: &str, count: u32| {
        night("")
            .edited("model: C9120AXI", &format!("model: {model}"))
            .edited("name: floor, model: C9105AXI", &format!("name: floor, count: {count}, model: C9105AXI"))
    };
    many("C9105AXI", 60).is_refused("60 access points of ewc, which takes 50");
    many("C9120AXI", 150).is_refused("150 access points of ewc, which takes 100");
    many("C9105AXI", 51)
        .edited("until: 12m", "until: 4m")
        .is_not_modelled("more access points than the model takes");
    many("C9105AXI", 50).is_quiet();
    many("C9120AXI", 100).is_quiet();
}

#[test]
fn a_link_over_which_an_image_takes_hours() {
    let wan = |link: &str| {
        night(&format!("network: {{ links: [{{ name: wan, between: [ewc, floor], {link} }}] }}\n"))
            .edited("ap1g8: 512000", "ap1g8: 70512640")
    };
    wan("latency: 150ms").warns("images for 1 access point take 4h17m or more over the link wan");
    wan("bandwidth: 64kbit").warns("over the link wan");
    wan("latency: 20ms").is_quiet();
    wan("bandwidth: 10Mbit").is_quiet();
    let many = wan("bandwidth: 2Mbit").edited("name: floor, model", "name: floor, count: 20, model");
    many.warns("images for 20 access points take");
}

#[test]
fn a_link_over_which_the_controller_gets_an_image_in_hours() {
    let wan = |link: &str| {
        night(&format!("network: {{ links: [{{ name: wan, between: [tftp-1, ewc], {link} }}] }}\n"))
            .edited("ap1g8: 512000", "ap1g8: 70512640")
    };
    wan("latency: 50ms").warns("1 image from tftp-1 takes 3h49m or more over the link wan");
    wan("bandwidth: 64kbit").warns("1 image from tftp-1 takes");
    // Only the way to the controller carries the data.
    wan("bandwidth: 64kbit, reverse: { bandwidth: 10Mbit }").warns("1 image from tftp-1 takes");
    wan("reverse: { bandwidth: 64kbit }").is_quiet();
    wan("latency: 5ms").is_quiet();
    wan("latency: 50ms").over_sftp("Sw0rdfish").is_quiet();
    wan("bandwidth: 64kbit").over_sftp("Sw0rdfish").warns("1 image from tftp-1 takes 2h41m or more");
    // It has the image.
    wan("latency: 50ms").edited("running: 17.9.4a\n", "running: 17.9.4a\n  images: [ap1g8]\n").is_quiet();
    let larger = "wireless profile image-download default";
    wan("latency: 50ms").edited(larger, &format!("ip tftp blocksize 8192\n    {larger}")).is_quiet();
}

#[test]
fn a_profile_without_a_mode_is_told() {
    let without = night("").edited("     image-download-mode tftp\n", "");
    without.warns("the profile has no `image-download-mode`");
    // The controller has the only image that is needed.
    without.edited("model: C9105AXI", "model: C9120AXI").is_quiet();
}

/// A misspelt version would make an expectation that must fail fail, and one that forbids it hold.
#[test]
fn versions_that_nothing_has_decide_nothing() {
    let with = |line: &str| night(&format!("  - {line}\n"));
    const MISSPELT: &str = "nothing in this scenario has version 17.9.4.72";
    for line in [
        "{ access_points: all, running: 17.9.4.72, must_fail: x }",
        "{ access_points: all, not: { running: 17.9.4.72 } }",
        "{ never: true, access_points: all, backup: 17.9.4.72 }",
        "{ event: { host: floor, event: booted, with: { version: 17.9.4.72 } }, must_fail: x }",
        "{ event: { host: floor, event: booted, with: { version: 17.9.4.72 } }, count: 0 }",
        "{ order: [{ host: floor, event: joined }, { host: floor, event: booted, with: { version: 17.9.4.72 } }], must_fail: x }",
    ] {
        with(line).is_refused(MISSPELT);
        with(&line.replace("17.9.4.72", "17.9.4.27"))
            .load()
            .unwrap_or_else(|it| panic!("{}", it.render(false)));
    }
    for line in [
        // It fails, and the suite says so.
        "{ access_points: all, running: 17.9.4.72 }",
        "{ access_points: all, not: { running: 17.9.4.72 }, must_fail: x }",
        "{ access_points: all, not: { backup: 0.0.0.0 } }",
        "{ event: { host: floor, event: booted, with: { version: 17.9.4.72 } } }",
    ] {
        with(line).load().unwrap_or_else(|problems| panic!("{line}\n{}", problems.render(false)));
    }
}

#[test]
fn an_uptime_that_decides_a_defect_is_missed() {
    let unstated = night("").edited(", uptime: 0s", "");
    unstated.warns("the uptime of floor is not stated, and decides CSCwe97901");
    // It downloads nothing, it has no such defect, or the scenario switches it off.
    unstated.edited("running: 17.3.3.26", "running: 17.9.4.27").is_quiet();
    unstated.edited("running: 17.3.3.26", "running: 17.12.4.5").is_quiet();
    let off = Night::new(format!("{}quirks: {{ CSCwe97901: off }}\n", unstated.text));
    off.is_quiet();
    // A predownload brings an image, however the command is typed.
    let by = |command: &str| {
        night(&format!("timeline: [{{ at: 5m, exec: {{ controller: ewc, command: {command} }} }}]\n"))
            .edited(", uptime: 0s", "")
            .edited("running: 17.3.3.26", "running: 17.9.4.27")
    };
    for (command, whose) in [
        ("ap image predownload", "floor, ewc-ap"),
        ("AP  Image Pre", "floor, ewc-ap"),
        ("ap name floor image predownload", "floor"),
        ("ap name ewc-ap image predownload", "ewc-ap"),
    ] {
        by(command).warns(&format!("the uptime of {whose} is not stated"));
    }
    const OTHER: &str = "access_points:
  - { name: roof, model: C9105AXI, address: 10.0.4.12, running: 17.9.4.27, backup: 8.10.130.0, uptime: 0s }
";
    by("ap name roof image predownload").edited("access_points:\n", OTHER).is_quiet();
    by("ap image swap").is_quiet();
}

/// The verdict says what is open; it depends on it only where the scenario asks about the defect.
#[test]
fn a_verdict_says_which_uptime_is_missing() {
    let unstated = night("").edited(", uptime: 0s", "");
    let finished = unstated.run();
    assert_eq!(finished.verdict(), ewcsim::Verdict::Passed);
    assert_eq!(finished.undecided.len(), 1);
    assert_eq!(
        (finished.undecided[0].defect.as_str(), &*finished.undecided[0].hosts),
        ("CSCwe97901", &["floor".to_owned()][..])
    );
    assert_eq!(night("").run().undecided, []);
    let asked = Night::new(format!("{}quirks: {{ CSCwe97901: on }}\n", unstated.text));
    let finished = asked.run();
    assert_eq!(finished.verdict(), ewcsim::Verdict::Inconclusive);
    assert_eq!(finished.not_modelled[0].name, "uptime");
    asked.edited("backup: 8.10.130.0", "backup: 8.10.130.0, uptime: 1d").passes();
    // It has been up for too long.
    let old = night("").edited("uptime: 0s", "uptime: 120d");
    assert_eq!(old.run().verdict(), ewcsim::Verdict::Failed);
    assert_eq!(old.run().undecided, []);
}

/// The access point stays joined; the line is that of a published log.
#[test]
fn a_country_that_does_not_fit_the_regulatory_domain() {
    let model = night("").edited("model: C9105AXI,", "model: C9105AXI-B,");
    let told = |lines: &str| {
        let finished = model.edited("config: |\n", &format!("config: |\n{lines}")).run();
        assert_eq!(finished.verdict(), Verdict::Passed);
        let log = crate::common::lines(&finished, "ewc");
        let is_it = |line: &&String| {
            line.contains("%APMGR_TRACE_MESSAGE-3-WLC_GEN_ERR: Chassis 1 R0/0: wncd: Error in AP: ")
                && line.ends_with(": country code (IN) and regulatory domain (-B) mismatch for slot 1")
        };
        log.iter().filter(is_it).count()
    };
    // It joins three times: before the image is fetched, when it is there, and with it.
    assert_eq!(told("    wireless country IN\n"), 3);
    assert_eq!(told("    ap country in\n"), 3);
    assert_eq!(told("    wireless country IN\n    wireless country US\n"), 0);
    assert_eq!(told("    ap country IN,US\n"), 0);
    assert_eq!(told("    wireless country IN\n    no wireless country IN\n"), 0);
    assert_eq!(
        told("    wireless country IN\n    wireless country XK\n"),
        0,
        "a country that is not known may fit"
    );
    assert_eq!(told(""), 0);
}

/// CSCwb13784.
#[test]
fn an_access_point_behind_a_small_mtu_does_not_join_17_7_1() {
    const NARROW: &str = "network: { links: [{ between: [aps, ewc], mtu: 900 }] }\n";
    let narrow = |lines: &str| night(&format!("{NARROW}{lines}")).edited("ap: 17.9.4.27", "ap: 17.7.1.11");
    let finished = narrow("").run();
    assert_eq!(finished.verdict(), Verdict::Failed);
    let missed = |event: &ewcsim::Event| {
        matches!(event, ewcsim::Event::Controller(ewc::ControllerEvent::ApJoinMissed { path_mtu: 576, .. }))
    };
    assert!(finished.record.entries().iter().any(|entry| missed(&entry.event)));
    narrow("quirks: { CSCwb13784: off }\n").passes();
    narrow("").edited("ap: 17.7.1.11", "ap: 17.7.2.1").passes();
    narrow("").edited("mtu: 900", "mtu: 1100").passes();
}
