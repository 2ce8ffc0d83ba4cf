//! The result of reading a server's configuration, for any server.

use std::ops::Range;

use crate::place::{Place, locate};

/// A configuration without errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<C> {
    /// The settings.
    pub config: C,
    /// The warnings, in the order of the text.
    pub warnings: Vec<ConfigWarning>,
}

/// A part of a configuration that has no effect in the simulation, or that may matter and is not modelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigWarning {
    /// Its place in the text.
    pub place: Place,
    /// The part that has no effect, and the reason.
    pub message: String,
    /// The name under which a scenario can accept it, if it may matter.
    pub not_modelled: Option<String>,
}

/// An error in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConfigError<P> {
    /// Its place in the text.
    pub place: Place,
    /// The problem.
    pub problem: P,
}

/// Collects settings, warnings and errors while a text is read.
#[derive(Debug)]
pub struct Reader<'a, C, P> {
    /// The configuration.
    pub text: &'a str,
    /// The settings so far.
    pub config: C,
    warnings: Vec<ConfigWarning>,
    /// The errors so far.
    pub errors: Vec<ConfigError<P>>,
}

impl<'a, C: Default, P> Reader<'a, C, P> {
    /// Creates a reader of `text` that starts with the default settings.
    pub fn new(text: &'a str) -> Self {
        Self::starting_with(C::default(), text)
    }
}

impl<'a, C, P> Reader<'a, C, P> {
    /// Creates a reader of `text` that starts with these settings.
    pub fn starting_with(config: C, text: &'a str) -> Self {
        Self { text, config, warnings: Vec::new(), errors: Vec::new() }
    }

    /// Reports an error at a range of the text.
    pub fn error(&mut self, range: Range<usize>, problem: P) {
        self.errors.push(ConfigError { place: locate(self.text, range), problem });
    }

    /// Reports that a range of the text has no effect.
    pub fn warn(&mut self, range: Range<usize>, message: impl Into<String>) {
        let place = locate(self.text, range);
        self.warnings.push(ConfigWarning { place, message: message.into(), not_modelled: None });
    }

    /// Reports that a range of the text may matter and is not modelled. A scenario can accept that by `name`.
    pub fn not_modelled(&mut self, range: Range<usize>, name: impl Into<String>, message: impl Into<String>) {
        let place = locate(self.text, range);
        self.warnings.push(ConfigWarning { place, message: message.into(), not_modelled: Some(name.into()) });
    }

    /// Returns the settings and warnings, or all errors, in the order of the text.
    ///
    /// # Errors
    /// Every error reported while reading.
    pub fn finish(self) -> Result<Parsed<C>, Vec<ConfigError<P>>> {
        let Self { config, mut warnings, mut errors, .. } = self;
        if errors.is_empty() {
            warnings.sort_by_key(|warning| warning.place.offset);
            Ok(Parsed { config, warnings })
        } else {
            errors.sort_by_key(|error| error.place.offset);
            Err(errors)
        }
    }
}
