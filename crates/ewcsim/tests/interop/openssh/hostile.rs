//! Hostile clients at `ewcsim serve`: they hit limits, the server stays up and small, and other clients are served.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::IMAGE;
use super::clients::{paramiko, sftp};
use super::served::Served;
use crate::interop::support::{ODD, assert_same, content};

const CONFIG: &str = "MaxStartups 20\nLoginGraceTime 2\nSubsystem sftp internal-sftp\n";
/// The memory that the server may grow by during an attack: windows and buffers of a few sessions.
const GROWTH_MAX: u64 = 64 << 20;
/// A timeout that is longer than the grace time and long enough for a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Checks that a normal client gets a file, and that the server has not grown much since `before`.
fn assert_unharmed(served: &Served, before: u64) {
    let (name, size) = ODD[11];
    let called = sftp(&served.login(), &format!("get images/{name} out\n"));
    assert_eq!(called.code, Some(0), "{called:?}");
    assert_same(&served.path("out"), &content(name, size), name);
    let grown = served.resident().saturating_sub(before);
    assert!(grown < GROWTH_MAX, "it has grown by {grown} bytes");
}

/// Returns true if the server closes this connection on its own.
fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut buffer = [0; 4_096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

fn connect(served: &Served) -> TcpStream {
    TcpStream::connect(served.address).expect("it listens")
}

#[test]
fn connections_that_say_nothing_or_little() {
    let served = Served::start(CONFIG);
    let before = served.resident();
    // Twice the number of connections that are allowed before login.
    let mut silent: Vec<TcpStream> = (0..40).map(|_| connect(&served)).collect();
    for (index, stream) in silent.iter_mut().enumerate() {
        if index % 2 == 0 {
            // The rest is never sent. Some connections are closed by now.
            let _ = stream.write_all(b"SSH-2.0-slow");
        }
    }
    assert!(silent.iter_mut().all(is_closed), "the grace time ends them");
    assert_unharmed(&served, before);
}

#[test]
fn bytes_that_are_no_ssh() {
    let served = Served::start(CONFIG);
    let before = served.resident();
    let huge_packet = [b"SSH-2.0-hostile\r\n".as_slice(), &[0xff; 4], &[0; 100]].concat();
    let odd_packet = [b"SSH-2.0-hostile\r\n".as_slice(), &[0, 0, 0, 12, 255, 20, 0, 0], &[1; 100]].concat();
    let endless_line = vec![b'a'; 1 << 20];
    let many_lines = b"hello\r\n".repeat(100_000);
    for bytes in
        [&*huge_packet, &odd_packet, &endless_line, &many_lines, b"GET / HTTP/1.1\r\n\r\n", &[0; 65_536]]
    {
        let mut stream = connect(&served);
        // It may close before it has read everything.
        let _ = stream.write_all(bytes);
        assert!(is_closed(&mut stream), "{:?}", &bytes[..30.min(bytes.len())]);
    }
    assert_unharmed(&served, before);
}

#[test]
fn paths_that_lead_elsewhere() {
    let served = Served::start(CONFIG);
    let script = "for path in ('../../etc/passwd', '/etc/passwd', '/home/calo/../../etc/passwd', 'images/../../../../../etc/shadow',
             '/proc/self/environ', '//etc//passwd', '/../etc/passwd', '.' * 5000):
    try:
        sftp.open(path)
        print('open:', path)
    except OSError as error:
        print(error.errno)";
    let called = paramiko(&served.login(), script);
    assert_eq!(called.code, Some(0), "{called:?}");
    assert!(!called.stdout.contains("open:"), "{called:?}");
    assert_eq!(called.stdout.lines().count(), 8, "{called:?}");
}

/// A client opens far more files than allowed, without waiting for answers, and closes none.
#[test]
fn more_opens_than_there_are_handles() {
    let served = Served::start(CONFIG);
    let before = served.resident();
    let count = test_support::enlarged(20_000);
    let script = "from paramiko.sftp import CMD_OPEN, CMD_HANDLE, CMD_STATUS
import struct, threading
COUNT = {count}
answers = {CMD_HANDLE: 0, CMD_STATUS: 0}
def read():
    for _ in range(COUNT):
        kind, _ = sftp._read_packet()
        answers[kind] += 1
reader = threading.Thread(target=read)
reader.start()
path = b'/home/calo/images/512.bin'
for number in range(COUNT):
    request = struct.pack('>I', number) + struct.pack('>I', len(path)) + path + struct.pack('>II', 1, 0)
    sftp._send_packet(CMD_OPEN, request)
reader.join()
print(answers[CMD_HANDLE] > 0, answers[CMD_STATUS] > COUNT * 9 / 10, sum(answers.values()))"
        .replace("{count}", &count.to_string());
    let called = paramiko(&served.login(), &script);
    let printed = format!("True True {count}\n");
    assert_eq!((called.code, called.stdout), (Some(0), printed), "{}", called.stderr);
    assert_unharmed(&served, before);
}

/// A client requests data again and again, and never reads it. It would block itself in the end, so a thread sends its requests.
#[test]
fn answers_that_nobody_reads() {
    let served = Served::start(CONFIG);
    let before = served.resident();
    let script = "import os, struct, threading
from paramiko.sftp import CMD_READ
file = sftp.open('images/ap3g3')
handle = file.handle
sent = 0
def ask():
    global sent
    for number in range(200000):
        request = struct.pack('>I', number) + struct.pack('>I', len(handle)) + handle + struct.pack('>QI', 0, 32768)
        sftp._send_packet(CMD_READ, request)
        sent += 1
asking = threading.Thread(target=ask, daemon=True)
asking.start()
while True:
    before = sent
    asking.join(1)
    if sent == before:
        break
status = open('/proc/SERVER/status').read()
print(sent < 200000, status.split('VmRSS:')[1].split()[0], flush=True)
os._exit(0)"
        .replace("SERVER", &served.id().to_string());
    let called = paramiko(&served.login(), &script);
    let (stalled, kibibytes) = called.stdout.trim().split_once(' ').unwrap_or_else(|| panic!("{called:?}"));
    assert_eq!(stalled, "True", "200,000 requests of 32 KiB were taken");
    let during = kibibytes.parse::<u64>().expect("a number") << 10;
    // The image itself is made at the first read, and kept.
    let before = before + IMAGE.1;
    assert!(during < before + GROWTH_MAX, "{during} bytes");
    assert_unharmed(&served, before);
}
