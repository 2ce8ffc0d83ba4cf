//! A program's TCP connection.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use network::HostId;
use smoltcp::iface::SocketHandle;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::engine::Engine;
use crate::tcp::Stack;

/// A simulated TCP connection.
pub struct SimTcpStream {
    caller: Caller,
    handle: SocketHandle,
}

/// The host that makes the socket calls.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) engine: Rc<Engine>,
    pub(super) host: HostId,
}

impl Caller {
    /// Makes `call` on the host's stack, and handles its consequences.
    pub(super) fn call<T>(&self, call: impl FnOnce(&mut Stack, u64) -> T) -> io::Result<T> {
        let (net, now_ns) = (&mut *self.engine.net.borrow_mut(), self.engine.context.now_ns.get());
        let stack = net.hosts[self.host.index()].tcp.as_mut().ok_or(io::ErrorKind::Unsupported)?;
        let result = call(stack, now_ns);
        net.advance_tcp(now_ns, self.host);
        Ok(result)
    }
}

impl SimTcpStream {
    pub(super) fn new(caller: Caller, handle: SocketHandle) -> Self {
        Self { caller, handle }
    }

    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.caller.call(|stack, _| stack.local_addr(self.handle))?.ok_or(io::ErrorKind::NotConnected.into())
    }

    pub(super) async fn connect(caller: Caller, peer: SocketAddr) -> io::Result<Self> {
        let handle = caller.call(|stack, _| stack.connect(peer))??;
        // From here on it is closed if its program abandons the call.
        let stream = Self::new(caller, handle);
        poll_fn(|cx| match stream.caller.call(|stack, _| stack.poll_connected(handle, cx)) {
            Ok(connected) => connected,
            Err(error) => Poll::Ready(Err(error)),
        })
        .await?;
        Ok(stream)
    }
}

impl AsyncRead for SimTcpStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let into = to.initialize_unfilled();
        let length =
            std::task::ready!(self.caller.call(|stack, _| stack.poll_read(self.handle, cx, into))?)?;
        to.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for SimTcpStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.caller.call(|stack, _| stack.poll_write(self.handle, cx, from))?
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.caller.call(|stack, _| stack.shut_down(self.handle)))
    }
}

impl Drop for SimTcpStream {
    fn drop(&mut self) {
        // A host without TCP has no streams.
        let _ = self.caller.call(|stack, now_ns| stack.drop_connection(now_ns, self.handle));
    }
}

impl fmt::Debug for SimTcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimTcpStream").field(&self.handle).finish()
    }
}
