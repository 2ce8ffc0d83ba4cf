//! What links do to packets beside losing them: duplication, reordering, corruption.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{LEFT, RIGHT, addr, log, ms};
use bytes::Bytes;
use host::{Host, Udp};
use simnet::{Builder, Capture, Impairments, Stats};

/// What a receiver took, when and in which order, and what else was seen.
struct Seen {
    arrived: Vec<(Duration, Bytes)>,
    stats: Stats,
    capture: Vec<u8>,
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends `count` datagrams, 100 µs apart, each 4 bytes of its number and 96 of padding.
fn stream(seed: u64, impairments: Impairments, count: u32) -> Seen {
    let mut builder = Builder::new(seed);
    let left = builder.host("left", &[LEFT.parse().expect("an address")], false);
    let right = builder.host("right", &[RIGHT.parse().expect("an address")], false);
    builder.link("lan", &[left], &[right], impairments.clone(), impairments);
    let sink = Sink::default();
    builder.capture(Capture::new(sink.clone(), 0));
    let net = builder.build();
    let arrived = log();
    let (receiver, into) = (net.host(right), Rc::clone(&arrived));
    net.host(right).spawn(async move {
        let socket = receiver.bind_udp(addr("0.0.0.0", 7)).await.expect("port 7 is free");
        while let Ok((payload, _)) = socket.recv_from().await {
            into.borrow_mut().push((receiver.now(), payload.into_bytes()));
        }
    });
    let sender = net.host(left);
    net.host(left).spawn(async move {
        let socket = sender.bind_udp(addr("0.0.0.0", 0)).await.expect("a free port");
        for number in 0..count {
            let mut payload = number.to_be_bytes().to_vec();
            payload.resize(100, 0xA5);
            socket.send_to(payload, addr(RIGHT, 7)).await.expect("a short datagram");
            sender.sleep(Duration::from_micros(100)).await;
        }
    });
    net.run_until(ms(u64::from(count) / 10 + 1_000));
    net.finish_capture().expect("memory takes all");
    let capture = std::mem::take(&mut *sink.0.lock().expect("nobody panicked"));
    Seen { arrived: arrived.take(), stats: net.stats(), capture }
}

fn numbers(seen: &Seen) -> Vec<u32> {
    seen.arrived
        .iter()
        .map(|(_, payload)| u32::from_be_bytes(*payload.first_chunk().expect("four bytes and more")))
        .collect()
}

/// The IP packets of a capture that the left host sent.
fn packets(capture: &[u8]) -> Vec<&[u8]> {
    let word = |at: usize| u32::from_le_bytes(*capture[at..].first_chunk().expect("whole blocks")) as usize;
    let (mut at, mut packets) = (0, Vec::new());
    while at < capture.len() {
        if word(at) == 6 && word(at + 8) == 0 {
            packets.push(&capture[at + 28..at + 28 + word(at + 20)]);
        }
        at += word(at + 4);
    }
    packets
}

/// Whether the sums of an IPv4 packet with UDP fit (RFC 791, RFC 768), as another implementation than ours finds it.
fn sums_fit(packet: &[u8]) -> bool {
    let sum = |bytes: &mut dyn Iterator<Item = u8>| {
        let bytes: Vec<u8> = bytes.collect();
        bytes.chunks(2).fold(0_u16, |sum, pair| {
            let word = u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]);
            let (sum, carried) = sum.overflowing_add(word);
            sum + u16::from(carried)
        })
    };
    let udp = &packet[20..];
    let length = (udp.len() as u16).to_be_bytes();
    let pseudo = packet[12..20].iter().copied().chain([0, 17]).chain(length);
    sum(&mut packet[..20].iter().copied()) == 0xFFFF
        && sum(&mut pseudo.chain(udp.iter().copied())) == 0xFFFF
        && udp[4..6] == length
}

