//! The record of a run: all events in order, from which logs, verdicts, timelines and reports are made.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use host::EventKind;
use scenario::NETWORK;
use serde::Serialize;

use super::server_event::ServerEvent;

/// An event of a host with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The time since the start of the run.
    pub at: Duration,
    /// The index into [`Record::hosts`]; `None` for events of the network.
    pub host: Option<usize>,
    /// The event.
    pub event: Event,
}

/// An event, by its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// An access point.
    AccessPoint(ap::ApEvent),
    /// The controller.
    Controller(ewc::ControllerEvent),
    /// A server, of any software.
    Server(ServerEvent),
    /// The world around the host.
    World(WorldEvent),
    /// The network, which is not a host.
    Network(NetworkEvent),
}

impl Event {
    /// Returns the name of its variant: `ImageDataStarted`.
    pub(crate) fn variant(&self) -> &'static str {
        match self {
            Self::AccessPoint(event) => event.variant(),
            Self::Controller(event) => event.variant(),
            Self::Server(event) => event.variant(),
            Self::World(event) => event.variant(),
            Self::Network(event) => event.variant(),
        }
    }

    /// Returns its name in records: `image_data_started`.
    pub(crate) fn name(&self) -> String {
        EventKind { variant: self.variant(), about: "", fields: &[], inner: &[] }.name()
    }
}

host::events! {
/// A change that the scenario makes to a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WorldEvent {
    /// It got power.
    PowerOn,
    /// It lost power.
    PowerOff,
    /// Its software was started.
    SoftwareStarted,
    /// Its software was stopped.
    SoftwareStopped,
    /// Something about the host has changed.
    Changed {
        /// The change: `answers 20 ms later`.
        what: String,
    },
    /// Flash of this access point was damaged.
    FlashDamaged {
        /// The damaged partition.
        partition: ap::Partition,
        /// The damage: `byte 4096 is changed`.
        what: String,
        /// The known defect that caused it, if it was not the scenario.
        #[serde(skip_serializing_if = "Option::is_none")]
        quirk: Option<String>,
    },
    /// The standby on this access point has become the active controller. `uncommitted` is true if the release of the one before was not
    /// committed.
    TookOver {
        /// The access point.
        access_point: String,
        /// True if the auto-abort timer was running.
        uncommitted: bool,
    },
    /// The standby on this access point has lost sight of the active controller, which serves: there would be two.
    SecondActiveController {
        /// The access point.
        access_point: String,
    },
    /// The controller goes down, no standby is ready, and these access points could be elected.
    NoStandby {
        /// Their names: `floor-1, floor-2`.
        candidates: String,
    },
    /// A button of the page *Software Upgrade* was pressed.
    Pressed {
        /// The button: `save and download`.
        button: String,
        /// The page's words, empty if it did what it was told; none without power, and while the controller boots.
        answer: Option<String>,
    },
    /// A command was typed.
    Typed {
        /// The command.
        command: String,
        /// Its output; none without power, and for a command that prints nothing.
        output: Option<String>,
    },
}
}

host::events! {
/// A change that the scenario makes to the network, or a drop by a firewall or for damage on a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NetworkEvent {
    /// A link or a firewall has changed.
    Changed {
        /// The change: `firewall dc: removed deny udp/69`.
        what: String,
    },
    /// A firewall or a translation of addresses has dropped the first packet from one host to a port of another, the 10th, the 100th and so on.
    PacketsDropped {
        /// The firewall, or the translation.
        firewall: String,
        /// The rule, as the scenario or an access list has it, or `default`; of a translation `no translation` or `an inside address`.
        rule: String,
        /// Its protocol: `udp`, `tcp` or `icmp`.
        protocol: String,
        /// The source of the first packet: `10.0.0.1:4000`.
        from: String,
        /// The destination: `10.0.0.2:69`.
        to: String,
        /// The number of packets so far.
        packets: u64,
    },
    /// The interface at the end of a link has dropped the first damaged frame from one host to another, the 10th, the 100th and so on:
    /// its FCS was wrong.
    FcsErrors {
        /// The link.
        link: String,
        /// The direction: `forward` or `reverse`.
        direction: String,
        /// The source: `10.0.0.1`.
        from: String,
        /// The destination: `10.0.0.2`.
        to: String,
        /// The number of frames so far.
        frames: u64,
    },
}
}

/// The record of a run. It is cheap to clone: all clones share one record. A run writes it on its own thread; it is read there
/// and afterwards.
#[derive(Clone, Debug, Default)]
pub struct Record {
    hosts: Arc<Vec<String>>,
    entries: Arc<RwLock<Vec<Entry>>>,
}

impl Record {
    /// Creates an empty record of hosts with these names.
    pub fn new(hosts: Vec<String>) -> Self {
        Self { hosts: Arc::new(hosts), entries: Arc::default() }
    }

    /// Returns the names of the hosts.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// Returns the index of the host called `name`.
    pub fn host(&self, name: &str) -> Option<usize> {
        self.hosts.iter().position(|host| host == name)
    }

    /// Returns the name of the host of an entry, or [`NETWORK`].
    pub fn who(&self, entry: &Entry) -> &str {
        entry.host.map_or(NETWORK, |host| &self.hosts[host])
    }

    /// Returns the entries so far, in order of time.
    pub fn entries(&self) -> RwLockReadGuard<'_, Vec<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Inserts an event at index `before`, ahead of the events that it caused.
    pub fn insert(&self, before: usize, at: Duration, host: usize, event: Event) {
        let mut entries = self.entries.try_write().expect("nothing reads the record while devices run");
        entries.insert(before, Entry { at, host: Some(host), event });
    }

    /// Adds an event of a host, or of the network.
    pub fn push(&self, at: Duration, host: impl Into<Option<usize>>, event: Event) {
        let mut entries = self.entries.try_write().expect("nothing reads the record while devices run");
        entries.push(Entry { at, host: host.into(), event });
    }
}
