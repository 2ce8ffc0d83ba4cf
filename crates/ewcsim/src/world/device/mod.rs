//! Hosts: a world handles every kind of host through one trait.
//!
//! Each kind of host is one file here. It has a [`Kind`], which describes all such hosts; a [`Blueprint`], which is one host as
//! the scenario sets it up, read and checked; and a [`Device`], which is that host in a running world. The code that the three
//! kinds of servers share is in `server`. A new kind of server needs a file and a row in `servers!`.

mod access_point;
mod config;
mod controller;
mod disk;
mod flash;
mod idle_client;
mod kind;
mod openssh;
mod server;
mod terminal;
mod tftpd64;
mod tftpd_hpa;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ap::{FactoryImages, FlashHandle};
use catalogue::{FactError, Quirks, VersionOf};
use command_line::Output;
use engine::AnyHost;
use files::FileError;
use host::Sink;
use image::{Pool, Version};
use scenario::{ConfigText, Diagnostic, Exec, FileChange, FlashFault, HostKind, Scenario, Software, Web};
use text::MacAddress;

use super::logs::Printed;
use super::record::{Event, WorldEvent};
use crate::images::ImageStore;

pub(crate) use self::access_point::before_power;
pub(super) use self::access_point::quirks_by_uptime;
pub(super) use self::disk::Disk;
pub use self::kind::Kind;
pub(crate) use self::kind::NETWORK;
pub(super) use self::server::Serve;

/// Lists the servers: the word of [`Software`], and the file with the type of that name.
macro_rules! servers {
    ($($software:ident: $file:ident),+ $(,)?) => {
        /// Every kind of host.
        pub static KINDS: &[&Kind] =
            &[&access_point::KIND, &controller::KIND, $(&$file::KIND,)+ &idle_client::KIND];

        /// Reads the setup of a server, and reports its problems.
        fn read_server(scenario: &Scenario, index: usize, found: &mut Vec<Diagnostic>) -> Arc<dyn Blueprint> {
            match scenario.servers[index].software {
                $(Software::$software => server::read::<$file::$software>(scenario, index, found),)+
            }
        }
    };
}

servers! {
    TftpdHpa: tftpd_hpa,
    Tftpd64: tftpd64,
    OpenSsh: openssh,
}

/// A host as its scenario sets it up, with its configuration read, before it runs.
pub(crate) trait Blueprint: fmt::Debug + Send + Sync {
    /// Returns its kind.
    fn kind(&self) -> &'static Kind;

    /// Builds it in a new world.
    ///
    /// # Errors
    /// A fact that it needs is missing or of another kind.
    fn build(&self, supplies: &Supplies<'_>) -> Result<Box<dyn Device>, FactError>;

    /// Returns the lines that it prints on its console, or writes to its log, for an event of its own.
    fn lines(&self, at: Duration, event: &Event) -> Vec<Printed>;

    /// Returns the output of a typed line before anything has happened to it; `None` if the line is not a `show` command.
    fn show_empty(&self, line: &str) -> Option<Output> {
        (self.kind().show)(line)
    }

    /// Returns true if no source shows this value in this field of one of its `show` commands.
    fn is_unverified(&self, _field: &str, _value: &str) -> bool {
        false
    }

    /// Returns its configuration, if it is a controller.
    fn configuration(&self) -> Option<&ewc::ControllerConfig> {
        None
    }

    /// Reports problems in lines that the timeline adds to its configuration.
    fn check_config(&self, _lines: &ConfigText, _found: &mut Vec<Diagnostic>) {}

    /// Reports problems in a command that the timeline types at it.
    fn check_command(&self, _scenario: &Scenario, _exec: &Exec, _found: &mut Vec<Diagnostic>) {}

    /// Reports problems of an action on its page.
    fn check_page(&self, _scenario: &Scenario, _web: &Web, _found: &mut Vec<Diagnostic>) {}

    /// Returns the ids of the known defects that its software has at the start of the run, or gets with the images of the
    /// scenario.
    fn quirks(&self, _scenario: &Scenario) -> Vec<String> {
        Vec::new()
    }

    /// Returns the same host for real sockets; `None` if it is not a server.
    fn server(self: Arc<Self>) -> Option<Arc<dyn Serve>> {
        None
    }
}

/// A host in a running world. It outlives a loss of power.
pub(crate) trait Device {
    /// Starts its software. Its events go to `events`.
    fn start(&self, host: &AnyHost, start: Start, events: Sink<Event>);

    /// Records that it goes down to reboot.
    fn go_down(&self) {}

    /// Applies the effects of a loss of power to its storage.
    fn cut_power(&self, _host: &AnyHost) {}

    /// Applies the damage that it has before its first start.
    fn wear(&self) -> Vec<WorldEvent> {
        Vec::new()
    }

    /// Damages its flash, or fills it.
    fn damage(&self, _fault: &FlashFault) -> Vec<WorldEvent> {
        Vec::new()
    }

    /// Returns the output of a `show` command; `None` if it has no such command.
    fn show(&self, _command: &str, _now: Duration) -> Option<Output> {
        None
    }

    /// Types a command at it. Returns `None` if it has no terminal.
    fn exec(&self, _command: &str, _now: Duration, _powered: bool) -> Option<Typed> {
        None
    }

