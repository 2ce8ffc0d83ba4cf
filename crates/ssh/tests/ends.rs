//! Each way in which a connection can end, told apart; and nothing stays behind.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use crate::common::{self, attend, connect, ended, log_in, pair, serve, server_config};
use host::{Host, TcpListener};
use ssh::End;
use ssh::client::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

in_both_worlds! {
    no_identification,
    an_identification_that_is_cut_off,
    an_identification_without_end,
    a_client_that_only_connects,
    a_packet_that_is_too_long,
    a_packet_that_is_garbage,
    a_server_that_is_none,
    a_server_that_talks_too_much,
    a_server_that_closes_at_once,
}

/// Sends `bytes` as a client, waits for the server to close or goes itself, and gives how the server sees that.
async fn raw<H: Host>(server: &H, client: &H, at: SocketAddr, bytes: &[u8], is_leaving: bool) -> String {
    let (at, log) = serve(server, at, server_config()).await;
    let mut stream = client.connect_tcp(at).await.expect("the server listens");
    stream.write_all(bytes).await.expect("it takes them");
    if is_leaving {
        stream.shutdown().await.expect("it is open");
    }
    // To the end, or closing would be a reset.
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    assert!(said.starts_with(b"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6\r\n"));
    let lines = ended(server, &log).await;
    assert_eq!(lines.len(), 1);
    let is_told = said.ends_with(b"\nInvalid SSH identification string.\r\n");
    assert_eq!(is_told, lines[0].starts_with("End(BadIdentification"));
    lines[0].clone()
}

