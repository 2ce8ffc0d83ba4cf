//! One line of an access list: `10 permit udp any host 10.0.0.1 eq tftp log` (IOS Security Command Reference, `permit (IP)`,
//! `access-list (IP extended)`, `access-list (IP standard)`).

use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use network::Protocol;

use super::words::Words;
use super::{Place, Problem, icmp, ports, slips};

/// The maximum number of ports after `eq` or `neq`.
const PORTS_MAX: usize = 10;

/// The word of an entry about fragments after the first only.
const FRAGMENTS: &str = "fragments";

/// Words after the addresses that make an entry match fewer packets, or for some time only.
const RESTRICTIONS: [&str; 12] = [
    "capture",
    "dscp",
    "match-all",
    "match-any",
    "option",
    "packet-length",
    "precedence",
    "reflect",
    "time-range",
    "timeout",
    "tos",
    "ttl",
];

/// An entry that permits or denies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its place in the text.
    pub(crate) place: Place,
    /// Its number, as written or counted on by ten.
    pub(crate) sequence: u32,
    pub(crate) permits: bool,
    /// The packets it is about.
    pub(crate) of: Of,
    /// The flags of TCP of which one must be set; nothing for all packets.
    pub(crate) flags: Option<u8>,
    /// The type of an ICMP message, and its code.
    pub(crate) icmp: Option<(u8, Option<u8>)>,
    pub(crate) from: Addresses,
    /// Ranges of source ports; nothing for all.
    pub(crate) from_ports: Vec<RangeInclusive<u16>>,
    pub(crate) to: Addresses,
    /// Ranges of destination ports; nothing for all.
    pub(crate) ports: Vec<RangeInclusive<u16>>,
    /// True if it is about fragments after the first only.
    pub(crate) fragments: bool,
    /// The line as IOS would print it, without its number.
    pub(crate) text: String,
}

/// The protocols that an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// All of them: `ip`.
    Ip,
    Protocol(Protocol),
    /// One of which no packet is on these networks, such as OSPF.
    Other,
}

/// The addresses of which the bits that the wildcard leaves are those of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Addresses {
    address: u32,
    wildcard: u32,
}

impl Addresses {
    const ANY: Self = Self { address: 0, wildcard: u32::MAX };

    fn host(address: Ipv4Addr) -> Self {
        Self { address: address.into(), wildcard: 0 }
    }

    /// Returns true if the address is one of them.
    pub(crate) fn contains(self, address: Ipv4Addr) -> bool {
        (u32::from(address) ^ self.address) & !self.wildcard == 0
    }

    pub(crate) fn is_any(self) -> bool {
        self.wildcard == u32::MAX
    }
}

/// What a line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Entry(Entry),
    /// Removes the entry of this number.
    Remove(u32),
    /// A remark.
    Nothing,
    Wrong(Problem),
}

/// Returns true if a line begins as an entry does.
pub(super) fn is_entry(words: &Words<'_>) -> bool {
    let is_word = |index| {
        matches!(words.get(index), Some("permit" | "deny" | "remark" | "evaluate" | "dynamic" | "statistics"))
    };
    let is_number = |index| words.get(index).is_some_and(|word| word.parse::<u32>().is_ok());
    is_word(0) || (is_number(0) && is_word(1)) || (words.get(0) == Some("no") && (is_word(1) || is_number(1)))
}

