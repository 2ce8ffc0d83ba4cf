//! A session from the identifications to its end, our client with our server.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use crate::common::{
    self, PASSWORD, USER, client_config, connect, connect_with, end, ended, host_key, log_in, serve,
    server_config, wait_for,
};
use host::{Host, TcpListener};
use ssh::client::Error;
use ssh::server::{Decision, Request, Session};
use ssh::{Algorithms, End, Negotiated, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

in_both_worlds! {
    a_session_from_beginning_to_end,
    a_large_answer_comes_whole,
    megabytes_go_both_ways_at_once,
    a_wrong_password_is_denied,
    an_unknown_subsystem_is_refused,
    sessions_are_limited,
    nothing_in_common,
    the_server_says_goodbye,
    the_server_closes_without_a_word,
    the_client_closes_without_a_word,
    pings_are_answered,
    what_was_sent_comes_before_the_end,
}

async fn a_session_from_beginning_to_end<H: Host>(server: H, client: H, at: SocketAddr) {
    let (at, log) = serve(&server, at, server_config()).await;
    let connection = connect(&client, at).await.expect("it speaks SSH");
    assert_eq!(connection.host_key(), &host_key(1).public());
    assert_ne!(connection.host_key(), &host_key(2).public());
    assert_eq!(connection.server_identification(), "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6");
    let mut session = connection.password(USER, &Secret::new(PASSWORD)).await.expect("it is right");
    let mut channel = session.subsystem("echo").await.expect("there is one");
    channel.write_all(b"over and back").await.expect("it is open");
    let mut back = [0; 13];
    channel.read_exact(&mut back).await.expect("it echoes");
    assert_eq!(&back, b"over and back");
    channel.shutdown().await.expect("it is open");
    assert_eq!(channel.read(&mut back).await.expect("an end of data is no error"), 0);
    channel.closed().await;
    assert_eq!(channel.peer_exit_status(), Some(0));
    drop(channel);
    session.disconnect("disconnected by user").await;
    let said = End::Disconnected { reason: 11, text: "disconnected by user".to_owned() };
    assert_eq!(
        ended(&server, &log).await,
        ["ewctest by Password(*****)", "session 0", "0: subsystem echo", &end(&said)]
    );
}

async fn a_large_answer_comes_whole<H: Host>(server: H, client: H, at: SocketAddr) {
    let (at, _) = serve(&server, at, server_config()).await;
    let mut session = log_in(&client, at).await;
    let mut channel = session.subsystem("bulk").await.expect("there is one");
    // Many windows of 2 MiB.
    let length = 20_000_000;
    channel.write_u64(length).await.expect("it is open");
    let mut buffer = vec![0; 100_000];
    let mut left = length;
    while left > 0 {
        let read = channel.read(&mut buffer).await.expect("more comes");
        assert!(buffer[..read].iter().all(|&byte| byte == 0x5a));
        left -= read as u64;
    }
    assert!(session.traffic().received > length);
    session.disconnect("").await;
}

async fn megabytes_go_both_ways_at_once<H: Host>(server: H, client: H, at: SocketAddr) {
    let (at, _) = serve(&server, at, server_config()).await;
    let mut session = log_in(&client, at).await;
    let channel = session.subsystem("echo").await.expect("there is one");
    let (mut from, mut to) = tokio::io::split(channel);
    let sent: Vec<u8> = (0..5_000_000_u32).map(|index| (index % 251) as u8).collect();
    let mut back = vec![0; sent.len()];
    let (wrote, read) = tokio::join!(to.write_all(&sent), from.read_exact(&mut back));
    wrote.expect("it is open");
    read.expect("it is open");
    assert!(back == sent);
}

async fn a_wrong_password_is_denied<H: Host>(server: H, client: H, at: SocketAddr) {
    let (at, log) = serve(&server, at, server_config()).await;
    let connection = connect(&client, at).await.expect("it speaks SSH");
    let denied = connection.password(USER, &Secret::new("guess")).await.expect_err("it is wrong");
    assert_eq!(denied, Error::Denied { methods: vec!["password".to_owned()], is_partial: false });
    assert_eq!(ended(&server, &log).await, ["ewctest by Password(*****)", "End(Closed)"]);
}

async fn an_unknown_subsystem_is_refused<H: Host>(server: H, client: H, at: SocketAddr) {
    let (at, log) = serve(&server, at, server_config()).await;
    let mut session = log_in(&client, at).await;
    assert_eq!(session.subsystem("netconf").await.err(), Some(Error::SubsystemRefused));
    let mut channel = session.subsystem("echo").await.expect("the session goes on");
    channel.write_all(b"!").await.expect("it is open");
    assert_eq!(channel.read_u8().await.expect("it echoes"), b'!');
    let lines = wait_for(&server, &log, |line| line.ends_with("echo")).await;
    assert!(lines.contains(&"0: subsystem netconf".to_owned()));
}

async fn sessions_are_limited<H: Host>(server: H, client: H, at: SocketAddr) {
    let config = ssh::server::Config { sessions_max: 2, ..server_config() };
    let (at, log) = serve(&server, at, config).await;
    let mut session = log_in(&client, at).await;
    let first = session.subsystem("echo").await.expect("one is allowed");
    let _second = session.subsystem("echo").await.expect("two are allowed");
    let refused = Error::SessionRefused { reason: 2, text: "connect failed".to_owned() };
    assert_eq!(session.subsystem("echo").await.err(), Some(refused));
    drop(first);
    wait_for(&server, &log, |line| line == "0: closed").await;
    session.subsystem("echo").await.expect("there is room again");
    assert_eq!(log.borrow().last().map(String::as_str), Some("0: subsystem echo"));
}

async fn nothing_in_common<H: Host>(server: H, client: H, at: SocketAddr) {
    let (at, log) = serve(&server, at, server_config()).await;
    let old = ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"].map(str::to_owned).to_vec();
    let algorithms = Algorithms { kex: old.clone(), ..Algorithms::openssh_8_9() };
    let config = ssh::client::Config { algorithms, ..client_config() };
    let error = connect_with(&client, at, &config).await.expect_err("nothing is in common");
    assert!(
        matches!(&error, Error::Ended(End::NoCommon { what: Negotiated::KeyExchange, theirs })
            if theirs[0] == "curve25519-sha256"),
        "{error:?}"
    );
    assert_eq!(ended(&server, &log).await.len(), 1);
    let line = log.borrow()[0].clone();
    assert!(
        line.starts_with("End(NoCommon { what: KeyExchange, theirs: [\"diffie-hellman-group1-sha1\""),
        "{line}"
    );
}

async fn the_server_says_goodbye<H: Host>(server: H, client: H, at: SocketAddr) {
    let at = serve_once(&server, at, |mut session| async move {
        let Request::Authenticate { reply, .. } = session.next().await else {
            panic!("it authenticates first")
        };
        reply.send(Decision::Accept);
        session.disconnect(12, "No more today");
        // Gone before that has left.
    })
    .await;
    let mut session = log_in(&client, at).await;
    let said = End::Disconnected { reason: 12, text: "No more today".to_owned() };
    assert_eq!(session.subsystem("echo").await.err(), Some(Error::Ended(said)));
}

async fn the_server_closes_without_a_word<H: Host>(server: H, client: H, at: SocketAddr) {
    let at = serve_once(&server, at, |mut session| async move {
        session.next().await;
    })
    .await;
    let connection = connect(&client, at).await.expect("it speaks SSH");
    let error = connection.password(USER, &Secret::new(PASSWORD)).await.expect_err("it is gone");
    assert_eq!(error, Error::Ended(End::Closed));
}

async fn the_client_closes_without_a_word<H: Host>(server: H, client: H, at: SocketAddr) {
    let (at, log) = serve(&server, at, server_config()).await;
    let mut session = log_in(&client, at).await;
    let mut channel = session.subsystem("bulk").await.expect("there is one");
    channel.write_u64(1_000).await.expect("it is open");
    channel.read_exact(&mut [0; 1_000]).await.expect("it comes");
    drop(session);
    let error = channel.read_u8().await.expect_err("there is no connection");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionAborted);
    assert_eq!(ended(&server, &log).await.last().map(String::as_str), Some("End(Closed)"));
}