async fn no_identification<H: Host>(server: H, client: H, at: SocketAddr) {
    let end = raw(&server, &client, at, b"GET / HTTP/1.0\r\nHost: sftp\r\n\r\n", false).await;
    assert_eq!(end, r#"End(BadIdentification("GET / HTTP/1.0"))"#);
}

async fn an_identification_that_is_cut_off<H: Host>(server: H, client: H, at: SocketAddr) {
    assert_eq!(raw(&server, &client, at, b"SSH-2.0-half", true).await, "End(Closed)");
}

async fn an_identification_without_end<H: Host>(server: H, client: H, at: SocketAddr) {
    let end = raw(&server, &client, at, &[b'\x07'; 400], false).await;
    assert!(end.starts_with(r#"End(BadIdentification("\\x07\\x07"#), "{end}");
    assert!(end.len() < 2_000);
}

async fn a_client_that_only_connects<H: Host>(server: H, client: H, at: SocketAddr) {
    assert_eq!(raw(&server, &client, at, b"", true).await, "End(Closed)");
}

async fn a_packet_that_is_too_long<H: Host>(server: H, client: H, at: SocketAddr) {
    let bytes = b"SSH-2.0-raw\r\n\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0";
    assert_eq!(
        raw(&server, &client, at, bytes, false).await,
        r#"End(Protocol("Bad packet length 4294967295."))"#
    );
}

async fn a_packet_that_is_garbage<H: Host>(server: H, client: H, at: SocketAddr) {
    // 12 bytes, 4 of them padding; SSH_MSG_KEXINIT with a cookie that is cut off.
    let bytes = b"SSH-2.0-raw\r\n\0\0\0\x0c\x04\x14abcdef\0\0\0\0";
    let end = raw(&server, &client, at, bytes, false).await;
    assert!(end.starts_with("End(Protocol("), "{end}");
}

/// A server that says `bytes` and waits, or leaves.
async fn raw_server<H: Host>(host: &H, at: SocketAddr, bytes: Vec<u8>, is_leaving: bool) -> SocketAddr {
    let listener = host.listen_tcp(at).await.expect("a free port");
    let at = listener.local_addr();
    host.spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("one comes");
        let _ = stream.write_all(&bytes).await;
        if is_leaving {
            let _ = stream.shutdown().await;
        }
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    at
}

async fn a_server_that_is_none<H: Host>(server: H, client: H, at: SocketAddr) {
    let at = raw_server(&server, at, b"220 ftp\r\n".repeat(30), false).await;
    let end = connect(&client, at).await.expect_err("it is none");
    assert_eq!(end, Error::Ended(End::BadIdentification("220 ftp".to_owned())));
}

async fn a_server_that_talks_too_much<H: Host>(server: H, client: H, at: SocketAddr) {
    let at = raw_server(&server, at, vec![b'x'; 100_000], false).await;
    let Err(Error::Ended(End::BadIdentification(line))) = connect(&client, at).await else {
        panic!("it is none");
    };
    assert_eq!(line, "x".repeat(255));
}

async fn a_server_that_closes_at_once<H: Host>(server: H, client: H, at: SocketAddr) {
    let at = raw_server(&server, at, b"SSH-2.0-x\r\n".to_vec(), true).await;
    assert_eq!(connect(&client, at).await.expect_err("it is gone"), Error::Ended(End::Closed));
}

#[test]
fn a_reset_is_no_close() {
    common::on_loopback(|server, client, at| async move {
        let (at, log) = serve(&server, at, server_config()).await;
        let stream = client.connect_tcp(at).await.expect("the server listens");
        // What is not read when a socket is closed makes it a reset.
        stream.readable().await.expect("the server talks first");
        drop(stream);
        assert_eq!(ended(&server, &log).await, ["End(Reset)"]);
    });
}

/// What came of something that ran in a simulation.
type Seen<T> = Rc<RefCell<Option<T>>>;

#[test]
fn a_server_without_power_is_a_reset_when_it_is_back() {
    let (net, [server, client], id) = pair(1);
    let at = SocketAddr::from(([10, 0, 0, 2], 22));
    let seen: Seen<(Duration, std::io::ErrorKind, Error)> = Rc::default();
    let (host, into) = (client.clone(), Rc::clone(&seen));
    let daemon = server.clone();
    server.spawn(async move {
        serve(&daemon, at, server_config()).await;
    });
    client.spawn(async move {
        let mut session = log_in(&host, at).await;
        let mut channel = session.subsystem("echo").await.expect("there is one");
        host.sleep_until(Duration::from_secs(20)).await;
        channel.write_all(b"are you there?").await.expect("nobody knows better yet");
        let error = channel.read_u8().await.expect_err("it is not");
        let after = session.subsystem("echo").await.expect_err("there is no session");
        into.replace(Some((host.now(), error.kind(), after)));
    });
    net.at(Duration::from_secs(10), move |net| net.power_off(id));
    net.at(Duration::from_secs(15), move |net| net.power_on(id));
    net.run_until(Duration::from_secs(60));
    let (when, kind, after) = seen.take().expect("it noticed");
    assert_eq!(kind, std::io::ErrorKind::ConnectionReset);
    assert_eq!(after, Error::Ended(End::Reset));
    assert!(when < Duration::from_secs(21), "{when:?}");
}

#[test]
fn silence_is_a_time_out() {
    let (net, [server, client], id) = pair(1);
    let at = SocketAddr::from(([10, 0, 0, 2], 22));
    let seen: Seen<std::io::ErrorKind> = Rc::default();
    let (host, into) = (client.clone(), Rc::clone(&seen));
    let daemon = server.clone();
    server.spawn(async move {
        serve(&daemon, at, server_config()).await;
    });
    client.spawn(async move {
        let mut session = log_in(&host, at).await;
        let mut channel = session.subsystem("echo").await.expect("there is one");
        host.sleep_until(Duration::from_secs(20)).await;
        channel.write_all(b"are you there?").await.expect("nobody knows better yet");
        into.replace(Some(channel.read_u8().await.expect_err("it is not").kind()));
    });
    net.at(Duration::from_secs(10), move |net| net.power_off(id));
    net.run_until(Duration::from_secs(7_200));
    assert_eq!(seen.take(), Some(std::io::ErrorKind::TimedOut));
}

#[test]
fn a_server_whose_software_stops_closes() {
    let (net, [server, client], id) = pair(1);
    let at = SocketAddr::from(([10, 0, 0, 2], 22));
    let seen: Seen<Error> = Rc::default();
    let (host, into) = (client.clone(), Rc::clone(&seen));
    let daemon = server.clone();
    server.spawn(async move {
        serve(&daemon, at, server_config()).await;
    });
    client.spawn(async move {
        let session = log_in(&host, at).await;
        into.replace(Some(Error::Ended(session.ended().await)));
    });
    net.at(Duration::from_secs(10), move |net| net.stop(id));
    net.run_until(Duration::from_secs(11));
    assert_eq!(seen.take(), Some(Error::Ended(End::Closed)));
}

#[test]
fn a_client_that_gives_up_is_gone() {
    common::simulated(1, |server, client, at| async move {
        let listener = server.listen_tcp(at).await.expect("a free port");
        let stream = client.connect_tcp(at).await.expect("the server listens");
        let (mut silent, _) = listener.accept().await.expect("one comes");
        let config = common::client_config();
        tokio::select! {
            _ = ssh::client::connect(&client, stream, &config) => panic!("nobody answers"),
            () = client.sleep(Duration::from_secs(5)) => {}
        }
        let mut said = Vec::new();
        silent.read_to_end(&mut said).await.expect("it was closed in order");
        assert_eq!(said, b"SSH-2.0-OpenSSH_8.9p1\r\n");
    });
}

#[test]
fn a_session_that_is_dropped_closes_at_any_time() {
    // Each millisecond is another stage of the handshake, or of the transfer.
    for after in 0..40 {
        common::simulated(after, move |server, client, at| async move {
            let listener = server.listen_tcp(at).await.expect("a free port");
            let host = server.clone();
            let log = common::Log::default();
            server.spawn(async move {
                let (stream, _) = listener.accept().await.expect("one comes");
                let session = ssh::server::start(&host, stream, &server_config());
                tokio::select! {
                    () = attend(host.clone(), session, log) => {}
                    () = host.sleep(Duration::from_millis(after)) => {}
                }
            });
            let talk = async {
                let connection = connect(&client, at).await?;
                let mut session =
                    connection.password(common::USER, &ssh::Secret::new(common::PASSWORD)).await?;
                let mut channel = session.subsystem("bulk").await?;
                let _ = channel.write_u64(1 << 40).await;
                let mut buffer = vec![0; 100_000];
                while channel.read(&mut buffer).await.is_ok_and(|length| length > 0) {}
                Err::<(), Error>(Error::Ended(session.ended().await))
            };
            let end = talk.await.expect_err("the server leaves");
            assert!(matches!(&end, Error::Ended(End::Closed | End::Reset)), "after {after} ms: {end:?}");
        });
    }
}
