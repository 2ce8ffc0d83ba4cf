//! What is sent and what is not, and what the log says of it.

use bytes::Bytes;
use files::File;
use host::{Host, Udp};
use image::Content;
use tftp::{Mode, Packet, ReceiverConfig};
use tftpd::tftpd64::{Kind, Tftpd64Config};

use crate::tftpd64::world::{Served, World, ask, config, fetch, parity, stored};

async fn a_whole_image<H: Host>(client: H, served: Served) {
    let asking =
        ReceiverConfig { blksize: Some(1428), tsize: true, ..ReceiverConfig::new("/EWC/17_9_4a/AP1G5") };
    let fetched = fetch(&client, served.address, asking).await;
    assert_eq!(fetched.result, Ok(true));
    assert!(fetched.bytes == stored(&served, "EWC/17_9_4a/ap1g5"));
    assert_eq!(served.completed().await, (3_000_001, 2101, 0));
    let log = served.log();
    assert_eq!(
        log[..4],
        [
            "Connection received from CLIENT on port PORT",
            "Read request for file </EWC/17_9_4a/AP1G5>. Mode octet",
            "OACK: <tsize=3000001,blksize=1428,>",
            "Using local port PORT",
        ]
    );
    let sent = "<\\EWC\\17_9_4a\\AP1G5>: sent 2101 blks, 3000001 bytes in ";
    assert!(log[4].starts_with(sent) && log[4].ends_with(" s. 0 blk resent"), "{log:?}");
    assert_eq!(log.len(), 5);
}
parity!(whole_image, "", super::a_whole_image);

/// Asks, and compares the code and the text of the ERROR and the lines that were logged after the connection.
async fn refused<H: Host>(client: &H, served: &Served, request: &'static [u8], code: u8, log: &[&str]) {
    let text = match code {
        0 => "Undefined error code",
        1 => "File not found",
        2 => "Access violation",
        _ => "Illegal TFTP operation",
    };
    let before = served.log().len();
    let answer = ask(client, served.address, request).await;
    let shown = request.escape_ascii();
    let expected = [&[0, 5, 0, code][..], text.as_bytes(), b"\0\0"].concat();
    assert_eq!(answer.escape_ascii().to_string(), expected.escape_ascii().to_string(), "{shown}");
    let connection = ["Connection received from CLIENT on port PORT"];
    assert_eq!(served.log()[before..], [&connection, log].concat(), "{shown}");
}

async fn naks<H: Host>(client: H, served: Served) {
    let cases: [(&[u8], u8, &[&str]); 10] = [
        (
            b"\0\x01nosuch.bin\0octet\0",
            1,
            &[
                "Read request for file <nosuch.bin>. Mode octet",
                "File <nosuch.bin> : error 2 in system call CreateFile The system cannot find the file specified.",
            ],
        ),
        (
            b"\0\x01/nodir/f\0OCTET\0tsize\x000\0",
            1,
            &[
                "Read request for file </nodir/f>. Mode OCTET",
                "File <\\nodir\\f> : error 3 in system call CreateFile The system cannot find the path specified.",
            ],
        ),
        (
            b"\0\x01ewc\0octet\0",
            1,
            &[
                "Read request for file <ewc>. Mode octet",
                "File <ewc> : error 5 in system call CreateFile Access is denied.",
            ],
        ),
        (
            b"\0\x01c:/TFTP/exact.bin\0octet\0",
            1,
            &[
                "Read request for file <c:/TFTP/exact.bin>. Mode octet",
                "File <C:\\TFTP\\exact.bin> : error 123 in system call CreateFile \
                 The filename, directory name, or volume label syntax is incorrect.",
            ],
        ),
        (
            b"\0\x01../Windows/win.ini\0octet\0",
            2,
            &[
                "Read request for file <../Windows/win.ini>. Mode octet",
                "Error EACCESS on file ..\\Windows\\win.ini. Ext error The directory name is invalid.",
            ],
        ),
        (b"\0\x01a%s\0octet\0", 2, &["Error: Tftpd32 does not handle filenames with a percent sign"]),
        (b"\0\x01f\0netascii8\0", 4, &["mode is too long, return EBADOP to peer"]),
        (b"\0\x01f\0image\0", 4, &["Uncorrect message"]),
        (b"\0\x01f", 4, &["Uncorrect message"]),
        (b"\0\x04\0\x01", 4, &["Unexpected request 4 from peer", "Returning EBADOP to Peer"]),
    ];
    for (request, code, log) in cases {
        refused(&client, &served, request, code, log).await;
    }
}
parity!(errors, "", super::naks);

