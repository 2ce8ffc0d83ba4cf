//! The state of one connection that russh's tasks and the host's share.
//!
//! russh's side must be `Send`, hence the lock; all of it runs on one thread, so the lock is never contended.

use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;

use crate::Traffic;
use crate::channel::Outlet;
use crate::end::{End, printable};

/// The limit of bytes in channels that the program has not read yet; above it, nothing more is read from TCP.
///
/// russh reopens a channel's window as soon as data has come, not when it was read, so the window alone bounds nothing.
pub(crate) const UNREAD_MAX: usize = 1 << 20;

/// A future that the session's task runs beside its work.
pub(crate) type Deferred = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One connection.
#[derive(Default)]
pub(crate) struct Link(Mutex<State>);

#[derive(Default)]
pub(crate) struct State {
    /// Bytes from TCP, for russh.
    pub(crate) inbound: BytesMut,
    /// The reason why nothing more comes from TCP: `UnexpectedEof` for a FIN.
    pub(crate) inbound_end: Option<io::ErrorKind>,
    /// Bytes from russh, for TCP.
    pub(crate) outbound: BytesMut,
    /// True if TCP accepts nothing more.
    pub(crate) outbound_end: Option<io::ErrorKind>,
    /// True if russh has no more to write, or is gone.
    pub(crate) is_wire_shut: bool,
    /// True if the connection is to be closed at once.
    pub(crate) is_stopped: bool,
    /// True if this side has disconnected; pending data may still be sent.
    pub(crate) is_leaving: bool,
    /// True if the host's task has closed the TCP connection.
    pub(crate) is_hung_up: bool,
    /// True if a client's handshake is over.
    pub(crate) is_established: bool,
    pub(crate) identification: Identification,
    pub(crate) traffic: Traffic,
    /// The channels, by russh's numbers.
    pub(crate) channels: BTreeMap<u32, Inbox>,
    /// The unread bytes in all of them.
    pub(crate) unread: usize,
    pub(crate) deferred: VecDeque<Deferred>,
    pub(crate) end: Option<End>,
    pub(crate) reader: Wakers,
    pub(crate) writer: Wakers,
    pub(crate) task: Wakers,
    pub(crate) ending: Wakers,
}

/// The data and events received in a channel.
pub(crate) struct Inbox {
    /// The session's number as sshd counts: the lowest free one.
    pub(crate) session: u32,
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) data: BytesMut,
    /// True if a program has the channel: only then is data kept.
    pub(crate) is_started: bool,
    /// True if the program has dropped it, and the peer does not know yet.
    pub(crate) is_abandoned: bool,
    pub(crate) is_eof: bool,
    /// True if the peer has closed it.
    pub(crate) is_closed: bool,
    pub(crate) exit_status: Option<u32>,
    /// The answer to the last request on it.
    pub(crate) answer: Option<bool>,
    /// The tasks that wait for any of these.
    pub(crate) watchers: Wakers,
}

/// The wakers of tasks that wait for one thing; each task is in it once.
#[derive(Default)]
pub(crate) struct Wakers(Vec<Waker>);

impl Wakers {
    pub(crate) fn register(&mut self, cx: &Context<'_>) {
        if !self.0.iter().any(|waker| waker.will_wake(cx.waker())) {
            self.0.push(cx.waker().clone());
        }
    }

    pub(crate) fn wake(&mut self) {
        self.0.drain(..).for_each(Waker::wake);
    }
}

/// The lines before the first packet (RFC 4253 section 4.2).
#[derive(Default)]
pub(crate) struct Identification {
    first: Option<Vec<u8>>,
    line: Vec<u8>,
    is_complete: bool,
}

impl Identification {
    /// Longer lines are cut; russh refuses them.
    const LINE_MAX: usize = 255;

    /// Reads bytes from the start of the stream.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.is_complete {
                return;
            }
            if byte != b'\n' {
                if self.line.len() < Self::LINE_MAX {
                    self.line.push(byte);
                }
                continue;
            }
            if self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
            self.is_complete = self.line.starts_with(b"SSH-");
            if !self.is_complete {
                let line = std::mem::take(&mut self.line);
                self.first.get_or_insert(line);
            }
        }
    }

    /// Returns the line that starts with `SSH-`.
    pub(crate) fn line(&self) -> Option<String> {
        self.is_complete.then(|| printable(&self.line))
    }

    /// Returns the first line, whatever it is.
    pub(crate) fn first_line(&self) -> String {
        printable(self.first.as_ref().unwrap_or(&self.line))
    }
}

