//! The same exchange on turmoil 0.7: its simulation visits every link of every host on each tick. A tick is 1 ms, the resolution of
//! tokio's timers: a shorter one would still move the clock of each host by that. So a message takes at least a tick.

use std::time::Duration;

use turmoil::net::UdpSocket;

use super::{ANSWER, BLOCK, CONTROL_PORT};

const TICK: Duration = Duration::from_millis(1);

/// Does the same as [`super::turmoil_net::run`].
pub(crate) fn run(aps: u8, messages: u32) -> u64 {
    let mut sim = turmoil::Builder::new()
        .tick_duration(TICK)
        .min_message_latency(TICK)
        .max_message_latency(TICK)
        .simulation_duration(Duration::from_secs(1_000_000))
        .udp_capacity(1_024)
        .build();
    sim.host("controller", || async {
        let socket = UdpSocket::bind(("0.0.0.0", CONTROL_PORT)).await?;
        let (mut buffer, block) = ([0; 64], vec![0; BLOCK]);
        loop {
            let (_, from) = socket.recv_from(&mut buffer).await?;
            socket.send_to(&block, from).await?;
        }
    });
    for index in 0..aps {
        sim.client(format!("ap{index}"), async move {
            let socket = UdpSocket::bind(("0.0.0.0", 0)).await?;
            let mut buffer = [0; 1_500];
            for _ in 0..messages {
                socket.send_to(&[0; ANSWER], ("controller", CONTROL_PORT)).await?;
                socket.recv_from(&mut buffer).await?;
            }
            Ok(())
        });
    }
    sim.run().expect("every access point gets its blocks");
    2 * u64::from(aps) * u64::from(messages)
}
