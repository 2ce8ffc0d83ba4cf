//! UDP on the loopback of this machine.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use host::real::{self, RealHost};
use host::{Host, Udp};

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// Stops a test that hangs; nothing waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

fn on_the_loopback(test: impl AsyncFnOnce(RealHost)) {
    let host = RealHost::new("loopback", 1);
    let patience = host.clone();
    let running = async {
        tokio::select! {
            () = test(host) => {}
            () = patience.sleep(PATIENCE) => panic!("it hangs"),
        }
    };
    real::run(running).expect("a runtime");
}

/// A port that nobody has: just given back.
async fn closed_port(host: &RealHost) -> SocketAddr {
    host.bind_udp(ANY).await.expect("a free port").local_addr()
}

#[test]
fn a_refusal_wakes_a_reader_that_waits() {
    on_the_loopback(async |host| {
        let socket = host.bind_udp(ANY).await.expect("a free port");
        let peer = host.bind_udp(ANY).await.expect("a free port");
        let gone = peer.local_addr();
        socket.connect(gone).await.expect("connected");
        drop(peer);
        for round in 0..3 {
            // The reader waits before the datagram goes out, so that it has to be woken.
            let reading = socket.recv_from();
            let sending = async {
                tokio::task::yield_now().await;
                socket.send_to(Bytes::from_static(b"?"), gone).await
            };
            let (received, sent) = tokio::join!(reading, sending);
            sent.expect("sent");
            let error = received.expect_err("nobody is there");
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused, "round {round}");
        }
        // It still receives.
        let back = host.bind_udp(gone).await.expect("the port is free again");
        back.send_to(Bytes::from_static(b"!"), socket.local_addr()).await.expect("sent");
        assert_eq!(socket.recv_from().await.expect("received"), (Datagram::from_static(b"!"), gone));
    });
}

#[test]
fn an_unconnected_socket_hears_of_a_refusal_only_if_its_host_asks_for_it() {
    on_the_loopback(async |host| {
        let gone = closed_port(&host).await;
        let mut timer = host.timer();
        let deaf = host.bind_udp(ANY).await.expect("a free port");
        deaf.send_to(Bytes::from_static(b"?"), gone).await.expect("sent");
        let soon = host.now() + Duration::from_millis(20);
        assert!(matches!(deaf.recv_from_until(&mut timer, Some(soon)).await, Ok(None)));

        if cfg!(target_os = "linux") {
            let hearing = host.hearing_refusals().bind_udp(ANY).await.expect("a free port");
            hearing.send_to(Bytes::from_static(b"?"), gone).await.expect("sent");
            let error = hearing.recv_from().await.expect_err("nobody is there");
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        }
    });
}

#[test]
fn a_connected_socket_can_still_send_elsewhere() {
    on_the_loopback(async |host| {
        let [socket, peer, other] =
            [host.bind_udp(ANY).await, host.bind_udp(ANY).await, host.bind_udp(ANY).await]
                .map(|bound| bound.expect("a free port"));
        socket.connect(peer.local_addr()).await.expect("connected");
        for receiver in [&peer, &other] {
            socket.send_to(Bytes::from_static(b"hello"), receiver.local_addr()).await.expect("sent");
            assert_eq!(
                receiver.recv_from().await.expect("received"),
                (Datagram::from_static(b"hello"), socket.local_addr())
            );
        }
    });
}

#[test]
fn datagrams_of_every_size_arrive_whole() {
    on_the_loopback(async |host| {
        let sender = host.bind_udp(ANY).await.expect("a free port");
        let receiver = host.bind_udp(ANY).await.expect("a free port");
        // Kept, so that their memory cannot be used again.
        let mut kept = Vec::new();
        for round in 0..64_u32 {
            for length in [0, 1, 4, 516, 1_432, 65_468, 65_507] {
                let payload: Bytes = (0..length).map(|byte| (byte ^ round) as u8).collect();
                sender.send_to(payload.clone(), receiver.local_addr()).await.expect("sent");
                let (received, _) = receiver.recv_from().await.expect("received");
                kept.push((payload, received));
            }
        }
        assert!(kept.iter().all(|(sent, received)| received == sent));
    });
}

/// What a sender with the largest window and the largest block sends before it waits.
#[test]
fn a_large_window_fits_into_the_receive_buffer() {
    const BLOCK: usize = 65_464 + 4;
    let blocks = real::datagrams_kept(BLOCK).expect("a socket").min(64);
    assert!(blocks > 0);
    on_the_loopback(async |host| {
        let sender = host.bind_udp(ANY).await.expect("a free port");
        let receiver = host.bind_udp(ANY).await.expect("a free port");
        let block = Bytes::from(vec![7; BLOCK]);
        for _ in 0..blocks {
            sender.send_to(block.clone(), receiver.local_addr()).await.expect("sent");
        }
        for _ in 0..blocks {
            assert_eq!(receiver.recv_from().await.expect("received").0, block);
        }
    });
}
