//! A session of SFTP that asks one question at a time, and tells why there is none.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use host::{Host, Timer};
use sftp::{ClientPacket, FrameReader, Reply, Request, ServerPacket, VERSION};
use ssh::client::{Client, Error};
use ssh::{Channel, End, Negotiated, PublicKey, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::probe::finding::{AlgorithmList, Finding, Reach, Session as Told, Transport};
use crate::probe::need::Login;
use crate::probe::report::SshReport;
use crate::probe::{Asking, said};

/// The room for one read of the channel, in bytes: a READ of the controller's size and its overhead.
const ROOM: usize = 48 << 10;
/// The longest first line that is read, in bytes (RFC 4253, section 4.2), and the longest wait for it.
const LINE_MAX: usize = 255;
const LINE_WAIT: Duration = Duration::from_secs(2);

/// An open session.
pub(super) struct Session<'a, H> {
    host: &'a H,
    wait: Duration,
    user: String,
    client: Client,
    channel: Channel,
    frames: FrameReader,
    next_id: u32,
}

/// Why a session gives no more answers.
#[derive(Debug)]
pub(super) enum Stop {
    /// The server is silent.
    Silent,
    /// The connection has ended.
    Ended(End),
    /// The channel has ended, and the connection has not.
    Channel,
    /// What comes is not SFTP, or not the answer.
    Broken(String),
}

impl<'a, H: Host> Session<'a, H> {
    /// Connects, logs in and starts SFTP. `shown` gets what the server shows of itself.
    ///
    /// # Errors
    /// The finding that says why there is no session.
    pub(super) async fn open(
        host: &'a H,
        asking: &Asking,
        login: &Login,
        mut shown: impl FnMut(SshReport),
    ) -> Result<Self, Finding> {
        let wait = asking.wait;
        let silent = || Reach::NoAnswer { transport: Transport::Tcp, waited_ms: wait.as_millis() as u64 };
        let stream = within(host, wait, host.connect_tcp(asking.server))
            .await
            .unwrap_or_else(|| Err(ErrorKind::TimedOut.into()))
            .map_err(|error| unconnected(&error, silent()))?;
        let connected = within(host, wait, ssh::client::connect(host, stream, &login.ssh)).await;
        let unauthenticated = match connected {
            Some(Ok(unauthenticated)) => unauthenticated,
            // RFC 4253, section 4.2, allows other lines in front of the identification: the client waits for it.
            None | Some(Err(Error::Ended(End::Closed | End::Reset))) => {
                let line = first_line(host, asking).await;
                return Err(match line {
                    Some(line) if !line.starts_with("SSH-") => not_ssh(&line),
                    Some(line) => before_login(format_args!("it says {line}, and no more")),
                    None => before_login("it accepts the connection and says nothing"),
                });
            }
            Some(Err(error)) => return Err(no_keys(&error, login)),
        };
        shown(ssh_report(&unauthenticated.server_identification(), unauthenticated.host_key()));
        let nothing = Secret::new("");
        let password = asking.password.as_ref().unwrap_or(&nothing);
        let logged_in = within(host, wait, unauthenticated.password(&login.user, password)).await;
        let logged_in = logged_in.ok_or_else(|| before_login("the login is not answered"))?;
        let mut client = logged_in.map_err(|error| no_login(&error, &login.user))?;
        let channel = within(host, wait, client.subsystem("sftp")).await;
        let channel = channel.ok_or_else(|| no_subsystem(&"the request for it is not answered"))?;
        let channel = match channel {
            Ok(channel) => channel,
            Err(Error::Ended(end)) => return Err(after_login(&end, &login.user)),
            Err(other) => return Err(no_subsystem(&other)),
        };
        let (frames, user) = (FrameReader::new(), login.user.clone());
        let mut session = Self { host, wait, user, client, channel, frames, next_id: 0 };
        match session.greet().await {
            Ok(()) => Ok(session),
            Err(stop) => Err(session.before_first_answer(stop).await),
        }
    }

    /// Asks one question.
    pub(super) async fn ask(&mut self, request: Request) -> Result<Reply, Stop> {
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        self.send(&request.with_id(id)).await?;
        match self.receive().await? {
            ServerPacket::Reply { id: of, reply } if of == id => Ok(reply),
            ServerPacket::Reply { .. } | ServerPacket::Version { .. } => {
                Err(Stop::Broken("it answers another question".to_owned()))
            }
        }
    }

    /// Ends the session, without waiting long.
    pub(super) async fn close(mut self) {
        let (host, wait) = (self.host, self.wait);
        let closing = async {
            let _ = self.channel.shutdown().await;
            self.channel.closed().await;
        };
        let _ = within(host, wait.min(Duration::from_secs(1)), closing).await;
    }

    async fn greet(&mut self) -> Result<(), Stop> {
        self.send(&ClientPacket::init()).await?;
        match self.receive().await? {
            ServerPacket::Version { version: VERSION, .. } => Ok(()),
            ServerPacket::Version { version, .. } => Err(Stop::Broken(format!("SFTP version {version}"))),
            ServerPacket::Reply { .. } => Err(Stop::Broken("an answer without a question".to_owned())),
        }
    }

