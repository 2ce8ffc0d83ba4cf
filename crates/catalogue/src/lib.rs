//! Knowledge of models, timings, limits, dialects and defects: data files with source and confidence.
//!
//! Start with [`Catalogue::builtin`]; devices get plain settings made from it, declared with [`settings!`]. The files are
//! `data/models.yaml`, `data/facts.yaml`, `data/dialects.yaml` and `data/quirks.yaml`; [`text::units`] reads the values in them,
//! and in scenarios.
//!
//! ```
//! let catalogue = catalogue::Catalogue::builtin();
//! assert_eq!(catalogue.model("C9105AXI-B").unwrap().image_type, "ap1g8");
//! assert_eq!(catalogue.duration("ap.capwap.echo-interval").unwrap().as_secs(), 30);
//! ```

mod builtin;
mod dialects;
mod facts;
mod models;
mod quirks;
mod settings;

pub use builtin::Catalogue;
pub use dialects::Dialect;
pub use facts::{Fact, FactError, OfRelease, Range, Sign, Value};
pub use models::{Model, device_name, regulatory_domain};
pub use quirks::{Effect, Hardware, Quirk, QuirkDevice, QuirkError, Quirks, Switch, VersionOf, VersionRange};
pub use settings::{ChannelSettings, PerDialect, Setting, Spread};

use serde::Deserialize;

/// The degree of certainty of a piece of knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Verbatim in a source, or measured in a sample.
    Confirmed,
    /// Reasoned from sourced data; the note says how.
    Inferred,
    /// Not shown by any source.
    Unverified,
}
