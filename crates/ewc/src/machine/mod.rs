//! The controller without its sockets: datagrams, the time and fetched images go in; datagrams, a deadline and installs
//! come out.
//!
//! ```text
//!   Discovery Request ──▶ response, nothing kept
//!   Join Request ──▶ Joined ──Configuration Status, Change State Event──▶ DataCheck
//!                      │                           keep-alive on the data port──▶ Registered
//!                      └──Image Data Request──▶ ImageData ──▶ the access point reloads and joins anew
//!   Registered: commands typed at the console (`exec.rs`): predownload, swap, reset
//! ```

mod blocks;
mod controller_images;
mod country;
mod data_channel;
mod discovery;
mod download;
mod exec;
mod express;
mod installs;
mod join;
mod predownload;
mod quirks;
mod rate;
mod redundancy;
mod relay;
mod requests;
mod session;
mod sessions;
mod timer_queue;
mod timers;
mod updates;
pub(crate) mod upgrade;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use capwap::dtls::Suite;
use capwap::{Incoming, Message, MessageType};
use datagram::Datagram;
use host::Sink;
use host::flow::RateLimit;

use self::blocks::Blocks;
use self::express::Express;
use self::predownload::Predownloads;
use self::redundancy::Redundancy;
use self::sessions::Sessions;
use self::timer_queue::TimerQueue;
use self::upgrade::Upgrade;
use crate::commands::view::{ApDetail, ImageDetail, View};
use crate::history::HistoryHandle;
use crate::install::{Installs, Job};
use crate::staging::Library;
use crate::words::Location;
use crate::{ApRow, Controller, ControllerConfig, ControllerEvent, ReleaseRow, Snapshot, StagedRow};

/// A running controller.
pub(crate) struct Machine {
    controller: Controller,
    sink: Sink<ControllerEvent>,
    history: HistoryHandle,
    sessions: Sessions,
    library: Library,
    /// Blocks of the images that were requested, by image, place and block size, as long as the library holds them.
    blocks: BTreeMap<(String, Location, usize), Blocks>,
    installs: Installs,
    predownloads: Predownloads,
    upgrade: Upgrade,
    redundancy: Redundancy,
    /// True if the running configuration differs from the one that is saved.
    has_unsaved_changes: bool,
    rate: RateLimit,
    express: Express,
    /// True while it serves: from the end of its boot until it goes down.
    is_up: bool,
    /// The number of downloads started: file handles that a quirk does not release.
    handles_used: u64,
    quirks: quirks::InForce,
    timers: TimerQueue,
    control: VecDeque<Transmit>,
    data: VecDeque<(Bytes, SocketAddr)>,
}

/// A datagram to send from the control port.
#[derive(Debug)]
pub(crate) struct Transmit {
    /// The message, in clear text.
    pub(crate) datagram: Datagram,
    /// The bytes that DTLS adds to it; 0 in discovery.
    pub(crate) overhead: u16,
    pub(crate) to: SocketAddr,
}

impl Transmit {
    fn plain(datagram: impl Into<Datagram>, to: SocketAddr) -> Self {
        Self { datagram: datagram.into(), overhead: 0, to }
    }

    fn sealed(datagram: impl Into<Datagram>, suite: Suite, to: SocketAddr) -> Self {
        let datagram = datagram.into();
        let overhead = suite.overhead(datagram.len());
        Self { datagram, overhead, to }
    }
}

impl Machine {
    pub(crate) fn new(controller: Controller, sink: Sink<ControllerEvent>) -> Self {
        let controller = controller.booted();
        let quirks = quirks::InForce::of(&controller);
        let rate = rate::limit(controller.settings.relay_rate);
        let library = Library::new(controller.own_images.clone(), controller.settings.staging_capacity);
        Self {
            controller,
            sink,
            history: HistoryHandle::default(),
            sessions: Sessions::default(),
            library,
            blocks: BTreeMap::new(),
            installs: Installs::default(),
            predownloads: Predownloads::default(),
            upgrade: Upgrade::default(),
            redundancy: Redundancy::default(),
            has_unsaved_changes: false,
            rate,
            express: Express::default(),
            is_up: false,
            handles_used: 0,
            quirks,
            timers: TimerQueue::default(),
            control: VecDeque::new(),
            data: VecDeque::new(),
        }
    }

    /// Keeps a history of its events from now on; `clock` tells the time since the start of the run.
    pub(crate) fn keep_history(&mut self, clock: impl Fn() -> Duration + 'static) {
        self.history.start(clock(), &self.controller.config);
        let (history, sink) = (self.history.clone(), self.sink.clone());
        let address = self.controller.address;
        self.sink = Sink::new(move |event| {
            history.note(clock(), &event, address);
            sink.emit(event);
        });
    }

    /// Reports that the control port is bound.
    pub(crate) fn start(&mut self, now: Duration, address: SocketAddr) {
        self.is_up = true;
        self.sink.emit(ControllerEvent::Started { address });
        self.look_at_abort_timer(now);
    }

    pub(crate) fn configure(&mut self, config: ControllerConfig) {
        self.controller.config = config;
        self.has_unsaved_changes = true;
    }

