//! The TFTP client.
//!
//! ```text
//!   RRQ -> the server's port -> an answer from another port; from then on the socket is connected to that one
//!       -> OACK or DATA, ACK, ...
//! ```
//!
//! A socket that is not connected receives no ICMP errors (udp(7)), and one that is connected receives nothing from other ports,
//! from which a TFTP server answers. So a server that is down is noticed only by its silence, and one that goes down in
//! mid-transfer at once. (On a real host that enables it, an unconnected socket receives refusals too:
//! `RealHost::hearing_refusals`.)

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ::tftp::{ErrorCode, Failure, Mode, Receiver, ReceiverConfig, ReceiverEvent, Terms};
use bytes::Bytes;
use host::{Host, Udp};

/// Longer than servers retransmit: tftpd-hpa gives up after 63 s.
const HOLD: Duration = Duration::from_secs(120);

/// The file to fetch, and its server.
#[derive(Clone, Debug)]
pub struct Request {
    /// The local address; its port is 0 for any.
    pub local: SocketAddr,
    /// The server, with the port on which it accepts requests.
    pub server: SocketAddr,
    /// The file, the options to request, and the schedule.
    pub config: ReceiverConfig,
}

/// The steps of a fetch, in order.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The server answers on these terms. First, and once.
    Accepted(&'a Terms),
    /// The next bytes of the file. Never empty.
    Data(&'a Bytes),
}

/// The reason why the caller refuses the rest of the file; it is sent to the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The code of the ERROR.
    pub code: ErrorCode,
    /// The text of the ERROR.
    pub message: String,
}

/// The summary of a complete file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its size in bytes.
    pub bytes: u64,
    /// The number of DATA packets, each counted once.
    pub blocks: u64,
    /// The terms agreed with the server.
    pub terms: Terms,
    /// The server's address and port for this transfer.
    pub peer: SocketAddr,
    /// The number of retransmissions.
    pub repeats: u64,
}

/// The reason why a file cannot be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No socket could be opened.
    #[error("cannot open a socket: {0}")]
    Socket(io::Error),
    /// An ICMP port unreachable answered the packets.
    #[error("port {} of {} is closed", .peer.port(), .peer.ip())]
    Unreachable {
        /// The destination of the packets.
        peer: SocketAddr,
        /// Bytes received before.
        bytes: u64,
    },
    /// The transfer failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The file is longer than the size that the server announced (RFC 2349). The first block beyond it ended the transfer.
    #[error("server announced {announced} bytes and sends more")]
    Longer {
        /// Its `tsize`.
        announced: u64,
    },
    /// The file is shorter than the size that the server announced (RFC 2349), so this is not the whole file, or not this file.
    #[error("server announced {announced} bytes and sent {received}")]
    WrongSize {
        /// Its `tsize`.
        announced: u64,
        /// The number of bytes received.
        received: u64,
    },
    /// The caller refused the rest.
    #[error(transparent)]
    Refused(Refusal),
}

/// Fetches the whole file; `take` receives it piece by piece.
///
/// # Errors
/// See [`FetchError`]. The pieces that `take` received until then are the beginning of the file, or nothing.
pub async fn fetch<H: Host>(
    host: &H,
    request: Request,
    take: impl FnMut(Step<'_>) -> Result<(), Refusal>,
) -> Result<Transfer, FetchError> {
    let socket = host.bind_udp(request.local).await.map_err(FetchError::Socket)?;
    let end = receive(host, &socket, request, Until::End, take).await?;
    Ok(end.expect("a transfer that is to go on to its end ends with all of it"))
}

/// Checks only that the file exists: falls silent when its first block has come.
///
/// Its socket stays open while the server retransmits that block and gives up: if it were closed, an ICMP error would answer the
/// server, and its log would show that. The sample's log does not.
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

/// The progress of a transfer.
struct Progress<T> {
    until: Until,
    octet: bool,
    take: T,
    terms: Option<Terms>,
    /// The size that the server announced, if its blocks have to add up to that.
    announced: Option<u64>,
    /// Bytes of the file.
    bytes: u64,
    /// The bytes and blocks, or the reason for the failure.
    outcome: Option<Result<(u64, u64), FetchError>>,
}

impl<T: FnMut(Step<'_>) -> Result<(), Refusal>> Progress<T> {
    /// Handles an event of the machine; `false` if the transfer is abandoned there.
    fn note(&mut self, event: ReceiverEvent, receiver: &mut Receiver) -> bool {
        match event {
            ReceiverEvent::Accepted(terms) => {
                self.offer(Step::Accepted(&terms), receiver);
                // In netascii the bytes sent are not those of the file.
                self.announced = terms.size.filter(|_| self.octet);
                self.terms = Some(terms);
            }
            ReceiverEvent::Data(_) if self.until == Until::FirstBlock => return false,
            ReceiverEvent::Data(_) if self.outcome.is_some() => {}
            ReceiverEvent::Data(block) => {
                self.bytes += block.len() as u64;
                match self.announced.filter(|announced| self.bytes > *announced) {
                    Some(announced) => {
                        receiver.abort(ErrorCode::UNDEFINED, "file is longer than its tsize");
                        self.end(Err(FetchError::Longer { announced }));
                    }
                    None => self.offer(Step::Data(&block), receiver),
                }
            }
            ReceiverEvent::Completed { bytes, blocks } => self.end(Ok((bytes, blocks))),
            // This event belongs to other extents than the whole file.
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

/// Drives the machine. Returns a transfer if it ran to its end.
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
    let mut progress = Progress { until, octet, take, terms: None, announced: None, bytes: 0, outcome: None };
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
            // A socket that cannot be connected works as well; it only does not receive refusals.
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
                // A datagram that cannot be sent counts as lost: the schedule retransmits it or gives up.
                _ => {}
            }
        }
        if let Some(outcome) = progress.outcome {
            let (bytes, blocks) = outcome?;
            let terms = progress.terms.expect("a machine that completes has accepted");
            return match progress.announced {
                Some(announced) if announced != bytes => {
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
            // As when sending: what a router could not or would not pass on counts as lost.
            Err(error) if is_undelivered(&error) => {}
            Err(error) => return Err(FetchError::Socket(error)),
        }
    }
}

/// Returns true for an ICMP error of a router about an earlier datagram: no route, or prohibited. The next one may pass.
fn is_undelivered(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable)
}

fn is_refusal(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionRefused
}
