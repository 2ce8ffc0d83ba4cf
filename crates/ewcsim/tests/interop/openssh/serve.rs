//! Files from `ewcsim serve` with OpenSSH's sftp, paramiko, curl and lftp.

use std::fs;

use super::clients::{Login, curl, lftp, paramiko, sftp, sftp_with};
use super::served::Served;
use super::{IMAGE, USER};
use crate::interop::support::{ODD, assert_same, content};

const CONFIG: &str = "Subsystem sftp internal-sftp\n";

/// Returns true if `out` has the content of the file of that name.
fn assert_got(served: &Served, (name, size): (&str, u64), what: &str) {
    assert_same(&served.path("out"), &content(name, size), what);
}

#[test]
fn openssh_gets_files_of_all_sizes() {
    let served = Served::start(CONFIG);
    for file in ODD.into_iter().chain([IMAGE]) {
        let called = sftp(&served.login(), &format!("get images/{} out\n", file.0));
        assert_eq!(called.code, Some(0), "{called:?}");
        assert_got(&served, file, file.0);
    }
}

/// New keys every megabyte; one small request at a time; the other ciphers.
#[test]
fn openssh_in_other_ways() {
    let served = Served::start(CONFIG);
    for options in [
        &["-oRekeyLimit=1M"][..],
        &["-R", "1", "-B", "4096"],
        &["-oCiphers=aes128-ctr", "-oMACs=hmac-sha2-256"],
        &["-oCiphers=aes256-gcm@openssh.com"],
    ] {
        let called = sftp_with(&served.login(), options, &format!("get images/{} out\n", IMAGE.0));
        assert_eq!(called.code, Some(0), "{options:?}: {called:?}");
        assert_got(&served, IMAGE, &format!("{options:?}"));
    }
}

#[test]
fn openssh_goes_on_with_half_a_file() {
    let served = Served::start(CONFIG);
    let whole = content(IMAGE.0, IMAGE.1);
    fs::write(served.path("out"), &whole.bytes()[..IMAGE.1 as usize / 2]).expect("the directory is ours");
    let called = sftp(&served.login(), &format!("reget images/{} out\n", IMAGE.0));
    assert_eq!(called.code, Some(0), "{called:?}");
    assert_got(&served, IMAGE, "reget");
}

#[test]
fn openssh_lists_as_ls_does() {
    let served = Served::start(CONFIG);
    let called = sftp(&served.login(), "ls -l images\n");
    assert_eq!(called.code, Some(0), "{called:?}");
    let listed = called.stdout.lines().find(|line| line.ends_with(IMAGE.0)).expect("it is listed");
    let columns: Vec<&str> = listed.split_whitespace().collect();
    assert_eq!([columns[0], columns[2], columns[3], columns[4]], ["-rw-r--r--", USER, USER, "59156480"]);
    let listed = called.stdout.lines().filter(|line| line.starts_with('-')).count();
    assert_eq!(listed, ODD.len() + 2, "{}", called.stdout);
}

#[test]
fn openssh_is_refused_what_the_user_may_not() {
    let served = Served::start(CONFIG);
    let home = format!("/home/{USER}");
    for (commands, said) in [
        ("get images/none.bin out\n", format!("File \"{home}/images/none.bin\" not found.")),
        ("get none/none.bin out\n", format!("File \"{home}/none/none.bin\" not found.")),
        (
            "get private/secret.bin out\n",
            format!("remote open \"{home}/private/secret.bin\": Permission denied"),
        ),
        ("put batch private/up.bin\n", format!("dest open \"{home}/private/up.bin\": Permission denied")),
        (
            "put batch images/1.bin/up.bin\n",
            format!("dest open \"{home}/images/1.bin/up.bin\": No such file or directory"),
        ),
    ] {
        let called = sftp(&served.login(), commands);
        assert_eq!(called.code, Some(1), "{commands}: {called:?}");
        assert!(called.stderr.contains(&said), "{commands}: {}", called.stderr);
        assert!(!served.path("out").exists(), "{commands}");
    }
    let called = sftp(&Login { password: "wrong", ..served.login() }, "ls\n");
    assert_eq!(called.code, Some(255), "{called:?}");
}

#[test]
fn paramiko_reads_and_is_refused() {
    let served = Served::start(CONFIG);
    let script = format!(
        "print(sftp.normalize('.'), sftp.stat('images/{name}').st_size, len(sftp.listdir('images')))
sftp.get('images/{name}', 'out')
for call in (lambda: sftp.stat('none'), lambda: sftp.open('private/secret.bin'), lambda: sftp.mkdir('private/more')):
    try:
        call()
    except OSError as error:
        print(error.errno)",
        name = IMAGE.0
    );
    let called = paramiko(&served.login(), &script);
    assert_eq!(called.code, Some(0), "{called:?}");
    let expected = format!("/home/{USER} {} {}\n2\n13\n13\n", IMAGE.1, ODD.len() + 2);
    assert_eq!(called.stdout, expected, "{}", called.stderr);
    assert_got(&served, IMAGE, "paramiko");
}

#[test]
fn curl_and_lftp() {
    let served = Served::start(CONFIG);
    for file in [ODD[3], IMAGE] {
        let called = curl(&served.login(), &format!("/home/{USER}/images/{}", file.0), "out");
        assert_eq!(called.code, Some(0), "{called:?}");
        assert_got(&served, file, "curl");
        let called = lftp(&served.login(), &format!("images/{}", file.0), "out");
        assert_eq!(called.code, Some(0), "{called:?}");
        assert_got(&served, file, "lftp");
    }
}
