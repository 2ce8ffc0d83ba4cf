//! Follows the sessions of a capture and collects violations of the rules.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::data_channel::DataChannels;
use super::direction::{Direction, Sent};
use super::fragments::Fragments;
use super::pcapng::Packet;
use super::rules::{self, Context, Rule};
use super::tables::{self, Sender};
use super::wire;

const CONTROL_PORT: u16 = 5246;
const DATA_PORT: u16 = 5247;
/// The maximum number of findings.
const KEPT: usize = 20;

/// The state of all sessions.
pub(super) struct Checker {
    context: Context,
    /// The sessions by access point and controller.
    sessions: BTreeMap<(SocketAddrV4, SocketAddrV4), Session>,
    data_channels: DataChannels,
    damaged: u64,
    at_ns: u64,
    /// Messages seen, by type.
    pub messages: BTreeMap<u32, u64>,
    /// The first findings.
    pub found: Vec<(Rule, String)>,
}

#[derive(Default)]
struct Session {
    wtp: Direction,
    ac: Direction,
    wtp_fragments: Fragments,
    ac_fragments: Fragments,
    /// Discovery requests that arrived, by type and number, minus the responses to them.
    discoveries: BTreeMap<(u32, u8), i64>,
    /// The Session ID of the last Join Request.
    id: Option<Vec<u8>>,
    /// Keep-alives that arrived and have not come back.
    keep_alives: Vec<Vec<u8>>,
}

/// The fate of a packet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    /// A duplicate made by the network, not by the sender.
    Copied,
    Lost,
    /// The capture shows the packet that arrived, not the one that was sent.
    Damaged,
}

