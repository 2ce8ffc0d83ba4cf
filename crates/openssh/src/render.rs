//! The lines of auth.log.

use super::config::Offence;
use super::event::{Checker, ChrootProblem, Ending, Fault, Kind, Program, SessionKind, SshdEvent, Who};
use super::sftp_server;
use super::syslog::LogLevel;
use super::vis::to_syslog;

/// Returns the log message of an event; none, unless the event is logged.
pub fn message(event: &SshdEvent) -> Option<String> {
    if !event.logged {
        return None;
    }
    match &event.kind {
        Kind::Sftp(kind) => Some(sftp_server::message(kind)),
        kind => line_of(kind).map(|line| line.text),
    }
}

/// Returns the number that syslog puts before a message, such as 38 for auth and info.
pub fn priority(event: &SshdEvent) -> u8 {
    event.priority
}

/// Returns the whole line as rsyslog writes it by default. `timestamp` is already formatted, as in `Feb  1 11:10:23`.
pub fn line(timestamp: &str, hostname: &str, event: &SshdEvent) -> Option<String> {
    let message = message(event)?;
    let program = match event.program {
        Program::Sshd => "sshd",
        Program::SftpServer => "sftp-server",
        Program::InternalSftp => "internal-sftp",
    };
    Some(format!("{timestamp} {hostname} {program}[{}]: {message}", event.pid))
}

/// Marks a line of the unprivileged process.
fn stage(text: String, preauth: bool) -> String {
    if preauth { text + " [preauth]" } else { text }
}

/// Returns the words of a penalty. Unverified: from the manual of 9.8, not from a log.
fn penalty(offence: Offence) -> &'static str {
    match offence {
        Offence::AuthFail | Offence::InvalidUser => "failed authentication",
        Offence::NoAuth => "connections without attempting authentication",
        Offence::GraceExceeded => "exceeded LoginGraceTime",
    }
}

/// The program that writes a line, and its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// sshd, if its log level is at least that.
    Sshd(LogLevel),
    /// sshd as it logs before it has read its configuration: to auth.
    Early(LogLevel),
    /// PAM, which knows no log levels, to authpriv with this severity.
    Pam(u8),
}

/// The log line of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) level: Level,
    pub(super) text: String,
}

const NOTICE: u8 = 5;
const INFO: u8 = 6;

