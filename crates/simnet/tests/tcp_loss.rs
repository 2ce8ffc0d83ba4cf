//! TCP over links that lose, copy and corrupt: the right bytes, in sane time.

use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;

use crate::common::{Pair, RIGHT, addr, log, ms, pair_with_tcp};
use host::{Host, TcpListener};
use simnet::{Impairments, Pmtud};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const MEGABYTE: usize = 1_000_000;

/// Bytes that differ wherever a piece is left out, repeated or swapped.
fn numbered(length: usize) -> Vec<u8> {
    (0..length.div_ceil(4) as u32).flat_map(u32::to_be_bytes).take(length).collect()
}

/// Answers each request, 4 bytes of a length, with that many numbered bytes; ends when the client does.
fn spawn_server(pair: &Pair) {
    let host = pair.net.host(pair.right);
    let server = host.clone();
    host.spawn(async move {
        let listener = server.listen_tcp(addr("0.0.0.0", 22)).await.expect("port 22 is free");
        while let Ok((mut stream, _)) = listener.accept().await {
            server.spawn(async move {
                while let Ok(length) = stream.read_u32().await {
                    if stream.write_all(&numbered(length as usize)).await.is_err() {
                        return;
                    }
                }
                stream.shutdown().await.ok();
            });
        }
    });
}

type Outcome = (Duration, Result<(), ErrorKind>);

/// What becomes of `requests` one after the other on one connection, and when.
fn converse(pair: &Pair, requests: &'static [usize], until: Duration) -> Vec<Outcome> {
    let seen = log();
    let (host, outcome) = (pair.net.host(pair.left), Rc::clone(&seen));
    let client = host.clone();
    host.spawn(async move {
        let talk = async {
            let mut stream = client.connect_tcp(addr(RIGHT, 22)).await?;
            for &length in requests {
                stream.write_u32(length as u32).await?;
                let mut bytes = vec![0; length];
                stream.read_exact(&mut bytes).await?;
                assert!(bytes == numbered(length), "wrong bytes");
            }
            stream.shutdown().await?;
            let rest = stream.read_to_end(&mut Vec::new()).await?;
            assert_eq!(rest, 0);
            Ok::<_, std::io::Error>(())
        };
        let result = talk.await.map_err(|error| error.kind());
        outcome.borrow_mut().push((client.now(), result));
    });
    pair.net.run_until(until);
    seen.take()
}

/// A LAN with 10 ms there and back.
fn lan() -> Impairments {
    Impairments { latency: ms(5), ..Impairments::default() }
}

/// Has one connection talk on a link with `impairments`, and gives when it was done.
fn talk(seed: u64, impairments: Impairments, requests: &'static [usize]) -> Duration {
    let pair = pair_with_tcp(seed, impairments, Vec::new());
    spawn_server(&pair);
    match converse(&pair, requests, Duration::from_secs(3_600))[..] {
        [(at, Ok(()))] => at,
        ref other => panic!("seed {seed}: {other:?}"),
    }
}

#[test]
fn a_megabyte_crosses_lossy_links() {
    for (loss, limit) in [(0.01, 5), (0.05, 30)] {
        for seed in 0..5 {
            let took = talk(seed, Impairments { loss, ..lan() }, &[MEGABYTE]);
            assert!(took < Duration::from_secs(limit), "{took:?} at {loss}, seed {seed}");
        }
    }
}

#[test]
fn questions_and_answers_cross_lossy_links() {
    for seed in 0..50 {
        let took = talk(seed, Impairments { loss: 0.05, ..lan() }, &[1_000; 20]);
        assert!(took < Duration::from_secs(10), "{took:?}, seed {seed}");
    }
}

#[test]
fn copies_corruption_and_reordering_of_others_do_no_harm() {
    let impairments = Impairments { duplication: 0.1, reordering: 0.1, corruption: 0.01, ..lan() };
    for seed in 0..5 {
        let took = talk(seed, impairments.clone(), &[MEGABYTE]);
        assert!(took < Duration::from_secs(5), "{took:?}, seed {seed}");
    }
}

/// A sender that hears of a narrow link goes on in shorter segments, also where some of them are lost; on a black hole it gives up.
#[test]
fn segments_become_as_short_as_the_path_wants() {
    for mtu in [576, 1_000, 1_400, 1_499] {
        for pmtud in [Pmtud::Icmp, Pmtud::Local] {
            let took = talk(1, Impairments { mtu, pmtud, ..lan() }, &[MEGABYTE, 100, MEGABYTE]);
            assert!(took < Duration::from_secs(5), "{took:?} at {mtu}");
        }
        for seed in 0..3 {
            let took = talk(seed, Impairments { mtu, loss: 0.01, ..lan() }, &[MEGABYTE]);
            assert!(took < Duration::from_secs(10), "{took:?} at {mtu}, seed {seed}");
        }
    }
    let black_hole = Impairments { mtu: 1_400, pmtud: Pmtud::BlackHole, ..lan() };
    let pair = pair_with_tcp(1, black_hole, Vec::new());
    spawn_server(&pair);
    let outcomes = converse(&pair, &[1_000, MEGABYTE], Duration::from_secs(600));
    assert_eq!(outcomes, [], "short answers pass, and a long one never ends");
}

#[test]
fn a_connection_outlives_twenty_seconds_without_a_link() {
    let pair = pair_with_tcp(1, lan(), Vec::new());
    spawn_server(&pair);
    set_link(&pair, ms(100), false);
    set_link(&pair, ms(20_100), true);
    let outcomes = converse(&pair, &[MEGABYTE], Duration::from_secs(3_600));
    let [(at, Ok(()))] = outcomes[..] else { panic!("{outcomes:?}") };
    assert!((ms(20_100)..ms(40_000)).contains(&at), "done at {at:?}");
}

#[test]
fn a_writer_into_a_black_hole_gives_up() {
    let pair = pair_with_tcp(1, lan(), Vec::new());
    spawn_server(&pair);
    set_link(&pair, ms(1_000), false);
    let seen = log();
    let (host, outcome) = (pair.net.host(pair.left), Rc::clone(&seen));
    let client = host.clone();
    host.spawn(async move {
        let mut stream = client.connect_tcp(addr(RIGHT, 22)).await.expect("the link is up");
        client.sleep(ms(1_500)).await;
        // Nobody hears of this, so nobody answers.
        stream.write_u32(8).await.expect("it fits the buffer");
        let error = stream.read_u32().await.expect_err("nothing comes");
        outcome.borrow_mut().push((client.now(), error.kind()));
    });
    pair.net.run_until(Duration::from_secs(3_600));
    let [(at, ErrorKind::TimedOut)] = seen.borrow()[..] else { panic!("{:?}", seen.borrow()) };
    assert!((ms(920_000)..ms(990_000)).contains(&at), "gave up at {at:?}");
}

fn set_link(pair: &Pair, at: Duration, up: bool) {
    let link = pair.link;
    pair.net.at(at, move |net| net.network().change_link(link, |there, back| (there.up, back.up) = (up, up)));
}
