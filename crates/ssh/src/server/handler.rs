//! russh's callbacks, which run on russh's task: each question goes to the session and waits for its answer.

use std::sync::Arc;

use russh::server::{Auth, ChannelOpenHandle, Msg, PublicKeyOffer, Response, Session, VerifiedPublicKey};
use russh::{ChannelId, ChannelOpenFailure, Error, Pty, Sig};
use tokio::sync::mpsc;

use super::{Config, Decision, Method, Reply, Request, methods};
use crate::channel::{Channel, Outlet};
use crate::key::PublicKey;
use crate::link::Link;
use crate::secret::Secret;

/// The number of sessions in one connection, one after the other, before more are refused.
///
/// russh keeps 1.5 KiB of each channel that this side closed first, until the connection ends. A client has one or two.
const SESSIONS_EVER: u32 = 4_096;

pub(super) struct Handler {
    link: Arc<Link>,
    questions: mpsc::Sender<Request>,
    banner: Option<String>,
    sessions_max: usize,
    sessions_so_far: u32,
    methods: russh::MethodSet,
}

impl Handler {
    pub(super) fn new(link: &Arc<Link>, questions: mpsc::Sender<Request>, config: &Config) -> Self {
        Self {
            link: Arc::clone(link),
            questions,
            banner: config.banner.clone(),
            sessions_max: config.sessions_max,
            sessions_so_far: 0,
            methods: methods(&config.methods),
        }
    }

    async fn tell(&self, request: Request) -> Result<(), Error> {
        self.questions.send(request).await.map_err(|_| Error::Disconnect)
    }

    /// Asks a question; `None` if there is no answer.
    async fn ask<T>(&self, question: impl FnOnce(Reply<T>) -> Request) -> Result<Option<T>, Error> {
        let (reply, answer) = Reply::new();
        self.tell(question(reply)).await?;
        Ok(answer.await.ok())
    }

    async fn authenticate(&self, user: &str, method: Method) -> Result<Auth, Error> {
        let user = user.to_owned();
        let decision = self.ask(|reply| Request::Authenticate { user, method, reply }).await?;
        Ok(match decision {
            Some(Decision::Accept) => Auth::Accept,
            Some(Decision::Reject { methods: allowed, is_partial }) => {
                Auth::Reject { proceed_with_methods: Some(methods(&allowed)), partial_success: is_partial }
            }
            None => Auth::Reject { proceed_with_methods: Some(self.methods.clone()), partial_success: false },
        })
    }

    /// Asks for the program of a session.
    async fn run(
        &self,
        channel: ChannelId,
        session: &mut Session,
        question: impl FnOnce(u32, Channel, Reply<bool>) -> Request,
    ) -> Result<(), Error> {
        let number = channel.number();
        let id = self.session_id(number);
        let is_granted = match (id, Channel::start(&self.link, number)) {
            (Some(id), Some(program)) => {
                let is_granted = self.ask(|reply| question(id, program, reply)).await? == Some(true);
                if !is_granted {
                    Channel::give_back(&self.link, number);
                }
                is_granted
            }
            // One program in each session.
            _ => false,
        };
        if is_granted { session.channel_success(channel) } else { session.channel_failure(channel) }
    }

    async fn other(&self, channel: Option<ChannelId>, kind: &str) -> Result<bool, Error> {
        let id = channel.and_then(|channel| self.session_id(channel.number()));
        let kind = kind.to_owned();
        Ok(self.ask(|reply| Request::Other { id, kind, reply }).await? == Some(true))
    }

    async fn other_in(&self, channel: ChannelId, kind: &str, session: &mut Session) -> Result<(), Error> {
        if self.other(Some(channel), kind).await? {
            session.channel_success(channel)
        } else {
            session.channel_failure(channel)
        }
    }

    async fn refuse(&self, kind: &str, reply: ChannelOpenHandle) -> Result<(), Error> {
        self.other(None, kind).await?;
        reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
        Ok(())
    }

    fn session_id(&self, number: u32) -> Option<u32> {
        self.link.state().channels.get(&number).map(|inbox| inbox.session)
    }
}

impl russh::server::Handler for Handler {
    type Error = Error;

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Error> {
        self.authenticate(user, Method::None).await
    }

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Error> {
        self.authenticate(user, Method::Password(Secret::new(password))).await
    }

