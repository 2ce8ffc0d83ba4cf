//! Files that clients write.

use std::net::SocketAddr;

use bytes::Bytes;
use files::{Directory, File, FileSource, Tree};
use host::{Host, Udp};
use image::Content;
use tftp::{Mode, Sender, SenderEvent, WriteConfig};
use tftpd::tftpd_hpa::Kind;

use crate::tftpd_hpa::world::{Served, ask, config, parity, real};

const TEXT: &[u8] = b"a line\r\nanother\r\0\r\n";

fn open_to_all(served: &Served, name: &str) -> String {
    let path = config("").local_path(name);
    let file = File::new(Content::from_vec(vec![7; 3000])).with_mode(0o666);
    served.tree.insert(&path, file).expect("fits");
    path
}

fn let_anybody_make_files(served: &Served) {
    served.tree.set_mode(config("").root(), 0o777).expect("is there");
}

/// Drives a writing sender to its end.
async fn put<H: Host>(host: &H, server: SocketAddr, config: WriteConfig, file: &'static [u8]) -> SenderEvent {
    let socket = host.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    let mut timer = host.timer();
    let mut sender = Sender::write(host.now(), server, Bytes::from_static(file), config);
    loop {
        while let Some((datagram, to)) = sender.poll_transmit() {
            socket.send_to(datagram, to).await.expect("sent");
        }
        if let Some(end) = sender.poll_event() {
            return end;
        }
        match socket.recv_from_until(&mut timer, sender.poll_timeout()).await.expect("received") {
            Some((datagram, from)) => sender.handle_datagram(host.now(), datagram, from),
            None => sender.handle_timeout(host.now()),
        }
    }
}

async fn create<H: Host>(client: H, served: Served) {
    let_anybody_make_files(&served);
    for (name, mode, expected) in
        [("up.txt", Mode::Octet, TEXT), ("lines.txt", Mode::Netascii, &b"a line\nanother\r\n"[..])]
    {
        let config = WriteConfig { mode, blksize: Some(8), tsize: Some(19), ..WriteConfig::new(name) };
        let end = put(&client, served.address, config, TEXT).await;
        let (bytes, blocks) = (TEXT.len() as u64, TEXT.len() as u64 / 8 + 1);
        assert_eq!(end, SenderEvent::Completed { bytes, blocks });
        let path = crate::tftpd_hpa::world::config("").local_path(name);
        assert_eq!(served.tree.read(&path).expect("was made").bytes(), expected);
        let metadata = served.tree.stat(&path).expect("was made");
        assert_eq!((metadata.mode, &*metadata.owner, metadata.size), (0o666, "tftp", expected.len() as u64));
        let written = |kind: &Kind| match kind {
            Kind::Received { filename, bytes, .. } if filename == name => Some(*bytes),
            _ => None,
        };
        assert_eq!(served.until(written).await, bytes);
    }
    assert_eq!(
        served.log(),
        ["WRQ from CLIENT filename up.txt", "WRQ from CLIENT filename lines.txt"],
        "success is not logged"
    );
}
parity!(new_files, "--create -v", super::create);

async fn umask<H: Host>(client: H, served: Served) {
    let_anybody_make_files(&served);
    let answer = ask(&client, served.address, b"\0\x02up.txt\0octet\0").await;
    assert_eq!(answer, &b"\0\x05\0\x02File must have global write permissions\0"[..]);
    let metadata = served.tree.stat(&config("").local_path("up.txt")).expect("it was made first");
    assert_eq!((metadata.mode, metadata.size), (0o644, 0));
}
parity!(umask_without_permissive, "--create --umask 022", super::umask);

/// It is emptied before the options are looked at.
async fn existing<H: Host>(client: H, served: Served) {
    let path = open_to_all(&served, "up.txt");
    let bad = ask(&client, served.address, b"\0\x02up.txt\0octet\0blksize\x007\0").await;
    assert_eq!(bad, &b"\0\x05\0\x08Unsupported option(s) requested\0"[..]);
    assert_eq!(served.tree.stat(&path).expect("is there").size, 0);
    let size = ask(&client, served.address, b"\0\x02up.txt\0octet\0TSize\x000\0").await;
    assert_eq!(size, &b"\0\x06TSize\x000\0"[..]);
}
parity!(existing_file, "-v", super::existing);

