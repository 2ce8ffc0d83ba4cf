//! Servers that answer in ways that the controller does not bear, or that want to harm.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::Stdio;
use std::time::Duration;

use super::{CONTROLLER, Lab, Probed};
use crate::interop::support::{EWCSIM, Process, pinned};

/// Runs a TFTP server that answers each request as `answer` says; it gets its own socket, the request and the client. It ends with the
/// test.
fn tftp(answer: impl Fn(&UdpSocket, &[u8], SocketAddr) + Send + 'static) -> SocketAddr {
    let listening = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = listening.local_addr().expect("it has one");
    #[expect(clippy::disallowed_methods, reason = "there is nothing simulated about a live server")]
    std::thread::spawn(move || {
        let mut packet = [0; 1_024];
        while let Ok((length, client)) = listening.recv_from(&mut packet) {
            if packet.starts_with(&[0, 1]) {
                answer(&listening, &packet[..length], client);
            }
        }
    });
    address
}

/// Runs a TCP server that says one line to each client.
pub(super) fn tcp(line: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has one");
    #[expect(clippy::disallowed_methods, reason = "there is nothing simulated about a live server")]
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.write_all(line.as_bytes());
            let _ = stream.read(&mut [0; 256]);
        }
    });
    address
}

fn has(request: &[u8], option: &str) -> bool {
    request.windows(option.len()).any(|window| window == option.as_bytes())
}

/// Sends a file of 100 bytes without options, from a port of its own.
fn small(from: &str, client: SocketAddr) {
    let socket = UdpSocket::bind(from).expect("a free port");
    socket.send_to(&block(1, 100), client).expect("sent");
}

fn block(number: u16, length: usize) -> Vec<u8> {
    [&[0, 3], &number.to_be_bytes()[..], &vec![b'<'; length]].concat()
}

fn probe(at: SocketAddr, more: &str) -> Probed {
    Lab::tftp("/EWC/17_12_1", more).probe_waiting(at, "400ms", &[])
}

const LARGE_BLOCKS: &str = "ip tftp blocksize 8192\n";

#[test]
fn silence_and_closed_ports() {
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = silent.local_addr().expect("it has one");
    probe(address, "").assert_server("no_answer");
    drop(silent);
    probe(address, "").assert_server("port_closed");
}

