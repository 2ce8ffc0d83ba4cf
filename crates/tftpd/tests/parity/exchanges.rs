//! The exchanges, each as a client leads it, and whether both worlds saw the same.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use host::{Host, Udp};
use tftp::{Failure, Mode, ReceiverConfig, Schedule};

use crate::parity::worlds::{Server, Setup, real, simulated};
use crate::support::transfer::{content, fetch};
use crate::support::{ANY, FILE};

/// Fetches a file of so many bytes. The client is more patient than the server, so that the server repeats itself first.
async fn fetch_whole<H: Host>(host: H, server: SocketAddr, config: ReceiverConfig, size: usize) {
    let config = ReceiverConfig { schedule: Schedule::constant(Duration::from_secs(30), 3), ..config };
    let bytes = fetch(&host, server, config).await.expect("the file comes");
    assert!(bytes == content(size), "wrong bytes");
}

/// Fails to fetch a file.
async fn fetch_none<H: Host>(host: H, server: SocketAddr, config: ReceiverConfig) {
    let failure = fetch(&host, server, config).await.expect_err("there is nothing to fetch");
    assert!(matches!(failure, Failure::PeerError { .. }), "{failure}");
}

/// Sends what no client of ours would, one datagram after the answer to the other, each to where the last answer came from.
async fn say<H: Host>(host: H, server: SocketAddr, datagrams: &'static [&'static [u8]]) {
    let local = if server.ip().is_loopback() { server.ip() } else { ANY };
    let socket = host.bind_udp(SocketAddr::new(local, 0)).await.expect("a free port");
    let mut peer = server;
    for (index, datagram) in datagrams.iter().enumerate() {
        socket.send_to(Bytes::from_static(datagram), peer).await.expect("sent");
        // A request is answered; an ERROR, which may come last, is not.
        if index + 1 < datagrams.len() || datagram[1] != 5 {
            (_, peer) = socket.recv_from().await.expect("an answer");
        }
    }
}

fn config() -> ReceiverConfig {
    ReceiverConfig::new(FILE)
}

fn hpa(size: usize) -> Setup {
    Setup { server: Server::TftpdHpa, file: content(size), client_loses: &[], server_loses: &[] }
}

fn windowed(size: usize) -> Setup {
    Setup { server: Server::Windowed, ..hpa(size) }
}

/// A test that both worlds see the same packets, and as many as told at the client, sent and received.
macro_rules! parity {
    ($name:ident, $packets:literal, $setup:expr, $exchange:expr) => {
        #[test]
        fn $name() {
            let (at_client, at_server) = simulated($setup, $exchange);
            let (real_client, real_server) = real($setup, $exchange);
            assert_eq!(at_client, real_client, "at the client: simulated, real");
            assert_eq!(at_server, real_server, "at the server: simulated, real");
            assert_eq!(at_client.len(), $packets, "{at_client:#?}");
        }
    };
}

// RRQ, then DATA and ACK for each block.
parity!(three_blocks, 7, hpa(1_300), async |host, server| fetch_whole(host, server, config(), 1_300).await);
parity!(an_empty_last_block, 7, hpa(1_024), async |host, server| {
    fetch_whole(host, server, config(), 1_024).await;
});
parity!(an_empty_file, 3, hpa(0), async |host, server| fetch_whole(host, server, config(), 0).await);

parity!(options, 13, hpa(6_000), async |host, server| {
    let config = ReceiverConfig { blksize: Some(1_428), timeout: Some(3), tsize: true, ..config() };
    fetch_whole(host, server, config, 6_000).await;
});
parity!(a_window_that_the_server_does_not_know, 7, hpa(1_300), async |host, server| {
    fetch_whole(host, server, ReceiverConfig { windowsize: Some(4), ..config() }, 1_300).await;
});
// RRQ, OACK, ACK 0, ten blocks, an ACK after the fourth, the eighth and the last.
parity!(a_window, 16, windowed(5_000), async |host, server| {
    fetch_whole(host, server, ReceiverConfig { windowsize: Some(4), ..config() }, 5_000).await;
});
parity!(netascii, 7, Setup { file: b"one\ntwo\r\n".repeat(100), ..hpa(0) }, async |host, server| {
    let config = ReceiverConfig { mode: Mode::Netascii, ..config() };
    fetch(&host, server, config).await.expect("the file comes");
});

parity!(a_missing_file, 2, hpa(0), async |host, server| {
    fetch_none(host, server, ReceiverConfig::new("nosuch")).await;
});
parity!(a_path_that_leads_outside, 2, hpa(0), async |host, server| {
    fetch_none(host, server, ReceiverConfig::new("../etc/passwd")).await;
});
parity!(a_block_size_too_small, 2, hpa(0), async |host, server| {
    fetch_none(host, server, ReceiverConfig { blksize: Some(7), ..config() }).await;
});
parity!(a_mode_that_nobody_knows, 2, hpa(0), async |host, server| {
    say(host, server, &[b"\0\x01image\0morse\0"]).await;
});
// The server reads it from a buffer of zeros, and so serves it.
parity!(a_request_without_an_end, 3, hpa(600), async |host, server| {
    say(host, server, &[b"\0\x01image\0octet", b"\0\x05\0\0enough\0"]).await;
});
parity!(a_write_onto_nothing, 2, hpa(0), async |host, server| {
    say(host, server, &[b"\0\x02new\0octet\0"]).await;
});
parity!(terms_that_are_refused, 3, hpa(600), async |host, server| {
    say(host, server, &[b"\0\x01image\0octet\0blksize\x00100\0", b"\0\x05\0\x08no\0"]).await;
});
parity!(a_transfer_that_the_client_ends, 3, hpa(600), async |host, server| {
    say(host, server, &[b"\0\x01image\0octet\0", b"\0\x05\0\0enough\0"]).await;
});

// The server repeats what was lost, or what was not acknowledged, after its first wait. What it loses the client does not see.
parity!(a_lost_block, 7, Setup { server_loses: &[1], ..hpa(1_300) }, async |host, server| {
    fetch_whole(host, server, config(), 1_300).await;
});
parity!(a_lost_ack, 9, Setup { client_loses: &[1], ..hpa(1_300) }, async |host, server| {
    fetch_whole(host, server, config(), 1_300).await;
});
parity!(a_lost_oack, 9, Setup { server_loses: &[0], ..hpa(1_300) }, async |host, server| {
    fetch_whole(host, server, ReceiverConfig { tsize: true, ..config() }, 1_300).await;
});
parity!(
    a_block_lost_in_a_window,
    19,
    Setup { server_loses: &[2], ..windowed(5_000) },
    async |host, server| {
        fetch_whole(host, server, ReceiverConfig { windowsize: Some(4), ..config() }, 5_000).await;
    }
);
