//! The data channel: keep-alives, their repetition, and the end of the session without it (RFC 5415, 4.4.1).

use std::time::Duration;

use ap::{ApEvent, Dialect, State};
use bytes::Bytes;
use capwap::{KeepAlive, SessionId};
use proptest::prelude::*;

use crate::common::{Controller, Lab, access_point};

const VERSION: &str = "17.3.3.26";

fn lab() -> Lab {
    Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new(VERSION, None))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Stops exactly so many seconds later.
fn wait(lab: &mut Lab, duration: u64) {
    lab.advance(lab.now + seconds(duration), |_| ());
}

/// Returns the seconds from the first keep-alive to each, rounded down.
fn sent(lab: &Lab) -> Vec<u64> {
    let all = &lab.controller.keep_alives;
    all.iter().map(|(at, _)| (*at - all[0].0).as_secs()).collect()
}

fn lost(lab: &Lab) -> Vec<(bool, u32, u64)> {
    let events = lab.events();
    let lost = events.iter().filter_map(|event| match event {
        ApEvent::DataChannelLost { up, keep_alives, unanswered_s, .. } => {
            Some((*up, *keep_alives, *unanswered_s))
        }
        _ => None,
    });
    lost.collect()
}

fn opened(lab: &Lab) -> usize {
    lab.events().iter().filter(|event| matches!(event, ApEvent::DataChannelOpened { .. })).count()
}

#[test]
fn it_is_in_service_once_its_keep_alive_has_come_back() {
    let mut lab = lab();
    lab.drive_to(State::DataCheck);
    // The Change State Event Request and its response, then the keep-alive and its return.
    let began = lab.now;
    assert_eq!(lab.controller.keep_alives, []);
    lab.drive_to(State::Run);
    assert_eq!(lab.now - began, 4 * lab.latency);
    let session = lab.controller.session.expect("it has joined");
    assert_eq!(lab.controller.keep_alives, [(lab.now - lab.latency, KeepAlive { session })]);
    assert_eq!(opened(&lab), 1);
    let lines: Vec<_> = lab.console().into_iter().map(|(_, line)| line.text).collect();
    assert_eq!(
        lines[lines.len() - 3..],
        ["CAPWAP State: Configure", "CAPWAP State: Run", "AP has joined controller 9120-EWC"]
    );
}

#[test]
fn in_run_it_sends_one_each_30_seconds() {
    let mut lab = lab();
    lab.drive_to(State::Run);
    wait(&mut lab, 125);
    assert_eq!(sent(&lab), [0, 30, 60, 90, 120]);
    // Not more than its timers need, either.
    assert_eq!((lab.state(), lost(&lab), opened(&lab)), (State::Run, vec![], 1));
}

#[test]
fn a_lost_keep_alive_or_answer_is_repeated_like_a_control_message() {
    for way in [0, 1] {
        let mut lab = lab();
        lab.data_blocked[way] = true;
        lab.drive_to(State::DataCheck);
        let began = lab.now;
        wait(&mut lab, 20);
        assert_eq!(lab.state(), State::DataCheck);
        lab.data_blocked[way] = false;
        lab.drive_to(State::Run);
        // At 0, 3, 9, and 21 s.
        assert_eq!((lab.now - began).as_secs(), 21, "way {way}");
        assert_eq!(sent(&lab), if way == 0 { vec![0] } else { vec![0, 3, 9, 21] });
        assert_eq!((lost(&lab), opened(&lab)), (vec![], 1));
        // The intervals of the next one begin anew.
        lab.data_blocked[way] = true;
        wait(&mut lab, 40);
        lab.data_blocked[way] = false;
        wait(&mut lab, 20);
        assert_eq!((lab.state(), lost(&lab)), (State::Run, vec![]), "way {way}");
    }
}

#[test]
fn without_an_answer_the_session_ends_after_the_dead_interval() {
    for way in [0, 1] {
        let mut lab = lab();
        lab.data_blocked[way] = true;
        lab.drive_to(State::DataCheck);
        let began = lab.now;
        lab.drive_to(State::DtlsTeardown);
        // 60 s from the first keep-alive; CANCEL takes a moment.
        assert_eq!((lab.now - began).as_secs(), 60);
        assert_eq!(lost(&lab), [(false, 6, 60)]);
        if way == 1 {
            assert_eq!(sent(&lab), [0, 3, 9, 21, 36, 51]);
        }
        assert!(!lab.has(|event| matches!(event, ApEvent::StateChanged { state: State::Run })));
        let says = |line: &str| lab.console().iter().any(|(_, printed)| printed.text == line);
        assert!(says("Data channel keep-alive: no response from 172.16.4.26"));
        lab.drive_to(State::Discovery);
        lab.data_blocked[way] = false;
        lab.drive_to(State::Run);
        assert_eq!(lost(&lab).len(), 1);
    }
}

#[test]
fn a_data_channel_that_dies_in_run_ends_the_session() {
    let mut lab = lab();
    lab.drive_to(State::Run);
    wait(&mut lab, 10);
    lab.data_blocked[1] = true;
    let began = lab.now;
    lab.drive_to(State::DtlsTeardown);
    // 20 s to the next keep-alive, and 60 s for its answer. The echoes were answered all the time.
    assert_eq!((lab.now - began).as_secs(), 80);
    assert_eq!(lost(&lab), [(true, 6, 60)]);
    assert!(!lab.has(|event| matches!(event, ApEvent::ControllerLost { .. })));
    lab.data_blocked[1] = false;
    lab.drive_to(State::Run);
    assert_eq!(opened(&lab), 2);
    let sessions: Vec<SessionId> = lab.controller.keep_alives.iter().map(|(_, sent)| sent.session).collect();
    assert_ne!(sessions[0], sessions[sessions.len() - 1], "each session has its own identifier");
}

