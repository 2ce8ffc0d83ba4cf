//! The program of a session: an SFTP server, or one that ends at once.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use host::Host;
use ssh::Channel;
use tokio::io::AsyncReadExt;
use tokio::sync::watch;

use super::accounts::Account;
use super::config::Command;
use super::event::{Kind, Program, Who};
use super::log::Log;
use super::sftp_server;
use super::shared::Shared;

/// The largest read: a packet of the connection, as sshd hands it on.
const READ: usize = 32 << 10;

/// The exit status of a shell that does not find a command.
const NOT_FOUND: u32 = 127;

/// The exit status of OpenSSH's programs after a fatal error.
const FATAL: u32 = 255;

/// A process that runs a command.
pub(super) struct Run<H> {
    pub(super) host: H,
    pub(super) server: Rc<Shared>,
    /// The log of sshd, as which it begins.
    pub(super) log: Log,
    pub(super) account: Account,
    pub(super) peer: SocketAddr,
    /// The directory in which it starts, as the user sees it.
    pub(super) directory: String,
    /// The directory that the user sees as the root.
    pub(super) root: String,
    /// The time of the last input.
    pub(super) heard: Rc<Cell<Duration>>,
    /// Notified when the client is gone and sshd has logged so.
    pub(super) gone: watch::Receiver<bool>,
}

/// The end of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// It exits with this status.
    Status(u32),
    /// The client is gone.
    Gone,
}

impl<H: Host> Run<H> {
    /// Runs the program to its end, and closes the channel.
    pub(super) async fn serve(mut self, command: Command, mut channel: Channel) {
        let exit = self.run(command, &mut channel).await;
        if let Exit::Status(status) = exit {
            // A client that has left meanwhile does not need it.
            let _ = channel.exit_status(status).await;
            let _ = channel.close().await;
        }
    }

    async fn run(&mut self, command: Command, channel: &mut Channel) -> Exit {
        let (name, arguments) = match command {
            Command::Internal(arguments) => (Program::InternalSftp, arguments),
            Command::External(path, arguments) => {
                if let Some((said, status)) = self.shell_fails(&path) {
                    return say(channel, said, status).await;
                }
                (Program::SftpServer, arguments)
            }
            Command::OnlySftp => {
                let who = Who::User(self.account.name.clone());
                self.log.tell(Kind::NotSftp { who, peer: self.peer });
                return say(channel, "This service allows sftp connections only.\n", 1).await;
            }
            Command::Other => {
                let (said, status) = self.shell_fails("").unwrap_or(("", NOT_FOUND));
                return say(channel, said, status).await;
            }
        };
        let (said, options) = sftp_server::Options::read(arguments.iter().map(String::as_str));
        for error in said {
            // It has not set up its log yet.
            let kind = sftp_server::Kind::BadOption { message: error.to_string(), fatal: error.is_fatal() };
            let priority = sftp_server::priority(&sftp_server::Options::default(), &kind);
            self.log.tell_of_files(name, priority, true, kind);
        }
        let options = match options {
            Ok(options) => options,
            Err(error) if error.is_fatal() => return Exit::Status(FATAL),
            // It prints the rest on standard error.
            Err(_) => return Exit::Status(1),
        };
        let process = sftp_server::Process {
            user: self.account.user(),
            home: self.account.home.clone(),
            directory: self.directory.clone(),
            root: self.root.clone(),
            client: self.peer.ip().to_string(),
            internal: name == Program::InternalSftp,
            ids: Rc::clone(&self.server.ids),
            started: self.server.started,
        };
        let mut session = sftp_server::Session::new(options, process, Rc::clone(&self.server.files));
        let exit = self.serve_files(name, channel, &mut session).await;
        if exit == Exit::Gone {
            // sshd logs first.
            let _ = self.gone.wait_for(|gone| *gone).await;
        }
        session.end();
        self.tell(name, &mut session);
        match session.exit_status() {
            Some(status) if exit != Exit::Gone => Exit::Status(status),
            _ => exit,
        }
    }

    /// Passes bytes both ways until the client has sent everything, has left, or the session has ended.
    async fn serve_files(
        &mut self,
        name: Program,
        channel: &mut Channel,
        session: &mut sftp_server::Session,
    ) -> Exit {
        let mut buffer = vec![0; READ];
        loop {
            self.tell(name, session);
            while let Some(bytes) = session.poll_transmit() {
                // A client that does not read gets no more, and is not read from.
                if channel.send(bytes).await.is_err() {
                    return Exit::Gone;
                }
                self.tell(name, session);
            }
            if let Some(status) = session.exit_status() {
                return Exit::Status(status);
            }
            match channel.read(&mut buffer).await {
                Ok(0) => return Exit::Status(0),
                Ok(length) => {
                    self.heard.set(self.host.now());
                    // Its events contain the reason for its end.
                    let _ = session.handle(self.host.now(), &buffer[..length]);
                }
                Err(_) => return Exit::Gone,
            }
        }
    }

    /// Puts the events of the SFTP server into the log.
    fn tell(&self, name: Program, session: &mut sftp_server::Session) {
        while let Some(event) = session.poll_event() {
            let priority = sftp_server::priority(session.options(), &event.kind);
            // With `-e` the client's side of the channel would get the lines.
            let logged = event.logged && !session.options().to_stderr;
            self.log.tell_of_files(name, priority, logged, event.kind);
        }
    }

    /// Returns the output and status of the user's shell, if it runs no commands.
    fn shell_fails(&self, program: &str) -> Option<(&'static str, u32)> {
        if self.root != "/" && self.server.files.stat(&format!("{}{program}", self.root)).is_err() {
            // There is no shell in there either.
            return Some(("", 1));
        }
        match self.account.shell.rsplit('/').next() {
            Some("nologin") => Some(("This account is currently not available.\n", 1)),
            Some("false") => Some(("", 1)),
            Some("true") => Some(("", 0)),
            _ => None,
        }
    }
}

/// Writes a text and ends.
async fn say(channel: &mut Channel, text: &'static str, status: u32) -> Exit {
    if !text.is_empty() && channel.send(Bytes::from_static(text.as_bytes())).await.is_err() {
        return Exit::Gone;
    }
    Exit::Status(status)
}
