//! TCP over our links: data arrives whole, closed and rejected ports refuse, silence times out.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use crate::common::{Pair, RIGHT, addr, log, ms, pair_with_tcp};
use host::{Host, TcpListener};
use simnet::{Impairments, Match, Protocol, Rule, RuleAction, SimHost, SimTcpStream};
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
    let pair = pair_with_tcp(1, Impairments { jitter: ms(3), ..Impairments::default() }, Vec::new());
    let bytes: Vec<u8> = (0..300_000_u32).map(|index| (index % 251) as u8).collect();
    spawn_server(&pair, bytes.clone());
    let outcomes = fetch(&pair, ms(60_000));
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].1.as_deref(), Ok(bytes.as_slice()));
}

#[test]
fn lost_segments_are_sent_again() {
    let pair = pair_with_tcp(2, Impairments { loss: 0.02, ..Impairments::default() }, Vec::new());
    let bytes = vec![7; 200_000];
    spawn_server(&pair, bytes.clone());
    let outcomes = fetch(&pair, Duration::from_secs(600));
    assert_eq!(outcomes[0].1.as_deref(), Ok(bytes.as_slice()));
    assert!(pair.net.stats().dropped > 0);
}

#[test]
fn a_closed_port_refuses() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    assert!(matches!(fetch(&pair, ms(60_000))[..], [(at, Err(ErrorKind::ConnectionRefused))] if at < ms(10)));
}

#[test]
fn a_firewall_rejects_at_once_or_lets_time_out() {
    let rule = |action| {
        let matches = Match { protocol: Some(Protocol::Tcp), ports: Some(22..=22), ..Match::default() };
        Rule::new(action, matches)
    };
    let rejected = pair_with_tcp(1, Impairments::default(), vec![rule(RuleAction::Reject)]);
    spawn_server(&rejected, vec![1]);
    assert!(
        matches!(fetch(&rejected, ms(120_000))[..], [(at, Err(ErrorKind::ConnectionRefused))] if at < ms(10))
    );
    drop(rejected);
    for (action, error) in [
        (RuleAction::PORT_UNREACHABLE, ErrorKind::ConnectionRefused),
        (RuleAction::ADMIN_PROHIBITED, ErrorKind::HostUnreachable),
    ] {
        let prohibited = pair_with_tcp(1, Impairments::default(), vec![rule(action)]);
        spawn_server(&prohibited, vec![1]);
        let outcomes = fetch(&prohibited, ms(300_000));
        assert!(matches!(outcomes[..], [(at, Err(kind))] if at < ms(10) && kind == error), "{outcomes:?}");
        // Linux answers the error with nothing: the SYN is the only packet of the left host.
        assert_eq!(prohibited.net.stats().sent, 1);
    }
    let denied = pair_with_tcp(1, Impairments::default(), vec![rule(RuleAction::Deny)]);
    spawn_server(&denied, vec![1]);
    let outcomes = fetch(&denied, ms(300_000));
    let [(at, Err(ErrorKind::TimedOut))] = outcomes[..] else { panic!("{outcomes:?}") };
    assert!((Duration::from_secs(126)..Duration::from_secs(129)).contains(&at), "gave up at {at:?}");
}

/// A connection that is open goes on, and the ICMP error is the reason if it times out (RFC 1122, 4.2.3.9).
#[test]
fn an_icmp_error_ends_an_open_connection_only_when_it_times_out() {
    for (mends, expected) in [(true, Ok(())), (false, Err(ErrorKind::HostUnreachable))] {
        let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
        let matches = Match { protocol: Some(Protocol::Tcp), ..Match::default() };
        let prohibited = Rule::new(RuleAction::ADMIN_PROHIBITED, matches);
        let firewall = pair.firewall;
        pair.net.at(ms(1_000), move |net| {
            net.network().change_rules(firewall, |rules| rules.push(prohibited));
        });
        if mends {
            pair.net.at(ms(20_000), move |net| net.network().change_rules(firewall, Vec::clear));
        }
        let result = meet(
            &pair,
            Duration::from_secs(1_200),
            async |host, mut stream| {
                let _ = stream.read(&mut [0; 10]).await;
                host.sleep(Duration::from_secs(1_100)).await;
            },
            async |host, mut stream| {
                host.sleep(ms(2_000)).await;
                stream.write_all(b"hello").await.expect("there is room");
                host.sleep(Duration::from_secs(1_000)).await;
                stream.write_all(b"hello").await.map_err(|error| error.kind())
            },
        );
        assert_eq!(result, expected);
    }
}

/// What the right host does with the one connection it takes, and what the left one sees of it.
fn meet<T: 'static>(
    pair: &Pair,
    until: Duration,
    right: impl AsyncFnOnce(SimHost, SimTcpStream) + 'static,
    left: impl AsyncFnOnce(SimHost, SimTcpStream) -> T + 'static,
) -> T {
    let server = pair.net.host(pair.right);
    pair.net.host(pair.right).spawn(async move {
        let listener = server.listen_tcp(addr("0.0.0.0", 22)).await.expect("port 22 is free");
        let (stream, _) = listener.accept().await.expect("it comes");
        right(server, stream).await;
    });
    let seen = Rc::new(RefCell::new(None));
    let (client, result) = (pair.net.host(pair.left), Rc::clone(&seen));
    pair.net.host(pair.left).spawn(async move {
        let stream = client.connect_tcp(addr(RIGHT, 22)).await.expect("port 22 is open");
        let outcome = left(client, stream).await;
        *result.borrow_mut() = Some(outcome);
    });
    pair.net.run_until(until);
    seen.take().expect("the left host is done")
}

