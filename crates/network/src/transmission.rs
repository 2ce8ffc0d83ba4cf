//! The transmission of what a simulated TCP sends at once, for one that leaves packets and losses to its network.
//!
//! It crosses the network in packets of the usual size, and arrives with the last of them. Lost packets are sent again after a
//! timeout. Acknowledgements take no time and are no packets.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::decision::Decision;
use crate::ids::HostId;
use crate::network::Network;
use crate::packet::{Body, Packet, Segment, Unreachable};

/// The payload of a full packet: that of Ethernet without TCP options.
const PAYLOAD_MAX: usize = 1_460;
/// The bytes of the headers of IPv4 and TCP.
const HEADERS: usize = 40;
/// The first retransmission timeout, Linux's shortest. It doubles up to the longest (RFC 6298).
const TIMEOUT: Duration = Duration::from_millis(200);
const TIMEOUT_MAX: Duration = Duration::from_secs(120);
/// The time for which data may stay unacknowledged, as with Linux's `tcp_retries2` of 15.
pub const SEND_TIMEOUT: Duration = Duration::from_millis(924_600);

/// The time for which a SYN is retransmitted, as with Linux's `tcp_syn_retries` of 6.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(127);

/// Data, a SYN, a FIN or an RST on its way from one end of a connection to the other.
#[derive(Debug)]
pub struct Transmission {
    from: SocketAddr,
    to: SocketAddr,
    flags: u8,
    /// The payloads of the packets that have not arrived: place in the data, and length.
    missing: Vec<(usize, usize)>,
    /// The bytes that were altered on the way: place in the data, and the bits that are inverted.
    altered: Vec<(usize, u8)>,
    first_sent_ns: u64,
    arrival_ns: u64,
    timeout: Duration,
    /// The error to report if it is given up.
    reason: io::ErrorKind,
}

/// The outcome of sending. Times are nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// All of it arrives by this time.
    Arrives(u64),
    /// Some of it is lost, and to be sent again at this time.
    Again(u64),
    /// A firewall answers with an RST, which arrives at this time.
    Reset(u64),
    /// A firewall answers a SYN with an ICMP error, which arrives at this time and fails the connection with this error.
    Unreachable(u64, io::ErrorKind),
    /// Some of it was lost too often, or for too long. The error is that of an ICMP error since then, or else `TimedOut`.
    TimedOut(io::ErrorKind),
}

impl Transmission {
    /// Makes the transmission of `length` bytes of data, with these flags of the TCP header (RFC 9293, 3.1).
    pub fn new((from, to): (SocketAddr, SocketAddr), flags: u8, length: usize, now_ns: u64) -> Self {
        let missing = cut((0, length), PAYLOAD_MAX);
        let reason = io::ErrorKind::TimedOut;
        Self {
            from,
            to,
            flags,
            missing,
            altered: Vec::new(),
            first_sent_ns: now_ns,
            arrival_ns: now_ns,
            timeout: TIMEOUT,
            reason,
        }
    }

