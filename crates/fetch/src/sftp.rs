//! The SFTP client.
//!
//! ```text
//!   TCP, identification, key exchange -> the client computes -> password -> subsystem sftp -> the download -> FIN
//! ```
//!
//! The result is known with the answer to the last READ, or with the first error: [`transfer`] returns it then, and the goodbye apart.
//! [`fetch`] waits for that too, as the controller does.
//!
//! In the sample's log there is nothing between the end of SFTP's session and that of the user's: a client that sent
//! SSH_MSG_DISCONNECT would have left `Received disconnect` there. So this one closes its channel, and then the connection.

mod download;
mod error;
mod goodbye;

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use ::sftp::{FrameReader, ServerPacket, Text};
use bytes::Bytes;
use host::{Host, Timer};
use ssh::client::Client;
use ssh::{Channel, PublicKey, Secret};
use tokio::io::AsyncReadExt;

use self::download::{Download, Event};
pub use self::error::{Broken, Failure, FetchError, Operation, Refusal};
pub use self::goodbye::Goodbye;

/// The size of one read: a READ of OpenSSH's size, and its overhead.
const ROOM: usize = 48 << 10;

/// The number of times that a server that seems silent is checked before it is given up.
const LOOKS: u32 = 10;

/// The file to fetch, and its server.
#[derive(Clone, Debug)]
pub struct Request {
    /// The server.
    pub server: SocketAddr,
    /// The user who logs in.
    pub user: String,
    /// The user's password.
    pub password: Secret,
    /// The file.
    pub path: Path,
    /// The configuration of the SSH client.
    pub ssh: ssh::client::Config,
    /// The way in which it reads.
    pub reads: Reads,
    /// The time limit for establishing the TCP connection.
    pub connect_timeout: Duration,
    /// The longest time without a byte from the server.
    pub stall_timeout: Duration,
    /// The time that the client itself needs between the key exchange and the password.
    pub key_exchange_time: Duration,
}

/// The path of a file on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// Relative to the user's login directory.
    Home(Text),
    /// Relative to the root, with the slash in front.
    Absolute(Text),
}

impl Path {
    /// Returns the path to request, if the login directory is `home`.
    fn below(&self, home: &Text) -> Text {
        match self {
            Self::Absolute(path) => path.clone(),
            Self::Home(path) => {
                let mut whole = home.as_bytes().to_vec();
                if !whole.ends_with(b"/") {
                    whole.push(b'/');
                }
                whole.extend_from_slice(path.as_bytes());
                Text::new(whole)
            }
        }
    }
}

/// The way in which a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reads {
    /// The number of bytes that one READ requests.
    pub size: u32,
    /// The number of READs under way at a time.
    pub outstanding: usize,
    /// The rate at which the client processes data, in bytes per second; it requests more only then. Unlimited if `None`.
    pub rate: Option<u64>,
}

impl Reads {
    fn digestion(&self, bytes: u32) -> Duration {
        match self.rate {
            None => Duration::ZERO,
            Some(rate) => {
                let nanos = u128::from(bytes) * 1_000_000_000 / u128::from(rate.max(1));
                Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
            }
        }
    }
}

/// The steps of a fetch, in order.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The server has proved that it owns this key. First, and once; nothing about the user has been sent yet.
    HostKey(&'a PublicKey),
    /// The file exists; its size in bytes, if the server reports it.
    Found(Option<u64>),
    /// The next bytes of the file. Never empty.
    Data(&'a Bytes),
}

/// The summary of a complete file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its size in bytes.
    pub bytes: u64,
    /// The server's identification, made printable.
    pub server_identification: String,
    /// The number of READs, the last of which found the end of the file.
    pub reads: u64,
}