async fn no_reads<H: Host>(client: H, served: Served) {
    refused(
        &client,
        &served,
        b"\0\x01exact.bin\0octet\0",
        2,
        &[
            "Read request for file <exact.bin>. Mode octet",
            "Error EACCESS on file exact.bin. Ext error The operation completed successfully.",
        ],
    )
    .await;
}
parity!(high_security, "SecurityLevel=2", super::no_reads);

async fn outside<H: Host>(client: H, served: Served) {
    served.tree.insert("/C:/Windows/win.ini", File::new(Content::from_vec(vec![7; 10]))).expect("fits");
    let fetched = fetch(&client, served.address, ReceiverConfig::new("../windows/WIN.INI")).await;
    assert_eq!((fetched.result, fetched.bytes), (Ok(true), vec![7; 10]));
}
parity!(no_security, "SecurityLevel=0", super::outside);

async fn every_name_and_mode<H: Host>(client: H, served: Served) {
    for name in ["exact.bin", "\\EXACT.bin", "/exact.bin", "//EXACT.BIN", "./Exact.bin."] {
        for mode in [Mode::Octet, Mode::Netascii] {
            // A doubled slash is a doubled backslash, which the security level refuses.
            let expected = !name.starts_with("//");
            let asking = ReceiverConfig { mode, ..ReceiverConfig::new(name) };
            let fetched = fetch(&client, served.address, asking).await;
            assert_eq!(fetched.result.is_ok(), expected, "{name}");
            assert!(
                !expected || fetched.bytes == stored(&served, "exact.bin"),
                "{name}: no mode changes a byte"
            );
        }
    }
}
parity!(names_and_modes, "", super::every_name_and_mode);

async fn settled_options<H: Host>(client: H, served: Served) {
    let requests: [(&[u8], &[u8]); 4] = [
        (
            b"\0\x01exact.bin\0octet\0tSize\0enable\0windowsize\x0016\0BLKSIZE\x0099999\0timeout\x006\0",
            b"\0\x06tSize\x001024\0BLKSIZE\x0016384\0timeout\x006\0",
        ),
        (b"\0\x01exact.bin\0octet\0blksize\x007\0tsize\0\0", b"\0\x06tsize\x001024\0"),
        (b"\0\x01empty\0octet\0blksize\x007\0timeout\x000\0windowsize\x002\0", b"\0\x03\0\x01"),
        (b"\0\x01empty\0octet\0", b"\0\x03\0\x01"),
    ];
    for (request, answer) in requests {
        let got = ask(&client, served.address, request).await;
        assert_eq!(got.escape_ascii().to_string(), answer.escape_ascii().to_string());
    }
    let log = served.log();
    let said = |line: &str| log.iter().filter(|said| *said == line).count();
    assert_eq!(said("<BLKSIZE> proposed by client 99999, reply with 16384"), 1);
    assert_eq!(said("OACK: <tSize=1024,BLKSIZE=16384,timeout=6,>"), 1);
}
parity!(options, "", super::settled_options);

/// Writes a file block by block, without options; gives the last answer.
async fn write<H: Host>(client: &H, served: &Served, request: &'static [u8], blocks: &[&[u8]]) -> Bytes {
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    socket.send_to(Bytes::from_static(request), served.address).await.expect("sent");
    let (mut answer, transfer) = socket.recv_from().await.expect("an answer");
    for (block, payload) in (1..).zip(blocks) {
        let packet = Packet::Data { block, payload: Bytes::copy_from_slice(payload) };
        socket.send_to(packet.to_bytes(), transfer).await.expect("sent");
        answer = socket.recv_from().await.expect("an answer").0;
    }
    answer.into_bytes()
}

