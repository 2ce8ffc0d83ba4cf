//! The session's task on its host: moves bytes between the host's TCP stream and russh, and runs deferred futures.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Buf;
use host::{Host, Timer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::end::End;
use crate::link::{Deferred, Link, State, UNREAD_MAX};
use crate::wire::INBOUND_MAX;

/// The number of bytes read from TCP at a time.
const READ: usize = 64 << 10;
/// The longest time to send a disconnect that is not acknowledged.
const LEAVING: Duration = Duration::from_secs(2);

/// Runs until the connection is closed and `protocol` has ended. Returns the output of `protocol`, or `None` if this side did not
/// wait for that.
pub(crate) async fn drive<H: Host, T>(
    host: &H,
    link: &Arc<Link>,
    stream: H::TcpStream,
    protocol: impl Future<Output = T>,
) -> Option<T> {
    let mut protocol = pin!(protocol);
    let mut result = None;
    let mut stream = Some(stream);
    let mut deferred: Vec<Deferred> = Vec::new();
    let mut timer = host.timer();
    let mut leave_by = None;
    // Cleared once: a stream that writes into memory of its own would clear as much for each segment.
    let mut room = vec![0; READ];
    poll_fn(|cx| {
        link.state().task.register(cx);
        loop {
            if result.is_none()
                && let Poll::Ready(value) = protocol.as_mut().poll(cx)
            {
                result = Some(value);
            }
            // The futures take the lock themselves.
            let mut new = std::mem::take(&mut link.state().deferred);
            let has_new = !new.is_empty();
            deferred.extend(new.drain(..));
            deferred.retain_mut(|task| task.as_mut().poll(cx).is_pending());
            let mut state = link.state();
            if let Some(open) = &mut stream
                && state.poll_pump(open, &mut room, cx).is_ready()
            {
                stream = None;
                deferred.extend(state.hang_up());
            }
            if stream.is_none() && (state.is_stopped || result.is_some()) {
                return Poll::Ready(());
            }
            if state.is_leaving || state.is_wire_shut {
                let deadline = *leave_by.get_or_insert_with(|| host.now() + LEAVING);
                if timer.poll_until(Some(deadline), cx).is_ready() {
                    return Poll::Ready(());
                }
            }
            if !has_new {
                return Poll::Pending;
            }
        }
    })
    .await;
    drop(link.state().hang_up());
    result
}

/// Reports to the other parts of a session that the host's task is gone, as when it was dropped: they must not wait for it.
pub(crate) struct Gone(Option<Arc<Link>>);

impl Gone {
    pub(crate) fn new(link: &Arc<Link>) -> Self {
        Self(Some(Arc::clone(link)))
    }

    /// Does nothing when dropped, as the task has ended.
    pub(crate) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for Gone {
    fn drop(&mut self) {
        if let Some(link) = self.0.take() {
            link.stop();
            drop(link.state().hang_up());
            link.finish(End::Local);
        }
    }
}

impl State {
    /// Handles the end of the TCP connection. Returns the deferred futures, to be dropped when the lock is free.
    fn hang_up(&mut self) -> VecDeque<Deferred> {
        self.inbound_end.get_or_insert(io::ErrorKind::UnexpectedEof);
        self.outbound_end.get_or_insert(io::ErrorKind::BrokenPipe);
        self.outbound.clear();
        self.is_hung_up = true;
        self.reader.wake();
        self.writer.wake();
        self.ending.wake();
        std::mem::take(&mut self.deferred)
    }

    /// Moves the bytes that can be moved. Ready when the stream is finished.
    fn poll_pump<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        room: &mut [u8],
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        self.poll_write_out(stream, cx);
        if self.is_stopped {
            return Poll::Ready(());
        }
        if self.is_wire_shut && self.outbound.is_empty() {
            // Whether the peer receives it or not.
            let _ = ready!(Pin::new(&mut *stream).poll_shutdown(cx));
            return Poll::Ready(());
        }
        while self.inbound_end.is_none() && self.unread < UNREAD_MAX && self.inbound.len() < INBOUND_MAX {
            let mut read = ReadBuf::new(room);
            let kind = match Pin::new(&mut *stream).poll_read(cx, &mut read) {
                Poll::Ready(Ok(())) if read.filled().is_empty() => {
                    self.outbound_end.unwrap_or(io::ErrorKind::UnexpectedEof)
                }
                Poll::Ready(Ok(())) => {
                    self.traffic.received += read.filled().len() as u64;
                    self.identification.read(read.filled());
                    self.inbound.extend_from_slice(read.filled());
                    self.reader.wake();
                    continue;
                }
                Poll::Ready(Err(error)) => error.kind(),
                // Data that came before the writer failed has been read.
                Poll::Pending => match self.outbound_end {
                    Some(kind) => kind,
                    None => break,
                },
            };
            self.inbound_end = Some(kind);
            self.reader.wake();
        }
        Poll::Pending
    }

    fn poll_write_out<S: AsyncWrite + Unpin>(&mut self, stream: &mut S, cx: &mut Context<'_>) {
        while !self.outbound.is_empty() {
            match Pin::new(&mut *stream).poll_write(cx, &self.outbound) {
                Poll::Ready(Ok(length)) if length > 0 => {
                    self.traffic.sent += length as u64;
                    self.outbound.advance(length);
                }
                Poll::Ready(Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => {
                    self.outbound_end = Some(error.kind());
                    self.outbound.clear();
                }
                // As after a reset that the reader has not seen yet.
                Poll::Ready(_) => {
                    self.outbound_end = Some(io::ErrorKind::ConnectionReset);
                    self.outbound.clear();
                }
                Poll::Pending => return,
            }
            self.writer.wake();
        }
    }
}
