//! What changes the duration of a run, and by how much: pairs of runs that differ in one thing, each beside the arithmetic.
//!
//! Every run is measured between two events of the controller, and compared with a formula of the numbers that the scenario and the
//! catalogue state. A pair also states the quotient of its durations, so that a formula that is wrong in the same way as the
//! simulation is noticed.

use std::fmt::Write as _;
use std::time::Duration;

use ewc::ControllerEvent;
use ewcsim::{Event, Finished};

use crate::common::Edited;

/// The size of an image in bytes, and its number of messages with 1,377 bytes each.
const IMAGE: f64 = 1_024_000.0;
const MESSAGES: f64 = 744.0;
/// An Image Data Request of 1,485 bytes and its response of 109 (both sealed with AES-CBC), with 38 bytes of Ethernet each.
const REQUEST: f64 = 1_523.0;
const RESPONSE: f64 = 147.0;
/// `ewc.relay.turnaround` and `ewc.relay.rate`.
const TURNAROUND: f64 = 0.001_38;
const RATE: f64 = 2_900.0;
/// `ewc.install.prepare`, and the connection over SFTP (`ewc.ssh.key-exchange-time`).
const PREPARE: f64 = 2.08;
const KEY_EXCHANGE: f64 = 6.24;
/// The part by which a duration may differ from its formula.
const TOLERANCE: f64 = 0.02;

/// A run: what it differs in from the plain one.
#[derive(Clone, Copy)]
struct Run {
    access_points: u32,
    image: u32,
    window: u32,
    /// The impairments of the link between access points and controller, and of that between controller and servers.
    wan: &'static str,
    server: &'static str,
    catalogue: &'static str,
    /// A line of the controller's configuration, and the rest of a change of the server.
    config: &'static str,
    change: &'static str,
}

const PLAIN: Run = Run {
    access_points: 1,
    image: 1_024_000,
    window: 1,
    wan: "latency: 250us, bandwidth: 1Gbit",
    server: "latency: 250us, bandwidth: 1Gbit",
    catalogue: "",
    config: "",
    change: "",
};

/// The two events between which time is measured.
#[derive(Clone, Copy, PartialEq)]
enum Span {
    /// The controller holds the image: from the first block of any access point to the last answer.
    Relay,
    /// The controller fetches the image over TFTP, or over SFTP: an install.
    Tftp,
    Sftp,
    /// Predownloads in service: from the first one that is requested to the last.
    Requests,
    /// Predownloads in service: from the first one that is requested to the last one that is complete.
    Predownloads,
}

impl Run {
    fn text(&self, span: Span) -> String {
        let in_service = matches!(span, Span::Requests | Span::Predownloads);
        let (own, running) = match span {
            Span::Relay => ("images: [ap1g8]", "running: 17.3.3.26, backup: 8.10.130.0"),
            Span::Tftp | Span::Sftp => ("images: []", "running: 17.3.3.26, backup: 8.10.130.0"),
            Span::Requests | Span::Predownloads => {
                ("images: []", "running: 17.9.4a, backup: 17.3.3.26, uptime: 30d")
            }
        };
        let profile = match span {
            Span::Sftp => {
                "image-download-mode sftp\n     sftp-image-server 10.0.5.28\n     sftp-image-path /next\n     \
                 sftp-image-username calo\n     sftp-image-password 0 Sw0rdfish"
            }
            _ => "image-download-mode tftp\n     tftp-image-server 10.0.5.27\n     tftp-image-path /next",
        };
        let exec = if in_service {
            "\n  - { at: 3m, exec: { controller: ewc, command: ap image predownload } }"
        } else {
            ""
        };
        let change = match self.change {
            "" => String::new(),
            change => format!("\n  - {{ at: 1s, server: {{ name: tftp-1, {change} }} }}"),
        };
        let served = if in_service { "17.12.1" } else { "17.9.4a" };
        let Self { access_points, image, window, wan, server, catalogue, config, .. } = self;
        format!(
            "scenario: Durations\nstart: 2024-03-05T22:00:00Z\nuntil: 40m\n\
             capwap: {{ window: {window} }}\n\
             images:\n  17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 1024000, ap1g8: {image} }} }}\n  \
             17.12.1: {{ ap: 17.12.1.5, files: {{ ap1g7: 1024000, ap1g8: {image} }} }}\n\
             network:\n  links:\n    - {{ between: [aps, ewc], {wan} }}\n    - {{ between: [servers, ewc], {server} }}\n\
             servers:\n  - name: tftp-1\n    software: tftpd-hpa\n    address: 10.0.5.27\n    config: |\n      \
             TFTP_USERNAME=\"tftp\"\n      TFTP_DIRECTORY=\"/srv/tftp\"\n      TFTP_ADDRESS=\":69\"\n      TFTP_OPTIONS=\"--secure\"\n    \
             files: {{ /next: {served} }}\n  \
             - name: sftp-1\n    software: openssh\n    address: 10.0.5.28\n    \
             config: |\n      Subsystem sftp internal-sftp\n    users: [{{ name: calo, password: Sw0rdfish }}]\n    \
             files: {{ /home/calo/next: {served} }}\n\
             controller:\n  name: ewc\n  model: C9120AXI\n  address: 10.0.4.2\n  running: 17.9.4a\n  {own}\n  config: |\n    \
             {config}\n    wireless profile image-download default\n     {profile}\n\
             access_points:\n  - {{ name: ap, count: {access_points}, model: C9105AXI, address: 10.0.8.11, {running} }}\n\
             catalogue: {{ ap.boot.duration: 75s{catalogue} }}\n\
             timeline:\n  - {{ at: 0s, power_on: all }}{change}{exec}\n"
        )
    }