    async fn send(&mut self, packet: &ClientPacket) -> Result<(), Stop> {
        let sent = within(self.host, self.wait, self.channel.send(packet.to_bytes())).await;
        match sent {
            None => Err(Stop::Silent),
            Some(Ok(())) => Ok(()),
            // What it said before it closed the channel says more than the end.
            Some(Err(_)) => match self.receive().await {
                Ok(_) => Err(self.ended().await),
                Err(stop) => Err(stop),
            },
        }
    }

    async fn receive(&mut self) -> Result<ServerPacket, Stop> {
        loop {
            match self.frames.next() {
                Ok(Some(frame)) => {
                    return ServerPacket::parse(frame).map_err(|error| Stop::Broken(said(&error)));
                }
                Ok(None) => {}
                Err(error) => return Err(Stop::Broken(said(&error))),
            }
            let buffer = self.frames.buffer();
            buffer.reserve(ROOM);
            match within(self.host, self.wait, self.channel.read_buf(buffer)).await {
                None => return Err(Stop::Silent),
                Some(Ok(1..)) => {}
                Some(Ok(0) | Err(_)) => return Err(self.ended().await),
            }
        }
    }

    /// Returns the way in which it ended. A server that closes the connection closes its channels a moment before.
    async fn ended(&self) -> Stop {
        let moment = self.wait.min(Duration::from_millis(300));
        within(self.host, moment, self.client.ended()).await.map_or(Stop::Channel, Stop::Ended)
    }

    /// Returns the finding for a session that ended before it said anything.
    async fn before_first_answer(self, stop: Stop) -> Finding {
        match stop {
            Stop::Silent => no_subsystem(&"it is started and says nothing"),
            Stop::Ended(end) => after_login(&end, &self.user),
            Stop::Channel => Told::SubsystemEnds.into(),
            Stop::Broken(text) => Told::NotSftp { text }.into(),
        }
    }
}

/// Returns the output of `future`, or `None` after `wait`.
async fn within<T>(host: &impl Host, wait: Duration, future: impl Future<Output = T>) -> Option<T> {
    let (mut timer, deadline) = (host.timer(), Some(host.now() + wait));
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => timer.poll_until(deadline, cx).map(|()| None),
    })
    .await
}

fn unconnected(error: &io::Error, silent: Reach) -> Finding {
    match error.kind() {
        ErrorKind::ConnectionRefused => Reach::PortClosed { transport: Transport::Tcp },
        ErrorKind::TimedOut => silent,
        _ => Reach::NoRoute { text: said(error) },
    }
    .into()
}

fn no_keys(error: &Error, login: &Login) -> Finding {
    let Error::Ended(end) = error else { return before_login(error) };
    match end {
        End::BadIdentification(line) => not_ssh(line),
        End::NoCommon { what, theirs } => {
            let ours = &login.ssh.algorithms;
            let (list, controller) = match what {
                Negotiated::KeyExchange => (AlgorithmList::KeyExchange, &ours.kex[..]),
                Negotiated::HostKey => (AlgorithmList::HostKey, &ours.host_keys[..]),
                Negotiated::Cipher => (AlgorithmList::Cipher, &ours.ciphers[..]),
                Negotiated::Mac => (AlgorithmList::Mac, &ours.macs[..]),
                Negotiated::Compression => (AlgorithmList::Compression, &[][..]),
            };
            let server = theirs.iter().map(said).collect();
            Told::NoCommonAlgorithm { list, controller: controller.to_vec(), server }.into()
        }
        other => before_login(other),
    }
}

/// Returns the first line that the server says to a client that says nothing.
async fn first_line<H: Host>(host: &H, asking: &Asking) -> Option<String> {
    let mut bytes = vec![0; LINE_MAX];
    let read = async {
        let mut stream = host.connect_tcp(asking.server).await?;
        stream.read(&mut bytes).await
    };
    let length = within(host, asking.wait.min(LINE_WAIT), read).await?.ok()?;
    let line = String::from_utf8_lossy(&bytes[..length]).lines().next()?.to_owned();
    Some(said(&line))
}

/// sshd says in plain text that it is busy.
fn not_ssh(line: &str) -> Finding {
    if line.starts_with("Exceeded MaxStartups") || line.starts_with("Not allowed at this time") {
        return before_login(line);
    }
    Told::NotSsh { line: said(&line) }.into()
}

fn no_login(error: &Error, user: &str) -> Finding {
    match error {
        Error::Denied { methods, .. } => {
            let takes_passwords = methods.iter().any(|method| method == "password");
            let methods: Vec<String> = methods.iter().map(said).collect();
            let user = said(&user);
            // A server that has had enough attempts names no method at all.
            if takes_passwords || methods.is_empty() {
                Told::LoginRefused { user, methods }.into()
            } else {
                Told::PasswordsNotAccepted { user, methods }.into()
            }
        }
        other => before_login(other),
    }
}

fn before_login(text: impl std::fmt::Display) -> Finding {
    Told::ClosedBeforeLogin { text: said(&text) }.into()
}

fn after_login(end: &End, user: &str) -> Finding {
    Told::ClosedAfterLogin { user: said(&user), text: said(end) }.into()
}

fn no_subsystem(text: &impl std::fmt::Display) -> Finding {
    Told::NoSubsystem { text: said(text) }.into()
}

fn ssh_report(identification: &str, key: &PublicKey) -> SshReport {
    SshReport {
        identification: said(&identification),
        host_key: said(&key.algorithm()),
        fingerprint: said(&key.fingerprint()),
        home: None,
    }
}
