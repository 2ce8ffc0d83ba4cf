//! Two hosts with a link and a firewall between them.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use host::{Host, Udp};
use simnet::{Builder, FirewallId, HostId, Impairments, LinkId, Rule, RuleAction, Simnet};

pub(crate) const LEFT: &str = "10.0.0.1";
pub(crate) const RIGHT: &str = "10.0.0.2";

pub(crate) struct Pair {
    pub net: Simnet,
    pub left: HostId,
    pub right: HostId,
    pub link: LinkId,
    pub firewall: FirewallId,
}

/// A pair that speaks UDP only.
pub(crate) fn pair(seed: u64, impairments: Impairments, rules: Vec<Rule>) -> Pair {
    build(seed, impairments, rules, false)
}

/// A pair that speaks TCP too.
pub(crate) fn pair_with_tcp(seed: u64, impairments: Impairments, rules: Vec<Rule>) -> Pair {
    build(seed, impairments, rules, true)
}

fn build(seed: u64, impairments: Impairments, rules: Vec<Rule>, tcp: bool) -> Pair {
    let mut builder = Builder::new(seed);
    let left = builder.host("left", &[LEFT.parse().expect("an address")], tcp);
    let right = builder.host("right", &[RIGHT.parse().expect("an address")], tcp);
    let link = builder.link("lan", &[left], &[right], impairments.clone(), impairments);
    let firewall = builder.firewall("fw", &[left], &[right], rules, RuleAction::Permit);
    Pair { net: builder.build(), left, right, link, firewall }
}

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) fn addr(host: &str, port: u16) -> SocketAddr {
    SocketAddr::new(host.parse().expect("an address"), port)
}

/// A place for a task to leave what it saw.
pub(crate) fn log<T>() -> Rc<RefCell<Vec<T>>> {
    Rc::default()
}

/// Echoes every datagram on port 7 (RFC 862).
pub(crate) fn spawn_echo(pair: &Pair) {
    let host = pair.net.host(pair.right);
    let echo = host.clone();
    host.spawn(async move {
        let socket = echo.bind_udp(addr("0.0.0.0", 7)).await.expect("port 7 is free");
        loop {
            let (payload, from) = socket.recv_from().await.expect("an unconnected socket has no errors");
            socket.send_to(payload, from).await.expect("an echo is no longer than what it echoes");
        }
    });
}

/// Sends `count` numbered datagrams to the echo, `gap` apart; collects when each answer came, and its number.
pub(crate) fn spawn_pinger(pair: &Pair, count: u8, gap: Duration) -> Rc<RefCell<Vec<(Duration, u8)>>> {
    let seen = log();
    let (host, answers) = (pair.net.host(pair.left), Rc::clone(&seen));
    let pinger = host.clone();
    host.spawn(async move {
        let socket = Rc::new(pinger.bind_udp(addr("0.0.0.0", 0)).await.expect("a free port"));
        let (receiver, clock) = (Rc::clone(&socket), pinger.clone());
        pinger.spawn(async move {
            while let Ok((payload, _)) = receiver.recv_from().await {
                answers.borrow_mut().push((clock.now(), payload.first_chunk::<1>().expect("a byte")[0]));
            }
        });
        for number in 0..count {
            socket.send_to(Bytes::from(vec![number; 100]), addr(RIGHT, 7)).await.expect("a short datagram");
            pinger.sleep(gap).await;
        }
    });
    seen
}
