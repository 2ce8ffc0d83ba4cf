//! Hosts that are no part of the upgrade: they hold connections to a server, as scanners and stuck clients do, and say nothing.

use std::net::SocketAddr;
use std::time::Duration;

use host::Host;
use tokio::io::AsyncReadExt;

/// From the end of a connection, or of an attempt, to the next one.
const PAUSE: Duration = Duration::from_secs(1);

/// Holds `connections` to `server` as long as `host` has power. Each that ends is opened anew.
pub(super) fn start<H: Host>(host: &H, server: SocketAddr, connections: usize) {
    for _ in 0..connections {
        let device = host.clone();
        host.spawn(async move {
            loop {
                if let Ok(mut stream) = device.connect_tcp(server).await {
                    let mut heard = [0; 256];
                    // What the server says is read, so that it is not the stranger's full buffer that ends this.
                    while stream.read(&mut heard).await.is_ok_and(|bytes| bytes > 0) {}
                }
                device.sleep(PAUSE).await;
            }
        });
    }
}
