//! The TFTP client.
//!
//! ```text
//!   RRQ -> the server's port -> an answer from another port; from then on the socket is connected to that one
//!       -> OACK or DATA, ACK, ...
//! ```
//!
//! A socket that is not connected hears nothing of ICMP (udp(7)), and one that is connected hears nothing of other ports, from which
//! a TFTP server answers. So a server that is not there is found out only by its silence, and one that goes away in mid-transfer at
//! once. (On a real host that asks for it, an unconnected socket hears of refusals too: `RealHost::hearing_refusals`.)

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ::tftp::{ErrorCode, Failure, Mode, Receiver, ReceiverConfig, ReceiverEvent, Terms};
use bytes::Bytes;
use host::{Host, Udp};

/// Longer than servers repeat themselves: tftpd-hpa gives up after 63 s.
const HOLD: Duration = Duration::from_secs(120);

/// What to fetch, and from where.
#[derive(Clone, Debug)]
pub struct Request {
    /// The address to ask from; its port is 0 for any.
    pub local: SocketAddr,
    /// The server, with the port at which it takes requests.
    pub server: SocketAddr,
    /// The file, the options to ask for, and how patiently.
    pub config: ReceiverConfig,
}

/// What comes, in order.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The server answers on these terms. First, and once.
    Accepted(&'a Terms),
    /// The next bytes of the file. Never empty.
    Data(&'a Bytes),
}

/// Why the caller takes no more of the file; the server is told so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Of the ERROR.
    pub code: ErrorCode,
    /// Of the ERROR.
    pub message: String,
}

/// A file that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its size in bytes.
    pub bytes: u64,
    /// DATA packets, each counted once.
    pub blocks: u64,
    /// As agreed with the server.
    pub terms: Terms,
    /// The port it came from.
    pub peer: SocketAddr,
    /// How often a packet was sent again because nothing came.
    pub repeats: u64,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no socket to ask with.
    #[error("cannot open a socket: {0}")]
    Socket(io::Error),
    /// ICMP said that nobody listens where the packets go.
    #[error("port {} of {} is closed", .peer.port(), .peer.ip())]
    Unreachable {
        /// Where they went.
        peer: SocketAddr,
        /// Bytes received before.
        bytes: u64,
    },
    /// The transfer failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The server announced another size (RFC 2349), so this is not the whole file, or not the file.
    #[error("server announced {announced} bytes and sent {received}")]
    WrongSize {
        /// Its `tsize`.
        announced: u64,
        /// What came.
        received: u64,
    },
    /// The caller took no more.
    #[error(transparent)]
    Refused(Refusal),
}