    /// Returns the measured duration in seconds.
    fn takes(&self, span: Span) -> f64 {
        let finished =
            Edited::from_text(self.text(span)).expecting("{ access_points: all, state: registered }");
        let first = |wanted: fn(&ControllerEvent) -> bool| times(&finished, wanted).min();
        let last = |wanted: fn(&ControllerEvent) -> bool| times(&finished, wanted).max();
        let (from, to) = match span {
            Span::Relay => (
                first(|event| matches!(event, ControllerEvent::ImageDataStarted { .. })),
                last(|event| matches!(event, ControllerEvent::ApImageDownloadSuccess { .. })),
            ),
            Span::Tftp | Span::Sftp => (
                first(|event| matches!(event, ControllerEvent::InstallStarted { .. })),
                last(|event| matches!(event, ControllerEvent::InstallCompleted { .. })),
            ),
            Span::Requests => (
                first(
                    |event| matches!(event, ControllerEvent::ApPredownloadRequested { ap, .. } if is_listed(ap)),
                ),
                last(
                    |event| matches!(event, ControllerEvent::ApPredownloadRequested { ap, .. } if is_listed(ap)),
                ),
            ),
            Span::Predownloads => (
                first(
                    |event| matches!(event, ControllerEvent::ApPredownloadRequested { ap, .. } if is_listed(ap)),
                ),
                last(
                    |event| matches!(event, ControllerEvent::ApPredownloadComplete { ap, .. } if is_listed(ap)),
                ),
            ),
        };
        (to.expect("it ends") - from.expect("it begins")).as_secs_f64()
    }
}

/// Returns true unless it is the controller's own access point, which predownloads its image too, but after the others.
fn is_listed(ap: &ewc::Ap) -> bool {
    ap.name != "ewc-ap"
}

fn times(finished: &Finished, wanted: fn(&ControllerEvent) -> bool) -> impl Iterator<Item = Duration> {
    let entries = finished.record.entries();
    let is_wanted = |event: &Event| matches!(event, Event::Controller(event) if wanted(event));
    let all: Vec<Duration> =
        entries.iter().filter(|entry| is_wanted(&entry.event)).map(|entry| entry.at).collect();
    all.into_iter()
}

/// Runs both, and compares each with its formula and their quotient with `ratio`.
fn pair(span: Span, [one, other]: [(Run, f64); 2], ratio: f64) {
    let mut table = String::new();
    let mut near = true;
    let mut check = |name: &str, measured: f64, expected: f64| {
        let good = (measured / expected - 1.0).abs() <= TOLERANCE;
        near &= good;
        let mark = if good { "" } else { "  <- not as the arithmetic says" };
        writeln!(table, "{name}: {measured:.4}, expected {expected:.4}{mark}")
            .expect("strings take any text");
    };
    let (first, second) = (one.0.takes(span), other.0.takes(span));
    check("one", first, one.1);
    check("other", second, other.1);
    check("quotient", second / first, ratio);
    assert!(near, "{table}");
    assert!((ratio - 1.0).abs() > 0.1, "the two differ");
}

/// Returns the time of `bytes` at so many bits per second.
fn wire(bytes: f64, bits: f64) -> f64 {
    bytes * 8.0 / bits
}

/// Returns the time of an image whose messages go out a window at a time, with this round trip, wire included.
fn rounds(messages: f64, window: f64, round_trip: f64, turnaround: f64) -> f64 {
    let rounds = (messages / window).ceil();
    rounds * round_trip + (rounds - 1.0) * turnaround
}

/// Returns the round trip of a message and its answer on a gigabit link with a latency in seconds.
fn gigabit(latency: f64) -> f64 {
    2.0 * latency + wire(REQUEST + RESPONSE, 1e9)
}

