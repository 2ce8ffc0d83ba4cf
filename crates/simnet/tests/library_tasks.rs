//! Tasks that libraries spawn on tokio run in the simulation, in simulated time, and in the same order for the same seed.
#![allow(clippy::disallowed_methods)] // What libraries do.

use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{RIGHT, addr, log, ms, pair_with_tcp};
use host::{Host, TcpListener};
use simnet::Impairments;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

/// A line, a hop of 10 ms away, goes through a spawned task and back.
#[test]
fn spawned_tasks_pass_on_what_hosts_receive() {
    let pair = pair_with_tcp(1, Impairments { latency: ms(10), ..Impairments::default() }, Vec::new());
    let seen = log();
    let server = pair.net.host(pair.right);
    server.clone().spawn(async move {
        let listener = server.listen_tcp(addr("0.0.0.0", 7)).await.expect("port 7 is free");
        let (stream, _) = listener.accept().await.expect("a client comes");
        let (mut ours, theirs) = tokio::io::duplex(1_024);
        // It is Send, as tokio wants it; the simulated stream is not.
        let (mut from, mut to) = tokio::io::split(theirs);
        tokio::spawn(async move { tokio::io::copy(&mut from, &mut to).await });
        let mut stream = stream;
        tokio::io::copy_bidirectional(&mut stream, &mut ours).await.expect("both ends stay");
    });
    let (client, heard) = (pair.net.host(pair.left), Rc::clone(&seen));
    client.clone().spawn(async move {
        let mut stream = client.connect_tcp(addr(RIGHT, 7)).await.expect("the server listens");
        for round in 0..3_u8 {
            stream.write_all(&[round; 100]).await.expect("it stays");
            let mut back = [0; 100];
            stream.read_exact(&mut back).await.expect("it stays");
            heard.borrow_mut().push((client.now(), back[0]));
        }
    });
    pair.net.run_until(ms(1_000));
    let rounds: Vec<(u128, u8)> = seen.take().into_iter().map(|(at, byte)| (at.as_millis(), byte)).collect();
    assert_eq!(rounds, [(40, 0), (60, 1), (80, 2)]);
}

/// Which of two branches, both ready, `select!` takes, a hundred times.
fn choices(seed: u64) -> Vec<u8> {
    let pair = pair_with_tcp(seed, Impairments::default(), Vec::new());
    let taken = Arc::new(Mutex::new(Vec::new()));
    let host = pair.net.host(pair.left);
    let into = Arc::clone(&taken);
    host.spawn(async move {
        tokio::spawn(async move {
            for _ in 0..100 {
                tokio::task::yield_now().await;
                let choice = tokio::select! { () = async {} => 0, () = async {} => 1 };
                into.lock().expect("nobody panicked").push(choice);
            }
        });
    });
    pair.net.run_until(ms(1));
    std::mem::take(&mut taken.lock().expect("nobody panicked"))
}

#[test]
fn the_seed_decides_what_select_takes() {
    let first = choices(1);
    assert_eq!(first.len(), 100);
    assert_eq!(first, choices(1));
    assert_ne!(first, choices(2));
}

#[test]
fn only_timers_of_no_length_end() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    let (sender, mut ended) = mpsc::unbounded_channel();
    let host = pair.net.host(pair.left);
    host.clone().spawn(async move {
        for length in [0, 1, 1_000] {
            let sender = sender.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(length)).await;
                let _ = sender.send(length);
            });
        }
        // The simulated clock goes on.
        host.sleep(ms(5_000)).await;
    });
    pair.net.run_until(ms(10_000));
    assert_eq!(ended.try_recv(), Ok(0));
    assert!(ended.try_recv().is_err());
}

#[test]
#[should_panic(
    expected = "a spawned task panicked and the runtime is configured to shut down on unhandled panic"
)]
fn a_panic_in_a_spawned_task_ends_the_run() {
    let pair = pair_with_tcp(1, Impairments::default(), Vec::new());
    pair.net.host(pair.left).spawn(async {
        tokio::spawn(async { panic!("a bug") });
    });
    pair.net.run_until(ms(1));
}
