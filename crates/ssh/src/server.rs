//! The server's side of one connection.

mod handler;
mod request;

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use host::Host;
use russh::server::Handle;
use russh::{Disconnect, MethodKind, MethodSet, SshId};
use tokio::sync::mpsc;
use tracing::debug;

pub use self::request::{AuthMethod, Decision, Method, Reply, Request};
use crate::end::End;
use crate::link::Link;
use crate::pump::{Gone, drive};
use crate::wire::Wire;
use crate::{Algorithms, HostKey, Traffic};

/// The configuration of a server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The identification without CR LF: `SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6`.
    pub identification: String,
    /// The host keys. At most one key of each type is used.
    pub host_keys: Vec<HostKey>,
    /// The algorithms to offer.
    pub algorithms: Algorithms,
    /// The methods named to a client that tries another one.
    pub methods: Vec<AuthMethod>,
    /// A text shown before authentication (RFC 4252 section 5.4).
    pub banner: Option<String>,
    /// The number of sessions that a client may have open at a time; more are refused at once. OpenSSH's MaxSessions is 10.
    pub sessions_max: usize,
}

/// Serves one connection, starting with the identifications. See [`Session`].
pub fn start<H: Host>(host: &H, stream: H::TcpStream, config: &Config) -> Session {
    let link = Link::new();
    let (questions, requests) = mpsc::channel(1);
    let handle = Arc::new(OnceLock::new());
    let handler = handler::Handler::new(&link, questions.clone(), config);
    let serving = serve(&link, &handle, config.russh(), handler);
    host.spawn({
        let (host, link) = (host.clone(), Arc::clone(&link));
        let gone = Gone::new(&link);
        async move {
            debug!("a client is connected");
            let ended = drive(&host, &link, stream, serving).await;
            let end = link.server_end(ended);
            debug!(?end, "the session has ended");
            link.finish(end.clone());
            gone.disarm();
            // The receiver may be gone.
            let _ = questions.send(Request::End(end)).await;
        }
    });
    Session { link, handle, requests, pongs: mpsc::channel(16) }
}

/// Runs russh. Boxed, so that russh's large code is compiled here, once, and not for every kind of host.
fn serve(
    link: &Arc<Link>,
    handle: &Arc<OnceLock<Handle>>,
    config: russh::server::Config,
    handler: handler::Handler,
) -> Pin<Box<dyn Future<Output = Result<(), russh::Error>>>> {
    let (link, handle) = (Arc::clone(link), Arc::clone(handle));
    Box::pin(async move {
        match russh::server::run_stream(Arc::new(config), Wire::new(&link), handler).await {
            Ok(session) => {
                // This is the only place that sets it.
                let _ = handle.set(session.handle());
                session.await
            }
            Err(error) => {
                if matches!(error, russh::Error::Version) {
                    // As in sshd (kex.c, `kex_exchange_identification`).
                    link.state().outbound.extend_from_slice(b"Invalid SSH identification string.\r\n");
                }
                Err(error)
            }
        }
    })
}

/// One client's connection.
///
/// The client's requests come one after the other, and each waits for its answer; [`Request::End`] is the last. Dropping it
/// closes the connection at once, unless [`Session::disconnect`] was called: the disconnect may still be sent.
pub struct Session {
    link: Arc<Link>,
    handle: Arc<OnceLock<Handle>>,
    requests: mpsc::Receiver<Request>,
    pongs: (mpsc::Sender<()>, mpsc::Receiver<()>),
}

impl Session {
    /// Returns the next request. After [`Request::End`] it is [`Request::End`] again. Cancel-safe.
    pub async fn next(&mut self) -> Request {
        tokio::select! {
            biased;
            Some(()) = self.pongs.1.recv() => Request::Pong,
            request = self.requests.recv() => match request {
                Some(request) => request,
                None => Request::End(self.link.ended().await),
            },
        }
    }

