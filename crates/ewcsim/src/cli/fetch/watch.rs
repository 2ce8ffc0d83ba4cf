//! A fetch in progress: its bytes, its progress line and its end.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use host::Host;
use host::real::{self, RealHost};
use image::FILE_MAX;
use sha2::{Digest, Sha256};

use super::super::{FetchArgs, complain, complain_with_help, note};
use super::output::Output;
use super::report::{Report, rate};
use crate::ending::Ending;
use crate::progress::{EVERY, Progress};
use text::numbers::grouped;

/// A transfer that is done within this time shows no progress.
const SILENT: Duration = Duration::from_millis(500);

/// The progress of a transfer.
#[derive(Debug)]
pub(super) struct Received {
    host: RealHost,
    began: Duration,
    pub(super) bytes: Cell<u64>,
    pub(super) total: Cell<Option<u64>>,
    /// The time at which the last bytes came.
    last: Cell<Option<Duration>>,
}

impl Received {
    /// Creates the progress of a transfer that begins now.
    pub(super) fn from_now(host: &RealHost) -> Self {
        let (bytes, total, last) = Default::default();
        Self { host: host.clone(), began: host.now(), bytes, total, last }
    }

    /// Returns the time from the beginning to the last byte; of a file without any, until now.
    pub(super) fn time(&self) -> Duration {
        self.last.get().unwrap_or_else(|| self.host.now()).saturating_sub(self.began)
    }
}

/// The reason why no more of a file is taken.
#[derive(Debug)]
pub(super) enum Refused {
    /// It cannot be written.
    Unwritten(io::Error),
    /// It is larger than an image file can be.
    TooLarge {
        /// Its size, if the server announced it.
        announced: Option<u64>,
    },
}

/// A file that arrives piece by piece.
pub(super) struct Arriving<'a> {
    output: Output,
    received: &'a Received,
    sum: Sha256,
    /// The reason why no more of it is taken.
    refused: Option<Refused>,
}

impl<'a> Arriving<'a> {
    pub(super) fn new(output: Output, received: &'a Received) -> Self {
        Self { output, received, sum: Sha256::new(), refused: None }
    }

    /// Takes the size that the server announces, if it does. Returns `false` if the file is not wanted.
    pub(super) fn announce(&mut self, size: Option<u64>) -> bool {
        self.received.total.set(size);
        if size.is_some_and(|size| size > FILE_MAX) {
            self.refused = Some(Refused::TooLarge { announced: size });
        }
        self.refused.is_none()
    }

    /// Takes the next bytes. Returns `false` if no more is taken.
    pub(super) fn take(&mut self, data: &[u8]) -> bool {
        let bytes = self.received.bytes.get() + data.len() as u64;
        if bytes > FILE_MAX {
            self.refused = Some(Refused::TooLarge { announced: None });
            return false;
        }
        self.sum.update(data);
        self.received.bytes.set(bytes);
        self.received.last.set(Some(self.received.host.now()));
        self.refused = self.output.write(data).err().map(Refused::Unwritten);
        self.refused.is_none()
    }

    /// Completes the file, and prints the report; `details` are the lines that only this protocol has.
    pub(super) fn finish(
        &mut self,
        args: &FetchArgs,
        from: SocketAddr,
        bytes: u64,
        details: Vec<(&'static str, String)>,
    ) -> Ending {
        if let Err(error) = self.output.keep() {
            return complain(&error.to_string());
        }
        let report = Report {
            url: &args.url,
            from: from.to_string(),
            bytes,
            time: self.received.time(),
            sha256: self.sum.clone().finalize().into(),
            details,
            output: args.output.as_deref(),
        };
        report.print()
    }

    /// Prints why no more of the file was taken, if that is so.
    pub(super) fn complain(&mut self, server: SocketAddr) -> Option<Ending> {
        let large =
            "no image file is that large: the server is faulty, or this is not an image; no file is written";
        Some(match self.refused.take()? {
            Refused::Unwritten(error) => complain(&self.output.named(error).to_string()),
            Refused::TooLarge { announced } => {
                let what = match announced {
                    Some(size) => format!("{server} announced {} bytes, more than 4 GiB", grouped(size)),
                    None => format!("{server} sends more than 4 GiB"),
                };
                complain_with_help(&what, large);
                Ending::Failed
            }
        })
    }
}

/// Runs `fetching` to its end and shows its progress. `finish` gets its output, prints the result, and returns what is left to
/// do without influence on that: a goodbye, which a signal ends.
pub(super) fn run<T, Goodbye: Future<Output = ()>>(
    received: &Received,
    server: SocketAddr,
    fetching: impl Future<Output = T>,
    finish: impl FnOnce(T) -> (Ending, Goodbye),
) -> Ending {
    let ended = real::run(async {
        let fetched = tokio::select! {
            // Signals first: from here on, the fetch ends cleanly.
            biased;
            () = real::interrupted() => None,
            fetched = fetching => Some(fetched),
            () = watch(received, server) => None,
        };
        let (ending, goodbye) = finish(fetched?);
        tokio::select! {
            biased;
            () = real::interrupted() => {}
            () = goodbye => {}
        }
        Some(ending)
    });
    match ended {
        Err(error) => complain(&format!("cannot wait for packets: {error}")),
        Ok(None) => {
            note(&format!("interrupted after {} bytes; no file is written", grouped(received.bytes.get())));
            Ending::Interrupted
        }
        Ok(Some(ending)) => ending,
    }
}

/// Shows the progress, forever.
async fn watch(received: &Received, server: SocketAddr) {
    let mut progress = Progress::on_terminal_after(SILENT);
    let Received { host, began, .. } = received;
    loop {
        host.sleep(EVERY).await;
        progress.update(|| {
            let bytes = received.bytes.get();
            let speed = rate(bytes, host.now().saturating_sub(*began));
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
