//! How far a fetch is.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;

use host::Host;
use host::real::RealHost;

use super::report::rate;
use crate::progress::{EVERY, Progress};
use crate::report::numbers::grouped;

/// A transfer that takes no longer shows no progress.
const SILENT: Duration = Duration::from_millis(500);

/// How far it is.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) bytes: Cell<u64>,
    pub(super) total: Cell<Option<u64>>,
}

/// Shows how far it is, for ever.
pub(super) async fn watch(host: &RealHost, received: &Received, server: SocketAddr) {
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