    /// Sends SSH_MSG_DISCONNECT with a reason of RFC 4253 section 11.1 and closes the connection.
    pub fn disconnect(&self, reason: u32, text: &str) {
        let Some(handle) = self.handle.get().cloned() else {
            return self.close();
        };
        self.link.state().is_leaving = true;
        let (reason, text) =
            (Disconnect::try_from(reason).unwrap_or(Disconnect::ByApplication), text.to_owned());
        self.link.defer(async move {
            // It fails when the session has just ended.
            let _ = handle.disconnect(reason, text, String::new()).await;
        });
    }

    /// Closes the connection without a message.
    pub fn close(&self) {
        self.link.stop();
    }

    /// Sends a request that any client must answer, if only by a refusal (RFC 4254 section 4): [`Request::Pong`].
    ///
    /// sshd sends `keepalive@openssh.com`. russh's server can send that by its own clock only, so the request is
    /// `cancel-tcpip-forward` of nothing: as harmless, and different only in its name, which only the client sees.
    pub fn ping(&self) {
        let Some(handle) = self.handle.get().cloned() else { return };
        let (link, pong) = (Arc::clone(&self.link), self.pongs.0.clone());
        self.link.defer(async move {
            // A refusal and the end of the session look the same.
            let _ = handle.cancel_forward_tcpip(String::new(), 0).await;
            if !link.state().is_wire_shut {
                // One pending pong is as good as many.
                let _ = pong.try_send(());
            }
        });
    }

    /// Returns the traffic of the connection so far.
    pub fn traffic(&self) -> Traffic {
        self.link.state().traffic
    }

    /// Returns the client's identification without CR LF, made printable, once it has come: `SSH-2.0-libssh2_1.10.0`.
    pub fn client_identification(&self) -> Option<String> {
        self.link.state().identification.line()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.link.state().is_leaving {
            self.link.stop();
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("client", &self.client_identification()).finish_non_exhaustive()
    }
}

impl Config {
    fn russh(&self) -> russh::server::Config {
        russh::server::Config {
            server_id: SshId::Standard(Cow::Owned(self.identification.clone())),
            methods: methods(&self.methods),
            // Delays are left to the caller: a refusal is sent when it is given.
            auth_rejection_time: std::time::Duration::ZERO,
            auth_rejection_time_initial: None,
            keys: self.host_keys.iter().map(HostKey::private).collect(),
            certificates: Vec::new(),
            limits: crate::limits(),
            window_size: crate::WINDOW,
            maximum_packet_size: crate::PACKET,
            // These are never read: data goes to the handler.
            channel_buffer_size: 1,
            event_buffer_size: 16,
            preferred: self.algorithms.preferred(),
            // The caller counts the attempts.
            max_auth_attempts: 0,
            inactivity_timeout: None,
            keepalive_interval: None,
            keepalive_max: 0,
            nodelay: false,
        }
    }
}

impl Link {
    /// Returns the end of a server's session, from russh's result.
    fn server_end(&self, ended: Option<Result<(), russh::Error>>) -> End {
        let state = self.state();
        match ended {
            _ if state.is_stopped => End::Local,
            None => End::Local,
            Some(Ok(())) if state.is_leaving => End::Local,
            Some(Ok(())) => said(state.identification.line().as_deref().unwrap_or_default()),
            Some(Err(error)) => End::of(&error, &state.identification.first_line()),
        }
    }
}

/// Returns the disconnect that clients send, by their identification: russh does not report it.
fn said(identification: &str) -> End {
    let software = identification.strip_prefix("SSH-2.0-").unwrap_or(identification);
    let text = match software {
        _ if software.starts_with("OpenSSH") => "disconnected by user",
        _ if software.starts_with("libssh2") => "Shutdown",
        _ => "",
    };
    End::Disconnected { reason: 11, text: text.to_owned() }
}

fn methods(methods: &[AuthMethod]) -> MethodSet {
    let kinds: Vec<MethodKind> = methods.iter().map(|method| method.kind()).collect();
    MethodSet::from(&kinds[..])
}
