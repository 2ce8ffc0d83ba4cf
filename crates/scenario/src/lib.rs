//! The YAML language of scenarios: reads and checks a file, and resolves it or reports all of its mistakes with their places.
//!
//! Start with [`Template::load`]: it reads through [`Files`], so that tests need no disk, and returns either a [`Template`], which
//! is valid for all values of its ranges, or [`Diagnostics`] with every problem at once. [`Template::draw`] settles the ranges for
//! one seed and returns a [`Scenario`] whose names, addresses and units are resolved; [`Scenario::load`] does both. [`schema`] is
//! the language as a JSON schema, [`language()`] as data. [`Template::written_out`] returns a scenario as one [`Tree`], which can be
//! changed and written again.
//!
//! A file passes through `yaml` (text to a tree with positions), `ranges` (settled on the tree), `reader` (typed reading, against
//! the tables of keys in `language`) and `resolve` (names, addresses, files) into `model`.

mod access_list;
mod address;
mod bounds;
mod compose;
mod diagnostic;
mod facts;
mod faults;
mod files;
mod language;
mod model;
mod ranges;
mod reader;
mod resolve;
mod schema;
mod source;
mod template;
mod texts;
mod tree;
mod variation;
mod yaml;

pub use compose::{RangedParameter, Setting};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use faults::{Broken, Effect};
pub use files::{DiskFiles, FileError, FileTree, Files, LeftOut, MemoryFiles, TreeFile, normal};
pub use language::{Form, Key, Number, Shape, Table, Unit, language};
pub use model::{
    Accepted, AccessPoint, Action, After, Amount, ApState, ApType, Capwap, Check, ConfigText, Controller,
    Directory, DrawnValue, EventPattern, Exec, Expectation, Express, FieldPattern, FileChange, FileSource,
    Firewall, FlashFault, FlashPlace, FlashSetup, Host, HostKind, IdleClient, ImageData, ImageFile, ImageSet,
    Invariant, LinePattern, Link, LinkChange, LinkDirection, LinkState, Matcher, Members, Mount, MustViolate,
    NETWORK, Ownership, Pace, Partitions, Password, Properties, Refusal, Repeat, Scenario, Server,
    ShownField, SiteNat, Snapshot, Software, TextPattern, TimelineEntry, Trigger, Unsimulated, User, Wanted,
    Web, WebButton, WebMode, When,
};
pub use schema::schema;
pub use source::{FileId, Location, Sources, Span};
pub use template::{Choices, Template};
pub use tree::{Tree, Value, members};
pub use variation::{FaultChoice, Faults};