    async fn auth_publickey_offered(&mut self, user: &str, offer: PublicKeyOffer<'_>) -> Result<Auth, Error> {
        let key = PublicKey::new(offer.public_key);
        self.authenticate(user, Method::PublicKey { key, is_signed: false }).await
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Error> {
        let key = PublicKey::new(key.public_key);
        self.authenticate(user, Method::PublicKey { key, is_signed: true }).await
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _: &str,
        _: Option<Response<'a>>,
    ) -> Result<Auth, Error> {
        Ok(match self.authenticate(user, Method::KeyboardInteractive).await? {
            // The client was never asked anything, so it cannot be accepted.
            Auth::Accept => {
                Auth::Reject { proceed_with_methods: Some(self.methods.clone()), partial_success: false }
            }
            rejected => rejected,
        })
    }

    async fn authentication_banner(&mut self) -> Result<Option<String>, Error> {
        Ok(self.banner.clone())
    }

    async fn channel_open_session(
        &mut self,
        channel: russh::Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        let number = channel.id().number();
        // The reading half is dropped: incoming data goes through `data`.
        let (_, outlet) = channel.split();
        let open = self.link.state().channels.len();
        let has_room = open < self.sessions_max && self.sessions_so_far < SESSIONS_EVER;
        let id = has_room.then(|| self.link.open(number, Outlet::Server(outlet)));
        let is_open = match id {
            Some(id) => self.ask(|reply| Request::OpenSession { id, reply }).await? == Some(true),
            None => false,
        };
        if is_open {
            self.sessions_so_far += 1;
            reply.accept().await;
        } else {
            self.link.state().forget(number);
            // The words of sshd (serverloop.c).
            reply.reject(ChannelOpenFailure::Other { code: 2, reason: "open failed".to_owned() }).await;
        }
        Ok(())
    }

    async fn channel_open_x11(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.refuse("x11", reply).await
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.refuse("direct-tcpip", reply).await
    }

    async fn channel_open_forwarded_tcpip(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.refuse("forwarded-tcpip", reply).await
    }

    async fn channel_open_direct_streamlocal(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.refuse("direct-streamlocal@openssh.com", reply).await
    }

    async fn channel_close(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        match self.link.close(channel.number()) {
            Some(id) => self.tell(Request::ChannelClosed { id }).await,
            None => Ok(()),
        }
    }

    async fn channel_eof(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        self.link.note(channel.number(), |inbox| inbox.is_eof = true);
        Ok(())
    }

    async fn data(&mut self, channel: ChannelId, data: &[u8], _: &mut Session) -> Result<(), Error> {
        self.link.receive(channel.number(), data);
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Error> {
        self.other_in(channel, "pty-req", session).await
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _: bool,
        _: &str,
        _: &str,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Error> {
        self.other_in(channel, "x11-req", session).await
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: &str,
        session: &mut Session,
    ) -> Result<(), Error> {
        self.other_in(channel, "env", session).await
    }

    async fn window_change_request(
        &mut self,
        channel: ChannelId,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Error> {
        self.other_in(channel, "window-change", session).await
    }

    async fn signal(&mut self, channel: ChannelId, _: Sig, session: &mut Session) -> Result<(), Error> {
        self.other_in(channel, "signal", session).await
    }

    async fn agent_request(&mut self, channel: ChannelId, _: &mut Session) -> Result<bool, Error> {
        self.other(Some(channel), "auth-agent-req@openssh.com").await
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Error> {
        self.run(channel, session, |id, channel, reply| Request::Shell { id, channel, reply }).await
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Error> {
        let command = command.to_owned();
        self.run(channel, session, |id, channel, reply| Request::Exec { id, command, channel, reply }).await
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Error> {
        let name = name.to_owned();
        self.run(channel, session, |id, channel, reply| Request::Subsystem { id, name, channel, reply }).await
    }

    async fn tcpip_forward(&mut self, _: &str, _: &mut u32, _: &mut Session) -> Result<bool, Error> {
        self.other(None, "tcpip-forward").await?;
        Ok(false)
    }

    async fn streamlocal_forward(&mut self, _: &str, _: &mut Session) -> Result<bool, Error> {
        self.other(None, "streamlocal-forward@openssh.com").await?;
        Ok(false)
    }
}
