//! The sending of a file.

use host::Host;
use image::Content;
use tftp::{ErrorCode, Packet};

use super::{Came, Thread};
use crate::tftpd64::event::{Call, Kind, Operation};
use crate::tftpd64::gauge::Shown;
use crate::tftpd64::negotiate;
use crate::tftpd64::request::{DATAGRAM_MAX, characters};
use crate::tftpd64::sending::{End, Note, Sending, Terms, Waits};

impl<H: Host> Thread<H> {
    pub(super) async fn send(
        &self,
        socket: &H::Udp,
        content: Content,
        terms: negotiate::Terms,
        filename: String,
        shown: &Shown,
    ) {
        let mut is_oack = !terms.oack.is_empty();
        let terms = Terms {
            oack: is_oack.then(|| Packet::Oack(terms.oack).to_bytes()),
            block_size: terms.block_size,
            window_bytes: self.config.window_bytes,
            waits: Waits { timeout_s: terms.timeout_s, retransmit: self.config.retransmit },
            ignore_last_ack: self.config.ignore_last_ack,
        };
        let mut timer = self.log.host.timer();
        let mut sending = Sending::new(self.log.host.now(), content, terms);
        loop {
            while let Some(datagram) = sending.poll_transmit() {
                let during = if std::mem::take(&mut is_oack) { Call::SendOack } else { Call::Send };
                if let Err(error) = self.send_to_peer(socket, datagram).await {
                    return self.failed(socket, &filename, during, &error, sending.bytes()).await;
                }
            }
            match self.wait(socket, &mut timer, sending.deadline(), DATAGRAM_MAX).await {
                Came::Nothing => sending.handle_timeout(self.log.host.now()),
                Came::Datagram(datagram) => sending.handle_datagram(self.log.host.now(), datagram),
                Came::Error(error) => {
                    self.system_call_failed(&filename, Call::Recv, error, sending.bytes());
                    return self.nak(socket, ErrorCode::UNDEFINED).await;
                }
            }
            while let Some(note) = sending.poll_note() {
                self.emit(match note {
                    Note::TooShort => Kind::TooShort,
                    Note::UnknownOpcode(opcode) => Kind::UnknownOpcode { opcode },
                    Note::AckTwice { block } => Kind::AckTwice { block },
                    Note::AckAhead { block, awaited } => Kind::AckAhead { block, awaited },
                });
            }
            shown.gauge.bytes.set(sending.bytes());
            if let Some(end) = sending.end().cloned() {
                return self.sent(socket, &sending, end, filename).await;
            }
        }
    }

    async fn sent(&self, socket: &H::Udp, sending: &Sending, end: End, filename: String) {
        let (peer, bytes, operation) = (self.peer, sending.bytes(), Operation::Rrq);
        match end {
            End::Sent => {}
            End::LastNotAcked { block } => {
                self.emit(Kind::LastBlockNotAcked { block, filename: filename.clone() });
            }
            End::TimedOut { block } => {
                self.emit(Kind::TimedOut { operation, peer, filename, block, bytes });
                return self.nak(socket, ErrorCode::UNDEFINED).await;
            }
            End::MaxRetries { block } => {
                self.emit(Kind::MaxRetries { peer, filename, block, bytes });
                return self.nak(socket, ErrorCode::UNDEFINED).await;
            }
            End::PeerError { code, message } => {
                return self.emit(Kind::PeerError { peer, code, message: characters(&message), bytes });
            }
        }
        self.completed(operation, filename, sending.blocks(), bytes, sending.resent());
    }
}
