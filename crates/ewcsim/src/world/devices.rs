//! The devices of a scenario: made once, started when their host has power.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::time::Duration;

use ap::{FactoryImages, Flash, FlashHandle, Partition, Unit};
use capwap::ImageDataLayout;
use catalogue::Hardware;
use ewc::{Controller, ControllerHandle, OwnImage};
use files::{FileError, Tree};
use host::{Host, Sink};
use image::{Pool, Version};
use scenario::{AccessPoint, FileChange, HostKind, ImageData, Ownership, Scenario, Stranger};
use simnet::SimHost;

use super::prepare::Prepared;
use super::record::Event;
use super::server::Software;
use super::{Recorder, Start, stranger};
use crate::address::ipv4;
use crate::clock::WallClock;
use crate::images::ImageStore;

pub(super) struct Devices {
    pub(super) pool: Pool,
    pub(super) access_points: Vec<Unit>,
    /// Before its first start one that nobody runs. A controller that starts anew is another one.
    controller: RefCell<ControllerHandle>,
    controller_setup: RefCell<Controller>,
    /// All of its configuration so far, in the order of typing.
    controller_config: RefCell<String>,
    /// From power to service.
    controller_boot: Duration,
    servers: Vec<Server>,
    /// Whom they call, and how many connections they hold.
    strangers: Vec<(SocketAddr, usize)>,
    images: ImageStore,
}

struct Server {
    name: String,
    software: Software,
    files: Tree,
    /// What its clock showed at the start of the run, since 1970.
    started: Duration,
    /// How often it has got new host keys.
    host_keys: Cell<u32>,
}

impl Devices {
    pub(super) fn new(
        prepared: &Prepared,
        images: &ImageStore,
        pool: &Pool,
    ) -> Result<Self, catalogue::FactError> {
        let scenario = &prepared.scenario;
        let controller = controller(prepared, images, pool)?;
        let servers = scenario
            .servers
            .iter()
            .zip(&prepared.servers)
            .map(|(server, software)| Server {
                name: server.name.clone(),
                software: software.clone(),
                files: software.files(server, images),
                started: Duration::from_nanos(WallClock::new(scenario.start).ahead(server.clock).epoch_ns()),
                host_keys: Cell::new(0),
            })
            .collect();
        Ok(Self {
            pool: pool.clone(),
            access_points: access_points(scenario, pool)?,
            controller: RefCell::new(ControllerHandle::new(controller.clone(), Sink::ignore())),
            controller_setup: RefCell::new(controller),
            controller_config: RefCell::new(
                scenario.controllers[0].config.as_ref().map(|config| config.text.clone()).unwrap_or_default(),
            ),
            controller_boot: scenario.catalogue.duration("ewc.boot.duration")?,
            servers,
            strangers: scenario.strangers.iter().map(|stranger| called(scenario, stranger)).collect(),
            images: images.clone(),
        })
    }

    /// Starts what runs on `host`.
    pub(super) fn start(&self, kind: HostKind, host: &SimHost, recorder: &Recorder, start: Start) {
        let recorder = recorder.clone();
        match kind {
            HostKind::AccessPoint(index) => {
                let sink = Sink::new(move |event| recorder.push(Event::AccessPoint(event)));
                host.spawn(ap::run(host.clone(), self.access_points[index].clone(), sink));
            }
            HostKind::Controller(_) => {
                let sink = Sink::new(move |event| recorder.push(Event::Controller(event)));
                let handle = ControllerHandle::new(self.controller_setup.borrow().clone(), sink);
                self.controller.replace(handle.clone());
                let device = host.clone();
                let boot = self.controller_boot;
                host.spawn(async move {
                    if start == Start::Cold {
                        device.sleep(boot).await;
                    }
                    // Its ports are its own: no scenario puts anything else on the controller's host.
                    ewc::run(device, handle).await.expect("the controller's ports are free");
                });
            }
            HostKind::Server(index) => {
                let server = &self.servers[index];
                let sink = Sink::new(move |event| recorder.push(event));
                let software = server.software.clone();
                let host_keys = software.host_keys(host, server.host_keys.get());
                let running =
                    software.run(host.clone(), server.files.clone(), host_keys, server.started, sink);
                host.spawn(async move {
                    // Why it does not start is in its log, as a real one's would be.
                    let _ = running.await;
                });
            }
            HostKind::Stranger(index) => {
                let (server, connections) = self.strangers[index];
                stranger::start(host, server, connections);
            }
        }
    }

    /// What the loss of power does to an access point's flash.
    pub(super) fn cut_power(&self, index: usize, host: &SimHost) {
        let unit = &self.access_points[index];
        // Each cut draws anew, and none disturbs what the device itself draws.
        let purpose = format!("power cut at {:?}", host.now());
        unit.flash.power_cut(host.now(), &mut host.entropy(&purpose));
    }

    /// New lines in the controller's configuration.
    pub(super) fn configure(&self, text: &str) {
        let mut all = self.controller_config.borrow_mut();
        all.push('\n');
        all.push_str(text);
        // Each part has been checked by itself before the run.
        if let Ok(config) = ewc::Config::parse(&all) {
            self.controller_setup.borrow_mut().config = config.clone();
            self.controller().configure(config);
        }
    }