    /// Sends what is missing from the host `src`.
    pub fn send(&mut self, network: &mut Network, src: HostId, now_ns: u64) -> Crossing {
        let limit = if self.flags & Segment::SYN == 0 { SEND_TIMEOUT } else { CONNECT_TIMEOUT };
        if u128::from(now_ns - self.first_sent_ns) >= limit.as_nanos() {
            return Crossing::TimedOut(self.reason);
        }
        let room =
            (network.longest_packet(now_ns, src, self.to.ip()) as usize).saturating_sub(HEADERS).max(1);
        let missing = std::mem::take(&mut self.missing);
        let fitting = missing.into_iter().flat_map(|part| cut(part, room));
        for (offset, length) in fitting.collect::<Vec<_>>() {
            let segment = Segment::new(self.from.port(), self.to.port(), self.flags, length);
            let (src_ip, dst_ip) = (self.from.ip(), self.to.ip());
            let packet = Packet {
                src: src_ip,
                dst: dst_ip,
                dont_fragment: true,
                overhead: 0,
                body: Body::Tcp(segment),
            };
            match network.decide(now_ns, src, &packet) {
                Decision::Deliver { at_ns, .. } => self.arrival_ns = self.arrival_ns.max(at_ns),
                // The receiver drops a copy of what it has.
                Decision::Impair(impaired) => {
                    self.arrival_ns = self.arrival_ns.max(impaired.at_ns);
                    self.altered.extend(alterations(offset, impaired.altered));
                }
                Decision::Drop { answer: Some(answer), .. } => match answer.packet.body {
                    // Linux gives up a connection that is being requested; to another one it is the reason why it times out
                    // (tcp_v4_err() in net/ipv4/tcp_ipv4.c, RFC 1122, 4.2.3.9).
                    Body::Unreachable { code: Unreachable::FragmentationNeeded(mtu), .. } => {
                        network.learn_path_mtu(now_ns, src, dst_ip, mtu);
                        self.missing.push((offset, length));
                    }
                    Body::Unreachable { code, .. } if self.flags & Segment::SYN != 0 => {
                        return Crossing::Unreachable(answer.at_ns, code.error().unwrap_or(self.reason));
                    }
                    Body::Unreachable { code, .. } => {
                        self.reason = code.error().unwrap_or(self.reason);
                        self.missing.push((offset, length));
                    }
                    _ => return Crossing::Reset(answer.at_ns),
                },
                // A segment has DF, and is no fragment.
                Decision::Fragmented(_) | Decision::Drop { answer: None, .. } => {
                    self.missing.push((offset, length));
                }
            }
        }
        if self.missing.is_empty() { Crossing::Arrives(self.arrival_ns) } else { self.again(now_ns) }
    }

    /// Takes the bytes of its data that were altered on the way since the last call: the place of each, and the bits that are inverted.
    pub fn take_altered(&mut self) -> Vec<(usize, u8)> {
        std::mem::take(&mut self.altered)
    }

    /// Handles its arrival at a host without power: the last packet is lost.
    pub fn fail_to_arrive(&mut self, now_ns: u64) -> Crossing {
        self.missing.push((0, 0));
        self.again(now_ns)
    }

    fn again(&mut self, now_ns: u64) -> Crossing {
        let at_ns = now_ns + self.timeout.as_nanos() as u64;
        self.timeout = (2 * self.timeout).min(TIMEOUT_MAX);
        Crossing::Again(at_ns)
    }
}

/// Cuts a part of the data, place and length, into parts of at most `room`.
fn cut((offset, length): (usize, usize), room: usize) -> Vec<(usize, usize)> {
    let starts = (0..length.max(1)).step_by(room);
    starts.map(|start| (offset + start, room.min(length - start))).collect()
}

