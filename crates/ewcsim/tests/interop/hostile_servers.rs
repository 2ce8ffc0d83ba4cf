//! `ewcsim fetch` from servers that send too much, too little or anything.

use std::net::{SocketAddr, UdpSocket};
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use host::real::{self, RealHost};
use host::{Entropy, Host, TcpListener};
use rand::SeedableRng;
use sftp::{
    Attributes, ClientPacket, FrameReader, NameEntry, Reply, Request, ServerPacket, Status, StatusCode,
};
use ssh::server::{AuthMethod, Decision, Request as Asked};
use ssh::{Algorithms, Channel, HostKey, KeyAlgorithm};
use tokio::io::AsyncReadExt;

use crate::interop::support::{Called, EWCSIM, Process, names, pinned, temporary};

/// Longer than any of these takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Fetches a file from a server that answers each packet of the client as `answer` says, until that returns nothing. It gets the
/// number of the packet.
fn from_tftp(answer: impl Fn(u16, &[u8]) -> Option<Vec<u8>>) -> (Called, Vec<String>) {
    let listening = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let directory = temporary();
    let url = format!("tftp://{}/ap1g8", listening.local_addr().expect("bound"));
    let mut fetching = Process::start(
        pinned(EWCSIM)
            .args(["fetch", &url, "-o", "out"])
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    );
    let mut packet = [0; 600];
    listening.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let (length, client) = listening.recv_from(&mut packet).expect("it asks");
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut received = packet[..length].to_vec();
    for number in 0.. {
        let Some(sent) = answer(number, &received) else { break };
        socket.send_to(&sent, client).expect("sent");
        if is_error(&sent) {
            break;
        }
        match socket.recv_from(&mut packet) {
            Ok((length, _)) => received = packet[..length].to_vec(),
            Err(_) => break,
        }
    }
    let child = &mut fetching.0;
    let mut called = Called { code: None, stdout: String::new(), stderr: String::new() };
    let read = |from: &mut dyn std::io::Read, to: &mut String| from.read_to_string(to).expect("UTF-8");
    read(child.stdout.as_mut().expect("piped"), &mut called.stdout);
    read(child.stderr.as_mut().expect("piped"), &mut called.stderr);
    called.code = fetching.code();
    (called, names(directory.path()))
}

/// Returns a full block.
fn block(number: u16) -> Vec<u8> {
    [&[0, 3], &number.to_be_bytes()[..], &[7; 512]].concat()
}

/// Returns true for an ERROR.
fn is_error(packet: &[u8]) -> bool {
    packet.starts_with(&[0, 5])
}

