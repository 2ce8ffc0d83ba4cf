//! One access point: what it is, and what it is given.

use std::net::Ipv4Addr;
use std::time::Duration;

use catalogue::Quirks;
use image::Pool;

use crate::{ConsoleHandle, Dialect, FlashHandle, Settings, StatusHandle};

/// One access point.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its name, such as `9105-emorenoa`.
    pub name: String,
    /// Its model, such as `C9105AXI`.
    pub model: String,
    /// The image it runs, such as `ap1g8`.
    pub image_type: String,
    /// The word `upgrade.sh` prints for its platform, such as `ax-bcm32`.
    pub platform: String,
    /// Its hardware revision, such as `V05`, where it is known.
    pub hardware: Option<String>,
    /// Its Ethernet MAC address.
    pub mac: [u8; 6],
    /// Its serial number.
    pub serial: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its controller's address, from its static configuration.
    pub controller: Ipv4Addr,
    /// Which of the two texts its console prints.
    pub dialect: Dialect,
    /// Timers, limits and rates.
    pub settings: Settings,
    /// The defects that its software can have.
    pub quirks: Quirks,
    /// What its clock shows when the run starts, since 1970. It has it from its controller.
    pub clock: Duration,
    /// Its flash, which outlives it.
    pub flash: FlashHandle,
    /// Where the bytes it downloads are stored once for all.
    pub pool: Pool,
    /// Where commands are typed.
    pub console: ConsoleHandle,
    /// Where it shows what it is doing.
    pub status: StatusHandle,
}
