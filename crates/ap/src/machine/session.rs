//! Discovery, join, configuration, run, teardown of the control channel.

use std::net::Ipv4Addr;
use std::time::Duration;

use capwap::dtls::Suite;
use capwap::{
    AP_PORT, Channel, DiscoveryType, Element, Message, MessageType, ResultCode, Role, cisco, find,
    result_code,
};
use image::Version;
use rand::RngExt as _;

use super::steps::Step;
use super::{Controller, Machine, Purpose, Transmit};
use crate::{ApEvent, ReloadReason, State, elements};

impl Machine {
    pub(super) fn start_discovery(&mut self, now: Duration) {
        self.controller = Controller::default();
        self.handshake_failed = false;
        self.peer = self.access_point.controller;
        self.path_mtu = self.access_point.settings.path_mtu_discovery;
        self.discover(now);
    }

    /// Begins a round of discovery: the controller of the static configuration is asked, and all hosts of the LAN. The requests of
    /// one round have one number.
    pub(super) fn discover(&mut self, now: Duration) {
        self.enter(State::Discovery);
        self.sink.emit(ApEvent::ControllerNotNamed);
        self.discovery_sequence = self.discovery_sequence.wrapping_add(1);
        self.send_discovery_request(self.access_point.controller, DiscoveryType::StaticConfiguration);
        self.send_discovery_request(Ipv4Addr::BROADCAST, DiscoveryType::Unknown);
        let interval = self.access_point.settings.discovery_interval.draw(|| self.rounds.random());
        self.timers.state = Some(now + interval);
    }

    fn send_discovery_request(&mut self, to: Ipv4Addr, discovery_type: DiscoveryType) {
        let backup = self.backup();
        let elements =
            elements::discovery_request(&self.access_point, discovery_type, &self.running, backup.as_ref());
        let message = Message {
            message_type: MessageType::DiscoveryRequest,
            sequence: self.discovery_sequence,
            elements: elements.into(),
        };
        self.transmits.push_back(Transmit::plain(message.write(), to));
        let discovery_type = discovery_type.into();
        self.sink.emit(ApEvent::DiscoveryRequestSent { to, discovery_type });
    }

    pub(super) fn handle_discovery_response(&mut self, now: Duration, message: &Message) {
        let ours = message.sequence == self.discovery_sequence;
        if message.message_type != MessageType::DiscoveryResponse || !ours {
            return;
        }
        if !self.accept(message) {
            return;
        }
        let controller = name(&message.elements);
        self.peer = address_to_join(&message.elements, self.peer);
        // The handshake negotiates it, of which nothing but its time is simulated.
        self.suite = Suite::between(self.running, version(&message.elements).unwrap_or(Version::NONE));
        self.sink.emit(ApEvent::DiscoveryResponse { from: self.access_point.controller, controller });
        self.enter(State::DtlsSetup);
        self.timers.state = Some(now + self.access_point.settings.dtls_setup);
    }

    /// Ends DTLS Setup: with Join, or, if a certificate is not accepted, with the wait of WaitDTLS and a teardown.
    pub(super) fn finish_handshake(&mut self, now: Duration) {
        if std::mem::take(&mut self.handshake_failed) {
            self.sink.emit(ApEvent::GoingBackToDiscovery);
            return self.start_teardown(now);
        }
        let clock = self.access_point.clock.saturating_add(now);
        let Some(refusal) = self.access_point.certificates.refusal(clock, self.running) else {
            return self.start_join(now);
        };
        let crate::Refusal { is_controllers, expired, day } = refusal;
        self.sink.emit(ApEvent::CertificateRefused { of_controller: is_controllers, expired, day });
        self.handshake_failed = true;
        let settings = &self.access_point.settings;
        self.timers.state = Some(now + settings.wait_dtls.saturating_sub(settings.dtls_setup));
    }

    pub(super) fn start_join(&mut self, now: Duration) {
        self.session = capwap::SessionId(self.entropy.random());
        self.channel = Some(Channel::new(self.access_point.settings.channel()));
        self.enter(State::Join);
        self.timers.state = Some(now + self.access_point.settings.wait_join);
        self.plan(now, vec![(self.access_point.settings.join_delay, Step::Do(Self::send_join_request))]);
    }

