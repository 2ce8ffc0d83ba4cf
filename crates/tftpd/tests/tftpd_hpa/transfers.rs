//! Files that are sent, and clients that stop half-way.

use bytes::Bytes;
use files::FileSource;
use host::{Host, Udp};
use tftp::{Extent, ReceiverConfig};
use tftpd::tftpd_hpa::Kind;

use crate::tftpd_hpa::world::{Served, config, fetch, parity};

const AP1G8: &str = "/EWC/17_9_4a/ap1g8";

fn asking(filename: &str, blksize: u16) -> ReceiverConfig {
    ReceiverConfig {
        blksize: Some(blksize),
        tsize: true,
        windowsize: Some(16),
        ..ReceiverConfig::new(filename)
    }
}

fn stored(served: &Served, name: &str) -> Bytes {
    served.tree.read(&config("").local_path(name)).expect("it is there").bytes()
}

async fn completed(served: &Served) -> (u64, u64, u64) {
    let pick = |kind: &Kind| match *kind {
        Kind::Completed { bytes, blocks, repeats, .. } => Some((bytes, blocks, repeats)),
        _ => None,
    };
    served.until(pick).await
}

/// The field's two requests: one that stops, one for the whole image. The log is the field's: nothing but two requests.
async fn a_probe_and_a_whole_image<H: Host>(client: H, served: Served) {
    let probe = ReceiverConfig { extent: Extent::FirstBlock, ..asking(AP1G8, 1428) };
    let probed = fetch(&client, served.address, probe).await;
    let terms = probed.terms.expect("accepted");
    assert_eq!((terms.size, terms.block_size, terms.window), (Some(70_512_640), 1428, 1));
    served.until(|kind| matches!(kind, Kind::Aborted { code: 0, .. }).then_some(())).await;

    let fetched = fetch(&client, served.address, asking(AP1G8, 1428)).await;
    assert_eq!(fetched.result, Ok(true));
    assert!(fetched.bytes == stored(&served, AP1G8));
    assert_eq!(completed(&served).await, (70_512_640, 49_379, 0));
    assert_eq!(served.log(), ["RRQ from CLIENT filename /EWC/17_9_4a/ap1g8"; 2]);
    let pids: Vec<_> = served.events().iter().map(|event| event.pid).collect();
    assert!(pids.is_sorted() && pids.first() < pids.last(), "every request has a process: {pids:?}");
}
parity!(image, "", super::a_probe_and_a_whole_image);

async fn without_options<H: Host>(client: H, served: Served) {
    for (name, blocks) in [("controller_version.info", 1), ("readme.txt", 1), ("ap1g5", 77_921)] {
        let name = format!("/EWC/17_9_4a/{name}");
        let fetched = fetch(&client, served.address, ReceiverConfig::new(&*name)).await;
        assert_eq!(fetched.result, Ok(true));
        let expected = stored(&served, &name);
        assert!(fetched.bytes == expected, "{name}");
        let pick = |kind: &Kind| match kind {
            Kind::Completed { filename, bytes, blocks, .. } => {
                (*filename == name).then_some((*bytes, *blocks))
            }
            _ => None,
        };
        assert_eq!(served.until(pick).await, (expected.len() as u64, blocks));
    }
}
parity!(blocks_of_512, "", super::without_options);

async fn two_at_a_time<H: Host>(client: H, served: Served) {
    let (done, other) = tokio::sync::oneshot::channel();
    let (host, address) = (client.clone(), served.address);
    client.spawn(async move {
        let fetched = fetch(&host, address, asking("/EWC/17_9_4a/ap1g4", 1024)).await;
        assert!(done.send(fetched).is_ok());
    });
    let first = fetch(&client, served.address, asking("/EWC/17_9_4a/ap1g5", 4096)).await;
    let second = other.await.expect("the other fetch ends");
    assert!(first.bytes == stored(&served, "/EWC/17_9_4a/ap1g5"));
    assert!(second.bytes == stored(&served, "/EWC/17_9_4a/ap1g4"));
}