async fn writes<H: Host>(client: H, served: Served) {
    let answer = write(&client, &served, b"\0\x02/ewc/New.txt\0octet\0", &[&[7; 512], b"end"]).await;
    assert_eq!(answer, &b"\0\x04\0\x02"[..]);
    assert_eq!(served.completed().await, (515, 2, 0));
    assert_eq!(stored(&served, "EWC/New.txt").len(), 515);
    let written = served.log();
    assert_eq!(written[1], "Write request for file </ewc/New.txt>. Mode octet");
    assert!(written[3].starts_with("<\\ewc\\New.txt>: rcvd 2 blks, 515 bytes in "), "{written:?}");

    write(&client, &served, b"\0\x02EXACT.BIN\0octet\0", &[b""]).await;
    assert!(stored(&served, "exact.bin").is_empty());
    let denied = "error 5 in system call CreateFile Access is denied.";
    refused(
        &client,
        &served,
        b"\0\x02ewc\0octet\0",
        2,
        &["Write request for file <ewc>. Mode octet", &format!("File <ewc> : {denied}")],
    )
    .await;
}
parity!(written_files, "", super::writes);

async fn full_disk<H: Host>(client: H, served: Served) {
    served.tree.set_space(600);
    let answer = write(&client, &served, b"\0\x02up\0octet\0", &[&[7; 512], &[7; 512]]).await;
    assert_eq!(answer, &b"\0\x05\0\x03Disk full or allocation exceeded\0\0"[..]);
    let text = "File <up> : error 112 in system call write There is not enough space on the disk.";
    assert_eq!(served.log()[3..], [text]);
    assert_eq!(stored(&served, "up"), [7; 512]);
}
parity!(disk_full, "", super::full_disk);

async fn one_writer<H: Host>(client: H, served: Served) {
    let shared = "error 32 in system call CreateFile The process cannot access the file because it is being used by another process.";
    write(&client, &served, b"\0\x02up\0octet\0timeout\x00255\0", &[&[7; 512]]).await;
    refused(
        &client,
        &served,
        b"\0\x02UP\0octet\0",
        2,
        &["Write request for file <UP>. Mode octet", &format!("File <UP> : {shared}")],
    )
    .await;
    refused(
        &client,
        &served,
        b"\0\x01up\0octet\0",
        1,
        &["Read request for file <up>. Mode octet", &format!("File <up> : {shared}")],
    )
    .await;
    ask(&client, served.address, b"\0\x01exact.bin\0octet\0").await;
    refused(
        &client,
        &served,
        b"\0\x02exact.bin\0octet\0",
        2,
        &["Write request for file <exact.bin>. Mode octet", &format!("File <exact.bin> : {shared}")],
    )
    .await;
}
parity!(one_writer_or_many_readers, "", super::one_writer);

async fn no_writes<H: Host>(client: H, served: Served) {
    let text = "Error EACCESS on file exact.bin. Ext error The directory name is invalid.";
    refused(
        &client,
        &served,
        b"\0\x02exact.bin\0octet\0",
        2,
        &["Write request for file <exact.bin>. Mode octet", text],
    )
    .await;
    let fetched = fetch(&client, served.address, ReceiverConfig::new("exact.bin")).await;
    assert_eq!(fetched.result, Ok(true));
}
parity!(read_only, "SecurityLevel=3", super::no_writes);

async fn only_empty_ones<H: Host>(client: H, served: Served) {
    let text = "Error EACCESS on file exact.bin. Ext error The program issued a command but the command length is incorrect.";
    refused(
        &client,
        &served,
        b"\0\x02exact.bin\0octet\0",
        2,
        &["Write request for file <exact.bin>. Mode octet", text],
    )
    .await;
    write(&client, &served, b"\0\x02empty\0octet\0", &[b"full"]).await;
    assert_eq!(stored(&served, "empty"), b"full");
}
parity!(writes_with_high_security, "SecurityLevel=2", super::only_empty_ones);

async fn odd_data<H: Host>(client: H, served: Served) {
    let zero = async |datagram: &'static [u8], answers: usize| {
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        let request = Bytes::from_static(b"\0\x02odd\0octet\0tsize\x0099\0blksize\x008\0");
        socket.send_to(request, served.address).await.expect("sent");
        let (oack, transfer) = socket.recv_from().await.expect("an answer");
        assert_eq!(oack, &b"\0\x06tsize\x0099\0blksize\x008\0"[..]);
        socket.send_to(Bytes::from_static(datagram), transfer).await.expect("sent");
        let mut answer = Bytes::new();
        for _ in 0..answers {
            answer = socket.recv_from().await.expect("an answer").0.into_bytes();
        }
        answer
    };
    let illegal = &b"\0\x05\0\x04Illegal TFTP operation\0\0"[..];
    assert_eq!(zero(b"\0\x05\0\0bye\0", 1).await, illegal);
    assert_eq!(zero(b"\0\x03\0", 1).await, illegal);
    assert_eq!(zero(b"\0\x03\0\0end", 1).await, &b"\0\x04\0\0"[..]);
    let log = served.log();
    for line in [
        "Peer sent unexpected message 5",
        "rcvd packet too short",
        "WARNING: First block sent by client is #0, should be #1, fixed by Tftpd32",
    ] {
        assert!(log.iter().any(|said| said == line), "{line}: {log:#?}");
    }
    assert_eq!(stored(&served, "odd"), b"end");
}
parity!(odd_writes, "", super::odd_data);

