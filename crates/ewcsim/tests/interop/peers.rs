//! Servers of other projects, with the files of the tests.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::interop::support::{Process, content, pinned, temporary};

/// The timeout of an attempt to reach a starting server, and the number of attempts: seconds on a busy machine.
const TRY: Duration = Duration::from_millis(50);
const TRIES: usize = 400;

/// A running server.
pub(super) struct Peer {
    pub address: SocketAddr,
    _process: Process,
    _files: TempDir,
}

impl Peer {
    pub(super) fn in_tftpd(files: &[(&str, u64)]) -> Self {
        Self::start(test_support::free_port(), files, in_tftpd)
    }

    pub(super) fn atftpd(files: &[(&str, u64)]) -> Self {
        Self::start(test_support::free_port(), files, |address, files| atftpd(address, files, "root.root"))
    }

    /// Starts dnsmasq. Its port is always 69, so it gets an address of its own. Only the administrator may bind that port.
    pub(super) fn dnsmasq(files: &[(&str, u64)]) -> Self {
        Self::start(dnsmasq_address(), files, |address, files| dnsmasq(address, files, "root"))
    }

    fn start(
        address: SocketAddr,
        contents: &[(&str, u64)],
        command: impl FnOnce(SocketAddr, &Path) -> Command,
    ) -> Self {
        let files = temporary();
        for (name, size) in contents {
            fs::write(files.path().join(name), content(name, *size).bytes()).expect("the directory is ours");
        }
        let secret = files.path().join("secret.bin");
        fs::write(&secret, "secret").expect("the directory is ours");
        fs::create_dir(files.path().join("directory")).expect("the directory is ours");
        for (path, mode) in [(files.path(), 0o755), (secret.as_path(), 0o600)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
        }
        let mut command = command(address, files.path());
        let mut process = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        wait_until_it_answers(&mut process, address);
        Self { address, _process: process, _files: files }
    }

    pub(super) fn url(&self, name: &str) -> String {
        format!("tftp://{}/{name}", self.address)
    }
}

/// Returns the command of in.tftpd, which runs as `nobody`, with this directory as its root.
pub(super) fn in_tftpd(address: SocketAddr, files: &Path) -> Command {
    let mut command = pinned("in.tftpd");
    command.args(["-L", "-a", &address.to_string(), "-s"]).arg(files);
    command
}

/// Returns the command of atftpd.
pub(super) fn atftpd(address: SocketAddr, files: &Path, user: &str) -> Command {
    let mut command = pinned("atftpd");
    command
        .args(["--daemon", "--no-fork", "--user", user, "--logfile", "-"])
        .args(["--port", &address.port().to_string(), "--bind-address", &address.ip().to_string()])
        .arg(files);
    command
}

/// Returns an address for dnsmasq: its port is always 69, so each has an address of its own.
pub(super) fn dnsmasq_address() -> SocketAddr {
    let [.., high, low] = std::process::id().to_be_bytes();
    SocketAddr::from((Ipv4Addr::new(127, 69, high, low), 69))
}

/// Returns the command of dnsmasq.
pub(super) fn dnsmasq(address: SocketAddr, files: &Path, user: &str) -> Command {
    let mut command = pinned("dnsmasq");
    command.args(["-d", "-C", "/dev/null", "--port=0", "--enable-tftp", "--bind-interfaces"]);
    command.arg(format!("--user={user}")).arg(format!("--listen-address={}", address.ip()));
    command.arg(format!("--tftp-root={}", files.display()));
    command
}

/// Requests a missing file from a starting server until an answer comes.
pub(super) fn wait_until_it_answers(process: &mut Process, address: SocketAddr) {
    let socket = UdpSocket::bind((any(address.ip()), 0)).expect("a free port");
    socket.set_read_timeout(Some(TRY)).expect("a timeout");
    for _ in 0..TRIES {
        assert_eq!(process.0.try_wait().expect("it is ours"), None, "{address}: it ended");
        socket.send_to(b"\0\x01none\0octet\0", address).expect("sent");
        if socket.recv_from(&mut [0; 516]).is_ok() {
            return;
        }
    }
    panic!("{address}: no answer");
}

fn any(ip: IpAddr) -> IpAddr {
    if ip.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { std::net::Ipv6Addr::UNSPECIFIED.into() }
}
