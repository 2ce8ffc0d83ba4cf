//! /dev/log, listened to for one program.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

const PATH: &str = "/dev/log";

/// The socket, which is removed again.
pub struct Syslog(UnixDatagram);

impl Syslog {
    pub fn listen() -> Self {
        if Path::new(PATH).exists() {
            let alive = UnixDatagram::unbound().expect("a socket").connect(PATH).is_ok();
            assert!(
                !alive,
                "{PATH} is in use: run this test where no syslog daemon runs, such as in a container"
            );
            std::fs::remove_file(PATH).expect("a socket that nobody listens to can be removed");
        }
        let socket = UnixDatagram::bind(PATH)
            .unwrap_or_else(|error| panic!("cannot listen at {PATH}: {error}; this test needs to be root"));
        socket.set_nonblocking(true).expect("a socket");
        // in.tftpd's processes log as the user whom they become.
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        std::fs::set_permissions(PATH, everybody).expect("it is ours");
        Self(socket)
    }

    /// Lines of the program that calls itself `ident`: priority and message.
    pub fn drain(&self, ident: &str) -> Vec<String> {
        let mut buffer = [0; 70_000];
        let mut lines = Vec::new();
        loop {
            match self.0.recv(&mut buffer) {
                Ok(length) => lines.extend(line(&buffer[..length], ident)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return lines,
                Err(error) => panic!("cannot read {PATH}: {error}"),
            }
        }
    }
}

impl Drop for Syslog {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(PATH);
    }
}

/// `<29>Nov 22 11:52:23 in.tftpd[6057]: RRQ from ...` without the time and the process.
fn line(datagram: &[u8], ident: &str) -> Option<String> {
    let text = String::from_utf8_lossy(datagram);
    let (priority, rest) = text.split_once('>')?;
    let rest = &rest[rest.find(ident)? + ident.len()..];
    let (_, message) = rest.split_once("]: ")?;
    Some(format!("{priority}> {}", message.trim_end_matches(['\n', '\0'])))
}
