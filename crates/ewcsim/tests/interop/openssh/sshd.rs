//! OpenSSH's sshd with accounts, home directories and a log of its own, on the loopback.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

use super::USER;
use crate::interop::support::{Process, content, find, temporary};

/// [`super::PASSWORD`] in the format of crypt(3): `openssl passwd -6 -salt ewcsim Sw0rdfish`.
const HASH: &str =
    "$6$ewcsim$LClCfCPZhtTkY6IyPsyqKJeCvteNk9lwMiOVtMW13dnw90vdJGONhJXJKKylxw3eiLkzp9bvq7zZ.WCLWLmPh/";
const UID: u32 = 1000;
/// The timeout of an attempt to reach it while it starts, and the number of attempts.
const TRY: Duration = Duration::from_millis(50);
const TRIES: usize = 400;
/// The timeout for an expected line of the log.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running sshd.
pub(in crate::interop) struct Sshd {
    pub address: SocketAddr,
    log: mpsc::Receiver<String>,
    _process: Process,
    _directory: TempDir,
}

impl Sshd {
    /// Serves `files` in `images/` of the user's home, under a configuration with these lines added.
    pub(in crate::interop) fn start(files: &[(&str, u64)], config: &str) -> Self {
        let directory = temporary();
        let here = directory.path();
        let address = test_support::free_port();
        accounts(here);
        home(here, files);
        let key = here.join("hostkey");
        let made =
            Command::new(find("ssh-keygen")).args(["-q", "-t", "rsa", "-N", "", "-f"]).arg(&key).status();
        assert!(made.expect("ssh-keygen starts").success());
        fs::write(
            here.join("sshd_config"),
            format!(
                "Port {}\nListenAddress {}\nHostKey {}\nPidFile none\n{config}",
                address.port(),
                address.ip(),
                key.display()
            ),
        )
        .expect("the directory is ours");
        let log = listen(&here.join("log"));
        let mut process = Process::start(
            Command::new(find("unshare"))
                .args(["--mount", "sh", "-c", test_support::PRIVATE_SSHD, "sh"])
                .arg(here)
                .arg(find("sshd"))
                .stdin(Stdio::null()),
        );
        for _ in 0..TRIES {
            assert_eq!(
                process.0.try_wait().expect("it is ours"),
                None,
                "sshd ended; this test needs to be root"
            );
            if TcpStream::connect_timeout(&address, TRY).is_ok() {
                let mut sshd = Self { address, log, _process: process, _directory: directory };
                // The log lines of the connection that found it.
                sshd.log_until(|line| line.contains("Connection closed by 127.0.0.1"));
                return sshd;
            }
            std::thread::sleep(TRY);
        }
        panic!("sshd does not listen at {address}");
    }

    /// Returns the user's home directory, as this test sees it.
    pub(in crate::interop) fn home(&self) -> PathBuf {
        self._directory.path().join("home").join(USER)
    }

    /// Returns a URL for `fetch`.
    pub(super) fn url(&self, path: &str) -> String {
        format!("sftp://{USER}@{}/{path}", self.address)
    }

    /// Returns the lines of the log up to the one that `is_last` accepts, without time.
    pub(super) fn log_until(&mut self, mut is_last: impl FnMut(&str) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line =
                self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no last line after {lines:#?}"));
            let last = is_last(&line);
            lines.push(line);
            if last {
                return lines;
            }
        }
    }
}

fn accounts(here: &Path) {
    let write = |name: &str, text: String| fs::write(here.join(name), text).expect("the directory is ours");
    let privileges =
        "sshd:x:101:65534::/run/sshd:/usr/sbin/nologin\nnobody:x:65534:65534::/:/usr/sbin/nologin\n";
    write(
        "passwd",
        format!("root:x:0:0::/root:/bin/sh\n{privileges}{USER}:x:{UID}:{UID}::/home/{USER}:/bin/sh\n"),
    );
    write("shadow", format!("root:*:19000::::::\nsshd:*:19000::::::\n{USER}:{HASH}:19000:0:99999:7:::\n"));
    write("group", format!("root:x:0:\nnogroup:x:65534:\n{USER}:x:{UID}:\n"));
    fs::create_dir(here.join("pam.d")).expect("the directory is ours");
    for service in ["sshd", "other"] {
        let modules = ["auth", "account", "session"].map(|kind| format!("{kind} required pam_unix.so\n"));
        write(&format!("pam.d/{service}"), modules.concat());
    }
}

fn home(here: &Path, files: &[(&str, u64)]) {
    let home = here.join("home").join(USER);
    let images = home.join("images");
    fs::create_dir_all(&images).expect("the directory is ours");
    for (name, size) in files {
        fs::write(images.join(name), content(name, *size).bytes()).expect("the directory is ours");
    }
    let private = home.join("private");
    fs::create_dir(&private).expect("the directory is ours");
    fs::write(private.join("secret.bin"), "secret").expect("the directory is ours");
    for (path, mode) in [
        (here, 0o755),
        (&here.join("home"), 0o755),
        (&home, 0o750),
        (&images, 0o755),
        (&private, 0o755),
        (&private.join("secret.bin"), 0o600),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }
    for path in [&home, &images] {
        chown(path, Some(UID), Some(UID)).expect("this test needs to be root");
    }
    for (name, _) in files {
        chown(images.join(name), Some(UID), Some(UID)).expect("this test needs to be root");
    }
}

/// Receives the log lines sent to `path`: priority, program, process, message.
fn listen(path: &Path) -> mpsc::Receiver<String> {
    let socket = UnixDatagram::bind(path).expect("the directory is ours");
    // sftp-server logs as the user.
    fs::set_permissions(path, fs::Permissions::from_mode(0o666)).expect("it is ours");
    let (tell, lines) = mpsc::channel();
    // Linux queues ten datagrams for a socket, then its senders wait: a thread must read all the time.
    #[expect(clippy::disallowed_methods, reason = "there is nothing simulated about a live sshd")]
    std::thread::spawn(move || {
        let mut buffer = [0; 70_000];
        while let Ok(length) = socket.recv(&mut buffer) {
            let line = String::from_utf8_lossy(&buffer[..length]).into_owned();
            // `<38>Nov 22 21:24:03 sshd[29172]: Accepted ...` without the time.
            let (priority, rest) = line.split_once('>').unwrap_or(("<?", &line));
            let rest = rest.get("Nov 22 21:24:03 ".len()..).unwrap_or(rest);
            if tell.send(format!("{priority}> {rest}")).is_err() {
                return;
            }
        }
    });
    lines
}
