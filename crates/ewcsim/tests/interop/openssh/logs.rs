//! The same sessions at OpenSSH's sshd and at `ewcsim serve`: their logs must be equal except for process IDs and ports.
//!
//! The sshd of the machine is newer than the simulated one (8.9). Known differences are listed in [`comparable`].

use super::clients::{Login, paramiko, sftp, sftp_with};
use super::served::Served;
use super::sshd::Sshd;
use super::{PASSWORD, USER};
use crate::interop::support::{ODD, temporary};

const CONFIG: &str = "UsePAM yes\nKbdInteractiveAuthentication no\nMaxAuthTries 3\nSubsystem sftp /usr/lib/openssh/sftp-server -l VERBOSE\n";

/// Runs `session` at both, and compares their logs until each of `last` was seen: a real sshd's processes log in any order.
fn compare(config: &str, last: &[&str], session: impl Fn(&Login<'_>)) {
    let until = || {
        let mut missing = last.to_vec();
        move |line: &str| {
            missing.retain(|text| !line.contains(text));
            missing.is_empty()
        }
    };
    let directory = temporary();
    let mut theirs = Sshd::start(&ODD, config);
    session(&Login {
        port: theirs.address.port(),
        user: USER,
        password: PASSWORD,
        directory: directory.path(),
    });
    let theirs = comparable(theirs.log_until(until()));
    let mut ours = Served::start(config);
    session(&ours.login());
    let ours = comparable(ours.log_until(until()));
    for program in ["sshd", "sftp-server"] {
        let of = |lines: &[(String, String)]| -> Vec<String> {
            lines.iter().filter(|(name, _)| name == program).map(|(_, message)| message.clone()).collect()
        };
        assert_eq!(of(&ours), of(&theirs), "{program}: ours first, then OpenSSH's");
    }
}

/// Returns the program and message of each line, without the parts that differ from run to run.
fn comparable(lines: Vec<String>) -> Vec<(String, String)> {
    let mut kept = Vec::new();
    for line in lines {
        // `<38> sshd[29172]: ...`; the simulated ones have no priority.
        let line = line.split_once("> ").map_or(&*line, |(_, rest)| rest);
        let (process, message) =
            line.split_once("]: ").unwrap_or_else(|| panic!("no line of syslog: {line}"));
        let (program, _) = process.split_once('[').expect("a process");
        // An extension that 8.9 does not have.
        let is_newer = message.starts_with("users-groups-by-id");
        // The daemon may log this before the test listens.
        let is_start = message.starts_with("Server listening");
        if !is_newer && !is_start {
            kept.push((program.to_owned(), masked(message)));
        }
    }
    kept
}

/// Masks ports, processes and numbers of bytes on the wire: the two offer different algorithms.
fn masked(message: &str) -> String {
    if message.starts_with("Transferred: sent ") {
        return "Transferred: sent N, received N bytes".to_owned();
    }
    let mut words: Vec<&str> = message.split(' ').collect();
    for index in 1..words.len() {
        if ["port", "pid"].contains(&words[index - 1]) {
            let colon = words[index].find(|end: char| !end.is_ascii_digit());
            words[index] = colon.map_or("N", |at| &words[index][at..]);
        }
    }
    words.join(" ")
}

/// The last line of sftp-server, and that of sshd.
const CLOSED: &[&str] = &["session closed for local user", "session closed for user"];

#[test]
fn a_file_a_listing_and_a_wrong_path() {
    compare(CONFIG, CLOSED, |login| {
        sftp(login, "get images/65465.bin out\nls -l images\nget images/none.bin out\n");
    });
}

#[test]
fn what_the_user_may_not() {
    compare(CONFIG, CLOSED, |login| {
        sftp(
            login,
            "-get private/secret.bin out\n-put batch private/up.bin\n-mkdir private/more\n-ls private\n",
        );
    });
}

#[test]
fn at_level_verbose() {
    compare(
        &format!("LogLevel VERBOSE\n{CONFIG}"),
        &["Closing connection to", CLOSED[0], CLOSED[1]],
        |login| {
            paramiko(login, "sftp.get('images/512.bin', 'out')");
        },
    );
}

#[test]
fn a_client_that_just_goes() {
    compare(CONFIG, CLOSED, |login| {
        paramiko(login, "file = sftp.open('images/512.bin')\nfile.read(100)\nimport os\nos._exit(0)");
    });
}

#[test]
fn a_wrong_password() {
    compare(CONFIG, &["[preauth]"], |login| {
        sftp(&Login { password: "wrong", ..*login }, "ls\n");
    });
}

#[test]
fn an_unknown_user() {
    compare(CONFIG, &["[preauth]"], |login| {
        sftp(&Login { user: "bob", ..*login }, "ls\n");
    });
}

#[test]
fn a_user_who_is_not_allowed() {
    compare(&format!("AllowUsers alice\n{CONFIG}"), &["[preauth]"], |login| {
        sftp(login, "ls\n");
    });
}

#[test]
fn no_common_key_exchange() {
    compare(CONFIG, &["[preauth]"], |login| {
        sftp_with(login, &["-oKexAlgorithms=diffie-hellman-group14-sha1"], "ls\n");
    });
}

#[test]
fn a_chroot_that_is_not_root_s() {
    let config =
        format!("{CONFIG}Match User {USER}\nChrootDirectory /home/{USER}\nForceCommand internal-sftp\n");
    compare(&config, &CLOSED[1..], |login| {
        sftp(login, "ls\n");
    });
}
