//! What takes time, or a broken network: simulated only.

use std::time::Duration;

use bytes::Bytes;
use host::{Host, Udp};
use tftp::ReceiverConfig;
use tftpd::tftpd_hpa::{Kind, TftpdHpaConfig, TftpdHpaEvent};

use crate::tftpd_hpa::world::{CLIENT, World, ask, config, fetch, tree};

const HOUR: Duration = Duration::from_secs(3600);

fn world(config: TftpdHpaConfig) -> World {
    let tree = tree();
    World::start(config, tree.clone(), tree)
}

/// Sends a request and keeps its socket without a word; gives the times of the packets that come.
async fn listen_in_silence<H: Host>(client: H, served: crate::tftpd_hpa::world::Served) -> Vec<u64> {
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    let request = Bytes::from_static(b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0");
    socket.send_to(request, served.address).await.expect("sent");
    let mut timer = client.timer();
    let mut seconds = Vec::new();
    while let Ok(Some(_)) = socket.recv_from_until(&mut timer, Some(HOUR / 2)).await {
        seconds.push(client.now().as_secs());
    }
    seconds
}

#[test]
fn a_silent_client_is_left_without_a_word() {
    let world = world(config("-vvv"));
    assert_eq!(world.run(HOUR, listen_in_silence), [0, 1, 3, 7, 15, 31]);
    assert_eq!(world.served.log(), ["RRQ from CLIENT filename /EWC/17_9_4a/ap1g8"]);
    let events = world.served.events();
    assert!(
        matches!(events.last().map(|event| &event.kind), Some(Kind::GaveUp { bytes: 0, .. })),
        "{events:?}"
    );
}

#[test]
fn the_configured_wait_is_the_first() {
    let world = world(config("--retransmit 3000000"));
    assert_eq!(world.run(HOUR, listen_in_silence), [0, 3, 9, 21, 45, 93]);
}

#[test]
fn a_transfer_survives_an_outage_shorter_than_the_schedule() {
    let world = world(config(""));
    let link = world.link;
    let up = move |up| {
        move |net: &simnet::Simnet| {
            net.network().change_link(link, |there, back| (there.up, back.up) = (up, up))
        }
    };
    world.net.at(Duration::from_millis(10), up(false));
    world.net.at(Duration::from_secs(20), up(true));
    let (whole, took) = world.run(HOUR, async |client, served| {
        let fetched = fetch(&client, served.address, ReceiverConfig::new("/EWC/17_9_4a/ap1g5")).await;
        (fetched.result, client.now())
    });
    assert_eq!(whole, Ok(true));
    assert!(took > Duration::from_secs(20));
    let repeats = world.served.events().iter().find_map(|event| match event.kind {
        Kind::Completed { repeats, .. } => Some(repeats),
        _ => None,
    });
    assert!(repeats.is_some_and(|repeats| repeats > 0), "{repeats:?}");
}

#[test]
fn requests_beyond_the_limit_are_dropped() {
    let world = world(TftpdHpaConfig { transfers_max: 2, ..config("") });
    world.run(HOUR, async |client, served| {
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        for _ in 0..3 {
            let request = Bytes::from_static(b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0");
            socket.send_to(request, served.address).await.expect("sent");
        }
        served
            .until(|kind| matches!(kind, Kind::Dropped { peer } if peer.ip() == CLIENT).then_some(()))
            .await;
        // Those whose clients are silent leave when another needs the place.
        let missing = ask(&client, served.address, b"\0\x01nosuch\0octet\0").await;
        assert_eq!(missing, &b"\0\x05\0\x01File not found\0"[..]);
        assert!(client.now() < Duration::from_secs(1), "{:?}", client.now());
        let gave_up = |event: &TftpdHpaEvent| matches!(event.kind, Kind::GaveUp { .. });
        assert!(!served.events().iter().any(gave_up));
    });
}

#[test]
fn what_is_no_request_gets_no_answer() {
    let world = world(config("-vvv"));
    world.run(HOUR, async |client, served| {
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        for datagram in
            [&b""[..], b"\0", b"\0\x04\0\0", b"\0\x03\0\x01x", b"\0\x05\0\0bye\0", b"\xff\xff\xff\xff"]
        {
            socket.send_to(Bytes::from_static(datagram), served.address).await.expect("sent");
        }
        let mut timer = client.timer();
        let answer = socket.recv_from_until(&mut timer, Some(Duration::from_secs(100))).await;
        assert!(matches!(answer, Ok(None)), "{answer:?}");
    });
    assert!(world.served.log().is_empty());
    let ignored =
        world.served.events().iter().filter(|event| matches!(event.kind, Kind::Ignored { .. })).count();
    assert_eq!(ignored, 6);
}

#[test]
fn the_same_seed_gives_the_same_record() {
    let run = || {
        let world = world(config("-vvv"));
        world.run(HOUR, async |client, served| {
            for name in ["nosuch", "/EWC/17_9_4a/readme.txt", "/EWC"] {
                fetch(&client, served.address, ReceiverConfig::new(name)).await;
            }
        });
        serde_json::to_string(&world.served.events()).expect("events serialize")
    };
    assert_eq!(run(), run());
}