#[test]
fn an_interrupted_probe_prints_what_is_known() {
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = silent.local_addr().expect("it has one").to_string();
    let lab = Lab::tftp("/EWC", "");
    let mut command = pinned(EWCSIM);
    command.args(["probe", "lab.yaml", "--at", &address, "--wait", "1h", "--format", "json"]);
    command.current_dir(lab.directory.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut probing = Process::start(&mut command);
    silent.recv_from(&mut [0; 600]).expect("it asks");
    probing.signal("TERM");
    assert_eq!(probing.code(), Some(130));
    let mut said = String::new();
    probing.0.stdout.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
    let json: serde_json::Value = serde_json::from_str(&said).expect("it is JSON");
    assert_eq!(
        (&json["outcome"], &json["files"][0]["found"]),
        (&"interrupted".into(), &serde_json::Value::Null)
    );
}

#[test]
fn answers_from_elsewhere() {
    let probed = probe(tftp(|_, _, client| small("127.0.0.2:0", client)), "");
    probed.assert_server("answers_from_other_address");
    assert_eq!(probed.json["findings"][0]["from"], "127.0.0.2");
    let probed = probe(tftp(|own, _, client| drop(own.send_to(&block(1, 100), client))), "");
    assert_eq!(probed.server(), ["answers_from_request_port"]);
    let probed = probe(
        tftp(|_, _, client| {
            let sockets = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").expect("a free port"));
            sockets[0].set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
            sockets[0].send_to(&block(1, 512), client).expect("sent");
            if sockets[0].recv_from(&mut [0; 600]).is_ok() {
                sockets[1].send_to(&block(2, 100), client).expect("sent");
            }
            std::mem::forget(sockets);
        }),
        "ip tftp blocksize 512\n",
    );
    assert_eq!(probed.server(), ["port_changes"], "{:#}", probed.json);
}

#[test]
fn servers_that_do_not_bear_options() {
    let refusing = || {
        tftp(|_, request, client| match has(request, "tsize") || has(request, "blksize") {
            true => drop(
                UdpSocket::bind("127.0.0.1:0").expect("a port").send_to(b"\0\x05\0\x08no options\0", client),
            ),
            false => small("127.0.0.1:0", client),
        })
    };
    let finding = |probed: &Probed| probed.json["findings"][0].clone();
    let probed = probe(refusing(), LARGE_BLOCKS);
    assert_eq!(
        (&finding(&probed)["kind"], &finding(&probed)["severity"]),
        (&"options_refused".into(), &"fault".into())
    );
    let probed = probe(refusing(), "ip tftp blocksize 512\n");
    assert_eq!(
        (&finding(&probed)["kind"], &finding(&probed)["severity"]),
        (&"options_refused".into(), &"note".into())
    );
    // A server that knows block sizes and is silent about sizes of files: the controller asks for none.
    let silent = tftp(|_, request, client| match (has(request, "tsize"), has(request, "blksize")) {
        (true, _) => {}
        (false, true) => {
            let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
            socket.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
            socket.send_to(b"\0\x06blksize\08192\0", client).expect("sent");
            if socket.recv_from(&mut [0; 600]).is_ok() {
                socket.send_to(&block(1, 100), client).expect("sent");
            }
        }
        (false, false) => small("127.0.0.1:0", client),
    });
    let probed = probe(silent, LARGE_BLOCKS);
    assert_eq!(
        (&finding(&probed)["kind"], &finding(&probed)["severity"]),
        (&"options_unanswered".into(), &"note".into()),
        "{:#}",
        probed.json
    );
}

#[test]
fn a_size_that_no_one_states() {
    let image =
        image::synthesize("ap1g8", &"17.12.1.5".parse().expect("a version"), 204_800).expect("a size");
    let image = image.bytes().to_vec();
    // It bears no options, and sends the image for every name.
    let address = tftp(move |_, _, client| {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        socket.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
        for (index, piece) in image.chunks(512).chain([&[][..]]).enumerate() {
            let number = u16::try_from(index + 1).expect("it is small").to_be_bytes();
            socket.send_to(&[&[0, 3], &number[..], piece].concat(), client).expect("sent");
            let mut answer = [0; 600];
            match socket.recv_from(&mut answer) {
                Ok(_) if answer[1] == 4 => {}
                _ => return,
            }
        }
    });
    let kinds = |probed: &Probed| probed.files().remove("ap1g8").unwrap_or_default();
    // The first file is the sample, which is read to its end: it is another than this one.
    assert_eq!(kinds(&probe(address, "")), ["size_unknown"]);
    assert_eq!(kinds(&Lab::tftp("/EWC", "").probe_waiting(address, "400ms", &["--whole"])), [""; 0]);
}

/// A server that bore options and is silent later has gone, and nothing is wrong with options.
#[test]
fn a_server_that_goes_away() {
    let (asked, first) = (std::cell::Cell::new(0), CONTROLLER.0);
    let address = tftp(move |_, request, client| {
        if has(request, first) && asked.replace(asked.get() + 1) == 0 {
            small("127.0.0.1:0", client);
        }
    });
    let probed = probe(address, LARGE_BLOCKS);
    assert_eq!(probed.server(), ["block_size_lowered", "no_answer"], "{:#}", probed.json);
    assert_eq!(
        (&probed.json["files"][0]["found"], &probed.json["files"][1]["found"]),
        (&true.into(), &serde_json::Value::Null)
    );
}

/// Losses are no reason to blame options that were borne before.
#[test]
fn three_losses_in_a_row() {
    let asked = std::cell::Cell::new(0);
    let address = tftp(move |_, request, client| {
        let is_lost = has(request, "ap1g7") && asked.replace(asked.get() + 1) < 3;
        if !is_lost {
            small("127.0.0.1:0", client);
        }
    });
    let probed = probe(address, LARGE_BLOCKS);
    assert_eq!(probed.server(), ["block_size_lowered"], "{:#}", probed.json);
    assert_eq!(
        (&probed.json["files"][1]["found"], &probed.json["files"][3]["found"]),
        (&true.into(), &true.into())
    );
}

#[test]
fn large_blocks_that_are_lost() {
    let probed = probe(
        tftp(|_, request, client| match has(request, "blksize") {
            true => {
                let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
                socket.send_to(b"\0\x06blksize\08192\0", client).expect("sent");
                // It stays open, as a server's does that waits.
                std::mem::forget(socket);
            }
            false => small("127.0.0.1:0", client),
        }),
        LARGE_BLOCKS,
    );
    assert_eq!(probed.server(), ["blocks_lost"], "{:#}", probed.json);
}

#[test]
fn texts_do_not_steer_the_terminal() {
    let text = [&b"\0\x05\0\x00\x1b]0;owned\x07\r\n"[..], &[b'E'; 400], b"\0"].concat();
    let address = tftp(move |_, _, client| {
        UdpSocket::bind("127.0.0.1:0").expect("a port").send_to(&text, client).expect("sent");
    });
    let probed = probe(address, "");
    probed.assert_all("refused");
    let said = probed.finding("ap1g8")["text"].as_str().expect("a text");
    assert!(said.starts_with("␛]0;owned␇␍␊EEE") && said.chars().count() <= 251, "{said}");
    let human = Lab::tftp("/EWC", "").call(&["--at", &address.to_string()]);
    assert!(human.code == Some(1) && !human.stdout.contains('\x1b'), "{human:?}");
}
