//! TCP connections with traffic counts.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use host::{Host, TcpListener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Metered, Open};

/// A listening socket whose connections are counted.
#[derive(Debug)]
pub(crate) struct MeteredListener<H: Host> {
    listener: H::TcpListener,
    metered: Metered<H>,
}

impl<H: Host> MeteredListener<H> {
    pub(super) fn new(listener: H::TcpListener, metered: Metered<H>) -> Self {
        Self { listener, metered }
    }
}

impl<H: Host> TcpListener for MeteredListener<H> {
    type Stream = MeteredStream<H::TcpStream>;

    fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    async fn accept(&self) -> io::Result<(Self::Stream, SocketAddr)> {
        let (stream, peer) = self.listener.accept().await?;
        let open = self.metered.flows.open(self.metered.now(), Some(peer));
        Ok((MeteredStream::new(stream, open), peer))
    }
}

/// A connection that counts the bytes sent to the peer, including encryption.
#[derive(Debug)]
pub(crate) struct MeteredStream<S> {
    stream: S,
    open: Open,
}

impl<S> MeteredStream<S> {
    pub(super) fn new(stream: S, open: Open) -> Self {
        Self { stream, open }
    }

    pub(super) fn stream(&self) -> &S {
        &self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MeteredStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MeteredStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        let bytes = &self.open.flow.bytes;
        bytes.set(bytes.get() + written as u64);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