/// Fetches the whole file; `take` gets it piece by piece.
///
/// # Errors
/// See [`FetchError`]. What `take` got by then is the beginning of the file, or nothing.
pub async fn fetch<H: Host>(
    host: &H,
    request: Request,
    take: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> Result<Transfer, FetchError> {
    let socket = host.bind_udp(request.local).await.map_err(FetchError::Socket)?;
    let end = receive(host, &socket, request, Until::End, take).await?;
    Ok(end.expect("a transfer that is to go on to its end ends with all of it"))
}

/// Only looks whether the file is there: falls silent when its first block has come.
///
/// Its socket stays open while the server repeats that block and gives up: were it closed, an ICMP error would answer the server, and
/// its log would say so. The sample's log does not.
///
/// # Errors
/// As [`fetch`].
pub async fn look<H: Host>(host: &H, request: Request) -> Result<(), FetchError> {
    let socket = host.bind_udp(request.local).await.map_err(FetchError::Socket)?;
    let looked = receive(host, &socket, request, Until::FirstBlock, |_| Ok(())).await;
    let holder = host.clone();
    host.spawn(async move {
        holder.sleep(HOLD).await;
        drop(socket);
    });
    looked.map(|_| ())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    FirstBlock,
    End,
}

/// What has come of a transfer so far.
struct Progress<T> {
    until: Until,
    take: T,
    terms: Option<Terms>,
    /// Bytes and blocks, or why there is no file.
    outcome: Option<Result<(u64, u64), FetchError>>,
}

impl<T: FnMut(Step<'_>) -> Result<(), Refusal>> Progress<T> {
    /// Takes what the machine says; `false` if the transfer is left there.
    fn note(&mut self, event: ReceiverEvent, receiver: &mut Receiver) -> bool {
        match event {
            ReceiverEvent::Accepted(terms) => {
                self.offer(Step::Accepted(&terms), receiver);
                self.terms = Some(terms);
            }
            ReceiverEvent::Data(_) if self.until == Until::FirstBlock => return false,
            ReceiverEvent::Data(_) if self.outcome.is_some() => {}
            ReceiverEvent::Data(block) => self.offer(Step::Data(&block), receiver),
            ReceiverEvent::Completed { bytes, blocks } => self.end(Ok((bytes, blocks))),
            // Only asked for by other extents than the whole file.
            ReceiverEvent::Stopped => return false,
            ReceiverEvent::Failed(failure) => self.end(Err(failure.into())),
        }
        true
    }

    fn offer(&mut self, step: Step<'_>, receiver: &mut Receiver) {
        if let Err(refusal) = (self.take)(step) {
            receiver.abort(refusal.code, refusal.message.as_str());
            self.end(Err(FetchError::Refused(refusal)));
        }
    }

    fn end(&mut self, outcome: Result<(u64, u64), FetchError>) {
        self.outcome.get_or_insert(outcome);
    }
}

/// Drives the machine. There is a transfer if it went on to its end.
async fn receive<H: Host>(
    host: &H,
    socket: &H::Udp,
    request: Request,
    until: Until,
    take: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> Result<Option<Transfer>, FetchError> {
    let server = request.server;
    let octet = request.config.mode == Mode::Octet;
    let mut timer = host.timer();
    let mut receiver = Receiver::new(host.now(), server, request.config);
    let mut progress = Progress { until, take, terms: None, outcome: None };
    let mut connected = None;
    let mut repeats = 0;
    let mut waited = false;
    loop {
        while let Some(event) = receiver.poll_event() {
            if !progress.note(event, &mut receiver) {
                return Ok(None);
            }
        }
        if let Some(peer) = receiver.peer()
            && connected.is_none()
        {
            // A socket that cannot be connected serves as well; it only does not hear of refusals.
            let _ = socket.connect(peer).await;
            connected = Some(peer);
        }
        let peer = connected.unwrap_or(server);
        while let Some((datagram, to)) = receiver.poll_transmit() {
            repeats += u64::from(std::mem::take(&mut waited));
            match socket.send_to(datagram, to).await {
                Err(error) if is_refusal(&error) && progress.outcome.is_none() => {
                    return Err(FetchError::Unreachable { peer, bytes: receiver.bytes() });
                }
                // A datagram that cannot be sent is one that is lost: the schedule sends it again or gives up.
                _ => {}
            }
        }
        if let Some(outcome) = progress.outcome {
            let (bytes, blocks) = outcome?;
            let terms = progress.terms.expect("a machine that completes has accepted");
            return match terms.size {
                Some(announced) if octet && announced != bytes => {
                    Err(FetchError::WrongSize { announced, received: bytes })
                }
                _ => Ok(Some(Transfer { bytes, blocks, terms, peer, repeats })),
            };
        }
        match socket.recv_from_until(&mut timer, receiver.poll_timeout()).await {
            Ok(Some((datagram, from))) => receiver.handle_datagram(host.now(), datagram, from),
            Ok(None) => {
                waited = true;
                receiver.handle_timeout(host.now());
            }
            Err(error) if is_refusal(&error) => {
                return Err(FetchError::Unreachable { peer, bytes: receiver.bytes() });
            }
            Err(error) => return Err(FetchError::Socket(error)),
        }
    }
}

fn is_refusal(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionRefused
}
