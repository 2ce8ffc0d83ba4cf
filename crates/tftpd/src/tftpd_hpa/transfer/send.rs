//! The sending of a file.

use host::{Host, Udp};
use tftp::{Sender, SenderEvent};

use super::Process;
use crate::locks::Lock;
use crate::socket::is_passing;
use crate::tftpd_hpa::access::Body;
use crate::tftpd_hpa::event::{During, Kind};

impl<H: Host> Process<H> {
    /// Sends a file; others may read it meanwhile.
    pub(super) async fn send(
        &self,
        socket: &H::Udp,
        mut sender: Sender<Body>,
        filename: String,
        _lock: Lock,
    ) {
        let mut timer = self.host.timer();
        loop {
            // The machine ends with an event, and its last packet, if any, is sent after that: in.tftpd logs before it sends.
            let end = sender.poll_event();
            let is_end = end.is_some();
            if let Some(end) = end {
                self.sent(end, &sender, &filename);
            }
            while let Some((datagram, to)) = sender.poll_transmit() {
                if let Err(error) = socket.send_to(datagram, to).await {
                    // A refusal answers an earlier datagram. in.tftpd waits in select(2), which reports it before in.tftpd sends
                    // again; some sockets report it only now.
                    let was_waiting = is_passing(&error);
                    let during = match (is_end, was_waiting, sender.is_negotiating()) {
                        (true, ..) => During::Nak,
                        (false, true, true) => During::Read,
                        (false, true, false) => During::ReadAck,
                        (false, false, true) => During::Oack,
                        (false, false, false) => During::Write,
                    };
                    return self.socket_failed(during, &error, sender.acked_bytes());
                }
            }
            if is_end {
                return;
            }
            match socket.recv_from_until(&mut timer, sender.poll_timeout()).await {
                Ok(Some((datagram, from))) => {
                    self.place.hear();
                    sender.handle_datagram(self.host.now(), datagram, from);
                }
                Ok(None) => sender.handle_timeout(self.host.now()),
                Err(error) => {
                    let during = if sender.is_negotiating() { During::Read } else { During::ReadAck };
                    return self.socket_failed(during, &error, sender.acked_bytes());
                }
            }
        }
    }

    fn sent(&self, end: SenderEvent, sender: &Sender<Body>, filename: &str) {
        let peer = self.peer;
        let acked = sender.acked_bytes();
        self.emit(match end {
            SenderEvent::Completed { bytes, blocks } => {
                let filename = filename.to_owned();
                Kind::Completed { peer, filename, bytes, blocks, repeats: sender.repeats() }
            }
            SenderEvent::PeerError { code, message, negotiating: true } => {
                Kind::OptionsRefused { peer, code: code.0, message: message.to_string() }
            }
            SenderEvent::PeerError { code, message, negotiating: false } => {
                Kind::Aborted { peer, code: code.0, message: message.to_string(), bytes: acked }
            }
            SenderEvent::GaveUp { bytes, .. } => Kind::GaveUp { peer, bytes },
            // This occurs only in a client's sender.
            SenderEvent::BadOption { .. } => return,
            SenderEvent::ReadFailed(error) => {
                Kind::Nak { peer, code: error.code.0, message: error.message.to_string() }
            }
        });
    }
}
