//! Firewalls on the way of images: the first packets of each exchange, put to the rules that a run would put them to.

use std::net::IpAddr;

use bytes::Bytes;
use engine::Builder;
use ewc::config::Mode;
use network::{Body, Decision, DropReason, HostId, Network, Packet, Segment};
use scenario::Diagnostic;

use super::Plan;
use crate::world::device::Hosts;
use crate::world::names::Names;

/// Ports as a system assigns them.
const CLIENT_PORT: u16 = 40_000;
const SERVER_PORT: u16 = 50_000;
const TFTP_PORT: u16 = 69;
const SSH_PORT: u16 = 22;
/// The block size without the option (RFC 1350).
const BLOCK_SIZE: u16 = 512;

/// Warns of firewalls that drop a packet of a fetch, or of an access point that joins.
pub(super) fn check(plan: &Plan<'_>, hosts: &Hosts, found: &mut Vec<Diagnostic>) {
    if plan.scenario.firewalls.is_empty() && plan.scenario.nats.is_empty() {
        return;
    }
    let mut builder = Builder::new(plan.scenario.seed);
    let names = Names::build(plan.scenario, hosts, &mut builder);
    let mut probe = Probe { network: &mut builder.network, names: &names, plan, told: Vec::new(), found };
    probe.fetch();
    probe.join();
}

/// A network that nothing else uses.
struct Probe<'a> {
    network: &'a mut Network,
    names: &'a Names,
    plan: &'a Plan<'a>,
    /// Firewalls and rules that have been reported.
    told: Vec<(String, String)>,
    found: &'a mut Vec<Diagnostic>,
}

