//! The states of an access point, and the reasons for its reloads.

use serde::Serialize;

/// The state of the access point. The names in the middle are the CAPWAP client's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The time from power or reload until the CAPWAP client starts.
    #[default]
    Boot,
    /// Asks the controller's address for a controller.
    Discovery,
    /// Lasts as long as the catalogue says: DTLS is not simulated.
    DtlsSetup,
    /// Waits for the Join Response.
    Join,
    /// Compares versions; downloads and installs an image if they differ.
    ImageData,
    /// Reports its configuration.
    Configure,
    /// Reports the state of its radios, and waits for the first keep-alive of the data channel to come back.
    DataCheck,
    /// Serves clients, which this simulator does not have.
    Run,
    /// The session is over; waits before the next one.
    DtlsTeardown,
    /// Goes down to reboot.
    Reload,
    /// No partition boots.
    Halted,
}

/// The way in which an access point that has power begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerUp {
    /// It boots, which takes its time.
    Boots,
    /// It has just booted.
    Booted,
}

/// The reason for the last start of the access point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReloadReason {
    /// It got power.
    #[default]
    Power,
    /// It installed an image, or swapped to the one it has.
    ImageUpgrade,
    /// The controller requested it.
    ControllerReload,
    /// `reload` was typed at its console.
    ReloadCommand,
}

host::field_types! {
    Word: State, ReloadReason;
}
