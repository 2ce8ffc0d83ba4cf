//! Requests and responses of joined access points.

use std::net::Ipv4Addr;
use std::time::Duration;

use capwap::{
    CapwapTimers, DecryptionErrorReportPeriod, Element, Fault, Message, MessageType, ResultCode, Role, State,
    cisco,
};

use super::Machine;
use super::join::printable;
use crate::{Ap, ControllerEvent};

impl Machine {
    pub(super) fn handle_request(&mut self, now: Duration, index: usize, request: Message) {
        if let Err(fault) = request.check(Role::Wtp) {
            // RFC 5415, 4.5.1.1 and 4.5.1.5: an unknown or incomplete request is answered as such; a malformed one is ignored.
            let ap = Some(self.sessions[index].ap.clone());
            if let Some(refusal) = self.refuse(&request, &fault, ap) {
                let response = request.message_type.response();
                self.sessions[index].channel.send_response(now, request.sequence, response, refusal);
            }
            return;
        }
        let elements = match request.message_type {
            MessageType::JoinRequest => return self.answer_join(now, index, &request),
            MessageType::ImageDataRequest => return self.handle_image_request(now, index, &request),
            MessageType::ConfigurationStatusRequest => configuration(self.controller.address),
            MessageType::ChangeStateEventRequest => {
                self.start_data_check(now, index);
                vec![]
            }
            MessageType::EchoRequest => self.note_path_mtu(index, &request).into_iter().collect(),
            MessageType::WtpEventRequest => {
                self.note_predownloaded(now, index, &request.elements);
                if let Some(version) = cisco::find_controller_image(&request.elements) {
                    self.note_controller_image(now, index, printable(&version));
                }
                if cisco::has_standby_ready(&request.elements) {
                    self.note_standby_ready(now, index);
                }
                vec![]
            }
            MessageType::DataTransferRequest => vec![Element::ResultCode(ResultCode::Success)],
            // Known, but not supported by this controller.
            _ => vec![Element::ResultCode(ResultCode::UnrecognizedRequest)],
        };
        let response = request.message_type.response();
        self.sessions[index].channel.send_response(now, request.sequence, response, elements);
    }

    pub(super) fn handle_response(&mut self, now: Duration, index: usize, response: Message) {
        match response.message_type {
            MessageType::ImageDataResponse => self.handle_block_answer(now, index, &response),
            MessageType::ConfigurationUpdateResponse => self.handle_update_answer(now, index, &response),
            _ => (),
        }
    }

    /// Reports a request that breaks a rule, and returns the answer to it.
    pub(super) fn refuse(&self, request: &Message, fault: &Fault, ap: Option<Ap>) -> Option<Vec<Element>> {
        let (message, fault_text) = (request.message_type.to_string(), fault.to_string());
        self.sink.emit(ControllerEvent::RequestRefused { ap, message, fault: fault_text });
        request.refusal(fault)
    }

    /// Adopts the path MTU that a probe of the access point has found, if the request is one. Returns the element to answer with.
    pub(super) fn note_path_mtu(&mut self, index: usize, request: &Message) -> Option<Element> {
        let settings = &self.controller.settings;
        let session = &mut self.sessions[index];
        let told = cisco::find_path_mtu(&request.elements)?.clamp(capwap::PATH_MTU_MIN, capwap::PATH_MTU_MAX);
        let to = told.min(settings.channel.path_mtu);
        let from = std::mem::replace(&mut session.path_mtu, to);
        session.channel.set_path_mtu(to);
        if from != to {
            self.sink.emit(ControllerEvent::PathMtuChanged { ap: session.ap.clone(), from, to });
        }
        Some(cisco::path_mtu(to, 0))
    }
}

/// Returns the elements of a Configuration Status Response (RFC 5415, 8.3), with the RFC's defaults.
fn configuration(address: Ipv4Addr) -> Vec<Element> {
    vec![
        Element::CapwapTimers(CapwapTimers { discovery_s: 20, echo_s: 30 }),
        Element::DecryptionErrorReportPeriod(DecryptionErrorReportPeriod { radio_id: 1, interval_s: 120 }),
        Element::IdleTimeout(300),
        Element::WtpFallback(State::Enabled),
        Element::AcIpv4List(vec![address]),
    ]
}
