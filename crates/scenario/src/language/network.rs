//! The tables of links and firewalls.

use network::RuleAction;

use super::{BitRate, End, List, Mtu, Name, Packets, Pair, Ranged, Share, Size, Text, Time, choice, table};

table! {
    /// What lies between the hosts.
    Network "network" {
        /// Of two hosts, the first link that joins them counts.
        links: List<Link>,
        /// A packet must pass each firewall that stands between its ends.
        firewalls: List<Firewall>,
    }
}

table! {
    /// What packets meet in one direction of a link.
    Impairments "impairments" changes network::Impairments {
        /// One way, without serialisation and queueing.
        latency: Ranged<Time> { default: Some("250us"), examples: &["10ms", "10ms..50ms"] },
        /// Added to the latency, from 0 to this.
        /// Each packet draws for itself.
        jitter: Ranged<Time> { default: Some("0"), examples: &["2ms"] },
        /// Bits per second.
        bandwidth: Ranged<BitRate> { default: Some("1Gbit"), examples: &["10Mbit"] },
        /// Bytes that wait before packets are dropped.
        queue: Ranged<Size> { otherwise: Some("no limit"), examples: &["64KiB"] },
        /// The share of packets lost.
        /// Each is lost by itself.
        loss: Ranged<Share> { default: Some("0"), examples: &["0.1%"] },
        /// The share of packets that arrive twice.
        /// The second one comes a little later.
        duplication: Ranged<Share> { default: Some("0"), shown: &["0.5%"] },
        /// The share of UDP packets that later ones overtake.
        /// They are held back; TCP keeps its order.
        reordering: Ranged<Share> { default: Some("0"), shown: &["2%"] },
        /// The share of packets in which bits turn over.
        /// Up to eight of them; the receiver drops such a packet, unless all checksums still fit.
        corruption: Ranged<Share> { default: Some("0"), shown: &["0.01%"] },
        /// Larger packets vanish, as behind a filtered ICMP.
        mtu: Ranged<Mtu> { otherwise: Some("`1500`"), examples: &["1400"] },
    }
}

table! {
    /// A path between two hosts or groups. Values may be ranges a..b, drawn per seed.
    Link "link" {
        /// For the timeline; else made from `between`.
        /// It is unique.
        name: Text { otherwise: Some("both ends, `branch--9120-EWC`"), shown: &["wan"] },
        /// Two hosts or groups: a name, `aps`, `servers`, `any`.
        /// `forward` is from the first to the second.
        between: Pair { required: true, examples: &["[aps, tftp-1]"] },
        /// What is different from the first to the second.
        forward: Direction { otherwise: Some("as the link"), shown: &["{ latency: 5ms }"] },
        /// What is different from the second to the first.
        reverse: Direction { otherwise: Some("as the link"), shown: &["{ bandwidth: 512kbit }"] },
        also impairments: Impairments,
    }
}

table! {
    /// What is different in one direction of a link.
    Direction "direction" {
        also impairments: Impairments,
    }
}

choice! {
    /// What happens when no rule matches.
    DefaultAction: RuleAction { Permit = "permit", Deny = "deny", }
}

table! {
    /// Stands between two hosts or groups. Stateful: what answers a permitted flow comes back.
    Firewall "firewall" {
        /// For the timeline.
        /// It is unique.
        name: Text { required: true, shown: &["dc"] },
        /// Two hosts or groups: a name, an address, `aps`, `servers`, `any`.
        /// A prefix will do, too.
        between: Pair { required: true, shown: &["[9120-EWC, servers]"] },
        /// The first that matches decides.
        rules: List<Rule> { shown: &["[{ deny: udp/69 }]"] },
        /// What happens when none matches.
        default: DefaultAction { default: Some("permit"), shown: &["deny"] },
    }
}

table! {
    /// Who sends, and who shall receive.
    Ends "ends" {
        /// Only what this host, group or address sends.
        /// A prefix will do, too.
        from: End { otherwise: Some("`any`"), shown: &["172.16.8.0/24"] },
        /// Only what this host, group or address shall receive.
        /// A prefix will do, too.
        to: End { otherwise: Some("`any`"), shown: &["aps"] },
    }
}

table! {
    /// One line of a firewall.
    Rule "rule" one_of ["permit", "deny", "reject"] {
        /// What passes: any, icmp, udp, udp/69, tcp/1024-65535 (destination ports).
        permit: Packets { examples: &["udp/69", "tcp/1024-65535", "any"] },
        /// What vanishes.
        deny: Packets { shown: &["tcp/1-1023"] },
        /// What is answered with RST or port unreachable.
        reject: Packets { shown: &["any"] },
        also ends: Ends,
    }
}

table! {
    /// A firewall, and what it has from now on.
    FirewallChange "firewall change" {
        /// Its name.
        name: Name { required: true, shown: &["dc"] },
        /// All its rules from now on, in order.
        rules: List<Rule> { required: true, shown: &["[{ permit: udp }]"] },
        /// What happens when no rule matches; as before unless written.
        default: DefaultAction { otherwise: Some("as before"), shown: &["deny"] },
    }
}

table! {
    /// A firewall, and a rule.
    RuleChange "rule change" {
        /// Its name.
        firewall: Name { required: true, shown: &["dc"] },
        /// any, icmp, udp, udp/69, tcp/1024-65535 (destination ports).
        rule: Packets { required: true, shown: &["udp/69"] },
        also ends: Ends,
    }
}
