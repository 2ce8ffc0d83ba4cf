//! atftpd, which sends an empty file for a directory, and knows windows.

use test_support::free_port;

use super::{Lab, TftpServer};
use crate::interop::peers::atftpd;

#[test]
fn a_right_server_and_wrong_ones() {
    let server = TftpServer::start(free_port(), |address, files| atftpd(address, files, "nobody.nogroup"));
    server.probe("/EWC/17_12_1").assert_right();
    let probed = Lab::tftp("/EWC/17_12_1", "ip tftp blocksize 8192\n").probe(server.address, &[]);
    probed.assert_right();
    let options = &probed.json["options"];
    assert_eq!((&options["block_size"], &options["window_size"]), (&8_192.into(), &16.into()), "{options:#}");
    server.assert_faults_of_files();
    // It says the same of a file that is not there.
    server.assert_unreadable("not_found");
    let probed = server.probe("/srv/tftp/EWC/17_12_1");
    probed.assert_all("elsewhere");
    assert_eq!(probed.finding("ap1g8")["how"], "below_root");
}