impl Probe<'_> {
    fn fetch(&mut self) {
        let Some((profile, server)) = self.plan.source() else { return };
        let controller = (self.names.host(&self.plan.controller.name), self.plan.controller.address);
        let there = (self.names.host(&server.name), server.address);
        let outside = server.known_address();
        if profile.mode == Mode::Sftp {
            let (from, to) = ((controller.1, CLIENT_PORT), (outside, SSH_PORT));
            let syn =
                (controller.0, tcp(from, to, Segment::SYN), "the controller's connection to TCP port 22");
            let answer = tcp((server.address, SSH_PORT), from, Segment::SYN | Segment::ACK);
            self.exchange([syn, (there.0, answer, "the answer from TCP port 22")]);
            return;
        }
        let request = Bytes::from_static(b"\0\x01/image\0octet\0");
        let request = udp((controller.1, CLIENT_PORT), (outside, TFTP_PORT), request);
        // A large block goes in fragments.
        let size = usize::from(self.plan.config.tftp_block_size.unwrap_or(BLOCK_SIZE));
        let mut data = b"\0\x03\0\x01".to_vec();
        data.resize(data.len() + size, 0);
        // RFC 1350 section 4: the server answers from a port of its own.
        let data = udp((server.address, SERVER_PORT), (controller.1, CLIENT_PORT), data.into());
        let acknowledgement =
            udp((controller.1, CLIENT_PORT), (outside, SERVER_PORT), Bytes::from_static(b"\0\x04\0\x01"));
        self.exchange([
            (controller.0, request, "the controller's request to UDP port 69"),
            (there.0, data, "the server's answer, which comes from a port of its own"),
        ]);
        if server.nat.is_none() {
            self.exchange([(controller.0, acknowledgement, "acknowledgements to the server's own port")]);
        }
    }

    fn join(&mut self) {
        let plan = self.plan;
        let controller = self.names.host(&plan.controller.name);
        for ap in plan.access_points().filter(|ap| !ap.runs_controller) {
            let here = (ap.address, CLIENT_PORT);
            let host = self.names.host(&ap.name);
            let (own, known) = (plan.controller.address, plan.scenario.controller_address(ap));
            for (port, out, back) in [
                (
                    capwap::CONTROL_PORT,
                    "what access points send to UDP port 5246",
                    "what the controller sends from UDP port 5246",
                ),
                (
                    capwap::DATA_PORT,
                    "what access points send to UDP port 5247",
                    "what the controller sends from UDP port 5247",
                ),
            ] {
                self.exchange([
                    (host, udp(here, (known, port), Bytes::new()), out),
                    (controller, udp((own, port), here, Bytes::new()), back),
                ]);
            }
            // A Join Request goes to an address that the controller states.
            if known != own && plan.config.public_ip.map(IpAddr::V4) != Some(known) {
                let join = udp(here, (own, capwap::CONTROL_PORT), Bytes::new());
                let what =
                    "Join Requests, which go to the address that the controller states without `public-ip`";
                self.exchange([(host, join, what)]);
            }
        }
    }

    /// Sends packets one after another until a firewall or a translation drops one. What goes back to the sender of the first one goes
    /// to where that seemed to come from.
    fn exchange<const N: usize>(&mut self, packets: [(HostId, Packet, &str); N]) {
        let mut seen: Option<(Packet, Packet)> = None;
        for (from, mut packet, what) in packets {
            if let Some((sent, arrived)) = &seen
                && (packet.dst, ports(&packet).map(|ports| ports.1))
                    == (sent.src, ports(sent).map(|ports| ports.0))
            {
                packet = towards(packet, arrived);
            }
            let fate = match self.network.decide(0, from, &packet) {
                Decision::Fragmented(fragmented) => fragmented.fate,
                decision => decision,
            };
            match fate {
                Decision::Drop { reason: DropReason::Firewall { name, rule }, .. } => {
                    return self.tell(name, &rule, what);
                }
                Decision::Drop { reason: DropReason::Nat { name, rule }, .. } => {
                    return self.tell(name, rule, what);
                }
                Decision::Impair(impaired) => {
                    let arrived = impaired.translated.unwrap_or_else(|| packet.clone());
                    seen.get_or_insert((packet, arrived));
                }
                _ => {}
            }
        }
    }

    fn tell(&mut self, name: String, rule: &str, what: &str) {
        if self.told.contains(&(name.clone(), rule.to_owned())) {
            return;
        }
        let is_nat = [network::NO_TRANSLATION, network::INSIDE_ADDRESS].contains(&rule);
        let scenario = self.plan.scenario;
        let span = if is_nat {
            scenario.nats.iter().find(|known| known.nat.name == name).map(|it| it.span)
        } else {
            scenario.firewalls.iter().find(|known| known.name == name).map(|it| it.span)
        };
        let kind = if is_nat { "translation" } else { "firewall" };
        let problem = Diagnostic::warning(format!("the {kind} {name} drops {what}"));
        let why = match rule {
            "default" => "no rule permits it".to_owned(),
            network::NO_TRANSLATION => "no packet went out that it would answer".to_owned(),
            network::INSIDE_ADDRESS => "it is sent to an address inside".to_owned(),
            rule => format!("by `{rule}`"),
        };
        let mut problem = problem.at(span.unwrap_or(self.plan.controller.span), why);
        if what.starts_with("the server's answer") {
            problem =
                problem.help("`inspect: tftp` lets answers to a request through, as helpers of firewalls do");
        }
        if what.ends_with("UDP port 5247") {
            problem = problem.help(
                "without their data channel (RFC 5415, 4.4.1) access points download images at join, and never come into service",
            );
        }
        self.found.push(problem);
        self.told.push((name, rule.to_owned()));
    }
}

/// Returns the ports of a packet.
fn ports(packet: &Packet) -> Option<(u16, u16)> {
    match &packet.body {
        Body::Udp { src_port, dst_port, .. } => Some((*src_port, *dst_port)),
        Body::Tcp(segment) => Some((segment.src_port(), segment.dst_port())),
        Body::Unreachable { .. } | Body::Refused(_) => None,
    }
}

/// Returns a packet with the source of another one as its destination.
fn towards(packet: Packet, arrived: &Packet) -> Packet {
    let port = ports(arrived).map_or(0, |ports| ports.0);
    let body = match packet.body {
        Body::Udp { src_port, payload, .. } => Body::Udp { src_port, dst_port: port, payload },
        Body::Tcp(segment) => Body::Tcp(Segment::new(segment.src_port(), port, segment.flags(), 0)),
        other => other,
    };
    Packet { dst: arrived.src, body, ..packet }
}

fn udp(from: (IpAddr, u16), to: (IpAddr, u16), payload: Bytes) -> Packet {
    Packet {
        src: from.0,
        dst: to.0,
        body: Body::Udp { src_port: from.1, dst_port: to.1, payload: payload.into() },
        dont_fragment: false,
        overhead: 0,
    }
}

fn tcp(from: (IpAddr, u16), to: (IpAddr, u16), flags: u8) -> Packet {
    Packet {
        src: from.0,
        dst: to.0,
        body: Body::Tcp(Segment::new(from.1, to.1, flags, 0)),
        dont_fragment: true,
        overhead: 0,
    }
}