/// Reads a line of a list; an entry without a number becomes number `next`.
pub(super) fn read(words: &Words<'_>, standard: bool, next: u32) -> Line {
    let mut at = Cursor { words, index: 0 };
    let place = words.place();
    if at.take_word("no") {
        return match at.peek().and_then(|word| word.parse().ok()) {
            Some(number) => Line::Remove(number),
            None => Line::Wrong(Problem::error(place, "an entry is removed by its number", "")),
        };
    }
    let sequence = match at.peek().and_then(|word| word.parse().ok()) {
        Some(number) => {
            at.index += 1;
            number
        }
        None => next,
    };
    let first = at.index;
    let permits = match at.next() {
        Some("permit") => true,
        Some("deny") => false,
        Some("remark" | "statistics") => return Line::Nothing,
        Some(word @ ("evaluate" | "dynamic")) => {
            return Line::Wrong(Problem::not_modelled(words.place_of(first), word));
        }
        _ => {
            let problem = Problem::error(words.place_of(first), "not an entry of an access list", "");
            let meant = words.get(first).and_then(slips::meant);
            let usual = "expected `permit`, `deny` or `remark`".to_owned();
            return Line::Wrong(problem.help(meant.map_or(usual, |meant| slips::help(&meant))));
        }
    };
    let read = if standard { at.standard() } else { at.extended() };
    match read {
        Ok(matched) => Line::Entry(Entry { place, sequence, permits, text: at.text(first), ..matched }),
        Err(problem) => Line::Wrong(problem),
    }
}

type Result<T> = std::result::Result<T, Problem>;

/// The words of a line, and the index of the next one.
struct Cursor<'a, 'w> {
    words: &'a Words<'w>,
    index: usize,
}

