//! Log lines, held against the field's.

use ewc::{Ap, ControllerEvent, DownloadFailure, InstallFailure, SessionEnd, syslog};
use image::Version;
use text::MacAddress;

const CONTROLLER: std::net::Ipv4Addr = std::net::Ipv4Addr::new(172, 16, 4, 26);

fn version(text: &str) -> Version {
    text.parse().expect("it is a version")
}

fn ap() -> Ap {
    Ap {
        name: "AP6C41.0E16.E79C".into(),
        mac: MacAddress([0x6c, 0x41, 0x0e, 0x16, 0xe7, 0x9c]),
        address: ([10, 0, 0, 5], 5272).into(),
    }
}

fn texts(event: &ControllerEvent) -> Vec<String> {
    let messages = syslog::messages(event, CONTROLLER);
    messages.into_iter().map(|message| message.text).collect()
}

/// The events of a sample, as lines. The samples print days below ten with one blank, and crop the access point's part.
fn lines(events: &[(&str, ControllerEvent)]) -> String {
    let mut text = String::new();
    for (time, event) in events {
        let line = syslog::line(&format!("Feb 1 {time}"), &texts(event).concat());
        let session = format!(
            " Name: AP6C41.0E16.E79C Mac: {} Session-IP: 10.0.0.5[5272] 172.16.4.26[5246] ",
            ap().mac.base_radio()
        );
        text += &line.replace(&session, "\n");
        text.push('\n');
    }
    text
}

fn failed() -> ControllerEvent {
    ControllerEvent::ApImageDownloadFailed {
        ap: ap(),
        image: "ap1g6".into(),
        reason: DownloadFailure::GivenUp,
        unanswered: 0,
    }
}

fn install(url: &str, reason: InstallFailure) -> [ControllerEvent; 2] {
    let (image, url) = (String::from("ap1g6"), String::from(url));
    [
        ControllerEvent::InstallStarted { image: image.clone(), url: url.clone() },
        ControllerEvent::InstallFailed { image, url, reason },
    ]
}

#[test]
fn a_wrong_path() {
    let [started, ended] = install("tftp://172.16.5.27/Wrong-Path/ap1g6", InstallFailure::NotFound);
    let events = [("20:52:08.742", failed()), ("20:52:11.894", started), ("20:52:13.977", ended)];
    assert_eq!(lines(&events), include_str!("../field/ewc-tftp-wrong-path.log"));
}

#[test]
fn a_silent_server() {
    let [started, ended] = install("tftp://172.16.5.199/EWC/17_9_4a/ap1g6", InstallFailure::TimedOut);
    let events = [("20:55:03.359", failed()), ("20:55:06.512", started), ("20:55:46.579", ended)];
    assert_eq!(lines(&events), include_str!("../field/ewc-tftp-timed-out.log"));
}

#[test]
fn a_success() {
    let url = "sftp://*****@172.16.5.62/Documents/sftp_files/EWC_17_9_4a/ap3g3".into();
    let image = String::from("ap3g3");
    let bytes = 59_156_480;
    let completed = ControllerEvent::InstallCompleted { image: image.clone(), url, bytes };
    let success = ControllerEvent::ApImageDownloadSuccess { ap: ap(), image, bytes, messages: 42_961 };
    let events = [("17:05:37.108", completed), ("17:07:00.720", success)];
    assert_eq!(lines(&events), include_str!("../field/ewc-sftp-success.log"));
}

#[test]
fn an_access_point_comes_and_goes() {
    let ap = ap();
    let lost = ControllerEvent::SessionLost { ap: ap.clone(), reason: SessionEnd::HeartbeatTimeout };
    let message = texts(&lost).concat();
    assert!(message.contains("Session-IP: 10.0.0.5[5272] 172.16.4.26[5246] Disjoined"), "{message}");
    assert_eq!(texts(&ControllerEvent::ApDiscovered { ap: ap.clone() }), [""; 0]);
    let (image, running) = (None::<String>, version("17.3.3.26"));
    let ends = |release, end: &str| {
        let (ap, image, required) = (ap.clone(), image.clone(), version(release));
        let model = "C9105AXI".into();
        let joined = ControllerEvent::ApJoined { ap, model, image, running, backup: None, required };
        let line = texts(&joined).concat();
        assert!(line.ends_with(end), "{line}");
    };
    ends("17.12.1.5", "172.16.4.26[5246] Ethernet MAC: 6c41.0e16.e79c Joined");
    ends("17.9.4.27", "172.16.4.26[5246] Joined");
}

#[test]
fn the_ssh_client_says_what_both_sides_offered() {
    let failed = ControllerEvent::InstallFailed {
        image: "ap3g3".into(),
        url: "sftp://*****@172.16.5.62/ap3g3".into(),
        reason: InstallFailure::NoCommonAlgorithm {
            what: ssh::Negotiated::KeyExchange,
            client: vec!["diffie-hellman-group14-sha1".into()],
            server: vec!["curve25519-sha256".into(), "ecdh-sha2-nistp256".into()],
        },
    };
    let lines = texts(&failed);
    assert_eq!(
        lines[0],
        "%SSH-3-NO_MATCH: No matching kex algorithm found: client diffie-hellman-group14-sha1 server \
         curve25519-sha256,ecdh-sha2-nistp256"
    );
    assert!(lines[1].ends_with("No matching kex algorithm found"), "{}", lines[1]);
}

/// The mark is that of the text.
#[test]
fn texts_that_no_source_shows_are_marked() {
    let marks = |event: &ControllerEvent| -> Vec<bool> {
        let messages = syslog::messages(event, CONTROLLER);
        messages.into_iter().map(|message| message.verified).collect()
    };
    let failed = |reason| marks(&install("tftp://172.16.5.27/ap1g6", reason)[1]);
    assert_eq!([failed(InstallFailure::NotFound), failed(InstallFailure::TimedOut)], [[true], [true]]);
    assert_eq!(
        [failed(InstallFailure::NoRoute), failed(InstallFailure::AuthenticationFailed)],
        [[false], [false]]
    );
    let (client, server) = (Vec::new(), Vec::new());
    let reason = InstallFailure::NoCommonAlgorithm { what: ssh::Negotiated::Mac, client, server };
    assert_eq!(failed(reason), [false, false]);
    for reason in [SessionEnd::Restarted, SessionEnd::ImageUpgrade] {
        assert_eq!(marks(&ControllerEvent::SessionLost { ap: ap(), reason }), [false]);
    }
    assert_eq!(marks(&self::failed()), [true]);
}

#[test]
fn events_serialize_for_verdicts() {
    let json = serde_json::to_value(failed()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "event": "ap_image_download_failed", "name": "AP6C41.0E16.E79C", "mac": "6c41.0e16.e79c",
            "address": "10.0.0.5:5272", "image": "ap1g6", "reason": "given_up", "unanswered": 0
        })
    );
}
