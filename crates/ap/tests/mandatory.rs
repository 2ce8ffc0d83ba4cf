//! What RFC 5415 demands of every message, in both directions.

use crate::common::{Controller, Lab, access_point, bundle};
use ap::{ApEvent, Dialect, State};
use capwap::{Element, ResultCode};

fn refused(lab: &Lab) -> Vec<String> {
    let fault = |event| match event {
        ApEvent::MessageRefused { fault, .. } => Some(fault),
        _ => None,
    };
    lab.events().into_iter().filter_map(fault).collect()
}

#[test]
fn all_that_an_access_point_sends_is_complete() {
    // The controller of these tests checks what it gets.
    let mut lab = Lab::new(
        access_point(Dialect::Newer, "8.10.130.0"),
        Controller::new("17.9.4.27", Some(bundle("ap1g8", "17.9.4.27", 4))),
    );
    lab.drive_to(State::Run);
    assert!(lab.drive(std::time::Duration::from_secs(60), |lab| {
        lab.controller.wtp_events > 0 && lab.controller.echoes > 0
    }));
    assert_eq!(refused(&lab), Vec::<String>::new());
    for number in [1, 3, 5, 9, 11, 13, 15] {
        assert!(lab.controller.checked.contains(&number), "no message of type {number}");
    }
}

#[test]
fn an_incomplete_answer_ends_the_attempt() {
    for (left_out, state) in
        [(1, State::Discovery), (4, State::Discovery), (53, State::Join), (12, State::Configure)]
    {
        let mut lab =
            Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.3.3.26", None));
        lab.controller.leave_out = Some(left_out);
        lab.drive_to(state);
        let refusals = |lab: &Lab| !refused(lab).is_empty();
        assert!(lab.drive(std::time::Duration::from_secs(60), refusals), "element {left_out}");
        lab.controller.leave_out = None;
        lab.drive_to(State::Run);
    }
}

#[test]
fn a_request_that_is_incomplete_or_unknown_is_refused() {
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.3.3.26", None));
    lab.drive_to(State::Run);
    for (request, result) in [
        (capwap::MessageType::ResetRequest, ResultCode::MissingMandatoryElement),
        (capwap::MessageType::Other(4242 * 256 + 1), ResultCode::UnrecognizedRequest),
    ] {
        lab.controller.send(lab.now, request, vec![]);
        let last = |lab: &Lab| lab.controller.answers.last().cloned();
        assert!(lab.drive(std::time::Duration::from_secs(5), |lab| {
            last(lab) == Some(vec![Element::ResultCode(result)])
        }));
    }
    assert_eq!(lab.state(), State::Run);
    assert_eq!(refused(&lab).len(), 2);
}
