//! russh's end of the connection: the stream that it reads and writes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::link::Link;

/// The limit of bytes that wait for russh; above it, TCP has to wait: one packet of the largest size and the start of the next.
pub(crate) const INBOUND_MAX: usize = 320 << 10;
/// The limit of bytes that wait to be written to TCP; above it, russh has to wait.
const OUTBOUND_MAX: usize = 256 << 10;

/// One half of a pair of pipes in memory; the pump has the other.
pub(crate) struct Wire(Arc<Link>);

impl Wire {
    pub(crate) fn new(link: &Arc<Link>) -> Self {
        Self(Arc::clone(link))
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.0.state();
        if !state.inbound.is_empty() {
            let waiting = state.inbound.len();
            let length = to.remaining().min(waiting);
            to.put_slice(&state.inbound[..length]);
            state.inbound.advance(length);
            if waiting >= INBOUND_MAX && waiting - length < INBOUND_MAX {
                state.task.wake();
            }
            return Poll::Ready(Ok(()));
        }
        match state.inbound_end {
            Some(io::ErrorKind::UnexpectedEof) => Poll::Ready(Ok(())),
            Some(kind) => Poll::Ready(Err(kind.into())),
            None => {
                state.reader.register(cx);
                Poll::Pending
            }
        }
    }
}

impl AsyncWrite for Wire {
    /// Never fails: when TCP is dead, the reader gets the reason, after the data that had come before.
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.0.state();
        if state.outbound_end.is_some() {
            return Poll::Ready(Ok(from.len()));
        }
        let length = OUTBOUND_MAX.saturating_sub(state.outbound.len()).min(from.len());
        if length == 0 && !from.is_empty() {
            state.writer.register(cx);
            return Poll::Pending;
        }
        state.outbound.extend_from_slice(&from[..length]);
        state.task.wake();
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.0.state();
        state.is_wire_shut = true;
        state.task.wake();
        Poll::Ready(Ok(()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_wire_shut = true;
        state.task.wake();
    }
}
