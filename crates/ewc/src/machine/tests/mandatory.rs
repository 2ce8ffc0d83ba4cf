//! The mandatory elements that RFC 5415 demands of every message, in both directions.

use std::time::Duration;

use capwap::{Element, ImageDataLayout, Message, MessageType, ResultCode, Role, cisco};

use super::world::{World, change_state, configuration_status};

#[test]
fn all_that_the_controller_sends_is_complete() {
    let mut world = World::new(1);
    world.aps[0].path_mtu = Some(1485);
    world.discover(0);
    world.run_for(Duration::from_millis(1));
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(1));
    for (request, elements) in [
        (MessageType::ConfigurationStatusRequest, configuration_status()),
        (MessageType::ChangeStateEventRequest, change_state()),
        (MessageType::EchoRequest, vec![]),
        (MessageType::EchoRequest, vec![cisco::path_mtu(1485, 9)]),
        (MessageType::WtpEventRequest, vec![cisco::path_mtu(1485, 9)]),
    ] {
        world.request(0, request, elements);
        world.run_for(Duration::from_millis(10));
    }
    let responses = &world.aps[0].responses;
    let kinds: Vec<_> = responses.iter().map(|response| response.message_type.number()).collect();
    assert_eq!(kinds, [2, 4, 16, 6, 12, 14, 14, 10]);
    for response in responses {
        assert_eq!(response.check(Role::Ac), Ok(()));
    }
}

/// Sends every request of an access point, without one of its elements at a time.
#[test]
fn a_request_without_a_mandatory_element_is_refused() {
    let missing = [Element::ResultCode(ResultCode::MissingMandatoryElement)];
    for (request, elements) in [
        (MessageType::ConfigurationStatusRequest, configuration_status()),
        (MessageType::ChangeStateEventRequest, change_state()),
    ] {
        for left_out in 0..elements.len() {
            let mut world = World::new(1);
            world.join(0);
            let mut elements = elements.clone();
            elements.remove(left_out);
            world.request(0, request, elements);
            world.run_for(Duration::from_millis(10));
            assert_eq!(world.aps[0].responses.last().expect("an answer").elements[..], missing);
            assert_eq!(world.happened(), ["ap_joined", "request_refused"]);
        }
    }
}

#[test]
fn a_join_request_without_a_mandatory_element_opens_no_session() {
    let whole = World::new(1).aps[0].join_request("AP0");
    for left_out in 0..whole.len() {
        let mut world = World::new(1);
        let mut elements = whole.clone();
        let gone = elements.remove(left_out);
        let request =
            Message { message_type: MessageType::JoinRequest, sequence: 0, elements: elements.into() };
        let from = world.aps[0].address;
        world.machine.handle_control(world.time, request.write().into(), from);
        assert_eq!(world.happened(), ["request_refused"], "without {gone:?}");
        assert!(world.snapshot().aps.is_empty());
        let answer = world.machine.poll_control().expect("an answer").datagram;
        let answer = Message::parse_datagram(answer, ImageDataLayout::Cisco).expect("sound");
        assert_eq!(answer.message_type, MessageType::JoinResponse);
        assert_eq!(answer.elements[..], [Element::ResultCode(ResultCode::MissingMandatoryElement)]);
    }
}

#[test]
fn an_unknown_element_is_returned() {
    let mut world = World::new(1);
    world.join(0);
    let unknown = Element::Unknown { element: 777, value: bytes::Bytes::from_static(b"what") };
    world.request(0, MessageType::EchoRequest, vec![unknown]);
    world.run_for(Duration::from_millis(10));
    let answer = &world.aps[0].responses.last().expect("an answer").elements[..];
    let [Element::ResultCode(ResultCode::UnrecognizedElement), Element::ReturnedElement(_)] = answer else {
        panic!("{answer:?}")
    };
}
