//! Requests and responses of joined access points.

use std::time::Duration;

use bytes::Bytes;
use capwap::{Element, Message, MessageType, ResultCode};

use super::Machine;
use crate::{ApState, Event};

impl Machine {
    pub(super) fn handle_request(&mut self, now: Duration, index: usize, request: Message) {
        let elements = match request.message_type {
            MessageType::JoinRequest => return self.answer_join(now, index, &request),
            MessageType::ImageDataRequest => return self.handle_image_request(now, index, &request),
            MessageType::ConfigurationStatusRequest => configuration(),
            MessageType::ChangeStateEventRequest => {
                self.register(index);
                vec![]
            }
            MessageType::EchoRequest | MessageType::WtpEventRequest => vec![],
            MessageType::DataTransferRequest => vec![Element::ResultCode(ResultCode::Success)],
            // RFC 5415, 4.5.1.1: an unknown request is answered, with the number after its own.
            _ => vec![Element::ResultCode(ResultCode::UnrecognizedRequest)],
        };
        let response = request.message_type.response();
        self.sessions[index].channel.send_response(now, request.sequence, response, elements);
    }

    pub(super) fn handle_response(&mut self, now: Duration, index: usize, response: Message) {
        if response.message_type == MessageType::ImageDataResponse {
            self.handle_block_answer(now, index, &response);
        }
    }

    fn register(&mut self, index: usize) {
        let session = &mut self.sessions[index];
        if session.state != ApState::Registered {
            session.state = ApState::Registered;
            self.sink.emit(Event::ApRegistered { ap: session.ap.clone() });
        }
    }
}

/// What a Configuration Status Response must hold (RFC 5415, 8.3), with the RFC's defaults.
fn configuration() -> Vec<Element> {
    let element = |element, value| Element::Unknown { element, value: Bytes::from_static(value) };
    vec![
        // CAPWAP Timers: discovery 20 s, echo 30 s.
        element(12, &[20, 30]),
        // Decryption Error Report Period: radio 1, 120 s.
        element(16, &[1, 0, 120]),
        // Idle Timeout: 300 s.
        element(23, &[0, 0, 1, 44]),
        // WTP Fallback: enabled.
        element(40, &[1]),
    ]
}
