//! The endings of `serve` and `fetch`, and their messages if they cannot start.

use std::net::UdpSocket;
use std::process::Stdio;

use crate::interop::support::{EWCSIM, Process, Served, call, fetch, names, pinned, temporary};

#[test]
fn serve_ends_well_by_either_signal() {
    for signal in ["INT", "TERM"] {
        let mut served = Served::start();
        served.process.signal(signal);
        assert_eq!(served.process.code(), Some(0), "{signal}");
    }
}

#[test]
fn an_interrupted_fetch_leaves_nothing() {
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let directory = temporary();
    let url = format!("tftp://{}/ap1g8", silent.local_addr().expect("bound"));
    let mut fetching = Process::start(
        pinned(EWCSIM)
            .args(["fetch", &url, "-o", "out"])
            .current_dir(directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    let mut request = [0; 100];
    let (length, client) = silent.recv_from(&mut request).expect("it asks");
    assert_eq!(&request[..length], b"\0\x01/ap1g8\0octet\0tsize\x000\0");
    // A first block, and then nothing: the transfer is in progress.
    silent.send_to(&[&b"\0\x03\0\x01"[..], &[7; 512]].concat(), client).expect("sent");
    silent.recv_from(&mut request).expect("an acknowledgement");
    assert_eq!(names(directory.path()).len(), 1);
    fetching.signal("INT");
    assert_eq!(fetching.code(), Some(130));
    assert!(names(directory.path()).is_empty());
}

#[test]
fn a_server_that_goes_away_is_noticed_at_once() {
    let mut served = Served::start();
    // The image is made at the first request; the next request is answered at once.
    assert_eq!(fetch(served.directory.path(), &[&served.url("ap1g8"), "--blksize", "65464"]).code, Some(0));
    served.log_line();
    let mut fetching = Process::start(
        pinned(EWCSIM)
            .args(["fetch", &served.url("ap1g8"), "-o", "out"])
            .current_dir(served.directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped()),
    );
    served.log_line();
    served.process.signal("KILL");
    let mut said = String::new();
    let mut stderr = fetching.0.stderr.take().expect("piped");
    std::io::Read::read_to_string(&mut stderr, &mut said).expect("UTF-8");
    assert_eq!(fetching.code(), Some(1), "{said}");
    assert!(said.contains("(ICMP port unreachable)"), "{said}");
    assert_eq!(names(served.directory.path()), ["scenario.yaml"]);
}

#[test]
fn nobody_there() {
    let directory = temporary();
    let gone = test_support::free_port();
    let called = fetch(directory.path(), &[&format!("tftp://{gone}/ap1g8"), "-o", "out"]);
    assert_eq!(called.code, Some(1));
    let expected = format!("error: nothing listens at {gone} (ICMP port unreachable)\n  = help: ");
    assert!(called.stderr.starts_with(&expected), "{called:?}");
    assert!(names(directory.path()).is_empty());
}

#[test]
fn serve_that_cannot_begin_is_2_and_says_what_to_do() {
    let served = Served::start();
    let taken = served.address.to_string();
    for (server, bind, said, help) in [
        ("tftp-2", "127.0.0.1:0", "scenario.yaml has no server called `tftp-2`", "did you mean `tftp-1`?"),
        ("ewc-1", "127.0.0.1:0", "scenario.yaml has no server called `ewc-1`", "its servers are: tftp-1"),
        ("tftp-1", &taken, "the port is in use", "--bind 127.0.0.1:6969"),
        ("tftp-1", "192.0.2.1:0", "this machine does not have that address", "--bind 0.0.0.0:0"),
        ("tftp-1", "localhost:69", "write an address and a port", "'--help'"),
    ] {
        let called =
            call(EWCSIM, served.directory.path(), &["serve", "scenario.yaml", server, "--bind", bind]);
        assert_eq!(called.code, Some(2), "{called:?}");
        assert!(called.stderr.contains(said) && called.stderr.contains(help), "{called:?}");
    }
}

#[test]
fn fetch_that_cannot_begin_is_2_and_says_what_to_do() {
    let directory = temporary();
    for (args, said) in [
        (&["sftp://h/a"][..], "the URL names no user"),
        (
            &["sftp://calo:Sw0rdfish@h/a"],
            "`sftp://calo:*****@h/a`: a password does not belong on the command line",
        ),
        (&["sftp://calo@127.0.0.1/a"], "set the environment variable EWCSIM_PASSWORD"),
        (&["sftp://calo@127.0.0.1/a", "--blksize", "512"], "SFTP has neither blocks nor windows"),
        (&["h/a"], "write tftp://HOST[:PORT]/PATH"),
        (&["tftp://127.0.0.1/a", "--blksize", "7"], "7 is not in 8..=65464"),
        (&["tftp://127.0.0.1/a", "--windowsize", "0"], "0 is not in 1..=65535"),
        (&["tftp://127.0.0.1/a", "-o", "."], "error: .: is a directory"),
        (&["tftp://127.0.0.1/a", "-o", "none/out"], "error: none/out: "),
    ] {
        let called = fetch(directory.path(), args);
        assert_eq!((called.code, called.stdout.as_str()), (Some(2), ""), "{args:?}: {called:?}");
        assert!(called.stderr.contains(said), "{args:?}: {called:?}");
        assert!(!called.stderr.contains("Sw0rdfish"), "{called:?}");
    }
}