    pub(super) fn send_join_request(&mut self, now: Duration) {
        let mut elements =
            elements::join_request(&self.access_point, &self.running, self.backup().as_ref(), self.session);
        if self.is_swapped() {
            elements.push(cisco::image_swapped());
        }
        if let Some(images) = &self.access_point.controller_images {
            let image = images.of(self.running);
            elements.push(cisco::controller_image(image.as_ref().map(|image| image.version.as_str())));
        }
        self.send_probe(now, MessageType::JoinRequest, elements, self.access_point.settings.channel.path_mtu);
        self.sink.emit(ApEvent::JoinRequestSent { to: self.peer, port: AP_PORT });
    }

    pub(super) fn handle_response(&mut self, now: Duration, message: &Message) {
        let accepted = self.accept(message);
        let checked = message.message_type == MessageType::ChangeStateEventResponse;
        let decisive = matches!(self.state, State::Join | State::Configure);
        if !accepted && (decisive || (checked && self.state == State::DataCheck)) {
            // This was the only answer; another will not come.
            self.sink.emit(ApEvent::GoingBackToDiscovery);
            return self.start_teardown(now);
        }
        match (self.state, message.message_type) {
            (State::Join, MessageType::JoinResponse) => self.handle_join_response(now, &message.elements),
            (State::ImageData | State::Run, MessageType::ImageDataResponse) => {
                self.handle_image_data_response(now, &message.elements);
            }
            (State::Configure, MessageType::ConfigurationStatusResponse) => {
                self.enter(State::DataCheck);
                self.send_request(
                    now,
                    MessageType::ChangeStateEventRequest,
                    elements::change_state_event_request(),
                );
            }
            (State::DataCheck, MessageType::ChangeStateEventResponse) => self.open_data_channel(now),
            (State::Run, MessageType::EchoResponse) => self.learn_path_mtu(&message.elements),
            _ => (), // For the others, it is enough that the repetition has stopped.
        }
    }

    pub(super) fn handle_request(&mut self, now: Duration, message: Message) {
        if let Err(fault) = message.check(Role::Ac) {
            self.note_refusal(&message, &fault);
            if let (Some(channel), Some(refusal)) = (&mut self.channel, message.refusal(&fault)) {
                let response = message.message_type.response();
                channel.send_response(now, message.sequence, response, refusal);
            }
            return;
        }
        let answer = match message.message_type {
            MessageType::ImageDataRequest => return self.handle_image_data_request(now, message),
            MessageType::ConfigurationUpdateRequest => self.update_configuration(now, &message.elements),
            MessageType::ResetRequest => ResultCode::Success,
            _ => ResultCode::UnrecognizedRequest,
        };
        self.respond(now, &message, answer);
        if message.message_type == MessageType::ResetRequest {
            self.start_reload(now, ReloadReason::ControllerReload);
        }
    }

    pub(super) fn start_configure(&mut self, now: Duration) {
        self.enter(State::Configure);
        self.timers.state = None;
        self.plan(
            now,
            vec![(self.access_point.settings.configure_delay, Step::Do(Self::send_configuration_status))],
        );
    }

    pub(super) fn send_configuration_status(&mut self, now: Duration) {
        let elements = elements::configuration_status_request(&self.controller.name);
        self.send_request(now, MessageType::ConfigurationStatusRequest, elements);
    }

    pub(super) fn send_echo(&mut self, now: Duration) {
        self.timers.echo = Some(now + self.access_point.settings.echo_interval);
        // If another request is under way, its retransmission finds out whether the controller is there.
        if self.state == State::Run {
            self.send_probe(now, MessageType::EchoRequest, Vec::new(), self.next_path_mtu());
        } else if self.channel.as_ref().is_some_and(Channel::can_send) {
            self.send_request(now, MessageType::EchoRequest, Vec::new());
        }
    }

    /// Sends a WTP Event in Run only. In two other states the console prints that it is discarded.
    pub(super) fn handle_wtp_event(&mut self, now: Duration) {
        match self.state {
            State::ImageData | State::DtlsTeardown => {
                self.sink.emit(ApEvent::WtpEventDiscarded { state: self.state });
            }
            State::Run if self.channel.as_ref().is_some_and(Channel::can_send) => {
                let mut elements = elements::wtp_event_request(self.predownloaded.take());
                elements.extend(
                    self.stored_controller.take().map(|version| cisco::controller_image(Some(&version))),
                );
                elements.extend(self.report_standby().then(cisco::standby_ready));
                self.send_request(now, MessageType::WtpEventRequest, elements);
            }
            _ => (),
        }
    }

