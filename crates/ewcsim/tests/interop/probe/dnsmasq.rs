//! dnsmasq, whose port is always 69.

use super::TftpServer;
use crate::interop::peers::{dnsmasq, dnsmasq_address};

#[test]
fn a_right_server_and_wrong_ones() {
    let server = TftpServer::start(dnsmasq_address(), |address, files| dnsmasq(address, files, "nobody"));
    server.probe("/EWC/17_12_1").assert_right();
    server.assert_faults_of_files();
    server.assert_unreadable("permission_denied");
    let probed = server.probe("/tftpboot/EWC/17_12_1");
    probed.assert_all("elsewhere");
    assert_eq!(probed.finding("ap1g8")["how"], "below_root");
}
