//! The states of an access point, and why it reloads.

use std::fmt;

use serde::Serialize;

use crate::render::unverified;

/// What the access point is doing. The names in the middle are the CAPWAP client's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// From power or reload until the CAPWAP client starts.
    Boot,
    /// Asks the controller's address for a controller.
    Discovery,
    /// Passed in catalogue time: DTLS is not simulated.
    DtlsSetup,
    /// Waits for the Join Response.
    Join,
    /// Compares versions; downloads and installs an image if they differ.
    ImageData,
    /// Reports its configuration and the state of its radios.
    Configure,
    /// Serves clients, which this simulator does not have.
    Run,
    /// The session is over; waits before it starts anew.
    DtlsTeardown,
    /// On its way down, to boot again.
    Reload,
    /// No partition boots.
    Halted,
}

impl State {
    /// The word of `show capwap client rcb`. `UP`, `DISCOVERY` and `IMAGE` are known; the others are unverified.
    pub fn operation_state(self) -> &'static str {
        match self {
            Self::Boot | Self::Reload | Self::Halted => "DOWN",
            Self::Discovery => "DISCOVERY",
            Self::DtlsSetup => "DTLS_SETUP",
            Self::Join => "JOIN",
            Self::ImageData => "IMAGE",
            Self::Configure => "CFG",
            Self::Run => "UP",
            Self::DtlsTeardown => "DTLS_TEARDOWN",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boot => "Boot",
            Self::Discovery => "Discovery",
            Self::DtlsSetup => "DTLS Setup",
            Self::Join => "Join",
            Self::ImageData => "Image Data",
            Self::Configure => "Configure",
            Self::Run => "Run",
            Self::DtlsTeardown => "DTLS Teardown",
            Self::Reload => "Reload",
            Self::Halted => "Halted",
        })
    }
}

/// Why the access point last started, as `show version` words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReloadReason {
    /// It got power.
    Power,
    /// It installed an image, or swaps to the one it has.
    ImageUpgrade,
    /// The controller said so.
    ControllerReload,
    /// It was typed at its console.
    ReloadCommand,
}

impl fmt::Display for ReloadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Power => "unknown",
            Self::ImageUpgrade => "Image Upgrade",
            Self::ControllerReload => "Controller Reload command",
            Self::ReloadCommand => unverified::RELOAD_COMMAND,
        })
    }
}