impl<'w> Cursor<'_, 'w> {
    fn peek(&self) -> Option<&'w str> {
        self.words.get(self.index)
    }

    fn next(&mut self) -> Option<&'w str> {
        let word = self.peek()?;
        self.index += 1;
        Some(word)
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let there = self.peek() == Some(wanted);
        self.index += usize::from(there);
        there
    }

    fn place(&self) -> Place {
        self.words.place_of(self.index)
    }

    /// Reports the next word, or the end of the line.
    fn expected(&self, what: &str) -> Problem {
        let message = match self.peek() {
            Some(word) => format!("`{word}` in an access list"),
            None => "an entry of an access list that is not complete".to_owned(),
        };
        let problem = Problem::error(self.place(), message, format!("expected {what}"));
        match self.peek().and_then(slips::meant) {
            Some(meant) => problem.help(slips::help(&meant)),
            None => problem,
        }
    }

    /// Returns the words from this one on, without the counters that `show ip access-lists` adds.
    fn text(&self, from: usize) -> String {
        let words = self.words.after(from);
        let texts = words.texts().into_iter().take_while(|word| !word.starts_with('('));
        texts.collect::<Vec<_>>().join(" ")
    }

    fn standard(&mut self) -> Result<Entry> {
        let from = match self.peek() {
            Some("any") => {
                self.index += 1;
                Addresses::ANY
            }
            Some("host") => self.addresses()?,
            _ => {
                let address = self.address("`any`, `host` or an address")?;
                let listed = self.take_word("wildcard") && self.take_word("bits");
                match self.peek() {
                    Some(word) if listed || word.starts_with(|first: char| first.is_ascii_digit()) => {
                        Addresses {
                            address: address.into(),
                            wildcard: self.address("a wildcard mask")?.into(),
                        }
                    }
                    _ => Addresses::host(address),
                }
            }
        };
        self.options(Of::Ip)?;
        Ok(Entry { from, ..Entry::of(Of::Ip) })
    }

    fn extended(&mut self) -> Result<Entry> {
        let of = self.protocol()?;
        let from = self.addresses()?;
        let from_ports = self.ports(of)?;
        let to = self.addresses()?;
        let ports = self.ports(of)?;
        let has_ports = !from_ports.is_empty() || !ports.is_empty();
        let place = self.place();
        let options = self.options(of)?;
        if options.fragments && has_ports {
            let problem =
                Problem::error(place, "`fragments` in an entry with ports", "later fragments have none");
            return Err(problem.help("IOS refuses it, too: name the protocol and the addresses alone"));
        }
        Ok(Entry { from, from_ports, to, ports, ..options })
    }

    fn protocol(&mut self) -> Result<Of> {
        let of = match self.peek() {
            Some("ip") => Of::Ip,
            Some("tcp" | "6") => Of::Protocol(Protocol::Tcp),
            Some("udp" | "17") => Of::Protocol(Protocol::Udp),
            Some("icmp" | "1") => Of::Protocol(Protocol::Icmp),
            Some(
                "ahp" | "eigrp" | "esp" | "gre" | "hbh" | "igmp" | "igrp" | "ipinip" | "nos" | "ospf" | "pcp"
                | "pim" | "sctp",
            ) => Of::Other,
            Some("object-group") => return Err(Problem::not_modelled(self.place(), "object-group")),
            Some(word) if word.parse::<u8>().is_ok() => Of::Other,
            _ => return Err(self.expected("a protocol: ip, udp, tcp, icmp or its number")),
        };
        self.index += 1;
        Ok(of)
    }

    /// Reads `any`, `host 10.0.0.1`, `10.0.0.0 0.0.0.255`, or `10.0.0.0/24` of NX-OS.
    fn addresses(&mut self) -> Result<Addresses> {
        match self.peek() {
            Some("any") => {
                self.index += 1;
                return Ok(Addresses::ANY);
            }
            Some("host") => {
                self.index += 1;
                return Ok(Addresses::host(self.address("the address of a host")?));
            }
            Some(word @ ("object-group" | "addrgroup" | "interface" | "fqdn-group")) => {
                return Err(Problem::not_modelled(self.place(), word));
            }
            _ => {}
        }
        if let Some((address, length)) = self.peek().and_then(|word| word.split_once('/')) {
            let length = length.parse::<u32>().ok().filter(|length| *length <= 32);
            if let (Ok(address), Some(length)) = (address.parse::<Ipv4Addr>(), length) {
                self.index += 1;
                let wildcard = u32::MAX.checked_shr(length).unwrap_or(0);
                return Ok(Addresses { address: address.into(), wildcard });
            }
        }
        let address = self.address("`any`, `host` or an address with its wildcard mask")?;
        // A netmask here is a slip that IOS accepts: it matches what a wildcard of these bits matches.
        Ok(Addresses { address: address.into(), wildcard: self.address("a wildcard mask")?.into() })
    }

    fn address(&mut self, expected: &str) -> Result<Ipv4Addr> {
        // `10.0.0.0, wildcard bits 0.0.0.255` of `show ip access-lists`.
        let address = self.peek().and_then(|word| word.trim_end_matches(',').parse().ok());
        let address = address.ok_or_else(|| self.expected(expected))?;
        self.index += 1;
        Ok(address)
    }

    /// Reads `eq tftp`, `range 5246 5247`, `gt 1023` or nothing, as ranges.
    fn ports(&mut self, of: Of) -> Result<Vec<RangeInclusive<u16>>> {
        let operator = match self.peek() {
            Some(word @ ("eq" | "neq" | "gt" | "lt" | "range")) => word,
            // Of ports, or the destination: neither is modelled.
            Some(word @ ("object-group" | "portgroup")) => {
                return Err(Problem::not_modelled(self.place(), word));
            }
            _ => return Ok(Vec::new()),
        };
        let is_tcp = match of {
            Of::Protocol(Protocol::Udp) => false,
            Of::Protocol(Protocol::Tcp) => true,
            _ => {
                return Err(Problem::error(
                    self.place(),
                    "ports of a protocol that has none",
                    "only udp and tcp",
                ));
            }
        };
        self.index += 1;
        let first = self.port(is_tcp)?;
        Ok(match operator {
            "gt" => first.checked_add(1).map(|low| low..=u16::MAX).into_iter().collect(),
            "lt" => first.checked_sub(1).map(|high| 0..=high).into_iter().collect(),
            "range" => {
                let place = self.place();
                let last = self.port(is_tcp)?;
                if last < first {
                    return Err(Problem::error(
                        place,
                        "a range of ports that is empty",
                        "less than the first",
                    ));
                }
                vec![first..=last]
            }
            operator => {
                let mut listed = vec![first];
                while self.peek().is_some_and(|word| ports::port(word, is_tcp).is_some()) {
                    if listed.len() == PORTS_MAX {
                        return Err(Problem::error(self.place(), format!("more than {PORTS_MAX} ports"), ""));
                    }
                    listed.push(self.port(is_tcp)?);
                }
                listed.sort_unstable();
                if operator == "eq" {
                    listed.into_iter().map(|port| port..=port).collect()
                } else {
                    all_but(&listed)
                }
            }
        })
    }

    fn port(&mut self, is_tcp: bool) -> Result<u16> {
        let port = self.peek().and_then(|word| ports::port(word, is_tcp));
        let port = port.ok_or_else(|| {
            let problem = self.expected("a port, by its number or IOS's name");
            match self.peek() {
                Some("ssh") => problem.help("IOS has no name for port 22"),
                Some("capwap") => problem.help("IOS has no name for the ports of CAPWAP: 5246 and 5247"),
                _ => problem,
            }
        })?;
        self.index += 1;
        Ok(port)
    }

    /// Reads what follows the destination: flags of TCP, an ICMP message, `fragments`; returns an entry with that alone.
    fn options(&mut self, of: Of) -> Result<Entry> {
        let mut entry = Entry::of(of);
        if of == Of::Protocol(Protocol::Icmp) {
            entry.icmp = self.icmp();
        }
        while let Some(word) = self.peek() {
            // The counters of `show ip access-lists`.
            if word.starts_with('(') {
                break;
            }
            // The packet is logged; a word may follow, which the message carries.
            if matches!(word, "log" | "log-input") {
                self.index += 1;
                let carried = self.peek().filter(|word| !word.starts_with('('));
                let is_option =
                    |word: &str| RESTRICTIONS.contains(&word) || word == FRAGMENTS || flag(word).is_some();
                self.index += usize::from(carried.is_some_and(|word| !is_option(word)));
                continue;
            }
            if RESTRICTIONS.contains(&word) {
                return Err(Problem::not_modelled(self.place(), word));
            }
            if word == FRAGMENTS {
                entry.fragments = true;
                self.index += 1;
                continue;
            }
            let Some(flag) = flag(word) else {
                return Err(self.expected("the end of the entry, `established` or `log`"));
            };
            if of != Of::Protocol(Protocol::Tcp) {
                return Err(Problem::error(self.place(), format!("`{word}` without tcp"), "a flag of TCP"));
            }
            if entry.flags.replace(flag).is_some() {
                return Err(Problem::not_modelled(self.place(), "several TCP flags"));
            }
            self.index += 1;
        }
        Ok(entry)
    }

    /// Reads an ICMP message by its name, or by its type and code; nothing if there is none.
    fn icmp(&mut self) -> Option<(u8, Option<u8>)> {
        let word = self.peek()?;
        if let Some(message) = icmp::message(word) {
            self.index += 1;
            return Some(message);
        }
        let kind = word.parse().ok()?;
        self.index += 1;
        let code = self.peek().and_then(|word| word.parse().ok());
        self.index += usize::from(code.is_some());
        Some((kind, code))
    }
}