#[test]
fn latency_costs_a_round_trip_for_each_message() {
    let far = Run { wan: "latency: 10ms, bandwidth: 1Gbit", ..PLAIN };
    let lan = rounds(MESSAGES, 1.0, gigabit(0.000_25), TURNAROUND);
    let wan = rounds(MESSAGES, 1.0, gigabit(0.01), TURNAROUND);
    pair(Span::Relay, [(PLAIN, lan), (far, wan)], 21.4 / 1.893);
}

#[test]
fn ten_times_the_window_is_ten_times_as_fast_on_a_long_path() {
    let one = Run { wan: "latency: 50ms, bandwidth: 1Gbit", ..PLAIN };
    let ten = Run { window: 10, ..one };
    let time = |window| rounds(MESSAGES, window, gigabit(0.05), TURNAROUND);
    pair(Span::Relay, [(one, time(1.0)), (ten, time(10.0))], 75.0 / 744.0);
}

#[test]
fn a_window_helps_no_more_once_the_relay_sends_all_it_can() {
    let near = "latency: 1ms, bandwidth: 1Gbit";
    let five = Run { wan: near, window: 5, ..PLAIN };
    let fifty = Run { window: 50, ..five };
    // 50 messages in 3.4 ms would be 15,000 a second.
    let slow = rounds(MESSAGES, 5.0, gigabit(0.001), TURNAROUND);
    let limited = MESSAGES / RATE;
    pair(Span::Relay, [(five, slow), (fifty, limited)], 0.2566 / 0.5022);
}

#[test]
fn bandwidth_adds_the_time_on_the_wire_to_each_message() {
    let narrow = Run { wan: "latency: 250us, bandwidth: 2Mbit", ..PLAIN };
    let lan = rounds(MESSAGES, 1.0, gigabit(0.000_25), TURNAROUND);
    let slow = rounds(MESSAGES, 1.0, 0.000_5 + wire(REQUEST + RESPONSE, 2e6), TURNAROUND);
    pair(Span::Relay, [(PLAIN, lan), (narrow, slow)], 8.56 / 1.893);
}

#[test]
fn half_the_bandwidth_of_a_full_link_takes_twice_as_long() {
    let ten = Run { wan: "latency: 5ms, bandwidth: 10Mbit", window: 50, ..PLAIN };
    let five = Run { wan: "latency: 5ms, bandwidth: 5Mbit", window: 50, ..PLAIN };
    let time = |bits| MESSAGES * wire(REQUEST, bits) + 0.01;
    pair(Span::Relay, [(ten, time(1e7)), (five, time(5e6))], 2.0);
}

#[test]
fn access_points_share_a_link() {
    let alone = Run { wan: "latency: 5ms, bandwidth: 10Mbit", window: 50, ..PLAIN };
    let four = Run { access_points: 4, ..alone };
    let time = |count: f64| count * MESSAGES * wire(REQUEST, 1e7) + 0.01;
    pair(Span::Relay, [(alone, time(1.0)), (four, time(4.0))], 4.0);
}

#[test]
fn a_slower_relay_answers_later() {
    let slow = Run { catalogue: ", ewc.relay.turnaround: 5ms", ..PLAIN };
    let time = |turnaround| rounds(MESSAGES, 1.0, gigabit(0.000_25), turnaround);
    pair(Span::Relay, [(PLAIN, time(TURNAROUND)), (slow, time(0.005))], 5.513 / 1.893);
}

#[test]
fn access_points_below_the_limit_of_the_relay_do_not_feel_one_another_and_those_above_share_it() {
    // 5 * 528 messages a second are less than 2,900, and 20 * 528 are more.
    let five = Run { access_points: 5, ..PLAIN };
    let twenty = Run { access_points: 20, ..PLAIN };
    let free = rounds(MESSAGES, 1.0, gigabit(0.000_25), TURNAROUND);
    let limited = 20.0 * MESSAGES / RATE;
    pair(Span::Relay, [(five, free), (twenty, limited)], 5.131 / 1.408);
}

#[test]
fn half_the_limit_of_the_relay_takes_twice_as_long() {
    let whole = Run { access_points: 20, ..PLAIN };
    let half = Run { catalogue: ", ewc.relay.rate: 1450", ..whole };
    let time = |rate| 20.0 * MESSAGES / rate;
    pair(Span::Relay, [(whole, time(RATE)), (half, time(1_450.0))], 2.0);
}

#[test]
fn four_times_the_image_takes_four_times_as_long() {
    let large = Run { image: 4_096_000, ..PLAIN };
    let time = |bytes: f64| rounds((bytes / 1_377.0).ceil(), 1.0, gigabit(0.000_25), TURNAROUND);
    pair(Span::Relay, [(PLAIN, time(IMAGE)), (large, time(4.0 * IMAGE))], 4.0);
}

