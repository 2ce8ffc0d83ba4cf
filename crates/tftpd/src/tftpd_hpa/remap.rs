//! `--map-file`: rules that rewrite file names (tftpd(8), "Filename remapping").
//!
//! A rule is a line: letters for its action, a POSIX extended regular expression, and the replacement of the match. Rules are
//! applied from the top; in 5.2, as a live one shows, `s` goes back to the rule after the first.

mod ere;
mod load;
mod parse;
mod replace;

use std::net::IpAddr;

pub use self::ere::EreError;
use self::ere::{Ere, Span};
pub(super) use self::load::LoadError;
pub use self::parse::{RuleError, RuleProblem};
use super::access::{Denied, Nak};
use super::event::{Operation, RemapStep};

/// The number of rules tried for one name at which in.tftpd assumes a loop.
const STEPS_MAX: u32 = 1024;
/// A rule with `g` may never end, nor would in.tftpd. Names cannot be longer than a request, and no such rule is useful beyond
/// this.
const REPEATS_MAX: u32 = 1024;
const NAME_MAX: usize = 1 << 16;

/// The rules of one file.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    rewrite: bool,
    global: bool,
    exit: bool,
    restart: bool,
    abort: bool,
    inverse: bool,
    /// Requests of one kind only.
    operation: Option<Operation>,
    ipv4_only: bool,
    ipv6_only: bool,
    regex: Ere,
    pattern: Vec<u8>,
}

impl Rules {
    /// Reads the text of a rule file.
    ///
    /// # Errors
    /// Every line that in.tftpd would refuse.
    pub fn parse(text: &[u8]) -> Result<Self, Vec<RuleError>> {
        parse::parse(text).map(Self)
    }

    /// Returns the new name of `name` for a request of `client`. `tell` is called for every step, with the number of the rule and
    /// the name.
    pub(super) fn rewrite(
        &self,
        name: &[u8],
        operation: Operation,
        client: IpAddr,
        mut tell: impl FnMut(RemapStep, Option<u32>, &[u8]),
    ) -> Result<Vec<u8>, Denied> {
        let mut current = name.to_vec();
        let mut steps = 0;
        let mut position = 0;
        tell(RemapStep::Input, None, &current);
        while let Some(rule) = self.0.get(position) {
            let number = Some(position as u32);
            position += 1;
            if !rule.applies(operation, client) {
                continue;
            }
            if steps == STEPS_MAX {
                tell(RemapStep::Loop, None, &current);
                return Err(Denied::Nak(Nak::access("Remap table failure")));
            }
            steps += 1;
            let mut matched = false;
            let mut repeats = 0;
            while let Some(groups) = rule.find(&current) {
                matched = true;
                if rule.abort {
                    tell(RemapStep::Abort, number, &current);
                    let message = if rule.pattern.is_empty() {
                        "Access denied".into()
                    } else {
                        let text = replace::replace(&rule.pattern, &current, &groups, client);
                        String::from_utf8_lossy(&text).into_owned()
                    };
                    return Err(Denied::Nak(Nak::access(&message)));
                }
                if rule.rewrite {
                    current = replace::replace(&rule.pattern, &current, &groups, client);
                    tell(RemapStep::Rewrite, number, &current);
                }
                if !rule.global {
                    break;
                }
                repeats += 1;
                if repeats > REPEATS_MAX || current.len() > NAME_MAX {
                    return Err(Denied::Endless);
                }
            }
            if current.len() > NAME_MAX {
                return Err(Denied::Endless);
            }
            if matched && rule.exit {
                tell(RemapStep::Exit, number, &current);
                return Ok(current);
            }
            if matched && rule.restart {
                position = 1;
                // in.tftpd names the rule to which it has gone back.
                tell(RemapStep::Restart, Some(0), &current);
            }
        }
        tell(RemapStep::Done, None, &current);
        Ok(current)
    }
}

impl Rule {
    fn applies(&self, operation: Operation, client: IpAddr) -> bool {
        self.operation.is_none_or(|only| only == operation)
            && (!self.ipv4_only || client.is_ipv4())
            && (!self.ipv6_only || client.is_ipv6())
    }

    /// Returns the groups of a match. An inverted rule has no groups; its match is empty.
    fn find(&self, name: &[u8]) -> Option<Vec<Span>> {
        let found = self.regex.find(name);
        if self.inverse { if found.is_none() { Some(Vec::new()) } else { None } } else { found }
    }
}

#[cfg(test)]
#[path = "remap/tests.rs"]
mod tests;
