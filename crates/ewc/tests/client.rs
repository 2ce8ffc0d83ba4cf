//! The TFTP client on the loopback, against servers that do not do as they should.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use ewc::Settings;
use fetch::tftp::{FetchError, Refusal, Step, Transfer, fetch};
use host::real::{self, RealHost};
use host::{Host, Udp};
use tftp::{ErrorCode, Packet};

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// Stops a test that hangs; nothing waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

type Socket = <RealHost as Host>::Udp;

/// Fetches a file from a server that does what `server` says once it was asked. It gets the socket to answer with and the client's
/// address.
fn against(
    server: impl AsyncFnOnce(RealHost, Socket, SocketAddr),
    mut take: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> Result<Transfer, FetchError> {
    let host = RealHost::new("loopback", 1);
    let running = async {
        let socket = host.bind_udp(ANY).await.expect("a free port");
        let mut request = Settings::default().tftp_request(ANY, socket.local_addr(), "/ap1g8");
        request.config.tsize = true;
        let serving = async {
            let (_, client) = socket.recv_from().await.expect("a request");
            let transfer = host.bind_udp(ANY).await.expect("a free port");
            server(host.clone(), transfer, client).await;
        };
        tokio::select! {
            (fetched, ()) = async { tokio::join!(fetch(&host, request, &mut take), serving) } => fetched,
            () = host.sleep(PATIENCE) => panic!("it hangs"),
        }
    };
    real::run(running).expect("a runtime")
}

async fn send(socket: &Socket, packet: &'static [u8], client: SocketAddr) {
    socket.send_to(Bytes::from_static(packet), client).await.expect("sent");
}

/// The first block of a file that has more.
fn full_block() -> &'static [u8] {
    const BLOCK: [u8; 516] = {
        let mut block = [7; 516];
        (block[0], block[1], block[2], block[3]) = (0, 3, 0, 1);
        block
    };
    &BLOCK
}

async fn answer(socket: &Socket) -> Packet {
    let (datagram, _) = socket.recv_from().await.expect("received");
    Packet::parse(datagram).expect("TFTP")
}

#[test]
fn a_file_that_is_shorter_than_announced_is_no_file() {
    let result = against(
        async |_, socket, client| {
            send(&socket, b"\0\x06tsize\x001000\0", client).await;
            answer(&socket).await;
            send(&socket, b"\0\x03\0\x01short", client).await;
        },
        |_| Ok(()),
    );
    assert!(matches!(result, Err(FetchError::WrongSize { announced: 1000, received: 5 })), "{result:?}");
}

#[test]
fn the_first_block_beyond_what_was_announced_is_the_last() {
    let mut taken = 0;
    let result = against(
        async |_, socket, client| {
            send(&socket, b"\0\x06tsize\x00511\0", client).await;
            assert_eq!(answer(&socket).await, Packet::Ack { block: 0 });
            send(&socket, full_block(), client).await;
            assert!(matches!(answer(&socket).await, Packet::Error { code: ErrorCode::UNDEFINED, .. }));
        },
        |step| {
            taken += usize::from(matches!(step, Step::Data(_)));
            Ok(())
        },
    );
    assert!(matches!(result, Err(FetchError::Longer { announced: 511 })), "{result:?}");
    assert_eq!(taken, 0);
}

#[test]
fn a_server_that_goes_away_is_noticed_at_once() {
    let result = against(
        async |_, socket, client| {
            send(&socket, full_block(), client).await;
            drop(socket);
        },
        |_| Ok(()),
    );
    assert!(matches!(result, Err(FetchError::Unreachable { bytes: 512, .. })), "{result:?}");
}

#[test]
fn a_caller_that_takes_no_more_is_a_reason_the_server_hears() {
    let full = Refusal { code: ErrorCode::DISK_FULL, message: "No space left on device".into() };
    let result = against(
        async |_, socket, client| {
            send(&socket, full_block(), client).await;
            // The block itself has arrived, so that its acknowledgement comes first.
            loop {
                match answer(&socket).await {
                    Packet::Error { code, .. } => break assert_eq!(code, ErrorCode::DISK_FULL),
                    other => assert_eq!(other, Packet::Ack { block: 1 }),
                }
            }
        },
        |step| if matches!(step, Step::Data(_)) { Err(full.clone()) } else { Ok(()) },
    );
    assert!(matches!(&result, Err(FetchError::Refused(refusal)) if *refusal == full), "{result:?}");
}

#[test]
fn a_stranger_does_not_disturb() {
    let mut file = Vec::new();
    let result = against(
        async |host, socket, client| {
            send(&socket, b"\0\x06tsize\x004\0", client).await;
            assert_eq!(answer(&socket).await, Packet::Ack { block: 0 });
            let stranger = host.bind_udp(ANY).await.expect("a free port");
            send(&stranger, b"\0\x03\0\x01evil", client).await;
            send(&stranger, b"\0\x05\0\0bye\0", client).await;
            send(&socket, b"\0\x03\0\x01good", client).await;
        },
        |step| {
            if let Step::Data(block) = step {
                file.extend_from_slice(block);
            }
            Ok(())
        },
    );
    assert_eq!(result.map(|transfer| (transfer.bytes, transfer.repeats)).expect("it is whole"), (4, 0));
    assert_eq!(file, b"good");
}
