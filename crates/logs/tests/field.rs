//! Every line of the samples from the field is read.

use logs::{File, Read, Role, Told, read};

macro_rules! sample {
    ($path:literal) => {
        ($path, include_str!(concat!("../../", $path)))
    };
}

/// The samples, by their paths below `crates/`.
pub(crate) const SAMPLES: [(&str, &str); 8] = [
    sample!("ap/tests/field/ap-join-download-success.log"),
    sample!("ap/tests/field/ap-image-download-cannot-start.log"),
    sample!("ewc/tests/field/ewc-tftp-timed-out.log"),
    sample!("ewc/tests/field/ewc-sftp-wrong-path.log"),
    sample!("ewc/tests/field/ewc-tftp-wrong-path.log"),
    sample!("ewc/tests/field/ewc-sftp-success.log"),
    sample!("openssh/tests/field/openssh-sftp.auth.log"),
    sample!("tftpd/tests/field/tftpd-hpa.syslog"),
];

fn of(name: &str, text: &str) -> Read {
    read(&[File { name, bytes: text.as_bytes() }]).expect("small")
}

fn sample(ending: &str) -> Read {
    let (name, text) = SAMPLES.iter().find(|(name, _)| name.ends_with(ending)).expect("a sample");
    of(name, text)
}

/// Returns the kinds of events that begin, in order.
fn begun(read: &Read) -> Vec<&'static str> {
    let begins = read.lines.iter().filter(|line| line.reading.first().line == 0);
    begins.map(|line| line.reading.kind()).collect()
}

#[test]
fn every_line_is_read_by_its_speaker() {
    for (name, text) in SAMPLES {
        let read = of(name, text);
        assert_eq!(read.unknown, [], "{name}");
        assert_eq!(read.passed_over, 0, "{name}");
        let covered =
            |line| read.lines.iter().any(|one| (one.place.line..one.place.line + one.joined).contains(&line));
        assert!((1..=text.lines().count()).all(covered), "{name}");
        let role = match name.split('/').next() {
            Some("ap") => Role::AccessPoint,
            Some("ewc") => Role::Controller,
            Some("openssh") => Role::OpenSsh,
            _ => Role::TftpdHpa,
        };
        let speakers: Vec<Role> = read.speakers.iter().map(|speaker| speaker.role).collect();
        assert_eq!(speakers, [role], "{name}");
        assert_eq!(read.lines.iter().filter(|line| line.set_back.is_some()).count(), 0, "{name}");
    }
}

#[test]
fn a_download_is_told_in_order() {
    let read = sample("success.log");
    let progress = |kind: &&str| !["image_data_progress", "wtp_event_discarded"].contains(kind);
    let kinds: Vec<&str> = begun(&read).into_iter().filter(progress).collect();
    let expected = "state_changed version_mismatch image_file_closed script_called script_started tmp_cleaned precheck_tmp_space \
                    image_file_opened image_data_request_sent image_data_response image_data_complete last_block_stored \
                    out_of_band_flag_set write_task_started script_called script_started upgrade_log_created upgrade_started \
                    using_image image_verified";
    assert_eq!(kinds, expected.split_whitespace().collect::<Vec<_>>());
    let complete =
        read.lines.iter().find(|line| line.reading.kind() == "image_data_complete").expect("complete");
    assert_eq!(complete.reading.first().told["bytes"], Told::Value(70_512_640_u64.into()));
    assert_eq!(complete.since.map(|since| since.as_millis()), Some(96_536));
}

#[test]
fn dots_and_a_message_in_one_line_are_two_readings() {
    let read = sample("success.log");
    let of_line: Vec<(&str, usize)> = read
        .lines
        .iter()
        .filter(|line| line.place.line == 16)
        .map(|line| (line.reading.kind(), line.place.column))
        .collect();
    assert_eq!(of_line, [("image_data_progress", 29), ("wtp_event_discarded", 35)]);
}

#[test]
fn empty_lines_belong_to_what_follows() {
    let read = sample("cannot-start.log");
    let kinds: Vec<(usize, &str, usize)> = read
        .lines
        .iter()
        .filter(|line| (13..=20).contains(&line.place.line))
        .map(|line| (line.place.line, line.reading.kind(), line.reading.first().line))
        .collect();
    let expected = [
        (13, "giving_up", 0),
        (14, "giving_up", 1),
        (15, "giving_up", 2),
        (16, "giving_up", 3),
        (17, "restarting_state_machine", 0),
        (18, "image_data_request_sent", 0),
        (19, "state_changed", 0),
        (20, "state_changed", 1),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn a_cropped_line_goes_on_in_the_next_one() {
    let read = sample("ewc-tftp-wrong-path.log");
    let kinds = begun(&read);
    assert_eq!(kinds, ["ap_image_download_failed", "install_started", "install_failed"]);
    assert!(read.lines[0].reading.cropped && read.lines[0].joined == 2);
    let reason = Told::Value("No such file or directory".into());
    assert_eq!(read.lines[2].reading.first().told["reason"], reason);
}

#[test]
fn lines_of_one_event_are_put_together() {
    let read = sample("success.log");
    let events = read.events();
    let stored = events.iter().find(|event| event.kind == "last_block_stored").expect("stored");
    assert_eq!((stored.lines.len(), stored.whole), (6, true));
    let response = events.iter().find(|event| event.kind == "image_data_response").expect("a response");
    let record = serde_json::json!({ "event": "image_data_response", "from": "172.16.4.26", "result": 0 });
    assert!(response.agrees(&record) && response.whole);
    let other = serde_json::json!({ "event": "image_data_response", "from": "172.16.4.26", "result": 1 });
    assert!(!response.agrees(&other));
    let discarded = events.iter().filter(|event| event.kind == "wtp_event_discarded");
    assert_eq!(discarded.map(|event| event.whole).collect::<Vec<_>>(), [false, false, true, false]);
}

#[test]
fn a_line_whose_source_is_cropped_may_go_on() {
    let line = "[*01/30/2024 21:43:13.3950] in (CAPWAP_MSGELE_IMAGE_DATA_msg_dec_cb) Enabling radCfg.is_oob_image_dnld_done to 1";
    let read = of("console.log", line);
    assert_eq!(read.lines[0].reading.kind(), "out_of_band_flag_set");
}
