//! How fast a channel is: 200 MB from our server to our client over each cipher, on loopback and simulated. Prints MB/s.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)] // It measures real time.

#[path = "../tests/common/mod.rs"]
mod common;

use std::net::SocketAddr;
use std::time::Instant;

use common::{client_config, connect_with, on_loopback, serve, server_config, simulated};
use host::{Host, TcpListener};
use ssh::{Algorithms, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const LENGTH: u64 = 200_000_000;

fn main() {
    // `cargo test --benches` passes none of ours: it only wants to see it run.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let length = if is_bench { LENGTH } else { 1_000_000 };
    println!("{:<32} {:>10} {:>10}", "MB/s", "loopback", "simulated");
    let real = on_loopback(|server, client, at| bare(server, client, at, length));
    let simulated_bare = simulated(1, |server, client, at| bare(server, client, at, length));
    println!("{:<32} {real:>10.0} {simulated_bare:>10.0}", "TCP alone");
    for cipher in
        ["chacha20-poly1305@openssh.com", "aes128-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"]
    {
        let real = on_loopback(|server, client, at| download(server, client, at, cipher, length));
        let simulated = simulated(1, |server, client, at| download(server, client, at, cipher, length));
        println!("{cipher:<32} {real:>10.0} {simulated:>10.0}");
    }
}

async fn download<H: Host>(server: H, client: H, at: SocketAddr, cipher: &str, length: u64) -> f64 {
    let (at, _) = serve(&server, at, server_config()).await;
    let algorithms = Algorithms { ciphers: vec![cipher.to_owned()], ..Algorithms::openssh_8_9() };
    let config = ssh::client::Config { algorithms, ..client_config() };
    let connection = connect_with(&client, at, &config).await.expect("it speaks SSH");
    let mut session =
        connection.password(common::USER, &Secret::new(common::PASSWORD)).await.expect("it is right");
    let mut channel = session.subsystem("bulk").await.expect("there is one");
    let start = Instant::now();
    channel.write_u64(length).await.expect("it is open");
    let mut buffer = vec![0; 256 << 10];
    let mut left = length;
    while left > 0 {
        left -= channel.read(&mut buffer).await.expect("more comes") as u64;
    }
    length as f64 / 1e6 / start.elapsed().as_secs_f64()
}

async fn bare<H: Host>(server: H, client: H, at: SocketAddr, length: u64) -> f64 {
    let listener = server.listen_tcp(at).await.expect("a free port");
    let at = listener.local_addr();
    server.spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("one comes");
        let chunk = vec![0x5a; 32 << 10];
        while stream.write_all(&chunk).await.is_ok() {}
    });
    let mut stream = client.connect_tcp(at).await.expect("the server listens");
    let start = Instant::now();
    let mut buffer = vec![0; 256 << 10];
    let mut left = length;
    while left > 0 {
        left = left.saturating_sub(stream.read(&mut buffer).await.expect("more comes") as u64);
    }
    length as f64 / 1e6 / start.elapsed().as_secs_f64()
}