#[test]
fn a_smaller_mtu_makes_more_messages() {
    let long = Run { wan: "latency: 10ms, bandwidth: 1Gbit", ..PLAIN };
    let small = Run { wan: "latency: 10ms, bandwidth: 1Gbit, mtu: 1100", ..PLAIN };
    // The path MTU is then 1,005 bytes, and a message has 897 of the image.
    let time = |block: f64| rounds((IMAGE / block).ceil(), 1.0, gigabit(0.01), TURNAROUND);
    pair(Span::Relay, [(long, time(1_377.0)), (small, time(897.0))], 1_142.0 / 744.0);
}

/// Returns the time of an install over TFTP: request and last block included, each block acknowledged.
fn tftp(block: f64, latency: f64) -> f64 {
    let blocks = (IMAGE / block).floor() + 1.0;
    PREPARE + blocks * (2.0 * latency + wire(block + 32.0 + 38.0 + 32.0 + 38.0, 1e9)) + 2.0 * latency
}

#[test]
fn sixteen_times_the_block_size_is_a_sixteenth_of_the_round_trips() {
    let far = Run { server: "latency: 10ms, bandwidth: 1Gbit", ..PLAIN };
    let large = Run { config: "ip tftp blocksize 8192", ..far };
    pair(Span::Tftp, [(far, tftp(512.0, 0.01)), (large, tftp(8_192.0, 0.01))], 4.62 / 42.1);
}

#[test]
fn latency_to_the_server_costs_a_round_trip_for_each_block() {
    let near = Run { server: "latency: 5ms, bandwidth: 1Gbit", ..PLAIN };
    let far = Run { server: "latency: 25ms, bandwidth: 1Gbit", ..PLAIN };
    pair(Span::Tftp, [(near, tftp(512.0, 0.005)), (far, tftp(512.0, 0.025))], 102.16 / 22.10);
}

#[test]
fn a_server_that_sends_half_as_fast_takes_twice_as_long() {
    let time = |rate: f64| tftp(512.0, 0.000_25) + IMAGE * (544.0 / 512.0) / rate;
    let fast = Run { change: "rate: 40kB/s", ..PLAIN };
    let slow = Run { change: "rate: 20kB/s", ..PLAIN };
    // The round trips and the preparation stay as they are: 3 s of 30 and of 57.
    pair(Span::Tftp, [(fast, time(40_000.0)), (slow, time(20_000.0))], 57.5 / 30.3);
}

#[test]
fn the_controller_s_own_pace_over_sftp() {
    let slow = Run { catalogue: ", ewc.sftp.rate: 50000B/s", ..PLAIN };
    let time = |rate: f64| PREPARE + KEY_EXCHANGE + IMAGE / rate;
    pair(Span::Sftp, [(PLAIN, time(148_262.0)), (slow, time(50_000.0))], 28.8 / 15.23);
}

#[test]
fn waves_start_one_interval_after_another() {
    let two = Run { access_points: 6, catalogue: ", ewc.predownload.wave: 2", ..PLAIN };
    let three = Run { access_points: 6, catalogue: ", ewc.predownload.wave: 3", ..PLAIN };
    let time = |wave: f64| ((6.0 / wave).ceil() - 1.0) * 60.0;
    pair(Span::Requests, [(two, time(2.0)), (three, time(3.0))], 0.5);
}

#[test]
fn the_interval_of_waves_is_the_time_between_them() {
    let two = Run { access_points: 6, catalogue: ", ewc.predownload.wave: 2", ..PLAIN };
    let quick = Run { catalogue: ", ewc.predownload.wave: 2, ewc.predownload.wave-interval: 40s", ..two };
    pair(Span::Requests, [(two, 120.0), (quick, 80.0)], 2.0 / 3.0);
}

#[test]
fn one_at_a_time_takes_as_long_as_all_their_downloads() {
    const ONE: &str = ", ewc.predownload.max-concurrent: 1, ewc.predownload.wave-interval: 1s";
    const FOUR: &str = ", ewc.predownload.max-concurrent: 4, ewc.predownload.wave-interval: 1s";
    let far = "latency: 50ms, bandwidth: 1Gbit";
    let one = Run { access_points: 4, wan: far, catalogue: ONE, ..PLAIN };
    let four = Run { catalogue: FOUR, ..one };
    // The download, and 2.8 s in which the image is checked and written (`ap.image.last-block-stored` is most of it).
    let each = rounds(MESSAGES, 1.0, gigabit(0.05), TURNAROUND) + 2.8;
    pair(Span::Predownloads, [(one, 4.0 * each), (four, each)], 0.25);
}
