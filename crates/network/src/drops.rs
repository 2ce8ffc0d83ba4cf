//! The packets that firewalls and translations of addresses have dropped: counted by rule, and by rule and ends.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use crate::nat::{INSIDE_ADDRESS, NO_TRANSLATION};
use crate::rule::{Header, Protocol};
use crate::tally::{Tally, is_told};

/// The maximum number of pairs of ends that are told apart. Packets between others count for their rule only.
const ENDS_MAX: usize = 1_024;

/// The packets that a rule of a firewall, or a translation, has dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDrops {
    /// The firewall or the translation.
    pub firewall: String,
    /// The rule as a scenario or an access list writes it, or `default`; of a translation [`NO_TRANSLATION`] or [`INSIDE_ADDRESS`].
    pub rule: String,
    /// The number of packets.
    pub packets: u64,
    /// The time of the first, in nanoseconds since the start of the run.
    pub first_ns: u64,
    /// The time of the last.
    pub last_ns: u64,
}

/// The packets of one protocol that a rule of a firewall has dropped, from one address to a port of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drops {
    /// The rule and the packets.
    pub by: RuleDrops,
    /// Their protocol.
    pub protocol: Protocol,
    /// The source of the first one; port 0 if the protocol has no ports.
    pub src: SocketAddr,
    /// Their destination; port 0 if the protocol has no ports.
    pub dst: SocketAddr,
}

impl Drops {
    /// Returns source and destination as text, without ports if there are none.
    pub fn ends(&self) -> [String; 2] {
        [self.src, self.dst].map(|end| match self.protocol {
            Protocol::Udp | Protocol::Tcp if end.port() != 0 => end.to_string(),
            // A fragment after the first has no ports either.
            Protocol::Udp | Protocol::Tcp | Protocol::Icmp => end.ip().to_string(),
        })
    }
}

impl fmt::Display for Drops {
    /// Formats the packets: `udp 10.0.0.1:4000 > 10.0.0.2:69`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [src, dst] = self.ends();
        write!(f, "{} {src} > {dst}", self.protocol)
    }
}

/// Returns what drops packets by a rule, as a sentence names it: `firewall dc`, `NAT branch`.
pub fn what_drops(name: &str, rule: &str) -> String {
    let is_nat = [NO_TRANSLATION, INSIDE_ADDRESS].contains(&rule);
    format!("{} {name}", if is_nat { "NAT" } else { "firewall" })
}

impl RuleDrops {
    /// Returns what dropped them, as a sentence names it: `firewall dc`, `NAT branch`.
    pub fn what(&self) -> String {
        what_drops(&self.firewall, &self.rule)
    }

    fn first(firewall: &str, rule: &str, now_ns: u64) -> Self {
        let (firewall, rule) = (firewall.to_owned(), rule.to_owned());
        Self { firewall, rule, packets: 0, first_ns: now_ns, last_ns: now_ns }
    }

    fn add(&mut self, now_ns: u64) {
        self.packets += 1;
        self.last_ns = now_ns;
    }
}

/// The rule that drops, and the ends: firewall, rule, protocol, source address, destination.
type Ends = (String, String, Protocol, IpAddr, SocketAddr);

/// All counts. Their number is limited by that of the rules, and by [`ENDS_MAX`].
#[derive(Debug, Default)]
pub(crate) struct Counts {
    by_rule: Tally<(String, String), RuleDrops>,
    by_ends: Tally<Ends, Drops>,
}

impl Counts {
    /// Counts a packet. Returns the count of its ends if that is to be told: the first packet, then the 10th, the 100th and so on.
    pub(crate) fn note(
        &mut self,
        now_ns: u64,
        firewall: &str,
        rule: &str,
        header: &Header,
    ) -> Option<&Drops> {
        let rule_key = || (firewall.to_owned(), rule.to_owned());
        let none = || RuleDrops::first(firewall, rule, now_ns);
        if let Some(of_rule) = self.by_rule.of(rule_key(), usize::MAX, none) {
            of_rule.add(now_ns);
        }
        let &Header { protocol, src, dst, .. } = header;
        let (of_firewall, of_rule) = rule_key();
        let key = (of_firewall, of_rule, protocol, src.ip(), dst);
        let of_ends = self.by_ends.of(key, ENDS_MAX, || Drops { by: none(), protocol, src, dst })?;
        of_ends.by.add(now_ns);
        is_told(of_ends.by.packets).then_some(of_ends)
    }

    /// Returns the counts by rule, in the order of the first packet.
    pub(crate) fn by_rule(&self) -> &[RuleDrops] {
        self.by_rule.values()
    }

    /// Returns the counts by rule and ends, in the order of the first packet.
    pub(crate) fn by_ends(&self) -> &[Drops] {
        self.by_ends.values()
    }
}

/// The function that the network calls for drops of a kind.
pub(crate) struct Observer<T>(pub(crate) Box<dyn Fn(&T)>);

impl<T> fmt::Debug for Observer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::Way;

    fn header(src: &str, dst: &str) -> Header {
        let [src, dst] = [src, dst].map(|end| end.parse().expect("an address"));
        Header { protocol: Protocol::Udp, src, dst, flags: 0, icmp: None, way: Way::Forward, is_later: false }
    }

    #[test]
    fn the_first_is_told_then_each_power_of_ten() {
        let mut counts = Counts::default();
        let told: Vec<u64> = (0..2_500)
            .filter_map(|now_ns| {
                // The source port makes no difference.
                let header = header(&format!("10.0.0.1:{}", 4_000 + now_ns), "10.0.0.2:69");
                counts.note(now_ns, "dc", "deny udp/69", &header).map(|drops| drops.by.packets)
            })
            .collect();
        assert_eq!(told, [1, 10, 100, 1_000]);
        let [drops] = counts.by_ends() else { panic!("{counts:?}") };
        assert_eq!(drops.to_string(), "udp 10.0.0.1:4000 > 10.0.0.2:69");
        assert_eq!((drops.by.first_ns, drops.by.last_ns, drops.by.packets), (0, 2_499, 2_500));
        assert_eq!(counts.by_rule(), std::slice::from_ref(&drops.by));
    }

    #[test]
    fn rules_firewalls_and_ends_are_told_apart() {
        let mut counts = Counts::default();
        let [there, back] = [header("10.0.0.1:4000", "10.0.0.2:69"), header("10.0.0.2:69", "10.0.0.1:4000")];
        for (firewall, rule, header) in [
            ("dc", "default", &there),
            ("dc", "default", &back),
            ("dc", "deny any", &there),
            ("hq", "default", &there),
        ] {
            assert!(counts.note(5, firewall, rule, header).is_some(), "{firewall} {rule}");
        }
        assert_eq!((counts.by_rule().len(), counts.by_ends().len()), (3, 4));
        assert_eq!(counts.by_rule()[0].packets, 2);
    }

    #[test]
    fn ends_without_number_do_not_take_memory_without_limit() {
        let mut counts = Counts::default();
        let told = (0..5_000_u32).filter(|index| {
            let header = header(&format!("{}:4000", std::net::Ipv4Addr::from(*index)), "10.0.0.2:69");
            counts.note(0, "dc", "default", &header).is_some()
        });
        assert_eq!(told.count(), ENDS_MAX);
        assert_eq!((counts.by_ends().len(), counts.by_rule()[0].packets), (ENDS_MAX, 5_000));
    }
}
