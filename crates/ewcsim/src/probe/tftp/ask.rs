//! One read request over TFTP, on a socket that hears more than the controller's: datagrams from other addresses, and refusals.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use host::{Host, Udp};
use tftp::{ErrorCode, Failure, Receiver, ReceiverConfig, ReceiverEvent, Terms};

use crate::probe::need::any;
use crate::probe::report::Times;

/// The most senders beside the server's that are remembered.
const STRANGERS_MAX: usize = 4;

/// The most datagrams that are handled for one request: those of 4 GiB in blocks of 512 bytes, and as many repetitions.
const DATAGRAMS_MAX: u64 = 2 * (4 << 30) / 512;

/// The result of one request.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) end: End,
    /// The terms, if the server began to send.
    pub(super) terms: Option<Terms>,
    /// The bytes of the file that came.
    pub(super) bytes: u64,
    /// The time from the first byte's question to the last byte.
    pub(super) time: Duration,
    /// The time until the first answer, if the request was sent once.
    pub(super) first: Option<Duration>,
    /// The times from an acknowledgement to the next block, where neither was repeated.
    pub(super) blocks: Times,
    pub(super) sent: u64,
    pub(super) repeated: u64,
    /// The port that the first answer came from.
    pub(super) port: Option<u16>,
    /// Others that sent something.
    pub(super) strangers: Vec<SocketAddr>,
}

/// The end of a request.
#[derive(Debug)]
pub(super) enum End {
    /// The whole file has come.
    Whole,
    /// The wanted part has come, and the server was told to stop.
    Enough,
    Failed(Failure),
    /// ICMP: the port is closed.
    Closed,
    /// ICMP: no way there.
    NoRoute(io::Error),
    /// The operating system provides no socket.
    NoSocket(io::Error),
}

/// Requests a file. `take` gets its bytes, and returns false when it wants no more.
pub(super) async fn ask<H: Host>(
    host: &H,
    server: SocketAddr,
    config: ReceiverConfig,
    take: impl FnMut(&Bytes) -> bool,
) -> Answer {
    let mut answer = Answer {
        end: End::Enough,
        terms: None,
        bytes: 0,
        time: Duration::ZERO,
        first: None,
        blocks: Times::default(),
        sent: 0,
        repeated: 0,
        port: None,
        strangers: Vec::new(),
    };
    answer.end = match host.bind_udp(any(server.ip())).await {
        Ok(socket) => carry(host, &socket, server, config, take, &mut answer).await,
        Err(error) => End::NoSocket(error),
    };
    answer
}

async fn carry<H: Host>(
    host: &H,
    socket: &H::Udp,
    server: SocketAddr,
    config: ReceiverConfig,
    mut take: impl FnMut(&Bytes) -> bool,
    answer: &mut Answer,
) -> End {
    let mut timer = host.timer();
    let mut receiver = Receiver::new(host.now(), server, config);
    let mut clock = Clock { asked: host.now(), is_repeated: false, is_due: false };
    let mut began = host.now();
    let mut end = None;
    for _ in 0..DATAGRAMS_MAX {
        while let Some(event) = receiver.poll_event() {
            match event {
                ReceiverEvent::Accepted(terms) => {
                    answer.first = clock.round_trip(host.now());
                    began = clock.asked;
                    answer.port = receiver.peer().map(|peer| peer.port()).or(answer.port);
                    answer.terms = Some(terms);
                }
                ReceiverEvent::Data(data) if end.is_none() => {
                    // The first block can be the first answer as well.
                    if let Some(time) = clock.round_trip(host.now()).filter(|_| answer.bytes > 0) {
                        answer.blocks.add(time);
                    }
                    answer.bytes += data.len() as u64;
                    answer.time = host.now().saturating_sub(began);
                    if !take(&data) {
                        receiver.abort(ErrorCode::UNDEFINED, "Transfer stopped");
                        end = Some(End::Enough);
                    }
                }
                ReceiverEvent::Data(_) => {}
                ReceiverEvent::Completed { .. } => end = end.or(Some(End::Whole)),
                ReceiverEvent::Stopped => end = end.or(Some(End::Enough)),
                ReceiverEvent::Failed(failure) => end = end.or(Some(End::Failed(failure))),
            }
        }
        while let Some((datagram, to)) = receiver.poll_transmit() {
            answer.sent += 1;
            clock.note_question(host.now());
            match socket.send_to(datagram, to).await {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused && end.is_none() => {
                    return End::Closed;
                }
                // A datagram that cannot be sent counts as lost.
                _ => {}
            }
        }
        if let Some(end) = end {
            return end;
        }
        match socket.recv_from_until(&mut timer, receiver.poll_timeout()).await {
            // The controller's socket hears nobody else.
            Ok(Some((_, from))) if from.ip() != server.ip() => answer.note_stranger(from),
            Ok(Some((datagram, from))) => {
                if receiver.peer().is_some_and(|peer| peer != from) {
                    answer.note_stranger(from);
                }
                answer.port.get_or_insert(from.port());
                receiver.handle_datagram(host.now(), datagram, from);
            }
            Ok(None) => {
                answer.repeated += 1;
                clock.is_due = true;
                receiver.handle_timeout(host.now());
            }
            Err(error) => match error.kind() {
                ErrorKind::ConnectionRefused => return End::Closed,
                ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => return End::NoRoute(error),
                _ => return End::NoSocket(error),
            },
        }
    }
    End::Failed(Failure::TimedOut { bytes: answer.bytes })
}

impl Answer {
    fn note_stranger(&mut self, from: SocketAddr) {
        if self.strangers.len() < STRANGERS_MAX && !self.strangers.contains(&from) {
            self.strangers.push(from);
        }
    }

    /// Returns a sender with another address than the server's.
    pub(super) fn other_address(&self, server: SocketAddr) -> Option<SocketAddr> {
        self.strangers.iter().find(|from| from.ip() != server.ip()).copied()
    }

    /// Returns a second port of the server's.
    pub(super) fn other_port(&self, server: SocketAddr) -> Option<u16> {
        self.strangers.iter().find(|from| from.ip() == server.ip()).map(SocketAddr::port)
    }
}

/// The time since the last question, unless it was repeated: then it is not known to which of them an answer belongs.
struct Clock {
    asked: Duration,
    is_repeated: bool,
    /// True if the next datagram repeats the last one.
    is_due: bool,
}

impl Clock {
    fn note_question(&mut self, now: Duration) {
        self.is_repeated = std::mem::take(&mut self.is_due);
        if !self.is_repeated {
            self.asked = now;
        }
    }

    fn round_trip(&self, now: Duration) -> Option<Duration> {
        (!self.is_repeated).then(|| now.saturating_sub(self.asked))
    }
}
