//! Whatever comes before the keys, neither side panics or waits for ever: random lines, bytes and packets.

use std::net::SocketAddr;
use std::time::Duration;

use crate::common::{self, client_config, pair, serve, server_config};
use host::{Entropy, Host, TcpListener};
use rand::{Rng, RngExt, SeedableRng};
use tokio::io::AsyncWriteExt;

const ROUNDS: u64 = 300;

/// An identification as a rule, then packets: well formed ones of key exchange messages, cut or changed, and noise.
fn stream(random: &mut Entropy) -> Vec<u8> {
    let mut bytes = match random.random_range(0..8) {
        0 => Vec::new(),
        1 => b"SSH-1.5-old\r\n".to_vec(),
        2 => b"hello\r\nSSH-2.0-x\r\n".to_vec(),
        3 => noise(random, 300),
        _ => b"SSH-2.0-x\r\n".to_vec(),
    };
    for _ in 0..random.random_range(0..5) {
        let mut payload = match random.random_range(0..4) {
            0 => noise(random, 100),
            1 => vec![random.random()],
            _ => kexinit(random),
        };
        for _ in 0..random.random_range(0..3) {
            let at = random.random_range(0..payload.len().max(1));
            if let Some(byte) = payload.get_mut(at) {
                *byte = random.random();
            }
        }
        if random.random_range(0..4) == 0 {
            payload.truncate(random.random_range(0..=payload.len()));
        }
        let padding = random.random_range(0..24_u8);
        let length = 1 + payload.len() as u32 + u32::from(padding);
        let length = if random.random_range(0..10) == 0 { random.random() } else { length };
        bytes.extend(length.to_be_bytes());
        bytes.push(padding);
        bytes.extend(payload);
        bytes.resize(bytes.len() + usize::from(padding), 0);
    }
    bytes
}

fn noise(random: &mut Entropy, most: usize) -> Vec<u8> {
    let mut bytes = vec![0; random.random_range(0..most)];
    random.fill_bytes(&mut bytes);
    bytes
}

/// SSH_MSG_KEXINIT, and at times what follows it: SSH_MSG_KEX_ECDH_INIT or _REPLY.
fn kexinit(random: &mut Entropy) -> Vec<u8> {
    if random.random_range(0..3) == 0 {
        let mut payload = vec![random.random_range(30..35), 0, 0, 0, 32];
        payload.extend(noise(random, 64));
        return payload;
    }
    let mut payload = vec![20];
    payload.extend([7; 16]);
    let kex = ["curve25519-sha256", "curve25519-sha256,kex-strict-c-v00@openssh.com", "", ",,", "none"];
    let lists =
        ["ssh-ed25519", "aes128-ctr", "aes128-ctr", "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", ""];
    for list in [kex[random.random_range(0..kex.len())]].into_iter().chain(lists) {
        payload.extend((list.len() as u32).to_be_bytes());
        payload.extend(list.bytes());
    }
    payload.push(random.random_range(0..2));
    payload.extend([0; 4]);
    payload
}

#[test]
fn servers_take_anything() {
    for round in 0..ROUNDS {
        let bytes = stream(&mut Entropy::seed_from_u64(round));
        let log = common::simulated(round, |server, client, at| async move {
            let (at, log) = serve(&server, at, server_config()).await;
            let mut stream = client.connect_tcp(at).await.expect("the server listens");
            let _ = stream.write_all(&bytes).await;
            client.sleep(Duration::from_secs(1)).await;
            drop(stream);
            client.sleep(Duration::from_secs(1)).await;
            log.take()
        });
        assert!(matches!(&log[..], [end] if end.starts_with("End(")), "round {round}: {log:?}");
    }
}

#[test]
fn clients_take_anything() {
    for round in 0..ROUNDS {
        let bytes = stream(&mut Entropy::seed_from_u64(1_000 + round));
        let (net, [server, client], _) = pair(round);
        let at = SocketAddr::from(([10, 0, 0, 2], 22));
        let host = server.clone();
        server.spawn(async move {
            let listener = host.listen_tcp(at).await.expect("a free port");
            let (mut stream, _) = listener.accept().await.expect("one comes");
            let _ = stream.write_all(&bytes).await;
            host.sleep(Duration::from_secs(1)).await;
        });
        let outcome = common::Log::default();
        let (host, into) = (client.clone(), outcome.clone());
        client.spawn(async move {
            let stream = host.connect_tcp(at).await.expect("the server listens");
            let refused =
                ssh::client::connect(&host, stream, &client_config()).await.expect_err("it is none");
            into.borrow_mut().push(refused.to_string());
        });
        net.run_until(Duration::from_secs(5));
        assert_eq!(outcome.borrow().len(), 1, "round {round}");
    }
}