/// The simulated interface refuses packets above 1,500 bytes, so this one runs on the loopback only.
#[test]
fn concurrent_transfers_do_not_meet() {
    let tree = crate::tftpd_hpa::world::tree();
    crate::tftpd_hpa::world::real(config(""), tree.clone(), tree, two_at_a_time);
}

async fn vanishes<H: Host>(client: H, served: Served) {
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    let request = Bytes::from_static(b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0utimeout\x0010000\0");
    socket.send_to(request, served.address).await.expect("sent");
    let (_oack, transfer) = socket.recv_from().await.expect("an answer");
    socket.send_to(Bytes::from_static(b"\0\x04\0\0"), transfer).await.expect("sent");
    socket.recv_from().await.expect("the first block");
    drop(socket); // The same block, sent again, meets a port unreachable.
    served.until(|kind| matches!(kind, Kind::SocketFailed { .. }).then_some(())).await;
    assert_eq!(served.log()[1..], ["tftpd: read(ack): Connection refused"]);
}
parity!(vanishing_client, "", super::vanishes);

async fn refuses_the_oack<H: Host>(client: H, served: Served) {
    let probe = ReceiverConfig { extent: Extent::Answer, ..asking(AP1G8, 1428) };
    fetch(&client, served.address, probe).await;
    served.until(|kind| matches!(kind, Kind::OptionsRefused { code: 0, .. }).then_some(())).await;
    assert_eq!(served.log()[1..], ["tftp: client does not accept options"]);
}
parity!(refused_oack, "", super::refuses_the_oack);

async fn a_stranger_does_not_disturb<H: Host>(client: H, served: Served) {
    let any = ([0, 0, 0, 0], 0).into();
    let socket = client.bind_udp(any).await.expect("a free port");
    let request = Bytes::from_static(b"\0\x01/EWC/17_9_4a/readme.txt\0netascii\0blksize\x008\0");
    socket.send_to(request, served.address).await.expect("sent");
    let (oack, transfer) = socket.recv_from().await.expect("an answer");
    assert_eq!(oack, &b"\0\x06blksize\x008\0"[..]);
    // A datagram from another port is none of the transfer's: its socket is connected.
    let stranger = client.bind_udp(any).await.expect("a free port");
    stranger.send_to(Bytes::from_static(b"\0\x05\0\0bye\0"), transfer).await.expect("sent");
    socket.send_to(Bytes::from_static(b"\0\x04\0\0"), transfer).await.expect("sent");
    let (first, _) = socket.recv_from().await.expect("a block");
    assert_eq!((first.first_chunk(), first.len()), (Some(*b"\0\x03\0\x01"), 12));
}
parity!(stranger, "", super::a_stranger_does_not_disturb);

async fn files_change<H: Host>(client: H, served: Served) {
    let name = "/EWC/17_9_4a/version.info";
    let path = config("").local_path(name);
    served.tree.truncate(&path, 4).expect("is there");
    let fetched = fetch(&client, served.address, asking(name, 512)).await;
    assert_eq!((fetched.bytes.len(), fetched.terms.and_then(|terms| terms.size)), (4, Some(4)));
    served.tree.remove(&path).expect("is there");
    let fetched = fetch(&client, served.address, asking(name, 512)).await;
    assert_eq!(fetched.result.expect_err("gone").to_string(), "server answered error 1: File not found");
}
parity!(changing_files, "", super::files_change);

async fn from_a_range<H: Host>(client: H, served: Served) {
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    for port in [49_001, 49_002] {
        socket
            .send_to(Bytes::from_static(b"\0\x01/EWC/17_9_4a/ap1g8\0octet\0"), served.address)
            .await
            .expect("sent");
        assert_eq!(socket.recv_from().await.expect("a block").1.port(), port);
    }
}
/// On the loopback the ports may be someone else's.
#[test]
fn ports_of_the_range_are_used() {
    let tree = crate::tftpd_hpa::world::tree();
    let world = crate::tftpd_hpa::world::World::start(config("--port-range 49001:49010"), tree.clone(), tree);
    world.run(std::time::Duration::from_secs(600), from_a_range);
}