/// Both channels are silent. The data channel's wait ends 6 s before the retransmissions of the control channel, which decides.
#[test]
fn a_controller_that_is_gone_is_lost_by_the_control_channel() {
    let mut access_point = access_point(Dialect::Newer, "8.10.130.0");
    // The next message on either channel is the one of every 30 s.
    access_point.settings.wtp_event_interval = seconds(3600);
    let mut lab = Lab::new(access_point, Controller::new(VERSION, None));
    lab.drive_to(State::Run);
    wait(&mut lab, 10);
    lab.controller.alive = false;
    lab.drive_to(State::DtlsTeardown);
    assert!(lab.has(|event| matches!(event, ApEvent::ControllerLost { .. })));
    assert_eq!(lost(&lab), []);
}

#[test]
fn only_the_answer_of_this_session_counts() {
    let mut lab = lab();
    lab.data_blocked[1] = true;
    lab.drive_to(State::DataCheck);
    wait(&mut lab, 1);
    let session = lab.controller.session.expect("it has joined");
    let right = KeepAlive { session }.write();
    let mut truncated = right.to_vec();
    truncated.pop();
    let mut data = right.to_vec();
    data[3] = 0;
    let wrong =
        [Bytes::new(), truncated.into(), data.into(), KeepAlive { session: SessionId([9; 16]) }.write()];
    let now = lab.now;
    let answer = |lab: &mut Lab, datagram: Bytes| {
        lab.machine.as_mut().expect("it has power").handle_data(now, datagram);
    };
    for datagram in wrong {
        answer(&mut lab, datagram);
        assert_eq!(lab.state(), State::DataCheck);
    }
    answer(&mut lab, right.clone());
    assert_eq!(lab.state(), State::Run);
    // A copy of it does not move the next keep-alive.
    let next = lab.machine.as_ref().and_then(ap::Machine::poll_timeout);
    lab.machine.as_mut().expect("it has power").handle_data(now + Duration::from_millis(1), right);
    assert_eq!(lab.machine.as_ref().and_then(ap::Machine::poll_timeout), next);
    assert_eq!(opened(&lab), 1);
}

#[test]
fn an_answer_after_the_end_of_its_session_changes_nothing() {
    let mut lab = lab();
    lab.data_blocked[1] = true;
    lab.drive_to(State::DataCheck);
    let late = KeepAlive { session: lab.controller.session.expect("it has joined") }.write();
    for state in [State::DtlsTeardown, State::Discovery, State::Join, State::DataCheck] {
        lab.drive_to(state);
        let now = lab.now;
        let machine = lab.machine.as_mut().expect("it has power");
        machine.handle_data(now, late.clone());
        assert_eq!(lab.state(), state);
    }
    assert_eq!(opened(&lab), 0);
}

/// Only keep-alives are lost: the image comes, and the access point reloads.
#[test]
fn a_download_at_join_does_not_need_it() {
    let image = crate::common::bundle("ap1g8", "17.9.4.27", 4);
    let mut lab =
        Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.9.4.27", Some(image)));
    lab.data_blocked = [true, true];
    lab.drive_to(State::Reload);
    assert_eq!(lab.controller.keep_alives, []);
    lab.drive_to(State::DataCheck);
    assert_eq!(lab.running(), "17.9.4.27");
    lab.drive_to(State::DtlsTeardown);
    assert_eq!(lost(&lab).len(), 1);
}

#[test]
fn the_intervals_are_settings() {
    let mut access_point = access_point(Dialect::Newer, "8.10.130.0");
    access_point.settings.data_channel_keep_alive = seconds(7);
    access_point.settings.data_channel_dead_interval = seconds(14);
    let mut lab = Lab::new(access_point, Controller::new(VERSION, None));
    lab.drive_to(State::Run);
    wait(&mut lab, 20);
    assert_eq!(sent(&lab), [0, 7, 14]);
    lab.data_blocked = [true, true];
    lab.drive_to(State::DtlsTeardown);
    assert_eq!(lost(&lab), [(true, 3, 14)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Bytes from the data port, in any state, change neither the state nor the time of what comes next.
    #[test]
    fn any_datagram_is_harmless(
        noise in proptest::collection::vec(any::<u8>(), 0..60),
        header in proptest::option::of(any::<[u8; 8]>()),
        at in 0_u64..120,
    ) {
        let mut lab = lab();
        wait(&mut lab, at);
        let state = lab.state();
        let now = lab.now;
        // Without a header of its own, it is that of a keep-alive.
        let header = header.unwrap_or([0, 0x10, 0, 8, 0, 0, 0, 0]);
        let machine = lab.machine.as_mut().expect("it has power");
        let next = machine.poll_timeout();
        machine.handle_data(now, Bytes::from([&header[..], &noise].concat()));
        prop_assert_eq!(machine.poll_timeout(), next);
        prop_assert_eq!(machine.poll_data_transmit(), None);
        prop_assert_eq!(lab.state(), state);
    }
}
