//! A server that runs in.tftpd of tftp-hpa.

use daemon::DaemonEvent;
use scenario::{Diagnostic, Server};
use tftpd::tftpd_hpa::{TftpdHpaConfig, TftpdHpaEvent};

use super::Kind;
use super::config::settings;
use super::server::Software;

pub(super) static KIND: Kind = Kind {
    noun: "a tftpd-hpa server",
    title: "TFTP servers: tftpd-hpa",
    events: TftpdHpaEvent::KINDS,
    common_fields: TftpdHpaEvent::COMMON,
    speaks_tcp: true,
    commands: Vec::new,
    show: |_| None,
};

/// The default configuration on Debian: `/etc/default/tftpd-hpa` of tftp-hpa 5.2.
const DEFAULT: &str =
    "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"\n";

/// in.tftpd of tftp-hpa.
#[derive(Debug)]
pub(super) struct TftpdHpa;

impl Software for TftpdHpa {
    type Daemon = TftpdHpaConfig;

    const KIND: &'static Kind = &KIND;

    fn read(server: &Server, found: &mut Vec<Diagnostic>) -> TftpdHpaConfig {
        match &server.config {
            None => TftpdHpaConfig::parse(DEFAULT).expect("Debian's default is right").config,
            Some(text) => {
                let beside = ["in /etc/default/tftpd-hpa", "has no effect"];
                settings(text, TftpdHpaConfig::parse(&text.text), beside, found)
            }
        }
    }
}
