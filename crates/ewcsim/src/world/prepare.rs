//! What a scenario needs beyond its own language before it can run: the configurations that its devices read.

use std::sync::Arc;

use ewc::config::Mode;
use openssh::{ConfigWarning, Place};
use scenario::{
    Action, Check, Choices, ConfigText, Diagnostic, Diagnostics, EventPattern, Expectation, Files, Scenario,
    Severity, Template, Trigger,
};
use tftpd::{tftpd_hpa, tftpd64};

use super::pattern;
use super::server::{OpenSsh, Software};
use super::shown_fields;

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
    template: Arc<Template>,
}

impl Prepared {
    /// The same scenario for another seed. No file is read again.
    ///
    /// # Errors
    /// What is wrong for this seed only.
    pub fn reseeded(&self, seed: u64) -> Result<Self, Diagnostics> {
        prepare(&self.template, Some(seed))
    }
}

/// in.tftpd as Debian installs it: `/etc/default/tftpd-hpa` of tftp-hpa 5.2.
const TFTPD_HPA_DEFAULT: &str =
    "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"\n";

/// Loads and checks the scenario at `path`: everything that `run` would find wrong before it starts.
///
/// # Errors
/// Every problem, each with its place.
pub fn load(path: &std::path::Path, files: &dyn Files) -> Result<Prepared, Diagnostics> {
    load_with(path, files, &Choices::default())
}

/// The same with another seed than the scenario's, or with parameters set.
///
/// # Errors
/// Every problem, each with its place; that of a lab is that it is one.
pub fn load_with(
    path: &std::path::Path,
    files: &dyn Files,
    choices: &Choices,
) -> Result<Prepared, Diagnostics> {
    prepare(&Arc::new(Template::load_with(path, files, &choices.set)?), choices.seed)
}

/// What a file turns out to be.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// It can run.
    Scenario(Box<Prepared>),
    /// It is right as far as can be said, and only there to be extended.
    Lab,
}

/// Loads what may be a scenario or a lab.
///
/// # Errors
/// Every problem, each with its place.
pub fn load_any(path: &std::path::Path, files: &dyn Files, choices: &Choices) -> Result<Loaded, Diagnostics> {
    let template = Arc::new(Template::load_with(path, files, &choices.set)?);
    if template.is_lab() {
        return Ok(Loaded::Lab);
    }
    Ok(Loaded::Scenario(Box::new(prepare(&template, choices.seed)?)))
}

/// Reads the configurations of the devices of a scenario under `seed`.
fn prepare(template: &Arc<Template>, seed: Option<u64>) -> Result<Prepared, Diagnostics> {
    let scenario = template.draw(seed)?;
    let mut found = scenario.warnings.clone();
    let servers = scenario.servers.iter().map(|server| software(server, &mut found)).collect();
    let controller = scenario.controllers[0]
        .config
        .as_ref()
        .map_or_else(ewc::Config::default, |text| ewc_config(text, &mut found));
    if let Some(text) = &scenario.controllers[0].config {
        check_profile(&scenario, &controller, text, &mut found);
    }
    for event in &scenario.timeline {
        if let Trigger::After(after) = &event.trigger {
            pattern::check(&scenario, &after.pattern, &mut found);
        }
        match &event.action {
            Action::Configure { config, .. } => {
                ewc_config(config, &mut found);
            }
            Action::Exec { command, .. } => check_command(&scenario, command, event.span, &mut found),
            _ => {}
        }
    }
    for expectation in &scenario.expect {
        check_expectation(&scenario, expectation, &mut found);
    }
    shown_fields::check_snapshot(&scenario, &mut found);
    if found.iter().any(|problem| problem.severity() == Severity::Error) {
        return Err(scenario.diagnostics(found));
    }
    found.sort_by_key(Diagnostic::span);
    Ok(Prepared { scenario, servers, controller, warnings: found, template: Arc::clone(template) })
}

/// The software of a server with its configuration, or the one it has without.
fn software(server: &scenario::Server, found: &mut Vec<Diagnostic>) -> Software {
    let text = server.config.as_ref();
    match server.software {
        scenario::Software::TftpdHpa => Software::TftpdHpa(match text {
            None => tftpd_hpa::Config::parse(TFTPD_HPA_DEFAULT).expect("Debian's default is right").config,
            Some(text) => {
                let read = tftpd_hpa::Config::parse(&text.text).map(|read| (read.config, read.warnings));
                let read =
                    read.map_err(|errors| errors.into_iter().map(|e| (e.place, e.problem.to_string())));
                config(text, "/etc/default/tftpd-hpa", "has no effect", read, found)
            }
        }),
        scenario::Software::Tftpd64 => Software::Tftpd64(text.map_or_else(Default::default, |text| {
            let read = tftpd64::Config::parse(&text.text).map(|read| (read.config, read.warnings));
            let read = read.map_err(|errors| errors.into_iter().map(|e| (e.place, e.problem.to_string())));
            config(text, "tftpd32.ini", "in tftpd32.ini", read, found)
        })),
        scenario::Software::OpenSsh => {
            let config = text.map_or_else(Default::default, |text| {
                let read = openssh::Config::parse(&text.text).map(|read| (read.config, read.warnings));
                let read =
                    read.map_err(|errors| errors.into_iter().map(|e| (e.place, e.problem.to_string())));
                config(text, "/etc/ssh/sshd_config", "in sshd_config", read, found)
            });
            let accounts = openssh::Accounts::new(server.users.iter().map(account));
            Software::OpenSsh(Box::new(OpenSsh { config, accounts }))
        }
    }
}

