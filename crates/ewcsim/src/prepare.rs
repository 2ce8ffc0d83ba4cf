//! What a scenario needs beyond its own language before it can run: the configurations that its devices read.

use std::net::{IpAddr, Ipv4Addr};

use ewc::config::Mode;
use fileserver::{tftpd_hpa, tftpd64};
use scenario::{Action, ConfigText, Diagnostic, Diagnostics, Files, Scenario, Severity};

use crate::server::Software;

/// A scenario that can run, with the configurations of its devices.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The scenario.
    pub scenario: Scenario,
    /// Of each server, in the order of [`Scenario::servers`].
    pub(crate) servers: Vec<Software>,
    /// The controller's, as far as it is about images.
    pub(crate) controller: ewc::Config,
    /// What does not keep it from running, in the order of the text.
    pub warnings: Vec<Diagnostic>,
}

/// in.tftpd as Debian installs it: `/etc/default/tftpd-hpa` of tftp-hpa 5.2.
const TFTPD_HPA_DEFAULT: &str =
    "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"\n";

/// Loads and checks the scenario at `path`: everything that `run` would find wrong before it starts.
///
/// # Errors
/// Every problem, each with its place.
pub fn load(path: &std::path::Path, files: &dyn Files) -> Result<Prepared, Diagnostics> {
    prepare(Scenario::load(path, files)?)
}

/// Reads the configurations of the devices of `scenario`.
///
/// # Errors
/// Every problem in them, each with its place.
pub fn prepare(scenario: Scenario) -> Result<Prepared, Diagnostics> {
    let mut found = scenario.warnings.clone();
    let servers = scenario
        .servers
        .iter()
        .map(|server| match server.software {
            scenario::Software::TftpdHpa => Software::TftpdHpa(match &server.config {
                None => {
                    tftpd_hpa::Config::parse(TFTPD_HPA_DEFAULT).expect("Debian's default is right").config
                }
                Some(text) => tftpd_hpa_config(text, &mut found),
            }),
            scenario::Software::Tftpd64 => Software::Tftpd64(match &server.config {
                None => tftpd64::Config::default(),
                Some(text) => tftpd64_config(text, &mut found),
            }),
            scenario::Software::OpenSsh => {
                found.push(Diagnostic::error("openssh is not simulated yet").at(server.span, ""));
                Software::Tftpd64(tftpd64::Config::default())
            }
        })
        .collect();
    let controller = scenario
        .controller
        .config
        .as_ref()
        .map_or_else(ewc::Config::default, |text| ewc_config(text, &mut found));
    if let Some(text) = &scenario.controller.config {
        check_profile(&scenario, &controller, text, &mut found);
    }
    for event in &scenario.timeline {
        match &event.action {
            Action::Configure { config, .. } => {
                ewc_config(config, &mut found);
            }
            Action::Exec { command, .. } => check_command(command, event.span, &mut found),
            _ => {}
        }
    }
    if found.iter().any(|problem| problem.severity() == Severity::Error) {
        return Err(scenario.diagnostics(found));
    }
    found.sort_by_key(Diagnostic::span);
    Ok(Prepared { scenario, servers, controller, warnings: found })
}

/// Reads `/etc/default/tftpd-hpa`; after an error the default stands in, so that all problems are found at once.
fn tftpd_hpa_config(text: &ConfigText, found: &mut Vec<Diagnostic>) -> tftpd_hpa::Config {
    let span = |place: tftpd_hpa::Place| {
        let start = place_in_line(&text.text, place.line, place.column);
        text.part_span(place.line, start..start + place.length)
    };
    match tftpd_hpa::Config::parse(&text.text) {
        Ok(parsed) => {
            found.extend(parsed.warnings.iter().map(|warning| {
                Diagnostic::warning(warning.message.as_str()).at(span(warning.place), "has no effect")
            }));
            parsed.config
        }
        Err(errors) => {
            found.extend(errors.iter().map(|error| {
                Diagnostic::error(error.problem.to_string())
                    .at(span(error.place), "in /etc/default/tftpd-hpa")
            }));
            tftpd_hpa::Config::default()
        }
    }
}

