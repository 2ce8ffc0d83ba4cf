//! Lost and doubled datagrams.

use std::time::Duration;

use capwap::{Elements, MessageType, PeerDead};

use crate::channel::pair::Pair;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn nothing_is_repeated_on_a_good_path() {
    let mut pair = Pair::new();
    for _ in 0..300 {
        pair.request();
        pair.drive().unwrap();
    }
    assert_eq!(pair.sent.len(), 600);
    assert_eq!(pair.responses.len(), 300);
    // 300 numbers of 8 bits: they wrapped.
    assert_eq!(pair.requests[299].1.sequence, 43);
    assert_eq!(pair.client.poll_timeout(), None);
}

#[test]
fn a_lost_request_is_sent_again_after_the_interval() {
    let mut pair = Pair::new();
    pair.copies = Box::new(|number, _| usize::from(number != 0));
    pair.request();
    pair.drive().unwrap();
    assert_eq!(pair.request_numbers(), [0]);
    assert_eq!(pair.responses[0].0, seconds(3) + 2 * pair.latency);
    assert_eq!(pair.sent[0].2, pair.sent[1].2, "a repetition is the same bytes");
}

#[test]
fn a_lost_response_comes_from_memory() {
    let mut pair = Pair::new();
    pair.copies = Box::new(|number, _| usize::from(number != 1));
    pair.request();
    pair.drive().unwrap();
    assert_eq!(pair.request_numbers(), [0], "the duplicate is not handed over");
    assert_eq!(pair.responses.len(), 1);
    assert_eq!(pair.sent[1].2, pair.sent[3].2, "the same answer again");
    assert_eq!((pair.client.repeats(), pair.server.duplicates()), (1, 1));
    assert_eq!((pair.client.duplicates(), pair.server.repeats()), (0, 0));
}

#[test]
fn doubled_datagrams_count_once() {
    let mut pair = Pair::new();
    pair.copies = Box::new(|_, _| 2);
    for _ in 0..3 {
        pair.request();
        pair.drive().unwrap();
    }
    assert_eq!(pair.request_numbers(), [0, 1, 2]);
    assert_eq!(pair.responses.len(), 3);
}

#[test]
fn a_duplicate_before_the_answer_is_ignored() {
    let mut pair = Pair::new();
    pair.request();
    let request = pair.client.poll_transmit().unwrap();
    assert!(pair.server.handle_datagram(seconds(0), request.clone()).unwrap().is_some());
    assert_eq!(pair.server.handle_datagram(seconds(0), request), Ok(None));
    assert_eq!(pair.server.poll_transmit(), None);
}

#[test]
fn only_the_request_s_own_response_ends_it() {
    let mut pair = Pair::new();
    pair.request();
    pair.client.poll_transmit().unwrap();
    for (sequence, message_type) in [(1, MessageType::EchoResponse), (0, MessageType::JoinResponse)] {
        let stray = capwap::Message { message_type, sequence, elements: Elements::new() };
        assert_eq!(pair.client.handle_datagram(seconds(1), stray.write()), Ok(None));
        assert_eq!(pair.client.outstanding(), 1);
    }
}

#[test]
fn a_silent_peer_is_dead_after_66_seconds() {
    let mut pair = Pair::new();
    pair.copies = Box::new(|_, by_client| usize::from(!by_client));
    pair.request();
    let dead = pair.drive().unwrap_err();
    assert_eq!(dead, PeerDead { request: MessageType::EchoRequest, sequence: 0 });
    // 3 + 6 + 12 + 15 + 15 + 15: doubling, but no further than half the echo interval.
    let times: Vec<_> = pair.sent.iter().map(|sent| sent.0.as_secs()).collect();
    assert_eq!(times, [0, 3, 9, 21, 36, 51]);
    assert_eq!(pair.time, seconds(66));

    pair.request();
    assert_eq!((pair.client.poll_transmit(), pair.client.poll_timeout()), (None, None));
}

#[test]
fn an_old_request_is_ignored() {
    let mut pair = Pair::new();
    pair.request();
    pair.drive().unwrap();
    let old = pair.sent[0].2.clone();
    for _ in 0..60 {
        pair.request();
        pair.drive().unwrap();
    }
    pair.deliver(false, old);
    assert_eq!(pair.server.poll_transmit(), None);
    assert_eq!(pair.requests.len(), 61);
}
