//! The same seed gives the same bytes on the wire, ciphertext and all.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{log_in, serve, server_config};
use host::Host;
use simnet::{Builder, Capture, Impairments};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The capture of a session that moves 2 MB each way, in two channels at once.
fn capture(seed: u64) -> Vec<u8> {
    entropy::seeded(seed, || {
        let mut builder = Builder::new(seed);
        let client = builder.host("client", &["10.0.0.1".parse().expect("an address")], true);
        let server = builder.host("server", &["10.0.0.2".parse().expect("an address")], true);
        let jitter = Duration::from_millis(2);
        let lan = Impairments { latency: Duration::from_millis(5), jitter, ..Impairments::default() };
        builder.link("lan", &[client], &[server], lan.clone(), lan);
        let sink = Sink::default();
        builder.capture(Capture::new(sink.clone(), 0));
        let net = builder.build();
        let at = SocketAddr::from(([10, 0, 0, 2], 22));
        let daemon = net.host(server);
        daemon.clone().spawn(async move {
            serve(&daemon, at, server_config()).await;
        });
        let host = net.host(client);
        host.clone().spawn(async move {
            let mut session = log_in(&host, at).await;
            let echo = session.subsystem("echo").await.expect("there is one");
            let mut bulk = session.subsystem("bulk").await.expect("there is one");
            bulk.write_u64(2_000_000).await.expect("it is open");
            let (mut from, mut to) = tokio::io::split(echo);
            let (sent, mut back, mut filled) = (vec![1; 2_000_000], vec![0; 2_000_000], vec![0; 2_000_000]);
            let (wrote, read, came) =
                tokio::join!(to.write_all(&sent), from.read_exact(&mut back), bulk.read_exact(&mut filled));
            wrote.and(read.map(|_| ())).and(came.map(|_| ())).expect("all of it comes");
            session.disconnect("disconnected by user").await;
        });
        net.run_until(Duration::from_secs(600));
        net.finish_capture().expect("memory takes all");
        std::mem::take(&mut *sink.0.lock().expect("nobody panicked"))
    })
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = capture(1);
    assert!(first.len() > 6_000_000, "{}", first.len());
    assert!(first == capture(1));
    assert!(first != capture(2));
}
