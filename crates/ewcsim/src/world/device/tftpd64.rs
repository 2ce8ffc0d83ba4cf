//! A server that runs Tftpd64 for Windows.

use daemon::DaemonEvent;
use scenario::{Diagnostic, Server};
use tftpd::tftpd64::{Tftpd64Config, Tftpd64Event};

use super::Kind;
use super::config::settings;
use super::server::Software;

pub(super) static KIND: Kind = Kind {
    noun: "a Tftpd64 server",
    title: "TFTP servers: Tftpd64",
    events: Tftpd64Event::KINDS,
    common_fields: Tftpd64Event::COMMON,
    speaks_tcp: true,
    commands: Vec::new,
    show: |_| None,
    refuses: |_| None,
};

/// Tftpd64 for Windows.
#[derive(Debug)]
pub(super) struct Tftpd64;

impl Software for Tftpd64 {
    type Daemon = Tftpd64Config;

    const KIND: &'static Kind = &KIND;

    fn read(server: &Server, found: &mut Vec<Diagnostic>) -> Tftpd64Config {
        server.config.as_ref().map_or_else(Tftpd64Config::default, |text| {
            settings(text, Tftpd64Config::parse(&text.text), ["in tftpd32.ini", "in tftpd32.ini"], found)
        })
    }
}
