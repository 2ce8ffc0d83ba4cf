//! Blocks that are longer than the MTU: the same transfers simulated, and between two network namespaces whose interfaces have that
//! MTU, end alike and take the same number of IP fragments. Linux counts them (proc_net(5), `snmp`).

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;

use engine::Capture;
use ewcsim::{Options, Progress, Verdict, WallClock};

use crate::common::{Edited, temporary};
use crate::interop::support::{Called, EWCSIM, Process, find, names};

const BLOCK_SIZES: [u32; 6] = [512, 1_428, 1_468, 1_469, 4_096, 8_192];
const MTUS: [u32; 5] = [576, 1_280, 1_400, 1_492, 1_500];

/// The address of the server in its namespace, and that of the client.
const ENDS: [&str; 2] = ["10.0.5.27", "10.0.5.28"];

/// Two namespaces with a veth between them, which are removed when dropped.
struct Namespaces([String; 2]);

impl Namespaces {
    fn new() -> Self {
        let names = ["server", "client"].map(|end| format!("ewcsim-{}-{end}", std::process::id()));
        let [server, client] = &names;
        let made = Self(names.clone());
        for name in &names {
            ip(&["netns", "add", name]);
        }
        ip(&["-n", server, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", client]);
        for (name, address) in names.iter().zip(ENDS) {
            ip(&["-n", name, "address", "add", &format!("{address}/24"), "dev", "veth0"]);
            ip(&["-n", name, "link", "set", "veth0", "up"]);
        }
        made
    }

    fn set_mtu(&self, mtu: u32) {
        for name in &self.0 {
            ip(&["-n", name, "link", "set", "veth0", "mtu", &mtu.to_string()]);
        }
    }

    /// Builds a command in the namespace of the server (0) or of the client (1).
    fn command(&self, end: usize, program: &Path) -> Command {
        let mut command = Command::new(find("ip"));
        command.args(["netns", "exec", &self.0[end]]).arg(program).stdin(Stdio::null());
        command
    }

    /// Returns the number of fragments that the server's kernel made, and of datagrams that the client's put together.
    fn counts(&self) -> [u64; 2] {
        let count = |end: usize, name: &str| {
            let output = self.command(end, &find("cat")).arg("/proc/net/snmp").output().expect("it starts");
            let text = String::from_utf8(output.stdout).expect("it is ASCII");
            let mut lines = text.lines().filter_map(|line| line.strip_prefix("Ip: "));
            let [heads, values] = [(); 2].map(|()| lines.next().expect("names, then values"));
            let mut pairs = heads.split(' ').zip(values.split(' '));
            let (_, value) = pairs.find(|(head, _)| *head == name).expect("Linux counts it");
            value.parse::<u64>().expect("a number")
        };
        [count(0, "FragCreates"), count(1, "ReasmOKs")]
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        for name in &self.0 {
            let _ = Command::new(find("ip")).args(["netns", "del", name]).status();
        }
    }
}

fn ip(args: &[&str]) {
    let output = Command::new(find("ip")).args(args).output().expect("it starts");
    assert!(output.status.success(), "ip {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Returns a scenario in which the controller fetches an image in blocks of this size over a link of this MTU.
fn scenario(block_size: u32, mtu: u32) -> Edited {
    let link = format!("links: [{{ between: [ewc, tftp-1], mtu: {mtu} }}]\n  firewalls:");
    Edited::scenario("firewalls/fragments-dropped")
        .replace("firewalls:", &link)
        .replace("fragments: drop", "fragments: pass")
        .replace("blocksize 8192", &format!("blocksize {block_size}"))
}

/// Returns the same two numbers of a simulated transfer, from its capture.
fn simulated(block_size: u32, mtu: u32) -> [u64; 2] {
    let directory = temporary();
    let path = directory.path().join("capture.pcapng");
    let prepared = scenario(block_size, mtu)
        .load_expecting("  - { log: ewc, lacks: Timed out }\n  - { access_points: all, running: 17.9.4a }");
    let epoch_ns = WallClock::new(prepared.scenario.start).epoch_ns();
    let file = BufWriter::new(File::create(&path).expect("the directory is ours"));
    let options = Options { capture: Some(Capture::new(file, epoch_ns)), ..Options::default() };
    let finished = ewcsim::run(&prepared, options, &mut Progress::none(), &AtomicBool::new(false))
        .expect("the capture is written");
    assert_eq!(finished.verdict(), Verdict::Passed, "{block_size} at {mtu}: {:#?}", finished.judgements);
    let fields = |filter: &str, field: &str| {
        let mut command = Command::new(find("tshark"));
        command.env("WIRESHARK_CONFIG_DIR", directory.path()).arg("-r").arg(&path);
        command.args(["-Y", filter, "-T", "fields", "-e", field]);
        let output = command.output().expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("fields are text");
        text.lines().map(|line| line.parse::<u64>().expect("a number")).collect::<Vec<_>>()
    };
    // The controller asks for the file twice, and leaves the first transfer alone after its first block.
    let client = *fields("tftp.opcode == 1", "udp.srcport").last().expect("it asks for the image");
    let reassembled = format!("ip.src == {} && ip.fragment.count && udp.dstport == {client}", ENDS[0]);
    let counts = fields(&reassembled, "ip.fragment.count");
    [counts.iter().sum(), counts.len() as u64]
}

#[test]
fn a_simulated_transfer_takes_the_fragments_of_a_real_one() {
    let namespaces = Namespaces::new();
    let directory = temporary();
    std::fs::write(directory.path().join("scenario.yaml"), scenario(512, 1_500).text())
        .expect("the directory is ours");
    let mut serving = namespaces.command(0, EWCSIM.as_ref());
    serving.args(["serve", "scenario.yaml", "tftp-1", "--bind", &format!("{}:69", ENDS[0])]);
    serving.current_dir(directory.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut serving = Process::start(&mut serving);
    let mut line = String::new();
    BufReader::new(serving.0.stderr.take().expect("piped")).read_line(&mut line).expect("UTF-8");
    assert!(line.starts_with("serving tftp-1"), "{line}");
    let mut seen = Vec::new();
    for mtu in MTUS {
        namespaces.set_mtu(mtu);
        for block_size in BLOCK_SIZES {
            let before = namespaces.counts();
            let mut fetch = namespaces.command(1, EWCSIM.as_ref());
            fetch.args(["fetch", &format!("tftp://{}/17.9.4a/ap1g8", ENDS[0]), "--output", "out"]);
            fetch.args(["--blksize", &block_size.to_string()]).current_dir(directory.path());
            let called = Called::from(fetch.output().expect("it starts"));
            assert_eq!(called.code, Some(0), "{block_size} at {mtu}: {called:?}");
            assert!(called.value("packets").ends_with("0 retransmitted"), "{called:?}");
            assert!(names(directory.path()).contains(&"out".to_owned()));
            let after = namespaces.counts();
            let real = [after[0] - before[0], after[1] - before[1]];
            assert_eq!(simulated(block_size, mtu), real, "{block_size} at {mtu}");
            seen.push(real[0]);
        }
    }
    // One byte more than an Ethernet frame holds makes two of each block.
    assert_eq!(seen[24..28], [0, 0, 0, 2 * (1_024_000 / 1_469)], "{seen:?}");
}
