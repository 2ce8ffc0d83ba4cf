//! One channel, as a program sees it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use russh::ChannelWriteHalf;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::link::{Link, State};

/// The maximum number of bytes of one write: a full SFTP packet of OpenSSH.
const WRITE: usize = 256 << 10;

/// A channel (RFC 4254 section 5): a stream of bytes both ways.
///
/// Written data is sent without a flush; a flush waits until all of it has been passed to the connection, at the peer's pace.
/// Shutting the channel down sends the end of data (SSH_MSG_CHANNEL_EOF). Reads end (0 bytes) with the peer's end of data, or
/// when it closed the channel; if the session ended otherwise they fail, after the data received before. Dropping it closes the
/// channel.
pub struct Channel {
    link: Arc<Link>,
    number: u32,
    outlet: Arc<Outlet>,
    sending: Option<Sending>,
    has_sent_eof: bool,
}

type Sending = Pin<Box<dyn Future<Output = Result<(), russh::Error>> + Send>>;

/// russh's handle for outgoing data.
pub(crate) enum Outlet {
    Server(ChannelWriteHalf<russh::server::Msg>),
    Client(ChannelWriteHalf<russh::client::Msg>),
}

impl Channel {
    /// Takes a channel of `link`, of which the returned value is the only user.
    pub(crate) fn start(link: &Arc<Link>, number: u32) -> Option<Self> {
        let mut state = link.state();
        let inbox = state.channels.get_mut(&number).filter(|inbox| !inbox.is_started)?;
        inbox.is_started = true;
        let outlet = Arc::clone(&inbox.outlet);
        Some(Self { link: Arc::clone(link), number, outlet, sending: None, has_sent_eof: false })
    }

    /// Gives the channel back, still open.
    pub(crate) fn give_back(link: &Link, number: u32) {
        if let Some(inbox) = link.state().channels.get_mut(&number) {
            inbox.is_started = false;
        }
    }

    /// Sends all of `data` without copying it. Waits for the peer's window.
    ///
    /// # Errors
    /// The channel or the session is closed.
    pub async fn send(&mut self, data: Bytes) -> io::Result<()> {
        poll_fn(|cx| self.poll_sent(cx)).await?;
        self.sending = Some(Outlet::send(&self.outlet, data));
        poll_fn(|cx| self.poll_sent(cx)).await
    }

    /// Sends the exit status of the program (RFC 4254 section 6.10); for servers.
    ///
    /// # Errors
    /// As [`Channel::send`].
    pub async fn exit_status(&mut self, status: u32) -> io::Result<()> {
        poll_fn(|cx| self.poll_sent(cx)).await?;
        let outlet = Arc::clone(&self.outlet);
        self.sending = Some(Box::pin(async move {
            match &*outlet {
                Outlet::Server(half) => half.exit_status(status).await,
                Outlet::Client(_) => Ok(()),
            }
        }));
        poll_fn(|cx| self.poll_sent(cx)).await
    }

    /// Closes the channel (SSH_MSG_CHANNEL_CLOSE), after all written data was sent.
    ///
    /// # Errors
    /// As [`Channel::send`].
    pub async fn close(mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_sent(cx)).await
        // Dropping it closes it.
    }

    /// Returns the peer's exit status, once it has come; for clients.
    pub fn peer_exit_status(&self) -> Option<u32> {
        self.link.state().channels.get(&self.number).and_then(|inbox| inbox.exit_status)
    }

    /// Waits for the peer to close the channel, or the session to end.
    pub async fn closed(&self) {
        poll_fn(|cx| {
            let mut state = self.link.state();
            match open_inbox(&mut state, self.number) {
                Ok(inbox) => {
                    inbox.watchers.register(cx);
                    Poll::Pending
                }
                Err(_) => Poll::Ready(()),
            }
        })
        .await;
    }

    /// Requests a subsystem; the answer goes to the inbox.
    pub(crate) async fn request_subsystem(&self, name: &str) -> Result<(), russh::Error> {
        match &*self.outlet {
            Outlet::Client(half) => half.request_subsystem(true, name).await,
            Outlet::Server(_) => Err(russh::Error::Inconsistent),
        }
    }

    /// Becomes ready when nothing is being sent any more.
    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        {
            let mut state = self.link.state();
            match open_inbox(&mut state, self.number) {
                Ok(inbox) => inbox.watchers.register(cx),
                Err(error) => {
                    // russh would wait for a window for ever.
                    drop(state);
                    self.sending = None;
                    return Poll::Ready(Err(error));
                }
            }
        }
        let Some(sending) = &mut self.sending else { return Poll::Ready(Ok(())) };
        let sent = ready!(sending.as_mut().poll(cx));
        self.sending = None;
        Poll::Ready(sent.map_err(|_| io::ErrorKind::BrokenPipe.into()))
    }
}

