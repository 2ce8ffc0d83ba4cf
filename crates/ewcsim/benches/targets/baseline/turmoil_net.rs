//! The same exchange on bare turmoil-net, without codec, flash and controller; a driver jumps from packet to packet.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::LocalSet;
use turmoil_net::shim::tokio::net::UdpSocket;
use turmoil_net::{EnterGuard, HostId, Net, Packet};

use super::{ANSWER, BLOCK, CONTROL_PORT, LATENCY};

/// Sends `messages` blocks to each of `aps` access points, one at a time, each answered. Returns the packets that arrived.
pub(crate) fn run(aps: u8, messages: u32) -> u64 {
    let mut net = Net::new();
    let controller_ip = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    let controller = net.add_host(controller_ip);
    let ids: Vec<HostId> =
        (0..aps).map(|index| net.add_host(IpAddr::V4(Ipv4Addr::new(10, 0, 1, index + 1)))).collect();
    let guard = net.enter();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let set = LocalSet::new();
        set.spawn_local(OnHost::new(controller, async {
            let socket = UdpSocket::bind(("0.0.0.0", CONTROL_PORT)).await.expect("a free port");
            let (mut buffer, block) = ([0; 64], vec![0; BLOCK]);
            while let Ok((_, from)) = socket.recv_from(&mut buffer).await {
                socket.send_to(&block, from).await.expect("a block fits");
            }
        }));
        let readers: Vec<_> = ids
            .into_iter()
            .map(|id| {
                set.spawn_local(OnHost::new(id, async move {
                    let socket = UdpSocket::bind("0.0.0.0:0").await.expect("a free port");
                    let mut buffer = [0; 1_500];
                    for _ in 0..messages {
                        socket
                            .send_to(&[0; ANSWER], (controller_ip, CONTROL_PORT))
                            .await
                            .expect("an answer fits");
                        socket.recv_from(&mut buffer).await.expect("no errors");
                    }
                }))
            })
            .collect();
        set.run_until(async {
            let mut driver = Driver::default();
            while readers.iter().any(|reader| !reader.is_finished()) {
                tokio::task::yield_now().await;
                driver.step(&guard);
            }
            driver.delivered
        })
        .await
    })
}

#[derive(Default)]
struct Driver {
    heap: BinaryHeap<Reverse<(u64, u64)>>,
    packets: std::collections::VecDeque<Packet>,
    out: Vec<Packet>,
    now_ns: u64,
    planned: u64,
    delivered: u64,
}

impl Driver {
    fn step(&mut self, guard: &EnterGuard) {
        guard.egress_all(&mut self.out);
        for packet in self.out.drain(..) {
            self.heap.push(Reverse((self.now_ns + LATENCY.as_nanos() as u64, self.planned)));
            self.planned += 1;
            // One latency for all: arrival order is sending order.
            self.packets.push_back(packet);
        }
        let Some(&Reverse((at, _))) = self.heap.peek() else { return };
        self.now_ns = at;
        while self.heap.peek().is_some_and(|&Reverse((at, _))| at <= self.now_ns) {
            self.heap.pop();
            guard.deliver(self.packets.pop_front().expect("a packet for each entry"));
            self.delivered += 1;
        }
    }
}

/// turmoil-net keeps the current host in a thread-local: it is set for every poll.
struct OnHost {
    host: HostId,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

impl OnHost {
    fn new(host: HostId, future: impl Future<Output = ()> + 'static) -> Self {
        Self { host, future: Box::pin(future) }
    }
}

impl Future for OnHost {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        turmoil_net::set_current(self.host);
        self.future.as_mut().poll(cx)
    }
}
