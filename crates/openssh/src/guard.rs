//! The process that guards one connection: it authenticates the user, and lives until the end.
//!
//! ```text
//!   connection -> identification, keys -> login -> PAM's session, the user's process -> the end -> PAM's session is closed
//! ```

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use host::{Host, Timer};
use ssh::End;
use ssh::server::{Decision, Request, Session};

use super::child::Child;
use super::config::Offence;
use super::event::{Ending, Fault, Kind, Who};
use super::log::Log;
use super::login::{Admitted, Login, PROTOCOL_ERROR, Verdict, check_methods};
use super::shared::Shared;
use super::startups::Startup;

/// The data that the process has from its start.
pub(super) struct Guard<H> {
    pub(super) host: H,
    pub(super) server: Rc<Shared>,
    pub(super) log: Log,
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    pub(super) startup: Startup,
}

/// The outcome of the login.
enum Outcome {
    In(Box<Admitted>),
    Left(End),
    /// The server has disconnected.
    Dismissed,
}

impl<H: Host> Guard<H> {
    pub(super) async fn serve(self, stream: H::TcpStream) {
        let Self { host, server, mut log, peer, local, startup } = self;
        check_methods(&log, &server.config.settings());
        log.tell(Kind::Connection { peer, local });
        let mut session = ssh::server::start(&host, stream, &server.ssh);
        let grace = server.config.login_grace_time;
        let deadline = (!grace.is_zero()).then(|| host.now() + grace);
        let mut login = Login::new(host.clone(), Rc::clone(&server), peer, local);
        let outcome = {
            let mut entering = pin!(enter(&mut session, &mut login, &mut log));
            let mut timer = host.timer();
            poll_fn(|cx| match entering.as_mut().poll(cx) {
                Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                Poll::Pending => timer.poll_until(deadline, cx).map(|()| None),
            })
            .await
        };
        if let Some(offence) = offence(&outcome, &login) {
            startup.penalize(host.now(), offence);
        }
        drop(startup);
        match outcome {
            None => log.tell(Kind::GraceOver { peer }),
            Some(Outcome::Left(end)) => {
                tell_end(&log, &session, &login, peer, end);
                login.give_up(&log);
            }
            Some(Outcome::Dismissed) => login.give_up(&log),
            Some(Outcome::In(admitted)) => {
                let Admitted { account, settings } = *admitted;
                let use_pam = server.config.use_pam;
                let user = account.name.clone();
                if use_pam {
                    log.tell(Kind::PamOpened { user: user.clone(), uid: account.uid });
                }
                Child::new(host, server, &log, account, settings, peer).serve(session).await;
                if use_pam {
                    log.tell(Kind::PamClosed { user });
                }
            }
        }
    }
}

/// Returns what a client did wrong that is not in.
fn offence<H: Host>(outcome: &Option<Outcome>, login: &Login<H>) -> Option<Offence> {
    match outcome {
        Some(Outcome::In(_)) => None,
        None => Some(Offence::GraceExceeded),
        Some(Outcome::Left(_) | Outcome::Dismissed) => Some(match login.who() {
            Who::Invalid(_) => Offence::InvalidUser,
            Who::Authenticating(_) if login.has_failed() => Offence::AuthFail,
            _ => Offence::NoAuth,
        }),
    }
}

/// Answers requests until a user is logged in or the connection ends.
async fn enter<H: Host>(session: &mut Session, login: &mut Login<H>, log: &mut Log) -> Outcome {
    loop {
        match session.next().await {
            Request::Authenticate { user, method, reply } => match login.attempt(log, &user, method).await {
                Verdict::Accepted(admitted) => {
                    reply.send(Decision::Accept);
                    return Outcome::In(admitted);
                }
                Verdict::Rejected { methods, is_partial } => {
                    reply.send(Decision::Reject { methods, is_partial });
                }
                Verdict::Goodbye(reason) => {
                    session.disconnect(PROTOCOL_ERROR, &reason);
                    return Outcome::Dismissed;
                }
            },
            Request::End(end) => return Outcome::Left(end),
            // Other requests are not answered before the login.
            _ => {}
        }
    }
}

/// Logs the lines about a client that left without a login.
fn tell_end<H: Host>(log: &Log, session: &Session, login: &Login<H>, peer: SocketAddr, end: End) {
    let who = login.who();
    let begun = session.client_identification().is_some();
    let fault = match &end {
        End::Closed if !begun => Some(Fault::Closed),
        End::Reset if !begun => Some(Fault::Broken { reason: "Connection reset by peer".into() }),
        End::TimedOut if !begun => Some(Fault::Broken { reason: "Connection timed out".into() }),
        End::BadIdentification(line) => Some(Fault::of_identification(line)),
        _ => None,
    };
    // From here on, the unprivileged process logs.
    let preauth = fault.is_none();
    let during = if preauth { "ssh_dispatch_run_fatal" } else { "banner exchange" };
    let is_version = matches!(fault, Some(Fault::Version { .. }));
    if let Some(fault) = fault {
        log.tell(Kind::NoIdentification { fault });
    }
    let ended = |how| log.tell(Kind::Ended { who: who.clone(), peer, how, preauth });
    match end {
        End::Closed => ended(Ending::Closed),
        End::Reset => ended(Ending::Reset),
        End::TimedOut => ended(Ending::Fault { during, reason: "Connection timed out".into() }),
        End::Disconnected { reason, text } => {
            log.tell(Kind::ReceivedDisconnect { peer, code: reason, text, preauth });
            ended(Ending::Disconnected);
        }
        End::NoCommon { what, theirs } => {
            ended(Ending::NoCommon { what: what.to_string(), theirs: theirs.join(",") });
        }
        End::BadIdentification(_) => {
            let reason = if is_version { "could not read protocol version" } else { "invalid format" };
            ended(Ending::Fault { during, reason: reason.into() });
        }
        End::Protocol(text) => Ending::of_fault(&text, during).for_each(ended),
        _ => {}
    }
}
