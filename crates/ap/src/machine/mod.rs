//! The state machine of an access point, without sockets and clock: datagrams and the time are passed in, datagrams to send and
//! deadlines are polled.
//!
//! ```text
//!  power ─▶ Boot ─▶ Discovery ─▶ DTLS Setup ─▶ Join ─▶ Image Data ─┬─▶ Configure ─▶ Data Check ─▶ Run
//!            ▲          ▲                                          │ versions equal
//!            │          │                                          ├─▶ backup is the controller's: activate it ─▶ Reload
//!            │          │                                          └─▶ download, verify, write, activate ───────▶ Reload
//!            │          └── DTLS Teardown ◀── no block in time, refused, damaged, controller or data channel lost  │
//!            └───────────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! (RFC 5415, 2.3, without DTLS and with the additions of AP-COS.) Discovery goes on in rounds until a controller answers. In Run it predownloads images, and swaps them, when the
//! controller requests it: `predownload.rs`.

mod boot;
mod controller_image;
mod data_channel;
mod download;
mod express;
mod install;
mod path_mtu;
mod predownload;
mod quirks;
mod session;
mod standby;
mod steps;

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use capwap::dtls::Suite;
use capwap::{Channel, Incoming, Message, SessionId};
use datagram::Datagram;
use host::{Entropy, Sink};
use image::Version;
use rand::RngExt as _;

use crate::{AccessPoint, ApEvent, Partition, PowerUp, ReloadReason, State};
use data_channel::DataChannel;
use download::Transfer;
use express::Accepted;
use install::Installation;
use standby::Standby;
use steps::Step;

/// An access point, from the moment it gets power.
#[derive(Debug)]
pub struct Machine {
    access_point: AccessPoint,
    sink: Sink<ApEvent>,
    entropy: Entropy,
    /// The choice of the pace of discovery, which does not disturb the others.
    rounds: Entropy,
    state: State,
    /// The time of the last start of a boot.
    started: Duration,
    /// The version and the partition that run.
    running: Version,
    active: Partition,
    controller: Controller,
    /// The address that its messages go to: the one that it was given, and from Join on one that the controller states.
    peer: Ipv4Addr,
    /// The cipher suite of the control channel.
    suite: Suite,
    /// The control channel, from Join to teardown.
    channel: Option<Channel>,
    /// Datagrams sent outside of the channel, and those that a closed channel still had to send.
    transmits: VecDeque<Transmit>,
    /// The data channel, from the Change State Event Response to teardown.
    data_channel: Option<DataChannel>,
    /// Datagrams for the controller's data port.
    data_transmits: VecDeque<Bytes>,
    /// The path MTU in use, and that of the last session, in bytes.
    path_mtu: u16,
    last_path_mtu: u16,
    discovery_sequence: u8,
    /// True if the handshake of DTLS has failed, until WaitDTLS ends it.
    handshake_failed: bool,
    session: SessionId,
    /// The status in an Image Data Request: 0 at first, 1 once a download was given up. Inferred from the two samples.
    replica_status: u8,
    transfer: Option<Transfer>,
    /// The exchange of blocks that the network carries on.
    exchange: Option<Accepted>,
    /// Bytes of /tmp that abandoned downloads have left there, where a quirk keeps them.
    tmp_kept: u64,
    installation: Option<Installation>,
    /// The purpose of the image under way.
    purpose: Purpose,
    /// The version that a predownload has left in flash, until it is reported to the controller.
    predownloaded: Option<Version>,
    /// The controller image that was stored, until that is reported to the controller.
    stored_controller: Option<String>,
    /// Its role in the redundancy of its controller.
    standby: Standby,
    steps: VecDeque<(Duration, Step)>,
    timers: Timers,
    /// The reason for the reload, in state Reload.
    reload_reason: ReloadReason,
}

/// The purpose of an image that is received.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To run the controller's version.
    #[default]
    Join,
    /// To run another version later: it is received in Run and not activated.
    Predownload,
    /// To be a controller: it is received in Run, and stored beside the access point's own images.
    ControllerImage,
}

/// Name and version of the controller, as it states them.
#[derive(Debug, Default)]
struct Controller {
    name: String,
    version: Option<Version>,
}

/// A datagram of the control channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// The message, in clear text.
    pub datagram: Datagram,
    /// The bytes that DTLS adds to it; 0 in discovery.
    pub overhead: u16,
    /// The address that it goes to: a controller's, or in discovery 255.255.255.255.
    pub to: Ipv4Addr,
}

impl Transmit {
    fn plain(datagram: impl Into<Datagram>, to: Ipv4Addr) -> Self {
        Self { datagram: datagram.into(), overhead: 0, to }
    }

    fn sealed(datagram: Datagram, suite: Suite, to: Ipv4Addr) -> Self {
        let overhead = suite.overhead(datagram.len());
        Self { datagram, overhead, to }
    }
}

/// Deadlines. Each is moved more often than it is reached.
#[derive(Debug, Default)]
struct Timers {
    /// The deadline of the first step.
    step: Option<Duration>,
    /// The deadline of the state, at which it ends or repeats itself.
    state: Option<Duration>,
    echo: Option<Duration>,
    /// The next keep-alive of the data channel, a repetition of the last one, or the end of the wait for its answer.
    data_channel: Option<Duration>,
    wtp_event: Option<Duration>,
    /// The end of its controller's boot, or of the wait for the active controller's next advertisement.
    standby: Option<Duration>,
    /// The time at which a log has grown, where a quirk makes it grow.
    log: Option<Duration>,
}