impl Link {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the connection at once.
    pub(crate) fn stop(&self) {
        let mut state = self.state();
        state.is_stopped = true;
        state.task.wake();
    }

    /// Passes a future to the session's task; it is dropped with the connection.
    pub(crate) fn defer(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut state = self.state();
        // It would never be run, and it may hold the link that would hold it.
        if !state.is_hung_up {
            state.deferred.push_back(Box::pin(task));
            state.task.wake();
        }
    }

    /// Records how the session ended, and wakes all that wait. The first end counts.
    pub(crate) fn finish(&self, end: End) {
        let mut state = self.state();
        state.end.get_or_insert(end);
        state.ending.wake();
        state.channels.values_mut().for_each(|inbox| inbox.watchers.wake());
    }

    /// Waits for the end of the session and returns it.
    pub(crate) async fn ended(&self) -> End {
        poll_fn(|cx| {
            let mut state = self.state();
            match &state.end {
                Some(end) => Poll::Ready(end.clone()),
                None => {
                    state.ending.register(cx);
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Waits until there is no TCP connection any more.
    pub(crate) async fn hung_up(&self) {
        poll_fn(|cx| {
            let mut state = self.state();
            if state.is_hung_up {
                return Poll::Ready(());
            }
            state.ending.register(cx);
            Poll::Pending
        })
        .await;
    }

    // Events of channels, from the handlers of both sides.

    /// Adds a channel. Returns the session's number.
    pub(crate) fn open(&self, number: u32, outlet: Outlet) -> u32 {
        let mut state = self.state();
        let session = state.free_session();
        state.channels.insert(
            number,
            Inbox {
                session,
                outlet: Arc::new(outlet),
                data: BytesMut::new(),
                is_started: false,
                is_abandoned: false,
                is_eof: false,
                is_closed: false,
                exit_status: None,
                answer: None,
                watchers: Wakers::default(),
            },
        );
        session
    }

    /// Stores received data.
    pub(crate) fn receive(&self, number: u32, data: &[u8]) {
        let mut state = self.state();
        let Some(inbox) = state.channels.get_mut(&number) else { return };
        // It would never be read. sshd ignores it as well.
        if inbox.is_started && !inbox.is_abandoned && !inbox.is_eof {
            inbox.data.extend_from_slice(data);
            inbox.watchers.wake();
            state.unread += data.len();
        }
    }

    /// Records another event of a channel.
    pub(crate) fn note(&self, number: u32, note: impl FnOnce(&mut Inbox)) {
        if let Some(inbox) = self.state().channels.get_mut(&number) {
            note(inbox);
            inbox.watchers.wake();
        }
    }

    /// Records that the peer has closed the channel. Returns the session's number, if this side had not closed it before.
    pub(crate) fn close(&self, number: u32) -> Option<u32> {
        let mut state = self.state();
        let inbox = state.channels.get_mut(&number)?;
        inbox.is_closed = true;
        inbox.watchers.wake();
        let (session, is_abandoned) = (inbox.session, inbox.is_abandoned);
        if !inbox.is_started {
            state.forget(number);
        }
        (!is_abandoned).then_some(session)
    }
}

impl State {
    /// Drops a channel and its data.
    pub(crate) fn forget(&mut self, number: u32) {
        if let Some(inbox) = self.channels.remove(&number) {
            self.take_unread(inbox.data.len());
        }
    }

    /// Records that `length` bytes were read, or never will be.
    pub(crate) fn take_unread(&mut self, length: usize) {
        let was_full = self.unread >= UNREAD_MAX;
        self.unread -= length;
        if was_full && self.unread < UNREAD_MAX {
            self.task.wake();
        }
    }

    fn free_session(&self) -> u32 {
        let taken: Vec<u32> = self.channels.values().map(|inbox| inbox.session).collect();
        (0..).find(|number| !taken.contains(number)).expect("there are fewer channels than numbers")
    }
}
