//! The words for states and reasons, as lines and `show` commands print them.

use std::fmt;

use super::unverified::{self, operation_state};
use crate::{ReloadReason, Script, State};

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boot => "Boot",
            Self::Discovery => "Discovery",
            Self::DtlsSetup => "DTLS Setup",
            Self::Join => "Join",
            Self::ImageData => "Image Data",
            Self::Configure => "Configure",
            Self::DataCheck => unverified::DATA_CHECK,
            Self::Run => "Run",
            Self::DtlsTeardown => "DTLS Teardown",
            Self::Reload => "Reload",
            Self::Halted => "Halted",
        })
    }
}

impl State {
    /// Returns the word of `show capwap client rcb`.
    pub(crate) fn operation_state(self) -> &'static str {
        match self {
            Self::Boot | Self::Reload | Self::Halted => operation_state::DOWN,
            Self::Discovery => "DISCOVERY",
            Self::DtlsSetup => operation_state::DTLS_SETUP,
            Self::Join => operation_state::JOIN,
            Self::ImageData => "IMAGE",
            Self::Configure => operation_state::CONFIGURE,
            Self::DataCheck => operation_state::DATA_CHECK,
            Self::Run => "UP",
            Self::DtlsTeardown => operation_state::DTLS_TEARDOWN,
        }
    }
}

/// Formats the reason as `show version` words it.
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

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Precheck => "PRECHECK",
            Self::Predownload => "PREDOWNLOAD",
            Self::Activate => "ACTIVATE",
            Self::Abort => "ABORT",
            Self::Cancel => "CANCEL",
            Self::NoUpgrade => "NO_UPGRADE",
        })
    }
}
