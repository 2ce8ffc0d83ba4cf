//! One file fetched, as the controller's install does it.

use std::net::SocketAddr;

use host::{Host, Udp};
use tftp::{Failure, Receiver, ReceiverConfig, ReceiverEvent};

use super::ANY;

/// The bytes of the file, or why there are none.
pub(crate) type Outcome = Result<Vec<u8>, Failure>;

/// Drives a receiver to its end.
pub(crate) async fn fetch<H: Host>(host: &H, server: SocketAddr, config: ReceiverConfig) -> Outcome {
    let local = if server.ip().is_loopback() { server.ip() } else { ANY };
    let socket = host.bind_udp(SocketAddr::new(local, 0)).await.expect("a free port");
    let mut timer = host.timer();
    let mut receiver = Receiver::new(host.now(), server, config);
    let mut bytes = Vec::new();
    let mut result = None;
    loop {
        while let Some(event) = receiver.poll_event() {
            match event {
                ReceiverEvent::Data(block) => bytes.extend_from_slice(&block),
                ReceiverEvent::Completed { bytes, .. } => result = Some(Ok(bytes)),
                ReceiverEvent::Failed(failure) => result = Some(Err(failure)),
                ReceiverEvent::Accepted(_) | ReceiverEvent::Stopped => {}
            }
        }
        while let Some((datagram, to)) = receiver.poll_transmit() {
            socket.send_to(datagram, to).await.expect("sent");
        }
        if receiver.is_finished() {
            let told = result.expect("a receiver that ends says how")?;
            assert_eq!(told, bytes.len() as u64, "the size that is told is the size that came");
            return Ok(bytes);
        }
        match socket.recv_from_until(&mut timer, receiver.poll_timeout()).await.expect("received") {
            Some((datagram, from)) => receiver.handle_datagram(host.now(), datagram, from),
            None => receiver.handle_timeout(host.now()),
        }
    }
}

/// Bytes that differ wherever a block is left out, repeated or swapped, of any block size.
pub(crate) fn content(length: usize) -> Vec<u8> {
    (0..length.div_ceil(4) as u32)
        .flat_map(|index| index.wrapping_mul(0x9E37_79B1).to_be_bytes())
        .take(length)
        .collect()
}
