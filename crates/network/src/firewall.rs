//! Packet filters between groups of hosts, with or without a memory of flows.

pub(crate) mod tftp;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::fragments::Part;
use crate::packet::{Body, Packet};
use crate::policy::{Policy, Tracking};
use crate::rule::{Header, Protocol, Rule, RuleAction};
use crate::topology::Way;

/// The maximum number of flows; the one that was idle longest is evicted.
const FLOWS_MAX: usize = 65_536;

/// The name of what drops fragments, as a scenario writes it.
const DROPS_FRAGMENTS: &str = "fragments: drop";

/// A firewall with its rules and the flows it permitted.
#[derive(Debug)]
pub(crate) struct Firewall {
    pub(crate) name: String,
    policy: Policy,
    /// The flows that passed. A stateless firewall has none.
    flows: BTreeMap<Flow, FlowState>,
    expected: tftp::Expected,
}

/// A flow, named by its first packet: protocol, source, destination.
type Flow = (Protocol, SocketAddr, SocketAddr);

#[derive(Clone, Copy, Debug)]
struct FlowState {
    /// The time of its last packet.
    last_ns: u64,
    /// True if the TFTP helper inspects it.
    inspected: bool,
}

/// The reason that a packet was blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blocked {
    /// Any but [`RuleAction::Permit`].
    pub(crate) action: RuleAction,
    /// The rule as a scenario writes it, or `default`.
    pub(crate) rule: String,
}

impl Blocked {
    /// Returns the answer to the packet that was blocked.
    pub(crate) fn answer(&self, packet: &Packet) -> Option<Packet> {
        match self.action {
            RuleAction::Permit | RuleAction::Deny => None,
            RuleAction::Reject => packet.rejection(),
            RuleAction::Unreachable(code) => packet.unreachable(code),
        }
    }
}

impl Firewall {
    pub(crate) fn new(name: &str, policy: Policy) -> Self {
        Self { name: name.to_owned(), policy, flows: BTreeMap::new(), expected: tftp::Expected::default() }
    }

    /// Changes the rules and forgets all flows: flows that are no longer permitted end at once.
    pub(crate) fn change_rules(&mut self, change: impl FnOnce(&mut Vec<Rule>)) {
        change(&mut self.policy.rules);
        self.forget();
    }

    /// Changes the action for packets that no rule matches, and forgets all flows.
    pub(crate) fn set_default(&mut self, action: RuleAction) {
        self.policy.default = action;
        self.forget();
    }

    fn forget(&mut self) {
        self.flows.clear();
        self.expected.clear();
    }

    /// Returns true if it decides on a whole datagram at its first fragment.
    pub(crate) fn reassembles(&self) -> bool {
        self.policy.tracking.is_some()
    }

    /// Decides on a packet that crosses it this way: one of a known flow passes, else the first rule that matches it applies.
    /// A firewall that reassembles is asked about the first fragment of a datagram only.
    pub(crate) fn filter(
        &mut self,
        now_ns: u64,
        packet: &Packet,
        way: Way,
        part: Part,
    ) -> Result<(), Blocked> {
        if part != Part::Whole && self.policy.drops_fragments {
            return Err(Blocked { action: RuleAction::Deny, rule: DROPS_FRAGMENTS.to_owned() });
        }
        let header = Header::of(packet, way, part);
        if self.knows(now_ns, packet, &header) {
            return Ok(());
        }
        let (rule, action) = self.judge(&header);
        match action {
            RuleAction::Permit => {
                let inspected = rule.is_some_and(|rule| rule.inspects_tftp);
                self.remember(now_ns, packet, &header, inspected);
                Ok(())
            }
            action => {
                let rule = rule.map_or_else(|| "default".to_owned(), Rule::to_string);
                Err(Blocked { action, rule })
            }
        }
    }

    /// Returns the first rule that matches, if one does, and the action for the packet.
    fn judge(&self, header: &Header) -> (Option<&Rule>, RuleAction) {
        let rule = self.policy.rules.iter().find(|rule| rule.covers(header));
        (rule, rule.map_or(self.policy.default, |rule| rule.action))
    }

