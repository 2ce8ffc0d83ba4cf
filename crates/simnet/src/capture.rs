//! A packet capture in pcapng (draft-ietf-opsawg-pcapng), one interface per host, addresses resolved to names.
//!
//! Every packet is recorded once, on the interface of its sender, as it leaves; a copy made by the link is recorded beside it. A
//! packet that is dropped or impaired carries a comment with the reason, and shows the bytes that arrive. The link type is raw IP:
//! there are no Ethernet frames to invent.

use std::fmt;
use std::io::{self, Write};
use std::net::IpAddr;

use network::wire;
use network::{Packet, SentFragment};

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE_DESCRIPTION: u32 = 1;
const NAME_RESOLUTION: u32 = 4;
const ENHANCED_PACKET: u32 = 6;
const LINKTYPE_RAW: u16 = 101;

const OPT_END: u16 = 0;
const OPT_COMMENT: u16 = 1;
const OPT_IF_NAME: u16 = 2;
const OPT_IF_TSRESOL: u16 = 9;

/// Writes a capture while the simulation runs.
pub struct Capture {
    out: Box<dyn Write + Send>,
    /// Nanoseconds since 1970 at the start of the run.
    epoch_ns: u64,
    headers: Vec<u8>,
    /// The first error; nothing is written after it.
    failed: Option<io::Error>,
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("epoch_ns", &self.epoch_ns).finish_non_exhaustive()
    }
}

impl Capture {
    /// Makes a capture into `out`, which should be buffered. `epoch_ns`: nanoseconds since 1970 at which the run starts.
    pub fn new(out: impl Write + Send + 'static, epoch_ns: u64) -> Self {
        Self { out: Box::new(out), epoch_ns, headers: Vec::with_capacity(128), failed: None }
    }

    /// Writes the section header, an interface for each host and the names of all addresses.
    pub(crate) fn begin(&mut self, hosts: &[(&str, &[IpAddr])]) {
        let mut section = Vec::new();
        section.extend(0x1A2B_3C4D_u32.to_le_bytes());
        section.extend([1, 0, 0, 0]); // version 1.0
        section.extend(u64::MAX.to_le_bytes()); // length of the section: not known
        self.block(SECTION_HEADER, &section);
        for (name, _) in hosts {
            let mut interface = Vec::new();
            interface.extend(LINKTYPE_RAW.to_le_bytes());
            interface.extend([0, 0]);
            interface.extend(0_u32.to_le_bytes()); // no limit on lengths
            option(&mut interface, OPT_IF_NAME, name.as_bytes());
            option(&mut interface, OPT_IF_TSRESOL, &[9]); // nanoseconds
            option(&mut interface, OPT_END, &[]);
            self.block(INTERFACE_DESCRIPTION, &interface);
        }
        let mut names = Vec::new();
        for (name, addresses) in hosts {
            for address in *addresses {
                let (kind, octets) = match address {
                    IpAddr::V4(v4) => (1_u16, v4.octets().to_vec()),
                    IpAddr::V6(v6) => (2_u16, v6.octets().to_vec()),
                };
                let length = octets.len() + name.len() + 1;
                names.extend(kind.to_le_bytes());
                names.extend((length as u16).to_le_bytes());
                names.extend(octets);
                names.extend(name.as_bytes());
                names.push(0);
                pad(&mut names);
            }
        }
        names.extend([0, 0, 0, 0]); // end of records
        self.block(NAME_RESOLUTION, &names);
    }

    /// Records `packet` as leaving on `interface` at `now_ns`, with a comment if it is impaired or dropped.
    pub(crate) fn record(&mut self, now_ns: u64, interface: u32, packet: &Packet, comment: Option<&str>) {
        if self.failed.is_some() {
            return;
        }
        let mut headers = std::mem::take(&mut self.headers);
        headers.clear();
        let payload = wire::headers(&mut headers, packet);
        let result = self.enhanced_packet(now_ns, interface, &headers, payload, comment);
        self.headers = headers;
        if let Err(error) = result {
            self.failed = Some(error);
        }
    }

    /// Records a fragment of `packet` as leaving on `interface` at `now_ns`.
    pub(crate) fn record_fragment(
        &mut self,
        now_ns: u64,
        interface: u32,
        packet: &Packet,
        id: u16,
        sent: &SentFragment,
    ) {
        if self.failed.is_some() {
            return;
        }
        let bytes = wire::fragment(packet, id, &sent.fragment);
        if let Err(error) = self.enhanced_packet(now_ns, interface, &bytes, &[], sent.comment.as_deref()) {
            self.failed = Some(error);
        }
    }

    /// Flushes the buffer.
    ///
    /// # Errors
    /// The first error while writing the capture.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }

    fn enhanced_packet(
        &mut self,
        now_ns: u64,
        interface: u32,
        headers: &[u8],
        payload: &[u8],
        comment: Option<&str>,
    ) -> io::Result<()> {
        let length = headers.len() + payload.len();
        let padding = length.next_multiple_of(4) - length;
        let mut options = Vec::new();
        if let Some(comment) = comment {
            option(&mut options, OPT_COMMENT, comment.as_bytes());
            option(&mut options, OPT_END, &[]);
        }
        let total = (12 + 20 + length + padding + options.len()) as u32;
        let at = self.epoch_ns + now_ns;
        let mut fixed = [0; 28];
        for (slot, word) in fixed.chunks_exact_mut(4).zip([
            ENHANCED_PACKET,
            total,
            interface,
            (at >> 32) as u32,
            at as u32,
            length as u32,
            length as u32,
        ]) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        self.out.write_all(&fixed)?;
        self.out.write_all(headers)?;
        self.out.write_all(payload)?;
        self.out.write_all(&[0; 3][..padding])?;
        self.out.write_all(&options)?;
        self.out.write_all(&total.to_le_bytes())
    }

    fn block(&mut self, kind: u32, body: &[u8]) {
        let total = (12 + body.len()) as u32;
        let mut block = Vec::with_capacity(total as usize);
        block.extend(kind.to_le_bytes());
        block.extend(total.to_le_bytes());
        block.extend(body);
        block.extend(total.to_le_bytes());
        if self.failed.is_none()
            && let Err(error) = self.out.write_all(&block)
        {
            self.failed = Some(error);
        }
    }
}

/// Appends a pcapng option: code, length, value, padding.
fn option(to: &mut Vec<u8>, code: u16, value: &[u8]) {
    to.extend(code.to_le_bytes());
    to.extend((value.len() as u16).to_le_bytes());
    to.extend(value);
    pad(to);
}

fn pad(to: &mut Vec<u8>) {
    to.resize(to.len().next_multiple_of(4), 0);
}
