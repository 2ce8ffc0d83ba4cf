//! The machine, without a network.

use proptest::prelude::*;

use super::*;

fn sending(size: usize, change: impl FnOnce(&mut Terms)) -> Sending {
    let waits = Waits { timeout_s: 3, retransmit: 6 };
    let mut terms = Terms { oack: None, block_size: 512, window_bytes: 0, waits, ignore_last_ack: false };
    change(&mut terms);
    Sending::new(Duration::ZERO, Content::from_vec(vec![7; size]), terms)
}

fn oack(terms: &mut Terms) {
    terms.oack = Some(Bytes::from_static(b"\0\x06tsize\x001\0"));
}

/// Returns the sent packets: block numbers and lengths, the OACK as its opcode.
fn sent(sending: &mut Sending) -> Vec<(u16, usize)> {
    let mut sent = Vec::new();
    while let Some(datagram) = sending.poll_transmit() {
        let [_, opcode, high, low] = datagram.first_chunk().expect("a header");
        let number = u16::from_be_bytes([high, low]);
        sent.push(if opcode == 3 { (number, datagram.len() - HEADER) } else { (6, 0) });
    }
    sent
}

fn ack(sending: &mut Sending, block: u16) -> Vec<(u16, usize)> {
    sending.handle_datagram(Duration::ZERO, Packet::Ack { block }.to_bytes());
    sent(sending)
}

/// Lets one wait end.
fn wait(sending: &mut Sending) -> Vec<(u16, usize)> {
    sending.handle_timeout(sending.deadline());
    sent(sending)
}

#[test]
fn blocks_go_out_one_by_one() {
    let mut sending = sending(1024, |_| ());
    assert_eq!(sent(&mut sending), [(1, 512)]);
    assert_eq!(ack(&mut sending, 1), [(2, 512)]);
    assert_eq!(ack(&mut sending, 2), [(3, 0)]);
    assert_eq!(ack(&mut sending, 3), []);
    assert_eq!((sending.end(), sending.blocks(), sending.bytes()), (Some(&End::Sent), 3, 1024));
}

#[test]
fn waits_are_a_quarter_a_half_and_the_whole() {
    let waits = |timeout_s| {
        let waits = Waits { timeout_s, retransmit: 6 };
        [0, 1, 2, 3].map(|over| waits.after(over).as_secs())
    };
    assert_eq!(waits(3), [1, 2, 3, 3]);
    assert_eq!(waits(1), [1, 1, 1, 1]);
    assert_eq!(waits(10), [3, 5, 10, 10]);
}

#[test]
fn the_oack_goes_out_once_and_a_late_answer_brings_an_empty_block_0() {
    let mut silent = sending(10, oack);
    assert_eq!(sent(&mut silent), [(6, 0)]);
    for _ in 0..6 {
        assert_eq!(wait(&mut silent), []);
    }
    assert_eq!(silent.end(), Some(&End::TimedOut { block: 0 }));

    let mut late = sending(10, oack);
    assert_eq!(sent(&mut late), [(6, 0)]);
    assert_eq!(wait(&mut late), []);
    assert_eq!(ack(&mut late, 0), [(0, 0), (1, 10)]);
    assert_eq!(ack(&mut late, 1), []);
    assert_eq!((late.end(), late.bytes(), late.resent()), (Some(&End::Sent), 10, 1));
}

#[test]
fn a_silent_client_times_out() {
    let mut sending = sending(1024, |_| ());
    assert_eq!(sent(&mut sending), [(1, 512)]);
    assert_eq!(ack(&mut sending, 1), [(2, 512)]);
    for _ in 0..5 {
        assert_eq!(wait(&mut sending), [(2, 512)]);
    }
    assert_eq!(wait(&mut sending), []);
    assert_eq!((sending.end(), sending.bytes()), (Some(&End::TimedOut { block: 2 }), 512));
}

#[test]
fn a_last_acknowledgement_that_does_not_come_is_forgiven() {
    let mut one = sending(600, |_| ());
    assert_eq!(sent(&mut one), [(1, 512)]);
    assert_eq!(ack(&mut one, 1), [(2, 88)]);
    for _ in 0..5 {
        assert_eq!(wait(&mut one), [(2, 88)]);
    }
    assert_eq!(wait(&mut one), []);
    assert_eq!(one.end(), Some(&End::LastNotAcked { block: 2 }));
    assert_eq!((one.blocks(), one.bytes(), one.resent()), (1, 512, 6));

    let mut other = sending(600, |terms| terms.ignore_last_ack = true);
    sent(&mut other);
    assert_eq!(ack(&mut other, 1), [(2, 88)]);
    assert_eq!(wait(&mut other), []);
    assert_eq!(other.end(), Some(&End::Sent));
}