    /// Returns true if it permits a packet that crosses it this way, and those like it, as long as its rules do not change and
    /// [`Firewall::pass_again`] is true for each.
    pub(crate) fn lets_through(&self, now_ns: u64, packet: &Packet, way: Way) -> bool {
        let header = Header::of(packet, way, Part::Whole);
        match &self.policy.tracking {
            Some(tracking) => {
                let idle_ns = tracking.timeout_ns(header.protocol);
                self.flow_of(header.protocol, header.src, header.dst)
                    .is_some_and(|flow| now_ns.saturating_sub(self.flows[&flow].last_ns) <= idle_ns)
            }
            None => self.judge(&header).1 == RuleAction::Permit,
        }
    }

    /// Counts one more packet of a flow of UDP that passes; false, without an effect, if its flow has ended.
    pub(crate) fn pass_again(&mut self, now_ns: u64, src: SocketAddr, dst: SocketAddr) -> bool {
        let Some(tracking) = &self.policy.tracking else { return true };
        let idle_ns = tracking.timeout_ns(Protocol::Udp);
        let state = self.flow_of(Protocol::Udp, src, dst).and_then(|flow| self.flows.get_mut(&flow));
        let Some(state) = state.filter(|state| now_ns.saturating_sub(state.last_ns) <= idle_ns) else {
            return false;
        };
        state.last_ns = now_ns;
        true
    }

    /// Returns the flow that a packet belongs to, whichever end it comes from.
    fn flow_of(&self, protocol: Protocol, src: SocketAddr, dst: SocketAddr) -> Option<Flow> {
        [(protocol, src, dst), (protocol, dst, src)].into_iter().find(|flow| self.flows.contains_key(flow))
    }

    /// Returns true if a packet belongs to a flow that lives, is an error about one, or is expected and begins one.
    fn knows(&mut self, now_ns: u64, packet: &Packet, header: &Header) -> bool {
        let Some(tracking) = &self.policy.tracking else { return false };
        let &Header { protocol, src, dst, .. } = header;
        let idle_ns = tracking.timeout_ns(protocol);
        for flow in [(protocol, src, dst), (protocol, dst, src)] {
            let Some(state) = self.flows.get_mut(&flow) else { continue };
            if now_ns.saturating_sub(state.last_ns) <= idle_ns {
                state.last_ns = now_ns;
                if state.inspected && flow.1 == src && tftp::is_request(packet) {
                    self.expected.expect(now_ns, dst.ip(), src);
                }
                return true;
            }
            self.flows.remove(&flow);
        }
        if protocol == Protocol::Udp && self.expected.take(now_ns, src.ip(), dst) {
            self.insert((protocol, src, dst), FlowState { last_ns: now_ns, inspected: false });
            return true;
        }
        let Body::Unreachable { about, .. } = packet.body else { return false };
        // Errors about a permitted flow belong to it, whichever end they come from.
        let flows = [(about.protocol, about.src, about.dst), (about.protocol, about.dst, about.src)];
        let idle_ns = tracking.timeout_ns(about.protocol);
        let lives = |state: &FlowState| now_ns.saturating_sub(state.last_ns) <= idle_ns;
        flows.iter().any(|flow| self.flows.get(flow).is_some_and(lives))
    }

    /// Makes the flow of a packet that a rule has permitted. `inspected`: the rule has a TFTP helper.
    fn remember(&mut self, now_ns: u64, packet: &Packet, header: &Header, inspected: bool) {
        let Some(tracking) = &self.policy.tracking else { return };
        let &Header { protocol, src, dst, .. } = header;
        let inspected = protocol == Protocol::Udp
            && (inspected || (tracking.inspects_tftp && tftp::is_to_its_port(packet)));
        if inspected && tftp::is_request(packet) {
            self.expected.expect(now_ns, dst.ip(), src);
        }
        self.insert((protocol, src, dst), FlowState { last_ns: now_ns, inspected });
    }

    fn insert(&mut self, flow: Flow, state: FlowState) {
        if self.flows.len() >= FLOWS_MAX
            && let Some((&oldest, _)) = self.flows.iter().min_by_key(|(_, state)| state.last_ns)
        {
            self.flows.remove(&oldest);
        }
        self.flows.insert(flow, state);
    }
}

impl Tracking {
    /// Returns the time for which a flow is remembered after its last packet.
    fn timeout_ns(&self, protocol: Protocol) -> u64 {
        let timeout = if protocol == Protocol::Tcp { self.tcp_timeout } else { self.udp_timeout };
        timeout.as_nanos() as u64
    }
}

#[cfg(test)]
mod tests;
