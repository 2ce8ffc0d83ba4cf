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

use super::config::Config;
use super::event::{Event, What};
use super::gauge::{Gauges, Refresh};
use super::log::Log;
use super::request::DATAGRAM_MAX;
use super::transfer::Thread;
use crate::locks::Locks;
use crate::socket::is_passing;

/// `TFTP_PERMANENTTHREADS`: threads that are always there, and count as if they were busy.
const PERMANENT_THREADS: u32 = 2;
/// The number of the first transfer.
const TRANSFER_FIRST: u32 = 467;
/// How long the server sleeps over a request that comes twice.
const DUPLICATE_PAUSE: Duration = Duration::from_millis(50);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Its port cannot be had.
    #[error("cannot listen: {}", strerror(.0))]
    Bind(io::Error),
    /// The port was lost.
    #[error("cannot receive: {}", strerror(.0))]
    Receive(io::Error),
}

/// Serves `files` as `config` says, on `host`, until it is dropped. What has been started by then goes on.
///
/// In `files`, `C:\TFTP` is the directory `/C:/TFTP` ([`Config::local_path`]). The first event is [`What::Listening`], which tells the
/// port if `config` left it to the system.
///
/// # Errors
/// If it cannot start. A base directory that is not there is no error: the program then serves the directory from which it was started.
pub async fn run<H: Host>(
    host: H,
    mut config: Config,
    files: Rc<dyn FileSource>,
    sink: Sink<Event>,
) -> Result<Infallible, ServerError> {
    let log = Rc::new(Log::new(host.clone(), sink));
    let socket = match host.bind_udp(config.listen).await {
        Ok(socket) => socket,
        Err(error) => {
            log.emit(None, What::StartFailed { error: (&error).into() });
            return Err(ServerError::Bind(error));
        }
    };
    log.emit(None, What::Listening { address: socket.local_addr() });
    if !files.stat(&config.root()).is_ok_and(|metadata| metadata.is_directory()) {
        config.base_directory = Config::default().base_directory;
    }
    let config = Rc::new(config);
    let locks = Locks::default();
    let gauges = Gauges::default();
    let mut refresh = Refresh::new();
    let mut timer = host.timer();
    let threads = Rc::new(Threads::default());
    let mut last = None;
    let mut transfer = TRANSFER_FIRST;
    loop {
        let due = (config.progress && threads.are_busy()).then_some(refresh.due);
        let (datagram, peer) = match socket.recv_from_until(&mut timer, due).await {
            Ok(Some(received)) => received,
            Ok(None) => {
                for (transfer, what) in gauges.refresh() {
                    log.emit(Some(transfer), what);
                }
                refresh.after_refresh(host.now());
                continue;
            }
            Err(error) if is_passing(&error) => continue,
            Err(error) => return Err(ServerError::Receive(error)),
        };
        refresh.after_request(host.now());
        let Some(busy) = Threads::take(&threads, config.transfers_max) else {
            if datagram.len() <= DATAGRAM_MAX {
                log.emit(None, What::Dropped { peer });
            }
            continue;
        };
        let this = transfer;
        transfer = transfer.wrapping_add(1);
        let started_s = host.now().as_secs();
        if datagram.len() > DATAGRAM_MAX {
            log.emit(Some(this), What::Oversized { peer, length: datagram.len() });
            continue;
        }
        let request: (Bytes, SocketAddr, u64) = (datagram.clone(), peer, started_s);
        if last.as_ref() == Some(&request) {
            log.emit(Some(this), What::Duplicate { peer });
            host.sleep(DUPLICATE_PAUSE).await;
        }
        last = Some(request);
        log.emit(Some(this), What::Connection { peer });
        let thread = Thread {
            log: Rc::clone(&log),
            config: Rc::clone(&config),
            files: Rc::clone(&files),
            locks: locks.clone(),
            gauges: gauges.clone(),
            transfer: this,
            peer,
            started_s,
        };
        host.spawn(async move {
            thread.serve(datagram).await;
            drop(busy);
        });
    }
}

/// How many threads are busy. A request goes to a permanent thread if one is idle, else to a new one.
#[derive(Debug, Default)]
struct Threads {
    permanent_busy: Cell<u32>,
    others: Cell<u32>,
}

impl Threads {
    /// A thread, unless there are `max` already. Idle permanent ones count, so that a limit of 2 lets nobody in.
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
