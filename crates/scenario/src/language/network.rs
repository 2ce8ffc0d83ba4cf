//! The tables of links, firewalls and translations of addresses.

use network::{OutsidePorts, Pmtud, RuleAction};

use super::{
    Address, BitRate, Config, End, Kind, List, Mtu, Name, Names, Packets, Pair, Ranged, Shape, Share, Size,
    Text, Time, True, choice, table,
};
use crate::reader::Reader;
use crate::yaml::{self, Node};

table! {
    /// The links, firewalls and translations of addresses between the hosts.
    Network "network" {
        /// The links; the first one that joins two hosts applies to them.
        links: List<Link>,
        /// The firewalls; a packet must pass each one that stands between its ends.
        firewalls: List<Firewall>,
        /// The translations of addresses (NAT) at the edges of sites; links and firewalls lie outside of them.
        nat: List<SiteNat>,
    }
}

table! {
    /// The impairments of one direction of a link.
    Impairments "impairments" changes network::Impairments {
        /// The one-way delay, without serialisation and queueing.
        latency: Ranged<Time> { default: Some("250us"), examples: &["10ms", "10ms..50ms"] },
        /// The jitter added to the latency, from 0 to this.
        /// It is drawn for each packet.
        jitter: Ranged<Time> { default: Some("0"), examples: &["2ms"] },
        /// The bandwidth in bits per second.
        bandwidth: Ranged<BitRate> { default: Some("1Gbit"), examples: &["10Mbit"] },
        /// The number of bytes that can wait before packets are dropped.
        queue: Ranged<Size> { otherwise: Some("no limit"), examples: &["64KiB"] },
        /// The share of packets lost.
        /// Losses are independent.
        loss: Ranged<Share> { default: Some("0"), examples: &["0.1%"] },
        /// The share of packets that arrive twice.
        /// The second copy arrives a little later.
        duplication: Ranged<Share> { default: Some("0"), shown: &["0.5%"] },
        /// The share of UDP packets that are overtaken by later ones.
        /// These packets are held back; TCP keeps its order.
        reordering: Ranged<Share> { default: Some("0"), shown: &["2%"] },
        /// The share of frames that are damaged on the wire.
        /// The receiving interface drops them, as their FCS is wrong.
        corruption: Ranged<Share> { default: Some("0"), shown: &["0.01%"] },
        /// The share of packets whose payload a device on the way alters, with checksums that fit.
        /// Up to eight bits flip; only the receiver's own checks find it: a signature, DTLS, SSH.
        silent_corruption: Ranged<Share> { default: Some("0"), shown: &["0.01%"] },
        /// The MTU; longer packets of TFTP are fragmented over IPv4, others are dropped.
        /// CAPWAP and TCP do not allow fragments (DF).
        mtu: Ranged<Mtu> { otherwise: Some("`1500`"), examples: &["1400"] },
        /// The way with packets that are longer than the MTU: a router cuts them or answers by ICMP, or is silent; or the hosts know.
        /// `icmp` is path MTU discovery as it should be, `blackhole` one that fails, `local` an interface of that MTU at each end.
        pmtud: LongPackets { default: Some("icmp"), shown: &["blackhole"] },
    }
}

choice! {
    /// The way of a link with packets that are longer than its MTU.
    LongPackets: Pmtud { Icmp = "icmp", BlackHole = "blackhole", Local = "local", }
}

table! {
    /// A path between two hosts or groups. Values may be ranges a..b, drawn per seed.
    Link "link" {
        /// Its name, for the timeline; by default made from `between`.
        /// It must be unique.
        name: Text { otherwise: Some("both ends, `branch--9120-EWC`"), shown: &["wan"] },
        /// Two hosts or groups: a name, `aps`, `servers`, `any`.
        /// `forward` is from the first to the second.
        between: Pair { required: true, examples: &["[aps, tftp-1]"] },
        /// The impairments that differ from the first to the second.
        forward: Direction { otherwise: Some("as the link"), shown: &["{ latency: 5ms }"] },
        /// The impairments that differ from the second to the first.
        reverse: Direction { otherwise: Some("as the link"), shown: &["{ bandwidth: 512kbit }"] },
        also impairments: Impairments,
    }
}

table! {
    /// The impairments that differ in one direction of a link.
    Direction "direction" {
        also impairments: Impairments,
    }
}

choice! {
    /// The action if no rule matches.
    DefaultAction: RuleAction { Permit = "permit", Deny = "deny", }
}

