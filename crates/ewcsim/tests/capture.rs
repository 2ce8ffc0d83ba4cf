//! Wireshark reads the captures: no packet is malformed, checksums are right, and transferred files can be extracted.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use engine::Capture;
use ewcsim::{Options, Prepared, Progress, WallClock};
use scenario::MemoryFiles;
use tempfile::TempDir;

use crate::common;

const SMALL: &str = include_str!("scenarios/small.yaml");

/// Severities of Wireshark's expert information: `PI_WARN` of epan/proto.h, and everything above it.
const WARNING: u32 = 0x0060_0000;
/// RFC 5415, 4.5.1: Image Data Request.
const IMAGE_DATA_REQUEST: &str = "15";
/// Wireshark's value for a wrong checksum.
const BAD: &str = "0";

/// The fields read from each packet, by Wireshark's names.
const FIELDS: [&str; 11] = [
    "frame.number",
    "frame.interface_name",
    "ip.src_host",
    "ip.dst_host",
    "_ws.malformed",
    "_ws.expert.severity",
    "ip.checksum.status",
    "udp.checksum.status",
    "icmp.checksum.status",
    "icmp.code",
    "capwap.control.header.message_type",
];

/// One packet: the values of [`FIELDS`]. Several values of a field are separated by commas.
struct Packet(Vec<String>);

impl Packet {
    fn values(&self, field: &str) -> impl Iterator<Item = &str> {
        let index = FIELDS.iter().position(|known| *known == field).expect("only known fields are asked for");
        self.0[index].split(',').filter(|value| !value.is_empty())
    }

    fn is(&self, field: &str, wanted: &str) -> bool {
        self.values(field).any(|value| value == wanted)
    }

    /// Returns its problems.
    fn problem(&self) -> Option<String> {
        let warned = self
            .values("_ws.expert.severity")
            .any(|severity| severity.parse::<u32>().expect("a number") >= WARNING);
        let checksum = FIELDS.iter().any(|field| field.ends_with(".checksum.status") && self.is(field, BAD));
        let malformed = self.values("_ws.malformed").next().is_some();
        (warned || checksum || malformed)
            .then(|| format!("{:?}", FIELDS.iter().zip(&self.0).collect::<Vec<_>>()))
    }
}

/// Runs a scenario and records it. The capture is removed with the directory.
fn record(prepared: &Prepared) -> TempDir {
    let directory = common::temporary();
    let file = File::create(directory.path().join("capture.pcapng")).expect("the directory is ours");
    let epoch_ns = WallClock::new(prepared.scenario.start).epoch_ns();
    let options =
        Options { capture: Some(Capture::new(BufWriter::new(file), epoch_ns)), ..Options::default() };
    ewcsim::run(prepared, options, &mut Progress::none(), &AtomicBool::new(false))
        .expect("the capture is written");
    directory
}

/// Reads the capture in `directory` with tshark once: every packet's fields, and the files sent over TFTP into `objects`.
fn dissect(directory: &Path, objects: &Path) -> Vec<Packet> {
    let mut command = Command::new("tshark");
    // The user's own settings must not affect the result.
    command.env("WIRESHARK_CONFIG_DIR", directory);
    for protocol in ["ip", "udp", "tcp"] {
        command.args(["-o", &format!("{protocol}.check_checksum:TRUE")]);
    }
    command.args(["-N", "n", "-T", "fields"]).args(FIELDS.iter().flat_map(|field| ["-e", field]));
    command.arg("--export-objects").arg(format!("tftp,{}", objects.display()));
    command.arg("-r").arg(directory.join("capture.pcapng"));
    let output = command.output().unwrap_or_else(|error| {
        panic!("tshark does not start ({error}): run ci/setup, or install the package `tshark`")
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("fields are text");
    let packets: Vec<Packet> =
        text.lines().map(|line| Packet(line.split('\t').map(str::to_owned).collect())).collect();
    assert!(packets.iter().all(|packet| packet.0.len() == FIELDS.len()));
    packets
}

fn problems(packets: &[Packet]) -> Vec<String> {
    packets.iter().filter_map(Packet::problem).collect()
}

#[test]
fn a_download_of_real_size() {
    let prepared = common::field("tftp-join");
    let directory = record(&prepared);
    let objects = common::temporary();
    let packets = dissect(directory.path(), objects.path());
    assert_eq!(problems(&packets), [""; 0]);

    let names = ["9105-emorenoa", "9120-EWC", "CXLabs-UBUNTU22"];
    for packet in &packets {
        let [sender, receiver] =
            ["ip.src_host", "ip.dst_host"].map(|field| packet.values(field).next().unwrap_or_default());
        // Discovery is also a broadcast, which leaves the controller's box too.
        let is_broadcast = receiver == "255.255.255.255";
        let is_known = names.contains(&sender) || (is_broadcast && sender == "9120-EWC-ap");
        assert!(is_known && (is_broadcast || names.contains(&receiver)), "{sender} to {receiver}");
        assert!(packet.is("frame.interface_name", sender), "packets are recorded where they are sent");
    }
    let blocks = packets.iter().filter(|packet| {
        packet.is("capwap.control.header.message_type", IMAGE_DATA_REQUEST)
            && packet.is("ip.dst_host", "9105-emorenoa")
    });
    assert_eq!(blocks.count(), 51_208, "the sample's `51208 msgs`");

    let version = "17.9.4.27".parse().expect("a version");
    let served = image::synthesize("ap1g8", &version, 70_512_640).expect("a good size");
    let fetched = std::fs::read(objects.path().join("ap1g8")).expect("tshark finds the file");
    assert!(fetched == served.bytes(), "what went over the network is another file");
}

/// Returns the bytes of a capture with a part of one packet changed, to check that a bad packet is found.
#[test]
fn a_broken_capture_is_noticed() {
    let prepared = load(SMALL);
    let directory = record(&prepared);
    let path = directory.path().join("capture.pcapng");
    let mut bytes = std::fs::read(&path).expect("it was written");
    let name = b"/images/ap1g8\0octet";
    let at = bytes.windows(name.len()).position(|window| window == name).expect("a read request");
    bytes[at] = b'!';
    std::fs::write(&path, bytes).expect("the directory is ours");
    let objects = common::temporary();
    assert_eq!(problems(&dissect(directory.path(), objects.path())).len(), 1, "one wrong checksum");
}

#[test]
fn a_rejected_request() {
    // ICMP port unreachable is type 3, code 3 (RFC 792), administratively prohibited code 13 (RFC 1812); the only checksum of
    // the error is its own, and it is right.
    for (with, code) in [("", "3"), (", with: port-unreachable", "3"), (", with: admin-prohibited", "13")] {
        let rules = format!(
            "network: {{ firewalls: [{{ name: dc, between: [ewc-1, tftp-1], rules: [{{ reject: udp/69{with} }}] }}] }}"
        );
        let text = SMALL.replace("\nservers:", &format!("\n{rules}\n\nservers:"));
        assert_ne!(text, SMALL);
        let directory = record(&load(&text));
        let objects = common::temporary();
        let packets = dissect(directory.path(), objects.path());
        assert_eq!(problems(&packets), [""; 0]);
        let rejected = packets
            .iter()
            .filter(|packet| packet.is("icmp.code", code) && packet.is("icmp.checksum.status", "1"));
        assert!(rejected.count() > 0, "{with}");
    }
}

fn load(text: &str) -> Prepared {
    let files = MemoryFiles::default().with("capture.yaml", text);
    ewcsim::load(Path::new("capture.yaml"), &files)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}
