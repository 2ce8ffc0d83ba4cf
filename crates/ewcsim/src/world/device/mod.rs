//! Hosts of one shape: whatever runs on a host, a world handles it through one trait.
//!
//! Each kind of host is one file here. It has a [`Kind`], which is true of all such hosts; a [`Blueprint`], which is one host as the
//! scenario sets it up, read and checked; and a [`Device`], which is that host in a world that runs. What the three kinds of servers
//! share is in `server`. A new kind of host is a file, a line in [`KINDS`] and an arm in [`Hosts::read`].

mod access_point;
mod config;
mod controller;
mod disk;
mod flash;
mod idle_client;
mod kind;
mod openssh;
mod server;
mod tftpd64;
mod tftpd_hpa;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ap::{FactoryImages, FlashHandle};
use catalogue::{FactError, Quirks, VersionOf};
use command_line::Output;
use files::FileError;
use host::Sink;
use image::{Pool, Version};
use scenario::{ConfigText, Diagnostic, FileChange, FlashFault, HostKind, Scenario, Software, Span};
use simnet::SimHost;

use super::record::{Event, WorldEvent};
use crate::images::ImageStore;

pub(crate) use self::access_point::before_power;
pub use self::kind::Kind;
pub(crate) use self::kind::NETWORK;
pub(crate) use self::server::Serve;

/// Every kind of host.
pub static KINDS: [&Kind; 6] = [
    &access_point::KIND,
    &controller::KIND,
    &tftpd_hpa::KIND,
    &tftpd64::KIND,
    &openssh::KIND,
    &idle_client::KIND,
];

/// A host as its scenario sets it up, with its configuration read: what is known of it before it runs.
pub(crate) trait Blueprint: fmt::Debug + Send + Sync {
    /// What it has in common with all hosts of its kind.
    fn kind(&self) -> &'static Kind;

    /// Builds it in a new world.
    ///
    /// # Errors
    /// A fact that it needs is missing or of another kind.
    fn build(&self, supplies: &Supplies<'_>) -> Result<Box<dyn Device>, FactError>;

    /// The lines that it prints on its console or writes into its log about an event of its own.
    fn lines(&self, at: Duration, event: &Event) -> Vec<String>;

    /// Reports what is wrong with lines that the timeline adds to its configuration.
    fn check_config(&self, _lines: &ConfigText, _found: &mut Vec<Diagnostic>) {}

    /// Reports what is wrong with a command that the timeline types at it.
    fn check_command(&self, _scenario: &Scenario, _command: &str, _span: Span, _found: &mut Vec<Diagnostic>) {
    }

    /// The ids of the known defects that its software has when the run starts, or gets with the images of the scenario.
    fn quirks(&self, _scenario: &Scenario) -> Vec<String> {
        Vec::new()
    }

    /// The same host on real sockets; none if it is no server.
    fn server(self: Arc<Self>) -> Option<Arc<dyn Serve>> {
        None
    }
}

/// A host in a world that runs. It outlives a loss of power.
pub(crate) trait Device {
    /// Starts what runs on it. Its events go to `events`.
    fn start(&self, host: &SimHost, start: Start, events: Sink<Event>);

    /// Does what the loss of power does to what it stores.
    fn cut_power(&self, _host: &SimHost) {}

    /// Does the damage that it has before it is first started.
    fn wear(&self) -> Vec<WorldEvent> {
        Vec::new()
    }

    /// Damages its flash, or fills it.
    fn damage(&self, _fault: &FlashFault) -> Vec<WorldEvent> {
        Vec::new()
    }

    /// What a `show` command prints; none if it has no such command.
    fn show(&self, _command: &str, _now: Duration) -> Option<Output> {
        None
    }

    /// Types a command at it; none if nothing was typed, as it has no terminal.
    fn exec(&self, _command: &str, _now: Duration, _powered: bool) -> Option<Typed> {
        None
    }

    /// Adds lines to its configuration, which have been checked.
    fn configure(&self, _lines: &str) {}