/// Returns the bytes of a segment at this place of the data that were altered on the way. It was sent with a payload of zeros.
fn alterations(offset: usize, altered: Option<Packet>) -> Vec<(usize, u8)> {
    let Some(Packet { body: Body::Tcp(segment), .. }) = altered else { return Vec::new() };
    let bytes = segment.payload().iter().enumerate();
    bytes.filter(|(_, byte)| **byte != 0).map(|(index, byte)| (offset + index, *byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Impairments, Match, Rule, RuleAction};

    const MS: u64 = 1_000_000;

    fn ends() -> (SocketAddr, SocketAddr) {
        (([10, 0, 0, 1], 4000).into(), ([10, 0, 0, 2], 22).into())
    }

    fn network(impairments: Impairments, rules: Vec<Rule>) -> (Network, HostId) {
        let mut network = Network::new(1);
        let [left, right] = [ends().0, ends().1].map(|end| network.host(&[end.ip()]));
        network.link("lan", &[left], &[right], impairments.clone(), impairments);
        network.firewall("dc", &[left], &[right], rules, RuleAction::Permit);
        (network, left)
    }

    #[test]
    fn it_arrives_with_its_last_packet() {
        let latency = Duration::from_millis(1);
        // A byte takes a microsecond: 40 bytes of headers, 38 of Ethernet.
        let impairments = Impairments { latency, bandwidth: Some(8_000_000), ..Impairments::default() };
        let (mut network, left) = network(impairments, vec![]);
        let mut sent = Transmission::new(ends(), Segment::ACK, 2 * PAYLOAD_MAX + 1, 0);
        let on_wire_us = 2 * (1_460 + 78) + 79;
        assert_eq!(sent.send(&mut network, left, 0), Crossing::Arrives(MS + 1_000 * on_wire_us));
        assert_eq!(network.totals().sent, 3);
    }

    #[test]
    fn what_is_lost_is_sent_again_less_and_less_often() {
        let (mut network, left) = network(Impairments { up: false, ..Impairments::default() }, vec![]);
        let mut sent = Transmission::new(ends(), Segment::SYN, 0, 0);
        let (mut now_ns, mut times) = (0, Vec::new());
        let end = loop {
            match sent.send(&mut network, left, now_ns) {
                Crossing::Again(at_ns) => now_ns = at_ns,
                other => break other,
            }
            times.push(now_ns / MS);
        };
        assert_eq!(times[..4], [200, 600, 1_400, 3_000]);
        assert_eq!((end, times.last()), (Crossing::TimedOut(io::ErrorKind::TimedOut), Some(&204_600)));
    }

    #[test]
    fn a_damaged_segment_is_sent_again() {
        let (mut network, left) = network(Impairments { corruption: 1.0, ..Impairments::default() }, vec![]);
        let mut sent = Transmission::new(ends(), Segment::ACK, 10, 0);
        assert_eq!(sent.send(&mut network, left, 0), Crossing::Again(200 * MS));
    }

    #[test]
    fn what_is_altered_on_the_way_arrives_and_is_told_by_its_place() {
        let always = Impairments { silent_corruption: 1.0, ..Impairments::default() };
        let (mut network, left) = network(always, vec![]);
        let mut sent = Transmission::new(ends(), Segment::ACK, 2 * PAYLOAD_MAX, 0);
        assert!(matches!(sent.send(&mut network, left, 0), Crossing::Arrives(_)));
        let altered = sent.take_altered();
        let of = |half: usize| altered.iter().filter(move |(at, _)| at / PAYLOAD_MAX == half).count();
        assert_eq!(of(0) + of(1), altered.len());
        assert!((1..=8).contains(&of(0)) && (1..=8).contains(&of(1)), "{altered:?}");
        assert!(altered.iter().all(|(_, bits)| *bits != 0));
        assert_eq!(sent.take_altered(), []);
    }

    #[test]
    fn data_is_cut_without_gaps() {
        assert_eq!(cut((0, 0), 10), [(0, 0)]);
        assert_eq!(cut((5, 20), 10), [(5, 10), (15, 10)]);
        assert_eq!(cut((5, 21), 10), [(5, 10), (15, 10), (25, 1)]);
    }

    #[test]
    fn a_host_without_power_costs_a_timeout() {
        let (mut network, left) = network(Impairments::default(), vec![]);
        let mut sent = Transmission::new(ends(), Segment::ACK, 10, 0);
        assert!(matches!(sent.send(&mut network, left, 0), Crossing::Arrives(_)));
        assert_eq!(sent.fail_to_arrive(MS), Crossing::Again(201 * MS));
        assert!(matches!(sent.send(&mut network, left, 201 * MS), Crossing::Arrives(_)));
    }

    #[test]
    fn a_firewall_that_rejects_resets() {
        let rule = Rule::new(RuleAction::Reject, Match { ports: Some(22..=22), ..Match::default() });
        let (mut network, left) = network(Impairments::default(), vec![rule]);
        let mut sent = Transmission::new(ends(), Segment::SYN, 0, 0);
        assert!(matches!(sent.send(&mut network, left, 0), Crossing::Reset(at_ns) if at_ns > 0));
    }

    #[test]
    fn an_icmp_error_fails_a_syn_at_once_and_is_the_reason_why_data_times_out() {
        for (code, error) in [
            (Unreachable::Port, io::ErrorKind::ConnectionRefused),
            (Unreachable::AdminProhibited, io::ErrorKind::HostUnreachable),
        ] {
            let rule = Rule::new(RuleAction::Unreachable(code), Match::default());
            let (mut network, left) = network(Impairments::default(), vec![rule]);
            let mut syn = Transmission::new(ends(), Segment::SYN, 0, 0);
            let failed = syn.send(&mut network, left, 0);
            assert!(matches!(failed, Crossing::Unreachable(at_ns, kind) if at_ns > 0 && kind == error));
            let mut data = Transmission::new(ends(), Segment::ACK, 10, 0);
            assert_eq!(data.send(&mut network, left, 0), Crossing::Again(200 * MS));
            let late_ns = SEND_TIMEOUT.as_nanos() as u64;
            assert_eq!(data.send(&mut network, left, late_ns), Crossing::TimedOut(error));
        }
    }
}