impl Entry {
    /// Makes an entry about everything of a protocol.
    fn of(of: Of) -> Self {
        Self {
            place: Place { line: 0, columns: 0..0 },
            sequence: 0,
            permits: false,
            of,
            flags: None,
            icmp: None,
            fragments: false,
            from: Addresses::ANY,
            from_ports: Vec::new(),
            to: Addresses::ANY,
            ports: Vec::new(),
            text: String::new(),
        }
    }
}

/// Returns the flags of TCP of which one must be set (RFC 9293, 3.1). `established` is ACK or RST.
fn flag(word: &str) -> Option<u8> {
    Some(match word {
        "established" => 0b1_0100,
        "ack" => 0b1_0000,
        "rst" => 0b100,
        "syn" => 0b10,
        "fin" => 0b1,
        "psh" => 0b1000,
        "urg" => 0b10_0000,
        _ => return None,
    })
}

/// Returns the ranges between these ports, which are in order.
fn all_but(ports: &[u16]) -> Vec<RangeInclusive<u16>> {
    let mut ranges = Vec::new();
    let mut low = Some(0);
    for &port in ports {
        if let Some(low) = low.filter(|low| *low < port) {
            ranges.push(low..=port - 1);
        }
        low = port.checked_add(1);
    }
    ranges.extend(low.map(|low| low..=u16::MAX));
    ranges
}
