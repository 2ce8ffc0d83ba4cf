//! What reading a server's configuration gives, whatever the server.

use std::ops::Range;

use crate::place::{Place, locate};

/// A configuration that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<C> {
    /// The settings.
    pub config: C,
    /// What has no effect here, in the order of the text.
    pub warnings: Vec<ConfigWarning>,
}

/// Something in a configuration that has no effect here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigWarning {
    /// Where it stands.
    pub place: Place,
    /// What has no effect, and why.
    pub message: String,
}

/// Something wrong in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConfigError<P> {
    /// Where it stands.
    pub place: Place,
    /// What is wrong.
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
    /// What is wrong so far.
    pub errors: Vec<ConfigError<P>>,
}

impl<'a, C: Default, P> Reader<'a, C, P> {
    /// A reader of `text` that starts with the default settings.
    pub fn new(text: &'a str) -> Self {
        Self { text, config: C::default(), warnings: Vec::new(), errors: Vec::new() }
    }

    /// Reports what is wrong at a range of the text.
    pub fn error(&mut self, range: Range<usize>, problem: P) {
        self.errors.push(ConfigError { place: locate(self.text, range), problem });
    }

    /// Reports what has no effect here at a range of the text.
    pub fn warn(&mut self, range: Range<usize>, message: impl Into<String>) {
        self.warnings.push(ConfigWarning { place: locate(self.text, range), message: message.into() });
    }

    /// The settings and warnings, or everything that is wrong, in the order of the text.
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