/// Returns the channel if it can still be written to.
fn open_inbox(state: &mut State, number: u32) -> io::Result<&mut crate::link::Inbox> {
    if let Some(end) = &state.end {
        return Err(end.error());
    }
    match state.channels.get_mut(&number) {
        Some(inbox) if !inbox.is_closed => Ok(inbox),
        _ => Err(io::ErrorKind::BrokenPipe.into()),
    }
}

impl AsyncRead for Channel {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.link.state();
        let end = state.end.as_ref().map(crate::End::error);
        let Some(inbox) = state.channels.get_mut(&self.number) else { return Poll::Ready(Ok(())) };
        let length = to.remaining().min(inbox.data.len());
        if length > 0 {
            to.put_slice(&inbox.data[..length]);
            inbox.data.advance(length);
            state.take_unread(length);
            return Poll::Ready(Ok(()));
        }
        if inbox.is_eof || inbox.is_closed {
            return Poll::Ready(Ok(()));
        }
        if let Some(error) = end {
            return Poll::Ready(Err(error));
        }
        inbox.watchers.register(cx);
        Poll::Pending
    }
}

impl AsyncWrite for Channel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_sent(cx))?;
        let length = from.len().min(WRITE);
        if length > 0 {
            self.sending = Some(Outlet::send(&self.outlet, Bytes::copy_from_slice(&from[..length])));
            // Starts the sending. Its completion does not matter here: an error is returned by the next write.
            if let Poll::Ready(Err(error)) = self.poll_sent(cx) {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(length))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_sent(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_sent(cx))?;
        if !std::mem::replace(&mut self.has_sent_eof, true) {
            let outlet = Arc::clone(&self.outlet);
            self.sending = Some(Box::pin(async move {
                match &*outlet {
                    Outlet::Server(half) => half.eof().await,
                    Outlet::Client(half) => half.eof().await,
                }
            }));
        }
        self.poll_sent(cx)
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        {
            let mut state = self.link.state();
            let Some(inbox) = state.channels.get_mut(&self.number).filter(|inbox| inbox.is_started) else {
                return;
            };
            inbox.is_abandoned = true;
            let unread = std::mem::take(&mut inbox.data).len();
            state.take_unread(unread);
        }
        // Until then it counts as open; otherwise clients without a window could have any number of them.
        self.link.defer(close(Arc::clone(&self.link), self.number, self.sending.take()));
    }
}

/// Closes a channel after the pending data is sent, unless the peer closes it first.
async fn close(link: Arc<Link>, number: u32, sending: Option<Sending>) {
    if let Some(mut sending) = sending {
        poll_fn(|cx| match open_inbox(&mut link.state(), number) {
            Ok(inbox) => {
                inbox.watchers.register(cx);
                sending.as_mut().poll(cx).map(|_| ())
            }
            Err(_) => Poll::Ready(()),
        })
        .await;
    }
    let outlet = link.state().channels.get(&number).map(|inbox| Arc::clone(&inbox.outlet));
    if let Some(outlet) = outlet {
        // It fails when the session is gone, and then there is nothing to close.
        let _ = match &*outlet {
            Outlet::Server(half) => half.close().await,
            Outlet::Client(half) => half.close().await,
        };
    }
    link.state().forget(number);
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Outlet {
    /// Sends `data` in packets, as far as the peer's window allows.
    fn send(this: &Arc<Self>, data: Bytes) -> Sending {
        let outlet = Arc::clone(this);
        Box::pin(async move {
            match &*outlet {
                Self::Server(half) => half.data_bytes(data).await,
                Self::Client(half) => half.data_bytes(data).await,
            }
        })
    }
}
