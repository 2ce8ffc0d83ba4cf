//! The same exchange on this project's network alone.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use host::{Host, Udp};
use simnet::{Builder, Impairments};

use super::{ANSWER, BLOCK, CONTROL_PORT, LATENCY};

/// Does the same as [`super::turmoil_net::run`].
pub(crate) fn run(aps: u8, messages: u32) -> u64 {
    let mut builder = Builder::new(1);
    let controller_ip = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    let controller = builder.host("controller", &[controller_ip], false);
    let readers: Vec<_> = (0..aps)
        .map(|index| {
            let address = IpAddr::V4(Ipv4Addr::new(10, 0, 1, index + 1));
            builder.host(&format!("ap{index}"), &[address], false)
        })
        .collect();
    let lan = Impairments { latency: LATENCY, bandwidth: None, ..Impairments::default() };
    builder.link("lan", &readers, &[controller], lan.clone(), lan);
    let net = builder.build();
    let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let control = SocketAddr::new(controller_ip, CONTROL_PORT);
    let host = net.host(controller);
    let sender = host.clone();
    host.spawn(async move {
        let socket = sender.bind_udp(control).await.expect("a free port");
        let block = vec![0; BLOCK];
        while let Ok((_, from)) = socket.recv_from().await {
            socket.send_to(Bytes::copy_from_slice(&block), from).await.expect("a block fits");
        }
    });
    for reader in readers {
        let host = net.host(reader);
        let reader = host.clone();
        host.spawn(async move {
            let socket = reader.bind_udp(any).await.expect("a free port");
            for _ in 0..messages {
                socket.send_to(Bytes::from_static(&[0; ANSWER]), control).await.expect("an answer fits");
                socket.recv_from().await.expect("no errors");
            }
        });
    }
    net.run_until(Duration::from_secs(1_000_000));
    net.stats().arrived
}
