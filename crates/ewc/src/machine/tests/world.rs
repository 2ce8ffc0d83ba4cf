//! A controller, its access points, and the network between them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use capwap::{
    Channel, ChannelConfig, DiscoveryType, EcnSupport, Element, ImageDataLayout, Incoming, KeepAlive,
    Message, MessageType, Opcode, OperationalCause, RadioAdministrativeState, RadioOperationalState,
    RadioType, ResultCode, Role, SessionId, State, WtpBoardData, WtpDescriptor, WtpMacType,
    WtpRadioInformation, WtpRebootStatistics, cisco, tunnel_mode,
};
use catalogue::Catalogue;
use datagram::Datagram;
use host::Sink;
use image::Content;

use crate::machine::{Machine, Transmit};
use crate::words::InstallFailure;
use crate::{Controller, ControllerConfig, ControllerEvent, OwnImage, Release, Snapshot, SoftwareHandle};

pub(super) const PROFILE: &str = "wireless profile image-download default
 image-download-mode tftp
 tftp-image-server 172.16.5.27
 tftp-image-path /EWC/17_9_4a";

pub(super) struct World {
    pub machine: Machine,
    pub aps: Vec<AccessPoint>,
    pub time: Duration,
    pub latency: Duration,
    /// The step of the clock.
    pub clock_step: Duration,
    pub events: Rc<RefCell<Vec<ControllerEvent>>>,
    /// The access points whose datagrams are lost, in both directions.
    pub cut_off: Vec<usize>,
    /// The times at which the controller sent each Image Data Request, and the access point it was for.
    pub blocks: Vec<(Duration, usize)>,
    /// Datagrams in flight: arrival, the access point, true if it is the receiver.
    flying: VecDeque<(Duration, usize, bool, Datagram)>,
}

pub(super) struct AccessPoint {
    pub channel: Channel,
    pub address: SocketAddr,
    pub mac: [u8; 6],
    /// The image bytes received, and true if the last block was among them.
    pub image: Vec<u8>,
    pub complete: bool,
    /// The hardware revision that it states.
    pub hardware: &'static str,
    /// Its answer to blocks.
    pub answer: ResultCode,
    /// True if its answer to the last block is lost once.
    pub loses_last_answer: bool,
    /// The Configuration Update and Reset Requests, newest last, and its answer to them.
    pub requests: Vec<Message>,
    pub update_answer: ResultCode,
    /// Its model.
    pub model: &'static str,
    /// True if its Join Request reports that its images are swapped.
    pub swapped: bool,
    /// The path MTU that its Join Request reports, if any.
    pub path_mtu: Option<u16>,
    /// The length above which datagrams to it are lost, in bytes.
    pub datagram_max: usize,
    /// The responses, newest last.
    pub responses: Vec<Message>,
    session: u8,
}

impl AccessPoint {
    fn new(number: u8) -> Self {
        Self {
            channel: Channel::new(ChannelConfig::new(Role::Wtp)),
            address: SocketAddr::from(([172, 16, 4, 30 + number], capwap::AP_PORT)),
            mac: [0x6c, 0x41, 0x0e, 0x16, 0xe7, number],
            image: Vec::new(),
            complete: false,
            hardware: "1.0.0.0",
            answer: ResultCode::Success,
            loses_last_answer: false,
            requests: Vec::new(),
            update_answer: ResultCode::Success,
            model: "C9105AXI-B",
            swapped: false,
            path_mtu: None,
            datagram_max: usize::MAX,
            responses: Vec::new(),
            session: 0,
        }
    }

    /// Returns the identifier of its session.
    pub(super) fn session_id(&self) -> SessionId {
        let mut id = [self.session; 16];
        id[0] = self.mac[5];
        SessionId(id)
    }

    pub(super) fn board(&self) -> Element {
        Element::WtpBoardData(WtpBoardData::new(self.model, "KWC1", text::MacAddress(self.mac)))
    }

