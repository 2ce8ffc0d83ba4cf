//! The reception of a file.

use std::io;

use files::FileWriter;
use host::Host;
use tftp::{ErrorCode, Packet};

use super::{Came, Thread};
use crate::tftpd64::event::{Call, Kind, Operation};
use crate::tftpd64::gauge::Shown;
use crate::tftpd64::negotiate::{BLOCK_SIZE_MAX, Terms};
use crate::tftpd64::receiving::{End, Receiving};
use crate::tftpd64::sending::Waits;
use crate::tftpd64::windows::SystemError;

/// The most bytes that the server accepts while it receives: the largest block and its header.
const DATAGRAM_MAX: usize = BLOCK_SIZE_MAX as usize + 4;

impl<H: Host> Thread<H> {
    /// Receives a file. Data received before a failure stays in the file.
    pub(super) async fn receive(
        &self,
        socket: &H::Udp,
        mut writer: Box<dyn FileWriter>,
        terms: Terms,
        filename: String,
        shown: &Shown,
    ) {
        let mut is_oack = !terms.oack.is_empty();
        let oack = is_oack.then(|| Packet::Oack(terms.oack).to_bytes());
        let waits = Waits { timeout_s: terms.timeout_s, retransmit: self.config.retransmit };
        let mut timer = self.log.host.timer();
        let mut receiving = Receiving::new(self.log.host.now(), oack, terms.block_size, waits);
        let mut is_first = true;
        loop {
            if let Some(datagram) = receiving.poll_transmit() {
                let during = if std::mem::take(&mut is_oack) { Call::SendOack } else { Call::Send };
                let sent = self.send_to_peer(socket, datagram).await;
                let was_first = std::mem::take(&mut is_first);
                if let Err(error) = sent {
                    // The program checks only whether its first packet was sent. It notices a refusal when it receives.
                    let refused = error.kind() == io::ErrorKind::ConnectionRefused;
                    if was_first || refused && receiving.end().is_none() {
                        return self.failed(socket, &filename, during, &error, receiving.bytes()).await;
                    }
                }
            }
            if let Some(end) = receiving.end() {
                return self.received(socket, &receiving, end, filename).await;
            }
            match self.wait(socket, &mut timer, receiving.deadline(), DATAGRAM_MAX).await {
                Came::Nothing => receiving.handle_timeout(self.log.host.now()),
                Came::Datagram(datagram) => {
                    let before = receiving.bytes();
                    let brought = receiving.handle_datagram(self.log.host.now(), datagram);
                    if brought.is_first_block_zero {
                        self.emit(Kind::FirstBlockZero);
                    }
                    if let Some(data) = brought.data
                        && let Err(error) = writer.append(&data)
                    {
                        self.system_call_failed(&filename, Call::Write, SystemError::from(error), before);
                        return self.nak(socket, ErrorCode::DISK_FULL).await;
                    }
                }
                Came::Error(error) => {
                    self.system_call_failed(&filename, Call::Recv, error, receiving.bytes());
                    return self.nak(socket, ErrorCode::UNDEFINED).await;
                }
            }
            shown.gauge.bytes.set(receiving.bytes());
        }
    }

    async fn received(&self, socket: &H::Udp, receiving: &Receiving, end: End, filename: String) {
        let (operation, bytes) = (Operation::Wrq, receiving.bytes());
        match end {
            End::Received => {
                self.completed(operation, filename, receiving.blocks(), bytes, receiving.resent());
            }
            End::TimedOut { block } => {
                self.emit(Kind::TimedOut { operation, peer: self.peer, filename, block, bytes });
                self.nak(socket, ErrorCode::UNDEFINED).await;
            }
            End::TooShort => {
                self.emit(Kind::TooShort);
                self.nak(socket, ErrorCode::ILLEGAL_OPERATION).await;
            }
            End::NotData(opcode) => {
                self.emit(Kind::NotData { opcode });
                self.nak(socket, ErrorCode::ILLEGAL_OPERATION).await;
            }
        }
    }
}
