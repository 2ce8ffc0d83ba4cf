//! What takes time, or a broken network: simulated only.

use std::time::Duration;

use bytes::Bytes;
use host::{Host, Udp};
use tftp::ReceiverConfig;
use tftpd::tftpd64::Kind;

use crate::tftpd64::world::{Served, World, config, fetch, stored};

const HOUR: Duration = Duration::from_secs(3600);

/// Sends a request and keeps its socket without a word; gives the times and opcodes of the packets that come.
async fn listen_in_silence<H: Host>(client: H, served: Served, request: &'static [u8]) -> Vec<(u64, u8)> {
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    socket.send_to(Bytes::from_static(request), served.address).await.expect("sent");
    let mut timer = client.timer();
    let mut came = Vec::new();
    while let Ok(Some((datagram, _))) = socket.recv_from_until(&mut timer, Some(HOUR / 2)).await {
        let [_, opcode] = datagram.first_chunk().expect("an opcode");
        came.push((client.now().as_secs(), opcode));
    }
    came
}

#[test]
fn a_silent_client_hears_an_error_in_the_end() {
    let world = World::new(config(""));
    let came = world.run(HOUR, async |client, served| {
        listen_in_silence(client, served, b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0").await
    });
    assert_eq!(came, [(0, 3), (1, 3), (3, 3), (6, 3), (9, 3), (12, 3), (15, 5)]);
    assert_eq!(world.served.log()[3..], ["TIMEOUT waiting for Ack block #1 "]);
}

#[test]
fn an_unanswered_oack_is_not_sent_again() {
    let world = World::new(config("Timeout=8\nMaxRetransmit=2"));
    let came = world.run(HOUR, async |client, served| {
        listen_in_silence(client, served, b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0tsize\x000\0").await
    });
    assert_eq!(came, [(0, 6), (6, 5)]);
    assert_eq!(world.served.log()[4..], ["TIMEOUT waiting for Ack block #0 "]);
}

#[test]
fn a_last_block_that_is_not_acknowledged_counts_as_sent() {
    let world = World::new(config(""));
    let came = world
        .run(HOUR, async |client, served| listen_in_silence(client, served, b"\0\x01empty\0octet\0").await);
    assert_eq!(came, [(0, 3), (1, 3), (3, 3), (6, 3), (9, 3), (12, 3)]);
    let expected = [
        "WARNING : Last block #1 not acked for file <empty>",
        "<empty>: sent 0 blk, 0 bytes in 15 s. 6 blks resent",
    ];
    assert_eq!(world.served.log()[3..], expected);
}

#[test]
fn a_write_that_begins_late_ends_as_an_empty_file() {
    let world = World::new(config(""));
    let came = world.run(HOUR, async |client, served| {
        listen_in_silence(client, served, b"\0\x02up\0octet\0tsize\x0099\0").await
    });
    assert_eq!(came, [(0, 6), (1, 4)]);
    assert_eq!(world.served.log()[4..], ["<up>: rcvd 0 blk, 0 bytes in 1 s. 0 blk resent"]);
    assert!(stored(&world.served, "up").is_empty());
}

#[test]
fn a_write_that_stops_keeps_what_came() {
    let world = World::new(config(""));
    world.run(HOUR, async |client, served| {
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        socket.send_to(Bytes::from_static(b"\0\x02up\0octet\0"), served.address).await.expect("sent");
        let (_, transfer) = socket.recv_from().await.expect("an answer");
        let block = [&b"\0\x03\0\x01"[..], &[7; 512]].concat();
        socket.send_to(Bytes::from(block), transfer).await.expect("sent");
        for _ in 0..7 {
            assert_eq!(socket.recv_from().await.expect("an ACK").0, &b"\0\x04\0\x01"[..]);
        }
        assert_eq!(socket.recv_from().await.expect("an ERROR").0.first_chunk(), Some(*b"\0\x05\0\0"));
        assert_eq!(client.now().as_secs(), 15);
    });
    assert_eq!(world.served.log()[3..], ["TIMEOUT while waiting for Data block 2, file <up>"]);
    assert_eq!(stored(&world.served, "up"), [7; 512]);
}

#[test]
fn a_transfer_survives_an_outage_shorter_than_the_waits() {
    let world = World::new(config(""));
    let link = world.link;
    let up = move |up| {
        move |net: &simnet::Simnet| {
            net.network().change_link(link, |there, back| (there.up, back.up) = (up, up))
        }
    };
    world.net.at(Duration::from_millis(10), up(false));
    world.net.at(Duration::from_secs(10), up(true));
    let result = world.run(HOUR, async |client, served| {
        fetch(&client, served.address, ReceiverConfig::new("/EWC/17_9_4a/ap1g5")).await.result
    });
    assert_eq!(result, Ok(true));
    let log = world.served.log();
    let last = log.last().expect("it ended");
    assert!(last.contains("sent 5860 blks, 3000001 bytes in 1") && last.ends_with(" blks resent"), "{last}");
}

#[test]
fn a_request_that_comes_twice_is_served_twice() {
    let world = World::new(config(""));
    world.run(HOUR, async |client, served| {
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        let request = Bytes::from_static(b"\0\x01empty\0octet\0");
        for _ in 0..2 {
            socket.send_to(request.clone(), served.address).await.expect("sent");
        }
        let (_, one) = socket.recv_from().await.expect("a block");
        let (_, other) = socket.recv_from().await.expect("a block");
        assert_ne!(one, other);
        client.sleep(Duration::from_secs(1)).await;
        socket.send_to(request, served.address).await.expect("sent");
        socket.recv_from().await.expect("a block");
    });
    let log = world.served.log();
    let count = |begins: &str| log.iter().filter(|line| line.starts_with(begins)).count();
    assert_eq!(count("Warning : received duplicated request from :"), 1, "another second, another request");
    assert_eq!(count("Connection received"), 3);
}

#[test]
fn requests_beyond_the_limit_are_dropped() {
    let world = World::new(config("Max Simultaneous Transfers=4"));
    world.run(HOUR, async |client, served| {
        let mut sockets = Vec::new();
        for _ in 0..5 {
            let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
            let request = Bytes::from_static(b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0");
            socket.send_to(request, served.address).await.expect("sent");
            sockets.push(socket);
        }
        served.until(|kind| matches!(kind, Kind::Dropped { .. }).then_some(())).await;
        // Those who are served give up in time, and make room.
        served.until(|kind| matches!(kind, Kind::TimedOut { .. }).then_some(())).await;
        let fetched = fetch(&client, served.address, ReceiverConfig::new("exact.bin")).await;
        assert_eq!(fetched.result, Ok(true));
    });
    let log = world.served.log();
    let dropped = "max number of threads reached, connection from CLIENT dropped";
    assert_eq!(log.iter().filter(|line| *line == dropped).count(), 1);
}

#[test]
fn idle_permanent_threads_count() {
    let world = World::new(config("Max Simultaneous Transfers=2"));
    world.run(HOUR, async |client, served| {
        let fetched = fetch(&client, served.address, ReceiverConfig::new("exact.bin")).await;
        assert!(fetched.result.is_err());
    });
    assert!(world.served.log().iter().all(|line| line.starts_with("max number of threads reached")));
}

#[test]
fn the_window_shows_how_far_a_transfer_is() {
    let world = World::new(config(""));
    let link = world.link;
    // 1 Mbit/s: the transfer takes half a minute.
    world.net.network().change_link(link, |there, back| {
        (there.bandwidth, back.bandwidth) = (Some(1_000_000), Some(1_000_000));
    });
    world.run(HOUR, async |client, served| {
        let asking = ReceiverConfig { blksize: Some(1400), ..ReceiverConfig::new("/EWC/17_9_4a/ap1g5") };
        assert_eq!(fetch(&client, served.address, asking).await.result, Ok(true));
    });
    let mut shown = Vec::new();
    for event in world.served.events() {
        assert!(!event.logged || !matches!(event.kind, Kind::Progress { .. }));
        if let Kind::Progress { bytes, percent, size, .. } = event.kind {
            assert_eq!((size, percent), (Some(3_000_001), Some(bytes / 30_000)));
            shown.push(percent.expect("a large file"));
        }
    }
    assert!(shown.len() > 10 && shown.is_sorted() && shown.last() > Some(&90), "{shown:?}");

    let quiet = World::new(config("ShowProgressBar=0"));
    quiet.net.network().change_link(quiet.link, |there, _| there.bandwidth = Some(1_000_000));
    quiet.run(HOUR, async |client, served| {
        fetch(&client, served.address, ReceiverConfig::new("/EWC/17_9_4a/ap1g5")).await
    });
    assert!(!quiet.served.events().iter().any(|event| matches!(event.kind, Kind::Progress { .. })));
}

#[test]
fn the_log_takes_a_hundred_lines_a_second_and_one() {
    let world = World::new(config("Max Simultaneous Transfers=10000"));
    world.run(HOUR, async |client, served| {
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        for n in 0..100 {
            socket.send_to(Bytes::from(vec![0, 9, n]), served.address).await.expect("sent");
        }
        client.sleep(Duration::from_secs(2)).await;
        socket.send_to(Bytes::from_static(b"\0\x09"), served.address).await.expect("sent");
        client.sleep(Duration::from_secs(1)).await;
    });
    // Of three lines for each request, the first 101 of the first second and all of a later one.
    assert_eq!(world.served.log().len(), 101 + 3);
    assert_eq!(world.served.log().last().map(String::as_str), Some("Returning EBADOP to Peer"));
}

#[test]
fn datagrams_that_are_too_long_are_lost() {
    let world = World::new(config(""));
    world.run(HOUR, async |client, served| {
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        socket.send_to(Bytes::from(vec![0; 517]), served.address).await.expect("sent");
        served.until(|kind| matches!(kind, Kind::Oversized { length: 517, .. }).then_some(())).await;
    });
    let log = world.served.log();
    assert!(log[0].starts_with("Error : RecvFrom returns 10040: <A message sent"), "{log:?}");
    assert_eq!(log.len(), 1);
}

#[test]
fn the_same_seed_gives_the_same_record() {
    let run = || {
        let world = World::new(config(""));
        world.run(HOUR, async |client, served| {
            for name in ["nosuch", "/EWC/17_9_4a/ap1g5", "exact.bin"] {
                fetch(&client, served.address, ReceiverConfig::new(name)).await;
            }
        });
        serde_json::to_string(&world.served.events()).expect("events serialize")
    };
    assert_eq!(run(), run());
}
