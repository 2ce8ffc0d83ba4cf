//! The probes, by the options of the server that they are for.

use crate::interop::probe::Step::{self, Ask, HangUp, Reply, Stop, StopWithALine};

/// A name, and what a client does.
pub(super) type Probe = (&'static str, Vec<Step>);

const BYE: &[u8] = b"\0\x05\0\0bye\0";

fn ask(datagram: &[u8]) -> Step {
    Ask(datagram.to_vec())
}

fn reply(datagram: &[u8]) -> Step {
    Reply(datagram.to_vec())
}

fn bye() -> Step {
    Stop(BYE.to_vec())
}

fn ack(block: u16) -> Vec<u8> {
    [&[0, 4][..], &block.to_be_bytes()].concat()
}

fn data(block: u16, payload: &[u8]) -> Vec<u8> {
    [&[0, 3][..], &block.to_be_bytes(), payload].concat()
}

/// A request that is refused, or whose transfer is not gone through with.
fn one(name: &'static str, request: &[u8]) -> Probe {
    (name, vec![ask(request), bye()])
}

/// Without `--create`.
pub(super) fn reading() -> Vec<Probe> {
    vec![
        // First, as the daemon's buffer is empty now.
        one("no NUL in a fresh buffer", b"\0\x01nosuch"),
        one("an empty datagram in a buffer of a request", b""),
        one("0 bytes once more", b""),
        ("a whole file", vec![ask(b"\0\x01small.txt\0octet\0"), Stop(ack(1))]),
        ("two blocks", vec![ask(b"\0\x01two.bin\0octet\0"), reply(&ack(1)), Stop(ack(2))]),
        ("exact blocks", vec![ask(b"\0\x01exact.bin\0octet\0"), reply(&ack(1)), Stop(ack(2))]),
        ("netascii", vec![ask(b"\0\x01small.txt\0NetASCII\0"), Stop(ack(1))]),
        one("missing", b"\0\x01nosuch.bin\0octet\0"),
        one("missing with options", b"\0\x01nosuch.bin\0octet\0blksize\x007\0tsize\x000\0"),
        one("no permission", b"\0\x01noperm.bin\0octet\0"),
        one("no permission for all", b"\0\x01group.bin\0octet\0"),
        one("in a closed directory", b"\0\x01closed/file\0octet\0"),
        one("a directory", b"\0\x01sub\0octet\0"),
        one("a directory as text", b"\0\x01sub\0netascii\0"),
        ("a directory with options", vec![ask(b"\0\x01sub\0octet\0blksize\x00512\0"), Reply(ack(0))]),
        one("upwards", b"\0\x01../etc/passwd\0octet\0"),
        one("absolute elsewhere", b"\0\x01/etc/passwd\0octet\0"),
        one("through a file", b"\0\x01small.txt/more\0octet\0"),
        one("a file with a slash", b"\0\x01small.txt/\0octet\0"),
        ("absolute", vec![ask(b"\0\x01/small.txt\0octet\0"), Stop(ack(1))]),
        ("doubled slashes", vec![ask(b"\0\x01//sub/..//small.txt\0octet\0"), Stop(ack(1))]),
        one("a long name", &[b"\0\x01", &[b'x'; 300][..], b"\0octet\0"].concat()),
        one("a wildly long name", &[b"\0\x01", &b"x/".repeat(4000)[..], b"\0octet\0"].concat()),
        one("a name that is no UTF-8", b"\0\x01\xff\xfe\0octet\0"),
        one("bad mode", b"\0\x01small.txt\0binary\0"),
        one("mail", b"\0\x01small.txt\0mail\0"),
        one("no mode", b"\0\x01small.txt\0"),
        one("an empty mode", b"\0\x01small.txt\0\0"),
        one("no name", b"\0\x01\0octet\0"),
        one("no NUL after the name", b"\0\x01small.txt"),
        one("no NUL after the mode", b"\0\x01small.txt\0octet"),
        one("no NUL after an option", b"\0\x01small.txt\0octet\0blksize\x00512"),
        one("blksize 7", b"\0\x01small.txt\0octet\0blksize\x007\0"),
        one("blksize 65465", b"\0\x01small.txt\0octet\0blksize\x0065465\0"),
        one("blksize 99999999999", b"\0\x01small.txt\0octet\0blksize\x0099999999999\0"),
        one("blksize beyond 64 bits", b"\0\x01small.txt\0octet\0blksize\x0099999999999999999999\0"),
        one("blksize -1", b"\0\x01small.txt\0octet\0blksize\x00-1\0"),
        one("blksize of spaces", b"\0\x01small.txt\0octet\0blksize\x00  512\0"),
        one("blksize 512x", b"\0\x01small.txt\0octet\0blksize\x00512x\0"),
        one("blksize twice", b"\0\x01small.txt\0octet\0blksize\x00512\0BLKSIZE\x00600\0"),
        (
            "blksize 8",
            vec![ask(b"\0\x01small.txt\0octet\0blksize\x008\0"), Reply(ack(0)), Reply(ack(1)), bye()],
        ),
        one("blksize2", b"\0\x01small.txt\0octet\0blksize2\x001000\0"),
        one("timeout 0", b"\0\x01small.txt\0octet\0timeout\x000\0"),
        one("timeout 256", b"\0\x01small.txt\0octet\0timeout\x00256\0"),
        one("timeout 255", b"\0\x01small.txt\0octet\0timeout\x00255\0"),
        one("utimeout", b"\0\x01small.txt\0octet\0utimeout\x00900000\0"),
        one("utimeout 9999", b"\0\x01small.txt\0octet\0utimeout\x009999\0"),
        one("rollover", b"\0\x01small.txt\0octet\0rollover\x001\0"),
        one("rollover 65536", b"\0\x01small.txt\0octet\0rollover\x0065536\0"),
        one("windowsize alone", b"\0\x01two.bin\0octet\0windowsize\x004\0"),
        one("windowsize 0", b"\0\x01small.txt\0octet\0windowsize\x000\0blksize\x00512\0"),
        one("windowsize 65536", b"\0\x01small.txt\0octet\0windowsize\x0065536\0blksize\x00512\0"),
        one("tsize", b"\0\x01two.bin\0octet\0tsize\x000\0"),
        one("tsize of the client's", b"\0\x01two.bin\0octet\0tsize\x0012\0"),
        one("tsize enable", b"\0\x01small.txt\0octet\0tsize\0enable\0"),
        one("tsize in netascii", b"\0\x01small.txt\0netascii\0tsize\x000\0"),
        one("order and case", b"\0\x01small.txt\0OcTeT\0TIMEOUT\x003\0TSize\x000\0bLKSIZE\x001428\0"),
        one("unknown options", b"\0\x01small.txt\0octet\0multicast\0\0blksize\x00512\0"),
        one("unknown with a value", b"\0\x01small.txt\0octet\0x-y\0z\0blksize\x00512\0"),
        one("an option without a value", b"\0\x01small.txt\0octet\0blksize\0"),
        one("zeros after the request", b"\0\x01small.txt\0octet\0\0\0\0\0\0"),
        (
            "OACK refused",
            vec![
                ask(b"\0\x01small.txt\0octet\0blksize\x00512\0"),
                StopWithALine(b"\0\x05\0\x08no\0".to_vec()),
            ],
        ),
        (
            "OACK answered by ACK 1",
            vec![
                ask(b"\0\x01small.txt\0octet\0blksize\x00512\0"),
                Reply(ack(1)),
                Reply(ack(0)),
                Stop(ack(1)),
            ],
        ),
        (
            "duplicate ACKs",
            vec![
                ask(b"\0\x01two.bin\0octet\0"),
                reply(&ack(0)),
                reply(&ack(1)),
                reply(&ack(1)),
                Stop(ack(2)),
            ],
        ),
        ("the client is killed", vec![ask(b"\0\x01two.bin\0octet\0"), HangUp(ack(1))]),
        (
            "the client is killed at the OACK",
            vec![ask(b"\0\x01two.bin\0octet\0blksize\x00512\0"), HangUp(ack(1))],
        ),
        one("ACK to the main port", b"\0\x04\0\x01"),
        one("DATA to the main port", b"\0\x03\0\x01data"),
        one("ERROR to the main port", b"\0\x05\0\x01no\0"),
        one("OACK to the main port", b"\0\x06blksize\x00512\0"),
        one("opcode 7", b"\0\x07\0\0"),
        one("1 byte", b"\0"),
        one("1 byte of nothing", b"x"),
        one("0 bytes after something else", b""),
        one("WRQ of a new file", b"\0\x02new.txt\0octet\0"),
        one("WRQ of a file for its owner", b"\0\x02small.txt\0octet\0"),
        one("WRQ of a directory", b"\0\x02sub\0octet\0"),
        ("WRQ", vec![ask(b"\0\x02open.txt\0octet\0"), Reply(data(1, b"short"))]),
        ("RRQ of what was written", vec![ask(b"\0\x01open.txt\0octet\0"), Stop(ack(1))]),
    ]
}

/// With `--create`, in a directory that is open to all.
pub(super) fn writing() -> Vec<Probe> {
    vec![
        ("a new file", vec![ask(b"\0\x02new.txt\0octet\0"), Reply(data(1, b"new"))]),
        ("it is there", vec![ask(b"\0\x01new.txt\0octet\0tsize\x000\0"), Reply(ack(0)), Stop(ack(1))]),
        (
            "two blocks and a repeated one",
            vec![
                ask(b"\0\x02new.bin\0octet\0"),
                Reply(data(1, &[7; 512])),
                Reply(data(1, &[7; 512])),
                Reply(data(2, b"end")),
                Reply(data(2, b"end")),
            ],
        ),
        (
            "with options",
            vec![
                ask(b"\0\x02new.txt\0octet\0tsize\x00100\0blksize\x00600\0windowsize\x004\0"),
                Reply(data(1, b"other")),
            ],
        ),
        ("what it has become", vec![ask(b"\0\x01new.txt\0octet\0"), Stop(ack(1))]),
        ("netascii", vec![ask(b"\0\x02text\0netascii\0"), Reply(data(1, b"a\r\nb\r\0c\r"))]),
        ("the text", vec![ask(b"\0\x01text\0octet\0"), Stop(ack(1))]),
        ("bad options empty it", vec![ask(b"\0\x02new.txt\0octet\0timeout\x000\0")]),
        ("it is empty", vec![ask(b"\0\x01new.txt\0octet\0tsize\x000\0"), bye()]),
        (
            "twice",
            vec![
                ask(b"\0\x02new.txt\0octet\0"),
                // The socket's second request goes to a process of its own, which says nothing.
                Reply(data(1, b"end")),
            ],
        ),
        ("in no directory", vec![ask(b"\0\x02nodir/new\0octet\0")]),
        ("a name like a directory's", vec![ask(b"\0\x02new2/\0octet\0")]),
        ("a directory", vec![ask(b"\0\x02sub\0octet\0")]),
        ("in a directory that is not open", vec![ask(b"\0\x02sub/new\0octet\0")]),
        ("a file for its owner", vec![ask(b"\0\x02small.txt\0octet\0")]),
        ("stopped", vec![ask(b"\0\x02new.txt\0octet\0"), Reply(data(1, &[7; 512])), bye()]),
        ("OACK refused", vec![ask(b"\0\x02new.txt\0octet\0blksize\x00512\0"), bye()]),
        ("killed", vec![ask(b"\0\x02new.txt\0octet\0"), HangUp(data(1, &[7; 512]))]),
    ]
}

/// With a umask that leaves new files to their owner.
pub(super) fn masked() -> Vec<Probe> {
    vec![
        ("made, then refused", vec![ask(b"\0\x02new.txt\0octet\0")]),
        ("it is there", vec![ask(b"\0\x01new.txt\0octet\0"), Stop(ack(1))]),
    ]
}

/// With `--refuse` and `--blocksize`.
pub(super) fn limited() -> Vec<Probe> {
    vec![
        one("refused", b"\0\x01small.txt\0octet\0tsize\x000\0"),
        one("refused beside others", b"\0\x01small.txt\0octet\0tsize\x000\0blksize\x00512\0"),
        one("capped", b"\0\x01small.txt\0octet\0blksize\x001428\0"),
        one("capped power", b"\0\x01small.txt\0octet\0blksize2\x001428\0"),
    ]
}

/// With `--map-file`: see the rules in `compare.rs`.
pub(super) fn mapped() -> Vec<Probe> {
    let read = |name: &str| [b"\0\x01", name.as_bytes(), b"\0octet\0"].concat();
    vec![
        one("as it is", &read("small.txt")),
        one("slashes", &read("//small.txt")),
        one("backslashes", &read("sub\\..\\small.txt")),
        one("whatever the case", &read("Images/small.txt")),
        one("read only", &read("get-small.txt")),
        one("not to be read", &read("put-small.txt")),
        ("written", vec![ask(b"\0\x02put-new.txt\0octet\0"), Reply(data(1, b"new"))]),
        one("refused", &read("secret")),
        one("refused with words", &read("denied/f")),
        one("cases", &read("case-SMALL-t.TXT")),
        one("the longest match", &read("xabcd")),
        one("IPv4", &read("four")),
        one("IPv6", &read("six")),
        one("again", &read("again-x")),
        one("back to which rule", &read("back-small.txt")),
        one("a loop", &read("loop")),
        one("nothing left", &read("/")),
    ]
}

/// With `--permissive`.
pub(super) fn permissive() -> Vec<Probe> {
    vec![one("no permission", b"\0\x01noperm.bin\0octet\0"), one("of a group", b"\0\x01group.bin\0octet\0")]
}

/// Without `--secure`, `DIR` being the directory.
pub(super) fn open_root(directory: &str) -> Vec<Probe> {
    let whole = |name: &str| [b"\0\x01", name.as_bytes(), b"\0octet\0"].concat();
    vec![
        ("below", vec![Ask(whole(&format!("{directory}/small.txt"))), Stop(ack(1))]),
        one("relative", &whole("small.txt")),
        one("upwards", &whole(&format!("{directory}/sub/../small.txt"))),
        one("upwards at the end", &whole(&format!("{directory}/sub/.."))),
        one("elsewhere", &whole("/etc/passwd")),
    ]
}
