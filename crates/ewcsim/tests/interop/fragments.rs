//! Blocks that are longer than the MTU: the same transfers simulated, and between network namespaces, end alike and take the same
//! number of IP fragments. The interfaces of both ends have that MTU, or a router in between has it on its far side, so that it
//! cuts fragments again. Linux counts them (proc_net(5), `snmp`).

use std::collections::BTreeMap;
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

/// The address of the server in its namespace.
const SERVER: &str = "10.0.5.27";

/// Namespaces joined by veths, which are removed when dropped: the server, the client, and perhaps a router between them.
struct Namespaces {
    names: Vec<String>,
    /// The interfaces that have the MTU, each with its namespace.
    narrow: Vec<(usize, &'static str)>,
}

impl Namespaces {
    /// Makes the server and the client, on one link.
    fn joined() -> Self {
        let made = Self::new(&["server", "client"], vec![(0, "veth0"), (1, "veth0")]);
        made.join((0, "veth0", "10.0.5.27/24"), (1, "veth0", "10.0.5.28/24"));
        made
    }

    /// Makes the server, a router, and the client on a narrow link behind that.
    fn routed() -> Self {
        let made = Self::new(&["rserver", "rclient", "router"], vec![(1, "veth0"), (2, "veth1")]);
        made.join((0, "veth0", "10.0.5.27/24"), (2, "veth0", "10.0.5.1/24"));
        made.join((2, "veth1", "10.0.6.1/24"), (1, "veth0", "10.0.6.28/24"));
        ip(&["-n", &made.names[0], "route", "add", "default", "via", "10.0.5.1"]);
        ip(&["-n", &made.names[1], "route", "add", "default", "via", "10.0.6.1"]);
        made.set(2, "ip_forward");
        // Sockets of the server set no DF, as in.tftpd wants it of its own.
        made.set(0, "ip_no_pmtu_disc");
        made
    }

