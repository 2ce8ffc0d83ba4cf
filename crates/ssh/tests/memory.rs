//! What a hostile peer can make us keep: an allocator counts. A single test, as there is one allocator to a process.

mod common;

use std::alloc::System;
use std::cell::Cell;
use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use common::{connect, log_in, serve, server_config, simulated};
use host::{Host, TcpListener};
use simnet::SimHost;
use ssh::server::{Decision, Request};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const MIB: isize = 1 << 20;
/// A simulated connection's two buffers of 1 MiB, at each end, and what is on its way.
const TCP: isize = 5 * MIB;

/// Bytes that are in use and were not when `region` began.
fn kept(region: &Region<'_, System>) -> isize {
    let change = region.change();
    change.bytes_allocated as isize - change.bytes_deallocated as isize
}

/// What `test` finds kept, of what it did since it began.
fn measure<F>(test: impl FnOnce(SimHost, SimHost, SocketAddr) -> F) -> isize
where
    F: Future<Output = isize> + 'static,
{
    simulated(1, test)
}

#[test]
fn peers_cannot_fill_the_memory() {
    let mut table = Vec::new();
    for (name, most, kept) in [
        ("data that the program does not read", TCP + 8 * MIB, measure(unread_by_the_program)),
        ("data that the client does not read", TCP + 8 * MIB, measure(unread_by_the_client)),
        ("key exchanges without end", TCP + MIB, measure(key_exchanges)),
        ("packets of the largest size, cut off", TCP + MIB, measure(cut_off)),
        ("sessions, refused", TCP + MIB, measure(sessions)),
        ("sessions, opened and closed", 16 * MIB, measure(churn)),
        ("global requests, answers unread", TCP + 8 * MIB, measure(global_requests)),
        ("a window of 64 bytes", TCP + MIB, measure(small_window)),
        ("connections that have ended", MIB / 4, measure(ended)),
        ("connections that were dropped", MIB / 4, measure(dropped)),
    ] {
        println!("{name:<40} {:>8} KiB", kept / 1_024);
        table.push((name, most, kept));
    }
    for (name, most, kept) in table {
        assert!(kept <= most, "{name}: {kept} bytes are kept");
    }
}

/// A program that has a channel and does not look at it, while its client sends 100 MB.
async fn unread_by_the_program(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let listener = server.listen_tcp(at).await.expect("a free port");
    let host = server.clone();
    server.spawn(async move {
        let (stream, _) = listener.accept().await.expect("one comes");
        let mut session = ssh::server::start(&host, stream, &server_config());
        let mut channels = Vec::new();
        loop {
            match session.next().await {
                Request::Authenticate { reply, .. } => reply.send(Decision::Accept),
                Request::OpenSession { reply, .. } => reply.send(true),
                Request::Subsystem { channel, reply, .. } => {
                    channels.push(channel);
                    reply.send(true);
                }
                _ => {}
            }
        }
    });
    let mut session = log_in(&client, at).await;
    let mut channel = session.subsystem("any").await.expect("there is one");
    let region = Region::new(ALLOCATOR);
    let chunk = Bytes::from(vec![0; 32 << 10]);
    let sent = Rc::new(Cell::new(0));
    let all = async {
        loop {
            channel.send(chunk.clone()).await.expect("it is open");
            sent.set(sent.get() + chunk.len());
        }
    };
    tokio::select! {
        () = all => {}
        () = client.sleep(Duration::from_secs(60)) => {}
    }
    assert!(sent.get() > 1_000_000 && sent.get() < 20_000_000, "{}", sent.get());
    kept(&region)
}

/// A client that asks for 100 MB and does not read.
async fn unread_by_the_client(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let (at, _) = serve(&server, at, server_config()).await;
    let mut session = log_in(&client, at).await;
    let mut channel = session.subsystem("bulk").await.expect("there is one");
    let region = Region::new(ALLOCATOR);
    channel.write_u64(100_000_000).await.expect("it is open");
    client.sleep(Duration::from_secs(60)).await;
    let result = kept(&region);
    // All of it is still there for who reads late.
    let mut left = 100_000_000;
    let mut buffer = vec![0; 100_000];
    while left > 0 {
        left -= channel.read(&mut buffer).await.expect("it comes");
    }
    result
}

