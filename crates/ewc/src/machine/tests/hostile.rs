//! Data from the network is not trusted.

use std::time::Duration;

use bytes::Bytes;
use capwap::{Element, Message, MessageType, ResultCode, cisco};
use proptest::prelude::*;

use super::world::World;

#[test]
fn names_that_are_no_names_are_refused() {
    let long = "a".repeat(33);
    for name in ["../../etc/shadow", "ap1g8\n", "ap1g8/x", long.as_str()] {
        let mut world = World::new(1);
        world.join(0);
        let before = world.aps[0].responses.len();
        world.request(0, MessageType::ImageDataRequest, vec![cisco::image_identifier(name)]);
        world.run_for(Duration::from_millis(10));
        let answer = &world.aps[0].responses[before].elements[..];
        assert_eq!(answer, [Element::ResultCode(ResultCode::ImageDataOtherError)], "{name:?}");
        assert_eq!(world.happened(), ["ap_joined"]);
    }
}

#[test]
fn what_is_malformed_is_not_answered() {
    let mut world = World::new(1);
    world.join(0);
    let before = world.aps[0].responses.len();
    world.request(0, MessageType::ImageDataRequest, vec![cisco::image_identifier("")]);
    world.run_for(Duration::from_millis(10));
    assert_eq!(world.aps[0].responses.len(), before);
    assert_eq!(world.happened(), ["ap_joined", "request_refused"]);
}

#[test]
fn an_unknown_request_is_answered_as_such() {
    let mut world = World::new(1);
    world.join(0);
    world.request(0, MessageType::Other(4242 * 256 + 1), vec![]);
    world.run_for(Duration::from_millis(10));
    let answer = world.aps[0].responses.last().unwrap();
    assert_eq!(answer.elements[..], [Element::ResultCode(ResultCode::UnrecognizedRequest)]);
}

#[test]
fn sessions_have_a_limit() {
    let mut world = World::new(1);
    for number in 0..1030_u32 {
        let [.., high, low] = number.to_be_bytes();
        world.aps[0].mac = [1, 2, 3, 4, high, low];
        world.aps[0].address = ([172, 17, high, low], capwap::AP_PORT).into();
        world.join(0);
    }
    assert_eq!(world.snapshot().aps.len(), 1024);
    let last = world.aps[0].responses.last().unwrap();
    assert_eq!(last.elements[..], [Element::ResultCode(ResultCode::JoinResourceDepletion)]);
}

proptest! {
    #[test]
    fn any_datagram_is_harmless(
        kind in 0_u32..30,
        sequence: u8,
        value in proptest::collection::vec(any::<u8>(), 0..60),
        number in prop_oneof![0_u16..60, any::<u16>()],
        noise in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut world = World::new(1);
        world.join(0);
        let elements = vec![world.aps[0].board(), Element::Unknown { element: number, value: value.into() }].into();
        let message = Message { message_type: kind.into(), sequence, elements };
        let from = world.aps[0].address;
        let now = world.time;
        world.machine.handle_control(now, message.write().into(), from);
        world.machine.handle_control(now, noise.clone().into(), from);
        world.machine.handle_data(world.time, Bytes::from(noise), from);
        world.machine.handle_timeout(now + Duration::from_secs(1));
        world.snapshot();
    }
}
