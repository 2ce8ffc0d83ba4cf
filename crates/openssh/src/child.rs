//! The process that serves a logged-in user: sessions, their ends, and checks that the client is alive.
//!
//! ```text
//!   change of root -> sessions, each with a program -> the client leaves or vanishes -> the programs end
//! ```

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use files::{FileError, resolve};
use host::{Host, Timer};
use ssh::server::{Reply, Request, Session};
use ssh::{Channel, End};
use tokio::sync::watch;

use super::accounts::Account;
use super::chroot;
use super::config::{Command, Settings};
use super::event::{Ending, Kind, SessionKind, Who};
use super::log::Log;
use super::program::Run;
use super::shared::Shared;

/// The time within which an answer must be sent.
const PATIENCE_MS: u32 = 1_000;

/// The state of the process.
pub(super) struct Child<H> {
    host: H,
    server: Rc<Shared>,
    log: Log,
    account: Account,
    settings: Settings,
    peer: SocketAddr,
    root: String,
    /// True if it is a separate process. Root is served by the process that guards the connection.
    is_separate: bool,
    /// The open sessions and their programs.
    sessions: BTreeMap<u32, Option<Running>>,
    /// The time of the last input.
    heard: Rc<Cell<Duration>>,
    /// Notified when the client is gone and the log says so.
    gone: watch::Sender<bool>,
}

/// A program in a session.
type Running = Pin<Box<dyn Future<Output = ()>>>;

/// The next thing to handle.
enum Step {
    Request(Request),
    /// The program of a session has ended.
    Ended(u32),
    /// The client has been silent for too long.
    Silence,
}

impl<H: Host> Child<H> {
    pub(super) fn new(
        host: H,
        server: Rc<Shared>,
        guard: &Log,
        account: Account,
        settings: Settings,
        peer: SocketAddr,
    ) -> Self {
        let is_separate = account.uid != 0;
        let log = if is_separate {
            let child = server.next_pid();
            guard.tell(Kind::UserChild { child });
            guard.of(child)
        } else {
            guard.clone()
        };
        let heard = Rc::new(Cell::new(host.now()));
        let (gone, _) = watch::channel(false);
        Self {
            host,
            server,
            log,
            account,
            settings,
            peer,
            root: "/".into(),
            is_separate,
            sessions: BTreeMap::new(),
            heard,
            gone,
        }
    }

    /// Serves until the connection has ended and every program with it.
    pub(super) async fn serve(mut self, mut session: Session) {
        if self.change_root() {
            self.answer(&mut session).await;
        } else {
            self.let_go(&session).await;
        }
        session.close();
        self.gone.send_replace(true);
        for running in std::mem::take(&mut self.sessions).into_values().flatten() {
            running.await;
        }
    }

    /// Returns true if the session may go on.
    fn change_root(&mut self) -> bool {
        let Some(directory) = &self.settings.chroot_directory else { return true };
        let directory = chroot::expand(directory, &self.account);
        if let Err(problem) = chroot::check(&*self.server.files, &directory) {
            self.log.tell(Kind::BadChroot { problem });
            return false;
        }
        self.root = chroot::plain(&directory).to_owned();
        // The log is opened again for each line.
        self.log.is_lost = self.root != "/" && self.server.files.stat(&self.inside("/dev/log")).is_err();
        self.log.tell(Kind::Chrooted { directory });
        true
    }

    /// Waits until the client has got its login answer, as it has by the time that sshd forks a process for it.
    async fn let_go(&self, session: &Session) {
        let sent = session.traffic().sent;
        for _ in 0..PATIENCE_MS {
            self.host.sleep(Duration::from_millis(1)).await;
            if session.traffic().sent > sent {
                return;
            }
        }
    }

    /// Returns the machine's path of a path of the user's.
    fn inside(&self, path: &str) -> String {
        format!("{}{path}", self.root.trim_end_matches('/'))
    }

    async fn answer(&mut self, session: &mut Session) {
        let mut timer = self.host.timer();
        let interval = self.settings.client_alive_interval;
        let mut asked = 0;
        let mut asked_at = self.host.now();
        let mut received = session.traffic().received;
        loop {
            let alive_by = self.heard.get().max(asked_at) + interval;
            let deadline = (!interval.is_zero()).then_some(alive_by);
            match self.step(session, &mut timer, deadline).await {
                Step::Request(Request::End(end)) => return self.tell_end(session, end),
                Step::Request(request) => {
                    self.heard.set(self.host.now());
                    asked = 0;
                    self.request(request);
                }
                Step::Ended(id) => {
                    self.sessions.insert(id, None);
                }
                // The client may have sent something that no program saw.
                Step::Silence if self.heard.get() > asked_at || session.traffic().received != received => {
                    asked = 0;
                    asked_at = self.host.now();
                    received = session.traffic().received;
                }
                Step::Silence => {
                    asked += 1;
                    let most = self.settings.client_alive_count_max;
                    if most > 0 && asked > most {
                        let who = Who::User(self.account.name.clone());
                        return self.log.tell(Kind::NotResponding { who, peer: self.peer });
                    }
                    asked_at = self.host.now();
                    session.ping();
                }
            }
        }
    }

