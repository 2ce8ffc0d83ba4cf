//! What an access point is doing now, for its world to look at.

use std::cell::{Ref, RefCell, RefMut};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use image::Version;
use serde::Serialize;

use crate::{Partition, ReloadReason, State};

/// A live view of one access point. It holds what was true last when the device has lost power.
#[derive(Debug, Clone, Default)]
pub struct StatusHandle(Rc<RefCell<StateSnapshot>>);

impl StatusHandle {
    /// A view of a device that has not started yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is true at `now`.
    pub fn snapshot(&self, now: Duration) -> StateSnapshot {
        StateSnapshot { now, ..self.0.borrow().clone() }
    }

    /// To look at it without a copy; `now` is not kept up in it.
    pub fn borrow(&self) -> Ref<'_, StateSnapshot> {
        self.0.borrow()
    }

    pub(crate) fn borrow_mut(&self) -> RefMut<'_, StateSnapshot> {
        self.0.borrow_mut()
    }
}

/// What an access point is doing. Times are since the start of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateSnapshot {
    /// When this was asked for.
    pub now: Duration,
    /// Its name.
    pub name: String,
    /// Its model.
    pub model: String,
    /// The type of image it runs.
    pub image_type: String,
    /// Its serial number.
    pub serial: String,
    /// What it is doing.
    pub state: State,
    /// When it last started to boot.
    pub started: Duration,
    /// Why.
    pub reload_reason: ReloadReason,
    /// How often it has started.
    pub boots: u32,
    /// The partition that runs, once booted.
    pub active: Option<Partition>,
    /// The partition that it boots next.
    pub boot: Partition,
    /// Why part1 and part2 do not boot, as far as the last boot has looked at them.
    pub refused: [Option<String>; 2],
    /// The version that runs; `0.0.0.0` before it has booted.
    pub running: Version,
    /// The version in the partition it boots next.
    pub primary: Version,
    /// The version in the other one.
    pub backup: Version,
    /// What `show version` prints as hash of the primary and of the backup image, in hexadecimal.
    pub hashes: [String; 2],
    /// Its controller's address.
    pub controller_address: Ipv4Addr,
    /// The controller's name, once it has said it.
    pub controller: String,
    /// When it last came to Run.
    pub joined: Option<Duration>,
    /// The path MTU in use, in bytes.
    pub path_mtu: u16,
    /// The current download, or the last one.
    pub download: Option<Download>,
    /// Downloads asked for.
    pub downloads_requested: u32,
    /// Downloads that were complete and verified.
    pub downloads_completed: u32,
    /// Downloads given up.
    pub downloads_failed: u32,
    /// Datagrams that could not be understood.
    pub datagrams_refused: u64,
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Download {
    /// When the image was asked for.
    pub requested: Duration,
    /// When the last block came.
    pub completed: Option<Duration>,
    /// Bytes so far.
    pub bytes: u64,
    /// Blocks so far.
    pub msgs: u64,
}

impl Default for StateSnapshot {
    fn default() -> Self {
        Self {
            now: Duration::ZERO,
            name: String::new(),
            model: String::new(),
            image_type: String::new(),
            serial: String::new(),
            state: State::Boot,
            started: Duration::ZERO,
            reload_reason: ReloadReason::Power,
            boots: 0,
            active: None,
            boot: Partition::Part1,
            refused: [None, None],
            running: Version::NONE,
            primary: Version::NONE,
            backup: Version::NONE,
            hashes: [String::new(), String::new()],
            controller_address: Ipv4Addr::UNSPECIFIED,
            controller: String::new(),
            joined: None,
            path_mtu: 0,
            download: None,
            downloads_requested: 0,
            downloads_completed: 0,
            downloads_failed: 0,
            datagrams_refused: 0,
        }
    }
}