async fn pings_are_answered<H: Host>(server: H, client: H, at: SocketAddr) {
    let log = common::Log::default();
    let into = log.clone();
    let at = serve_once(&server, at, |mut session| async move {
        loop {
            match session.next().await {
                Request::Authenticate { reply, .. } => {
                    reply.send(Decision::Accept);
                    session.ping();
                }
                Request::End(end) => return into.borrow_mut().push(common::end(&end)),
                other => into.borrow_mut().push(format!("{other:?}")),
            }
        }
    })
    .await;
    let session = log_in(&client, at).await;
    wait_for(&client, &log, |line| line == "Pong").await;
    session.disconnect("").await;
    // No answer is made up at the end.
    assert_eq!(ended(&client, &log).await.len(), 2);
}

#[test]
fn a_ping_that_is_not_answered_is_no_pong() {
    common::simulated(1, |server, client, at| async move {
        let log = common::Log::default();
        let into = log.clone();
        let at = serve_once(&server, at, |mut session| async move {
            loop {
                match session.next().await {
                    Request::Authenticate { reply, .. } => reply.send(Decision::Accept),
                    Request::OpenSession { reply, .. } => {
                        reply.send(true);
                        session.ping();
                    }
                    Request::End(end) => return into.borrow_mut().push(common::end(&end)),
                    other => into.borrow_mut().push(format!("{other:?}")),
                }
            }
        })
        .await;
        let mut session = log_in(&client, at).await;
        // The way is 1 ms long: it leaves while the ping is on its way.
        tokio::select! {
            _ = session.subsystem("any") => panic!("it takes 2 ms"),
            () = client.sleep(Duration::from_micros(1_500)) => drop(session),
        }
        assert!(ended(&client, &log).await[0].starts_with("End("), "{:?}", log.borrow());
    });
}