/// Takes over what was read of a configuration; after an error the default stands in, so that all problems are found at once.
fn config<C: Default>(
    text: &ConfigText,
    file: &str,
    warned: &str,
    read: Result<(C, Vec<ConfigWarning>), impl Iterator<Item = (Place, String)>>,
    found: &mut Vec<Diagnostic>,
) -> C {
    let span = |place: Place| {
        let start = place_in_line(&text.text, place.line, place.column);
        text.part_span(place.line, start..start + place.length)
    };
    match read {
        Ok((config, warnings)) => {
            found.extend(warnings.iter().map(|warning| {
                Diagnostic::warning(warning.message.as_str()).at(span(warning.place), warned)
            }));
            config
        }
        Err(errors) => {
            found
                .extend(errors.map(|(place, problem)| {
                    Diagnostic::error(problem).at(span(place), format!("in {file}"))
                }));
            C::default()
        }
    }
}

/// A user of a scenario as sshd knows one.
fn account(user: &scenario::User) -> openssh::Account {
    let mut groups = vec![user.name.clone()];
    groups.extend(user.groups.iter().filter(|group| **group != user.name).cloned());
    openssh::Account {
        gid: user.gid,
        groups,
        home: user.home.clone(),
        shell: user.shell.clone(),
        password: user.password.as_ref().map(|password| ssh::Secret::new(password.expose())),
        ..openssh::Account::new(&user.name, user.uid)
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
        Mode::Http => {
            let types = scenario.access_points.iter().map(|access_point| &access_point.image_type);
            if types.clone().all(|image_type| *image_type == scenario.controllers[0].image_type) {
                return;
            }
            // The words of the web page (Cisco 221705).
            let banner = "Wireless network is Non-Homogeneous. Desktop (HTTP) mode is not supported.";
            let warning = Diagnostic::warning(banner);
            let warning = warning.at(line("image-download-mode"), "the controller will fetch nothing");
            return found.push(
                warning.help("`tftp`, `sftp` and `cco` are for such networks; `cco` is not simulated"),
            );
        }
        Mode::Cco => {
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

/// A command typed at the controller has to be one that it knows, of an access point that there is.
fn check_command(scenario: &Scenario, command: &str, span: scenario::Span, found: &mut Vec<Diagnostic>) {
    let quoted =
        |names: Vec<String>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match ewc::Command::parse(command) {
        Err(error) => {
            let near = ewc::near(command);
            let help = if near.is_empty() {
                format!("it knows {}", quoted(ewc::commands().map(str::to_owned).collect()))
            } else {
                format!("did you mean {}?", quoted(near))
            };
            let problem =
                format!("the controller does not know `{}`: {error}", text::secrets::starred(command));
            found.push(Diagnostic::error(problem).at(span, "typed here").help(help));
        }
        Ok(
            ewc::Command::Predownload(Some(name))
            | ewc::Command::Swap(Some(name))
            | ewc::Command::Reset(name),
        ) if !scenario.access_points.iter().any(|known| known.name == name) => {
            let names = scenario.access_points.iter().map(|known| known.name.as_str());
            let near = text::closest(&name, names).into_iter().map(str::to_owned).collect::<Vec<_>>();
            let problem =
                Diagnostic::error(format!("no access point is called `{name}`")).at(span, "typed here");
            found.push(if near.is_empty() {
                problem
            } else {
                problem.help(format!("did you mean {}?", quoted(near)))
            });
        }
        Ok(_) => {}
    }
}

/// Events, show commands and their fields that an expectation names have to be there.
fn check_expectation(scenario: &Scenario, expectation: &Expectation, found: &mut Vec<Diagnostic>) {
    let mut patterns: Vec<&EventPattern> = expectation.since.iter().collect();
    match &expectation.check {
        Check::Events { pattern, .. } => patterns.push(pattern),
        Check::Order(order) => patterns.extend(order),
        Check::Takes { from, to, .. } => {
            patterns.extend([from, to]);
            pattern::check_duration(scenario, from, to, found);
        }
        Check::Show { host, command, row, has, count } => {
            let fields = [row.as_slice(), has.as_slice()];
            shown_fields::check(scenario, host, command, fields, count.is_some(), expectation.span, found);
        }
        Check::AccessPoints { .. } | Check::Controller { .. } | Check::Log { .. } | Check::Link { .. } => {}
    }
    patterns.into_iter().for_each(|pattern| pattern::check(scenario, pattern, found));
}
