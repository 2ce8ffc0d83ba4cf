//! The settings of a firewall.

use std::time::Duration;

use crate::rule::{Rule, RuleAction};

/// What a firewall lets through, and what it remembers of that.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The rules; the first that matches decides.
    pub rules: Vec<Rule>,
    /// The action for packets that no rule matches.
    pub default: RuleAction,
    /// The flows that it keeps. Nothing: it is stateless, and its rules alone decide on each packet in each direction, ICMP errors
    /// included, as an access list of a switch or router does.
    pub tracking: Option<Tracking>,
    /// True if it drops every fragment, silently. Otherwise a stateful one reassembles what it filters, and a stateless one decides on
    /// fragments after the first without their ports.
    pub drops_fragments: bool,
}

/// The flows that a firewall keeps: the packets of a permitted flow pass either way, and so do ICMP errors about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// The time for which a UDP or ICMP flow is remembered after its last packet.
    pub udp_timeout: Duration,
    /// The time for which a TCP connection is remembered after its last packet.
    pub tcp_timeout: Duration,
    /// True if the TFTP helper inspects every permitted packet to UDP port 69: the answers to requests pass.
    pub inspects_tftp: bool,
}

impl Policy {
    /// Makes the policy of a stateful firewall with the usual timeouts.
    pub fn stateful(rules: Vec<Rule>, default: RuleAction) -> Self {
        Self { rules, default, tracking: Some(Tracking::default()), drops_fragments: false }
    }

    /// Makes the policy of a stateless one.
    pub fn stateless(rules: Vec<Rule>, default: RuleAction) -> Self {
        Self { rules, default, tracking: None, drops_fragments: false }
    }
}

impl Default for Tracking {
    /// Values common to firewalls in the field; not from a source on any one product.
    fn default() -> Self {
        Self {
            udp_timeout: Duration::from_secs(60),
            tcp_timeout: Duration::from_secs(3_600),
            inspects_tftp: false,
        }
    }
}
