//! More than one request outstanding.

use std::time::Duration;

use capwap::{Channel, ChannelConfig, Element, Elements, Incoming, Message, MessageType, QUEUE_MAX, Role};
use proptest::prelude::*;

use crate::channel::pair::Pair;

fn windowed(window: u8) -> Pair {
    Pair::with(ChannelConfig { window, ..ChannelConfig::new(Role::Wtp) }, ChannelConfig::new(Role::Ac))
}

#[test]
fn the_window_limits_what_is_outstanding() {
    let mut pair = windowed(10);
    for _ in 0..25 {
        pair.request();
    }
    assert_eq!((pair.client.outstanding(), pair.client.can_send()), (10, false));
    pair.drive().unwrap();
    let numbers: Vec<u8> = (0..25).collect();
    assert_eq!(pair.request_numbers(), numbers);
    // Three rounds of 10, 10 and 5.
    assert_eq!(pair.time, 6 * pair.latency);
    assert!(pair.client.can_send());
}

#[test]
fn with_a_window_of_one_each_waits_for_the_last() {
    let mut pair = windowed(1);
    pair.request();
    pair.request();
    pair.drive().unwrap();
    let times: Vec<_> = pair.requests.iter().map(|request| request.0).collect();
    assert_eq!(times, [pair.latency, 3 * pair.latency]);
}

#[test]
fn requests_are_handed_over_in_order() {
    let mut pair = windowed(5);
    // The second request is lost once; the others must wait for it.
    pair.copies = Box::new(|number, _| usize::from(number != 1));
    for _ in 0..5 {
        pair.request();
    }
    pair.drive().unwrap();
    assert_eq!(pair.request_numbers(), [0, 1, 2, 3, 4]);
    assert_eq!(pair.requests[4].0, Duration::from_secs(3) + pair.latency);
    assert_eq!(pair.responses.len(), 5);
}

#[test]
fn the_numbers_in_use_span_no_more_than_the_window() {
    let mut pair = windowed(3);
    // The response to the first is lost once: numbers 1 and 2 have theirs, but 3 must not be sent yet.
    pair.copies = Box::new(|number, _| usize::from(number != 3));
    for _ in 0..3 {
        pair.request();
    }
    pair.step().unwrap();
    pair.step().unwrap();
    for _ in 0..3 {
        pair.request();
    }
    assert_eq!((pair.client.outstanding(), pair.client.can_send(), pair.requests.len()), (1, false, 3));
    pair.drive().unwrap();
    assert_eq!(pair.requests[3].0, Duration::from_secs(3) + 3 * pair.latency);
}

#[test]
fn a_gap_wider_than_the_window_has_been_given_up() {
    let numbers = |receive_window, sent: &[u8]| {
        let mut ac = Channel::new(ChannelConfig { receive_window, ..ChannelConfig::new(Role::Ac) });
        let mut handed_over = Vec::new();
        for sequence in sent {
            let request = Message {
                message_type: MessageType::EchoRequest,
                sequence: *sequence,
                elements: Elements::new(),
            };
            let mut next = ac.handle_datagram(Duration::ZERO, request.write()).unwrap();
            while let Some(Incoming::Request(request)) = next {
                ac.send_response(
                    Duration::ZERO,
                    request.sequence,
                    MessageType::EchoResponse,
                    vec![Element::AcTimestamp(request.sequence.into())],
                );
                handed_over.push(request.sequence);
                next = ac.poll_incoming();
            }
        }
        handed_over
    };
    // As RFC 5415, 4.5.3 has it: any newer number goes on, older ones are ignored.
    assert_eq!(numbers(1, &[250, 252, 251, 2, 1, 3]), [250, 252, 2, 3]);
    // 128 away is neither newer nor older.
    assert_eq!(numbers(1, &[0, 127, 255, 126, 127]), [0, 127]);
    assert_eq!(numbers(3, &[0, 2, 3, 1]), [0, 1, 2, 3]);
    assert_eq!(numbers(3, &[0, 2, 3, 4, 1, 5]), [0, 2, 3, 4, 5], "the window of 4 does not reach back to 1");
    assert_eq!(numbers(3, &[0, 2, 100, 98, 99]), [0, 2, 98, 99, 100]);
    assert_eq!(numbers(50, &[0, 2, 50, 51]), [0, 2], "50 is waiting for those from 3 on");
}

#[test]
fn waiting_requests_are_limited() {
    let mut pair = windowed(1);
    let taken = (0..200)
        .filter(|_| pair.client.send_request(Duration::ZERO, MessageType::EchoRequest, vec![]))
        .count();
    assert_eq!(taken, 1 + QUEUE_MAX);
    pair.drive().unwrap();
    assert_eq!(pair.requests.len(), taken);
    assert!(pair.client.can_send());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is lost or doubled, as long as something comes through, every request arrives once and in order.
    #[test]
    fn every_request_arrives_once(
        window in 1_u8..=50,
        fate in proptest::collection::vec(prop_oneof![2 => Just(0_usize), 5 => Just(1), 1 => Just(2)], 400),
    ) {
        let mut pair = windowed(window);
        pair.copies = Box::new(move |number, _| fate.get(number).copied().unwrap_or(1));
        for _ in 0..120 {
            pair.request();
        }
        if pair.drive().is_ok() {
            let numbers: Vec<u8> = (0..120).collect();
            prop_assert_eq!(pair.request_numbers(), numbers);
            prop_assert_eq!(pair.responses.len(), 120);
        }
    }
}
