//! The access point: boot, CAPWAP client, image download, `upgrade.sh`, flash partitions.
//!
//! [`run`] is a device on a [`host::Host`]: it boots from its [`Flash`], finds its controller, joins, upgrades itself when the
//! versions differ, and reloads. Inside it is [`Machine`], which knows neither sockets nor clocks and can be driven by hand. It
//! reports what happens as [`ApEvent`]s. [`lines`] renders them as the console prints them, [`ApEvent::summary`] as a timeline
//! does; [`Status`] is derived from them, and [`show`] answers `show` commands.
//!
//! DTLS is not simulated: the state is passed through in the time the catalogue gives it.
//!
//! | part | where |
//! |---|---|
//! | an access point and its settings | [`AccessPoint`], [`Settings`] |
//! | partitions and boot variable, with power loss | [`Flash`], [`FlashHandle`], [`FactoryImages`] |
//! | the state machine | [`Machine`], [`State`] |
//! | commands typed at its console | [`ConsoleHandle`] |
//! | its status, derived from its events | [`Status`], [`StatusHandle`] |
//! | console text in two dialects | [`lines`], [`Line`], [`Dialect`] |
//! | specimens of all events, for readers of its console | [`specimens`] |

mod access_point;
mod certificates;
mod console;
mod controller_images;
mod elements;
mod event;
mod flash;
mod machine;
mod outcome;
mod render;
mod run;
mod settings;
mod show;
mod specimens;
mod state;
mod status;
mod terminal;

pub use access_point::AccessPoint;
pub use catalogue::{Dialect, Quirks};
pub use certificates::{Certificates, Day, Refusal, Validity};
pub use console::ConsoleHandle;
pub use controller_images::ControllerImages;
pub use event::{ApEvent, GiveUpReason, RefusedImage, Script};
pub use flash::{
    Activity, FactoryImages, Flash, FlashError, FlashHandle, Geometry, Pace, Partition, PartitionError,
    WriteFailure,
};
pub use machine::{Machine, Transmit};
pub use render::{Line, is_unverified, lines};
pub use run::run;
pub use settings::{ScriptTimings, Settings};
pub use show::{COMMANDS, Effect, show, show_commands, show_labels};
pub use specimens::specimens;
pub use state::{PowerUp, ReloadReason, State};
pub use status::{Download, Status, StatusHandle};
pub use terminal::exec;
