//! OpenSSH's sshd.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::chown;

use super::{CONTROLLER, Lab, PASSWORD, Probed, USER, cut, mode, release, replace};
use crate::interop::openssh::sshd::Sshd;

const SFTP: &str = "Subsystem sftp internal-sftp\n";

/// Starts an sshd with the release of the plan in `images/` of the user's home.
fn sshd(config: &str) -> Sshd {
    let sshd = Sshd::start(&[], config);
    release(&sshd.home().join("images"));
    sshd
}

fn probe(sshd: &Sshd, path: &str) -> Probed {
    Lab::sftp(path, USER, PASSWORD).probe(sshd.address, &[])
}

#[test]
fn a_right_server_and_faults_of_files() {
    let sshd = sshd(SFTP);
    let images = sshd.home().join("images");
    let right = probe(&sshd, "images");
    right.assert_right();
    let ssh = &right.json["ssh"];
    assert_eq!((&ssh["home"], &ssh["host_key"]), (&"/home/calo".into(), &"ssh-rsa".into()), "{ssh:#}");
    assert!(ssh["identification"].as_str().is_some_and(|text| text.starts_with("SSH-2.0-OpenSSH_")));
    Lab::sftp("images", USER, PASSWORD).probe(sshd.address, &["--whole"]).assert_right();

    cut(&images, "ap1g8", 100_000);
    probe(&sshd, "images").assert_one("ap1g8", "truncated");
    replace(&images, "ap1g8", "ap1g4", "17.12.1.5", 204_800);
    probe(&sshd, "images").assert_one("ap1g8", "other_image");
    release(&images);
    mode(&images.join("ap3g3"), 0o600);
    let denied = probe(&sshd, "images");
    denied.assert_one("ap3g3", "permission_denied");
    assert_eq!(
        (&denied.finding("ap3g3")["of"], &denied.finding("ap3g3")["mode"]),
        (&"file".into(), &"0600".into())
    );
    mode(&images.join("ap3g3"), 0o644);
    mode(&images, 0o700);
    chown(&images, Some(0), Some(0)).expect("this test needs to be root");
    let denied = probe(&sshd, "images");
    denied.assert_all("permission_denied");
    assert_eq!(denied.finding("ap3g3")["of"], "directory");
    mode(&images, 0o755);
    fs::rename(images.join("ap1g8"), images.join("Ap1G8")).expect("it is ours");
    let case = probe(&sshd, "images");
    case.assert_one("ap1g8", "elsewhere");
    assert_eq!(case.finding("ap1g8")["path"], "/home/calo/images/Ap1G8");
}

#[test]
fn logins_and_paths() {
    let sshd = sshd(SFTP);
    let login = |user, password| Lab::sftp("images", user, password).probe(sshd.address, &[]);
    login(USER, "wrong").assert_server("login_refused");
    login("nobody", PASSWORD).assert_server("login_refused");
    for (path, how, there) in [
        ("Images", "case", "/home/calo/images/ap1g8"),
        ("/home/calo/images", "from_root", "images/ap1g8"),
        ("images/17_12_1", "directory", "/images/ap1g8"),
    ] {
        let probed = probe(&sshd, path);
        probed.assert_all("elsewhere");
        let finding = probed.finding("ap1g8");
        assert_eq!((&finding["how"], &finding["path"]), (&how.into(), &there.into()), "{path}: {finding:#}");
    }
    let missing = probe(&sshd, "image");
    missing.assert_all("not_found");
    assert_eq!(missing.finding(CONTROLLER.0)["nearest"], "/home/calo/images");
}

#[test]
fn servers_without_sftp() {
    for (config, kind) in [
        ("", "no_subsystem"),
        ("Subsystem sftp /no/such/program\n", "subsystem_ends"),
        ("Subsystem sftp internal-sftp\nForceCommand echo This is no SFTP\n", "not_sftp"),
    ] {
        probe(&sshd(config), "images").assert_server(kind);
    }
}

#[test]
fn servers_that_let_no_controller_in() {
    for (config, kind) in [
        ("ChrootDirectory /home/calo\n", "closed_after_login"),
        ("PasswordAuthentication no\nKbdInteractiveAuthentication no\n", "passwords_not_accepted"),
        ("AllowUsers root\n", "login_refused"),
    ] {
        probe(&sshd(&format!("{SFTP}{config}")), "images").assert_server(kind);
    }
}

#[test]
fn algorithms() {
    for (config, list) in [
        ("KexAlgorithms sntrup761x25519-sha512@openssh.com\n", "key_exchange"),
        ("Ciphers 3des-cbc\n", "cipher"),
    ] {
        let probed = probe(&sshd(&format!("{SFTP}{config}")), "images");
        probed.assert_server("no_common_algorithm");
        assert_eq!(probed.json["findings"][0]["list"], list, "{:#}", probed.json);
    }
}

#[test]
fn ports_without_ssh() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = listener.local_addr().expect("it has one");
    let lab = Lab::sftp("images", USER, PASSWORD);
    lab.probe_waiting(silent, "300ms", &[]).assert_server("closed_before_login");
    drop(listener);
    lab.probe(silent, &[]).assert_server("port_closed");
    let ftp: SocketAddr = super::hostile::tcp("220 FTP server ready\r\n");
    lab.probe(ftp, &[]).assert_server("not_ssh");
}
