//! One access point: its identity, its settings, and the handles it is given.

use std::net::Ipv4Addr;
use std::time::Duration;

use catalogue::Quirks;
use image::Pool;
use text::MacAddress;

use crate::{Certificates, ConsoleHandle, ControllerImages, Dialect, FlashHandle, Settings, StatusHandle};

/// One access point.
#[derive(Debug, Clone)]
pub struct AccessPoint {
    /// Its name, such as `9105-emorenoa`.
    pub name: String,
    /// Its model, such as `C9105AXI`.
    pub model: String,
    /// The type of the image it runs, such as `ap1g8`.
    pub image_type: String,
    /// The word `upgrade.sh` prints for its platform, such as `ax-bcm32`.
    pub platform: String,
    /// Its hardware revision, such as `V05`, if known.
    pub hardware: Option<String>,
    /// Its Ethernet MAC address.
    pub mac: MacAddress,
    /// Its serial number.
    pub serial: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its controller's address, from its static configuration.
    pub controller: Ipv4Addr,
    /// The dialect of its console, one of two.
    pub dialect: Dialect,
    /// Timers, limits and rates.
    pub settings: Settings,
    /// The defects that its software can have.
    pub quirks: Quirks,
    /// The time on its clock when the run starts, since 1970. Its controller sets the clock.
    pub clock: Duration,
    /// The certificates that decide whether a session begins.
    pub certificates: Certificates,
    /// The time it had been up when the run started: its first boot in the run is the one of then.
    pub uptime: Duration,
    /// Its flash, which outlives it.
    pub flash: FlashHandle,
    /// The controller images that it holds, if it is of type EWC.
    pub controller_images: Option<ControllerImages>,
    /// The pool that stores the bytes it downloads once for all access points.
    pub pool: Pool,
    /// The console at which commands are typed.
    pub console: ConsoleHandle,
    /// Its status, derived from its events.
    pub status: StatusHandle,
}

impl AccessPoint {
    /// Returns the time for which it has been up at `now`.
    pub fn up_for(&self, now: Duration) -> Duration {
        now.saturating_sub(self.status.borrow().started).saturating_add(self.up_before())
    }

    /// Returns the time for which it was up before the run, if it has not booted again since.
    pub(crate) fn up_before(&self) -> Duration {
        if self.status.borrow().up_since_before { self.uptime } else { Duration::ZERO }
    }
}
