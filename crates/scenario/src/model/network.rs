//! Links, firewalls and translations of addresses.

use std::net::IpAddr;
use std::sync::Arc;

use network::{Impairments, Nat, Policy};

use crate::source::Span;

/// A path between two hosts or groups, with impairments in each direction.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its name, as written or made from `between`.
    pub name: String,
    /// Its ends.
    pub between: [Members; 2],
    /// The impairments from the first end to the second.
    pub forward: Impairments,
    /// The impairments from the second end to the first.
    pub reverse: Impairments,
    /// The place where the scenario states it.
    pub span: Span,
}

/// The members of an end.
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
    /// Returns true if the host of that name and address is a member.
    pub fn contains(&self, name: Option<&str>, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Hosts(hosts) => name.is_some_and(|name| hosts.iter().any(|host| host == name)),
            Self::Address(own) => *own == address,
            Self::Range(first, last) => (*first..=*last).contains(&address),
        }
    }
}

/// A translation of addresses at the edge of a site.
#[derive(Debug, Clone)]
pub struct SiteNat {
    /// The hosts inside, at least one.
    pub hosts: Vec<String>,
    /// The translation.
    pub nat: Nat,
    /// The place where the scenario states it.
    pub span: Span,
}

/// A firewall between two ends.
#[derive(Debug, Clone)]
pub struct Firewall {
    /// Its name, for the timeline.
    pub name: String,
    /// The two ends; packets between them pass through it in either direction.
    pub between: [Members; 2],
    /// Its rules, and the flows that it keeps. Packets that no rule matches pass unless written otherwise.
    pub policy: Policy,
    /// The access lists that apply, each as a policy of its own; a packet passes all of them. `policy` lets everything pass then.
    pub access_lists: Vec<Policy>,
    /// The place where the scenario states it.
    pub span: Span,
}
