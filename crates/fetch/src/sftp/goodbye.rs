//! The end of a session: CLOSE, the end of data, and the server's own closing.

use std::time::Duration;

use host::Host;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{ROOM, Session, drain, until};

/// An open session, of which nothing more is wanted. Dropping it closes the connection at once.
pub struct Goodbye<H>(Option<Box<(H, Session)>>);

impl<H: Host> Goodbye<H> {
    pub(super) fn of(host: &H, session: Session) -> Self {
        Self(Some(Box::new((host.clone(), session))))
    }

    /// Makes the goodbye of a session that has ended.
    pub(super) fn of_none() -> Self {
        Self(None)
    }

    /// Closes the file and sends the end of data, and waits until the server has closed the channel: then its SFTP has ended. After
    /// `wait` the connection is closed anyway. Errors are ignored: they change nothing any more.
    pub async fn say(self, wait: Duration) {
        let Some(open) = self.0 else { return };
        let (host, session) = *open;
        let deadline = host.now() + wait;
        let mut timer = host.timer();
        let _ = until(&mut timer, Some(deadline), leave(&host, session)).await;
    }
}

impl<H> std::fmt::Debug for Goodbye<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Goodbye").field("is_open", &self.0.is_some()).finish()
    }
}

async fn leave<H: Host>(host: &H, mut session: Session) {
    let Session { channel, download, frames, .. } = &mut session;
    while let Some(packet) = download.poll_transmit(host.now()) {
        if channel.send(packet).await.is_err() {
            return;
        }
    }
    while !download.is_closed() {
        let buffer = frames.buffer();
        buffer.reserve(ROOM);
        if !matches!(channel.read_buf(buffer).await, Ok(1..)) {
            break;
        }
        if let Err(broken) = drain(frames, |packet| download.handle(host.now(), packet)) {
            download.give_up(broken);
        }
    }
    let _ = channel.shutdown().await;
    channel.closed().await;
}