    /// Returns the elements that Discovery and Join Requests share.
    fn description(&self) -> Vec<Element> {
        let radio = WtpRadioInformation { radio_id: 1, radio_type: RadioType::BGN };
        vec![
            self.board(),
            Element::WtpDescriptor(WtpDescriptor::new(
                self.hardware,
                "17.3.3.26",
                "1.1.2.4",
                Some("8.10.130.0"),
            )),
            Element::WtpFrameTunnelMode(tunnel_mode::NATIVE),
            Element::WtpMacType(WtpMacType::Split),
            Element::WtpRadioInformation(radio),
        ]
    }

    pub(super) fn discovery_request(&self) -> Vec<Element> {
        [vec![Element::DiscoveryType(DiscoveryType::StaticConfiguration)], self.description()].concat()
    }

    pub(super) fn join_request(&self, name: &str) -> Vec<Element> {
        let SocketAddr::V4(address) = self.address else { panic!("IPv4") };
        let own = vec![
            Element::LocationData("here".into()),
            Element::WtpName(name.into()),
            Element::SessionId(self.session_id()),
            Element::EcnSupport(EcnSupport::Limited),
            Element::LocalIpv4Address(*address.ip()),
        ];
        let path_mtu = self.path_mtu.map(|path_mtu| cisco::path_mtu(path_mtu, 0)).into_iter().collect();
        let swapped = self.swapped.then(cisco::image_swapped).into_iter().collect();
        [own, self.description(), swapped, path_mtu].concat()
    }

    fn handle(&mut self, now: Duration, datagram: Datagram) -> usize {
        let mut blocks = 0;
        let mut next =
            self.channel.handle_datagram(now, datagram).expect("the controller writes clean messages");
        while let Some(incoming) = next {
            match incoming {
                Incoming::Response(response) => self.responses.push(response),
                Incoming::Request(request) => {
                    if request.message_type != MessageType::ImageDataRequest {
                        let answer = vec![Element::ResultCode(self.update_answer)];
                        let response = request.message_type.response();
                        self.channel.send_response(now, request.sequence, response, answer);
                        self.requests.push(request);
                        next = self.channel.poll_incoming();
                        continue;
                    }
                    let [Element::ImageData(block)] = &request.elements[..] else { panic!("one block") };
                    assert!(block.checksum_holds());
                    assert!(!self.complete, "nothing follows the last block");
                    self.image.extend_from_slice(&block.data);
                    self.complete = block.opcode == Opcode::Last;
                    blocks += 1;
                    let answer = vec![Element::ResultCode(self.answer)];
                    self.channel.send_response(now, request.sequence, MessageType::ImageDataResponse, answer);
                    if self.complete && self.loses_last_answer {
                        while self.channel.poll_transmit().is_some() {}
                    }
                }
            }
            next = self.channel.poll_incoming();
        }
        blocks
    }
}

impl World {
    /// Creates a controller that runs 17.9.4.27, holds ap1g7 and has a profile; `count` access points; 250 µs between them.
    pub(super) fn new(count: u8) -> Self {
        Self::with(count, |_| ())
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        self.machine.snapshot(self.time)
    }

    /// Creates the same, after `change`.
    pub(super) fn with(count: u8, change: impl FnOnce(&mut Controller)) -> Self {
        let version = "17.9.4.27".parse().unwrap();
        let address = [172, 16, 4, 26].into();
        let mut controller =
            Controller::new("9120-EWC", "C9120AXI", address, version, Catalogue::builtin()).unwrap();
        controller.own_images.push(OwnImage::new("ap1g7", || image_of(20)));
        controller.config = ControllerConfig::parse(PROFILE).unwrap();
        change(&mut controller);
        controller.software = SoftwareHandle::new(Release {
            version: "17.09.04a.0.6".into(),
            ap: controller.version,
            own_images: controller.own_images.clone(),
            file: None,
        });
        let events = Rc::new(RefCell::new(Vec::new()));
        let record = Rc::clone(&events);
        Self {
            machine: Machine::new(controller, Sink::new(move |event| record.borrow_mut().push(event))),
            aps: (0..count).map(AccessPoint::new).collect(),
            time: Duration::ZERO,
            latency: Duration::from_micros(250),
            clock_step: Duration::from_nanos(1),
            events,
            cut_off: Vec::new(),
            blocks: Vec::new(),
            flying: VecDeque::new(),
        }
    }

