//! Files from `ewcsim serve` with clients of other projects.

use std::process::Stdio;

use crate::interop::clients::{atftp, curl, tftp_hpa};
use crate::interop::support::{BIG, Called, ODD, Process, Served, assert_same, content, pinned};

/// Fetches all files of these sizes with one client.
fn all(served: &Served, what: &str, files: &[(&str, u64)], get: impl Fn(&Served, &str, &str) -> Called) {
    for &(name, size) in files {
        let called = get(served, name, "out");
        assert_eq!(called.code, Some(0), "{what}, {name}: {called:?}");
        assert_same(&served.path("out"), &content(name, size), &format!("{what}, {name}"));
    }
}

#[test]
fn tftp_hpa_without_options() {
    let mut served = Served::start();
    all(&served, "tftp-hpa", &[BIG], tftp_hpa);
    all(&served, "tftp-hpa", &ODD, tftp_hpa);
    assert_eq!(served.log_line(), "RRQ from 127.0.0.1 filename /images/ap1g8");
}

#[test]
fn curl_with_and_without_options() {
    let served = Served::start();
    for (options, files) in [
        (&[][..], &[BIG][..]),
        (&["--tftp-blksize", "1428"], &[BIG]),
        (&["--tftp-blksize", "65464"], &[BIG]),
        (&["--tftp-no-options"], &ODD),
        (&["--tftp-blksize", "1428"], &ODD),
        (&["--tftp-blksize", "65464"], &ODD),
    ] {
        all(&served, &format!("curl {options:?}"), files, |served, name, out| {
            curl(served, options, name, out)
        });
    }
}

/// in.tftpd does not support `windowsize`, so it leaves it out, and the client must go on without. It sends `tsize enable`, which
/// is not a number.
#[test]
fn atftp_with_windows_that_are_left_out() {
    let served = Served::start();
    for options in [
        &["blksize 1428", "windowsize 1"][..],
        &["blksize 1428", "windowsize 16", "tsize enable"],
        &["blksize 65464", "windowsize 64"],
    ] {
        let what = format!("atftp {options:?}");
        all(&served, &what, &[BIG], |served, name, out| atftp(served, options, name, out));
        all(&served, &what, &ODD, |served, name, out| atftp(served, options, name, out));
    }
}

#[test]
fn atftp_without_options() {
    let served = Served::start();
    all(&served, "atftp", &[BIG], |served, name, out| atftp(served, &[], name, out));
}

/// The output of clients, and the lines of the log.
#[test]
fn what_cannot_be_had_is_said_on_both_sides() {
    let mut served = Served::start();
    for (name, code, words, curl_code) in [
        ("none", 1, "File not found", 68),
        ("../none", 1, "File not found", 68),
        ("", 0, "Is a directory", 71),
    ] {
        let asked = format!("RRQ from 127.0.0.1 filename /images/{name}");
        let refused = format!("sending NAK ({code}, {words}) to 127.0.0.1");
        let logged = |served: &mut Served| {
            assert_eq!([served.log_line(), served.log_line()], [asked.clone(), refused.clone()]);
        };
        let called = tftp_hpa(&served, name, "out");
        assert_eq!(
            (called.code, called.stdout.as_str()),
            (Some(0), &*format!("Error code {code}: {words}\n"))
        );
        logged(&mut served);

        let called = atftp(&served, &[], name, "out");
        assert_eq!(called.code, Some(255), "{called:?}");
        assert!(called.stderr.contains(&format!("error received from server <{words}>")), "{called:?}");
        logged(&mut served);

        if !name.starts_with("..") {
            let called = curl(&served, &[], name, "out");
            // A URL's first slash is not part of the file's name.
            assert_eq!(called.code, Some(curl_code), "{called:?}");
            assert_eq!(served.log_line(), asked.replace(" /images", " images"));
            assert_eq!(served.log_line(), refused);
        }
    }
}

#[test]
fn a_client_that_is_killed_leaves_its_line_in_the_log() {
    let mut served = Served::start();
    let mut client = Process::start(
        pinned("tftp")
            .args(["-m", "binary", "127.0.0.1", &served.port(), "-c", "get", "/images/ap1g8", "out"])
            .current_dir(served.directory.path())
            .stdout(Stdio::null()),
    );
    assert_eq!(served.log_line(), "RRQ from 127.0.0.1 filename /images/ap1g8");
    client.signal("KILL");
    client.code();
    assert_eq!(served.log_line(), "tftpd: read(ack): Connection refused");
    // It goes on serving.
    all(&served, "tftp-hpa", &ODD[..1], tftp_hpa);
}

#[test]
fn two_clients_at_a_time() {
    let served = Served::start();
    let port = served.port();
    let mut clients: Vec<Process> = ["a", "b"]
        .into_iter()
        .map(|out| {
            let args = ["--option", "blksize 1428", "--get", "-r", "/images/ap1g8", "-l", out, "127.0.0.1"];
            Process::start(
                pinned("atftp")
                    .args(args)
                    .arg(&port)
                    .current_dir(served.directory.path())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null()),
            )
        })
        .collect();
    for (client, out) in clients.iter_mut().zip(["a", "b"]) {
        assert_eq!(client.code(), Some(0));
        assert_same(&served.path(out), &content(BIG.0, BIG.1), out);
    }
}
