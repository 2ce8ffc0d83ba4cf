//! A controller that can do just enough: discovery, join, configuration, echo, and the relay of one image.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use capwap::{
    AcDescriptor, CapwapTimers, Channel, ChannelConfig, ControlIpv4Address, DecryptionErrorReportPeriod,
    EcnSupport, Element, ImageData, ImageDataLayout, ImageInformation, Incoming, KeepAlive, Message,
    MessageType, Opcode, RadioType, ResultCode, Role, SessionId, State, WtpRadioInformation, cisco, find,
};
use datagram::Datagram;
use image::{Content, Version};

/// What goes wrong, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The block with this number has a wrong checksum the first time it is sent.
    ChecksumOnce(usize),
    /// The relay ends with an error instead of the block with this number.
    ErrorAt(usize),
    /// The relay stops before the block with this number.
    StopAt(usize),
    /// The block with this number has an opcode that does not exist.
    OpcodeAt(usize),
    /// The Join Response refuses.
    RefuseJoin,
}

pub(crate) struct Controller {
    pub version: Version,
    pub image: Option<Content>,
    pub fault: Option<Fault>,
    pub window: u8,
    pub layout: ImageDataLayout,
    /// What the image is announced with.
    pub information: Option<ImageInformation>,
    pub alive: bool,
    /// The replica status of every Image Data Request.
    pub image_requests: Vec<Option<u8>>,
    /// Which of them said Initiate Download.
    pub initiated: Vec<bool>,
    /// The versions that WTP Event Requests told of after a predownload.
    pub predownloaded: Vec<String>,
    /// The results of all Image Data Responses but those of success.
    pub refusals: Vec<ResultCode>,
    /// Blocks of images that were answered with success.
    pub accepted: u64,
    pub echoes: usize,
    /// The types of messages that kept all rules.
    pub checked: BTreeSet<u32>,
    /// An element that is missing from what it sends.
    pub leave_out: Option<u16>,
    /// The elements of all responses but those to blocks.
    pub answers: Vec<Vec<Element>>,
    /// What came while it was not alive.
    pub ignored: Vec<(MessageType, u8)>,
    /// The sizes of probes that arrived.
    pub probes: Vec<u16>,
    pub wtp_events: usize,
    /// The session of the last Join Request.
    pub session: Option<SessionId>,
    /// The keep-alives that arrived at the data port, and their times.
    pub keep_alives: Vec<(Duration, KeepAlive)>,
    pub backup_reported: Option<String>,
    /// Whether the last Join Request told that the images are swapped.
    pub swap_reported: bool,
    channel: Option<Channel>,
    block: usize,
    sending: bool,
    /// Whether this session has asked for the image.
    asked: bool,
    transmits: VecDeque<Datagram>,
    data_transmits: VecDeque<Bytes>,
}

impl Controller {
    pub(crate) fn new(version: &str, image: Option<Content>) -> Self {
        Self {
            version: version.parse().expect("a version"),
            image,
            fault: None,
            window: 1,
            layout: ImageDataLayout::Cisco,
            information: None,
            alive: true,
            image_requests: Vec::new(),
            initiated: Vec::new(),
            predownloaded: Vec::new(),
            refusals: Vec::new(),
            accepted: 0,
            echoes: 0,
            checked: BTreeSet::new(),
            leave_out: None,
            answers: Vec::new(),
            ignored: Vec::new(),
            probes: Vec::new(),
            wtp_events: 0,
            session: None,
            keep_alives: Vec::new(),
            backup_reported: None,
            swap_reported: false,
            channel: None,
            block: 0,
            sending: false,
            asked: false,
            transmits: VecDeque::new(),
            data_transmits: VecDeque::new(),
        }
    }

