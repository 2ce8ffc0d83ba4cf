//! in.tftpd of tftp-hpa, which runs as `nobody`.

use test_support::free_port;

use super::{Lab, TftpServer};
use crate::interop::peers::in_tftpd;
use crate::interop::support::pinned;

#[test]
fn a_right_server_and_faults_of_files() {
    let server = TftpServer::start(free_port(), in_tftpd);
    server.probe("/EWC/17_12_1").assert_right();
    let probed = Lab::tftp("/EWC/17_12_1", "ip tftp blocksize 8192\n").probe(server.address, &[]);
    probed.assert_right();
    let options = &probed.json["options"];
    assert_eq!((&options["block_size"], &options["size"]), (&8_192.into(), &true.into()), "{options:#}");
    assert_eq!(
        (&options["block_size_max"], &options["timeout"]),
        (&65_464.into(), &true.into()),
        "{options:#}"
    );
    // in.tftpd knows no windows.
    assert!(options["window_size"].is_null(), "{options:#}");
    let whole = Lab::tftp("/EWC/17_12_1", "").probe(server.address, &["--whole"]);
    whole.assert_right();
    assert_eq!(whole.json["files"][2]["bytes_read"], 204_800);
    server.assert_faults_of_files();
    server.assert_unreadable("permission_denied");
}

#[test]
fn paths_of_the_profile() {
    let server = TftpServer::start(free_port(), in_tftpd);
    let root = server.files.path().display().to_string();
    for (path, how) in [
        (format!("{root}/EWC/17_12_1"), "below_root"),
        ("/ewc/17_12_1".to_owned(), "case"),
        ("/EWC/17.12.1".to_owned(), "punctuation"),
        ("/EWC/17_12_1/images".to_owned(), "directory"),
    ] {
        let probed = server.probe(&path);
        probed.assert_all("elsewhere");
        assert_eq!(probed.finding("ap1g8")["how"], how, "{path}: {:#}", probed.json);
    }
    server.probe("/none").assert_all("not_found");
}

#[test]
fn a_server_without_a_root_of_its_own() {
    let server = TftpServer::start(free_port(), |address, files| {
        let mut command = pinned("in.tftpd");
        command.args(["-L", "-a", &address.to_string()]).arg(files);
        command
    });
    let right = server.files.path().join("EWC/17_12_1").display().to_string();
    server.probe(&right).assert_right();
    let probed = server.probe("/EWC/17_12_1");
    probed.assert_all("outside_root");
}
