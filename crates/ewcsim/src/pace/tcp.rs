//! TCP connections at the pace of their host.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use host::{Host, TcpListener, Timer as _};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Paced;

/// The maximum number of bytes that wait in a connection; its writer waits for room.
const WAITING_MAX: usize = 256 << 10;
/// The most bytes that wait together: the payload of a segment, so that a rate is even.
const SEGMENT: usize = 1_460;
/// The length of the headers of a segment, which count for a rate.
const HEADERS: usize = 40;

/// A listening socket whose connections have the pace of its host.
pub(crate) struct PacedListener<H: Host> {
    listener: H::TcpListener,
    host: Paced<H>,
}

impl<H: Host> PacedListener<H> {
    pub(super) fn new(listener: H::TcpListener, host: Paced<H>) -> Self {
        Self { listener, host }
    }
}

impl<H: Host> TcpListener for PacedListener<H> {
    type Stream = PacedStream<H>;

    fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    async fn accept(&self) -> io::Result<(Self::Stream, SocketAddr)> {
        let (stream, peer) = self.listener.accept().await?;
        Ok((PacedStream::new(stream, &self.host), peer))
    }
}

/// A connection that sends at the pace of its host. What waits is sent whenever a task reads or writes, and such a task is woken for it: a
/// server always reads.
pub(crate) struct PacedStream<H: Host> {
    stream: H::TcpStream,
    host: Paced<H>,
    /// Bytes in order, with the time at which they leave.
    waiting: VecDeque<(Duration, Bytes)>,
    bytes: usize,
    /// For the task that reads, and for the one that writes.
    timers: [H::Timer; 2],
}

/// The index of a timer.
#[derive(Clone, Copy)]
enum Task {
    Reader,
    Writer,
}

impl<H: Host> PacedStream<H> {
    pub(super) fn new(stream: H::TcpStream, host: &Paced<H>) -> Self {
        let timers = [host.timer(), host.timer()];
        Self { stream, host: host.clone(), waiting: VecDeque::new(), bytes: 0, timers }
    }

    pub(super) fn stream(&self) -> &H::TcpStream {
        &self.stream
    }

    /// Sends what is due; ready if nothing waits any more.
    fn poll_waiting(&mut self, task: Task, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((due, bytes)) = self.waiting.front_mut() {
            ready!(self.timers[task as usize].poll_until(Some(*due), cx));
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            bytes.advance(written);
            self.bytes -= written;
            if bytes.is_empty() {
                self.waiting.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

// Nothing in it is pinned in its place.
impl<H: Host> Unpin for PacedStream<H> {}

impl<H: Host> AsyncRead for PacedStream<H> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(Err(error)) = self.poll_waiting(Task::Reader, cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<H: Host> AsyncWrite for PacedStream<H> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let is_idle = match self.poll_waiting(Task::Writer, cx) {
            Poll::Ready(Ok(())) => true,
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending if self.bytes >= WAITING_MAX => return Poll::Pending,
            Poll::Pending => false,
        };
        if is_idle && self.host.pace.is_free() {
            return Pin::new(&mut self.stream).poll_write(cx, buf);
        }
        let part = Bytes::copy_from_slice(&buf[..buf.len().min(SEGMENT)]);
        let length = part.len();
        let due = self.host.pace.due(self.host.now(), length + HEADERS);
        self.waiting.push_back((due, part));
        self.bytes += length;
        // So that this task is woken for it.
        match self.poll_waiting(Task::Writer, cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(length)),
        }
    }

    /// Flushes what has left: the rest does not keep a server from its work.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Poll::Ready(Err(error)) = self.poll_waiting(Task::Writer, cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_waiting(Task::Writer, cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
