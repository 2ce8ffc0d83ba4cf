//! A directive as it is read, and the destination of its settings.

use super::arguments::Arguments;
use super::conditions::Condition;
use super::given::Given;
use super::line::Line;
use super::listen::Listen;
use super::{ConfigProblem, SshdConfig};

pub(super) type Reader<'a> = daemon::Reader<'a, SshdConfig, ConfigProblem>;

/// A line of a configuration whose keyword is known.
pub(super) struct Directive<'a, 'text> {
    pub(super) reader: &'a mut Reader<'text>,
    pub(super) listen: &'a mut Listen,
    /// The index of the `Match` block that the line is in.
    pub(super) scope: &'a mut Option<usize>,
    /// The conditions under which the file is read.
    pub(super) base: &'a [Condition],
    pub(super) line: &'a Line,
    pub(super) arguments: Arguments,
    /// True if no earlier line had this keyword.
    pub(super) is_first: bool,
}

impl Directive<'_, '_> {
    /// Returns the keyword as it is written.
    pub(super) fn name(&self) -> String {
        self.line.keyword.text.clone()
    }

    /// Returns the settings of the main part, or of the `Match` block that the line is in.
    pub(super) fn given(&mut self) -> &mut Given {
        let config = &mut self.reader.config;
        match *self.scope {
            Some(block) => &mut config.blocks[block].given,
            None => &mut config.given,
        }
    }

    /// Warns about the whole line.
    pub(super) fn warn(&mut self, message: impl Into<String>) {
        let whole = self.line.keyword.range.start..self.line.rest.range.end;
        self.reader.warn(whole, message);
    }

    /// Warns that the line has no effect, with the reason.
    pub(super) fn warn_idle(&mut self, why: &str) {
        self.warn(format!("{} has no effect here: {why}", self.name()));
    }

    /// Reports that the line may matter and is not modelled, with the reason. `name` is the name to accept it by.
    pub(super) fn not_modelled(&mut self, name: &str, why: &str) {
        let whole = self.line.keyword.range.start..self.line.rest.range.end;
        let message = format!("{} {} is not modelled: {why}", self.name(), self.line.rest.text);
        self.reader.not_modelled(whole, name, message);
    }
}
