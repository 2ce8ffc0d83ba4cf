//! Exchanges that devices lend: a sender and receivers of a few lines, with and without them.

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use host::flow::{Acceptance, Due, Ended, Exchange, Lease, Lender, Progress, RateLimit, Receiver, Script};
use host::{Host, Timer, Udp};
use proptest::prelude::*;
use simnet::{Builder, HostId, Impairments, LinkId, RuleAction, SimHost, Simnet, Stats};

use crate::common::{addr, ms};

const SENDER: &str = "10.0.0.1";
const PORT: u16 = 5246;
const ROUNDS: u64 = 200;

/// The datagrams of all exchanges: their number, and then what is the same in all.
struct Numbers {
    first: u64,
}

impl Script for Numbers {
    fn datagram(&self, round: u64) -> Datagram {
        numbered(self.first + round, 1_400)
    }

    fn subject(&self) -> &dyn Any {
        self
    }
}

fn numbered(number: u64, length: usize) -> Datagram {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.resize(length, 7);
    Bytes::from(bytes).into()
}

fn number(datagram: Datagram) -> u64 {
    datagram.into_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// What a receiver has: the next number, and the time of the last datagram.
#[derive(Default)]
struct Taken {
    next: u64,
    last: Duration,
    lease: Option<Lease>,
}

impl Taken {
    fn end(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        lease.recall();
        let (count, last) = lease.received();
        if count > 0 {
            (self.next, self.last) = (self.next + count, last);
        }
    }
}

struct Taking(Rc<RefCell<Taken>>);

impl Receiver for Taking {
    fn accept(&self, _: SocketAddr, exchange: &Exchange, lease: &Lease) -> Option<Acceptance> {
        let mut taken = self.0.borrow_mut();
        taken.end();
        let first = taken.next;
        if number(exchange.script.datagram(0)) != first {
            return None;
        }
        taken.lease = Some(lease.clone());
        Some(Acceptance {
            rounds: 60,
            answer: Rc::new(move |round| numbered(first + round, 24)),
            overhead: 0,
        })
    }
}

/// Answers the datagrams that are next; all others are pokes, of which `log` has the state that they meet.
async fn receive(host: SimHost, log: Log) {
    let socket = host.bind_udp(addr("0.0.0.0", PORT)).await.expect("a free port");
    let taken = Rc::new(RefCell::new(Taken::default()));
    socket.set_receiver(Rc::new(Taking(Rc::clone(&taken))));
    loop {
        let (datagram, from) = socket.recv_from().await.expect("it is not connected");
        let (is_poke, number) = (datagram.len() == 8, number(datagram));
        {
            let mut taken = taken.borrow_mut();
            taken.end();
            if is_poke {
                log.borrow_mut().push(format!(
                    "{:?} {} {} {:?}",
                    host.now(),
                    host.name(),
                    taken.next,
                    taken.last
                ));
                continue;
            }
            if number == taken.next {
                (taken.next, taken.last) = (number + 1, host.now());
            }
        }
        let _ = socket.send_to(numbered(number, 24), from).await;
    }
}

type Log = Rc<RefCell<Vec<String>>>;

/// One receiver, as its sender sees it.
struct Peer {
    address: SocketAddr,
    sent: u64,
    answered: u64,
    last: Duration,
    /// The time of the next datagram, or of the next repetition.
    next: Option<Due>,
    again: Option<Duration>,
    lease: Option<Lease>,
}

impl Peer {
    fn end(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        lease.recall();
        let ((sent, last_sent), (answered, last)) = (lease.sent(), lease.answered());
        (self.sent, self.answered) = (self.sent + sent, self.answered + answered);
        if answered > 0 {
            self.last = last;
        }
        self.again = (sent > answered).then_some(last_sent + ms(3_000));
        self.next = lease.next();
    }
}

/// Sends to all receivers, each datagram after the answer to the one before it and a wait, under a limit.
struct Sender {
    peers: Vec<Peer>,
    limit: RateLimit,
    wait: Duration,
    lender: Option<Rc<dyn Lender>>,
    ended: Ended,
    /// The next datagrams, in the order in which they were planned.
    planned: Vec<usize>,
    host: SimHost,
    log: Log,
}

impl Sender {
    fn continue_ended(&mut self) {
        while let Some(index) = self.ended.pop() {
            self.peers[index].end();
            self.plan(index);
        }
        if self.limit.take_notice() {
            self.log.borrow_mut().push(format!("{:?} sender notices", self.host.now()));
        }
    }

    fn plan(&mut self, index: usize) {
        self.planned.retain(|planned| *planned != index);
        if self.peers[index].next.is_some() {
            self.planned.push(index);
        }
    }

    fn deadline(&mut self) -> Option<Duration> {
        self.continue_ended();
        let next = |peer: &Peer| {
            let next = peer.next.map(|(Due::Wait(at) | Due::Turn(at))| at);
            [next, peer.again].into_iter().flatten().min()
        };
        self.peers.iter().filter_map(next).min()
    }

    fn take(&mut self, now: Duration, datagram: Datagram, from: SocketAddr) {
        let index = self.peers.iter().position(|peer| peer.address == from);
        let Some(index) = index else { return };
        self.peers[index].end();
        self.continue_ended();
        let peer = &mut self.peers[index];
        if number(datagram) != peer.answered || peer.sent == peer.answered {
            return;
        }
        (peer.answered, peer.last, peer.again) = (peer.answered + 1, now, None);
        if peer.answered == ROUNDS {
            return;
        }
        let due = now + self.wait;
        peer.next = Some(match self.limit.is_busy(due) {
            true => Due::Turn(self.limit.take_turn(due)),
            false => Due::Wait(due),
        });
        if !self.lend(index) {
            self.plan(index);
        }
    }

    fn lend(&mut self, index: usize) -> bool {
        let peer = &mut self.peers[index];
        let (Some(lender), Some(first)) = (&self.lender, peer.next) else { return false };
        let exchange = Exchange {
            peer: peer.address,
            rounds: ROUNDS - peer.answered - 1,
            first,
            wait: self.wait,
            limit: Some(self.limit.clone()),
            script: Rc::new(Numbers { first: peer.sent }),
            overhead: 0,
            tag: index,
            ended: self.ended.clone(),
        };
        let may_lend = exchange.rounds > 0 && !self.limit.is_to_notice();
        peer.lease = if may_lend { lender.lend(exchange) } else { None };
        if peer.lease.is_some() {
            peer.next = None;
        }
        peer.lease.is_some()
    }

    /// Returns the datagrams that are due.
    fn due(&mut self, now: Duration) -> Vec<(SocketAddr, u64)> {
        self.continue_ended();
        let mut due = Vec::new();
        let mut planned: Vec<usize> = self.planned.clone();
        planned.sort_by_key(|&index| self.peers[index].next.map(|(Due::Wait(at) | Due::Turn(at))| at));
        for index in planned {
            let peer = &mut self.peers[index];
            let turn = match peer.next {
                Some(Due::Wait(at)) if at <= now => self.limit.take_turn(at),
                Some(Due::Turn(at)) if at <= now => at,
                _ => continue,
            };
            if turn > now {
                peer.next = Some(Due::Turn(turn));
                self.plan(index);
                continue;
            }
            due.push((peer.address, peer.sent));
            (peer.sent, peer.next, peer.again) = (peer.sent + 1, None, Some(now + ms(3_000)));
            self.plan(index);
        }
        for peer in self.peers.iter_mut().filter(|peer| peer.again.is_some_and(|at| at <= now)) {
            due.push((peer.address, peer.sent - 1));
            peer.again = Some(now + ms(3_000));
        }
        due
    }
}

async fn send(host: SimHost, peers: Vec<SocketAddr>, lab: Lab, log: Log) {
    let socket = host.bind_udp(addr("0.0.0.0", PORT)).await.expect("a free port");
    let mut timer = host.timer();
    let start = host.now() + ms(1);
    let peer = |address| Peer {
        address,
        sent: 0,
        answered: 0,
        last: start,
        next: Some(Due::Wait(start)),
        again: None,
        lease: None,
    };
    let mut sender = Sender {
        planned: (0..peers.len()).collect(),
        peers: peers.into_iter().map(peer).collect(),
        limit: RateLimit::new(lab.rate, lab.noticed),
        wait: lab.wait,
        lender: socket.lender(),
        ended: Ended::default(),
        host: host.clone(),
        log: Rc::clone(&log),
    };
    loop {
        let received = poll_fn(|cx| match socket.poll_recv_from(cx) {
            Poll::Ready(received) => Poll::Ready(received.ok()),
            // A lease that has ended changes the deadline, and wakes the task.
            Poll::Pending => timer.poll_until(sender.deadline(), cx).map(|()| None),
        })
        .await;
        if let Some((datagram, from)) = received {
            if datagram.len() == 8 {
                let state = |peer: &mut Peer| {
                    peer.end();
                    format!("{} {} {:?}", peer.sent, peer.answered, peer.last)
                };
                let states: Vec<String> = sender.peers.iter_mut().map(state).collect();
                log.borrow_mut().push(format!("{:?} sender {}", host.now(), states.join(", ")));
            } else {
                sender.take(host.now(), datagram, from);
            }
            // All that has come is taken before anything is sent.
            while let Some(Some((datagram, from))) = poll_now(&socket).await {
                sender.take(host.now(), datagram, from);
            }
        }
        for (to, number) in sender.due(host.now()) {
            let _ = socket.send_to(numbered(number, 1_400), to).await;
        }
    }
}

/// Returns a datagram that has come already.
async fn poll_now(socket: &impl Udp) -> Option<Option<(Datagram, SocketAddr)>> {
    poll_fn(|cx| match socket.poll_recv_from(cx) {
        Poll::Ready(received) => Poll::Ready(Some(received.ok())),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[derive(Clone, Debug)]
struct Lab {
    receivers: u8,
    rate: u64,
    /// The sum of waits for turns that the sender notes.
    noticed: Duration,
    wait: Duration,
    impairments: Impairments,
    /// Pokes: the time, and who is poked; 0 is the sender.
    pokes: Vec<(Duration, u8)>,
    /// The times at which the link goes down, for a second.
    cuts: Vec<Duration>,
    /// The times at which a receiver loses its power for good.
    losses: Vec<(Duration, u8)>,
}

/// Returns the states that the pokes met, the counters at the end, and the number of packets that were steps.
fn run(lab: &Lab, express: bool) -> (Vec<String>, Stats, u64) {
    let mut builder = Builder::new(1);
    let ip = |last: u8| [10, 0, 0, last].into();
    let sender = builder.host("sender", &[ip(1)], false);
    let receivers: Vec<HostId> =
        (0..lab.receivers).map(|it| builder.host(&format!("receiver-{it}"), &[ip(10 + it)], false)).collect();
    let poker = builder.host("poker", &[ip(2)], false);
    let link: LinkId =
        builder.link("lan", &[sender], &receivers, lab.impairments.clone(), lab.impairments.clone());
    builder.firewall("dc", &[sender], &receivers, Vec::new(), RuleAction::Permit);
    let net: Simnet = builder.build();
    net.set_express(express);
    let log = Log::default();
    let peers = (0..lab.receivers).map(|it| addr(&format!("10.0.0.{}", 10 + it), PORT)).collect();
    net.host(sender).spawn(send(net.host(sender), peers, lab.clone(), Rc::clone(&log)));
    for &receiver in &receivers {
        net.host(receiver).spawn(receive(net.host(receiver), Rc::clone(&log)));
    }
    let mut pokes = lab.pokes.clone();
    pokes.extend((0..=lab.receivers).map(|who| (Duration::from_secs(59), who)));
    pokes.sort();
    let host = net.host(poker);
    net.host(poker).spawn(async move {
        let socket = host.bind_udp(addr("0.0.0.0", 0)).await.expect("a free port");
        for (at, who) in pokes {
            host.sleep_until(at).await;
            let last = if who == 0 { SENDER.to_owned() } else { format!("10.0.0.{}", 9 + who) };
            let _ = socket.send_to(Bytes::from_static(&[0; 8]), addr(&last, PORT)).await;
        }
    });
    for &at in &lab.cuts {
        for (at, up) in [(at, false), (at + ms(1_000), true)] {
            net.at(at, move |net| {
                net.network().change_link(link, |there, back| (there.up, back.up) = (up, up))
            });
        }
    }
    for &(at, who) in &lab.losses {
        let host = receivers[usize::from(who)];
        net.at(at, move |net| net.power_off(host));
    }
    net.run_until(Duration::from_secs(60));
    let stats = net.stats();
    (log.take(), Stats { polls: 0, express: 0, ..stats }, stats.express)
}

fn lab() -> impl Strategy<Value = Lab> {
    let us = |range: std::ops::Range<u64>| range.prop_map(Duration::from_micros);
    let times = || prop::collection::vec(us(0..3_000_000), 0..4);
    let link = (
        prop_oneof![Just(Duration::from_micros(250)), us(1..40_000)],
        prop::option::of(1_000_000..100_000_000_u64),
        prop::option::of(1_500..20_000_u64),
        prop_oneof![3 => Just(Duration::ZERO), 1 => us(1..3_000)],
    );
    let others = (
        prop::collection::vec((us(0..3_000_000), 0..5_u8), 0..12),
        times(),
        prop::collection::vec((us(0..3_000_000), 0..4_u8), 0..2),
    );
    let rates = prop_oneof![Just(1_000_000_u64), 100..3_000_u64];
    (1..5_u8, (rates, us(1..200_000)), us(1..3_000), link, others).prop_map(
        |(receivers, rate, wait, link, others)| {
            let (rate, noticed) = rate;
            let (latency, bandwidth, queue, jitter) = link;
            let (mut pokes, cuts, mut losses) = others;
            pokes.retain(|(_, who)| *who <= receivers);
            losses.retain(|(_, who)| *who < receivers);
            let impairments = Impairments { latency, bandwidth, queue, jitter, ..Impairments::default() };
            Lab { receivers, rate, noticed, wait, impairments, pokes, cuts, losses }
        },
    )
}

#[test]
fn most_packets_of_a_quiet_exchange_are_steps() {
    let lab = Lab {
        receivers: 3,
        rate: 1_000,
        noticed: ms(1 << 40),
        wait: ms(1),
        impairments: Impairments::default(),
        pokes: Vec::new(),
        cuts: Vec::new(),
        losses: Vec::new(),
    };
    let (states, stats, steps) = run(&lab, true);
    assert_eq!(steps, 3 * 2 * (ROUNDS - 5), "a round before each sixty, and the last one, are packets");
    assert_eq!((states, stats, 0), run(&lab, false));
}

#[test]
fn a_lease_says_how_far_it_has_come() {
    let progress = Rc::new(Progress::default());
    let lease = Lease::new(Rc::clone(&progress), || {});
    progress.sent.set((2, 1_500));
    assert_eq!((lease.sent(), lease.is_over()), ((2, Duration::from_nanos(1_500)), false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn nothing_tells_a_run_with_exchanges_from_one_without(lab in lab()) {
        let ((states, stats, _), (expected, counted, steps)) = (run(&lab, true), run(&lab, false));
        prop_assert_eq!(steps, 0);
        prop_assert_eq!(states, expected);
        prop_assert_eq!(stats, counted);
    }
}
