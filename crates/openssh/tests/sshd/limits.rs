//! How many, how long, and what strangers can do.

use std::time::Duration;

use host::Host;
use simnet::SimHost;
use ssh::client::{Config, Error, connect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::sshd::world::{PASSWORD, World, at, client_config, log_in};

/// What a connection reads until its end that says `text` and nothing more.
async fn stranger(host: &SimHost, text: &str) -> String {
    let mut stream = host.connect_tcp(at()).await.expect("somebody listens");
    stream.write_all(text.as_bytes()).await.expect("taken");
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn the_grace_time_ends_a_client_that_says_nothing() {
    let world = World::new("LoginGraceTime 30\n");
    let (said, took) = world.run(Duration::from_secs(60), async |host: SimHost| {
        let began = host.now();
        (stranger(&host, "").await, (host.now() - began).as_secs())
    });
    assert_eq!((&*said, took), ("SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6\r\n", 30));
    assert_eq!(
        world.record.session(),
        ["sshd[A]: fatal: Timeout before authentication for 172.16.4.26 port PORT"]
    );
}

#[test]
fn a_server_full_of_strangers_drops_who_comes() {
    let world = World::new("MaxStartups 3\n");
    let outcomes = world.run(Duration::from_secs(300), async |host: SimHost| {
        let mut strangers = Vec::new();
        for _ in 0..3 {
            strangers.push(host.connect_tcp(at()).await.expect("somebody listens"));
            host.sleep(Duration::from_millis(10)).await;
        }
        let full = log_in(&host, at(), "calo", PASSWORD).await.map(drop);
        let again = stranger(&host, "").await;
        // The grace time empties it.
        host.sleep(Duration::from_secs(125)).await;
        (full, again, log_in(&host, at(), "calo", PASSWORD).await.map(drop))
    });
    assert!(matches!(outcomes.0, Err(Error::Ended(_))), "{outcomes:?}");
    assert_eq!(outcomes.1, "Exceeded MaxStartups\r\n");
    assert_eq!(outcomes.2, Ok(()));
    let log = world.record.session();
    let dropped = "sshd[A]: drop connection #3 from [172.16.4.26]:";
    assert_eq!(log[0], "sshd[A]: error: beginning MaxStartups throttling");
    assert!(
        log[1].starts_with(dropped) && log[1].ends_with(" on [172.16.5.62]:22 past MaxStartups"),
        "{log:?}"
    );
    // The second is told at VERBOSE.
    let timeouts =
        log[2..5].iter().filter(|line| line.contains("fatal: Timeout before authentication")).count();
    assert_eq!(timeouts, 3);
    assert_eq!(log[5], "sshd[A]: exited MaxStartups throttling after 00:02:05, 2 connections dropped");
}

#[test]
fn what_is_no_ssh_is_told_so() {
    let log = |text: &'static str| {
        let world = World::new("");
        world.run(Duration::from_secs(200), async move |host: SimHost| {
            stranger(&host, text).await;
        });
        world.record.session()
    };
    let invalid = "sshd[A]: banner exchange: Connection from 172.16.4.26 port PORT: invalid format";
    let get = "sshd[A]: error: kex_exchange_identification: client sent invalid protocol identifier \"GET / HTTP/1.1\"";
    assert_eq!(log("GET / HTTP/1.1\r\n\r\n"), [get, invalid]);
    let version =
        "sshd[A]: banner exchange: Connection from 172.16.4.26 port PORT: could not read protocol version";
    assert_eq!(log("SSH-1.5-old\r\n"), ["sshd[A]: error: Protocol major versions differ: 2 vs. 1", version]);
}

#[test]
fn a_client_that_leaves_at_once() {
    let world = World::new("");
    world.run(Duration::from_secs(5), async |host: SimHost| {
        drop(host.connect_tcp(at()).await.expect("somebody listens"));
        host.sleep(Duration::from_secs(1)).await;
    });
    let log = world.record.session();
    let closed = [
        "sshd[A]: error: kex_exchange_identification: Connection closed by remote host",
        "sshd[A]: Connection closed by 172.16.4.26 port PORT",
    ];
    assert_eq!(log, closed);
}

#[test]
fn ends_without_a_common_algorithm_name_the_offer() {
    let offer = |change: fn(&mut ssh::Algorithms)| {
        let mut config = client_config();
        change(&mut config.algorithms);
        let world = World::new("");
        let outcome = world.run(Duration::from_secs(60), async move |host: SimHost| {
            let stream = host.connect_tcp(at()).await.expect("somebody listens");
            connect(&host, stream, &Config { ..config }).await.map(drop)
        });
        assert!(outcome.is_err());
        world.record.session()
    };
    let unable = "sshd[A]: Unable to negotiate with 172.16.4.26 port PORT: no matching";
    let kex = offer(|algorithms| algorithms.kex = vec!["diffie-hellman-group1-sha1".into()]);
    assert_eq!(kex.len(), 1);
    let expected = format!("{unable} key exchange method found. Their offer: diffie-hellman-group1-sha1");
    assert!(kex[0].starts_with(&expected) && kex[0].ends_with(" [preauth]"), "{kex:?}");
    let cipher = offer(|algorithms| algorithms.ciphers = vec!["aes128-cbc".into()]);
    assert_eq!(cipher, [format!("{unable} cipher found. Their offer: aes128-cbc [preauth]")]);
}

#[test]
fn sessions_beyond_the_limit_are_refused() {
    let world = World::new("MaxSessions 2\n");
    let outcomes = world.run(Duration::from_secs(60), async |host: SimHost| {
        let mut client = log_in(&host, at(), "calo", PASSWORD).await.expect("let in");
        let first = client.subsystem("sftp").await.expect("one");
        let second = client.subsystem("sftp").await.expect("two");
        let third = client.subsystem("sftp").await.map(drop);
        drop((first, second));
        third
    });
    assert!(matches!(outcomes, Err(Error::SessionRefused { .. })), "{outcomes:?}");
    assert!(world.record.session().contains(&"sshd[B]: error: no more sessions".into()));
}

#[test]
fn a_subsystem_that_is_not_there() {
    let world = World::new("");
    let outcome = world.run(Duration::from_secs(60), async |host: SimHost| {
        let mut client = log_in(&host, at(), "calo", PASSWORD).await.expect("let in");
        client.subsystem("netconf").await.map(drop)
    });
    assert_eq!(outcome, Err(Error::SubsystemRefused));
    let line = "sshd[B]: subsystem request for netconf by user calo failed, subsystem not found";
    assert!(world.record.session().contains(&line.into()), "{:#?}", world.record.session());
}