async fn vanishes<H: Host>(client: H, served: Served) {
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    let request = Bytes::from_static(b"\0\x01exact.bin\0octet\0");
    socket.send_to(request, served.address).await.expect("sent");
    socket.recv_from().await.expect("the first block");
    drop(socket); // The same block, sent again, meets a port unreachable.
    served.until(|kind| matches!(kind, Kind::SystemCallFailed { .. }).then_some(())).await;
    let text = "File <exact.bin> : error 10054 in system call recv An existing connection was forcibly closed by the remote host.";
    assert_eq!(served.log()[3..], [text]);
}
parity!(vanishing_client, "Timeout=1", super::vanishes);

async fn odd_answers<H: Host>(client: H, served: Served) {
    for (answer, text) in [
        (Bytes::from_static(b"\0\x05\0\0bye\0"), "Peer returns ERROR <bye> -> aborting transfer"),
        (
            Bytes::new(),
            "File <exact.bin> : error 0 in system call recv The operation completed successfully.",
        ),
        (Bytes::from(vec![0; 517]), "File <exact.bin> : error 10040 in system call recv A message sent on a"),
    ] {
        let before = served.log().len();
        let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
        let request = Bytes::from_static(b"\0\x01exact.bin\0octet\0");
        socket.send_to(request, served.address).await.expect("sent");
        let (_, transfer) = socket.recv_from().await.expect("the first block");
        let is_error = answer.starts_with(b"\0\x05");
        socket.send_to(answer, transfer).await.expect("sent");
        if is_error {
            served.until(|kind| matches!(kind, Kind::PeerError { code: 0, .. }).then_some(())).await;
        } else {
            let (error, _) = socket.recv_from().await.expect("an error");
            assert_eq!(error, &b"\0\x05\0\0Undefined error code\0\0"[..]);
        }
        assert!(served.log()[before + 3].starts_with(text), "{:#?}", served.log());
    }
}
parity!(odd_acknowledgements, "", super::odd_answers);

async fn from_a_range<H: Host>(client: H, served: Served) {
    let socket = client.bind_udp(([0, 0, 0, 0], 0).into()).await.expect("a free port");
    let request = |name: &str| Bytes::from(format!("\0\x01{name}\0octet\0"));
    for (name, port) in [("exact.bin", 49_001), ("empty", 49_002)] {
        socket.send_to(request(name), served.address).await.expect("sent");
        assert_eq!(socket.recv_from().await.expect("a block").1.port(), port);
    }
    socket.send_to(request("exact.bin"), served.address).await.expect("sent");
    served.until(|kind| matches!(kind, Kind::SocketFailed { .. }).then_some(())).await;
    let text = "Error : bind returns 10048: <Only one usage of each socket address (protocol/network address/port) is normally permitted.>";
    assert_eq!(served.log().last().map(String::as_str), Some(text));
}

/// On the loopback the ports may be someone else's.
#[test]
fn ports_of_the_range_are_used() {
    let world = World::new(config("LowestUDPPort=49001\nHighestUDPPort=49002"));
    world.run(std::time::Duration::from_secs(600), from_a_range);
}

#[test]
fn without_its_directory_the_program_serves_its_own() {
    let world = World::new(Tftpd64Config { base_directory: "C:\\nosuch".into(), ..config("") });
    let own = File::new(Content::from_vec(vec![7; 3]));
    world.served.tree.insert("/C:/Program Files/Tftpd64/own", own).expect("fits");
    let fetched = world.run(std::time::Duration::from_secs(600), async |client, served| {
        fetch(&client, served.address, ReceiverConfig::new("own")).await.bytes
    });
    assert_eq!(fetched, [7; 3]);
}
