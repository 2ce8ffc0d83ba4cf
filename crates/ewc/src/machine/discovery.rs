//! Discovery, and the controller's description of itself.

use std::net::SocketAddr;
use std::time::Duration;

use capwap::{
    AcDescriptor, ControlIpv4Address, Element, Fault, Message, RadioType, Role, WtpBoardData,
    WtpRadioInformation, find,
};
use datagram::Datagram;
use text::MacAddress;

use super::{Machine, Transmit};
use crate::{Ap, ControllerEvent, SessionEnd};

/// The time after a join within which a Discovery Request is a delayed copy. No access point can lose its controller and look
/// for one again in that time.
const LATE_COPY: Duration = Duration::from_secs(5);

impl Machine {
    /// Answers a Discovery Request. No state is kept for it, but it ends any session that the access point still had.
    pub(super) fn handle_discovery(&mut self, now: Duration, datagram: Datagram, from: SocketAddr) {
        let layout = self.controller.settings.image_data_layout;
        let Ok(request) = Message::parse_datagram(datagram, layout) else { return };
        if let Err(fault) = request.check(Role::Wtp) {
            return self.refuse_outside(&request, &fault, from);
        }
        let Some(mac) = find!(request.elements, WtpBoardData).and_then(WtpBoardData::mac) else {
            return;
        };
        if let Some(index) = self.sessions.find_mac(mac)
            && now >= self.sessions[index].joined_at + LATE_COPY
        {
            self.end_session(now, index, SessionEnd::Restarted);
        }
        let response = Message {
            message_type: request.message_type.response(),
            sequence: request.sequence,
            elements: self.description(&request.elements).into(),
        };
        self.control.push_back(Transmit::plain(response.write(), from));
        self.sink
            .emit(ControllerEvent::ApDiscovered { ap: Ap { name: default_name(mac), mac, address: from } });
    }

    /// Answers a request that breaks a rule and belongs to no session.
    pub(super) fn refuse_outside(&mut self, request: &Message, fault: &Fault, from: SocketAddr) {
        if let Some(elements) = self.refuse(request, fault, None) {
            let message_type = request.message_type.response();
            let response = Message { message_type, sequence: request.sequence, elements: elements.into() };
            self.control.push_back(Transmit::plain(response.write(), from));
        }
    }

    /// Returns the elements of Discovery and Join Responses, with the radios that the access point has.
    pub(super) fn description(&self, request: &[Element]) -> Vec<Element> {
        let mut descriptor = AcDescriptor::new(&self.controller.model, &self.controller.version.to_string());
        descriptor.active_wtps = u16::try_from(self.sessions.len()).unwrap_or(u16::MAX);
        descriptor.max_wtps = self
            .controller
            .catalogue
            .model(&self.controller.model)
            .and_then(|model| model.max_aps)
            .and_then(|aps| u16::try_from(aps).ok())
            .unwrap_or(100);
        let mut elements =
            vec![Element::AcDescriptor(descriptor), Element::AcName(self.controller.name.as_str().into())];
        let radios = request.iter().filter(|element| matches!(element, Element::WtpRadioInformation(_)));
        let count = elements.len();
        elements.extend(radios.take(31).cloned());
        if elements.len() == count {
            // The element is mandatory (RFC 5415, 5.2).
            let radio = WtpRadioInformation { radio_id: 1, radio_type: RadioType::BGN };
            elements.push(Element::WtpRadioInformation(radio));
        }
        let wtp_count = u16::try_from(self.sessions.len()).unwrap_or(u16::MAX);
        // Its own address, not that of a translation in front of it, unless `public-ip` says so; then both.
        let own = [self.controller.address].into_iter();
        let addresses = own.chain(self.controller.config.public_ip);
        elements.extend(
            addresses.map(|address| Element::ControlIpv4Address(ControlIpv4Address { address, wtp_count })),
        );
        elements
    }
}

/// Returns the default name of an access point: `AP6C41.0E16.E79C`.
pub(super) fn default_name(mac: MacAddress) -> String {
    format!("AP{}", mac.to_string().to_uppercase())
}
