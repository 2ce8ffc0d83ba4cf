//! Clients of other projects, each with its own way to pass the password.

use std::fs;
use std::path::Path;

use crate::interop::support::{Called, call};

/// The port, the credentials and the directory for files.
#[derive(Clone, Copy)]
pub(super) struct Login<'a> {
    pub port: u16,
    pub user: &'a str,
    pub password: &'a str,
    pub directory: &'a Path,
}

/// Runs OpenSSH's sftp with these commands.
pub(super) fn sftp(login: &Login<'_>, commands: &str) -> Called {
    openssh(login, "sftp", &[], commands)
}

/// Runs OpenSSH's sftp with other options.
pub(super) fn sftp_with(login: &Login<'_>, options: &[&str], commands: &str) -> Called {
    openssh(login, "sftp", options, commands)
}

fn openssh(login: &Login<'_>, program: &str, options: &[&str], commands: &str) -> Called {
    fs::write(login.directory.join("batch"), commands).expect("the directory is ours");
    let (port, target) = (format!("-oPort={}", login.port), format!("{}@127.0.0.1", login.user));
    let mut args = vec!["-p", login.password, program, "-q", &port];
    args.extend([
        "-oBatchMode=no",
        "-oStrictHostKeyChecking=no",
        "-oUserKnownHostsFile=/dev/null",
        "-oGlobalKnownHostsFile=/dev/null",
        "-oPubkeyAuthentication=no",
        "-oNumberOfPasswordPrompts=1",
    ]);
    args.extend(options);
    args.extend(["-b", "batch", &target]);
    call("sshpass", login.directory, &args)
}

/// Runs paramiko: `script` has the SFTP session in `sftp`.
pub(super) fn paramiko(login: &Login<'_>, script: &str) -> Called {
    let Login { port, user, password, .. } = login;
    let whole = format!(
        "import paramiko
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect('127.0.0.1', {port}, '{user}', '{password}', look_for_keys=False, allow_agent=False)
sftp = client.open_sftp()
{script}
client.close()
"
    );
    fs::write(login.directory.join("script.py"), whole).expect("the directory is ours");
    call("/usr/bin/python3", login.directory, &["script.py"])
}

/// Runs curl, which is built on libssh2.
pub(super) fn curl(login: &Login<'_>, path: &str, out: &str) -> Called {
    let user = format!("{}:{}", login.user, login.password);
    let url = format!("sftp://127.0.0.1:{}{path}", login.port);
    call("curl", login.directory, &["-sS", "-k", "-u", &user, "-o", out, &url])
}

/// Runs lftp, which requests version 6 of the protocol.
pub(super) fn lftp(login: &Login<'_>, path: &str, out: &str) -> Called {
    let commands = format!(
        "set sftp:auto-confirm yes; set sftp:connect-program \"ssh -a -x -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null\"; \
         set net:max-retries 1; open -u {},{} -p {} sftp://127.0.0.1; get {path} -o {out}",
        login.user, login.password, login.port
    );
    call("lftp", login.directory, &["-c", &commands])
}
