//! in.tftpd itself.

use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use host::Host;
use host::real::RealHost;

use crate::interop::probe::Server;
use test_support::Syslog;

/// What it calls itself in the log, so that no other's lines are taken for its own.
const IDENT: &str = "in.tftpd-compared";

pub(super) struct Live {
    child: Child,
    address: SocketAddr,
    syslog: Syslog,
}

impl Live {
    /// Starts it with these options on a port that was free a moment ago, and waits until it listens.
    pub(super) async fn start(client: &RealHost, options: &str, directory: &Path) -> Self {
        Self::try_start(client, options, directory).await.expect("in.tftpd starts")
    }

    /// Gives none if it ends.
    pub(super) async fn try_start(client: &RealHost, options: &str, directory: &Path) -> Option<Self> {
        let syslog = Syslog::listen(IDENT);
        let address = test_support::free_port();
        let mut command = Command::new("/usr/sbin/in.tftpd");
        command.arg0(IDENT).arg("-L").args(["--user", "tftp", "--address", &address.to_string()]);
        command.args(options.split_whitespace()).arg(directory).stdin(Stdio::null());
        let child = command.spawn().expect("in.tftpd is missing: run ci/setup");
        let mut live = Self { child, address, syslog };
        let inode = format!(":{:04X} ", address.port());
        loop {
            if live.child.try_wait().expect("our child").is_some() {
                return None;
            }
            if std::fs::read_to_string("/proc/net/udp").is_ok_and(|table| table.contains(&inode)) {
                return Some(live);
            }
            client.sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

impl Server for Live {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn log(&self) -> Vec<String> {
        self.syslog.drain()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