/// Returns the line of an event of sshd or PAM.
pub(super) fn line_of(kind: &Kind) -> Option<Line> {
    use LogLevel::{Error, Fatal, Info, Verbose};
    let sshd = |level, text: String| {
        let prefix = match level {
            Fatal => "fatal: ",
            Error => "error: ",
            _ => "",
        };
        Some(Line { level: Level::Sshd(level), text: to_syslog(format!("{prefix}{text}").as_bytes()) })
    };
    let pam = |severity, text: String| Some(Line { level: Level::Pam(severity), text: octal(&text) });
    match kind {
        Kind::Listening { address } => {
            sshd(Info, format!("Server listening on {} port {}.", address.ip(), address.port()))
        }
        Kind::BindFailed { address, reason } => {
            sshd(Error, format!("Bind to port {} on {} failed: {reason}.", address.port(), address.ip()))
        }
        Kind::NoAddress => sshd(Fatal, "Cannot bind any address.".into()),
        // sshd prints this on standard error.
        Kind::NoHostKey => None,
        Kind::AcceptFailed { reason } => sshd(Error, format!("accept: {reason}")),
        Kind::ThrottlingBegins => sshd(Error, "beginning MaxStartups throttling".into()),
        Kind::ThrottlingGoesOn { seconds, dropped } => {
            let time = time_frame(*seconds);
            sshd(Error, format!("in MaxStartups throttling for {time}, {dropped} connections dropped"))
        }
        Kind::ThrottlingEnds { seconds, dropped } => {
            let time = time_frame(*seconds);
            sshd(Info, format!("exited MaxStartups throttling after {time}, {dropped} connections dropped"))
        }
        Kind::Dropped { startups, peer, local, announced } => sshd(
            if *announced { Info } else { Verbose },
            format!(
                "drop connection #{startups} from [{}]:{} on [{}]:{} past MaxStartups",
                peer.ip(),
                peer.port(),
                local.ip(),
                local.port()
            ),
        ),
        Kind::Penalized { startups, peer, local, offence } => sshd(
            Info,
            format!(
                "drop connection #{startups} from [{}]:{} on [{}]:{} penalty: {}",
                peer.ip(),
                peer.port(),
                local.ip(),
                local.port(),
                penalty(*offence)
            ),
        ),
        Kind::Connection { peer, local } => {
            sshd(Verbose, format!("Connection from {} on {} rdomain \"\"", from(*peer), from(*local)))
        }
        Kind::NoIdentification { fault } => sshd(Error, fault_text(fault)),
        Kind::InvalidUser { user, peer } => {
            sshd(Info, format!("Invalid user {} from {}", cut(user, 100), from(*peer)))
        }
        Kind::NotAllowed { user, host, reason } => {
            sshd(Info, format!("User {} from {host} not allowed because {reason}", cut(user, 100)))
        }
        Kind::MethodDisabled { method, list, by } => {
            let text = format!("Disabled method \"{method}\" in AuthenticationMethods list \"{list}\"");
            match by {
                // It has not read its log level and facility yet.
                Checker::Start => Some(Line { level: Level::Early(Error), text: format!("error: {text}") }),
                by => sshd(Error, stage(text, *by == Checker::Preauth)),
            }
        }
        Kind::MethodsSkipped { list, preauth } => {
            let text = format!("Authentication methods list \"{list}\" contains disabled method, skipping");
            sshd(Info, stage(text, *preauth))
        }
        Kind::NoMethodsLeft { preauth } => {
            let text = "No AuthenticationMethods left after eliminating disabled methods".to_owned();
            sshd(Error, stage(text, *preauth))
        }
        Kind::Locked { user } => {
            sshd(Info, format!("User {} not allowed because account is locked", cut(user, 100)))
        }
        Kind::NoShadow { user } => {
            sshd(Error, format!("Could not get shadow information for {}", cut(user, 100)))
        }
        Kind::PamUserUnknown => pam(NOTICE, "pam_unix(sshd:auth): check pass; user unknown".into()),
        Kind::PamFailure { host, user } => pam(
            NOTICE,
            format!("pam_unix(sshd:auth): authentication failure; {}", pam_items(host, user.as_deref())),
        ),
        Kind::PamMoreFailures { more, host, user } => {
            let s = if *more == 1 { "" } else { "s" };
            let items = pam_items(host, user.as_deref());
            pam(NOTICE, format!("PAM {more} more authentication failure{s}; {items}"))
        }
        Kind::PamPatient { failures, most } => {
            pam(NOTICE, format!("PAM service(sshd) ignoring max retries; {failures} > {most}"))
        }
        Kind::Login { accepted, method, valid, user, peer, key, raised, partial } => {
            let raised = *accepted || !valid || *raised || *method == "password";
            let outcome = match (accepted, partial) {
                (true, _) => "Accepted",
                (false, true) => "Partial",
                (false, false) => "Failed",
            };
            let invalid = if *valid { "" } else { "invalid user " };
            let key = key.as_ref().map(|key| format!(": {key}")).unwrap_or_default();
            let (user, from) = (cut(user, 100), from(*peer));
            let text = format!("{outcome} {method} for {invalid}{user} from {from} ssh2{key}");
            sshd(if raised { Info } else { Verbose }, text)
        }
        Kind::TooManyFailures { valid, user, peer } => {
            let invalid = if *valid { "" } else { "invalid user " };
            let (user, from) = (cut(user, 100), from(*peer));
            sshd(
                Error,
                format!(
                    "maximum authentication attempts exceeded for {invalid}{user} from {from} ssh2 [preauth]"
                ),
            )
        }
        Kind::Disconnecting { who, peer, reason } => {
            let reason = cut(reason, 100);
            sshd(Info, format!("Disconnecting {}{}: {reason} [preauth]", whose(who), from(*peer)))
        }
        Kind::GraceOver { peer } => sshd(Fatal, format!("Timeout before authentication for {}", from(*peer))),
        Kind::ReceivedDisconnect { peer, code, text, preauth } => {
            // 11 is SSH_DISCONNECT_BY_APPLICATION.
            let level = if *code == 11 { Info } else { Error };
            let text = cut(text, 400);
            sshd(
                level,
                format!("Received disconnect from {}:{code}: {text}{}", from(*peer), suffix(*preauth)),
            )
        }
        Kind::Ended { who, peer, how, preauth } => {
            sshd(Info, ending(how, &format!("{}{}", whose(who), from(*peer))) + suffix(*preauth))
        }
        Kind::PamOpened { user, uid } => {
            pam(INFO, format!("pam_unix(sshd:session): session opened for user {user}(uid={uid}) by (uid=0)"))
        }
        Kind::PamClosed { user } => {
            pam(INFO, format!("pam_unix(sshd:session): session closed for user {user}"))
        }
        Kind::UserChild { child } => sshd(Verbose, format!("User child is on pid {child}")),
        Kind::BadChroot { problem } => sshd(Fatal, chroot(problem)),
        Kind::Chrooted { directory } => sshd(Verbose, format!("Changed root directory to \"{directory}\"")),
        Kind::Starting { session, user, peer, id } => {
            let session = match session {
                SessionKind::Subsystem(name) => format!("subsystem '{}'", cut(name, 900)),
                SessionKind::Forced(command) => format!("forced-command (config) '{}'", cut(command, 900)),
            };
            sshd(Verbose, format!("Starting session: {session} for {user} from {} id {id}", from(*peer)))
        }
        Kind::NoSubsystem { name, user } => {
            let name = cut(name, 100);
            sshd(Info, format!("subsystem request for {name} by user {user} failed, subsystem not found"))
        }
        Kind::NotSftp { who, peer } => {
            sshd(Error, format!("Connection from {}{}: refusing non-sftp session", whose(who), from(*peer)))
        }
        Kind::NoMoreSessions => sshd(Error, "no more sessions".into()),
        Kind::NotResponding { who, peer } => {
            sshd(Info, format!("Timeout, client not responding from {}{}", whose(who), from(*peer)))
        }
        Kind::Closed { peer } => sshd(Verbose, format!("Connection closed by {}", from(*peer))),
        Kind::ReadFailed { peer, reason } => {
            sshd(Verbose, format!("Read error from remote host {}: {reason}", from(*peer)))
        }
        Kind::CloseSession { user, peer, id } => {
            sshd(Verbose, format!("Close session: user {user} from {} id {id}", from(*peer)))
        }
        Kind::Transferred { sent, received } => {
            sshd(Verbose, format!("Transferred: sent {sent}, received {received} bytes"))
        }
        Kind::Closing { peer } => sshd(Verbose, format!("Closing connection to {}", from(*peer))),
        Kind::NoHome { .. } | Kind::Sftp(_) => None,
    }
}