    pub(crate) fn handle_datagram(&mut self, now: Duration, datagram: Datagram) {
        if !self.alive {
            let message = Message::parse_datagram(datagram, self.layout).expect("a sound message");
            return self.ignored.push((message.message_type, message.sequence));
        }
        let whole = Message::parse_datagram(datagram.clone(), self.layout).expect("a sound message");
        if !matches!(whole.message_type, MessageType::Other(_)) {
            assert_eq!(whole.check(Role::Wtp), Ok(()));
        }
        self.checked.insert(whole.message_type.number());
        match whole.message_type {
            MessageType::DiscoveryRequest => {
                let response = Message {
                    message_type: MessageType::DiscoveryResponse,
                    sequence: whole.sequence,
                    elements: self.description().into(),
                };
                let kept = |element: &Element| Some(element.number()) != self.leave_out;
                let elements = response.elements.into_iter().filter(kept).collect();
                let response = Message { elements, ..response };
                self.transmits.push_back(response.write().into());
                self.forget(); // Whoever discovers has no session any more.
                return;
            }
            MessageType::JoinRequest if whole.sequence == 0 => {
                let (window, image_data_layout) = (self.window, self.layout);
                let config = ChannelConfig { window, image_data_layout, ..ChannelConfig::new(Role::Ac) };
                self.channel.get_or_insert_with(|| Channel::new(config));
            }
            _ => (),
        }
        let Some(channel) = &mut self.channel else { return };
        let mut incoming = channel.handle_datagram(now, datagram).expect("a sound message");
        while let Some(message) = incoming {
            match message {
                Incoming::Request(request) => self.handle_request(now, &request),
                Incoming::Response(response) => self.handle_response(&response),
            }
            incoming = self.channel.as_mut().and_then(Channel::poll_incoming);
        }
        self.send_blocks(now);
    }

    /// Returns keep-alives of a session.
    pub(crate) fn handle_data(&mut self, now: Duration, datagram: Bytes) {
        let keep_alive = KeepAlive::parse(datagram.clone()).expect("a sound keep-alive");
        self.keep_alives.push((now, keep_alive));
        if self.alive && self.channel.is_some() {
            self.data_transmits.push_back(datagram);
        }
    }

    pub(crate) fn poll_data_transmit(&mut self) -> Option<Bytes> {
        self.data_transmits.pop_front()
    }