/// A client that says what is in `flood` as long as it can.
async fn raw(
    server: SimHost,
    client: SimHost,
    at: SocketAddr,
    first: Vec<u8>,
    flood: Vec<u8>,
    count: usize,
) -> isize {
    let (at, _) = serve(&server, at, server_config()).await;
    let region = Region::new(ALLOCATOR);
    for _ in 0..10 {
        let mut stream = client.connect_tcp(at).await.expect("the server listens");
        let (first, flood) = (first.clone(), flood.clone());
        let host = client.clone();
        client.spawn(async move {
            let _ = stream.write_all(&first).await;
            for _ in 0..count {
                if stream.write_all(&flood).await.is_err() {
                    return;
                }
            }
            host.sleep(Duration::from_secs(3_000)).await;
        });
    }
    client.sleep(Duration::from_secs(60)).await;
    // Ten of them.
    kept(&region) / 10
}

async fn key_exchanges(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let kexinit = kexinit();
    raw(server, client, at, b"SSH-2.0-raw\r\n".to_vec(), kexinit, 10_000).await
}

async fn cut_off(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    // 256 KiB are announced, and all but the last byte come.
    let mut first = b"SSH-2.0-raw\r\n".to_vec();
    first.extend((256_u32 << 10).to_be_bytes());
    first.resize(first.len() + (256 << 10) - 1, 0);
    raw(server, client, at, first, Vec::new(), 0).await
}

/// SSH_MSG_KEXINIT (RFC 4253 section 7.1) with what our servers take.
fn kexinit() -> Vec<u8> {
    let mut payload = vec![20];
    payload.extend([0; 16]);
    let lists =
        ["curve25519-sha256", "ssh-ed25519", "aes128-ctr", "aes128-ctr", "hmac-sha2-256", "hmac-sha2-256"];
    for list in lists.into_iter().chain(["none", "none", "", ""]) {
        payload.extend((list.len() as u32).to_be_bytes());
        payload.extend(list.bytes());
    }
    payload.extend([0; 5]);
    let padding = 8 + (8 - (5 + payload.len()) % 8);
    let mut packet = Vec::new();
    packet.extend((1 + payload.len() as u32 + padding as u32).to_be_bytes());
    packet.push(padding as u8);
    packet.extend(payload);
    packet.resize(packet.len() + padding, 0);
    packet
}

/// A client that holds ten sessions and asks for thousands more.
async fn sessions(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let (at, _) = serve(&server, at, server_config()).await;
    let mut session = log_in(&client, at).await;
    let mut held = Vec::new();
    for _ in 0..10 {
        held.push(session.subsystem("echo").await.expect("ten are allowed"));
    }
    let region = Region::new(ALLOCATOR);
    for _ in 0..2_000 {
        assert!(session.subsystem("echo").await.is_err());
    }
    kept(&region)
}

/// A client that opens a session and closes it, as often as it may.
async fn churn(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let (at, log) = serve(&server, at, server_config()).await;
    let mut session = log_in(&client, at).await;
    let region = Region::new(ALLOCATOR);
    let mut opened = 0;
    while let Ok(mut channel) = session.subsystem("echo").await {
        channel.write_all(b"!").await.expect("it is open");
        channel.read_u8().await.expect("it echoes");
        log.borrow_mut().clear();
        opened += 1;
    }
    assert_eq!(opened, 4_096);
    kept(&region)
}