/// Reads `tftpd32.ini`, in the same way.
fn tftpd64_config(text: &ConfigText, found: &mut Vec<Diagnostic>) -> tftpd64::Config {
    let span = |place: tftpd64::Place| {
        let start = place_in_line(&text.text, place.line, place.column);
        text.part_span(place.line, start..start + place.length)
    };
    match tftpd64::Config::parse(&text.text) {
        Ok(parsed) => {
            found.extend(parsed.warnings.iter().map(|warning| {
                Diagnostic::warning(warning.message.as_str()).at(span(warning.place), "in tftpd32.ini")
            }));
            parsed.config
        }
        Err(errors) => {
            found.extend(errors.iter().map(|error| {
                Diagnostic::error(error.problem.to_string()).at(span(error.place), "in tftpd32.ini")
            }));
            tftpd64::Config::default()
        }
    }
}

/// The byte at which character `column` of a line stands in it; both count from 1.
fn place_in_line(text: &str, line: usize, column: usize) -> usize {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
}

/// Reads IOS-XE configuration; after an error none stands in.
fn ewc_config(text: &ConfigText, found: &mut Vec<Diagnostic>) -> ewc::Config {
    match ewc::Config::parse(&text.text) {
        Ok(config) => {
            found.extend(config.warnings.iter().map(|warning| {
                let problem = format!("`{}` is not understood and has no effect", warning.text);
                Diagnostic::warning(problem).at(text.line_span(warning.line), "")
            }));
            config
        }
        Err(errors) => {
            found.extend(errors.0.iter().map(|error| {
                let start = place_in_line(&text.text, error.line, error.column);
                let line = text.text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default();
                let word = line[start..].split_whitespace().next().map_or(0, str::len);
                let span = text.part_span(error.line, start..start + word);
                Diagnostic::error(error.problem.to_string()).at(span, "")
            }));
            ewc::Config::default()
        }
    }
}

/// Warns of a profile that cannot fetch anything in this world.
fn check_profile(scenario: &Scenario, config: &ewc::Config, text: &ConfigText, found: &mut Vec<Diagnostic>) {
    let Some(profile) = &config.image_download else { return };
    let line = |word: &str| {
        let line = text.text.lines().position(|line| line.contains(word));
        line.map_or_else(|| text.span(), |index| text.line_span(index + 1))
    };
    let (server, word) = match profile.mode {
        Mode::Tftp => (profile.tftp.server, "tftp-image-server"),
        Mode::Sftp => (profile.sftp.server, "sftp-image-server"),
        Mode::Unconfigured => return,
        Mode::Http | Mode::Cco => {
            let warning = Diagnostic::warning("this image download mode is not simulated yet");
            let warning = warning.at(line("image-download-mode"), "the controller will fetch nothing");
            return found.push(warning.help("`tftp` and `sftp` are simulated"));
        }
    };
    if !scenario.servers.iter().any(|known| known.address == server) {
        let problem = format!("no server of the scenario has the address {server}");
        let ends = "every fetch from it will end in `Timed out`";
        found.push(Diagnostic::warning(problem).at(line(word), ends));
    }
}

/// A command typed at the controller has to be one that it knows.
fn check_command(command: &str, span: scenario::Span, found: &mut Vec<Diagnostic>) {
    let words: Vec<&str> = command.split_whitespace().collect();
    if !ewc::show::COMMANDS.contains(&words.join(" ").as_str()) {
        let known = ewc::show::COMMANDS.map(|command| format!("`{command}`")).join(", ");
        found.push(
            Diagnostic::error(format!("the controller does not know `{command}`"))
                .at(span, "typed here")
                .help(format!("it knows {known}")),
        );
    }
}

/// The address of a host that speaks CAPWAP. The scenario language takes IPv4 addresses only.
pub(crate) fn ipv4(address: IpAddr) -> Ipv4Addr {
    match address {
        IpAddr::V4(v4) => v4,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED),
    }
}
