//! A server that runs in.tftpd of tftp-hpa.

use daemon::DaemonEvent;
use scenario::{ConfigText, Diagnostic, Server};
use tftpd::tftpd_hpa::{Rules, TftpdHpaConfig, TftpdHpaEvent};

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
    refuses: |_| None,
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
                let exists = |path: &str| map_file(server, path).is_some();
                let config = settings(text, TftpdHpaConfig::parse_on(&text.text, exists), beside, found);
                check_rules(server, &config, found);
                config
            }
        }
    }
}

/// Returns the file of the machine at this path, if the scenario gives it.
fn map_file<'a>(server: &'a Server, path: &str) -> Option<&'a ConfigText> {
    // in.tftpd starts in the root directory.
    let path = path.trim_start_matches('/');
    server.machine_files.iter().find(|(known, _)| known.trim_start_matches('/') == path).map(|(_, text)| text)
}

/// Reports the lines of a map file that are no rules: in.tftpd would not start.
fn check_rules(server: &Server, config: &TftpdHpaConfig, found: &mut Vec<Diagnostic>) {
    let Some(path) = &config.map_file else { return };
    let Some(text) = map_file(server, path) else { return };
    let Err(errors) = Rules::parse(text.text.as_bytes()) else { return };
    found.extend(errors.iter().map(|error| {
        Diagnostic::error(error.problem.to_string()).at(text.line_span(error.line), "in the map file")
    }));
}