impl Machine {
    /// Creates an access point that gets power at `now`. It draws its random choices from `entropy`.
    pub fn new(
        now: Duration,
        access_point: AccessPoint,
        power: PowerUp,
        sink: Sink<ApEvent>,
        mut entropy: Entropy,
    ) -> Self {
        let mut rounds = entropy.clone();
        rounds.set_stream(1);
        let active = access_point.flash.borrow().boot();
        let phase =
            entropy.random_range(0..access_point.settings.wtp_event_interval.as_micros().max(1) as u64);
        let mut machine = Self {
            sink,
            state: State::Boot,
            started: now,
            running: Version::NONE,
            active,
            controller: Controller::default(),
            peer: access_point.controller,
            suite: Suite::default(),
            channel: None,
            transmits: VecDeque::new(),
            data_channel: None,
            data_transmits: VecDeque::new(),
            path_mtu: access_point.settings.path_mtu_discovery,
            last_path_mtu: access_point.settings.channel.path_mtu,
            discovery_sequence: 0,
            handshake_failed: false,
            session: SessionId(entropy.random()),
            replica_status: 0,
            transfer: None,
            exchange: None,
            tmp_kept: 0,
            installation: None,
            purpose: Purpose::default(),
            predownloaded: None,
            stored_controller: None,
            standby: Standby::default(),
            steps: VecDeque::new(),
            timers: Timers { wtp_event: Some(now + Duration::from_micros(phase)), ..Timers::default() },
            reload_reason: ReloadReason::Power,
            entropy,
            rounds,
            access_point,
        };
        match power {
            PowerUp::Boots => machine.start_boot(now, ReloadReason::Power),
            PowerUp::Booted => {
                machine.sink.emit(ApEvent::WasUp);
                machine.timers.state = Some(now);
            }
        }
        machine
    }

    /// Handles a datagram from the controller's control port.
    ///
    /// A datagram that cannot be parsed is dropped; untrusted bytes change nothing.
    pub fn handle_datagram(&mut self, now: Duration, datagram: impl Into<Datagram>) {
        if self.state == State::Discovery {
            let layout = self.access_point.settings.image_data_layout;
            if let Ok(message) = Message::parse_datagram(datagram, layout) {
                self.handle_discovery_response(now, &message);
            }
            return;
        }
        let Some(channel) = &mut self.channel else { return };
        let Ok(mut incoming) = channel.handle_datagram(now, datagram) else { return };
        while let Some(message) = incoming {
            match message {
                Incoming::Request(message) => self.handle_request(now, message),
                Incoming::Response(message) => self.handle_response(now, &message),
            }
            incoming = self.channel.as_mut().and_then(Channel::poll_incoming);
        }
    }

    /// Does the work that is due at `now`.
    pub fn handle_timeout(&mut self, now: Duration) {
        if let Some(channel) = &mut self.channel
            && let Err(dead) = channel.handle_timeout(now)
        {
            self.lose_controller(now, format!("{:?}", dead.request));
        }
        self.take_steps(now);
        if take_due(&mut self.timers.state, now) {
            self.handle_state_timeout(now);
        }
        if take_due(&mut self.timers.echo, now) {
            self.send_echo(now);
        }
        if take_due(&mut self.timers.data_channel, now) {
            self.handle_data_channel_timeout(now);
        }
        if let Some(due) = self.timers.wtp_event.filter(|due| *due <= now) {
            self.timers.wtp_event = Some(due + self.access_point.settings.wtp_event_interval);
            self.handle_wtp_event(now);
        }
        if take_due(&mut self.timers.standby, now) {
            self.handle_standby_timeout(now);
        }
        if take_due(&mut self.timers.log, now) {
            self.grow_log(now);
        }
    }

    /// Handles a `reload` typed at its console. A device that is already going down or booting ignores it.
    pub fn handle_reload_command(&mut self, now: Duration) {
        if !matches!(self.state, State::Boot | State::Reload | State::Halted) {
            self.start_reload(now, ReloadReason::ReloadCommand);
        }
    }

    /// Returns the next datagram for a controller's control port.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front().or_else(|| {
            let datagram = self.channel.as_mut()?.poll_transmit()?;
            Some(Transmit::sealed(datagram, self.suite, self.peer))
        })
    }

    /// Returns the next datagram for the controller's data port.
    pub fn poll_data_transmit(&mut self) -> Option<Bytes> {
        self.data_transmits.pop_front()
    }

    /// Returns the time of the next call of [`Machine::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Duration> {
        let Timers { step, state, echo, data_channel, wtp_event, standby, log } = self.timers;
        let channel = self.channel.as_ref().and_then(Channel::poll_timeout);
        [step, state, echo, data_channel, wtp_event, standby, log, channel].into_iter().flatten().min()
    }

    /// Returns the current state.
    pub fn state(&self) -> State {
        self.state
    }

    /// Returns the address of the controller that its messages go to.
    pub fn peer(&self) -> Ipv4Addr {
        self.peer
    }

    /// Returns true if no partition boots: nothing more will happen.
    pub fn is_halted(&self) -> bool {
        self.state == State::Halted
    }

    fn handle_state_timeout(&mut self, now: Duration) {
        match self.state {
            State::Boot => self.boot(now),
            State::Discovery => self.discover(now),
            State::DtlsSetup => self.finish_handshake(now),
            State::Join => self.lose_controller(now, "JoinRequest".into()),
            // In Run for a predownload.
            State::ImageData | State::Run => self.handle_image_data_timeout(now),
            State::DtlsTeardown => self.start_discovery(now),
            State::Reload => self.reload(now),
            State::Configure | State::DataCheck | State::Halted => (),
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.sink.emit(ApEvent::StateChanged { state });
    }
}

/// Returns true if `timer` is due, and disarms it.
fn take_due(timer: &mut Option<Duration>, now: Duration) -> bool {
    timer.take_if(|due| *due <= now).is_some()
}