    /// The controller as it was last started.
    pub(super) fn controller(&self) -> ControllerHandle {
        self.controller.borrow().clone()
    }

    /// Has the server start with other host keys from now on.
    pub(super) fn new_host_key(&self, server: &str) {
        let servers = self.servers.iter().filter(|known| known.name == server);
        servers.for_each(|server| server.host_keys.set(server.host_keys.get() + 1));
    }

    /// Changes a file of a server; `path` is as clients name it.
    pub(super) fn change_file(
        &self,
        scenario: &Scenario,
        server: &str,
        path: &str,
        change: &FileChange,
    ) -> Result<(), FileError> {
        let setup = scenario.servers.iter().find(|known| known.name == server).ok_or(FileError::NotFound)?;
        let server = self.servers.iter().find(|known| known.name == server).ok_or(FileError::NotFound)?;
        let local = server.software.local_path(path);
        match change {
            FileChange::Remove => server.files.remove(&local),
            FileChange::Truncate(size) => server.files.truncate(&local, *size),
            FileChange::Corrupt(offset) => server.files.corrupt(&local, *offset..offset.saturating_add(1)),
            FileChange::Replace(set) => {
                let name = path.rsplit('/').next().unwrap_or(path);
                let file = self.images.set(set).file(name).ok_or(FileError::NotFound)?;
                server.files.replace(&local, self.images.content(set, file))
            }
            FileChange::Add(set) => {
                let name = path.rsplit('/').next().unwrap_or(path);
                let file = self.images.set(set).file(name).ok_or(FileError::NotFound)?;
                server.software.put(&server.files, path, set, file, &Ownership::default(), &self.images)
            }
            FileChange::Restore => server.software.restore(&server.files, path, setup, &self.images),
        }
    }
}

/// Whom a stranger calls, and how many connections it holds.
fn called(scenario: &Scenario, stranger: &Stranger) -> (SocketAddr, usize) {
    let server = scenario.host(&stranger.server).expect("the scenario's names are checked");
    (SocketAddr::new(server.address, stranger.port), stranger.connections)
}

fn access_points(scenario: &Scenario, pool: &Pool) -> Result<Vec<Unit>, catalogue::FactError> {
    let factory = FactoryImages::default();
    let capacity = scenario.catalogue.bytes("ap.flash.image-capacity")?;
    let controller = ipv4(scenario.controllers[0].address);
    let mut units = Vec::new();
    let clock = Duration::from_nanos(WallClock::new(scenario.start).epoch_ns());
    for (index, access_point) in scenario.access_points.iter().enumerate() {
        let setup = &access_point.flash;
        let mut flash = Flash::factory(
            &factory,
            &access_point.image_type,
            access_point.running,
            access_point.backup,
            if setup.part1_active { Partition::Part1 } else { Partition::Part2 },
            setup.partition.unwrap_or(capacity),
        );
        for partition in Partition::BOTH {
            flash.set_other_use(partition, setup.used);
        }
        if let Some(size) = setup.tmp {
            flash.set_tmp_size(size);
        }
        units.push(Unit {
            name: access_point.name.clone(),
            model: access_point.model.clone(),
            image_type: access_point.image_type.clone(),
            platform: access_point.platform.clone(),
            hardware: access_point.hardware.clone(),
            mac: access_point.mac.0,
            serial: format!("EWCSIM{index:05}"),
            address: ipv4(access_point.address),
            controller,
            dialect: access_point.console,
            settings: ap::Settings {
                image_data_layout: layout(scenario),
                ..ap::Settings::from_catalogue(&scenario.catalogue, access_point.console)?
            },
            quirks: scenario.catalogue.access_point_quirks(&hardware(access_point)),
            clock,
            flash: FlashHandle::new(flash),
            pool: pool.clone(),
            console: ap::ConsoleHandle::new(),
            status: ap::StatusHandle::new(),
        });
    }
    Ok(units)
}

/// An access point as quirks tell them apart.
pub(crate) fn hardware(access_point: &AccessPoint) -> Hardware<'_> {
    Hardware {
        model: &access_point.model,
        image_type: &access_point.image_type,
        revision: access_point.hardware.as_deref(),
        made: access_point.made.as_deref(),
    }
}

/// How images are laid out in messages, at both ends.
fn layout(scenario: &Scenario) -> ImageDataLayout {
    match scenario.capwap.image_data {
        ImageData::Cisco => ImageDataLayout::Cisco,
        ImageData::Rfc5415 => ImageDataLayout::Rfc5415,
    }
}

fn controller(
    prepared: &Prepared,
    images: &ImageStore,
    pool: &Pool,
) -> Result<Controller, catalogue::FactError> {
    let own = &prepared.scenario.controllers[0];
    let set = images.set(&own.running);
    let version: Version = set.ap;
    let mut controller =
        Controller::new(&own.name, &own.model, ipv4(own.address), version, &prepared.scenario.catalogue)?;
    controller.settings.image_data_layout = layout(&prepared.scenario);
    controller.config = prepared.controller.clone();
    controller.pool = pool.clone();
    for image_type in std::iter::once(&own.image_type).chain(&own.images) {
        let Some(file) = set.file(image_type).cloned() else { continue };
        let (images, running) = (images.clone(), own.running.clone());
        controller.own_images.push(OwnImage::new(image_type, move || images.content(&running, &file)));
    }
    Ok(controller)
}
