//! One access point: its identity, its settings, and the handles it is given.

use std::net::Ipv4Addr;
use std::time::Duration;

use catalogue::Quirks;
use image::Pool;
use text::MacAddress;

use crate::{ConsoleHandle, Dialect, FlashHandle, Settings, StatusHandle};

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
    /// Its flash, which outlives it.
    pub flash: FlashHandle,
    /// The pool that stores the bytes it downloads once for all access points.
    pub pool: Pool,
    /// The console at which commands are typed.
    pub console: ConsoleHandle,
    /// Its status, derived from its events.
    pub status: StatusHandle,
}
