//! Clients that others wrote: those of tftp-hpa, atftp and curl, on the loopback.

use std::path::{Path, PathBuf};
use std::process::Command;

use host::real::RealHost;

use crate::tftpd64::world::{Served, config, put, real, stored};

/// What a program printed, and its exit status.
async fn run(program: &'static str, arguments: Vec<String>) -> (Option<i32>, String) {
    let output = tokio::task::spawn_blocking(move || Command::new(program).args(&arguments).output())
        .await
        .expect("it is waited for")
        .unwrap_or_else(|error| panic!("{program}: {error}: run ci/setup"));
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&printed).into_owned())
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// A directory of its own for each test.
fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tftpd64").join(name);
    if directory.exists() {
        std::fs::remove_dir_all(&directory).expect("an earlier run left it");
    }
    std::fs::create_dir_all(&directory).expect("a place for tests");
    directory
}

fn show(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

const NAME: &str = "EWC/17_9_4a/AP1G5";

async fn fetched_by_tftp(served: &Served, directory: &Path) {
    let to = show(&directory.join("hpa"));
    let line = format!("-m binary 127.0.0.1 {} -c get {NAME} {to}", served.address.port());
    let (_, printed) = run("tftp", words(&line)).await;
    let expected = stored(served, "EWC/17_9_4a/ap1g5");
    assert!(std::fs::read(&to).is_ok_and(|file| file == expected), "{printed}");
}

async fn fetched_by_atftp(served: &Served, directory: &Path) {
    let to = show(&directory.join("atftp"));
    let mut arguments = Vec::new();
    for option in ["blksize 1428", "windowsize 16", "tsize enable", "timeout 2"] {
        arguments.extend(["--option".to_owned(), option.to_owned()]);
    }
    let port = served.address.port();
    arguments.extend(words(&format!("--get -r {NAME} -l {to} 127.0.0.1 {port}")));
    let (code, printed) = run("atftp", arguments).await;
    assert_eq!(code, Some(0), "{printed}");
    let expected = stored(served, "EWC/17_9_4a/ap1g5");
    assert!(std::fs::read(&to).is_ok_and(|file| file == expected), "{printed}");
}

async fn fetched_by_curl(served: &Served, directory: &Path) {
    let expected = stored(served, "EWC/17_9_4a/ap1g5");
    for options in ["--tftp-no-options", "--tftp-blksize 512", "--tftp-blksize 1428", "--tftp-blksize 65464"]
    {
        let to = show(&directory.join("curl"));
        let line = format!("-s -S {options} -o {to} tftp://127.0.0.1:{}//{NAME}", served.address.port());
        let (code, printed) = run("curl", words(&line)).await;
        assert_eq!(code, Some(0), "{options}: {printed}");
        assert!(std::fs::read(&to).is_ok_and(|file| file == expected), "{options}: {printed}");
    }
}

#[test]
fn clients_fetch() {
    let directory = scratch("fetch");
    real(config(""), async |_: RealHost, served: Served| {
        fetched_by_tftp(&served, &directory).await;
        fetched_by_atftp(&served, &directory).await;
        fetched_by_curl(&served, &directory).await;
        let log = served.log();
        let said = |line: &str| log.iter().any(|said| said == line);
        assert!(said("OACK: <tsize=3000001,timeout=2,blksize=1428,>"), "{log:#?}");
        assert!(said("<blksize> proposed by client 65464, reply with 16384"), "{log:#?}");
    });
}

#[test]
fn clients_print_the_errors() {
    let directory = scratch("errors");
    real(config(""), async |_: RealHost, served: Served| {
        let port = served.address.port();
        let to = show(&directory.join("none"));
        for (name, hpa, curl) in [
            ("nosuch", "Error code 1: File not found", 68),
            ("../secret", "Error code 2: Access violation", 69),
            ("EWC", "Error code 1: File not found", 68),
        ] {
            let (_, printed) =
                run("tftp", words(&format!("-m binary 127.0.0.1 {port} -c get {name} {to}"))).await;
            assert!(printed.contains(hpa), "{name}: {printed}");
            let url = format!("-s --path-as-is -o {to} tftp://127.0.0.1:{port}/{name}");
            let (code, printed) = run("curl", words(&url)).await;
            assert_eq!(code, Some(curl), "{name}: {printed}");
        }
    });
}

#[test]
fn clients_write() {
    let directory = scratch("write");
    let from = show(&directory.join("up.bin"));
    let content: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(&from, &content).expect("written");
    real(config(""), async |_: RealHost, served: Served| {
        let port = served.address.port();
        put(&served.tree, "old.bin", image::filler("old", 5));
        run("tftp", words(&format!("-m binary 127.0.0.1 {port} -c put {from} ewc/New.bin"))).await;
        let (code, printed) = run(
            "curl",
            words(&format!("-s -S -T {from} --tftp-blksize 1024 tftp://127.0.0.1:{port}/OLD.BIN")),
        )
        .await;
        assert_eq!(code, Some(0), "{printed}");
        for name in ["EWC/New.bin", "old.bin"] {
            assert!(stored(&served, name) == content, "{name}");
        }
        let log = served.log();
        let said = |begins: &str| log.iter().any(|said| said.starts_with(begins));
        assert!(said("Write request for file <ewc/New.bin>. Mode octet"), "{log:#?}");
        assert!(said("<ewc\\New.bin>: rcvd 196 blks, 100000 bytes in "), "{log:#?}");
        assert!(said("OACK: <tsize=100000,blksize=1024,timeout=6,>"), "{log:#?}");
        assert!(said("<OLD.BIN>: rcvd 98 blks, 100000 bytes in "), "{log:#?}");
    });
}