/// Write once more while the first write waits for its first block.
async fn twice<H: Host>(client: H, served: Served) {
    open_to_all(&served, "up.txt");
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    for _ in 0..2 {
        let request = Bytes::from_static(b"\0\x02up.txt\0octet\0");
        socket.send_to(request, served.address).await.expect("sent");
    }
    let (answer, from) = socket.recv_from().await.expect("an answer");
    assert_eq!(answer, &b"\0\x04\0\0"[..]);
    served.until(|kind| matches!(kind, Kind::Locked { .. }).then_some(())).await;
    // The first goes on, and repeats its last ACK once.
    for _ in 0..2 {
        socket.send_to(Bytes::from_static(b"\0\x03\0\x01end"), from).await.expect("sent");
        assert_eq!(socket.recv_from().await.expect("an answer").0, &b"\0\x04\0\x01"[..]);
    }
    assert_eq!(served.tree.read(&config("").local_path("up.txt")).expect("is there").bytes(), b"end"[..]);
}
parity!(duplicate_request, "", super::twice);

async fn full<H: Host>(client: H, served: Served) {
    let path = open_to_all(&served, "up.txt");
    served.tree.set_space(512);
    let end = put(&client, served.address, WriteConfig::new("up.txt"), &[7; 1500]).await;
    assert_eq!(end, SenderEvent::Completed { bytes: 1500, blocks: 3 }, "in.tftpd does not notice");
    assert_eq!(served.tree.stat(&path).expect("is there").size, 512);
    let failed = |kind: &Kind| match kind {
        Kind::WriteFailed { reason, bytes, .. } => Some((reason.clone(), *bytes)),
        _ => None,
    };
    assert_eq!(served.until(failed).await, ("No space left on device".into(), 1024));
}
parity!(full_disk, "", super::full);

async fn aborted<H: Host>(client: H, served: Served) {
    let path = open_to_all(&served, "up.txt");
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    socket.send_to(Bytes::from_static(b"\0\x02up.txt\0octet\0"), served.address).await.expect("sent");
    let (_, from) = socket.recv_from().await.expect("an answer");
    let block = [&b"\0\x03\0\x01"[..], &[9; 512]].concat();
    socket.send_to(block, from).await.expect("sent");
    assert_eq!(socket.recv_from().await.expect("an answer").0, &b"\0\x04\0\x01"[..]);
    socket.send_to(Bytes::from_static(b"\0\x05\0\0bye\0"), from).await.expect("sent");
    let aborted = |kind: &Kind| match kind {
        Kind::Aborted { bytes, .. } => Some(*bytes),
        _ => None,
    };
    assert_eq!(served.until(aborted).await, 512);
    assert_eq!(served.tree.stat(&path).expect("what came stays").size, 512);
    assert_eq!(served.log(), ["WRQ from CLIENT filename up.txt"]);
}
parity!(client_that_stops, "-v", super::aborted);

#[test]
fn a_real_directory_takes_files() {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("uploads");
    if directory.exists() {
        std::fs::remove_dir_all(&directory).expect("an earlier run left it");
    }
    std::fs::create_dir_all(&directory).expect("a place for tests");
    let files = Directory::new(&directory, config("").root()).expect("it is there");
    // The user of the field's configuration owns nothing there.
    real(
        tftpd::tftpd_hpa::TftpdHpaConfig { user: "root".into(), ..config("") },
        files,
        Tree::new(),
        async |client, served| {
            let end = put(&client, served.address, WriteConfig::new("/up.txt"), TEXT).await;
            assert_eq!(end, SenderEvent::Completed { bytes: 19, blocks: 1 });
        },
    );
    assert_eq!(std::fs::read(directory.join("up.txt")).expect("was made"), TEXT);
}