async fn what_was_sent_comes_before_the_end<H: Host>(server: H, client: H, at: SocketAddr) {
    let at = serve_once(&server, at, |mut session| async move {
        loop {
            match session.next().await {
                Request::Authenticate { reply, .. } => reply.send(Decision::Accept),
                Request::OpenSession { reply, .. } => reply.send(true),
                Request::Subsystem { mut channel, reply, .. } => {
                    reply.send(true);
                    channel.send(vec![7; 300_000].into()).await.expect("it is open");
                    return session.disconnect(11, "enough");
                }
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
    let mut session = log_in(&client, at).await;
    let mut channel = session.subsystem("any").await.expect("there is one");
    let said = End::Disconnected { reason: 11, text: "enough".to_owned() };
    assert_eq!(session.ended().await, said);
    channel.read_exact(&mut vec![0; 300_000]).await.expect("it is here");
    assert_eq!(channel.read_u8().await.expect_err("no more comes").kind(), std::io::ErrorKind::UnexpectedEof);
    assert_eq!(
        channel.write_all(b"hello?").await.expect_err("nobody reads").kind(),
        std::io::ErrorKind::UnexpectedEof
    );
}

/// Serves the first who connects.
async fn serve_once<H: Host, F: Future<Output = ()> + 'static>(
    host: &H,
    at: SocketAddr,
    attend: impl FnOnce(Session) -> F + 'static,
) -> SocketAddr {
    let listener = host.listen_tcp(at).await.expect("a free port");
    let at = listener.local_addr();
    let server = host.clone();
    host.spawn(async move {
        let (stream, _) = listener.accept().await.expect("one comes");
        attend(ssh::server::start(&server, stream, &server_config())).await;
    });
    at
}
