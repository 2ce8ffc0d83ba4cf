//! Whole running configurations, as an EWC prints them, and a session in which one was printed and changed.

use std::net::Ipv4Addr;

use ewc::ControllerConfig;
use ewc::config::{Mode, NotModelled};

use super::read;

const BRANCH: &str = include_str!("whole/branch.cfg");
const CAMPUS: &str = include_str!("whole/campus-sftp.cfg");
const DEPOT: &str = include_str!("whole/depot-typed.cfg");

#[test]
fn whole_configurations_give_no_warning_but_one_and_no_secret() {
    for (text, address) in
        [(BRANCH, [192, 0, 2, 10]), (CAMPUS, [198, 51, 100, 2]), (DEPOT, [203, 0, 113, 10])]
    {
        assert!(text.lines().count() >= 120);
        let config = ControllerConfig::parse(text).unwrap();
        assert_eq!(config.warnings, []);
        let matter: Vec<&NotModelled> =
            config.not_modelled.iter().filter(|each| each.matters_at(Ipv4Addr::from(address))).collect();
        assert!(matter.is_empty(), "{matter:?}");
        assert!(config.not_about_images.len() > 60, "{}", config.not_about_images.len());
        for line in &config.not_about_images {
            assert!(!line.text.contains("MARKER"), "{}", line.text);
            // The line is the one that the text has there.
            let start = line.text.split("*****").next().unwrap().trim_end();
            assert!(text.lines().nth(line.line - 1).unwrap().contains(start), "{line:?}");
        }
        assert!(!format!("{config:?}").contains("MARKER"));
    }
}

/// Where the indentation is lost, a password of EAP-FAST is not a misspelt one of the profile, and is hidden as any other.
#[test]
fn a_password_of_another_profile_is_none_of_the_download() {
    let text = "eap profile FAST\nmethod fast\nmethod fast profile F\neap method fast profile F\npac-password 0 MARKER1\n\
                wireless profile image-download default\nimage-download-mode tftp\ntftp-image-server 192.0.2.27\n\
                tftp-image-path /EWC\n!\neap method fast profile G\npac-password 7 MARKER2\npac-passw MARKER3\n";
    let config = ControllerConfig::parse(text).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(config.warnings, []);
    assert!(config.not_about_images.iter().any(|line| line.text.starts_with("pac-password")));
    assert!(config.not_about_images.iter().all(|line| !line.text.contains("MARKER")), "{config:?}");
    assert_eq!(config.image_download.expect("it is there").mode, Mode::Tftp);
}

#[test]
fn the_profile_in_them_is_read_right() {
    let branch = read(BRANCH);
    let profile = branch.profile.unwrap();
    assert_eq!((profile.mode, branch.block_size), (Mode::Tftp, Some(1428)));
    assert_eq!(
        (profile.tftp.server.to_string().as_str(), profile.tftp.directory().as_str()),
        ("192.0.2.27", "/EWC/17_9_4a")
    );

    let campus = read(CAMPUS);
    let profile = campus.profile.unwrap();
    assert_eq!((profile.mode, campus.block_size), (Mode::Sftp, None));
    assert_eq!(profile.sftp.server.to_string(), "203.0.113.22");
    assert_eq!(profile.sftp.path, "images/ewc/17_12_4");
    assert_eq!((profile.sftp.username.as_str(), profile.sftp.password.expose()), ("ewcfetch", "cisco"));
    assert_eq!(profile.tftp, ewc::config::Tftp::default());
    assert_eq!(campus.ssh_client.mac.unwrap(), ["hmac-sha2-512", "hmac-sha2-256"]);

    let depot = read(DEPOT);
    let profile = depot.profile.unwrap();
    assert_eq!((profile.mode, depot.block_size), (Mode::Tftp, Some(1024)));
    assert_eq!(
        (profile.tftp.server.to_string().as_str(), profile.tftp.path.as_str()),
        ("203.0.113.27", "/depot/images/17_9_4a")
    );
}

#[test]
fn without_indentation_they_are_read_the_same() {
    for text in [BRANCH, CAMPUS] {
        let bare: String = text.lines().map(|line| format!("{}\n", line.trim_start())).collect();
        let (bare, whole) = (read(&bare), read(text));
        assert_eq!(
            (bare.profile, bare.block_size, bare.ssh_client),
            (whole.profile, whole.block_size, whole.ssh_client)
        );
    }
}

#[test]
fn a_line_that_matters_is_found_in_them() {
    for (after, line, name) in [
        (" mac-address 0000.5e00.0101\n", " ip access-group 101 in\n", "ip access-group"),
        ("!\ncontrol-plane\n", " service-policy input STRICT\n", "service-policy"),
        ("ap country DE\n", "ap auth-list authorize-mac\n", "ap auth-list"),
        ("ap country DE\n", "ap dtls-version dtls_1_0\n", "ap dtls-version"),
        ("ap profile default-ap-profile\n", " capwap timers heartbeat-timeout 30\n", "capwap"),
        ("ap profile default-ap-profile\n", " link-encryption\n", "link-encryption"),
        ("wireless profile flex default-flex-profile\n", " predownload\n", "predownload"),
        (
            "wireless management interface GigabitEthernet0\n",
            " capwap-discovery public\n",
            "capwap-discovery",
        ),
        (" mac-address 0000.5e00.0101\n", " shutdown\n", "shutdown"),
        ("ip tftp blocksize 1428\n", "ip tftp source-interface Loopback0\n", "ip tftp source-interface"),
        (
            "hostname BRANCH-EWC\n",
            "event manager applet X\n action 1 cli command \"reload\"\n",
            "event manager applet",
        ),
    ] {
        assert_eq!(BRANCH.matches(after).count(), 1, "{after}");
        let text = BRANCH.replace(after, &format!("{after}{line}"));
        assert_eq!(read(&text).not_modelled, [name], "{line}");
        assert_eq!(read(&text).profile, read(BRANCH).profile);
    }
}