#[test]
fn tftp_that_sends_more_than_it_announced() {
    for (announced, blocks, said) in [
        ("1000", 2, "announced 1,000 bytes and sends more"),
        ("4294967297", 0, "announced 4,294,967,297 bytes, more than 4 GiB"),
    ] {
        let (called, left) = from_tftp(|number, packet| {
            assert!(number <= blocks + 1, "it goes on");
            match number {
                _ if is_error(packet) => None,
                0 => Some([b"\0\x06tsize\0", announced.as_bytes(), b"\0"].concat()),
                number => Some(block(number)),
            }
        });
        assert_eq!((called.code, called.stdout.as_str()), (Some(1), ""), "{called:?}");
        assert!(called.stderr.contains(said), "{called:?}");
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn texts_of_tftp_servers_are_cut_and_do_not_steer_the_terminal() {
    let text = [&b"\0\x05\0\x01\x1b]0;owned\x07\r\n::error::x"[..], &[b'E'; 400], b"\0"].concat();
    let (called, _) = from_tftp(|number, _| (number == 0).then(|| text.clone()));
    assert_eq!(called.code, Some(1), "{called:?}");
    let line = called.stderr.lines().next().expect("a line");
    assert!(line.ends_with("EEE…") && line.chars().count() < 350, "{line}");
    assert!(line.contains("]0;owned␇␍␊::error::xE"), "{line}");
    assert!(!line.contains('\x1b'), "{line}");
}

/// The answers of an SFTP server that never closes its channel.
type Answers = fn(ClientPacket) -> Bytes;

async fn serve(host: &RealHost, listener: &<RealHost as Host>::TcpListener, answers: Answers) {
    let config = ssh::server::Config {
        identification: "SSH-2.0-hostile".to_owned(),
        host_keys: vec![HostKey::draw(KeyAlgorithm::Rsa, &mut Entropy::seed_from_u64(1))],
        algorithms: Algorithms::openssh_8_9(),
        methods: vec![AuthMethod::Password],
        banner: None,
        sessions_max: 10,
    };
    let (stream, _) = listener.accept().await.expect("a client");
    let mut session = ssh::server::start(host, stream, &config);
    loop {
        match session.next().await {
            Asked::Authenticate { reply, .. } => reply.send(Decision::Accept),
            Asked::OpenSession { reply, .. } => reply.send(true),
            Asked::Subsystem { channel, reply, .. } => {
                reply.send(true);
                host.spawn(sftp(channel, answers));
            }
            Asked::End(_) => return std::future::pending().await,
            _ => {}
        }
    }
}

async fn sftp(mut channel: Channel, answers: Answers) {
    let mut frames = FrameReader::new();
    while let Ok(1..) = channel.read_buf(frames.buffer()).await {
        while let Some(frame) = frames.next().expect("packets") {
            let answer = answers(ClientPacket::parse(frame).expect("SFTP"));
            if channel.send(answer).await.is_err() {
                return;
            }
        }
    }
    // The end of data has come, and nothing follows.
    std::future::pending::<()>().await;
}

/// Returns the result of a fetch from such a server, the time that it took in real time, and the content of the file.
fn from_sftp(answers: Answers) -> (Called, Duration, Option<Vec<u8>>) {
    let directory = temporary();
    let host = RealHost::new("hostile", 1);
    let place = directory.path().to_owned();
    let ended = real::run(async {
        let listener = host.listen_tcp(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port");
        let url = format!("sftp://calo@{}/f", listener.local_addr());
        let began = host.now();
        let fetching = tokio::task::spawn_blocking(move || {
            let mut command = pinned(EWCSIM);
            command.args(["fetch", &url, "-o", "out"]).current_dir(place).env("EWCSIM_PASSWORD", "x");
            Called::from(command.output().expect("it starts"))
        });
        tokio::select! {
            called = fetching => (called.expect("it ends"), host.now() - began),
            () = serve(&host, &listener, answers) => unreachable!("it serves for ever"),
            () = host.sleep(PATIENCE) => panic!("it waits for the server"),
        }
    });
    let (called, took) = ended.expect("a runtime");
    (called, took, std::fs::read(directory.path().join("out")).ok())
}

/// Answers as a server with a file of five bytes that announces `size`.
fn answer(packet: ClientPacket, size: u64) -> Bytes {
    let ClientPacket::Request { id, request } = packet else {
        return ServerPacket::Version { version: 3, extensions: Vec::new() }.to_bytes();
    };
    let status = |code| Reply::Status(Status::new(code, "in words"));
    let reply = match request {
        Request::Realpath(_) => Reply::Name(vec![NameEntry {
            filename: "/home/calo".into(),
            longname: "/home/calo".into(),
            attributes: Attributes::none(),
        }]),
        Request::Stat(_) => Reply::Attrs(Attributes { size: Some(size), ..Attributes::none() }),
        Request::Open { .. } => Reply::Handle(7_u32.into()),
        Request::Read { offset: 0, .. } => Reply::Data(Bytes::from_static(b"hello")),
        Request::Read { .. } => status(StatusCode::EOF),
        _ => status(StatusCode::OK),
    };
    ServerPacket::Reply { id, reply }.to_bytes()
}

#[test]
fn sftp_that_does_not_say_goodbye() {
    let (called, took, file) = from_sftp(|packet| answer(packet, 5));
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""), "{called:?}");
    assert_eq!(file.as_deref(), Some(&b"hello"[..]));
    assert!(took < PATIENCE / 2, "{took:?}");
    let seconds: f64 =
        called.value("time").split(' ').next().and_then(|time| time.parse().ok()).expect("a time");
    assert!(seconds < took.as_secs_f64() - 2.0, "the time ends with the last byte: {seconds} of {took:?}");
}

#[test]
fn sftp_that_breaks_the_protocol_or_sends_too_much() {
    let version = |_| ServerPacket::Version { version: 99, extensions: Vec::new() }.to_bytes();
    let huge = |packet| answer(packet, 1 << 40);
    for (answers, said) in [
        (version as Answers, "breaks the protocol: server speaks SFTP version 99"),
        (huge, "announced 1,099,511,627,776 bytes, more than 4 GiB"),
    ] {
        let (called, took, file) = from_sftp(answers);
        assert_eq!((called.code, called.stdout.as_str()), (Some(1), ""), "{called:?}");
        assert!(called.stderr.contains(said), "{called:?}");
        assert!(took < PATIENCE / 2 && file.is_none(), "{took:?}");
    }
}
