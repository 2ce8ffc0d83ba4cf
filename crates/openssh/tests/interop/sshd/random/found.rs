//! Cases that differed once.

use super::draw::{Case, Client};
use super::machine::PASSWORD;

/// One connection of calo to a server with these directives.
fn fetch(directives: &str) -> Case {
    let options = vec!["-oNumberOfPasswordPrompts=1".into(), "-oPreferredAuthentications=password".into()];
    let client = Client {
        user: "calo",
        passwords: vec![PASSWORD],
        options,
        subsystem: "sftp",
        commands: vec!["get image out"],
    };
    Case { directives: format!("UsePAM no\n{directives}"), clients: vec![client] }
}

pub(super) fn cases() -> Vec<Case> {
    let sftp = "LogLevel VERBOSE\nSubsystem sftp internal-sftp -l INFO\n";
    [
        // Each process that looks for methods logs those that are switched off.
        format!("{sftp}PubkeyAuthentication no\nAuthenticationMethods publickey,password password\n"),
        format!("{sftp}PubkeyAuthentication no\nMatch User c*\nAuthenticationMethods publickey\n"),
        // sshd does not start.
        format!("{sftp}PubkeyAuthentication no\nAuthenticationMethods publickey,password\n"),
        format!("{sftp}AuthenticationMethods password\nMatch User bob\nAuthenticationMethods any\n"),
        // `Match all` counts from the start.
        format!("{sftp}PubkeyAuthentication no\nMatch all\nAuthenticationMethods publickey\n"),
        "Subsystem sftp internal-sftp\nMatch all\nMaxStartups 5\nSyslogFacility LOCAL3\nLogLevel VERBOSE\n"
            .to_owned(),
        // `none` is no attempt where it is no part of a list.
        format!("{sftp}PermitEmptyPasswords yes\nAuthenticationMethods password\n"),
        format!("{sftp}PermitEmptyPasswords yes\nAuthenticationMethods none password\n"),
        // Options that an SFTP server logs, one of which is corrected.
        "Subsystem sftp internal-sftp -l LOUD\n".to_owned(),
        "Subsystem sftp /usr/lib/openssh/sftp-server -f MAIL\n".to_owned(),
        "Subsystem sftp internal-sftp -l LOUD -l INFO\n".to_owned(),
        "Subsystem sftp internal-sftp -u 9\n".to_owned(),
        // The log is where it was.
        format!("{sftp}ChrootDirectory /\n"),
    ]
    .iter()
    .map(|directives| fetch(directives))
    .collect()
}
