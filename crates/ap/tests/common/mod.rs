//! An access point and a small controller in one room: simulated time, a fixed latency, no sockets.

mod controller;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use ap::{
    AccessPoint, ApEvent, Dialect, FactoryImages, Flash, FlashHandle, Line, Machine, Partition, PowerUp,
    Settings, State, Status, StatusHandle,
};
use catalogue::Spread;
pub(crate) use controller::{Controller, Fault};
use datagram::Datagram;
use host::{Entropy, Sink};
use image::{Content, Pool, Version};
use rand::SeedableRng as _;

pub(crate) const CONTROLLER: Ipv4Addr = Ipv4Addr::new(172, 16, 4, 26);

pub(crate) fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

/// An image of `blocks` times 10,240 bytes.
pub(crate) fn bundle(image_type: &str, running: &str, blocks: u64) -> Content {
    image::synthesize(image_type, &version(running), blocks * image::BLOCKING).expect("a good size")
}

/// A C9105AXI as in the samples, that runs 17.3.3.26 from part2 and boots in 75 s.
pub(crate) fn access_point(dialect: Dialect, backup: &str) -> AccessPoint {
    let settings = Settings { boot: Spread::exactly(Duration::from_secs(75)), ..Settings::default() };
    let flash = Flash::factory(
        &FactoryImages::default(),
        "ap1g8",
        version("17.3.3.26"),
        Some(version(backup)),
        Partition::Part2,
        settings.part1_capacity,
    );
    AccessPoint {
        name: "9105-emorenoa".into(),
        model: "C9105AXI".into(),
        image_type: "ap1g8".into(),
        platform: "ax-bcm32".into(),
        hardware: None,
        mac: text::MacAddress([0x6c, 0x41, 0x0e, 0x16, 0xe7, 0x9c]),
        serial: "FGL2325A4YP".into(),
        address: Ipv4Addr::new(172, 16, 4, 30),
        controller: CONTROLLER,
        dialect,
        settings,
        quirks: ap::Quirks::default(),
        certificates: ap::Certificates::default(),
        uptime: Duration::ZERO,
        clock: Duration::from_secs(1_706_650_895), // 2024-01-30 21:41:35
        flash: FlashHandle::new(flash),
        controller_images: None,
        pool: Pool::new(),
        console: ap::ConsoleHandle::new(),
        status: StatusHandle::new(Status::factory(
            version("17.3.3.26"),
            Some(version(backup)),
            Partition::Part2,
        )),
    }
}

/// The controller's port that a datagram is for, or comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Port {
    Control,
    Data,
}

/// The room.
pub(crate) struct Lab {
    pub now: Duration,
    pub access_point: AccessPoint,
    pub machine: Option<Machine>,
    pub controller: Controller,
    pub latency: Duration,
    /// Longer IPv4 packets are lost: on the way to the controller, and to the access point.
    pub mtu: [usize; 2],
    /// True if the data channel is blocked: on the way to the controller, and to the access point.
    pub data_blocked: [bool; 2],
    to_controller: VecDeque<(Duration, Port, Datagram)>,
    to_unit: VecDeque<(Duration, Port, Datagram)>,
    record: Rc<RefCell<Vec<(Duration, ApEvent)>>>,
    clock: Rc<RefCell<Duration>>,
}

impl Lab {
    pub(crate) fn new(access_point: AccessPoint, controller: Controller) -> Self {
        let mut lab = Self {
            now: Duration::ZERO,
            access_point,
            machine: None,
            controller,
            latency: Duration::from_millis(2),
            mtu: [1500; 2],
            data_blocked: [false; 2],
            to_controller: VecDeque::new(),
            to_unit: VecDeque::new(),
            record: Rc::default(),
            clock: Rc::default(),
        };
        lab.power_on();
        lab
    }

    pub(crate) fn power_on(&mut self) {
        let (record, clock) = (Rc::clone(&self.record), Rc::clone(&self.clock));
        let status = self.access_point.status.clone();
        let sink = Sink::new(move |event| {
            status.apply(*clock.borrow(), &event);
            record.borrow_mut().push((*clock.borrow(), event));
        });
        *self.clock.borrow_mut() = self.now;
        self.machine = Some(Machine::new(
            self.now,
            self.access_point.clone(),
            PowerUp::Boots,
            sink,
            Entropy::seed_from_u64(7),
        ));
    }

    pub(crate) fn power_cut(&mut self, seed: u64) {
        self.machine = None;
        self.access_point.status.power_off();
        self.access_point.flash.power_cut(self.now, &mut Entropy::seed_from_u64(seed));
    }

    /// When something happens next.
    fn next(&self) -> Option<Duration> {
        let access_point = self.machine.as_ref().and_then(Machine::poll_timeout);
        let arrivals = [&self.to_controller, &self.to_unit].map(|queue| queue.front().map(|(at, ..)| *at));
        let next = [access_point, self.controller.poll_timeout(), arrivals[0], arrivals[1]];
        next.into_iter().flatten().min()
    }

