//! TCP over our links: data arrives whole, closed and rejected ports refuse, silence times out.

mod common;

use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;

use common::{Pair, RIGHT, addr, log, ms, pair_with_tcp};
use host::{Host, TcpListener};
use simnet::{Action, Conditions, Match, Protocol, Rule};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Serves `bytes` to everyone who connects to port 22.
fn spawn_server(pair: &Pair, bytes: Vec<u8>) {
    let host = pair.net.host(pair.right);
    let server = host.clone();
    host.spawn(async move {
        let listener = server.listen_tcp(addr("0.0.0.0", 22)).await.expect("port 22 is free");
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(&bytes).await.expect("the reader stays");
            stream.shutdown().await.expect("the reader stays");
        }
    });
}

type Outcome = (Duration, Result<Vec<u8>, ErrorKind>);

/// What a client on the left reads from port 22, and when it was done.
fn fetch(pair: &Pair, until: Duration) -> Vec<Outcome> {
    let seen = log();
    let (host, outcome) = (pair.net.host(pair.left), Rc::clone(&seen));
    let client = host.clone();
    host.spawn(async move {
        let read = async {
            let mut stream = client.connect_tcp(addr(RIGHT, 22)).await?;
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await?;
            Ok::<_, std::io::Error>(bytes)
        };
        let result = read.await.map_err(|error| error.kind());
        outcome.borrow_mut().push((client.now(), result));
    });
    pair.net.run_until(until);
    seen.take()
}

#[test]
fn bytes_arrive_whole_and_in_order() {
    let pair = pair_with_tcp(1, Conditions { jitter: ms(3), ..Conditions::default() }, Vec::new());
    let bytes: Vec<u8> = (0..300_000_u32).map(|index| (index % 251) as u8).collect();
    spawn_server(&pair, bytes.clone());
    let outcomes = fetch(&pair, ms(60_000));
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].1.as_deref(), Ok(bytes.as_slice()));
}

#[test]
fn lost_segments_are_sent_again() {
    let pair = pair_with_tcp(2, Conditions { loss: 0.02, ..Conditions::default() }, Vec::new());
    let bytes = vec![7; 200_000];
    spawn_server(&pair, bytes.clone());
    let outcomes = fetch(&pair, Duration::from_secs(600));
    assert_eq!(outcomes[0].1.as_deref(), Ok(bytes.as_slice()));
    assert!(pair.net.stats().dropped > 0);
}

#[test]
fn a_closed_port_refuses() {
    let pair = pair_with_tcp(1, Conditions::default(), Vec::new());
    assert!(matches!(fetch(&pair, ms(60_000))[..], [(at, Err(ErrorKind::ConnectionRefused))] if at < ms(10)));
}

#[test]
fn a_firewall_rejects_at_once_or_lets_time_out() {
    let rule = |action| Rule {
        action,
        matches: Match { protocol: Some(Protocol::Tcp), ports: Some(22..=22), ..Match::default() },
    };
    let rejected = pair_with_tcp(1, Conditions::default(), vec![rule(Action::Reject)]);
    spawn_server(&rejected, vec![1]);
    assert!(
        matches!(fetch(&rejected, ms(120_000))[..], [(at, Err(ErrorKind::ConnectionRefused))] if at < ms(10))
    );
    drop(rejected);
    let denied = pair_with_tcp(1, Conditions::default(), vec![rule(Action::Deny)]);
    spawn_server(&denied, vec![1]);
    let outcomes = fetch(&denied, ms(120_000));
    let [(at, Err(ErrorKind::TimedOut))] = outcomes[..] else { panic!("{outcomes:?}") };
    assert!((Duration::from_secs(39)..Duration::from_secs(42)).contains(&at), "gave up at {at:?}");
}
