//! A fetch in progress: its bytes, its progress line and its end.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use host::Host;
use host::real::{self, RealHost};
use sha2::{Digest, Sha256};

use super::super::{complain, note};
use super::output::Output;
use super::report::rate;
use crate::ending::Ending;
use crate::progress::{EVERY, Progress};
use text::numbers::grouped;

/// A transfer that is done within this time shows no progress.
const SILENT: Duration = Duration::from_millis(500);

/// The progress of a transfer.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) bytes: Cell<u64>,
    pub(super) total: Cell<Option<u64>>,
}

/// A file that arrives piece by piece.
pub(super) struct Arriving<'a> {
    pub(super) output: Output,
    received: &'a Received,
    sum: Sha256,
    /// The reason why the file cannot be written.
    pub(super) broken: Option<io::Error>,
}

impl<'a> Arriving<'a> {
    pub(super) fn new(output: Output, received: &'a Received) -> Self {
        Self { output, received, sum: Sha256::new(), broken: None }
    }

    /// Takes the next bytes. Returns `false` if they cannot be written.
    pub(super) fn take(&mut self, data: &[u8]) -> bool {
        self.sum.update(data);
        self.received.bytes.set(self.received.bytes.get() + data.len() as u64);
        self.broken = self.output.write(data).err();
        self.broken.is_none()
    }

    pub(super) fn sha256(&self) -> [u8; 32] {
        self.sum.clone().finalize().into()
    }
}

/// Runs `fetching` to its end and shows its progress. Returns its output, and the time it took.
///
/// # Errors
/// It could not run, or it was interrupted; the message has been printed.
pub(super) fn run<T>(
    host: &RealHost,
    received: &Received,
    server: SocketAddr,
    fetching: impl Future<Output = T>,
) -> Result<(T, Duration), Ending> {
    let began = host.now();
    let ended = real::run(async {
        tokio::select! {
            // Signals first: from here on, the fetch ends cleanly.
            biased;
            () = real::interrupted() => None,
            fetched = fetching => Some(fetched),
            () = watch(host, received, server) => None,
        }
    });
    let time = host.now().saturating_sub(began);
    match ended {
        Err(error) => Err(complain(&format!("cannot wait for packets: {error}"))),
        Ok(None) => {
            note(&format!("interrupted after {} bytes; no file is written", grouped(received.bytes.get())));
            Err(Ending::Interrupted)
        }
        Ok(Some(fetched)) => Ok((fetched, time)),
    }
}

/// Shows the progress, forever.
async fn watch(host: &RealHost, received: &Received, server: SocketAddr) {
    let mut progress = Progress::on_terminal_after(SILENT);
    let began = host.now();
    loop {
        host.sleep(EVERY).await;
        progress.update(|| {
            let bytes = received.bytes.get();
            let speed = rate(bytes, host.now().saturating_sub(began));
            match received.total.get() {
                _ if bytes == 0 => format!("waiting for {server}"),
                Some(total) if total > 0 => {
                    let percent = u128::from(bytes) * 100 / u128::from(total);
                    format!("{} of {} bytes ({percent} %), {speed}", grouped(bytes), grouped(total))
                }
                _ => format!("{} bytes, {speed}", grouped(bytes)),
            }
        });
    }
}
