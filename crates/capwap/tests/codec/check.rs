//! Mandatory elements, values out of range, and what is answered.

use bytes::Bytes;
use capwap::*;

fn message(message_type: MessageType, elements: Vec<Element>) -> Message {
    Message { message_type, sequence: 7, elements: elements.into() }
}

fn join() -> Message {
    let radio = WtpRadioInformation { radio_id: 1, radio_type: RadioType::AN };
    message(
        MessageType::JoinRequest,
        vec![
            Element::LocationData("attic".into()),
            Element::WtpBoardData(WtpBoardData::new("C9105AXI-B", "KWC1", text::MacAddress([1; 6]))),
            Element::WtpDescriptor(WtpDescriptor::new("1.0", "17.3.3.26", "1.1.2.4", None)),
            Element::WtpName("ap".into()),
            Element::SessionId(SessionId([3; 16])),
            Element::WtpFrameTunnelMode(tunnel_mode::NATIVE),
            Element::WtpMacType(WtpMacType::Split),
            Element::WtpRadioInformation(radio),
            Element::EcnSupport(EcnSupport::Limited),
            Element::LocalIpv4Address([192, 0, 2, 1].into()),
        ],
    )
}

#[test]
fn each_mandatory_element_of_a_join_is_missed() {
    assert_eq!(join().check(Role::Wtp), Ok(()));
    for index in 0..10 {
        let mut request = join();
        let number = request.elements.remove(index).number();
        let fault = request.check(Role::Wtp).unwrap_err();
        let Fault::MissingElement { elements, section: "6.1", .. } = fault else { panic!("{fault}") };
        assert!(elements.contains(&number), "{number}: {fault}");
        let answer = [Element::ResultCode(ResultCode::MissingMandatoryElement)];
        assert_eq!(request.refusal(&fault).as_deref(), Some(&answer[..]));
    }
}

#[test]
fn one_of_several_is_enough() {
    let mut request = join();
    request.elements[9] = Element::LocalIpv6Address(std::net::Ipv6Addr::LOCALHOST);
    assert_eq!(request.check(Role::Wtp), Ok(()));
    request.elements.pop();
    assert_eq!(
        request.check(Role::Wtp).unwrap_err().to_string(),
        "Join Request lacks CAPWAP Local IPv4 Address or CAPWAP Local IPv6 Address (RFC 5415, 6.1)"
    );
}

#[test]
fn what_data_transfer_needs_depends_on_the_sender() {
    let mode = Element::DataTransferMode(DataTransferMode::CrashData);
    let request = message(MessageType::DataTransferRequest, vec![mode]);
    assert_eq!(request.check(Role::Ac), Ok(()));
    assert!(matches!(request.check(Role::Wtp), Err(Fault::MissingElement { elements: [13], .. })));
}

#[test]
fn a_refusal_needs_its_result_code_only() {
    let refused = |code| message(MessageType::JoinResponse, vec![Element::ResultCode(code)]).check(Role::Ac);
    assert_eq!(refused(ResultCode::JoinResourceDepletion), Ok(()));
    assert!(matches!(refused(ResultCode::Success), Err(Fault::MissingElement { .. })));
    // "AC List Message Element MUST Be Present" (4.6.35).
    assert!(matches!(refused(ResultCode::Failure), Err(Fault::MissingElement { elements: [2, 3], .. })));
}

#[test]
fn an_unknown_request_is_answered_and_an_unknown_response_is_not() {
    let request = message(MessageType::Other(99), vec![]);
    let fault = request.check(Role::Wtp).unwrap_err();
    assert_eq!(fault.to_string(), "message type 99 is not known");
    let answer = [Element::ResultCode(ResultCode::UnrecognizedRequest)];
    assert_eq!(request.refusal(&fault).as_deref(), Some(&answer[..]));
    assert_eq!(request.message_type.response(), MessageType::Other(100));
    let response = message(MessageType::Other(100), vec![]);
    assert_eq!(response.refusal(&response.check(Role::Wtp).unwrap_err()), None);
}

#[test]
fn an_unknown_element_comes_back() {
    let unknown = |element, length| Element::Unknown { element, value: Bytes::from(vec![9; length]) };
    let mut request = message(MessageType::EchoRequest, vec![unknown(1030, 3)]);
    assert_eq!(request.check(Role::Wtp), Ok(()), "an element of the 802.11 binding");
    request.elements.push(unknown(46, 2));
    request.elements.push(unknown(5000, 300));
    let fault = request.check(Role::Wtp).unwrap_err();
    assert_eq!(fault, Fault::UnrecognizedElement { message: MessageType::EchoRequest, element: 46 });
    let answer = request.refusal(&fault).unwrap();
    let [Element::ResultCode(ResultCode::UnrecognizedElement), returned @ ..] = &answer[..] else {
        panic!("{answer:?}")
    };
    let returned: Vec<_> = returned
        .iter()
        .map(|element| match element {
            Element::ReturnedElement(returned) => (returned.reason, returned.element.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(returned[0], (ReturnReason::UnknownElement, Bytes::from_static(&[0, 46, 0, 2, 9, 9])));
    assert_eq!(returned[1].1.len(), 255);
}

#[test]
fn values_that_the_rfc_does_not_allow_are_named() {
    let fault = |element: Element| {
        message(MessageType::EchoRequest, vec![element]).check(Role::Wtp).unwrap_err().to_string()
    };
    let name = |length: usize| Element::WtpName("x".repeat(length).into());
    assert_eq!(message(MessageType::EchoRequest, vec![name(512)]).check(Role::Wtp), Ok(()));
    assert_eq!(fault(name(513)), "Echo Request: WTP Name is longer than 512 bytes (section 4.6.45)");
    assert_eq!(fault(name(0)), "Echo Request: WTP Name is empty (section 4.6.45)");
    let state = |radio_id| {
        Element::RadioOperationalState(RadioOperationalState {
            radio_id,
            state: State::Enabled,
            cause: OperationalCause::Normal,
        })
    };
    assert!(fault(state(0)).contains("radio out of 1..=31"));
    assert!(fault(state(255)).contains("radio out of 1..=31"));
    let whole = RadioAdministrativeState { radio_id: 255, state: State::Enabled };
    let request = message(MessageType::EchoRequest, vec![Element::RadioAdministrativeState(whole)]);
    assert_eq!(request.check(Role::Wtp), Ok(()), "255 is the whole access point");
    let board = WtpBoardData { vendor: 1, items: vec![(board_item::MODEL, Bytes::from_static(b"m"))] };
    assert!(fault(Element::WtpBoardData(board)).contains("lacks a model or serial number"));
    // Malformed rather than incomplete: ignored.
    let request = message(MessageType::EchoRequest, vec![name(0)]);
    assert_eq!(request.refusal(&request.check(Role::Wtp).unwrap_err()), None);
}

#[test]
fn padding_makes_a_packet_of_exactly_the_length() {
    let mut request = join();
    let padding = padding(&request.elements, 1485).unwrap();
    request.elements.push(padding);
    assert_eq!(request.write().len() + usize::from(IP_UDP_OVERHEAD), 1485);
    assert_eq!(request.check(Role::Wtp), Ok(()));
    let length = request.elements.iter().map(Element::length).sum::<usize>();
    assert_eq!(capwap::padding(&request.elements, 40 + length as u16), None, "no room");
    let probe = cisco::path_mtu(1005, 40);
    assert_eq!(cisco::find_path_mtu(std::slice::from_ref(&probe)), Some(1005));
    assert_eq!(probe.length(), 4 + 6 + 6 + 4 + 40);
}