impl Checker {
    pub(super) fn new(context: Context) -> Self {
        Self {
            context,
            sessions: BTreeMap::new(),
            data_channels: DataChannels::default(),
            damaged: 0,
            at_ns: 0,
            messages: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    /// Takes the next packet of the capture.
    pub(super) fn take(&mut self, packet: &Packet) {
        self.at_ns = packet.at_ns;
        let fate = match packet.comment.as_deref() {
            None => Fate::Arrives,
            Some(comment) if comment.starts_with("copy ") => Fate::Copied,
            Some(comment) if comment.starts_with("held back") => Fate::Arrives,
            Some(comment) if comment.starts_with("altered") => Fate::Damaged,
            Some(_) => Fate::Lost,
        };
        if fate == Fate::Damaged {
            // Even its addresses may be damaged.
            self.damaged += 1;
            return;
        }
        let Some(datagram) = wire::datagram(&packet.bytes) else { return };
        let ports = [CONTROL_PORT, DATA_PORT];
        let (key, sender) = if ports.contains(&datagram.to.port()) {
            ((datagram.from, datagram.to), Sender::Wtp)
        } else if ports.contains(&datagram.from.port()) {
            ((datagram.to, datagram.from), Sender::Ac)
        } else {
            return;
        };
        let mut session = self.sessions.remove(&key).unwrap_or_default();
        self.datagram(&mut session, sender, key.1.port() == DATA_PORT, datagram.payload, fate);
        self.sessions.insert(key, session);
    }

    /// Ends the capture.
    pub(super) fn finish(&mut self) {
        let mut found = Vec::new();
        for session in self.sessions.values_mut() {
            for fragments in [&mut session.wtp_fragments, &mut session.ac_fragments] {
                fragments.end(&mut |rule, what| found.push((rule, what)));
            }
        }
        found.into_iter().for_each(|(rule, what)| self.broken(rule, what));
    }

    fn broken(&mut self, rule: Rule, what: String) {
        if self.found.len() < KEPT {
            self.found.push((
                rule,
                format!("{}.{:09} s: {what}", self.at_ns / 1_000_000_000, self.at_ns % 1_000_000_000),
            ));
        }
    }

    fn datagram(&mut self, session: &mut Session, sender: Sender, data: bool, payload: &[u8], fate: Fate) {
        let header = match wire::header(payload) {
            Ok(header) => header,
            Err(what) => return self.broken(Rule::Header, what),
        };
        if data {
            return self.keep_alive(session, sender, payload, fate);
        }
        if header.keep_alive {
            self.broken(Rule::Header, "keep-alive flag on the control channel".into());
        }
        let fragments = match sender {
            Sender::Wtp => &mut session.wtp_fragments,
            Sender::Ac => &mut session.ac_fragments,
        };
        let mut found = Vec::new();
        let mut collect = |rule, what| found.push((rule, what));
        let whole = match header.fragment {
            Some(_) if fate == Fate::Copied => None,
            Some(place) => fragments.take(place, header.payload, fate == Fate::Arrives, &mut collect),
            None => {
                fragments.end(&mut collect);
                Some((header.payload.to_vec(), fate != Fate::Lost))
            }
        };
        found.into_iter().for_each(|(rule, what)| self.broken(rule, what));
        if let Some((message, arrives)) = whole {
            self.message(session, sender, &message, arrives, fate == Fate::Copied);
        }
    }

    fn message(&mut self, session: &mut Session, sender: Sender, bytes: &[u8], arrives: bool, copied: bool) {
        let message = match wire::message(bytes) {
            Ok(message) => message,
            Err(what) => return self.broken(Rule::ControlHeader, what),
        };
        let mut found = Vec::new();
        let mut collect = |rule, what| found.push((rule, what));
        if !copied {
            *self.messages.entry(message.kind).or_default() += 1;
            rules::check(&message, sender, self.context, &mut collect);
        }
        if arrives && !copied {
            if message.kind == tables::JOIN_REQUEST {
                let id = message.elements.iter().find(|element| element.0 == 35);
                session.id = id.map(|id| id.1.to_vec());
            }
            if let Some(id) = &session.id {
                self.data_channels.control(self.at_ns, id, message.kind, sender, &mut collect);
            }
        }
        let identity = message.identity();
        let sent = Sent {
            kind: message.kind,
            sequence: message.sequence,
            bytes: &identity,
            at_ns: self.at_ns,
            arrives,
            damaged: self.damaged,
        };
        let request = message.kind % 2 == 1;
        let asked = if request { message.kind } else { message.kind - 1 };
        if tables::DISCOVERIES.contains(&asked) {
            let open = session.discoveries.entry((asked, message.sequence)).or_default();
            match (request, copied) {
                (true, _) => *open += i64::from(arrives),
                (false, true) => (),
                (false, false) => {
                    *open -= 1;
                    if *open < -(self.damaged as i64) {
                        collect(Rule::Pairing, format!("discovery response {}", message.sequence));
                    }
                }
            }
        } else if copied {
            if request {
                session.direction(sender).copied(message.sequence);
            }
        } else if request {
            if message.kind == tables::JOIN_REQUEST && !session.wtp.knows(&sent) {
                // A new session begins for the access point; for the controller it does with its response.
                session.wtp = Direction::default();
                session.wtp_fragments = Fragments::default();
            }
            if !session.direction(sender).knows(&sent) {
                session.direction(sender).overdue(&sent, &mut collect);
            }
            session.direction(sender).request(&sent, self.context, &mut collect);
        } else {
            // With a Join Response the controller has ended the previous session.
            if message.kind != tables::JOIN_RESPONSE {
                session.direction(sender).overdue(&sent, &mut collect);
            }
            let other = if sender == Sender::Wtp { Sender::Ac } else { Sender::Wtp };
            let first = session.direction(other).response(&sent, &mut collect);
            if first && message.kind == tables::JOIN_RESPONSE {
                session.ac = Direction::default();
                session.ac_fragments = Fragments::default();
            }
        }
        found.into_iter().for_each(|(rule, what)| self.broken(rule, what));
    }

    /// Checks 4.4.1: a header of zeros but for its length and K, a Session ID and nothing else; the controller echoes all of it.
    fn keep_alive(&mut self, session: &mut Session, sender: Sender, datagram: &[u8], fate: Fate) {
        let Some(id) = datagram.strip_prefix(&[0, 0x10, 0, 8, 0, 0, 0, 0, 0, 22, 0, 35, 0, 16][..]) else {
            return self.broken(Rule::KeepAlive, format!("{datagram:?}"));
        };
        if id.len() != 16 {
            return self.broken(Rule::KeepAlive, format!("a Session ID of {} bytes", id.len()));
        }
        let mut found = Vec::new();
        let mut collect = |rule, what| found.push((rule, what));
        match sender {
            Sender::Wtp if fate == Fate::Copied => session.keep_alives.push(datagram.to_vec()),
            Sender::Wtp => {
                self.data_channels.sent(self.at_ns, id, &mut collect);
                if fate != Fate::Lost {
                    session.keep_alives.push(datagram.to_vec());
                }
            }
            Sender::Ac if fate == Fate::Copied => (),
            Sender::Ac => {
                match session.keep_alives.iter().position(|sent| sent == datagram) {
                    Some(index) => drop(session.keep_alives.remove(index)),
                    None => collect(Rule::KeepAlive, "came back without having been sent".into()),
                }
                if fate != Fate::Lost {
                    self.data_channels.answered(self.at_ns, id);
                }
            }
        }
        found.into_iter().for_each(|(rule, what)| self.broken(rule, what));
    }
}

impl Session {
    /// Returns the requests of `sender`.
    fn direction(&mut self, sender: Sender) -> &mut Direction {
        match sender {
            Sender::Wtp => &mut self.wtp,
            Sender::Ac => &mut self.ac,
        }
    }
}
