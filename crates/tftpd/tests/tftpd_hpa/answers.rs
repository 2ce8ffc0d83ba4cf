//! What is not sent, and what the log says of it.

use files::{Directory, File, FileError, FileSource, Tree};
use host::{Host, Sink};
use image::Content;
use tftpd::tftpd_hpa::{ServerError, TftpdHpaConfig, run};

use crate::tftpd_hpa::world::{Served, ask, config, fetch, parity, real};

/// Asks, and compares the code and the text of the ERROR and the lines that were logged.
async fn refused<H: Host>(
    client: &H,
    served: &Served,
    request: &'static [u8],
    code: u8,
    text: &str,
    log: &[&str],
) {
    let before = served.log().len();
    let answer = ask(client, served.address, request).await;
    let shown = request.escape_ascii();
    let expected = [&[0, 5, 0, code][..], text.as_bytes(), b"\0"].concat();
    assert_eq!(answer.escape_ascii().to_string(), expected.escape_ascii().to_string(), "{shown}");
    assert_eq!(served.log()[before..], *log, "{shown}");
}

async fn naks<H: Host>(client: H, served: Served) {
    let root = config("").local_path("");
    let put = |name: &str, file: File| served.tree.insert(&format!("{root}{name}"), file).expect("fits");
    let file = || File::new(Content::from_vec(vec![7; 10]));
    put("noperm.bin", file().with_mode(0o600));
    put("group.bin", file().with_mode(0o640).with_owner("calor", "tftp"));
    put("own.bin", file().with_mode(0o644).with_owner("tftp", "tftp"));
    put("closed/file", file());
    served.tree.set_mode(&format!("{root}closed"), 0o700).expect("is there");

    let cases: [(&[u8], u8, &str, &str); 12] = [
        (b"\0\x01nosuch.bin\0octet\0", 1, "File not found", "RRQ from CLIENT filename nosuch.bin"),
        (
            b"\0\x01nosuch.bin\0octet\0blksize\x007\0",
            1,
            "File not found",
            "RRQ from CLIENT filename nosuch.bin",
        ),
        (b"\0\x01../etc/passwd\0octet\0", 1, "File not found", "RRQ from CLIENT filename ../etc/passwd"),
        (b"\0\x01noperm.bin\0octet\0", 0, "Permission denied", "RRQ from CLIENT filename noperm.bin"),
        (b"\0\x01closed/file\0octet\0", 0, "Permission denied", "RRQ from CLIENT filename closed/file"),
        (
            b"\0\x01group.bin\0octet\0",
            2,
            "File must have global read permissions",
            "RRQ from CLIENT filename group.bin",
        ),
        (b"\0\x01EWC\0OCTET\0", 0, "Is a directory", "RRQ from CLIENT filename EWC"),
        (
            b"\0\x01own.bin\0octet\0blksize\x007\0",
            8,
            "Unsupported option(s) requested",
            "RRQ from CLIENT filename own.bin",
        ),
        (
            b"\0\x01own.bin\0octet\0timeout\x00256\0",
            8,
            "Unsupported option(s) requested",
            "RRQ from CLIENT filename own.bin",
        ),
        (b"\0\x02up.txt\0octet\0", 0, "Permission denied", "WRQ from CLIENT filename up.txt"),
        (
            b"\0\x02EWC/17_9_4a/ap1g8\0octet\0",
            0,
            "Permission denied",
            "WRQ from CLIENT filename EWC/17_9_4a/ap1g8",
        ),
        (
            b"\0\x02own.bin\0octet\0",
            2,
            "File must have global write permissions",
            "WRQ from CLIENT filename own.bin",
        ),
    ];
    for (request, code, text, line) in cases {
        let nak = format!("sending NAK ({code}, {text}) to CLIENT");
        refused(&client, &served, request, code, text, &[line, &nak]).await;
    }
    // These have no mode that exists, and so the request itself is not logged.
    let cases: [(&[u8], &str); 4] = [
        (b"\0\x01own.bin\0mail\0", "Unknown mode"),
        (b"\0\x01own.bin\0binary\0", "Unknown mode"),
        (b"\0\x01own.bin\0", "Missing mode"),
        (b"\0\x01\0octet\0", "Missing mode"),
    ];
    for (request, text) in cases {
        refused(&client, &served, request, 4, text, &[&format!("sending NAK (4, {text}) to CLIENT")]).await;
    }
}
parity!(errors, "-v", super::naks);

/// With the field's options a missing file logs its request and no more.
async fn quiet<H: Host>(client: H, served: Served) {
    refused(
        &client,
        &served,
        b"\0\x01nosuch.bin\0octet\0",
        1,
        "File not found",
        &["RRQ from CLIENT filename nosuch.bin"],
    )
    .await;
    let nak = served.events().pop().expect("recorded");
    assert!(!nak.logged && matches!(nak.kind, tftpd::tftpd_hpa::Kind::Nak { code: 1, .. }));
}
parity!(field_verbosity, "", super::quiet);

