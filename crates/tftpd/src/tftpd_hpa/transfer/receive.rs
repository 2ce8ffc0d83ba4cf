//! The reception of a file.

use std::io;

use files::FileError;
use host::{Host, Udp};
use tftp::{Failure, Receiver, ReceiverEvent};

use super::Process;
use crate::socket::is_passing;
use crate::tftpd_hpa::event::{During, Kind};
use crate::tftpd_hpa::upload::Upload;

/// An incomplete file, or one that could not be written further.
struct Open {
    upload: Option<Upload>,
    failed: bool,
}

impl<H: Host> Process<H> {
    /// Receives a file. Data received before a failure stays in it.
    pub(super) async fn receive(
        &self,
        socket: &H::Udp,
        mut receiver: Receiver,
        upload: Upload,
        filename: String,
    ) {
        let mut timer = self.host.timer();
        let mut file = Open { upload: Some(upload), failed: false };
        loop {
            while let Some(event) = receiver.poll_event() {
                self.received(event, &receiver, &mut file, &filename);
            }
            while let Some((datagram, to)) = receiver.poll_transmit() {
                if let Err(error) = socket.send_to(datagram, to).await {
                    // As when sending: a refusal answers an earlier datagram, and in.tftpd would have read it before.
                    let was_waiting = is_passing(&error);
                    let during = if was_waiting { During::Read } else { During::WriteAck };
                    return self.stop(&file, during, &error, receiver.bytes());
                }
            }
            if receiver.is_finished() {
                return;
            }
            match socket.recv_from_until(&mut timer, receiver.poll_timeout()).await {
                Ok(Some((datagram, from))) => {
                    self.place.hear();
                    receiver.handle_datagram(self.host.now(), datagram, from);
                    if file.upload.is_none() {
                        // The last ACK is repeated once, whatever happens to it.
                        while let Some((datagram, to)) = receiver.poll_transmit() {
                            let _ = socket.send_to(datagram, to).await;
                        }
                        return;
                    }
                }
                Ok(None) => receiver.handle_timeout(self.host.now()),
                Err(error) => return self.stop(&file, During::Read, &error, receiver.bytes()),
            }
        }
    }

    /// in.tftpd ignores errors that the network reports after the end.
    fn stop(&self, file: &Open, during: During, error: &io::Error, bytes: u64) {
        if file.upload.is_some() {
            self.socket_failed(during, error, bytes);
        }
    }

    fn received(&self, event: ReceiverEvent, receiver: &Receiver, file: &mut Open, filename: &str) {
        let peer = self.peer;
        match event {
            ReceiverEvent::Data(block) => {
                if let Some(upload) = &mut file.upload {
                    let written = upload.append(&block);
                    self.wrote(written, file, receiver.bytes());
                }
            }
            ReceiverEvent::Completed { bytes, blocks } => {
                if let Some(upload) = file.upload.take() {
                    self.wrote(upload.finish(), file, bytes);
                }
                self.emit(Kind::Received { peer, filename: filename.to_owned(), bytes, blocks });
            }
            ReceiverEvent::Failed(failure) => {
                let bytes = receiver.bytes();
                self.emit(match failure {
                    Failure::PeerError { code, message } => {
                        Kind::Aborted { peer, code: code.0, message: message.to_string(), bytes }
                    }
                    Failure::BlockTooLong { .. } => {
                        let code = tftp::ErrorCode::ILLEGAL_OPERATION.0;
                        Kind::Nak { peer, code, message: "Block too long".into() }
                    }
                    Failure::TimedOut { .. } | Failure::BadOption { .. } | Failure::Aborted { .. } => {
                        Kind::GaveUp { peer, bytes }
                    }
                });
            }
            // These do not occur in a server: it set the terms, and wants the whole file.
            ReceiverEvent::Accepted(_) | ReceiverEvent::Stopped => {}
        }
    }

    /// in.tftpd does not check its writes: data is acknowledged even if the disk is full.
    fn wrote(&self, written: Result<(), FileError>, file: &mut Open, bytes: u64) {
        if let Err(error) = written
            && !std::mem::replace(&mut file.failed, true)
        {
            self.emit(Kind::WriteFailed { peer: self.peer, reason: error.to_string(), bytes });
        }
    }
}