    /// Handles a datagram of the control port. One that cannot be parsed changes nothing.
    pub(crate) fn handle_control(&mut self, now: Duration, datagram: Datagram, from: SocketAddr) {
        match Message::peek_type(&datagram) {
            Some(MessageType::DiscoveryRequest | MessageType::PrimaryDiscoveryRequest) => {
                self.handle_discovery(now, datagram, from);
            }
            Some(MessageType::JoinRequest) => self.handle_join(now, datagram, from),
            _ => {
                if let Some(index) = self.sessions.find(from) {
                    self.handle_session(now, index, datagram);
                }
            }
        }
    }

    /// Returns the next datagram to send from the control port.
    pub(crate) fn poll_control(&mut self) -> Option<Transmit> {
        self.control.pop_front()
    }

    /// Returns the next datagram to send from the data port.
    pub(crate) fn poll_data(&mut self) -> Option<(Bytes, SocketAddr)> {
        self.data.pop_front()
    }

    /// Returns an install to perform, which ends with [`Machine::finish_install`].
    pub(crate) fn poll_install(&mut self) -> Option<Job> {
        self.installs.take_begun()
    }

    /// Returns the time of the next call of [`Machine::handle_timeout`]. It may be too early.
    pub(crate) fn poll_timeout(&mut self) -> Option<Duration> {
        self.continue_ended();
        self.timers.next()
    }

    /// Returns true while it serves, so that a line typed at its console has an effect.
    pub(crate) fn is_up(&self) -> bool {
        self.is_up
    }

    pub(crate) fn controller(&self) -> &Controller {
        &self.controller
    }

    pub(crate) fn snapshot(&self, now: Duration) -> Snapshot {
        let mut aps: Vec<_> = self.sessions.iter().map(|(_, session)| session.row()).collect();
        aps.sort_by(|a, b| (&a.name, a.mac).cmp(&(&b.name, b.mac)));
        let software = self.controller.software.borrow();
        let releases = software.releases().into_iter().map(|(state, release)| ReleaseRow {
            state,
            version: release.version.clone(),
            ap: release.ap,
        });
        Snapshot {
            name: self.controller.name.clone(),
            version: self.controller.version,
            aps,
            staged: self
                .library
                .staged()
                .map(|(image, bytes)| StagedRow { image: image.to_owned(), bytes })
                .collect(),
            installing: self.installs.running().map(str::to_owned),
            predownload: self.predownload_summary(),
            install_queue: self.installs.waiting().map(str::to_owned).collect(),
            upgrade: self.upgrade.state(),
            releases: releases.collect(),
            aborts_in: software.aborts_at().map(|at| at.saturating_sub(now)),
            install_log: software.log().to_vec(),
            standby: self.standby(),
            own_access_point: self.controller.mac,
            now,
        }
    }

    /// Returns all that show commands read.
    pub(crate) fn view(&self, now: Duration) -> View {
        let state = self.snapshot(now);
        let detail = |ap: &ApRow| {
            let session = self.sessions.find_mac(ap.mac).map(|index| &self.sessions[index]);
            let model = self.controller.catalogue.model(&ap.model);
            session.map_or_else(ApDetail::default, |session| ApDetail {
                serial: session.serial.clone(),
                boot: session.boot.clone(),
                path_mtu: session.path_mtu,
                uptime: self.controller.uptimes.of(ap.mac, now),
                is_ewc_capable: model.is_some_and(|model| model.ewc),
            })
        };
        let Controller { model, serial, mac, address, software, clock, config, settings, .. } =
            &self.controller;
        View {
            details: state.aps.iter().map(detail).collect(),
            state,
            now,
            clock: *clock,
            model: model.clone(),
            serial: serial.clone(),
            mac: *mac,
            address: *address,
            release: Some(software.borrow().active().version.clone()),
            window: settings.channel.window,
            images: self.held_images(),
            staging_capacity: settings.staging_capacity,
            config: config.clone(),
            history: self.history.borrow().clone(),
        }
    }

    /// Returns the images that came with the software, then those in `ap_images:`.
    fn held_images(&self) -> Vec<ImageDetail> {
        let catalogue = &self.controller.catalogue;
        let models = |image: &str| {
            let of_image = catalogue.models().filter(|model| model.image_type == image);
            of_image.flat_map(|model| model.names.clone()).collect()
        };
        let own = self.controller.own_images.iter().map(|own| ImageDetail {
            image: own.image_type.clone(),
            location: Location::Active,
            version: self.controller.version,
            bytes: None,
            models: models(&own.image_type),
        });
        let staged = self.library.images().map(|staged| ImageDetail {
            image: staged.image.clone(),
            location: staged.location,
            version: installs::version_of(&staged.content),
            bytes: Some(staged.content.len()),
            models: models(&staged.image),
        });
        own.chain(staged).collect()
    }

    /// Handles a datagram of a session.
    fn handle_session(&mut self, now: Duration, index: usize, datagram: Datagram) {
        let session = &mut self.sessions[index];
        let Ok(mut next) = session.channel.handle_datagram(now, datagram) else { return };
        session.last_heard = now;
        self.note_sign_of_life(now, index);
        while let Some(incoming) = next {
            match incoming {
                Incoming::Request(request) => self.handle_request(now, index, request),
                Incoming::Response(response) => self.handle_response(now, index, response),
            }
            next = self.sessions[index].channel.poll_incoming();
        }
        self.settle(index);
    }
}
