//! The device on a host: sockets and a timer around [`Machine`].

use std::cell::RefCell;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use capwap::{AP_PORT, CONTROL_PORT, DATA_PORT, vrrp};
use host::flow::{Acceptance, Exchange, Lease, Receiver};
use host::{Host, Sink, Timer as _, Udp as _};

use crate::{AccessPoint, ApEvent, Machine, PowerUp, Transmit, lines};

/// Runs an access point from the moment it gets power. Returns when no partition boots, or when the host cannot open a socket.
///
/// Reloads happen inside. For a power cut, drop the future, then call [`crate::FlashHandle::power_cut`] and
/// [`crate::StatusHandle::power_off`]; when power comes back, run it again with the same [`AccessPoint`].
pub async fn run<H: Host>(host: H, access_point: AccessPoint, power: PowerUp, sink: Sink<ApEvent>) {
    // Both channels use one port, as RFC 5415, 3.1 leaves the access point's ports to it; that AP-COS does so is unverified.
    let local = SocketAddr::from((access_point.address, AP_PORT));
    let Ok(socket) = host.bind_udp(local).await else { return };
    socket.set_dont_fragment(); // RFC 5415, 3.5
    let mut timer = host.timer();
    let console = access_point.console.clone();
    console.clear();
    let (status, dialect, clock) = (access_point.status.clone(), access_point.dialect, host.clone());
    let log = console.clone();
    let sink = Sink::new(move |event| {
        status.apply(clock.now(), &event);
        if let ApEvent::Booting { .. } = event {
            clock.forget_paths();
            log.forget();
        }
        log.print(clock.now(), lines(&event, dialect));
        sink.emit(event);
    });
    // After a loss of power it draws other choices than before it.
    let entropy = match host.now() {
        Duration::ZERO => host.entropy("access point"),
        powered => host.entropy(&format!("access point powered at {} ns", powered.as_nanos())),
    };
    let shared = Rc::new(RefCell::new(Machine::new(host.now(), access_point, power, sink, entropy)));
    socket.set_receiver(Rc::new(Accepting(Rc::clone(&shared))));
    while !shared.borrow().is_halted() {
        let peer = shared.borrow().peer();
        let [controller, data, active] =
            [CONTROL_PORT, DATA_PORT, vrrp::PORT].map(|port| SocketAddr::from((peer, port)));
        loop {
            let next = shared.borrow_mut().poll_transmit();
            let Some(Transmit { datagram, overhead, to }) = next else { break };
            socket.set_overhead(overhead);
            // A datagram that cannot be sent is lost like any other; the channel retransmits it.
            let _ = socket.send_to(datagram, SocketAddr::from((to, CONTROL_PORT))).await;
        }
        socket.set_overhead(0); // The data channel is not encrypted by default.
        loop {
            let next = shared.borrow_mut().poll_data_transmit();
            let Some(datagram) = next else { break };
            let _ = socket.send_to(datagram, data).await;
        }
        let deadline = shared.borrow().poll_timeout();
        let received = {
            let mut receive = pin!(socket.recv_from_until(&mut timer, deadline));
            poll_fn(|cx| match receive.as_mut().poll(cx) {
                Poll::Ready(received) => Poll::Ready(Some(received)),
                Poll::Pending => console.poll_reload(cx).map(|()| None),
            })
            .await
        };
        if let Some(Err(_)) = received {
            // Without this, a persistent error would keep time from passing.
            timer.wait_until(deadline).await;
        }
        let mut machine = shared.borrow_mut();
        machine.end_exchange();
        match received {
            Some(Ok(Some((datagram, from)))) if from == controller => {
                machine.handle_datagram(host.now(), datagram);
            }
            Some(Ok(Some((datagram, from)))) if from == data => {
                machine.handle_data(host.now(), datagram.into_bytes())
            }
            Some(Ok(Some((datagram, from)))) if from == active => {
                machine.handle_advertisement(host.now(), &datagram.into_bytes());
            }
            Some(_) => (),
            None => machine.handle_reload_command(host.now()),
        }
        if deadline.is_some_and(|deadline| deadline <= host.now()) {
            machine.handle_timeout(host.now());
        }
    }
}

/// The access point as the receiver of exchanges.
struct Accepting(Rc<RefCell<Machine>>);

impl Receiver for Accepting {
    fn accept(&self, from: SocketAddr, exchange: &Exchange, lease: &Lease) -> Option<Acceptance> {
        self.0.try_borrow_mut().ok()?.accept_exchange(from, exchange, lease)
    }
}
