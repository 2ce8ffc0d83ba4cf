//! What rows of the tables do.

use std::net::Ipv4Addr;

use super::Reader;
use crate::config::words::{Words, Wrong};

impl Reader {
    /// Opens the section of an interface.
    pub(in crate::config) fn interface(&mut self, words: &mut Words<'_>) -> Result<(), Wrong> {
        let name = rest(words, "an interface")?;
        self.interfaces.open(&name);
        Ok(())
    }

    /// Notes the address of an interface, unless it is to be found out at run time.
    pub(in crate::config) fn address(&mut self, words: &mut Words<'_>) {
        if let Ok(address) = words.peek().unwrap_or_default().parse::<Ipv4Addr>()
            && !words.rest().ends_with("secondary")
        {
            self.interfaces.address(address);
        }
        words.skip();
    }

    pub(in crate::config) fn management(&mut self, words: &mut Words<'_>) -> Result<(), Wrong> {
        let name = rest(words, "an interface")?;
        self.interfaces.manage(&name);
        Ok(())
    }

    pub(in crate::config) fn source(
        &mut self,
        command: &'static str,
        words: &mut Words<'_>,
    ) -> Result<(), Wrong> {
        let name = rest(words, "an interface")?;
        self.interfaces.source(command, self.number, &name);
        Ok(())
    }

    pub(in crate::config) fn no_source(&mut self, command: &'static str) {
        self.interfaces.no_source(command);
    }

    pub(in crate::config) fn on_interface(
        &mut self,
        command: &'static str,
        why: &'static str,
        words: &mut Words<'_>,
    ) -> Result<(), Wrong> {
        words.skip();
        self.interfaces.line(command, self.number, why);
        Ok(())
    }

    pub(in crate::config) fn no_on_interface(&mut self, command: &'static str) {
        self.interfaces.no_line(command);
    }
}

/// Reads all words that are left.
fn rest(words: &mut Words<'_>, expected: &'static str) -> Result<String, Wrong> {
    let (_, first) = words.next(expected)?;
    let rest = format!("{first} {}", words.rest());
    words.skip();
    Ok(rest)
}