table! {
    /// A firewall between two hosts or groups. It is stateful, replies to a permitted flow come back, unless it says otherwise.
    Firewall "firewall" {
        /// Its name, for the timeline.
        /// It must be unique.
        name: Text { required: true, shown: &["dc"] },
        /// Two hosts or groups: a name, an address, `aps`, `servers`, `any`.
        /// A prefix is accepted, too.
        between: Pair { required: true, shown: &["[9120-EWC, servers]"] },
        /// The rules; the first that matches decides.
        rules: List<Rule> { shown: &["[{ deny: udp/69 }]"] },
        /// The action if none matches.
        default: DefaultAction { default: Some("permit"), shown: &["deny"] },
        /// Keeps no flows: the rules alone decide on each packet in each direction, ICMP errors included.
        /// This is what an access list of a switch or router does.
        stateless: True { otherwise: Some("stateful"), shown: &["true"] },
        /// The helper that it has, for what any rule permits to UDP port 69: the answers to requests pass.
        /// `inspect tftp` of an ASA, nf_conntrack_tftp of Linux; an answer comes from a new port of the server.
        inspect: Inspected { otherwise: Some("none"), shown: &["tftp"] },
        /// The time for which a UDP or ICMP flow is remembered after its last packet.
        udp_timeout: Ranged<Time> { default: Some("60s"), examples: &["30s", "2m"] },
        /// The time for which a TCP connection is remembered after its last packet.
        tcp_timeout: Ranged<Time> { default: Some("1h"), examples: &["5m", "1h"] },
        /// Its way with IP fragments: it lets them through as it does the rest, or drops them all.
        /// A stateful firewall that passes them reassembles what it filters; a stateless one knows the ports of the first fragment only.
        fragments: Fragments { default: Some("pass"), shown: &["drop"] },
        /// Access lists of IOS in place of `rules`: a file, or a block of text (`acl: |`), as a configuration or `show ip access-lists` has them.
        /// The firewall is then stateless, and what an applied list does not permit it denies.
        acl: Config { shown: &["acl: |"] },
        /// The access lists that apply, each with the interface by the end it faces.
        /// A packet passes all that apply to its way.
        apply: List<AppliedList> { shown: &["[{ list: SVI-4-IN, direction: in, towards: 9120-EWC }]"] },
        /// Packets that an access list denies are not answered, as with `no ip unreachables`.
        /// IOS answers that they are administratively prohibited.
        silent: True { otherwise: Some("they are answered"), shown: &["true"] },
    }
}

choice! {
    /// The way of a firewall with IP fragments.
    pub(crate) enum Fragments {
        /// They pass if their datagram does.
        Pass = "pass",
        /// They are dropped, all of them and silently.
        Drop = "drop",
    }
}

choice! {
    /// The direction in which packets cross an interface of a router.
    pub(crate) enum InOrOut {
        /// Into the router.
        In = "in",
        /// Out of it.
        Out = "out",
    }
}

table! {
    /// An access list on an interface of the router that a firewall stands for.
    AppliedList "applied list" {
        /// The name of the list, or its number.
        list: Name { required: true, shown: &["SVI-4-IN", "101"] },
        /// The direction in which packets cross the interface.
        /// In comes from the end that the interface faces, out goes to it.
        direction: InOrOut { required: true, shown: &["in"] },
        /// The end of `between` that the interface faces.
        /// It is written as there.
        towards: Name { required: true, shown: &["9120-EWC"] },
    }
}

choice! {
    /// The packets of a site whose addresses are translated.
    pub(crate) enum SiteTranslated {
        /// What its hosts send, and the answers to it.
        Overload = "overload",
        /// All packets of one host.
        Static = "static",
    }
}

choice! {
    /// The port outside for one inside.
    TakenPorts: OutsidePorts { Preserved = "preserved", Random = "random", }
}

