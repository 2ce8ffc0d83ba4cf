//! russh's callbacks, which run on russh's task.

use std::sync::{Arc, OnceLock};

use russh::client::{DisconnectReason, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{ChannelId, Error};

use crate::end::{End, printable};
use crate::key::PublicKey;
use crate::link::Link;

pub(super) struct Handler {
    link: Arc<Link>,
    host_key: Arc<OnceLock<PublicKey>>,
}

impl Handler {
    pub(super) fn new(link: &Arc<Link>, host_key: &Arc<OnceLock<PublicKey>>) -> Self {
        Self { link: Arc::clone(link), host_key: Arc::clone(host_key) }
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        // russh's task reports the end, unless it failed itself. Before the session is established, `connect` reports it.
        if self.link.state().is_established {
            self.link.finish(End::Protocol("the session's task failed".to_owned()));
        }
    }
}

impl russh::client::Handler for Handler {
    type Error = Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = key else { return Ok(false) };
        // Later exchanges prove the same key again.
        let _ = self.host_key.set(PublicKey::new(key));
        Ok(true)
    }

    async fn channel_success(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        self.link.note(channel.number(), |inbox| inbox.answer = Some(true));
        Ok(())
    }

    async fn channel_failure(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        self.link.note(channel.number(), |inbox| inbox.answer = Some(false));
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        self.link.close(channel.number());
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        self.link.note(channel.number(), |inbox| inbox.is_eof = true);
        Ok(())
    }

    async fn data(&mut self, channel: ChannelId, data: &[u8], _: &mut Session) -> Result<(), Error> {
        self.link.receive(channel.number(), data);
        Ok(())
    }

    async fn exit_status(&mut self, channel: ChannelId, status: u32, _: &mut Session) -> Result<(), Error> {
        self.link.note(channel.number(), |inbox| inbox.exit_status = Some(status));
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Error>) -> Result<(), Error> {
        let end = match reason {
            DisconnectReason::ReceivedDisconnect(info) => End::Disconnected {
                reason: info.reason_code as u32,
                text: printable(info.message.as_bytes()),
            },
            DisconnectReason::Error(Error::Disconnect) => End::Local,
            DisconnectReason::Error(error) => End::of(&error, ""),
        };
        self.link.finish(end);
        Ok(())
    }
}
