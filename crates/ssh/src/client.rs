//! The client's side of one connection.

mod handler;

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use host::Host;
use russh::client::{AuthResult, Handle};
use russh::{Disconnect, SshId};
use tracing::debug;

use self::handler::Handler;
use crate::channel::{Channel, Outlet};
use crate::end::End;
use crate::key::PublicKey;
use crate::link::Link;
use crate::pump::{Gone, drive};
use crate::secret::Secret;
use crate::wire::Wire;
use crate::{Algorithms, Traffic};

/// The configuration of a client.
#[derive(Clone, Debug)]
pub struct Config {
    /// The identification without CR LF: `SSH-2.0-OpenSSH_8.9p1`.
    pub identification: String,
    /// The algorithms to offer.
    pub algorithms: Algorithms,
}

/// The reason why a client fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no session, or no longer one.
    #[error("{0}")]
    Ended(End),
    /// The server rejects this user with these credentials.
    #[error("permission denied ({})", methods.join(","))]
    Denied {
        /// The methods that can continue, by SSH's names: `publickey`, `password`.
        methods: Vec<String>,
        /// True if the credentials were right, but not enough.
        is_partial: bool,
    },
    /// The server refuses a session (RFC 4254 section 5.1).
    #[error("session refused: {reason}: {text}")]
    SessionRefused {
        /// 1 administratively prohibited, 2 connect failed, 3 unknown type, 4 resource shortage.
        reason: u32,
        /// The server's text.
        text: String,
    },
    /// The server does not have that subsystem.
    #[error("subsystem request failed")]
    SubsystemRefused,
}

/// Exchanges identifications and keys over `stream`. Dropping the future closes the connection.
///
/// # Errors
/// [`Error::Ended`]: it is not an SSH server, or no algorithm is in common, or the connection ended.
pub async fn connect<H: Host>(
    host: &H,
    stream: H::TcpStream,
    config: &Config,
) -> Result<Unauthenticated, Error> {
    let link = Link::new();
    let connection = Connection(Arc::clone(&link));
    host.spawn({
        let (host, link) = (host.clone(), Arc::clone(&link));
        let gone = Gone::new(&link);
        async move {
            drive(&host, &link, stream, async {}).await;
            // russh or the caller reports the end.
            gone.disarm();
        }
    });
    shake_hands(connection, config.russh()).await
}

/// Runs the handshake. Boxed, so that russh's large code is compiled here, once, and not for every kind of host.
fn shake_hands(
    connection: Connection,
    config: russh::client::Config,
) -> Pin<Box<dyn Future<Output = Result<Unauthenticated, Error>>>> {
    Box::pin(async move {
        let link = Arc::clone(&connection.0);
        let host_key = Arc::new(OnceLock::new());
        let handler = Handler::new(&link, &host_key);
        match russh::client::connect_stream(Arc::new(config), Wire::new(&link), handler).await {
            Ok(handle) => {
                link.state().is_established = true;
                let host_key = host_key.get().cloned().ok_or_else(|| {
                    // russh calls the handler for every key.
                    Error::Ended(End::Protocol("no host key".to_owned()))
                })?;
                debug!("keys are exchanged");
                Ok(Unauthenticated { handle, host_key, connection })
            }
            Err(error) => {
                let end = End::of(&error, &link.state().identification.first_line());
                debug!(?end, "no keys are exchanged");
                link.finish(end);
                Err(Error::Ended(link.ended().await))
            }
        }
    })
}

/// A connection to a server that has shown its key and knows nothing about the user yet.
///
/// The caller has to check the key before it authenticates.
pub struct Unauthenticated {
    handle: Handle<Handler>,
    host_key: PublicKey,
    connection: Connection,
}

impl Unauthenticated {
    /// Returns the key that the server has proved to own.
    pub fn host_key(&self) -> &PublicKey {
        &self.host_key
    }

    /// Returns the server's identification without CR LF, made printable: `SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6`.
    pub fn server_identification(&self) -> String {
        self.connection.0.state().identification.line().unwrap_or_default()
    }