/// russh's own client, for what ours does not do. Its answers stop coming when `is_deaf` is set.
async fn russh_client(
    client: &SimHost,
    at: SocketAddr,
    window_size: u32,
    is_deaf: &Rc<Cell<bool>>,
) -> russh::client::Handle<AnyServer> {
    let stream = client.connect_tcp(at).await.expect("the server listens");
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    let (mut from_tcp, mut to_tcp) = tokio::io::split(stream);
    let (mut from_russh, mut to_russh) = tokio::io::split(ours);
    client.spawn(async move {
        let _ = tokio::io::copy(&mut from_russh, &mut to_tcp).await;
    });
    let (host, is_deaf) = (client.clone(), Rc::clone(is_deaf));
    client.spawn(async move {
        let mut buffer = vec![0; 64 << 10];
        loop {
            while is_deaf.get() {
                host.sleep(Duration::from_secs(1)).await;
            }
            match from_tcp.read(&mut buffer).await {
                Ok(length @ 1..) if to_russh.write_all(&buffer[..length]).await.is_ok() => {}
                _ => return,
            }
        }
    });
    let config = russh::client::Config { window_size, maximum_packet_size: 64, ..Default::default() };
    let connected = russh::client::connect_stream(Arc::new(config), theirs, AnyServer).await;
    let mut handle = connected.expect("it speaks SSH");
    assert!(
        handle.authenticate_password(common::USER, common::PASSWORD).await.expect("it answers").success()
    );
    handle
}

struct AnyServer;

impl russh::client::Handler for AnyServer {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _: &russh::keys::PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

/// A client that asks what must be answered, and reads no answer.
async fn global_requests(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let (at, _) = serve(&server, at, server_config()).await;
    let is_deaf = Rc::new(Cell::new(false));
    let handle = russh_client(&client, at, 2 << 20, &is_deaf).await;
    is_deaf.set(true);
    let region = Region::new(ALLOCATOR);
    let asked = Rc::new(Cell::new(0));
    let all = async {
        while handle.send_keepalive(true).await.is_ok() {
            asked.set(asked.get() + 1);
        }
    };
    tokio::select! {
        () = all => panic!("the connection stays"),
        () = client.sleep(Duration::from_secs(60)) => {}
    }
    // The server has stopped to read them.
    assert!(asked.get() > 10_000 && asked.get() < 200_000, "{}", asked.get());
    kept(&region)
}

/// A client that opens its window by 32 bytes at a time, and makes the server cut its data as small.
async fn small_window(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let (at, _) = serve(&server, at, server_config()).await;
    let handle = russh_client(&client, at, 64, &Rc::default()).await;
    let channel = handle.channel_open_session().await.expect("it is allowed");
    channel.request_subsystem(true, "bulk").await.expect("it is open");
    let mut channel = channel.into_stream();
    channel.write_u64(1_000_000).await.expect("it is open");
    channel.read_exact(&mut [0; 1_000]).await.expect("it comes");
    let region = Region::new(ALLOCATOR);
    channel.read_exact(&mut [0; 100_000]).await.expect("it comes");
    kept(&region)
}

async fn ended(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let (at, log) = serve(&server, at, server_config()).await;
    let mut region = Region::new(ALLOCATOR);
    for round in 0..60 {
        if round == 20 {
            log.borrow_mut().clear();
            log.borrow_mut().shrink_to_fit();
            region = Region::new(ALLOCATOR);
        }
        let mut session = log_in(&client, at).await;
        let mut channel = session.subsystem("bulk").await.expect("there is one");
        channel.write_u64(100_000).await.expect("it is open");
        channel.read_exact(&mut [0; 1_000]).await.expect("it comes");
        if round % 2 == 0 {
            session.disconnect("disconnected by user").await;
        }
        // Otherwise the session goes first, with data on its way, and the channel after it.
        client.sleep(Duration::from_secs(130)).await;
    }
    log.borrow_mut().clear();
    log.borrow_mut().shrink_to_fit();
    kept(&region)
}

async fn dropped(server: SimHost, client: SimHost, at: SocketAddr) -> isize {
    let (at, log) = serve(&server, at, server_config()).await;
    let mut region = Region::new(ALLOCATOR);
    for round in 0..90 {
        if round == 30 {
            log.borrow_mut().clear();
            log.borrow_mut().shrink_to_fit();
            region = Region::new(ALLOCATOR);
        }
        tokio::select! {
            _ = connect(&client, at) => {}
            () = client.sleep(Duration::from_millis(round % 10)) => {}
        }
        client.sleep(Duration::from_secs(130)).await;
    }
    log.borrow_mut().clear();
    log.borrow_mut().shrink_to_fit();
    kept(&region)
}
