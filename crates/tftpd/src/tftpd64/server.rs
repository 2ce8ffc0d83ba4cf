//! The thread that listens: takes requests and wakes a thread for each.

use std::cell::Cell;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use files::{FileSource, strerror};
use host::{Host, Sink, Udp};

use super::config::Tftpd64Config;
use super::event::{Kind, Tftpd64Event};
use super::gauge::{Gauges, Refresh};
use super::log::Log;
use super::request::DATAGRAM_MAX;
use super::transfer::Thread;
use crate::locks::Locks;
use crate::socket::is_passing;

/// `TFTP_PERMANENTTHREADS`: threads that always exist, and count as if they were busy.
const PERMANENT_THREADS: u32 = 2;
/// The number of the first transfer.
const TRANSFER_FIRST: u32 = 467;
/// The time that the server sleeps when a request comes twice.
const DUPLICATE_PAUSE: Duration = Duration::from_millis(50);

/// The reason why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Its port cannot be bound.
    #[error("cannot listen: {}", strerror(.0))]
    Bind(io::Error),
    /// The port was lost.
    #[error("cannot receive: {}", strerror(.0))]
    Receive(io::Error),
}

/// Serves `files` as `config` says, on `host`, until it is dropped. Transfers already started continue.
///
/// In `files`, `C:\TFTP` is the directory `/C:/TFTP` ([`Tftpd64Config::local_path`]). The first event is [`Kind::Listening`],
/// with the port if `config` left it to the system.
///
/// # Errors
/// If it cannot start. A missing base directory is not an error: the program then serves the directory from which it was started.
pub async fn run<H: Host>(
    host: H,
    mut config: Tftpd64Config,
    files: Rc<dyn FileSource>,
    sink: Sink<Tftpd64Event>,
) -> Result<Infallible, ServerError> {
    let log = Rc::new(Log::new(host.clone(), sink));
    let socket = match host.bind_udp(config.listen).await {
        Ok(socket) => socket,
        Err(error) => {
            log.emit(None, Kind::StartFailed { error: (&error).into() });
            return Err(ServerError::Bind(error));
        }
    };
    log.emit(None, Kind::Listening { address: socket.local_addr() });
    if !files.stat(&config.root()).is_ok_and(|metadata| metadata.is_directory()) {
        config.base_directory = Tftpd64Config::default().base_directory;
    }
    let mut listener = Listener {
        host: host.clone(),
        log,
        config: Rc::new(config),
        files,
        locks: Locks::default(),
        gauges: Gauges::default(),
        threads: Rc::new(Threads::default()),
        last: None,
        transfer: TRANSFER_FIRST,
    };
    let mut refresh = Refresh::new();
    let mut timer = host.timer();
    loop {
        let is_due = listener.config.progress && listener.threads.are_busy();
        match socket.recv_from_until(&mut timer, is_due.then_some(refresh.due)).await {
            // A host gives a socket the datagrams of both families.
            Ok(Some((_, peer))) if listener.config.ipv4_alone && !peer.ip().to_canonical().is_ipv4() => {}
            Ok(Some((datagram, peer))) => {
                refresh.after_request(host.now());
                listener.take(datagram.into_bytes(), peer).await;
            }
            Ok(None) => {
                listener.refresh();
                refresh.after_refresh(host.now());
            }
            Err(error) if is_passing(&error) => {}
            Err(error) => return Err(ServerError::Receive(error)),
        }
    }
}

/// The state of the listening thread.
struct Listener<H: Host> {
    host: H,
    log: Rc<Log<H>>,
    config: Rc<Tftpd64Config>,
    files: Rc<dyn FileSource>,
    locks: Locks,
    gauges: Gauges,
    threads: Rc<Threads>,
    /// The previous datagram, its sender, and the second in which it came.
    last: Option<(Bytes, SocketAddr, u64)>,
    /// The number of the next transfer.
    transfer: u32,
}

impl<H: Host> Listener<H> {
    /// Hands a datagram to a thread, if one is available.
    async fn take(&mut self, datagram: Bytes, peer: SocketAddr) {
        let Some(busy) = Threads::take(&self.threads, self.config.transfers_max) else {
            if datagram.len() <= DATAGRAM_MAX {
                self.log.emit(None, Kind::Dropped { peer });
            }
            return;
        };
        let transfer = self.transfer;
        self.transfer = transfer.wrapping_add(1);
        let started_s = self.host.now().as_secs();
        if datagram.len() > DATAGRAM_MAX {
            self.log.emit(Some(transfer), Kind::Oversized { peer, length: datagram.len() });
            return;
        }
        let request = (datagram.clone(), peer, started_s);
        if self.last.as_ref() == Some(&request) {
            self.log.emit(Some(transfer), Kind::Duplicate { peer });
            self.host.sleep(DUPLICATE_PAUSE).await;
        }
        self.last = Some(request);
        self.log.emit(Some(transfer), Kind::Connection { peer });
        let thread = Thread {
            log: Rc::clone(&self.log),
            config: Rc::clone(&self.config),
            files: Rc::clone(&self.files),
            locks: self.locks.clone(),
            gauges: self.gauges.clone(),
            transfer,
            peer,
            started_s,
        };
        self.host.spawn(async move {
            thread.serve(datagram).await;
            drop(busy);
        });
    }

    /// Updates the progress of transfers in the window.
    fn refresh(&self) {
        for (transfer, kind) in self.gauges.refresh() {
            self.log.emit(Some(transfer), kind);
        }
    }
}

/// The number of busy threads. A request goes to a permanent thread if one is idle, else to a new one.
#[derive(Debug, Default)]
struct Threads {
    permanent_busy: Cell<u32>,
    others: Cell<u32>,
}

impl Threads {
    /// Returns a thread, unless there are `max` already. Idle permanent ones count, so that a limit of 2 serves no client.
    fn take(threads: &Rc<Self>, max: u32) -> Option<Busy> {
        if PERMANENT_THREADS + threads.others.get() >= max {
            return None;
        }
        let is_permanent = threads.permanent_busy.get() < PERMANENT_THREADS;
        let busy = Busy { threads: Rc::clone(threads), is_permanent };
        let count = busy.count();
        count.set(count.get() + 1);
        Some(busy)
    }

    fn are_busy(&self) -> bool {
        self.permanent_busy.get() + self.others.get() > 0
    }
}

/// One busy thread.
#[derive(Debug)]
struct Busy {
    threads: Rc<Threads>,
    is_permanent: bool,
}

impl Busy {
    fn count(&self) -> &Cell<u32> {
        if self.is_permanent { &self.threads.permanent_busy } else { &self.threads.others }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let count = self.count();
        count.set(count.get() - 1);
    }
}
