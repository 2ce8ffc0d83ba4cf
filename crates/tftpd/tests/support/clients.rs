//! Clients that ask one server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use host::{Host, Udp};
use tftp::{Failure, Receiver, ReceiverConfig, ReceiverEvent, Terms};

/// What a client got.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub terms: Option<Terms>,
    pub bytes: Vec<u8>,
    /// Whether the file is whole.
    pub result: Result<bool, Failure>,
}

/// Drives a receiver to its end.
pub(crate) async fn fetch<H: Host>(host: &H, server: SocketAddr, config: ReceiverConfig) -> Fetched {
    let unspecified = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let socket = host.bind_udp(SocketAddr::new(unspecified, 0)).await.expect("a free port");
    let mut timer = host.timer();
    let mut receiver = Receiver::new(host.now(), server, config);
    let mut fetched = Fetched { terms: None, bytes: Vec::new(), result: Ok(false) };
    loop {
        while let Some((datagram, to)) = receiver.poll_transmit() {
            socket.send_to(datagram, to).await.expect("sent");
        }
        while let Some(event) = receiver.poll_event() {
            match event {
                ReceiverEvent::Accepted(terms) => fetched.terms = Some(terms),
                ReceiverEvent::Data(block) => fetched.bytes.extend_from_slice(&block),
                ReceiverEvent::Completed { .. } => fetched.result = Ok(true),
                ReceiverEvent::Stopped => {}
                ReceiverEvent::Failed(failure) => fetched.result = Err(failure),
            }
        }
        if receiver.is_finished() {
            return fetched;
        }
        match socket.recv_from_until(&mut timer, receiver.poll_timeout()).await.expect("received") {
            Some((datagram, from)) => receiver.handle_datagram(host.now(), datagram, from),
            None => receiver.handle_timeout(host.now()),
        }
    }
}

/// Sends one datagram and gives the first answer.
pub(crate) async fn ask<H: Host>(host: &H, server: SocketAddr, datagram: &'static [u8]) -> Bytes {
    let unspecified = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let socket = host.bind_udp(SocketAddr::new(unspecified, 0)).await.expect("a free port");
    socket.send_to(Bytes::from_static(datagram), server).await.expect("sent");
    let (answer, from) = socket.recv_from().await.expect("an answer");
    assert!(from.ip() == server.ip() && from.port() != server.port(), "a fresh port answers");
    answer.into_bytes()
}