    fn new(ends: &[&str], narrow: Vec<(usize, &'static str)>) -> Self {
        let names = ends.iter().map(|end| format!("ewcsim-{}-{end}", std::process::id())).collect();
        let made = Self { names, narrow };
        for name in &made.names {
            ip(&["netns", "add", name]);
        }
        made
    }

    /// Joins two namespaces by a veth with these names and addresses of its ends.
    fn join(&self, a: (usize, &str, &str), b: (usize, &str, &str)) {
        let [first, second] = [a, b].map(|end| self.names[end.0].as_str());
        ip(&["-n", first, "link", "add", a.1, "type", "veth", "peer", "name", b.1, "netns", second]);
        for (end, interface, address) in [a, b] {
            ip(&["-n", &self.names[end], "address", "add", address, "dev", interface]);
            ip(&["-n", &self.names[end], "link", "set", interface, "up"]);
        }
    }

    /// Sets a variable of IPv4 in a namespace to 1 (ip(7)).
    fn set(&self, end: usize, variable: &str) {
        let line = format!("echo 1 > /proc/sys/net/ipv4/{variable}");
        let status = self.command(end, &find("sh")).args(["-c", &line]).status().expect("it starts");
        assert!(status.success(), "{variable}");
    }

    fn set_mtu(&self, mtu: u32) {
        for (end, interface) in &self.narrow {
            ip(&["-n", &self.names[*end], "link", "set", interface, "mtu", &mtu.to_string()]);
        }
    }

    /// Builds a command in the namespace of the server (0), of the client (1) or of the router (2).
    fn command(&self, end: usize, program: &Path) -> Command {
        let mut command = Command::new(find("ip"));
        command.args(["netns", "exec", &self.names[end]]).arg(program).stdin(Stdio::null());
        command
    }

    /// Returns the number of fragments that reached the client's kernel, and of datagrams that it put together.
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
        [count(1, "ReasmReqds"), count(1, "ReasmOKs")]
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        for name in &self.names {
            let _ = Command::new(find("ip")).args(["netns", "del", name]).status();
        }
    }
}

fn ip(args: &[&str]) {
    let output = Command::new(find("ip")).args(args).output().expect("it starts");
    assert!(output.status.success(), "ip {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Returns a scenario in which the controller fetches an image in blocks of this size over a link of this MTU, which is that of the
/// interfaces, or of the link behind a router.
fn scenario(block_size: u32, mtu: u32, has_router: bool) -> Edited {
    let pmtud = if has_router { "icmp" } else { "local" };
    let link = format!("links: [{{ between: [ewc, tftp-1], mtu: {mtu}, pmtud: {pmtud} }}]\n  firewalls:");
    Edited::scenario("firewalls/fragments-dropped")
        .replace("firewalls:", &link)
        .replace("fragments: drop", "fragments: pass")
        .replace("blocksize 8192", &format!("blocksize {block_size}"))
}

/// Returns the same two numbers of a simulated transfer, from its capture.
fn simulated(block_size: u32, mtu: u32, has_router: bool) -> [u64; 2] {
    let directory = temporary();
    let path = directory.path().join("capture.pcapng");
    let prepared = scenario(block_size, mtu, has_router)
        .load_expecting("  - { log: ewc, lacks: Timed out }\n  - { access_points: all, running: 17.9.4a }");
    let epoch_ns = WallClock::new(prepared.scenario.start).epoch_ns();
    let file = BufWriter::new(File::create(&path).expect("the directory is ours"));
    let options = Options { capture: Some(Capture::new(file, epoch_ns)), ..Options::default() };
    let finished = ewcsim::run(&prepared, options, &mut Progress::none(), &AtomicBool::new(false))
        .expect("the capture is written");
    assert_eq!(finished.verdict(), Verdict::Passed, "{block_size} at {mtu}: {:#?}", finished.judgements);
    // Reading starts tshark, which takes longer than the transfer: requests and reassembled datagrams are read at once.
    let mut command = Command::new(find("tshark"));
    command.env("WIRESHARK_CONFIG_DIR", directory.path()).arg("-r").arg(&path);
    command.args([
        "-Y",
        &format!("tftp.opcode == 1 || (ip.src == {SERVER} && ip.fragment.count)"),
        "-T",
        "fields",
    ]);
    command.args(["-e", "tftp.opcode", "-e", "udp.srcport", "-e", "udp.dstport", "-e", "ip.fragment.count"]);
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("fields are text");
    let packets: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    // The controller asks for the file twice, and leaves the first transfer alone after its first block.
    let client = packets.iter().rfind(|packet| packet[0] == "1").expect("it asks for the image")[1];
    let reassembled = packets.iter().filter(|packet| packet[2] == client && !packet[3].is_empty());
    let counts: Vec<u64> = reassembled.map(|packet| packet[3].parse().expect("a number")).collect();
    [counts.iter().sum(), counts.len() as u64]
}

/// Compares transfers, and returns the numbers of fragments by MTU and block size. Of all pairs, `ci/test` takes every other one, so that each
/// size and each MTU is among them, and the pairs of `always`.
fn compare(namespaces: &Namespaces, has_router: bool, always: &[(u32, u32)]) -> BTreeMap<(u32, u32), u64> {
    let directory = temporary();
    std::fs::write(directory.path().join("scenario.yaml"), scenario(512, 1_500, has_router).text())
        .expect("the directory is ours");
    let mut serving = namespaces.command(0, EWCSIM.as_ref());
    serving.args(["serve", "scenario.yaml", "tftp-1", "--bind", &format!("{SERVER}:69")]);
    serving.current_dir(directory.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut serving = Process::start(&mut serving);
    let told = BufReader::new(serving.0.stderr.take().expect("piped")).lines();
    let mut told = told.map(|line| line.expect("UTF-8"));
    // A note comes first: the timeline is about other hosts.
    assert!(told.by_ref().take(2).any(|line| line.starts_with("serving tftp-1")));
    let is_long = test_support::enlarged(1) > 1;
    let mut seen = BTreeMap::new();
    for (row, mtu) in MTUS.into_iter().enumerate() {
        namespaces.set_mtu(mtu);
        for (column, block_size) in BLOCK_SIZES.into_iter().enumerate() {
            if !is_long && (row + column) % 2 == 1 && !always.contains(&(mtu, block_size)) {
                continue;
            }
            let before = namespaces.counts();
            let mut fetch = namespaces.command(1, EWCSIM.as_ref());
            fetch.args(["fetch", &format!("tftp://{SERVER}/17.9.4a/ap1g8"), "--output", "out"]);
            fetch.args(["--blksize", &block_size.to_string()]).current_dir(directory.path());
            let called = Called::from(fetch.output().expect("it starts"));
            assert_eq!(called.code, Some(0), "{block_size} at {mtu}: {called:?}");
            assert!(called.value("packets").ends_with("0 retransmitted"), "{called:?}");
            assert!(names(directory.path()).contains(&"out".to_owned()));
            let after = namespaces.counts();
            let real = [after[0] - before[0], after[1] - before[1]];
            assert_eq!(simulated(block_size, mtu, has_router), real, "{block_size} at {mtu}");
            seen.insert((mtu, block_size), real[0]);
        }
    }
    seen
}

#[test]
fn a_simulated_transfer_takes_the_fragments_of_a_real_one() {
    let ethernet = [512, 1_428, 1_468, 1_469].map(|block_size| (1_500, block_size));
    let seen = compare(&Namespaces::joined(), false, &ethernet);
    // One byte more than an Ethernet frame holds makes two of each block.
    assert_eq!(ethernet.map(|pair| seen[&pair]), [0, 0, 0, 2 * (1_024_000 / 1_469)], "{seen:?}");
}

#[test]
fn a_router_cuts_fragments_again_as_linux_does() {
    let pair = (1_400, 4_096);
    let seen = compare(&Namespaces::routed(), true, &[pair]);
    // 4,096 bytes at 1,400: five for each block, where a sender that knows makes three.
    assert_eq!(seen[&pair] / (1_024_000 / 4_096), 5, "{seen:?}");
}
