//! Pasted configurations: whole ones, parts, sessions, and what a terminal shows in between.

mod classes;
mod noise;
mod passwords;
mod sections;
mod terminal;
mod whole;
mod words;

use ewc::ControllerConfig;
use ewc::config::{ImageDownloadProfile, Mode, Problem, SshClient};

/// The part of a configuration that a run goes by, and the names of what is not modelled.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    profile: Option<ImageDownloadProfile>,
    block_size: Option<u16>,
    ssh_client: SshClient,
    not_modelled: Vec<String>,
}

/// Reads a configuration without errors.
fn read(text: &str) -> Read {
    let config = ControllerConfig::parse(text)
        .unwrap_or_else(|errors| panic!("{errors}\n{}", &text[..text.floor_char_boundary(500)]));
    Read {
        profile: config.image_download,
        block_size: config.tftp_block_size,
        ssh_client: config.ssh_client,
        not_modelled: config.not_modelled.into_iter().map(|each| each.name).collect(),
    }
}

/// Returns the mode and the TFTP server and path of a profile, all of which the text must have.
fn tftp(text: &str) -> (Mode, String, String) {
    let profile = read(text).profile.unwrap_or_else(|| panic!("no profile in {text}"));
    (profile.mode, profile.tftp.server.to_string(), profile.tftp.path)
}

/// Returns the path, which may be empty.
fn path(text: &str) -> String {
    read(text).profile.unwrap_or_else(|| panic!("no profile in {text}")).tftp.path
}

/// Returns the first error: its line, its column and its problem.
fn problem(text: &str) -> (usize, usize, Problem) {
    match ControllerConfig::parse(text) {
        Ok(config) => panic!("no error in {text}: {config:?}"),
        Err(mut errors) => {
            let first = errors.0.remove(0);
            (first.line, first.column, first.problem)
        }
    }
}

const PROFILE: &str = "wireless profile image-download default\n image-download-mode tftp\n tftp-image-server 192.0.2.27\n \
                       tftp-image-path /EWC\n";