table! {
    /// A translation at the edge of a site (NAT). Others know its hosts by one address, and cannot reach their own.
    SiteNat "site translation" {
        /// Its name, under which drops are reported.
        /// It must be unique.
        name: Text { required: true, shown: &["branch"] },
        /// The hosts inside: names and groups. Packets between them are not translated.
        inside: Names { required: true, shown: &["aps", "[9120-EWC, branch]"] },
        /// The address that others know.
        address: Address { required: true, shown: &["203.0.113.5"] },
        /// The packets that are translated.
        /// What the hosts send, with a port for each (PAT), and the answers to it; or every packet of one host.
        kind: SiteTranslated { default: Some("overload"), shown: &["static"] },
        /// The port that a host gets outside.
        /// Its own if that is free, else the first free one of its group; or a random one each time.
        ports: TakenPorts { default: Some("preserved"), shown: &["random"] },
        /// The helper that it has: the answers to requests to UDP port 69 come in.
        /// An answer comes from a new port of the server.
        inspect: Inspected { otherwise: Some("none"), shown: &["tftp"] },
        /// The time for which a port of UDP is kept after the last packet, in either direction.
        udp_timeout: Ranged<Time> { default: Some("5m"), examples: &["30s", "5m"] },
        /// The time for which a port of TCP is kept after the last packet.
        tcp_timeout: Ranged<Time> { default: Some("24h"), examples: &["1h", "24h"] },
    }
}

choice! {
    /// The answer to a rejected packet.
    RejectedWith: RuleAction {
        Reject = "closed-port",
        PORT_UNREACHABLE = "port-unreachable",
        ADMIN_PROHIBITED = "admin-prohibited",
    }
}

choice! {
    /// A protocol whose packets a firewall reads, to expect what follows from them.
    pub(crate) enum Helper {
        /// The answer to a request comes from a new port (RFC 1350).
        Tftp = "tftp",
    }
}

/// The helpers of a firewall or of a rule: `tftp`, or `[tftp]`.
pub(crate) struct Inspected;

impl Kind for Inspected {
    type Value = Vec<Helper>;
    const SHAPE: Shape = Shape::Either(&[Helper::SHAPE, Shape::List(&Helper::SHAPE)]);

    fn read(reader: &mut Reader, node: &Node) -> Option<Vec<Helper>> {
        match node.kind {
            yaml::Kind::Sequence(_) => {
                reader.list(node).iter().map(|item| Helper::read(reader, item)).collect()
            }
            _ => Helper::read(reader, node).map(|helper| vec![helper]),
        }
    }
}

table! {
    /// The sender and the receiver of a packet.
    Ends "ends" {
        /// Restricts the rule to packets from this host, group or address.
        /// A prefix is accepted, too.
        from: End { otherwise: Some("`any`"), shown: &["172.16.8.0/24"] },
        /// Restricts the rule to packets to this host, group or address.
        /// A prefix is accepted, too.
        to: End { otherwise: Some("`any`"), shown: &["aps"] },
    }
}

table! {
    /// One line of a firewall.
    Rule "rule" one_of ["permit", "deny", "reject"] {
        /// Packets that pass: any, icmp, udp, udp/69, tcp/1024-65535 (destination ports), tcp established (with ACK or RST).
        permit: Packets { examples: &["udp/69", "tcp/1024-65535", "any"] },
        /// Packets that are dropped silently.
        deny: Packets { shown: &["tcp/1-1023"] },
        /// Packets that are dropped and answered.
        reject: Packets { shown: &["any"] },
        /// The answer to what `reject` drops.
        /// As of a closed port: RST to a TCP segment, ICMP port unreachable to a datagram. The others are ICMP errors to both.
        with: RejectedWith { otherwise: Some("`closed-port`"), shown: &["admin-prohibited"] },
        /// The helper for what this rule permits, on whatever port: the answers to requests pass.
        inspect: Inspected { otherwise: Some("that of the firewall"), shown: &["tftp"] },
        also ends: Ends,
    }
}

table! {
    /// A firewall, and its rules from now on.
    FirewallChange "firewall change" {
        /// Its name.
        name: Name { required: true, shown: &["dc"] },
        /// All its rules from now on, in order.
        rules: List<Rule> { required: true, shown: &["[{ permit: udp }]"] },
        /// The action if no rule matches; as before unless written.
        default: DefaultAction { otherwise: Some("as before"), shown: &["deny"] },
    }
}

table! {
    /// A firewall, and a rule.
    RuleChange "rule change" {
        /// Its name.
        firewall: Name { required: true, shown: &["dc"] },
        /// The packets: any, icmp, udp, udp/69, tcp/1024-65535 (destination ports), tcp established (with ACK or RST).
        rule: Packets { required: true, shown: &["udp/69"] },
        /// The answer to what `reject` drops, as in a rule.
        with: RejectedWith { otherwise: Some("`closed-port`"), shown: &["admin-prohibited"] },
        also ends: Ends,
    }
}
