//! Files from OpenSSH's sshd with `ewcsim fetch`.

use super::sshd::Sshd;
use super::{IMAGE, PASSWORD, USER};
use crate::interop::support::{Called, EWCSIM, ODD, assert_same, content, names, pinned, temporary};

fn fetch(directory: &std::path::Path, url: &str, password: &str) -> Called {
    let mut command = pinned(EWCSIM);
    command.args(["fetch", url, "--output", "out"]).current_dir(directory).env("EWCSIM_PASSWORD", password);
    Called::from(command.output().expect("it starts"))
}

#[test]
fn files_come_whole() {
    let mut files = ODD.to_vec();
    files.push(IMAGE);
    let sshd = Sshd::start(&files, "Subsystem sftp internal-sftp\n");
    let directory = temporary();
    for (name, size) in files {
        let called = fetch(directory.path(), &sshd.url(&format!("images/{name}")), PASSWORD);
        assert_eq!((called.code, called.stderr.as_str()), (Some(0), ""), "{name}: {called:?}");
        let expected = content(name, size);
        let sum: String = expected.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(called.value("sha256"), sum, "{name}");
        assert_same(&directory.path().join("out"), &expected, name);
    }
}

/// The order of requests in the field sample, as OpenSSH itself sees them.
#[test]
fn the_server_s_log_is_that_of_the_sample() {
    let mut sshd =
        Sshd::start(&[IMAGE], "Subsystem sftp /usr/lib/openssh/sftp-server -l VERBOSE\nUsePAM yes\n");
    let called = fetch(temporary().path(), &sshd.url("images/ap3g3"), PASSWORD);
    assert_eq!(called.code, Some(0), "{called:?}");
    let lines = sshd.log_until(|line| line.contains("session closed for user"));
    let messages: Vec<&str> = lines
        .iter()
        .filter(|line| line.contains("sftp-server["))
        .map(|line| line.split_once("]: ").expect("a process").1)
        .collect();
    let opened = format!("session opened for local user {USER} from [127.0.0.1]");
    let closed = format!("session closed for local user {USER} from [127.0.0.1]");
    assert_eq!(
        messages,
        [
            &*opened,
            "received client version 3",
            "realpath \".\"",
            "stat name \"/home/calo/images/ap3g3\"",
            "open \"/home/calo/images/ap3g3\" flags READ mode 0666",
            "close \"/home/calo/images/ap3g3\" bytes read 59156480 written 0",
            &closed,
        ]
    );
}

#[test]
fn refusals_say_why_and_leave_nothing() {
    let sshd = Sshd::start(&[], "Subsystem sftp internal-sftp\nMaxAuthTries 3\n");
    let directory = temporary();
    for (path, password, said) in [
        ("images/none.bin", PASSWORD, "No such file"),
        ("none/none.bin", PASSWORD, "No such file"),
        ("private/secret.bin", PASSWORD, "Permission denied"),
        ("images", PASSWORD, "directory"),
        ("images/none.bin", "wrong", "password"),
    ] {
        let called = fetch(directory.path(), &sshd.url(path), password);
        assert_eq!((called.code, called.stdout.as_str()), (Some(1), ""), "{path}: {called:?}");
        assert!(called.stderr.contains(said), "{path}: {}", called.stderr);
        assert!(!called.stderr.contains(password), "a password in {}", called.stderr);
        assert_eq!(names(directory.path()), [""; 0], "{path}");
    }
}