    /// Sends a Discovery Request.
    pub(super) fn discover(&mut self, ap: usize) {
        let request = Message {
            message_type: MessageType::DiscoveryRequest,
            sequence: 0,
            elements: self.aps[ap].discovery_request().into(),
        };
        self.send(ap, request.write());
    }

    /// Joins with a new channel and a new session.
    pub(super) fn join(&mut self, ap: usize) {
        let now = self.time;
        let unit = &mut self.aps[ap];
        unit.session = unit.session.wrapping_add(1);
        let image_data_layout = self.machine.controller().settings.image_data_layout;
        unit.channel = Channel::new(ChannelConfig { image_data_layout, ..ChannelConfig::new(Role::Wtp) });
        unit.image.clear();
        unit.complete = false;
        let elements = unit.join_request(&format!("AP{ap}"));
        unit.channel.send_request(now, MessageType::JoinRequest, elements);
        self.run_for(Duration::from_millis(10));
    }

    pub(super) fn request(&mut self, ap: usize, request: MessageType, elements: Vec<Element>) {
        let now = self.time;
        self.aps[ap].channel.send_request(now, request, elements);
    }

    pub(super) fn request_image(&mut self, ap: usize, image: &str, replica_status: u8) {
        let elements = vec![cisco::image_identifier(image), cisco::replica_status(replica_status)];
        self.request(ap, MessageType::ImageDataRequest, elements);
    }

    /// Joins and comes into service.
    pub(super) fn register(&mut self, ap: usize) {
        self.configure(ap);
        assert!(self.keep_alive(ap), "it comes back");
    }

    /// Joins and is configured.
    pub(super) fn configure(&mut self, ap: usize) {
        self.join(ap);
        self.request(ap, MessageType::ConfigurationStatusRequest, configuration_status());
        self.run_for(Duration::from_millis(10));
        self.request(ap, MessageType::ChangeStateEventRequest, change_state());
        self.run_for(Duration::from_millis(10));
    }

    /// Sends a keep-alive of its session to the data port. Returns true if it came back.
    pub(super) fn keep_alive(&mut self, ap: usize) -> bool {
        let session = self.aps[ap].session_id();
        self.data(KeepAlive { session }.write(), self.aps[ap].address)
    }

    /// Sends a datagram to the data port. Returns true if it came back.
    pub(super) fn data(&mut self, datagram: Bytes, from: SocketAddr) -> bool {
        self.machine.handle_data(self.time, datagram.clone(), from);
        match self.machine.poll_data() {
            Some(answer) => {
                assert_eq!(answer, (datagram, from));
                true
            }
            None => false,
        }
    }

    /// Types a command and returns the output.
    pub(super) fn exec(&mut self, line: &str) -> String {
        let now = self.time;
        self.machine.exec(now, line).text
    }

    /// Ends the install that is to be performed.
    pub(super) fn finish_install(&mut self, result: Result<Content, InstallFailure>) {
        let now = self.time;
        self.machine.poll_install().expect("one is to be performed");
        self.machine.finish_install(now, result);
    }

    /// Sends a datagram to the control port, past the channel.
    pub(super) fn send(&mut self, ap: usize, datagram: Bytes) {
        self.flying.push_back((self.time + self.latency, ap, false, datagram.into()));
    }

