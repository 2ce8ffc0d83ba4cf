//! The system's log, as one program writes it.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

const PATH: &str = "/dev/log";
/// What this end sends itself, to learn that everything before it has been read, and to end.
const MARK: &[u8] = b"mark";
const END: &[u8] = b"end";
/// For a listener that works.
const PATIENCE: Duration = Duration::from_secs(20);

/// A listener at `/dev/log` or at another socket, which is removed when this is dropped.
#[derive(Debug)]
pub struct Syslog {
    path: PathBuf,
    /// None is a mark.
    lines: mpsc::Receiver<Option<String>>,
    listener: Option<JoinHandle<()>>,
}

impl Syslog {
    /// Listens for the program that calls itself `ident`.
    ///
    /// # Panics
    /// If another process listens there, or if this one is not root.
    pub fn listen(ident: &'static str) -> Self {
        if Path::new(PATH).exists() {
            let alive = UnixDatagram::unbound().expect("a socket").connect(PATH).is_ok();
            assert!(
                !alive,
                "{PATH} is in use: run this test where no syslog daemon runs, such as in a container"
            );
            std::fs::remove_file(PATH).expect("a socket that nobody listens to can be removed");
        }
        Self::bind(Path::new(PATH), move |datagram| line(datagram, ident))
    }

    /// Listens at another path, which its programs see as `/dev/log`, to all of them: the lines have the program and its process too.
    ///
    /// # Panics
    /// If it cannot listen there.
    pub fn listen_at(path: &Path) -> Self {
        Self::bind(path, any_line)
    }

    fn bind(path: &Path, read: impl Fn(&[u8]) -> Option<String> + Send + 'static) -> Self {
        let socket = UnixDatagram::bind(path).unwrap_or_else(|error| {
            panic!("cannot listen at {}: {error}; this test needs to be root", path.display())
        });
        // in.tftpd's processes log as the user whom they become.
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o666)).expect("it is ours");
        let (tell, lines) = mpsc::channel();
        // Linux holds ten datagrams for a socket, then its senders wait: somebody has to listen all the time.
        #[expect(clippy::disallowed_methods, reason = "there is nothing simulated about a live in.tftpd")]
        let listener = std::thread::spawn(move || {
            let mut buffer = [0; 70_000];
            while let Ok(length) = socket.recv(&mut buffer) {
                let told = match &buffer[..length] {
                    END => return,
                    MARK => tell.send(None),
                    datagram => read(datagram).map_or(Ok(()), |line| tell.send(Some(line))),
                };
                if told.is_err() {
                    return;
                }
            }
        });
        Self { path: path.to_owned(), lines, listener: Some(listener) }
    }

    /// The lines since the last call: priority and message.
    ///
    /// # Panics
    /// If the listener does not answer.
    pub fn drain(&self) -> Vec<String> {
        send(MARK, &self.path)
            .unwrap_or_else(|error| panic!("cannot send to {}: {error}", self.path.display()));
        let next = || self.lines.recv_timeout(PATIENCE).expect("the listener reads on");
        std::iter::from_fn(next).collect()
    }
}

impl Drop for Syslog {
    fn drop(&mut self) {
        if send(END, &self.path).is_ok() {
            let _ = self.listener.take().map(JoinHandle::join);
        }
        let _ = std::fs::remove_file(&self.path);
    }
}

fn send(datagram: &[u8], path: &Path) -> io::Result<usize> {
    UnixDatagram::unbound()?.send_to(datagram, path)
}

/// `<29>Nov 22 11:52:23 in.tftpd[6057]: RRQ from ...` without the time and the process.
fn line(datagram: &[u8], ident: &str) -> Option<String> {
    let text = String::from_utf8_lossy(datagram);
    let (priority, rest) = text.split_once('>')?;
    let rest = &rest[rest.find(ident)? + ident.len()..];
    let (_, message) = rest.split_once("]: ")?;
    Some(format!("{priority}> {}", message.trim_end_matches(['\n', '\0'])))
}

/// `<38>Nov 22 21:24:03 sshd[29172]: Accepted ...` without the time.
fn any_line(datagram: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(datagram);
    let (priority, rest) = text.split_once('>')?;
    let rest = rest.get("Nov 22 21:24:03 ".len()..)?;
    Some(format!("{priority}> {}", rest.trim_end_matches(['\n', '\0'])))
}