    /// Ends the session, as the controller does not answer.
    pub(super) fn lose_controller(&mut self, now: Duration, request: String) {
        self.sink.emit(ApEvent::ControllerLost { request });
        self.end_session(now);
    }

    /// Ends a session that has failed. A complete image is installed all the same.
    pub(super) fn end_session(&mut self, now: Duration) {
        self.close_channel();
        if self.installation.is_some() {
            return;
        }
        self.abandon_transfer();
        self.purpose = Purpose::Join;
        self.timers.state = None;
        self.plan(now, self.cancel());
    }

    pub(super) fn start_teardown(&mut self, now: Duration) {
        self.close_channel();
        self.enter(State::DtlsTeardown);
        self.timers.state = Some(now + self.access_point.settings.dtls_session_delete);
    }

    /// Ends the control channel, whose pending datagrams are still sent, and the data channel.
    pub(super) fn close_channel(&mut self) {
        if let Some(mut channel) = self.channel.take() {
            let pending = std::iter::from_fn(|| channel.poll_transmit());
            let (suite, peer) = (self.suite, self.peer);
            self.transmits.extend(pending.map(|datagram| Transmit::sealed(datagram, suite, peer)));
        }
        self.data_channel = None;
        (self.timers.echo, self.timers.data_channel) = (None, None);
        self.predownloaded = None;
        self.stored_controller = None;
    }

    pub(super) fn send_request(&mut self, now: Duration, request: MessageType, elements: Vec<Element>) {
        if let Some(channel) = &mut self.channel {
            channel.send_request(now, request, elements);
        }
    }

    pub(super) fn respond(&mut self, now: Duration, request: &Message, result: ResultCode) {
        if let Some(channel) = &mut self.channel {
            let response = request.message_type.response();
            channel.send_response(now, request.sequence, response, [Element::ResultCode(result)]);
        }
    }

    fn handle_join_response(&mut self, now: Duration, elements: &[Element]) {
        let result = result_code(elements);
        self.sink.emit(ApEvent::JoinResponse { from: self.peer, result: result.into() });
        if !matches!(result, ResultCode::Success | ResultCode::SuccessNat) {
            self.sink.emit(ApEvent::GoingBackToDiscovery);
            return self.start_teardown(now);
        }
        let version = version(elements);
        if version.is_none() {
            self.sink.emit(ApEvent::ControllerVersionMissing);
            return self.start_teardown(now);
        }
        self.controller = Controller { name: name(elements), version };
        self.learn_path_mtu(elements);
        self.timers.echo = Some(now + self.access_point.settings.echo_interval);
        self.start_image_data(now);
    }

    /// Returns true if a response complies with RFC 5415. One that does not is reported.
    fn accept(&mut self, message: &Message) -> bool {
        match message.check(Role::Ac) {
            Ok(()) => true,
            Err(fault) => {
                self.note_refusal(message, &fault);
                false
            }
        }
    }

    fn note_refusal(&mut self, message: &Message, fault: &capwap::Fault) {
        let (message, fault) = (message.message_type.to_string(), fault.to_string());
        self.sink.emit(ApEvent::MessageRefused { message, fault });
    }

    pub(super) fn start_run(&mut self) {
        self.enter(State::Run);
        self.sink.emit(ApEvent::Joined { controller: self.controller.name.clone() });
    }
}

/// Returns the address that the Join Request goes to: one of those that the controller states (RFC 5415, 4.6.9), if it states any. The
/// address that was asked is taken if it is among them, otherwise the first. That it joins the stated address is documented of
/// LWAPP (Enterprise Mobility 4.1 Design Guide, "Network Address Translation"), the choice between several is inferred.
fn address_to_join(elements: &[Element], asked: Ipv4Addr) -> Ipv4Addr {
    let stated = elements.iter().filter_map(|element| match element {
        Element::ControlIpv4Address(stated) => Some(stated.address),
        _ => None,
    });
    let stated: Vec<Ipv4Addr> = stated.collect();
    if stated.contains(&asked) { asked } else { stated.first().copied().unwrap_or(asked) }
}

/// Returns the version of the controller that these elements describe.
fn version(elements: &[Element]) -> Option<Version> {
    find!(elements, AcDescriptor)?.software()?.parse().ok()
}

/// Returns the controller's name, as it states it.
fn name(elements: &[Element]) -> String {
    find!(elements, AcName).map_or_else(String::new, |name| name.to_str().into_owned())
}
