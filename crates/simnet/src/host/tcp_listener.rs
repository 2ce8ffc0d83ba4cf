//! A program's listening TCP socket.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;

use super::tcp_stream::{Caller, SimTcpStream};

/// A simulated listening TCP socket.
pub struct SimTcpListener {
    caller: Caller,
    index: usize,
    local: SocketAddr,
}

impl SimTcpListener {
    pub(super) fn bind(caller: Caller, local: SocketAddr) -> io::Result<Self> {
        let (index, local) = caller.call(|stack, _| stack.listen(local))??;
        Ok(Self { caller, index, local })
    }
}

impl host::TcpListener for SimTcpListener {
    type Stream = SimTcpStream;

    fn local_addr(&self) -> SocketAddr {
        self.local
    }

    async fn accept(&self) -> io::Result<(SimTcpStream, SocketAddr)> {
        let accepted = poll_fn(|cx| match self.caller.call(|stack, _| stack.poll_accept(self.index, cx)) {
            Ok(accepted) => accepted.map(Ok),
            Err(error) => Poll::Ready(Err(error)),
        });
        let (handle, peer) = accepted.await?;
        Ok((SimTcpStream::new(self.caller.clone(), handle), peer))
    }
}

impl Drop for SimTcpListener {
    fn drop(&mut self) {
        // A host without TCP has no listeners.
        let _ = self.caller.call(|stack, now_ns| stack.drop_listener(now_ns, self.index));
    }
}

impl fmt::Debug for SimTcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimTcpListener").field(&self.local).finish()
    }
}