    /// Authenticates by password (RFC 4252 section 8), once. An OpenSSH client would first try `none`.
    ///
    /// # Errors
    /// [`Error::Denied`], which closes the connection, or [`Error::Ended`].
    pub async fn password(mut self, user: &str, password: &Secret) -> Result<Client, Error> {
        let answer = self.handle.authenticate_password(user, password.expose()).await;
        match answer {
            Ok(AuthResult::Success) => Ok(Client { handle: self.handle, connection: self.connection }),
            // Without a server, russh returns a failure.
            Ok(AuthResult::Failure { remaining_methods, .. })
                if remaining_methods.is_empty() && self.handle.is_closed() =>
            {
                Err(self.connection.ended().await)
            }
            Ok(AuthResult::Failure { remaining_methods, partial_success }) => {
                let methods = remaining_methods.iter().map(String::from).collect();
                Err(Error::Denied { methods, is_partial: partial_success })
            }
            Err(_) => Err(self.connection.ended().await),
        }
    }
}

/// An authenticated connection. Dropping it closes the connection, and with it all channels.
pub struct Client {
    handle: Handle<Handler>,
    connection: Connection,
}

impl Client {
    /// Opens a session and starts a subsystem in it (RFC 4254 section 6.5), such as `sftp`.
    ///
    /// # Errors
    /// [`Error::SessionRefused`], [`Error::SubsystemRefused`], [`Error::Ended`].
    pub async fn subsystem(&mut self, name: &str) -> Result<Channel, Error> {
        let link = &self.connection.0;
        let channel = match self.handle.channel_open_session().await {
            Ok(channel) => channel,
            Err(russh::Error::ChannelOpenFailure(reason)) => {
                let (reason, text) = (reason.code(), reason.description().to_lowercase());
                return Err(Error::SessionRefused { reason, text });
            }
            Err(_) => return Err(self.connection.ended().await),
        };
        let number = channel.id().number();
        // The reading half is dropped: incoming data goes to the handler.
        let (_, outlet) = channel.split();
        link.open(number, Outlet::Client(outlet));
        let Some(channel) = Channel::start(link, number) else {
            return Err(self.connection.ended().await);
        };
        if channel.request_subsystem(name).await.is_err() {
            return Err(self.connection.ended().await);
        }
        let is_granted = poll_fn(|cx| {
            let mut state = link.state();
            let has_ended = state.end.is_some();
            let Some(inbox) = state.channels.get_mut(&number) else {
                return Poll::Ready((!has_ended).then_some(false));
            };
            match inbox.answer {
                // The program, and the connection, may have ended already: what came before counts.
                Some(answer) => Poll::Ready(Some(answer)),
                None if has_ended => Poll::Ready(None),
                None if inbox.is_closed => Poll::Ready(Some(false)),
                None => {
                    inbox.watchers.register(cx);
                    Poll::Pending
                }
            }
        })
        .await;
        match is_granted {
            Some(true) => Ok(channel),
            Some(false) => Err(Error::SubsystemRefused),
            None => Err(self.connection.ended().await),
        }
    }

    /// Sends SSH_MSG_DISCONNECT by the application (OpenSSH's text is "disconnected by user") and closes the connection. Returns
    /// when TCP has accepted it.
    pub async fn disconnect(self, text: &str) {
        self.connection.0.state().is_leaving = true;
        // It fails when the session has ended already.
        let _ = self.handle.disconnect(Disconnect::ByApplication, text, "").await;
        self.connection.0.hung_up().await;
    }

    /// Waits until the session ends for a reason other than this side, and returns it.
    pub async fn ended(&self) -> End {
        self.connection.0.ended().await
    }

    /// Returns the traffic of the connection so far.
    pub fn traffic(&self) -> Traffic {
        self.connection.0.state().traffic
    }
}

impl fmt::Debug for Unauthenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unauthenticated").field("host_key", &self.host_key).finish_non_exhaustive()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("traffic", &self.traffic()).finish_non_exhaustive()
    }
}

/// Closes the connection when it is dropped.
struct Connection(Arc<Link>);

impl Connection {
    async fn ended(&self) -> Error {
        Error::Ended(self.0.ended().await)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.stop();
        self.0.finish(End::Local);
    }
}

impl Config {
    fn russh(&self) -> russh::client::Config {
        russh::client::Config {
            client_id: SshId::Standard(Cow::Owned(self.identification.clone())),
            limits: crate::limits(),
            window_size: crate::WINDOW,
            maximum_packet_size: crate::PACKET,
            channel_buffer_size: 1,
            preferred: self.algorithms.preferred(),
            inactivity_timeout: None,
            keepalive_interval: None,
            keepalive_max: 0,
            ..russh::client::Config::default()
        }
    }
}
