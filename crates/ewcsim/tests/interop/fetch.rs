//! Files from servers of other projects with `ewcsim fetch`.

use crate::interop::peers::Peer;
use crate::interop::support::{BIG, ODD, Served, assert_same, content, every, fetch, names, temporary};

/// Fetches `files` with `options`; `taken` are those that the server must accept.
fn all(peer: &Peer, options: &[&str], files: &[(&str, u64)], taken: &[&str]) {
    let directory = temporary();
    for &(name, size) in files {
        let what = format!("{name} with {options:?}");
        let url = peer.url(name);
        let mut args = vec![&*url, "--output", "out"];
        args.extend(options);
        let called = fetch(directory.path(), &args);
        assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""), "{what}: {called:?}");
        let expected = content(name, size);
        let sum: String = expected.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(called.value("sha256"), sum, "{what}");
        let (agreed, _) = called.value("options").split_once(';').unwrap_or((called.value("options"), ""));
        let mut agreed: Vec<&str> = agreed.split(", ").collect();
        agreed.sort_unstable();
        let mut wanted = vec![format!("tsize {size}")];
        wanted.extend(taken.iter().map(|option| (*option).to_owned()));
        wanted.sort_unstable();
        assert_eq!(agreed, wanted, "{what}");
        assert_eq!(names(directory.path()), ["out"], "{what}");
        assert_same(&directory.path().join("out"), &expected, &what);
    }
}

#[test]
fn in_tftpd() {
    let peer = Peer::in_tftpd(&every());
    all(&peer, &[], &[BIG], &[]);
    all(&peer, &["--blksize", "1428", "--windowsize", "16"], &[BIG], &["blksize 1428"]);
    all(&peer, &["--blksize", "65464"], &[BIG], &["blksize 65464"]);
    all(&peer, &[], &ODD, &[]);
    all(&peer, &["--blksize", "1428"], &ODD, &["blksize 1428"]);
    all(&peer, &["--blksize", "65464"], &ODD[9..], &["blksize 65464"]);
}

#[test]
fn atftpd() {
    let peer = Peer::atftpd(&every());
    all(&peer, &["--blksize", "1428", "--windowsize", "1"], &[BIG], &["blksize 1428", "windowsize 1"]);
    all(&peer, &["--blksize", "1428", "--windowsize", "16"], &[BIG], &["blksize 1428", "windowsize 16"]);
    all(&peer, &["--blksize", "1428", "--windowsize", "64"], &[BIG], &["blksize 1428", "windowsize 64"]);
    all(&peer, &["--windowsize", "64"], &[BIG], &["windowsize 64"]);
    all(&peer, &["--blksize", "1428", "--windowsize", "16"], &ODD, &["blksize 1428", "windowsize 16"]);
    all(&peer, &["--blksize", "65464", "--windowsize", "2"], &ODD, &["blksize 65464", "windowsize 2"]);
}

#[test]
fn dnsmasq() {
    let peer = Peer::dnsmasq(&every());
    all(&peer, &["--blksize", "1428", "--windowsize", "16"], &[BIG], &["blksize 1428"]);
    all(&peer, &[], &ODD, &[]);
    all(&peer, &["--blksize", "1428"], &ODD, &["blksize 1428"]);
}

/// All blocks of a window fit in the receive buffer, or fewer are requested: nothing is lost, nothing waits for a timeout.
#[test]
fn the_largest_blocks_in_large_windows() {
    let peer = Peer::atftpd(&[BIG]);
    let directory = temporary();
    let url = peer.url(BIG.0);
    let called = fetch(directory.path(), &[&url, "--blksize", "65464", "--windowsize", "64", "-o", "out"]);
    assert_eq!(called.code, Some(0), "{called:?}");
    assert!(called.value("options").contains("windowsize "), "{called:?}");
    assert_eq!(called.value("packets"), "1,122 blocks, 0 retransmitted");
    assert_same(&directory.path().join("out"), &content(BIG.0, BIG.1), "65464 x 64");
}

#[test]
fn refusals_are_repeated_word_for_word_and_leave_nothing() {
    let directory = temporary();
    let (hpa, atftpd, dnsmasq) = (Peer::in_tftpd(&[]), Peer::atftpd(&[]), Peer::dnsmasq(&[]));
    for (peer, name, said) in [
        (&hpa, "none", "error 1: File not found"),
        (&hpa, "secret.bin", "error 0: Permission denied"),
        (&hpa, "directory", "error 0: Is a directory"),
        (&hpa, "../none", "error 1: File not found"),
        (&atftpd, "none", "error 1: File not found"),
        (&atftpd, "directory/../../none", "error 2: Access violation"),
        (&dnsmasq, "none", "error 1: file /"),
    ] {
        let called = fetch(directory.path(), &[&peer.url(name), "-o", "out"]);
        assert_eq!((called.code, called.stdout.as_str()), (Some(1), ""), "{called:?}");
        let expected = format!("error: the server at {} answered {said}", peer.address);
        assert!(called.stderr.starts_with(&expected), "{called:?}\n{expected}");
        assert!(called.stderr.contains("\n  = help: "), "{called:?}");
        assert!(names(directory.path()).is_empty());
    }
}

#[test]
fn ours_from_ours_to_standard_output_and_to_nowhere() {
    let served = Served::start();
    let (name, size) = ODD[11];
    let expected = content(name, size);
    let called = fetch(served.directory.path(), &[&served.url(name)]);
    assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""));
    assert_eq!(called.value("size"), "65,465 bytes");
    assert_eq!(names(served.directory.path()), ["scenario.yaml"]);

    let output = crate::interop::support::pinned(crate::interop::support::EWCSIM)
        .args(["fetch", &served.url(name), "-o", "-", "--blksize", "1024"])
        .output()
        .expect("it starts");
    assert!(output.status.success());
    assert!(output.stdout == expected.bytes());
    let report = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(report.starts_with("fetched  tftp://") && report.contains("blksize 1024"), "{report}");
}
