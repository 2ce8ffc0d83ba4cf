//! Join: the start of a session.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use capwap::dtls::Suite;
use capwap::{
    Channel, EcnSupport, Element, Message, MessageType, ResultCode, Role, SessionId, Text, cisco, find,
};
use datagram::Datagram;
use image::Version;

use super::controller_images::ControllerDownload;
use super::discovery::default_name;
use super::predownload::Predownload;
use super::session::Session;
use super::{Machine, Transmit};
use crate::{Ap, ApState, ControllerEvent, SessionEnd};

/// The longest name, model or location that is kept, in characters.
const TEXT_MAX: usize = 64;

impl Machine {
    /// Opens a session, in place of one that the access point had. A retransmitted Join Request gets its answer again.
    pub(super) fn handle_join(&mut self, now: Duration, datagram: Datagram, from: SocketAddr) {
        let layout = self.controller.settings.image_data_layout;
        let Ok(request) = Message::parse_datagram(datagram.clone(), layout) else { return };
        let id = find!(request.elements, SessionId).copied();
        if let Some(index) = self.sessions.find(from) {
            let session = &self.sessions[index];
            if session.join_sequence == request.sequence && session.id == id {
                return self.handle_session(now, index, datagram);
            }
        }
        if let Err(fault) = request.check(Role::Wtp) {
            return self.refuse_outside(&request, &fault, from);
        }
        let Some(session) = self.new_session(now, &request, id, from) else { return };
        if self.refuses_hardware(&session, request.sequence) || self.misses_join(&session, &request.elements)
        {
            return;
        }
        // By address and by MAC: these may be two sessions.
        while let Some(old) = self.sessions.find(from).or_else(|| self.sessions.find_mac(session.ap.mac)) {
            self.end_session(now, old, SessionEnd::Restarted);
        }
        if self.sessions.is_full() {
            let response = Message {
                message_type: MessageType::JoinResponse,
                sequence: request.sequence,
                elements: [Element::ResultCode(ResultCode::JoinResourceDepletion)].into(),
            };
            self.control.push_back(Transmit::sealed(response.write(), session.suite, from));
            self.sink.emit(ControllerEvent::ApJoinRefused { ap: session.ap });
            return;
        }
        let joined = ControllerEvent::ApJoined {
            ap: session.ap.clone(),
            model: session.model.clone(),
            image: session.image_type.clone(),
            running: session.running,
            backup: session.backup,
            required: self.controller.version,
        };
        let Some(index) = self.sessions.insert(session) else { return };
        self.sink.emit(joined);
        self.check_country(index);
        // The channel has to remember the answer, so the request goes through it like any other.
        self.handle_session(now, index, datagram);
    }

    /// Answers the Join Request that opened the session.
    pub(super) fn answer_join(&mut self, now: Duration, index: usize, request: &Message) {
        let mut elements = vec![Element::ResultCode(ResultCode::Success)];
        elements.extend(self.description(&request.elements));
        elements.push(Element::EcnSupport(EcnSupport::Limited));
        elements.push(Element::LocalIpv4Address(self.controller.address));
        elements.extend(self.note_path_mtu(index, request));
        self.sessions[index].channel.send_response(
            now,
            request.sequence,
            MessageType::JoinResponse,
            elements,
        );
    }

    /// Reads a session from the request; `None` if the request lacks what a session needs.
    fn new_session(
        &self,
        now: Duration,
        request: &Message,
        id: Option<SessionId>,
        from: SocketAddr,
    ) -> Option<Session> {
        let board = find!(request.elements, WtpBoardData)?;
        let descriptor = find!(request.elements, WtpDescriptor)?;
        let mac = board.mac()?;
        let name = find!(request.elements, WtpName);
        let location = find!(request.elements, LocationData);
        let model = board.model().map(|model| printable(&model)).unwrap_or_default();
        let running = version(descriptor.active_software()).unwrap_or(Version::NONE);
        Some(Session {
            peer: from,
            suite: Suite::between(running, self.controller.version),
            channel: Channel::new(self.controller.settings.channel_config()),
            ap: Ap { name: name.and_then(text).unwrap_or_else(|| default_name(mac)), mac, address: from },
            join_sequence: request.sequence,
            id,
            image_type: self.controller.catalogue.model(&model).map(|model| model.image_type.clone()),
            model,
            serial: board.serial().map(|serial| printable(&serial)).unwrap_or_default(),
            boot: descriptor.boot().map(|boot| printable(&boot)).unwrap_or_default(),
            slots: descriptor.max_radios,
            radio_mac: mac.base_radio(),
            location: location.and_then(text).unwrap_or_else(|| "default location".into()),
            running,
            backup: version(descriptor.other_software()).filter(|version| *version != Version::NONE),
            swapped: cisco::has_image_swapped(&request.elements),
            controller_image: cisco::find_controller_image(&request.elements).map(|text| printable(&text)),
            prepared_controller: None,
            controller_download: ControllerDownload::default(),
            refuses_role: false,
            path_mtu: self.controller.settings.channel.path_mtu,
            state: ApState::Joined,
            joined_at: now,
            last_heard: now,
            last_sign_of_life: now,
            data_check: None,
            hardware: descriptor.hardware().map(|hardware| printable(&hardware)).unwrap_or_default(),
            download: None,
            predownload: Predownload::default(),
            updates: VecDeque::new(),
            delivered: false,
            refused: false,
            stale_blocks: 0,
            answers: VecDeque::new(),
            slots_due: VecDeque::new(),
            turns: VecDeque::new(),
            debt: Duration::ZERO,
            paced: None,
            watched: None,
        })
    }
}

fn version(text: Option<std::borrow::Cow<'_, str>>) -> Option<Version> {
    text?.parse().ok()
}

/// Returns a text for tables and log lines; `None` if nothing is left of it.
fn text(text: &Text) -> Option<String> {
    Some(printable(&text.to_str())).filter(|text| !text.is_empty())
}

/// Removes characters that would break a line, and limits the length to what fits into tables.
pub(super) fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(TEXT_MAX).collect()
}
