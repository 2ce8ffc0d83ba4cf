//! Links and firewalls.

use std::net::IpAddr;
use std::sync::Arc;

use network::{Impairments, Rule, RuleAction};

use crate::source::Span;

/// A path between two hosts or groups, with impairments in each direction.
#[derive(Debug, Clone)]
pub struct Link {
    /// As written, or made from `between`.
    pub name: String,
    /// Its ends.
    pub between: [Members; 2],
    /// From the first end to the second.
    pub forward: Impairments,
    /// From the second end to the first.
    pub reverse: Impairments,
    /// Where the scenario states it.
    pub span: Span,
}

/// Who stands at an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// Every address, known to the scenario or not.
    Any,
    /// These hosts.
    Hosts(Arc<[String]>),
    /// One address, which need not be a host's.
    Address(IpAddr),
    /// Every address from the first to the last, both included.
    Range(IpAddr, IpAddr),
}

impl Members {
    /// Whether the host of that name and address is one of them.
    pub fn contains(&self, name: Option<&str>, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Hosts(hosts) => name.is_some_and(|name| hosts.iter().any(|host| host == name)),
            Self::Address(own) => *own == address,
            Self::Range(first, last) => (*first..=*last).contains(&address),
        }
    }
}

/// Stands between two ends. Stateful: what answers a permitted flow comes back.
#[derive(Debug, Clone)]
pub struct Firewall {
    /// Its name, for the timeline.
    pub name: String,
    /// Packets from one end to the other pass through it, either way.
    pub between: [Members; 2],
    /// The first that matches decides.
    pub rules: Vec<Rule>,
    /// What happens when none matches: [`RuleAction::Permit`] unless written.
    pub default: RuleAction,
    /// Where the scenario states it.
    pub span: Span,
}
