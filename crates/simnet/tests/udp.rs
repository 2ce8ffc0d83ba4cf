//! Datagrams between two hosts: delay, loss, order, errors, power.

use std::io::ErrorKind;
use std::time::Duration;

use crate::common::{LEFT, Pair, RIGHT, addr, log, ms, pair, spawn_echo, spawn_pinger};
use bytes::Bytes;
use host::{Host, Udp};
use simnet::{Impairments, Match, Pmtud, Protocol, Rule, RuleAction};

fn quiet() -> Impairments {
    Impairments { bandwidth: None, ..Impairments::default() }
}

#[test]
fn a_round_trip_takes_twice_the_latency() {
    let pair = pair(1, quiet(), Vec::new());
    spawn_echo(&pair);
    let seen = spawn_pinger(&pair, 2, ms(10));
    pair.net.run_until(ms(100));
    assert_eq!(*seen.borrow(), [(Duration::from_micros(500), 0), (Duration::from_micros(10_500), 1)]);
}

#[test]
fn jitter_spreads_but_never_reorders() {
    let impairments = Impairments { jitter: ms(5), ..quiet() };
    let pair = pair(3, impairments, Vec::new());
    spawn_echo(&pair);
    let seen = spawn_pinger(&pair, 200, Duration::from_micros(100));
    pair.net.run_until(ms(1_000));
    let seen = seen.borrow();
    let numbers: Vec<u8> = seen.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, (0..200).collect::<Vec<u8>>());
    let gaps: std::collections::BTreeSet<_> = seen.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert!(gaps.len() > 20, "jitter makes gaps differ");
}

#[test]
fn the_same_seed_loses_the_same_packets_and_another_seed_others() {
    let run = |seed| {
        let pair = pair(seed, Impairments { loss: 0.3, jitter: ms(1), ..quiet() }, Vec::new());
        spawn_echo(&pair);
        let seen = spawn_pinger(&pair, 100, ms(1));
        pair.net.run_until(ms(1_000));
        seen.take()
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
    assert!((30..70).contains(&run(5).len()), "about half of the round trips survive");
}

#[test]
fn a_link_that_is_down_carries_nothing_until_it_is_up() {
    let pair = pair(1, quiet(), Vec::new());
    spawn_echo(&pair);
    let seen = spawn_pinger(&pair, 10, ms(10));
    let link = pair.link;
    pair.net.at(ms(15), move |net| {
        net.network().change_link(link, |there, back| (there.up, back.up) = (false, false))
    });
    pair.net.at(ms(55), move |net| {
        net.network().change_link(link, |there, back| (there.up, back.up) = (true, true))
    });
    pair.net.run_until(ms(200));
    let numbers: Vec<u8> = seen.borrow().iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [0, 1, 6, 7, 8, 9]);
}

fn rule(action: RuleAction) -> Rule {
    Rule::new(action, Match { protocol: Some(Protocol::Udp), ports: Some(7..=7), ..Match::default() })
}

/// What a connected socket on the left hears within 50 ms of sending to the echo port.
fn answer_to_connected(pair: &Pair) -> Vec<Result<Bytes, ErrorKind>> {
    let seen = log();
    let (host, heard) = (pair.net.host(pair.left), std::rc::Rc::clone(&seen));
    let client = host.clone();
    host.spawn(async move {
        let socket = client.bind_udp(addr("0.0.0.0", 0)).await.expect("a free port");
        socket.connect(addr(RIGHT, 7)).await.expect("connect sends nothing");
        socket.send_to(Bytes::from_static(b"hello"), addr(RIGHT, 7)).await.expect("a short datagram");
        let received = socket.recv_from_until(&mut client.timer(), Some(ms(50))).await;
        match received {
            Ok(Some((payload, _))) => heard.borrow_mut().push(Ok(payload.into_bytes())),
            Ok(None) => {}
            Err(error) => heard.borrow_mut().push(Err(error.kind())),
        }
    });
    pair.net.run_until(ms(100));
    seen.take()
}

#[test]
fn a_firewall_permits_denies_in_silence_or_rejects() {
    for (action, expected) in [
        (RuleAction::Permit, vec![Ok(Bytes::from_static(b"hello"))]),
        (RuleAction::Deny, vec![]),
        (RuleAction::Reject, vec![Err(ErrorKind::ConnectionRefused)]),
        (RuleAction::PORT_UNREACHABLE, vec![Err(ErrorKind::ConnectionRefused)]),
        (RuleAction::ADMIN_PROHIBITED, vec![Err(ErrorKind::HostUnreachable)]),
    ] {
        let pair = pair(1, quiet(), vec![rule(action)]);
        spawn_echo(&pair);
        assert_eq!(answer_to_connected(&pair), expected, "{action:?}");
    }
}

#[test]
fn a_closed_port_is_unreachable_and_a_dark_host_is_silent() {
    let closed = pair(1, quiet(), Vec::new());
    assert_eq!(answer_to_connected(&closed), [Err(ErrorKind::ConnectionRefused)]);
    let dark = pair(1, quiet(), Vec::new());
    spawn_echo(&dark);
    dark.net.power_off(dark.right);
    assert_eq!(answer_to_connected(&dark), []);
}

#[test]
fn power_comes_back_to_an_empty_host() {
    let pair = pair(1, quiet(), Vec::new());
    spawn_echo(&pair);
    pair.net.run_until(ms(1));
    pair.net.power_off(pair.right);
    pair.net.power_on(pair.right);
    // The port is free again: the old task is gone with its socket.
    spawn_echo(&pair);
    assert_eq!(answer_to_connected(&pair), [Ok(Bytes::from_static(b"hello"))]);
}