    /// Fills in its page, presses a button, and returns the page's words.
    fn press(&self, _web: &Web, _now: Duration) -> String {
        String::new()
    }

    /// Adds checked lines to its configuration.
    fn configure(&self, _lines: &str) {}

    /// Changes a file that it serves; `path` is the name that clients use.
    ///
    /// # Errors
    /// There is no such file, or no place for it.
    fn change_file(&self, _path: &str, _change: &FileChange) -> Result<(), FileError> {
        Err(FileError::NotFound)
    }

    /// Replaces its host keys from the next start on.
    fn new_host_keys(&self) {}

    /// Returns the flash to which it writes images, if any.
    fn flash(&self) -> Option<&FlashHandle> {
        None
    }

    /// Returns the controller images that it holds, if it is an access point of type EWC.
    fn controller_images(&self) -> Option<&ap::ControllerImages> {
        None
    }

    /// Returns its serial number; empty if it has none.
    fn serial(&self) -> String {
        String::new()
    }

    /// Returns true if it is a controller that serves. A loss of power does not change that.
    fn is_serving(&self) -> bool {
        false
    }

    /// Makes a controller that is down run on another access point from its next start on, or on the first again.
    fn move_to(&self, _new_box: Option<NewBox>) {}

    /// Returns its status, if it is an access point.
    fn access_point(&self) -> Option<ap::Status> {
        None
    }

    /// Returns its state, if it is a controller.
    fn controller(&self, _now: Duration) -> Option<ewc::Snapshot> {
        None
    }
}

/// The inputs to building devices, beside their blueprints.
pub(crate) struct Supplies<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) images: &'a ImageStore,
    /// The pool that stores equal contents once.
    pub(crate) pool: &'a Pool,
    /// The images that access points are delivered with.
    pub(crate) factory: &'a FactoryImages,
    /// The times for which access points have been up, which they tell their controllers.
    pub(crate) uptimes: &'a ewc::Uptimes,
}

/// What a controller takes from the access point that it moves to.
#[derive(Debug)]
pub(crate) struct NewBox {
    pub(crate) model: String,
    pub(crate) mac: MacAddress,
    pub(crate) serial: String,
    /// The release of the controller image that goes with its own image.
    pub(crate) active: ewc::Release,
    /// The release of the controller image that goes with its backup image.
    pub(crate) inactive: Option<ewc::Release>,
}

/// The way a device starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It is already running when the scenario begins.
    Warm,
    /// It boots first.
    Cold,
}

/// The result of a typed command.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    /// Its output; `None` without power, and for a command that prints nothing.
    pub(crate) output: Option<String>,
    /// True if the device goes down now and must be started again.
    pub(crate) reloads: bool,
}

/// The hosts of a scenario, in the order of [`Scenario::hosts`].
#[derive(Clone, Debug)]
pub struct Hosts(Vec<(String, Arc<dyn Blueprint>)>);

impl Hosts {
    /// Reads the setup of each host, and reports its problems.
    pub(crate) fn read(scenario: &Scenario, found: &mut Vec<Diagnostic>) -> Self {
        let mut blueprint = |kind: HostKind| -> Arc<dyn Blueprint> {
            match kind {
                HostKind::AccessPoint(index) => Arc::new(access_point::AccessPoint::read(scenario, index)),
                HostKind::Controller(index) => Arc::new(controller::Controller::read(scenario, index, found)),
                HostKind::IdleClient(index) => Arc::new(idle_client::IdleClient::read(scenario, index)),
                HostKind::Server(index) => read_server(scenario, index, found),
            }
        };
        Self(scenario.hosts().map(|host| (host.name.to_owned(), blueprint(host.kind))).collect())
    }

    /// Iterates over the hosts with their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &dyn Blueprint)> {
        self.0.iter().map(|(name, blueprint)| (name.as_str(), &**blueprint))
    }

    /// Returns the host called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&dyn Blueprint> {
        self.iter().find(|(known, _)| *known == name).map(|(_, blueprint)| blueprint)
    }

    /// Returns the server called `name`, for real sockets.
    pub(crate) fn server(&self, name: &str) -> Option<Arc<dyn Serve>> {
        let (_, blueprint) = self.0.iter().find(|(known, _)| known == name)?;
        Arc::clone(blueprint).server()
    }

    /// Returns the kind of the host called `name`; the network has a kind as well.
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        if name == scenario::NETWORK { Some(&NETWORK) } else { self.get(name).map(Blueprint::kind) }
    }
}

/// Returns the ids of the quirks that are in the running version, or in the version of the images to install.
fn quirk_ids(quirks: &Quirks, running: Version, image: Version) -> Vec<String> {
    let of = |version, of| {
        let those = quirks.at(version).filter(move |quirk| quirk.version_of == of);
        those.map(|quirk| quirk.id.clone())
    };
    of(running, VersionOf::Running).chain(of(image, VersionOf::Image)).collect()
}

/// Returns a sink that wraps the events of one software into [`Event`].
fn sink_of<E: 'static>(events: Sink<Event>, wrap: fn(E) -> Event) -> Sink<E> {
    Sink::new(move |event| events.emit(wrap(event)))
}
