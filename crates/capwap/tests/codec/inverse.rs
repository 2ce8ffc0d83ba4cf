//! What is written is what is read.

use bytes::{Bytes, BytesMut};
use capwap::{
    FragmentField, Header, ImageDataLayout, Message, Reassembler, ReassemblyLimits, element_name, fragment,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::time::Duration;

use crate::codec::elements::element;
use crate::codec::strategies::{header, layout, message};

/// The inverse says nothing of elements that no strategy makes.
#[test]
fn every_element_with_a_name_is_tried() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = element(ImageDataLayout::Rfc5415);
    let mut numbers = std::collections::BTreeSet::new();
    for _ in 0..3000 {
        numbers.insert(strategy.new_tree(&mut runner).unwrap().current().number());
    }
    let reserved = [9, 19, 42, 43, 46];
    for number in (1..=53).filter(|number| !reserved.contains(number)).chain([1048]) {
        assert!(element_name(number).is_some(), "{number} is not known");
        assert!(numbers.contains(&number), "no strategy for {number}");
    }
    assert!(reserved.iter().all(|number| element_name(*number).is_none()));
}

proptest! {
    #[test]
    fn a_message_is_read_as_it_was_written(
        (layout, message) in layout().prop_flat_map(|layout| (Just(layout), message(layout))),
    ) {
        let datagram = message.write();
        prop_assert_eq!(Message::peek_type(&datagram.clone().into()), Some(message.message_type));
        prop_assert_eq!(Message::parse_datagram(datagram.clone(), layout), Ok(message));
        for length in 0..datagram.len() {
            prop_assert!(Message::parse_datagram(datagram.slice(..length), layout).is_err(), "{} bytes", length);
        }
    }

    #[test]
    fn a_header_is_read_as_it_was_written(header in header(), payload in any::<[u8; 5]>()) {
        let mut datagram = BytesMut::new();
        header.write(&mut datagram);
        prop_assert_eq!(datagram.len(), header.length());
        datagram.extend_from_slice(&payload);
        prop_assert_eq!(Header::parse(datagram.freeze()), Ok((header, Bytes::copy_from_slice(&payload))));
    }

    #[test]
    fn fragments_in_any_order_make_the_message(
        payload in proptest::collection::vec(any::<u8>(), 1..3000),
        datagram_max in 16_usize..700,
        order in any::<prop::sample::Index>(),
    ) {
        let mut datagram = BytesMut::new();
        Header::control().write(&mut datagram);
        datagram.extend_from_slice(&payload);
        let mut fragments = fragment(datagram.freeze(), &Header::control(), 7, datagram_max);
        prop_assume!(fragments.len() > 1);
        let count = fragments.len();
        fragments.rotate_left(order.index(count));
        fragments.extend_from_within(..count / 2);
        let mut reassembler = Reassembler::new(ReassemblyLimits::default());
        let mut whole = None;
        for datagram in fragments.iter().rev() {
            prop_assert!(datagram.len() <= datagram_max);
            let (header, part) = Header::parse(datagram.clone()).unwrap();
            let field: FragmentField = header.fragment.unwrap();
            whole = whole.or(reassembler.insert(Duration::ZERO, field, &part).unwrap());
        }
        prop_assert_eq!(whole.as_deref(), Some(&payload[..]));
    }
}