/// The first long datagram with DF is lost and tells the MTU; the next one is refused (ip(7), `IP_PMTUDISC_DO`).
#[test]
fn a_socket_with_df_learns_the_mtu_of_the_path() {
    for (pmtud, is_refused) in [(Pmtud::Icmp, true), (Pmtud::BlackHole, false)] {
        let pair = pair(1, Impairments { mtu: 1_400, pmtud, ..quiet() }, Vec::new());
        let seen = log();
        let (host, results) = (pair.net.host(pair.left), std::rc::Rc::clone(&seen));
        let client = host.clone();
        host.spawn(async move {
            let socket = client.bind_udp(addr(LEFT, 9)).await.expect("port 9 is free");
            socket.set_dont_fragment();
            for length in [1_373, 1_373, 1_372, 1_373] {
                let sent = socket.send_to(Bytes::from(vec![0; length]), addr(RIGHT, 7)).await;
                results.borrow_mut().push(sent.map_err(|error| error.raw_os_error()));
                client.sleep(Duration::from_millis(10)).await;
                if length == 1_372 {
                    client.forget_paths();
                }
            }
        });
        pair.net.run_until(ms(100));
        let second = if is_refused { Err(Some(90)) } else { Ok(()) };
        assert_eq!(seen.take(), [Ok(()), second, Ok(()), Ok(())], "{pmtud:?}");
    }
}

/// A host that boots has forgotten what it learned.
#[test]
fn a_host_that_was_off_learns_the_mtu_of_the_path_anew() {
    let pair = pair(1, Impairments { mtu: 1_400, ..quiet() }, Vec::new());
    let seen = log();
    let send = || {
        let (host, results) = (pair.net.host(pair.left), std::rc::Rc::clone(&seen));
        let client = host.clone();
        host.spawn(async move {
            let socket = client.bind_udp(addr(LEFT, 9)).await.expect("port 9 is free");
            socket.set_dont_fragment();
            for _ in 0..2 {
                let sent = socket.send_to(Bytes::from(vec![0; 1_373]), addr(RIGHT, 7)).await;
                results.borrow_mut().push(sent.is_ok());
                client.sleep(Duration::from_millis(10)).await;
            }
        });
    };
    send();
    pair.net.run_until(ms(100));
    pair.net.power_off(pair.left);
    pair.net.power_on(pair.left);
    send();
    pair.net.run_until(ms(200));
    assert_eq!(seen.take(), [true, false, true, false]);
}

#[test]
fn binding_checks_address_and_port_and_sending_checks_the_mtu() {
    let pair = pair(1, quiet(), Vec::new());
    let seen = log();
    let (host, results) = (pair.net.host(pair.left), std::rc::Rc::clone(&seen));
    let client = host.clone();
    host.spawn(async move {
        let kind = |result: std::io::Result<simnet::SimUdp>| result.map(|_| ()).map_err(|error| error.kind());
        let foreign = kind(client.bind_udp(addr(RIGHT, 9)).await);
        let held = client.bind_udp(addr(LEFT, 9)).await.expect("port 9 is free");
        let taken = kind(client.bind_udp(addr("0.0.0.0", 9)).await);
        let longest = held.send_to(Bytes::from(vec![0; 65_508]), addr(RIGHT, 7)).await;
        assert_eq!(longest.expect_err("longer than an IP packet").raw_os_error(), Some(90));
        held.send_to(Bytes::from(vec![0; 65_507]), addr(RIGHT, 7)).await.expect("it goes in fragments");
        held.set_dont_fragment();
        let long = held.send_to(Bytes::from(vec![0; 1_473]), addr(RIGHT, 7)).await;
        assert_eq!(long.expect_err("longer than the MTU").raw_os_error(), Some(90));
        held.send_to(Bytes::from(vec![0; 1_472]), addr(RIGHT, 7)).await.expect("just fits");
        drop(held);
        let free = kind(client.bind_udp(addr("0.0.0.0", 9)).await);
        results.borrow_mut().extend([foreign, taken, free]);
    });
    pair.net.run_until(ms(1));
    assert_eq!(seen.take(), [Err(ErrorKind::AddrNotAvailable), Err(ErrorKind::AddrInUse), Ok(())]);
}

#[test]
fn a_late_reader_loses_what_its_buffer_cannot_hold() {
    let pair = pair(1, quiet(), Vec::new());
    let host = pair.net.host(pair.right);
    let reader = host.clone();
    let seen = log();
    let got = std::rc::Rc::clone(&seen);
    host.spawn(async move {
        let socket = reader.bind_udp(addr("0.0.0.0", 7)).await.expect("port 7 is free");
        reader.sleep(ms(100)).await;
        while let Ok(Some((payload, _))) = socket.recv_from_until(&mut reader.timer(), Some(ms(200))).await {
            got.borrow_mut().push(payload.len());
        }
    });
    let host = pair.net.host(pair.left);
    let sender = host.clone();
    host.spawn(async move {
        let socket = sender.bind_udp(addr("0.0.0.0", 0)).await.expect("a free port");
        for _ in 0..300 {
            socket.send_to(Bytes::from(vec![0; 1_000]), addr(RIGHT, 7)).await.expect("a short datagram");
        }
    });
    pair.net.run_until(ms(300));
    assert_eq!(seen.borrow().len(), 212);
    assert_eq!(pair.net.stats().overrun, 88);
}