/// Fetches the whole file; `take` receives it piece by piece. At the end the server has as much time to close the session as for an
/// answer.
///
/// # Errors
/// See [`FetchError`]. The pieces that `take` received until then are the beginning of the file, or nothing.
pub async fn fetch<H: Host>(
    host: &H,
    request: Request,
    take: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> Result<Transfer, FetchError> {
    let wait = request.stall_timeout;
    let (fetched, goodbye) = transfer(host, request, take).await;
    goodbye.say(wait).await;
    fetched
}

/// Fetches the whole file as [`fetch`] does, and returns as soon as the result is known. The session is still open then, unless it
/// has failed: [`Goodbye::say`] closes it.
pub async fn transfer<H: Host>(
    host: &H,
    request: Request,
    mut take: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> (Result<Transfer, FetchError>, Goodbye<H>) {
    let patience = Patience { host, wait: request.stall_timeout };
    let mut session = match open(host, &request, &mut take).await {
        Ok(session) => session,
        Err(error) => return (Err(error), Goodbye::of_none()),
    };
    let mut refusal = None;
    let carried =
        carry(host, &patience, &mut session, |step| take(step).map_err(|word| refusal = Some(word)));
    let result = match carried.await {
        Ok(Ok(bytes)) => Ok(Transfer {
            bytes,
            server_identification: session.server_identification.clone(),
            reads: session.download.reads(),
        }),
        Ok(Err(Failure::Refused)) if let Some(word) = refusal => Err(FetchError::Refused(word)),
        Ok(Err(failure)) => Err(failure.into()),
        Err(stop) => return (Err(session.stopped(&stop).await), Goodbye::of_none()),
    };
    (result, Goodbye::of(host, session))
}

/// A session of SFTP.
struct Session {
    client: Client,
    channel: Channel,
    /// The server's identification, made printable.
    server_identification: String,
    download: Download,
    frames: FrameReader,
}

impl Session {
    /// Returns the reason why nothing more comes.
    async fn stopped(self, stop: &Stop) -> FetchError {
        let Self { client, channel, download, .. } = self;
        let bytes = download.delivered();
        match stop {
            Stop::Silent => FetchError::TimedOut { bytes },
            Stop::End => {
                // If the session has ended too, its reason is more precise.
                drop(channel);
                match now_or_never(client.ended()).await {
                    Some(end) => FetchError::Ended { end, bytes },
                    None => FetchError::ChannelClosed { bytes },
                }
            }
        }
    }
}

/// Connects, logs in and starts SFTP.
async fn open<H: Host>(
    host: &H,
    request: &Request,
    mut take: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> Result<Session, FetchError> {
    let patience = Patience { host, wait: request.stall_timeout };
    let connecting = Patience { host, wait: request.connect_timeout };
    let too_late = |_| Err(io::ErrorKind::TimedOut.into());
    let connected = connecting.with(host.connect_tcp(request.server)).await.unwrap_or_else(too_late);
    let stream = connected.map_err(FetchError::Connect)?;
    let unauthenticated =
        patience.with(ssh::client::connect(host, stream, &request.ssh)).await?.map_err(refused)?;
    host.sleep(request.key_exchange_time).await;
    take(Step::HostKey(unauthenticated.host_key())).map_err(FetchError::Refused)?;
    let server_identification = unauthenticated.server_identification();
    let login = unauthenticated.password(&request.user, &request.password);
    let mut client = patience.with(login).await?.map_err(refused)?;
    let channel = patience.with(client.subsystem("sftp")).await?.map_err(refused)?;
    let download = Download::new(request.path.clone(), request.reads);
    Ok(Session { client, channel, server_identification, download, frames: FrameReader::new() })
}

/// The reason why a download cannot continue.
enum Stop {
    Silent,
    End,
}

/// Exchanges packets until the result is known.
async fn carry<H: Host>(
    host: &H,
    patience: &Patience<'_, H>,
    session: &mut Session,
    mut take: impl FnMut(Step<'_>) -> Result<(), ()>,
) -> Result<Result<u64, Failure>, Stop> {
    let Session { client, channel, download, frames, .. } = session;
    let received = || client.traffic().received;
    let mut timer = host.timer();
    let mut heard = (host.now(), received());
    loop {
        let mut is_refused = false;
        while let Some(event) = download.poll_event() {
            let taken = match &event {
                Event::Finished(_) => Ok(()),
                _ if is_refused => Ok(()),
                Event::Found(size) => take(Step::Found(*size)),
                Event::Data(data) => take(Step::Data(data)),
            };
            if let Event::Finished(result) = event {
                return Ok(result);
            }
            if taken.is_err() {
                is_refused = true;
                download.refuse();
            }
        }
        let was_waiting = download.is_waiting();
        while let Some(packet) = download.poll_transmit(host.now()) {
            patience.with(channel.send(packet)).await.map_err(|_| Stop::Silent)?.map_err(|_| Stop::End)?;
        }
        if !was_waiting {
            // Until now this side kept the server waiting.
            heard = (host.now(), received());
        }
        let silence = download.is_waiting().then_some(heard.0 + patience.wait);
        // On a slow link an SSH packet takes its time: its growth is checked now and then.
        let look = silence.map(|silence| silence.min(host.now() + patience.wait / LOOKS));
        let deadline = [look, download.poll_timeout()].into_iter().flatten().min();
        let buffer = frames.buffer();
        buffer.reserve(ROOM);
        match until(&mut timer, deadline, channel.read_buf(buffer)).await {
            Some(Ok(0) | Err(_)) => return Err(Stop::End),
            Some(Ok(_)) => heard = (host.now(), received()),
            None if received() != heard.1 => heard = (host.now(), received()),
            None if silence.is_some_and(|silence| silence <= host.now()) => return Err(Stop::Silent),
            None => {}
        }
        if let Err(broken) = drain(frames, |packet| download.handle(host.now(), packet)) {
            download.give_up(broken);
        }
    }
}

/// Passes on all complete packets.
fn drain(frames: &mut FrameReader, mut handle: impl FnMut(ServerPacket)) -> Result<(), Broken> {
    while let Some(frame) = frames.next()? {
        handle(ServerPacket::parse(frame)?);
    }
    Ok(())
}

fn refused(error: ssh::client::Error) -> FetchError {
    use ssh::client::Error;
    match error {
        Error::Ended(end) => FetchError::Ended { end, bytes: 0 },
        Error::Denied { methods, .. } => FetchError::Denied { methods },
        other => FetchError::NoSubsystem(other.to_string()),
    }
}

/// The time to wait for a server.
struct Patience<'a, H> {
    host: &'a H,
    wait: Duration,
}

impl<H: Host> Patience<'_, H> {
    async fn with<T>(&self, future: impl Future<Output = T>) -> Result<T, FetchError> {
        let deadline = self.host.now() + self.wait;
        let mut timer = self.host.timer();
        until(&mut timer, Some(deadline), future).await.ok_or(FetchError::TimedOut { bytes: 0 })
    }
}

/// Returns the output of `future`, or `None` at `deadline`.
async fn until<T>(
    timer: &mut impl Timer,
    deadline: Option<Duration>,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => timer.poll_until(deadline, cx).map(|()| None),
    })
    .await
}

/// Returns the output of `future` if it is ready.
async fn now_or_never<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
