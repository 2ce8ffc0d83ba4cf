//! What happened in a run, in order: the one record that logs, verdicts, timelines and reports are made from.

use std::cell::{Ref, RefCell};
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;

/// An event of a host at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Since the start of the run.
    pub at: Duration,
    /// Index into [`Record::hosts`].
    pub host: usize,
    /// What happened.
    pub event: Event,
}

/// An event, by what it happened to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// An access point.
    AccessPoint(ap::Event),
    /// The controller.
    Controller(ewc::Event),
    /// A TFTP server of the software tftpd-hpa.
    TftpdHpa(fileserver::tftpd_hpa::Event),
    /// A TFTP server of the software Tftpd64.
    Tftpd64(fileserver::tftpd64::Event),
    /// The world around the host.
    World(WorldEvent),
}

/// What the scenario did to a host.
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
    /// A line of the timeline that is about no single host took effect, worded as in the scenario.
    Changed {
        /// What: `firewall dc: permit udp/69`.
        what: String,
    },
    /// Flash of this access point was damaged.
    FlashDamaged {
        /// Where.
        partition: ap::Partition,
        /// How: `byte 4096 is another one`.
        what: String,
    },
    /// A command was typed.
    Typed {
        /// The command.
        command: String,
        /// What it printed; none if the device does not know it.
        output: Option<String>,
    },
}

/// The record of a run. Cheap to clone: all clones are one record.
#[derive(Clone, Debug, Default)]
pub struct Record {
    hosts: Rc<Vec<String>>,
    entries: Rc<RefCell<Vec<Entry>>>,
}

impl Record {
    /// An empty record of hosts with these names.
    pub fn new(hosts: Vec<String>) -> Self {
        Self { hosts: Rc::new(hosts), entries: Rc::default() }
    }

    /// The names of the hosts.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The index of the host called `name`.
    pub fn host(&self, name: &str) -> Option<usize> {
        self.hosts.iter().position(|host| host == name)
    }

    /// What happened so far, in order of time.
    pub fn entries(&self) -> Ref<'_, Vec<Entry>> {
        self.entries.borrow()
    }

    /// Adds an event.
    pub fn push(&self, at: Duration, host: usize, event: Event) {
        self.entries.borrow_mut().push(Entry { at, host, event });
    }
}
