//! More than one request outstanding.

use std::time::Duration;

use capwap::{ChannelConfig, Role};
use proptest::prelude::*;

use crate::pair::Pair;

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
