//! sshd in a mount namespace of its own, with accounts, homes and /dev/log of its own.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use host::Host;
use host::real::RealHost;
use test_support::Syslog;

/// A running sshd.
pub(super) struct Live {
    child: Child,
}

impl Live {
    /// Starts it with the file `sshd_config` of the directory, and waits until it listens; or gives what it prints when it ends.
    pub(super) async fn start(host: &RealHost, here: &Path, port: u16) -> Result<Self, String> {
        let errors = here.join("errors");
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "sh", "-c", test_support::PRIVATE_SSHD, "sh"])
            .arg(here)
            .arg("/usr/sbin/sshd");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&errors).expect("ours"));
        let child = command.spawn().expect("unshare is missing");
        let mut live = Self { child };
        // 127.0.0.1, in the state of a listener.
        let listening = format!("0100007F:{port:04X} 00000000:0000 0A");
        loop {
            if live.child.try_wait().expect("our child").is_some() {
                return Err(fs::read_to_string(&errors).expect("ours"));
            }
            if fs::read_to_string("/proc/net/tcp").is_ok_and(|table| table.contains(&listening)) {
                return Ok(live);
            }
            host.sleep(std::time::Duration::from_millis(2)).await;
        }
    }

    /// Returns true if no connection has a process any more.
    pub(super) fn is_idle(&self) -> bool {
        let pid = self.child.id();
        fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))
            .is_ok_and(|children| children.trim().is_empty())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Listens for the lines of an sshd of this directory.
pub(super) fn listen(here: &Path) -> Syslog {
    Syslog::listen_at(&here.join("log"))
}