    async fn step(
        &mut self,
        session: &mut Session,
        timer: &mut H::Timer,
        deadline: Option<Duration>,
    ) -> Step {
        let mut next = pin!(session.next());
        poll_fn(|cx| {
            if let Poll::Ready(request) = next.as_mut().poll(cx) {
                return Poll::Ready(Step::Request(request));
            }
            for (id, running) in &mut self.sessions {
                let Some(program) = running else { continue };
                if program.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Step::Ended(*id));
                }
            }
            timer.poll_until(deadline, cx).map(|()| Step::Silence)
        })
        .await
    }

    fn request(&mut self, request: Request) {
        match request {
            Request::OpenSession { id, reply } => {
                let may = id < self.settings.max_sessions;
                if may {
                    self.sessions.insert(id, None);
                } else {
                    self.log.tell(Kind::NoMoreSessions);
                }
                reply.send(may);
            }
            Request::Subsystem { id, name, channel, reply } => self.subsystem(id, name, channel, reply),
            Request::Exec { id, channel, reply, .. } | Request::Shell { id, channel, reply } => {
                self.command(id, channel, reply);
            }
            Request::ChannelClosed { id } => self.close_session(id),
            // Nothing is forwarded, there are no terminals, and no variables are taken.
            _ => {}
        }
    }

    fn subsystem(&mut self, id: u32, name: String, channel: Channel, reply: Reply<bool>) {
        let Some(command) = self.server.config.subsystem(&name).map(str::to_owned) else {
            self.log.tell(Kind::NoSubsystem { name, user: self.account.name.clone() });
            return reply.send(false);
        };
        let (session, command) = match &self.settings.force_command {
            Some(forced) => (SessionKind::Forced(forced.clone()), forced.clone()),
            None => (SessionKind::Subsystem(name), command),
        };
        self.start(id, session, Command::parse(&command), channel, reply);
    }

    /// Handles a shell or a command; only that of `ForceCommand` exists here.
    fn command(&mut self, id: u32, channel: Channel, reply: Reply<bool>) {
        let Some(forced) = self.settings.force_command.clone() else { return reply.send(false) };
        let command = match Command::parse(&forced) {
            Command::Internal(_) => Command::OnlySftp,
            command => command,
        };
        self.start(id, SessionKind::Forced(forced), command, channel, reply);
    }

    fn start(
        &mut self,
        id: u32,
        session: SessionKind,
        command: Command,
        channel: Channel,
        reply: Reply<bool>,
    ) {
        let (user, peer) = (self.account.name.clone(), self.peer);
        self.log.tell(Kind::Starting { session, user, peer, id });
        reply.send(true);
        let run = Run {
            host: self.host.clone(),
            server: Rc::clone(&self.server),
            log: self.log.of(self.server.next_pid()),
            account: self.account.clone(),
            peer,
            directory: self.working_directory(),
            root: self.root.clone(),
            heard: Rc::clone(&self.heard),
            gone: self.gone.subscribe(),
        };
        self.sessions.insert(id, Some(Box::pin(run.serve(command, channel))));
    }

    /// The home directory as the user sees it, or the root.
    fn working_directory(&self) -> String {
        let home = &self.account.home;
        let entered = resolve(&*self.server.files, &self.root, home, &self.account.user());
        let entered = entered.and_then(|(path, metadata)| match metadata.is_directory() {
            true if metadata.permits(&self.account.user(), files::SEARCH) => Ok(path),
            true => Err(FileError::PermissionDenied),
            false => Err(FileError::NotADirectory),
        });
        match entered {
            Ok(path) => {
                let below = path.strip_prefix(self.root.trim_end_matches('/')).unwrap_or(&path);
                if below.is_empty() { "/".into() } else { below.to_owned() }
            }
            Err(error) => {
                if self.root == "/" {
                    self.log.tell(Kind::NoHome { home: home.clone(), reason: error.to_string() });
                }
                "/".into()
            }
        }
    }

    fn close_session(&mut self, id: u32) {
        if self.sessions.contains_key(&id) {
            let (user, peer) = (self.account.name.clone(), self.peer);
            self.log.tell(Kind::CloseSession { user, peer, id });
            // The program there sees the end of its input.
            if self.sessions.get(&id).is_some_and(Option::is_none) {
                self.sessions.remove(&id);
            }
        }
    }

    /// Logs the lines about the end of the connection.
    fn tell_end(&mut self, session: &Session, end: End) {
        let peer = self.peer;
        let who = Who::User(self.account.name.clone());
        let ended = |how| self.log.tell(Kind::Ended { who: who.clone(), peer, how, preauth: false });
        let broken = |reason: &str| self.log.tell(Kind::ReadFailed { peer, reason: reason.into() });
        match end {
            End::Closed => {
                self.log.tell(Kind::Closed { peer });
                self.close_sessions();
                let traffic = session.traffic();
                self.log.tell(Kind::Transferred { sent: traffic.sent, received: traffic.received });
                self.log.tell(Kind::Closing { peer });
                return;
            }
            End::Disconnected { reason, text } => {
                self.log.tell(Kind::ReceivedDisconnect { peer, code: reason, text, preauth: false });
                ended(Ending::Disconnected);
            }
            End::Reset => broken("Connection reset by peer"),
            End::TimedOut => broken("Connection timed out"),
            End::Protocol(text) => {
                Ending::of_fault(&text, "ssh_dispatch_run_fatal").for_each(ended);
            }
            _ => {}
        }
        if !self.is_separate {
            self.close_sessions();
        }
    }

    fn close_sessions(&self) {
        for id in self.sessions.keys() {
            let (user, peer) = (self.account.name.clone(), self.peer);
            self.log.tell(Kind::CloseSession { user, peer, id: *id });
        }
    }
}
