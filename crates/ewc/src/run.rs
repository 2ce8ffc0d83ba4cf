//! The shell around the machine: its sockets, its timer, its installs.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::Poll;

use capwap::vrrp;
use host::{Host, Timer, Udp};

use crate::ControllerHandle;
use crate::install::{Engine, Job};
use crate::machine::Transmit;

/// The number of datagrams taken before the answers to them are sent. It keeps answers prompt under load.
const BATCH_MAX: usize = 64;

/// Runs the controller behind `handle` on `host`, until the host loses power.
///
/// # Errors
/// An error of the host: a port cannot be bound or a socket fails.
pub async fn run<H: Host>(host: H, handle: ControllerHandle) -> io::Result<()> {
    host.forget_paths(); // It begins with a boot.
    let (address, settings) = {
        let machine = handle.machine();
        let controller = machine.controller();
        (IpAddr::V4(controller.address), controller.settings.clone())
    };
    let control = host.bind_udp(SocketAddr::new(address, settings.control_port)).await?;
    let data = host.bind_udp(SocketAddr::new(address, settings.data_port)).await?;
    // Bound with the first advertisement: most controllers have no standby.
    let mut adverts = None;
    // RFC 5415, 3.5.
    control.set_dont_fragment();
    data.set_dont_fragment();
    let mut timer = host.timer();
    let clock = host.clone();
    handle.machine_mut().keep_history(move || clock.now());
    handle.machine_mut().lend_through(control.lender());
    handle.machine_mut().start(host.now(), control.local_addr());
    loop {
        flush(&handle, &control, &data).await;
        advertise(&host, &handle, &mut adverts).await?;
        if let Some(job) = handle.machine_mut().poll_install() {
            host.spawn(install(host.clone(), handle.clone(), job));
        }
        poll_fn(|cx| {
            let mut taken = 0;
            while taken < BATCH_MAX
                && let Poll::Ready(received) = control.poll_recv_from(cx)
            {
                let (datagram, from) = received?;
                handle.machine_mut().handle_control(host.now(), datagram, from);
                taken += 1;
            }
            while taken < BATCH_MAX
                && let Poll::Ready(received) = data.poll_recv_from(cx)
            {
                let (datagram, from) = received?;
                handle.machine_mut().handle_data(host.now(), datagram.into_bytes(), from);
                taken += 1;
            }
            let deadline = handle.machine_mut().poll_timeout();
            if timer.poll_until(deadline, cx).is_ready() {
                handle.machine_mut().handle_timeout(host.now());
                taken += 1;
            }
            if handle.poll_touched(cx).is_ready() || taken > 0 { Poll::Ready(Ok(())) } else { Poll::Pending }
        })
        .await
        .or_else(ignore_refusals)?;
    }
}

/// Fetches the job's image and passes the result to the machine.
async fn install<H: Host>(host: H, handle: ControllerHandle, job: Job) {
    let engine = {
        let machine = handle.machine();
        let controller = machine.controller();
        Engine {
            host: host.clone(),
            settings: controller.settings.clone(),
            pool: controller.pool.clone(),
            known_hosts: controller.known_hosts.clone(),
        }
    };
    let result = engine.fetch(&job).await;
    handle.change(|machine| machine.finish_install(host.now(), result));
}

/// Sends the pending datagrams, those of the data channel first: what the controller requests of an access point in service is not to
/// overtake the keep-alive that brings it there. A datagram that cannot be sent counts as lost: the channel retransmits it.
async fn flush(handle: &ControllerHandle, control: &impl Udp, data: &impl Udp) {
    loop {
        let next = handle.machine_mut().poll_data();
        let Some((datagram, to)) = next else { break };
        let _ = data.send_to(datagram, to).await;
    }
    loop {
        let next = handle.machine_mut().poll_control();
        let Some(Transmit { datagram, overhead, to }) = next else { break };
        control.set_overhead(overhead);
        let _ = control.send_to(datagram, to).await;
    }
}

/// Sends the pending advertisements to the standby, from a socket of their own.
async fn advertise<H: Host>(
    host: &H,
    handle: &ControllerHandle,
    socket: &mut Option<H::Udp>,
) -> io::Result<()> {
    loop {
        let (next, address) = {
            let mut machine = handle.machine_mut();
            (machine.poll_advertisement(), machine.controller().address)
        };
        let Some((datagram, to)) = next else { return Ok(()) };
        let socket = match socket {
            Some(socket) => socket,
            None => socket.insert(host.bind_udp(SocketAddr::new(address.into(), vrrp::PORT)).await?),
        };
        let _ = socket.send_to(datagram, to).await;
    }
}

/// Ignores ICMP errors for earlier datagrams, which say nothing about the socket.
fn ignore_refusals(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => Ok(()),
        _ => Err(error),
    }
}
