//! sshd on a port of the loopback, with a key of its own.

use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use host::Host;
use host::real::RealHost;
use test_support::Syslog;

/// What it calls itself in the log, so that no other's lines are taken for its own.
const IDENT: &str = "sshd-compared";

pub(super) struct Live {
    child: Child,
    pub address: SocketAddr,
    syslog: Syslog,
}

impl Live {
    /// Starts it with these directives, and waits until it listens.
    pub(super) async fn start(client: &RealHost, directives: &str, directory: &Path) -> Self {
        let syslog = Syslog::listen(IDENT);
        let address = test_support::free_port();
        // It runs itself anew for each connection, by the name it was given.
        let program = directory.join(IDENT);
        symlink("/usr/sbin/sshd", &program).expect("made");
        std::fs::create_dir_all("/run/sshd").expect("this test needs to be root");
        let text = format!("ListenAddress 127.0.0.1:{}\nPidFile none\n{directives}", address.port());
        let mut command = Command::new(program);
        command.args(["-D", "-f"]).arg(write_config(directory, &text)).arg("-h").arg(host_key(directory));
        let child = command.stdin(Stdio::null()).spawn().expect("sshd is missing: run ci/setup");
        let mut live = Self { child, address, syslog };
        while TcpStream::connect(address).is_err() {
            assert!(live.child.try_wait().expect("our child").is_none(), "{:?}", live.syslog.drain());
            client.sleep(Duration::from_millis(20)).await;
        }
        // That was a connection too. Its last line may be late on a busy machine.
        let (mut closed, mut quiet) = (false, 0);
        while !closed || quiet < 10 {
            let lines = live.syslog.drain();
            closed |= lines.iter().any(|line| line.contains("Connection closed by"));
            quiet = if lines.is_empty() { quiet + 1 } else { 0 };
            client.sleep(Duration::from_millis(20)).await;
        }
        live
    }

    pub(super) fn log(&self) -> Vec<String> {
        self.syslog.drain()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file that sshd takes.
pub(super) fn write_config(directory: &Path, text: &str) -> std::path::PathBuf {
    let path = directory.join("sshd_config");
    std::fs::write(&path, text).expect("written");
    path
}

/// A new host key.
pub(super) fn host_key(directory: &Path) -> std::path::PathBuf {
    let path = directory.join("ssh_host_ed25519_key");
    if !path.exists() {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&path).stdin(Stdio::null());
        assert!(command.status().expect("ssh-keygen is missing: run ci/setup").success());
    }
    path
}
