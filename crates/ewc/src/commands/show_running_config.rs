//! `show running-config`: the lines of the configuration that a scenario states. Their order within IOS is not known: the lines that have no
//! effect come first, as they were typed, then those that are modelled. Secrets are starred.

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};
use crate::ControllerConfig;
use crate::config::{ImageDownloadProfile, Mode};

pub(super) const COMMAND: Command<Effect> = views("show running-config", fields, text);

const CURRENT: &str = "Current configuration";
/// The name of the column is ours.
const COLUMNS: &[&str] = &["Line"];
/// The text in place of a secret.
const STARS: &str = "*****";

fn fields(view: &View) -> Fields {
    let lines = lines(view);
    let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
    Fields {
        lines: vec![(CURRENT, bytes.to_string())],
        columns: COLUMNS,
        rows: lines.into_iter().map(|line| vec![line]).collect(),
    }
}

fn lines(view: &View) -> Vec<String> {
    let config = &view.config;
    let mut lines = vec!["!".to_owned(), format!("version {}", major(view)), "!".to_owned()];
    if !config.other_lines.iter().any(|line| line.starts_with("hostname ")) {
        lines.extend([format!("hostname {}", view.state.name), "!".to_owned()]);
    }
    // A pasted configuration may be one of another release.
    lines.extend(config.other_lines.iter().filter(|line| !line.starts_with("version ")).cloned());
    lines.extend(modelled(config));
    if let Some(profile) = &config.image_download {
        lines.push("!".to_owned());
        lines.extend(self::profile(profile));
    }
    lines.extend(["!".to_owned(), "end".to_owned()]);
    lines
}

/// Returns the first two numbers of the release: `17.9`.
fn major(view: &View) -> String {
    view.short_release().splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}

/// Returns the modelled lines of the global mode that differ from the default.
fn modelled(config: &ControllerConfig) -> Vec<String> {
    let client = &config.ssh_client;
    let mut lines: Vec<String> =
        config.tftp_block_size.iter().map(|size| format!("ip tftp blocksize {size}")).collect();
    for (kind, list) in [("kex", &client.kex), ("encryption", &client.encryption), ("mac", &client.mac)] {
        lines.extend(list.iter().map(|names| format!("ip ssh client algorithm {kind} {}", names.join(" "))));
    }
    if client.strict_host_key_check {
        lines.push("ip ssh stricthostkeycheck".to_owned());
    }
    lines
}

/// Returns the section of the profile: what differs from the default of the YANG model.
fn profile(profile: &ImageDownloadProfile) -> Vec<String> {
    let default = ImageDownloadProfile::default();
    let mut lines = vec!["wireless profile image-download default".to_owned()];
    let mut line = |is_set: bool, line: String| lines.extend(is_set.then(|| format!(" {line}")));
    let mode = match profile.mode {
        Mode::Unconfigured => "",
        Mode::Tftp => "tftp",
        Mode::Sftp => "sftp",
        Mode::Http => "http",
        Mode::Cco => "cco",
    };
    line(!mode.is_empty(), format!("image-download-mode {mode}"));
    let tftp = &profile.tftp;
    line(tftp.server != default.tftp.server, format!("tftp-image-server {}", tftp.server));
    line(!tftp.path.is_empty(), format!("tftp-image-path {}", tftp.path));
    let sftp = &profile.sftp;
    line(sftp.server != default.sftp.server, format!("sftp-image-server {}", sftp.server));
    line(!sftp.path.is_empty(), format!("sftp-image-path {}", sftp.path));
    line(!sftp.username.is_empty(), format!("sftp-username {}", sftp.username));
    line(sftp.password != default.sftp.password, format!("sftp-password 0 {STARS}"));
    let cco = &profile.cco;
    line(!cco.username.is_empty(), format!("cco-username {}", cco.username));
    line(cco.password != default.cco.password, format!("cco-password 0 {STARS}"));
    line(cco.latest, "cco-version latest".to_owned());
    line(!cco.auto_check, "no cco-auto-check".to_owned());
    lines
}

fn text(fields: &Fields) -> String {
    let mut text = String::from("Building configuration...\n\n");
    fields.lines.iter().for_each(|(label, value)| text += &format!("{label} : {value} bytes\n"));
    fields.rows.iter().flatten().for_each(|line| text += &format!("{line}\n"));
    text
}
