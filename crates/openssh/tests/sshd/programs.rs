//! Real clients on the loopback: OpenSSH's sftp and ssh, curl, paramiko.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use host::Host;
use host::real::RealHost;
use openssh::Kind;

use crate::sshd::world::{IMAGE, PASSWORD, Record, VERBOSE, real, tree};

/// Runs a program and waits for it, while the server serves.
async fn output(host: &RealHost, mut command: Command) -> Output {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = format!("{:?} is missing: run ci/setup", command.get_program());
    let mut child = command.spawn().expect(&program);
    loop {
        if child.try_wait().expect("our child").is_some() {
            return child.wait_with_output().expect("our child");
        }
        host.sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// OpenSSH's sftp with the commands of a batch.
fn sftp(port: u16, user: &str, password: &str, directory: &Path, batch: &str) -> Command {
    std::fs::write(directory.join("batch"), batch).expect("written");
    let mut command = Command::new("sshpass");
    command.args([
        "-p",
        password,
        "sftp",
        "-F",
        "/dev/null",
        "-oBatchMode=no",
        "-oNumberOfPasswordPrompts=1",
    ]);
    command.args([
        "-oStrictHostKeyChecking=no",
        "-oUserKnownHostsFile=/dev/null",
        "-oPubkeyAuthentication=no",
    ]);
    command.arg(format!("-oPort={port}")).args(["-b", "batch"]).arg(format!("{user}@127.0.0.1"));
    command.current_dir(directory);
    command
}

/// Waits until the connection is done with, and gives the log.
async fn log_of(record: &Record) -> Vec<String> {
    record.until(|kind| matches!(kind, Kind::PamClosed { .. }).then_some(())).await;
    record.session()
}

#[test]
fn openssh_lists_and_fetches() {
    let directory = tempfile::tempdir().expect("a place for tests");
    let log = real(VERBOSE, tree(), async |host, at, record| {
        let batch = format!("ls -l Documents/sftp_files/EWC_17_9_4a\nget {IMAGE} image\n");
        let output = output(&host, sftp(at.port(), "calo", PASSWORD, directory.path(), &batch)).await;
        assert!(output.status.success(), "{output:?}");
        let listing = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(listing.contains("300000") && listing.contains("ap3g3"), "{listing}");
        log_of(&record).await
    });
    let image = std::fs::read(directory.path().join("image")).expect("fetched");
    assert!(image.len() == 300_000 && image.iter().enumerate().all(|(at, byte)| *byte == (at % 251) as u8));
    assert_eq!(log[1], "sshd[A]: Accepted password for calo from 172.16.4.26 port PORT ssh2");
    let close = format!("sftp-server[C]: close \"{IMAGE}\" bytes read 300000 written 0");
    assert!(log.contains(&close), "{log:#?}");
    let last = [
        "sftp-server[C]: session closed for local user calo from [172.16.4.26]",
        "sshd[B]: Received disconnect from 172.16.4.26 port PORT:11: disconnected by user",
        "sshd[B]: Disconnected from user calo 172.16.4.26 port PORT",
        "sshd[A]: pam_unix(sshd:session): session closed for user calo",
    ];
    assert_eq!(log[log.len() - 4..], last);
}

#[test]
fn openssh_is_told_of_paths_passwords_and_permissions() {
    let directory = tempfile::tempdir().expect("a place for tests");
    let tree = tree();
    tree.set_mode(IMAGE, 0o600).expect("is there");
    real(VERBOSE, tree, async |host, at, _| {
        let said = async |user, password, batch: &str| {
            let output = output(&host, sftp(at.port(), user, password, directory.path(), batch)).await;
            assert!(!output.status.success(), "{output:?}");
            String::from_utf8_lossy(&output.stderr).into_owned()
        };
        assert!(said("calo", PASSWORD, "get nowhere").await.contains("not found"));
        assert!(said("bob", PASSWORD, &format!("get {IMAGE}")).await.contains("Permission denied"));
        assert!(said("bob", PASSWORD, "put batch /home/calo/x").await.contains("Permission denied"));
        let said = said("calo", "wrong", "pwd").await;
        assert!(said.contains("Permission denied (publickey,password)"), "{said}");
    });
}

#[test]
fn too_many_failures_end_the_connection() {
    let directory = tempfile::tempdir().expect("a place for tests");
    let ask = directory.path().join("ask");
    std::fs::write(&ask, "#!/bin/sh\necho wrong\n").expect("written");
    std::fs::set_permissions(&ask, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    let log = real("UsePAM no\nMaxAuthTries 2\n", tree(), async |host, at, record| {
        let mut command = Command::new("ssh");
        command.args(["-F", "/dev/null", "-oNumberOfPasswordPrompts=10", "-oStrictHostKeyChecking=no"]);
        command.args(["-oUserKnownHostsFile=/dev/null", "-oPubkeyAuthentication=no", "-s"]);
        command.arg(format!("-p{}", at.port())).args(["calo@127.0.0.1", "sftp"]);
        command.env("SSH_ASKPASS", &ask).env("SSH_ASKPASS_REQUIRE", "force");
        let output = output(&host, command).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("Too many authentication failures"), "{said}");
        record.session()
    });
    let failed = "sshd[A]: Failed password for calo from 172.16.4.26 port PORT ssh2";
    let expected = [
        failed,
        failed,
        "sshd[A]: error: maximum authentication attempts exceeded for calo from 172.16.4.26 port PORT ssh2 [preauth]",
        "sshd[A]: Disconnecting authenticating user calo 172.16.4.26 port PORT: Too many authentication failures [preauth]",
    ];
    assert_eq!(log, expected);
}

#[test]
fn curl_leaves_with_other_words() {
    let log = real(VERBOSE, tree(), async |host, at, record| {
        let mut command = Command::new("curl");
        command.args(["-sk", "-u", &format!("calo:{PASSWORD}"), "-o", "/dev/null", "-w", "%{size_download}"]);
        command.arg(format!("sftp://127.0.0.1:{}{IMAGE}", at.port()));
        let output = output(&host, command).await;
        assert_eq!(String::from_utf8_lossy(&output.stdout), "300000", "{output:?}");
        log_of(&record).await
    });
    assert!(log.iter().any(|line| line.ends_with("PORT:11: Shutdown")), "{log:#?}");
}

#[test]
fn paramiko_fetches_and_drops_the_connection() {
    let program = format!(
        "import paramiko, sys\n\
         client = paramiko.SSHClient()\n\
         client.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n\
         client.connect('127.0.0.1', int(sys.argv[1]), 'calo', '{PASSWORD}', look_for_keys=False, allow_agent=False)\n\
         sftp = client.open_sftp()\n\
         assert sftp.stat('{IMAGE}').st_size == 300000\n\
         with sftp.open('{IMAGE}') as image:\n    assert len(image.read()) == 300000\n\
         client.close()\n"
    );
    let log = real(VERBOSE, tree(), async |host, at, record| {
        let mut command = Command::new("/usr/bin/python3");
        command.args(["-c", &program, &at.port().to_string()]);
        let output = output(&host, command).await;
        assert!(output.status.success(), "{output:?}");
        log_of(&record).await
    });
    let position = |part: &str| log.iter().position(|line| line.contains(part));
    let closed = position("Connection closed by 172.16.4.26").expect("as paramiko does");
    assert!(log[closed + 1].contains("Close session: user calo"), "{log:#?}");
    assert!(log[closed + 2].contains("Transferred: sent "), "{log:#?}");
    assert!(log[closed + 3].contains("Closing connection to "), "{log:#?}");
    assert_eq!(
        log.last().map(String::as_str),
        Some("sshd[A]: pam_unix(sshd:session): session closed for user calo")
    );
}