    pub(crate) fn handle_timeout(&mut self, now: Duration) {
        if self.channel.as_mut().is_some_and(|channel| channel.handle_timeout(now).is_err()) {
            self.channel = None;
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Duration> {
        self.channel.as_ref()?.poll_timeout()
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<Datagram> {
        self.transmits.pop_front().or_else(|| self.channel.as_mut()?.poll_transmit())
    }

    pub(crate) fn send(&mut self, now: Duration, request: MessageType, elements: Vec<Element>) {
        self.channel.as_mut().expect("joined").send_request(now, request, elements);
    }

    pub(crate) fn send_reset(&mut self, now: Duration) {
        let channel = self.channel.as_mut().expect("joined");
        channel.send_request(now, MessageType::ResetRequest, vec![cisco::image_identifier("ap1g8")]);
    }

    pub(crate) fn send_predownload(&mut self, now: Duration, image: &str) {
        self.send(now, MessageType::ConfigurationUpdateRequest, vec![cisco::image_identifier(image)]);
    }

    pub(crate) fn send_swap(&mut self, now: Duration) {
        self.send(now, MessageType::ConfigurationUpdateRequest, vec![cisco::image_swap()]);
    }

    /// The session is forgotten, as after a reload of the controller.
    pub(crate) fn forget(&mut self) {
        self.channel = None;
        self.sending = false;
        self.asked = false;
    }

    fn handle_request(&mut self, now: Duration, request: &Message) {
        let mut elements = vec![Element::ResultCode(ResultCode::Success)];
        match request.message_type {
            MessageType::JoinRequest => {
                self.session = find!(request.elements, SessionId).copied();
                self.backup_reported = find!(request.elements, WtpDescriptor)
                    .and_then(|descriptor| descriptor.other_software())
                    .map(|text| text.into_owned());
                self.swap_reported = cisco::has_image_swapped(&request.elements);
                if self.fault == Some(Fault::RefuseJoin) {
                    elements = vec![Element::ResultCode(ResultCode::JoinFailure)];
                }
                elements.extend(self.description());
                elements.push(Element::EcnSupport(EcnSupport::Limited));
                elements.push(Element::LocalIpv4Address(super::CONTROLLER));
                self.probes.extend(cisco::find_path_mtu(&request.elements));
                elements.extend(cisco::find_path_mtu(&request.elements).map(|size| cisco::path_mtu(size, 0)));
            }
            MessageType::ConfigurationStatusRequest => elements = configuration(),
            MessageType::ImageDataRequest => {
                self.image_requests.push(cisco::find_replica_status(&request.elements));
                self.initiated.push(request.elements.contains(&Element::InitiateDownload));
                // A second one in a session tells of giving up.
                self.sending = !self.asked && self.image.is_some();
                self.asked = true;
                self.block = 0;
                elements.extend(self.information.map(Element::ImageInformation));
            }
            MessageType::EchoRequest => {
                self.echoes += 1;
                self.probes.extend(cisco::find_path_mtu(&request.elements));
                elements = cisco::find_path_mtu(&request.elements)
                    .map(|size| cisco::path_mtu(size, 0))
                    .into_iter()
                    .collect();
            }
            MessageType::WtpEventRequest => {
                self.wtp_events += 1;
                self.predownloaded.extend(cisco::find_backup_software_version(&request.elements));
            }
            _ => (),
        }
        elements.retain(|element| Some(element.number()) != self.leave_out);
        let channel = self.channel.as_mut().expect("it came from there");
        channel.send_response(now, request.sequence, request.message_type.response(), elements);
    }

    fn handle_response(&mut self, response: &Message) {
        if response.message_type != MessageType::ImageDataResponse {
            self.answers.push(response.elements.to_vec());
            return;
        }
        let [Element::ResultCode(code)] = response.elements[..] else { return };
        if code == ResultCode::Success {
            self.accepted += 1;
            return;
        }
        self.refusals.push(code);
        if code == ResultCode::ImageDataInvalidChecksum {
            self.block -= 1;
        } else {
            self.sending = false;
        }
    }

    fn send_blocks(&mut self, now: Duration) {
        let (Some(image), Some(channel)) = (&self.image, &mut self.channel) else { return };
        let size = match self.layout {
            ImageDataLayout::Cisco => usize::from(self.probes.last().copied().unwrap_or(1485) - 108),
            ImageDataLayout::Rfc5415 => 1024,
        };
        while self.sending && channel.can_send() {
            let start = (self.block * size) as u64;
            let end = image.len().min(start + size as u64);
            let opcode = if end == image.len() { Opcode::Last } else { Opcode::Data };
            let mut data = ImageData::new(self.layout, opcode, image.block(start..end));
            match self.fault {
                Some(Fault::ChecksumOnce(at)) if at == self.block => {
                    data.checksum = data.checksum.map(|sum| sum ^ 1);
                    self.fault = None;
                }
                Some(Fault::ErrorAt(at)) if at == self.block => {
                    data = ImageData::new(self.layout, Opcode::Error, Bytes::new());
                    self.sending = false;
                }
                Some(Fault::StopAt(at)) if at == self.block => {
                    self.sending = false;
                    return;
                }
                Some(Fault::OpcodeAt(at)) if at == self.block => data.opcode = Opcode::Other(9),
                _ => (),
            }
            channel.send_request(now, MessageType::ImageDataRequest, vec![Element::ImageData(data)]);
            self.block += 1;
            self.sending &= opcode != Opcode::Last;
        }
    }

    fn description(&self) -> Vec<Element> {
        vec![
            Element::AcDescriptor(AcDescriptor::new("1.0.0.0", &self.version.to_string())),
            Element::AcName("9120-EWC".into()),
            Element::WtpRadioInformation(WtpRadioInformation { radio_id: 1, radio_type: RadioType::BGN }),
            Element::ControlIpv4Address(ControlIpv4Address { address: super::CONTROLLER, wtp_count: 1 }),
        ]
    }
}

/// RFC 5415, 8.3.
fn configuration() -> Vec<Element> {
    vec![
        Element::CapwapTimers(CapwapTimers { discovery_s: 20, echo_s: 30 }),
        Element::DecryptionErrorReportPeriod(DecryptionErrorReportPeriod { radio_id: 1, interval_s: 120 }),
        Element::IdleTimeout(300),
        Element::WtpFallback(State::Enabled),
        Element::AcIpv4List(vec![super::CONTROLLER]),
    ]
}