const DAY: Duration = Duration::from_secs(24 * 3_600);

#[test]
fn a_connection_may_be_silent_for_a_day_and_then_end_well() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    let read = meet(
        &pair,
        3 * DAY,
        async |server, mut stream| {
            stream.write_all(b"first").await.expect("the reader stays");
            server.sleep(DAY).await;
            stream.write_all(b", last").await.expect("the reader stays");
            server.sleep(DAY).await;
        },
        async |client, mut stream| {
            let mut read = String::new();
            stream.read_to_string(&mut read).await.expect("it ends well");
            (read, client.now())
        },
    );
    assert_eq!(read.0, "first, last");
    assert!((2 * DAY..2 * DAY + ms(10)).contains(&read.1), "{:?}", read.1);
}

#[test]
fn closing_over_unread_bytes_resets() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    let end = meet(
        &pair,
        ms(10_000),
        async |server, stream| {
            server.sleep(ms(1_000)).await;
            drop(stream);
        },
        async |_, mut stream| {
            stream.write_all(b"nobody reads this").await.expect("it fits the buffer");
            stream.read_u8().await.expect_err("nobody answers").kind()
        },
    );
    assert_eq!(end, ErrorKind::ConnectionReset);
}

#[test]
fn one_way_may_end_before_the_other() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    let answer = meet(
        &pair,
        ms(10_000),
        async |_, mut stream| {
            let mut question = String::new();
            stream.read_to_string(&mut question).await.expect("it ends well");
            stream.write_all(question.to_uppercase().as_bytes()).await.expect("the reader stays");
        },
        async |_, mut stream| {
            stream.write_all(b"question").await.expect("there is room");
            stream.shutdown().await.expect("it is open");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("it ends well");
            answer
        },
    );
    assert_eq!(answer, "QUESTION");
}

#[test]
fn a_host_that_lost_power_knows_nothing_of_its_connections() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    let right = pair.right;
    pair.net.at(ms(1_000), move |net| net.power_off(right));
    pair.net.at(ms(2_000), move |net| net.power_on(right));
    let (silent, end) = meet(
        &pair,
        ms(60_000),
        async |server, stream| {
            server.sleep(DAY).await;
            drop(stream);
        },
        async |client, mut stream| {
            client.sleep(ms(3_000)).await;
            let silent = {
                let mut read = std::pin::pin!(stream.read_u8());
                poll_fn(|cx| Poll::Ready(read.as_mut().poll(cx).is_pending())).await
            };
            stream.write_all(b"still there?").await.expect("it fits the buffer");
            (silent, stream.read_u8().await.expect_err("the connection is gone").kind())
        },
    );
    assert!(silent, "a host without power says nothing");
    assert_eq!(end, ErrorKind::ConnectionReset);
}

#[test]
fn a_writer_waits_for_a_slow_reader() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    let bytes: Vec<u8> = (0..5_000_000_u32).map(|index| (index % 251) as u8).collect();
    let expected = bytes.clone();
    let took = meet(
        &pair,
        ms(600_000),
        async move |_, mut stream| stream.write_all(&bytes).await.expect("the reader stays"),
        async move |client, mut stream| {
            let mut read = Vec::new();
            let mut piece = vec![0; 50_000];
            loop {
                client.sleep(ms(100)).await;
                match stream.read(&mut piece).await.expect("it ends well") {
                    0 => break,
                    length => read.extend_from_slice(&piece[..length]),
                }
            }
            assert!(read == expected, "wrong bytes");
            client.now()
        },
    );
    assert!((ms(10_000)..ms(13_000)).contains(&took), "{took:?}");
}

#[test]
fn a_port_is_taken_once_and_only_on_own_addresses() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    let seen = log();
    let (host, results) = (pair.net.host(pair.left), Rc::clone(&seen));
    pair.net.host(pair.left).spawn(async move {
        let kind = |result: std::io::Result<_>| result.map(drop).map_err(|error| error.kind());
        let held = host.listen_tcp(addr("0.0.0.0", 22)).await.expect("port 22 is free");
        let taken = kind(host.listen_tcp(addr("0.0.0.0", 22)).await);
        let foreign = kind(host.listen_tcp(addr(RIGHT, 23)).await);
        drop(held);
        let free = kind(host.listen_tcp(addr("0.0.0.0", 22)).await);
        results.borrow_mut().extend([taken, foreign, free]);
    });
    pair.net.run_until(ms(1));
    assert_eq!(seen.take(), [Err(ErrorKind::AddrInUse), Err(ErrorKind::AddrNotAvailable), Ok(())]);
}

#[test]
fn many_connect_at_once() {
    let pair = pair_with_tcp(1, Impairments { loss: 0.02, ..Impairments::default() }, Vec::new());
    spawn_server(&pair, vec![7; 3_000]);
    let seen = log();
    for _ in 0..100 {
        let (host, results) = (pair.net.host(pair.left), Rc::clone(&seen));
        pair.net.host(pair.left).spawn(async move {
            let mut stream = host.connect_tcp(addr(RIGHT, 22)).await.expect("port 22 is open");
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.expect("it ends well");
            results.borrow_mut().push(bytes);
        });
    }
    pair.net.run_until(ms(120_000));
    assert_eq!(seen.borrow().len(), 100);
    assert!(seen.borrow().iter().all(|bytes| *bytes == [7; 3_000]));
}
