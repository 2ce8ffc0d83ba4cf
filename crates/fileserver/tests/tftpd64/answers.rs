//! What is sent and what is not, and what the log says of it.

use fileserver::files::File;
use host::Host;
use image::Content;
use tftp::{Mode, ReceiverConfig};

use crate::world::{Served, ask, fetch, parity, stored};

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