async fn silent<H: Host>(client: H, served: Served) {
    refused(&client, &served, b"\0\x01nosuch.bin\0octet\0", 1, "File not found", &[]).await;
}
parity!(no_verbosity, "--verbosity 0", super::silent);

async fn permissive<H: Host>(client: H, served: Served) {
    let path = config("").local_path("group.bin");
    let file = File::new(Content::from_vec(vec![7; 10])).with_mode(0o640).with_owner("calor", "tftp");
    served.tree.insert(&path, file).expect("fits");
    let fetched = fetch(&client, served.address, tftp::ReceiverConfig::new("group.bin")).await;
    assert_eq!((fetched.result, fetched.bytes), (Ok(true), vec![7; 10]));
}
parity!(permissive_server, "--permissive", super::permissive);

async fn open_root<H: Host>(client: H, served: Served) {
    let absolute = b"\0\x01/home/calor/Documents/tftp_files/EWC/17_9_4a/version.info\0octet\0";
    assert_eq!(ask(&client, served.address, absolute).await.len(), 14);
    for (request, text) in [
        (&b"\0\x01EWC/17_9_4a/version.info\0octet\0"[..], "Only absolute filenames allowed"),
        (b"\0\x01/home/calor/Documents/tftp_files/../f\0octet\0", "Reverse path not allowed"),
        (b"\0\x01/etc/passwd\0octet\0", "Forbidden directory"),
    ] {
        let answer = ask(&client, served.address, request).await;
        assert_eq!(answer, [b"\0\x05\0\x02", text.as_bytes(), b"\0"].concat());
    }
}

#[test]
fn without_secure_names_are_paths_of_the_machine() {
    let tree = crate::tftpd_hpa::world::tree();
    real(TftpdHpaConfig { secure: false, ..config("") }, tree.clone(), tree, open_root);
}

#[test]
fn a_real_directory_is_served() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = Directory::new(&directory, "/home/calor/Documents/tftp_files").expect("it is there");
    assert_eq!(files.list("/home"), Ok(vec!["calor".into()]));
    real(config(""), files, Tree::new(), async |client, served| {
        let fetched =
            fetch(&client, served.address, tftp::ReceiverConfig::new("/field/tftpd-hpa.default")).await;
        assert_eq!(fetched.bytes, crate::tftpd_hpa::world::DEFAULT.as_bytes());
        for outside in ["../Cargo.toml", "/field", "/field/nosuch", "/Cargo.toml"] {
            let fetched = fetch(&client, served.address, tftp::ReceiverConfig::new(outside)).await;
            assert!(fetched.result.is_err(), "{outside}");
        }
    });
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_a_real_directory() {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("links");
    if directory.exists() {
        std::fs::remove_dir_all(&directory).expect("an earlier run left it");
    }
    std::fs::create_dir_all(directory.join("served")).expect("a place for tests");
    std::fs::write(directory.join("outside"), "out").expect("written");
    std::fs::write(directory.join("served/inside"), "in").expect("written");
    std::os::unix::fs::symlink("inside", directory.join("served/good")).expect("linked");
    std::os::unix::fs::symlink("../outside", directory.join("served/bad")).expect("linked");
    let files = Directory::new(&directory.join("served"), "/").expect("it is there");
    assert_eq!(files.read("/good").expect("inside").bytes(), b"in"[..]);
    assert_eq!(files.read("/bad").err(), Some(FileError::NotFound));
    assert_eq!(files.list("/"), Ok(vec!["bad".into(), "good".into(), "inside".into()]));
}

async fn start(config: TftpdHpaConfig, files: Tree) -> (ServerError, Vec<String>) {
    let log = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let lines = std::rc::Rc::clone(&log);
    let sink = Sink::new(move |event| lines.borrow_mut().extend(tftpd::tftpd_hpa::message(&event)));
    let host = host::real::RealHost::new("server", 1);
    let error = run(host, config, std::rc::Rc::new(files), sink).await.expect_err("it cannot start");
    (error, log.take())
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let (error, log) = start(config(""), Tree::new()).await;
    let line = "/home/calor/Documents/tftp_files: No such file or directory";
    assert_eq!((error.to_string(), log), (format!("cannot serve {line}"), vec![line.into()]));
    // An address for documentation, which no machine has (RFC 5737).
    let listen = ([192, 0, 2, 1], 0).into();
    let (error, log) = start(TftpdHpaConfig { listen, ..config("") }, crate::tftpd_hpa::world::tree()).await;
    assert_eq!(error.to_string(), "cannot listen: Cannot assign requested address");
    assert_eq!(log, ["cannot bind to local IPv4 socket: Cannot assign requested address"]);
}
