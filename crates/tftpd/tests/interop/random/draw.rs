//! What is drawn: options of in.tftpd, rules of a map file, and requests.

use test_support::Draw;

use crate::interop::probe::Step;

/// A server and its requests. `DIR` in the options stands for the served directory.
#[derive(Debug)]
pub(super) struct Case {
    pub options: String,
    pub rules: String,
    pub requests: Vec<Vec<Step>>,
}

const OPTIONS: &[&str] = &[
    "-c",
    "--create",
    "-p",
    "--permissive",
    "-U 022",
    "-U 077",
    "--umask=0",
    "-r blksize",
    "-r TSIZE",
    "--refuse timeout",
    "-r windowsize",
    "-B 1024",
    "-B512",
    "--blocksize=1428",
    "--bl 600",
    "-B 100",
    "-B 70000",
    "-T 500000",
    "-T 100",
    "--retransmit 2000000",
    "-t 60",
    "--timeout=900",
    "-4",
    "-l",
    "-u nobody",
    "-u root",
    "-R 41000:41050",
    "-R 41050:41000",
    "-m DIR/rules",
    "--map-file=DIR/rules",
    "--perm",
    "--verb",
    "-cp",
    "-vvB1024",
    "-x",
    "--nosuch",
];
const RULES: &[&str] = &[
    "r ^/+",
    "rg \\\\ /",
    "ri ^IMAGES/ sub/../",
    "rGe ^get-(.*)$ \\1",
    "rP ^put-(.*)$ \\1",
    "a ^secret",
    "a ^denied not\\ \\0\\ for\\ \\i",
    "r (a|ab)(c|bcd)$ [\\1][\\2]",
    "4a ^four IPv4",
    "rs ^again- x",
    "e ^small",
    "r ^(.*)\\.TXT$ \\L\\1.txt",
    "~a ^[a-z/] only\\ small\\ letters",
    "# a comment",
    "rg o 0",
    "ri two.BIN exact.bin",
    "r $ .bin",
    "G ^two",
    "P ^open",
];
const NAMES: &[&str] = &[
    "small.txt",
    "small.txt",
    "two.bin",
    "exact.bin",
    "noperm.bin",
    "group.bin",
    "open.txt",
    "nosuch.bin",
    "new.txt",
    "sub",
    "sub/../small.txt",
    "../small.txt",
    "..",
    ".",
    "/small.txt",
    "//two.bin",
    "./two.bin",
    "/etc/passwd",
    "closed/file",
    "sub/new",
    "SMALL.TXT",
    "Small.TXT",
    "small.txt/",
    "Images/small.txt",
    "sub\\..\\small.txt",
    "get-small.txt",
    "put-open.txt",
    "secret",
    "denied/f",
    "four",
    "again-x",
    "xabcd",
    "",
    "a b",
    "DIR/small.txt",
    "DIR/two.bin",
    "DIR/sub/../two.bin",
    "DIR",
    "DIRx",
];
const MODES: &[&str] = &["octet", "octet", "octet", "OCTET", "netascii", "NetAscii", "mail", "binary", ""];
const ASKED: &[&str] = &[
    "blksize",
    "blksize",
    "BLKSIZE",
    "blksize2",
    "tsize",
    "TSize",
    "timeout",
    "utimeout",
    "rollover",
    "windowsize",
    "multicast",
    "x-y",
];
const VALUES: &[&str] = &[
    "0",
    "0",
    "1",
    "4",
    "7",
    "8",
    "512",
    "512",
    "1000",
    "1428",
    "9999",
    "20000",
    "65464",
    "65465",
    "99999999999",
    "-1",
    "+9",
    " 600",
    "512x",
    "enable",
    "",
];

/// Draws a comparison of servers of this directory.
pub(super) fn case(seed: u64, place: &str) -> Case {
    let draw = &mut Draw::new(seed);
    let mut options = Vec::new();
    if draw.chance(80) {
        options.push(draw.pick(&["-s", "--secure", "--sec"]));
    }
    options.push(draw.pick(&["", "-v", "-vv", "-vvv", "-vvv", "--verbosity 3", "-vv --verbosity 1"]));
    options.extend(draw.several(0..=3, OPTIONS));
    if draw.chance(15) {
        options.push("-m DIR/rules");
    }
    let rules = draw.several(1..=5, RULES).join("\n") + "\n";
    let requests = (0..draw.number(1..=4)).map(|_| request(draw, place)).collect();
    Case { options: options.join(" "), rules, requests }
}

/// A request, the first block, and the end.
fn request(draw: &mut Draw, place: &str) -> Vec<Step> {
    let opcode = if draw.chance(75) { 1 } else { 2 };
    let mut datagram = vec![0, opcode];
    let mut string = |text: &str| datagram.extend([text.as_bytes(), &[0]].concat());
    string(&draw.pick(NAMES).replace("DIR", place));
    string(draw.pick(MODES));
    let count = if draw.chance(60) { draw.number(1..=3) } else { 0 };
    for _ in 0..count {
        string(draw.pick(ASKED));
        string(draw.pick(VALUES));
    }
    if draw.chance(5) {
        datagram.pop();
    }
    let mut steps = vec![Step::Ask(datagram)];
    // A client that writes is the next to send.
    if opcode == 1 {
        steps.push(Step::Accept);
    }
    steps.push(Step::Stop(b"\0\x05\0\0bye\0".to_vec()));
    steps
}