    /// Changes a file that it serves; `path` is as clients name it.
    ///
    /// # Errors
    /// There is no such file, or no place for it.
    fn change_file(&self, _path: &str, _change: &FileChange) -> Result<(), FileError> {
        Err(FileError::NotFound)
    }

    /// Has it start with other host keys from now on.
    fn new_host_keys(&self) {}

    /// Its flash, if it has any that images are written to.
    fn flash(&self) -> Option<&FlashHandle> {
        None
    }

    /// What it is doing, if it is an access point.
    fn access_point(&self) -> Option<ap::Status> {
        None
    }

    /// What it is doing, if it is a controller.
    fn controller(&self) -> Option<ewc::Snapshot> {
        None
    }
}

/// What devices are built from, beside their blueprints.
pub(crate) struct Supplies<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) images: &'a ImageStore,
    /// Where contents are stored once for all.
    pub(crate) pool: &'a Pool,
    /// What access points come with.
    pub(crate) factory: &'a FactoryImages,
}

/// How a device starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It has run for long when the scenario begins.
    Warm,
    /// It boots first.
    Cold,
}

/// What came of a command.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    /// What it printed; none without an answer.
    pub(crate) output: Option<String>,
    /// Whether the device goes down now and has to be started again.
    pub(crate) reloads: bool,
}

/// The hosts of a scenario, in the order of [`Scenario::hosts`].
#[derive(Clone, Debug)]
pub struct Hosts(Vec<(String, Arc<dyn Blueprint>)>);

impl Hosts {
    /// Reads how each host is set up, and reports what is wrong with it.
    pub(crate) fn read(scenario: &Scenario, found: &mut Vec<Diagnostic>) -> Self {
        let mut blueprint = |kind: HostKind| -> Arc<dyn Blueprint> {
            match kind {
                HostKind::AccessPoint(index) => Arc::new(access_point::AccessPoint::read(scenario, index)),
                HostKind::Controller(index) => Arc::new(controller::Controller::read(scenario, index, found)),
                HostKind::IdleClient(index) => Arc::new(idle_client::IdleClient::read(scenario, index)),
                HostKind::Server(index) => match scenario.servers[index].software {
                    Software::TftpdHpa => server::read::<tftpd_hpa::TftpdHpa>(scenario, index, found),
                    Software::Tftpd64 => server::read::<tftpd64::Tftpd64>(scenario, index, found),
                    Software::OpenSsh => server::read::<openssh::OpenSsh>(scenario, index, found),
                },
            }
        };
        Self(scenario.hosts().map(|host| (host.name.to_owned(), blueprint(host.kind))).collect())
    }

    /// Each with its name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &dyn Blueprint)> {
        self.0.iter().map(|(name, blueprint)| (name.as_str(), &**blueprint))
    }

    /// The host called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&dyn Blueprint> {
        self.iter().find(|(known, _)| *known == name).map(|(_, blueprint)| blueprint)
    }

    /// The server called `name`, for real sockets.
    pub(crate) fn server(&self, name: &str) -> Option<Arc<dyn Serve>> {
        let (_, blueprint) = self.0.iter().find(|(known, _)| known == name)?;
        Arc::clone(blueprint).server()
    }

    /// What kind of host the one called `name` is; the network has a kind as well.
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        if name == scenario::NETWORK { Some(&NETWORK) } else { self.get(name).map(Blueprint::kind) }
    }
}

/// The ids of those of `quirks` that are in the version that runs, or in the one of the images to install.
fn quirk_ids(quirks: &Quirks, running: Version, image: Version) -> Vec<String> {
    let of = |version, of| {
        let those = quirks.at(version).filter(move |quirk| quirk.version_of == of);
        those.map(|quirk| quirk.id.clone())
    };
    of(running, VersionOf::Running).chain(of(image, VersionOf::Image)).collect()
}

/// A sink for the events of one software among those of all.
fn sink_of<E: 'static>(events: Sink<Event>, wrap: fn(E) -> Event) -> Sink<E> {
    Sink::new(move |event| events.emit(wrap(event)))
}