#[test]
fn a_copy_arrives_after_its_packet() {
    let seen = stream(1, Impairments { duplication: 0.1, ..Impairments::default() }, 2_000);
    let mut times: BTreeMap<u32, Vec<Duration>> = BTreeMap::new();
    for ((at, _), number) in seen.arrived.iter().zip(numbers(&seen)) {
        times.entry(number).or_default().push(*at);
    }
    assert_eq!(times.len(), 2_000, "nothing is lost");
    let copies: Vec<_> = times.values().filter(|times| times.len() == 2).collect();
    assert!((150..250).contains(&copies.len()), "{} copies", copies.len());
    assert!(copies.iter().all(|times| times[1] - times[0] <= ms(1)));
    assert_eq!(seen.stats.duplicated, copies.len() as u64);
    assert_eq!(packets(&seen.capture).len(), 2_000 + copies.len());
}

#[test]
fn later_datagrams_overtake_one_that_is_held_back() {
    let seen = stream(1, Impairments { reordering: 0.05, ..Impairments::default() }, 2_000);
    let numbers = numbers(&seen);
    let late = numbers.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert!((50..150).contains(&late), "{late} come after a later one");
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..2_000).collect::<Vec<_>>(), "all arrive, once");
    assert!(seen.stats.reordered >= late as u64);
    // Those that are not held back keep their order and their time.
    let on_time = seen.arrived.windows(2).filter(|pair| pair[1].0 - pair[0].0 == Duration::from_micros(100));
    assert!(on_time.count() > 1_500);
}

#[test]
fn a_damaged_frame_is_dropped_and_the_capture_says_so() {
    let seen = stream(1, Impairments { corruption: 0.1, ..Impairments::default() }, 5_000);
    let damaged = seen.stats.damaged as usize;
    assert!((400..600).contains(&damaged), "{damaged} damaged");
    assert_eq!((seen.stats.dropped, seen.stats.altered), (damaged as u64, 0));
    assert_eq!(seen.arrived.len(), 5_000 - damaged);
    // Nobody sees the damaged bytes: an interface hands them to no one.
    let right = |payload: &Bytes| payload[4..].iter().all(|&byte| byte == 0xA5);
    assert!(seen.arrived.iter().all(|(_, payload)| right(payload)));
    assert!(packets(&seen.capture).iter().all(|packet| sums_fit(packet)));
    let comment = b"damaged on the link, dropped for a wrong FCS";
    let comments = seen.capture.windows(comment.len()).filter(|window| window == comment);
    assert_eq!((packets(&seen.capture).len(), comments.count()), (5_000, damaged));
}

#[test]
fn what_is_altered_on_the_way_arrives_with_sums_that_fit() {
    let seen = stream(1, Impairments { silent_corruption: 0.1, ..Impairments::default() }, 5_000);
    let altered = seen.stats.altered as usize;
    assert!((400..600).contains(&altered), "{altered} altered");
    assert_eq!((seen.stats.dropped, seen.stats.damaged, seen.arrived.len()), (0, 0, 5_000));
    let packets = packets(&seen.capture);
    assert!(packets.iter().all(|packet| sums_fit(packet)));
    assert!(packets.iter().all(|packet| packet[12..16] == LEFT.parse::<Ipv4Addr>().unwrap().octets()));
    let payloads: Vec<&[u8]> = packets.iter().map(|packet| &packet[28..]).collect();
    assert_eq!(payloads, seen.arrived.iter().map(|(_, payload)| &payload[..]).collect::<Vec<_>>());
    let mut number = 0_u32;
    let wrong = payloads.iter().filter(|payload| {
        let right = [number.to_be_bytes().as_slice(), &[0xA5; 96]].concat();
        number += 1;
        **payload != right
    });
    assert_eq!(wrong.count(), altered);
}

#[test]
fn mishaps_come_from_the_seed() {
    let all = Impairments {
        duplication: 0.1,
        reordering: 0.1,
        corruption: 0.1,
        silent_corruption: 0.1,
        ..Impairments::default()
    };
    let run = |seed| stream(seed, all.clone(), 500);
    assert_eq!(run(1).arrived, run(1).arrived);
    assert_eq!(run(1).capture, run(1).capture);
    assert_ne!(run(1).arrived, run(2).arrived);
}