    pub(super) fn run_for(&mut self, duration: Duration) {
        let until = self.time + duration;
        while self.step(until) {}
        self.time = until;
    }

    /// Returns the events since the last call, as JSON names.
    pub(super) fn happened(&self) -> Vec<String> {
        let events = std::mem::take(&mut *self.events.borrow_mut());
        events.iter().map(name).collect()
    }

    /// Returns the first event for which `pick` returns something.
    pub(super) fn find<T>(&self, pick: impl Fn(&ControllerEvent) -> Option<T>) -> Option<T> {
        self.events.borrow().iter().find_map(pick)
    }

    fn step(&mut self, until: Duration) -> bool {
        self.transmit();
        let arrival = self.flying.front().map(|packet| packet.0);
        let aps = self.aps.iter().filter_map(|ap| ap.channel.poll_timeout());
        let Some(next) = aps.chain(arrival).chain(self.machine.poll_timeout()).min() else { return false };
        if next > until {
            return false;
        }
        let step = self.clock_step.as_nanos() as u64;
        let next = Duration::from_nanos((next.as_nanos() as u64).next_multiple_of(step));
        self.time = self.time.max(next);
        while self.flying.front().is_some_and(|packet| packet.0 <= self.time) {
            let (_, ap, to_ap, datagram) = self.flying.pop_front().unwrap();
            if self.cut_off.contains(&ap) {
                continue;
            }
            if to_ap && datagram.len() > self.aps[ap].datagram_max {
                continue;
            }
            if to_ap {
                let blocks = self.aps[ap].handle(self.time, datagram);
                self.blocks.extend(std::iter::repeat_n((self.time, ap), blocks));
            } else {
                self.machine.handle_control(self.time, datagram, self.aps[ap].address);
            }
        }
        self.machine.handle_timeout(self.time);
        for ap in &mut self.aps {
            // An error is possible: the controller is dead in some tests.
            let _ = ap.channel.handle_timeout(self.time);
        }
        true
    }

    fn transmit(&mut self) {
        for (index, ap) in self.aps.iter_mut().enumerate() {
            while let Some(datagram) = ap.channel.poll_transmit() {
                self.flying.push_back((self.time + self.latency, index, false, datagram));
            }
        }
        while let Some(Transmit { datagram, to, .. }) = self.machine.poll_control() {
            let index = self.aps.iter().position(|ap| ap.address == to).expect("answers go to access points");
            if Message::peek_type(&datagram) == Some(MessageType::DiscoveryResponse) {
                let response = Message::parse_datagram(datagram, ImageDataLayout::Cisco).unwrap();
                self.aps[index].responses.push(response);
                continue;
            }
            self.flying.push_back((self.time + self.latency, index, true, datagram));
        }
    }
}

/// Returns an image of slightly more than `blocks` blocks.
pub(super) fn image_of(blocks: usize) -> Content {
    Content::from_vec((0..blocks * 1377 + 601).map(|index| index as u8).collect())
}

fn name(event: &ControllerEvent) -> String {
    let json = serde_json::to_value(event).unwrap();
    json["event"].as_str().unwrap().to_owned()
}

/// Returns the mandatory elements of a Configuration Status Request.
pub(super) fn configuration_status() -> Vec<Element> {
    vec![
        Element::AcName("9120-EWC".into()),
        Element::RadioAdministrativeState(RadioAdministrativeState { radio_id: 1, state: State::Enabled }),
        Element::StatisticsTimer(120),
        Element::WtpRebootStatistics(WtpRebootStatistics::default()),
    ]
}

/// Returns the mandatory elements of a Change State Event Request.
pub(super) fn change_state() -> Vec<Element> {
    let (state, cause) = (State::Enabled, OperationalCause::Normal);
    vec![
        Element::RadioOperationalState(RadioOperationalState { radio_id: 1, state, cause }),
        Element::ResultCode(ResultCode::Success),
    ]
}