fn from(address: std::net::SocketAddr) -> String {
    format!("{} port {}", address.ip(), address.port())
}

fn whose(who: &Who) -> String {
    match who {
        Who::Nobody => String::new(),
        Who::Authenticating(user) => format!("authenticating user {user} "),
        Who::Invalid(user) => format!("invalid user {user} "),
        Who::User(user) => format!("user {user} "),
    }
}

fn suffix(preauth: bool) -> &'static str {
    if preauth { " [preauth]" } else { "" }
}

fn fault_text(fault: &Fault) -> String {
    let said = match fault {
        Fault::Closed => "Connection closed by remote host".into(),
        Fault::Broken { reason } => format!("read: {reason}"),
        Fault::Other { line } => format!("client sent invalid protocol identifier \"{}\"", cut(line, 256)),
        Fault::Bad { line } => {
            return format!("Bad remote protocol version identification: '{}'", cut(line, 100));
        }
        Fault::Version { major } => return format!("Protocol major versions differ: 2 vs. {major}"),
    };
    format!("kex_exchange_identification: {said}")
}

fn ending(how: &Ending, whose: &str) -> String {
    match how {
        Ending::Closed => format!("Connection closed by {whose}"),
        Ending::Reset => format!("Connection reset by {whose}"),
        Ending::Disconnected => format!("Disconnected from {whose}"),
        Ending::NoCommon { what, theirs } => {
            format!("Unable to negotiate with {whose}: no matching {what} found. Their offer: {theirs}")
        }
        Ending::Fault { during, reason } => format!("{during}: Connection from {whose}: {reason}"),
        Ending::Corrupted { reason } => reason.clone(),
    }
}

fn chroot(problem: &ChrootProblem) -> String {
    let component = |above: bool| if above { "component " } else { "" };
    match problem {
        ChrootProblem::Relative => "chroot path does not begin at root".into(),
        ChrootProblem::TooLong => "chroot path too long".into(),
        ChrootProblem::Missing { path, reason } => format!("safely_chroot: stat(\"{path}\"): {reason}"),
        ChrootProblem::Ownership { path, above } => {
            format!("bad ownership or modes for chroot directory {}\"{path}\"", component(*above))
        }
        ChrootProblem::NotADirectory { path, above } => {
            format!("chroot path {}\"{path}\" is not a directory", component(*above))
        }
    }
}

/// Returns PAM's description of the origin of a login. It puts two blanks before a user, and one if there is none.
fn pam_items(host: &str, user: Option<&str>) -> String {
    let user = user.map(|user| format!(" user={user}")).unwrap_or_default();
    format!("logname= uid=0 euid=0 tty=ssh ruser= rhost={host} {user}")
}

/// Formats a time: `00:05:00`, `1d02h03m`, `01w2d03h`.
fn time_frame(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3_600 % 24);
    let (days, weeks) = (seconds / 86_400 % 7, seconds / 604_800);
    match (weeks, days) {
        (0, 0) => format!("{hours:02}:{minutes:02}:{:02}", seconds % 60),
        (0, days) => format!("{days}d{hours:02}h{minutes:02}m"),
        (weeks, days) => format!("{weeks:02}w{days}d{hours:02}h"),
    }
}

/// Returns the first bytes of a text, as sshd cuts text from clients.
fn cut(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

/// PAM writes text unchanged, and rsyslog turns control characters into octal numbers.
fn octal(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_control() {
            line.push_str(&format!("#{:03o}", character as u32));
        } else {
            line.push(character);
        }
    }
    line
}