    /// Lets happen what happens until `end`, calling `look` after each thing, and stops at that very instant.
    pub(crate) fn advance(&mut self, end: Duration, mut look: impl FnMut(&Self)) {
        while self.next().is_some_and(|next| next <= end) {
            self.step();
            look(self);
        }
        self.now = self.now.max(end);
    }

    /// Moves to the next thing that happens, and lets it happen.
    pub(crate) fn step(&mut self) -> bool {
        let Some(next) = self.next() else { return false };
        self.now = self.now.max(next);
        *self.clock.borrow_mut() = self.now;
        while let Some((_, port, datagram)) = self.to_controller.pop_front_if(|(at, ..)| *at <= self.now) {
            match port {
                Port::Control => self.controller.handle_datagram(self.now, datagram),
                Port::Data => self.controller.handle_data(self.now, datagram.into_bytes()),
            }
        }
        self.controller.handle_timeout(self.now);
        let arrived: Vec<_> =
            std::iter::from_fn(|| self.to_unit.pop_front_if(|(at, ..)| *at <= self.now)).collect();
        let arrival = self.now + self.latency;
        if let Some(machine) = &mut self.machine {
            for (_, port, datagram) in arrived {
                match port {
                    Port::Control => machine.handle_datagram(self.now, datagram),
                    Port::Data => machine.handle_data(self.now, datagram.into_bytes()),
                }
            }
            machine.handle_timeout(self.now);
            // Nobody else hears a broadcast.
            let sent = std::iter::from_fn(|| machine.poll_transmit())
                .filter(|sent| !sent.to.is_broadcast())
                .filter(|sent| sent.datagram.len() + usize::from(sent.overhead) + 28 <= self.mtu[0])
                .map(|sent| sent.datagram);
            self.to_controller.extend(sent.map(|datagram| (arrival, Port::Control, datagram)));
            let data = std::iter::from_fn(|| machine.poll_data_transmit()).filter(|_| !self.data_blocked[0]);
            self.to_controller.extend(data.map(|datagram| (arrival, Port::Data, datagram.into())));
        }
        let sent = std::iter::from_fn(|| self.controller.poll_transmit())
            .filter(|datagram| datagram.len() + 28 <= self.mtu[1]);
        self.to_unit.extend(sent.map(|datagram| (arrival, Port::Control, datagram)));
        let data =
            std::iter::from_fn(|| self.controller.poll_data_transmit()).filter(|_| !self.data_blocked[1]);
        self.to_unit.extend(data.map(|datagram| (arrival, Port::Data, datagram.into())));
        true
    }

    /// Steps until `done` or until `limit` has passed; whether it is done.
    pub(crate) fn drive(&mut self, limit: Duration, mut done: impl FnMut(&Self) -> bool) -> bool {
        let end = self.now + limit;
        while !done(self) {
            if self.now > end || !self.step() {
                return false;
            }
        }
        true
    }

    pub(crate) fn state(&self) -> State {
        self.access_point.status.borrow().state
    }

    pub(crate) fn drive_to(&mut self, state: State) {
        let reached = self.drive(Duration::from_secs(1800), |lab| lab.state() == state);
        assert!(reached, "{:?} instead of {state:?}; {:#?}", self.state(), self.record.borrow().last());
    }

    pub(crate) fn events(&self) -> Vec<ApEvent> {
        self.record.borrow().iter().map(|(_, event)| event.clone()).collect()
    }

    /// The events from the one with this index on, with their times.
    pub(crate) fn events_from(&self, first: usize) -> Vec<(Duration, ApEvent)> {
        self.record.borrow()[first..].to_vec()
    }

    pub(crate) fn has(&self, wanted: impl Fn(&ApEvent) -> bool) -> bool {
        self.record.borrow().iter().any(|(_, event)| wanted(event))
    }

    /// What the console printed, with the time of each line.
    pub(crate) fn console(&self) -> Vec<(Duration, Line)> {
        let record = self.record.borrow();
        let lines = record.iter().flat_map(|(at, event)| {
            ap::lines(event, self.access_point.dialect).into_iter().map(|line| (*at, line))
        });
        lines.collect()
    }

    pub(crate) fn running(&self) -> String {
        self.access_point
            .status
            .borrow()
            .running
            .map_or_else(|| "nothing".to_owned(), |version| version.to_string())
    }

    /// The value behind a label of what a show command prints now.
    pub(crate) fn shown(&self, command: &str, label: &str) -> String {
        let output =
            ap::show(&self.access_point, self.now, command, |_, _| String::new()).expect("it is known");
        output.fields.line(label).expect("it has this line").to_owned()
    }
}