#[test]
fn acknowledgements_that_do_not_fit_send_nothing() {
    let mut sending = sending(2000, |_| ());
    sent(&mut sending);
    assert_eq!(ack(&mut sending, 7), []);
    assert_eq!(sending.poll_note(), Some(Note::AckAhead { block: 7, awaited: 1 }));
    assert_eq!(ack(&mut sending, 0), [], "the first block's predecessor is not spoken of");
    assert_eq!(sending.poll_note(), None);
    assert_eq!(ack(&mut sending, 1), [(2, 512)]);
    assert_eq!(ack(&mut sending, 1), [], "no sorcerer's apprentice");
    assert_eq!(sending.poll_note(), Some(Note::AckTwice { block: 1 }));
    sending.handle_datagram(Duration::ZERO, Bytes::from_static(b"\0\x04\0"));
    sending.handle_datagram(Duration::ZERO, Bytes::from_static(b"\0\x09\0\0"));
    sending.handle_datagram(Duration::ZERO, Bytes::from_static(b"\0\x01"));
    let notes = [sending.poll_note(), sending.poll_note(), sending.poll_note()];
    assert_eq!(notes, [Some(Note::TooShort), Some(Note::UnknownOpcode(9)), Some(Note::TooShort)]);
    assert_eq!(sent(&mut sending), []);
}

#[test]
fn a_repeated_acknowledgement_is_spoken_of_until_its_block_went_out_three_times() {
    let mut sending = sending(2000, |_| ());
    sent(&mut sending);
    ack(&mut sending, 1);
    wait(&mut sending);
    assert_eq!(
        (ack(&mut sending, 1), sending.poll_note()),
        (vec![(2, 512)], Some(Note::AckTwice { block: 1 }))
    );
    assert_eq!((ack(&mut sending, 1), sending.poll_note()), (vec![(2, 512)], None));
}

#[test]
fn after_a_wait_whatever_comes_makes_the_block_go_out_again_but_not_for_ever() {
    let mut sending = sending(2000, |_| ());
    sent(&mut sending);
    assert_eq!(wait(&mut sending), [(1, 512)]);
    for _ in 2..50 {
        assert_eq!(ack(&mut sending, 9), [(1, 512)]);
    }
    assert_eq!(ack(&mut sending, 9), []);
    assert_eq!(sending.end(), Some(&End::MaxRetries { block: 1 }));
}

#[test]
fn a_window_sends_ahead_and_awaits_acknowledgements_in_order() {
    let mut sending = sending(2000, |terms| terms.window_bytes = 1024);
    assert_eq!(sent(&mut sending), [(1, 512), (2, 512), (3, 512)]);
    assert_eq!(ack(&mut sending, 3), []);
    assert_eq!(sending.poll_note(), Some(Note::AckAhead { block: 3, awaited: 1 }));
    assert_eq!(ack(&mut sending, 1), [(4, 464)]);
    assert_eq!(wait(&mut sending), [(2, 512), (3, 512), (4, 464)]);
    assert_eq!(ack(&mut sending, 2), []);
    // All is sent, and one acknowledgement is enough: those of blocks 3 and 4 are not awaited.
    assert_eq!((sending.end(), sending.blocks(), sending.bytes()), (Some(&End::Sent), 2, 2000));
}

#[test]
fn numbers_wrap_to_zero() {
    let mut sending = sending(65_537 * 8, |terms| terms.block_size = 8);
    let mut expected = sent(&mut sending);
    for n in 1..=65_538_u32 {
        assert_eq!(expected, [(n as u16, if n == 65_538 { 0 } else { 8 })]);
        expected = ack(&mut sending, n as u16);
    }
    assert_eq!((sending.end(), sending.blocks(), sending.bytes()), (Some(&End::Sent), 65_538, 524_296));
}

#[test]
fn an_error_ends_it() {
    let mut sending = sending(1, oack);
    sent(&mut sending);
    sending.handle_datagram(Duration::ZERO, Bytes::from_static(b"\0\x05\0\0bye\0"));
    assert_eq!(sending.end(), Some(&End::PeerError { code: 0, message: "bye".into() }));
}

proptest! {
    /// With any input, it ends within a bounded number of waits and packets.
    #[test]
    fn it_ends(size in 0..3000_usize, window_bytes in 0..3000_u32, with_oack in any::<bool>(), come in proptest::collection::vec((any::<bool>(), 0..9_u16), 0..300)) {
        let mut sending = sending(size, |terms| {
            terms.window_bytes = window_bytes;
            if with_oack { oack(terms) }
        });
        let mut packets = sent(&mut sending).len();
        for (is_ack, block) in come {
            if sending.end().is_some() { break; }
            packets += if is_ack { ack(&mut sending, block) } else { wait(&mut sending) }.len();
        }
        for _ in 0..6 {
            if sending.end().is_some() { break; }
            packets += wait(&mut sending).len();
        }
        prop_assert!(sending.end().is_some());
        prop_assert!(packets <= 60 * 9);
    }
}
