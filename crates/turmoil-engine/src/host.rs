//! One host on turmoil, as [`host::Host`] shows it to a device.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use ::host::{Entropy, Host};
use network::{HostId, derive};
use tokio::task::spawn_local;

use crate::clock::{Clock, TurmoilTimer};
use crate::net::SharedNet;
use crate::tcp::{TurmoilTcpListener, TurmoilTcpStream};
use crate::udp::TurmoilUdp;

/// A host on turmoil.
#[derive(Clone)]
pub struct TurmoilHost {
    pub(crate) seed: u64,
    pub(crate) id: HostId,
    pub(crate) name: Rc<str>,
    pub(crate) clock: Rc<Clock>,
    pub(crate) net: SharedNet,
}

/// A task of a host: while it is polled, it is the current host.
pub(crate) struct TaskOf {
    clock: Rc<Clock>,
    host: HostId,
    task: Pin<Box<dyn Future<Output = ()>>>,
}

impl Future for TaskOf {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let outside = self.clock.context.host.replace(Some(self.host.index()));
        self.clock.polls.update(|polls| polls + 1);
        let polled = self.task.as_mut().poll(cx);
        self.clock.context.host.set(outside);
        polled
    }
}

/// The software of a host, as turmoil starts it: it runs the tasks that are spawned while the host does not run.
pub(crate) async fn software(net: SharedNet, host: HostId) -> turmoil::Result {
    loop {
        let spawned = poll_fn(|cx| {
            let state = &mut net.borrow_mut().hosts[host.index()];
            state.waker = Some(cx.waker().clone());
            let spawned = std::mem::take(&mut state.spawned);
            if spawned.is_empty() { Poll::Pending } else { Poll::Ready(spawned) }
        });
        for task in spawned.await {
            spawn_local(task);
        }
    }
}

impl Host for TurmoilHost {
    type Udp = TurmoilUdp;
    type Timer = TurmoilTimer;
    type TcpStream = TurmoilTcpStream;
    type TcpListener = TurmoilTcpListener;

    fn name(&self) -> &str {
        &self.name
    }

    fn now(&self) -> Duration {
        self.clock.context.now()
    }

    fn timer(&self) -> TurmoilTimer {
        TurmoilTimer::new(&self.clock)
    }

    async fn bind_udp(&self, local: SocketAddr) -> io::Result<TurmoilUdp> {
        TurmoilUdp::bind(&self.net, self.id, local).await
    }

    async fn connect_tcp(&self, peer: SocketAddr) -> io::Result<TurmoilTcpStream> {
        TurmoilTcpStream::connect(self, peer).await
    }

    async fn listen_tcp(&self, local: SocketAddr) -> io::Result<TurmoilTcpListener> {
        TurmoilTcpListener::bind(&self.net, self.id, local).await
    }

    fn local_addr(&self, stream: &TurmoilTcpStream) -> io::Result<SocketAddr> {
        stream.local_addr()
    }

    fn forget_paths(&self) {
        self.net.borrow_mut().network.forget_path_mtus(self.id);
    }

    fn entropy(&self, purpose: &str) -> Entropy {
        derive(self.seed, &format!("host/{}/{purpose}", self.name))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let task = TaskOf { clock: Rc::clone(&self.clock), host: self.id, task: Box::pin(task) };
        if self.clock.hosts_run.get() {
            spawn_local(task);
            return;
        }
        let state = &mut self.net.borrow_mut().hosts[self.id.index()];
        state.spawned.push(task);
        state.waker.iter().for_each(std::task::Waker::wake_by_ref);
    }
}
