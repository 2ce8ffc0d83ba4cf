//! Specimens of all events, from which a reader of logs learns what each of them prints.

use host::Samples;

use super::config::Offence;
use super::event::{Checker, ChrootProblem, Ending, Fault, Kind, Program, SessionKind, SshdEvent, Who};
use super::sftp_server;

/// Returns specimens of every event: one for each combination of words and flags, with marks of `samples` for all other values.
pub fn specimens(samples: &mut Samples) -> Vec<SshdEvent> {
    let mut all = <Kind as host::Specimen>::specimens(samples);
    all.retain(|kind| !matches!(kind, Kind::Sftp(_)) && can_happen(kind));
    // Of packet.c; `Ending::of_fault`.
    for reason in [
        "Corrupted MAC on input.".to_owned(),
        format!("Bad packet length {}.", samples.number(u32::MAX.into())),
    ] {
        let peer = (samples.address(), 0).into();
        all.push(Kind::Ended { who: Who::Nobody, peer, how: Ending::Corrupted { reason }, preauth: false });
    }
    let sshd = all.into_iter().map(|kind| (Program::Sshd, kind));
    let files =
        sftp_server::specimens(samples).into_iter().map(|kind| (Program::SftpServer, Kind::Sftp(kind)));
    let event = |(program, kind)| SshdEvent { pid: 0, program, priority: 0, logged: true, kind };
    sshd.chain(files).map(event).collect()
}

/// Returns false for combinations that no server emits, and for reasons of any words: those that there are have specimens of their own.
fn can_happen(kind: &Kind) -> bool {
    match kind {
        Kind::Ended { how: Ending::Corrupted { .. }, .. } => false,
        Kind::Login { accepted, partial, .. } => !(*accepted && *partial),
        _ => true,
    }
}

host::specimens! {
    enum Checker { Start, Guard, Preauth }
    enum Program { Sshd, SftpServer, InternalSftp }
    enum Offence { AuthFail, InvalidUser, NoAuth, GraceExceeded }
    enum Who { Nobody, Authenticating(user), Invalid(user), User(user) }
    enum ChrootProblem {
        Relative, TooLong, Missing { path, reason }, Ownership { path, above }, NotADirectory { path, above },
    }
    enum SessionKind { Subsystem(name), Forced(command) }
    enum Fault { Closed, Broken { reason }, Other { line }, Bad { line }, Version { major } }
    enum Ending {
        Closed, Reset, Disconnected, NoCommon { what, theirs }, Fault { during, reason }, Corrupted { reason },
    }
}
