//! The running configuration, as far as it concerns the upgrade of access points.
//!
//! A whole configuration can be pasted, as `show running-config` prints it, or as it was typed, with what a terminal shows in
//! between. A line is what stands behind its prompt:
//!
//! - [`text::paste`] undoes backspaces, `--More--` and carriage returns; lines that a terminal wrapped at its width are joined (`reader`).
//! - `noise` knows the lines that are no part of a configuration; `blocks` skips banners and certificates.
//! - `sections` says which section a line belongs to, by its indentation or its prompt, never by its first word.
//! - `table` says which of three classes a line is in: modelled, may matter and is not modelled, does not matter here. Words may
//!   be abbreviated.

mod blocks;
mod excerpt;
mod interfaces;
mod noise;
mod other_lines;
mod problem;
mod prompt;
mod reader;
mod sections;
mod ssh_client;
mod table;
mod type7;
mod words;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

pub use excerpt::{Excerpt, ExcerptLine};
pub use problem::{Applies, ConfigError, ConfigErrors, NotAboutImages, NotModelled, Problem, Warning};
pub use ssh::Secret;
pub use ssh_client::SshClient;

/// Returns true for a line that a terminal shows beside the output of a command: messages of the device, answers, what
/// `show running-config` prints first. `line` has no blanks at its ends.
pub fn is_between(line: &str) -> bool {
    noise::noise(line).is_some()
}

/// The supported part of an IOS-XE configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControllerConfig {
    /// `wireless profile image-download default`, if there is one.
    pub image_download: Option<ImageDownloadProfile>,
    /// `ip tftp blocksize`, in bytes.
    pub tftp_block_size: Option<u16>,
    /// `public-ip` below `wireless management interface`: the address of a translation in front of the controller.
    pub public_ip: Option<Ipv4Addr>,
    /// The country codes of `ap country` and `wireless country`, in the order of the text: `DE`.
    pub countries: Vec<String>,
    /// True if `match certificate … allow expired-certificate` stands below `crypto pki trustpool policy`: access points whose
    /// certificate has expired are accepted.
    pub accepts_expired: bool,
    /// The part of `ip ssh …` that concerns the client.
    pub ssh_client: SshClient,
    /// The last line of each modelled command, from 1, by its words written out.
    pub lines: BTreeMap<&'static str, usize>,
    /// Lines that may matter and are not modelled, in the order of the text.
    pub not_modelled: Vec<NotModelled>,
    /// Lines that may not mean what their author thinks, in the order of the text.
    pub warnings: Vec<Warning>,
    /// Lines that have no effect here, in the order of the text.
    pub not_about_images: Vec<NotAboutImages>,
    /// The lines of the text that `show running-config` prints as they are, secrets starred.
    pub other_lines: Vec<String>,
    /// Every modelled line from 1, with the words of its command.
    modelled_lines: Vec<(usize, &'static str)>,
}

impl ControllerConfig {
    /// Reads pasted configuration lines. Prompts, comments, blank lines and what a terminal shows in between are ignored.
    ///
    /// # Errors
    /// Every line that is wrong, with its position.
    pub fn parse(text: &str) -> Result<Self, ConfigErrors> {
        let mut config = reader::read(text)?;
        config.other_lines = other_lines::other_lines(&config, text);
        config.modelled_lines.clear();
        Ok(config)
    }
}

/// The source of images. The defaults are those of the YANG model (image-download-cfg 1.2.0).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageDownloadProfile {
    /// `image-download-mode`.
    pub mode: Mode,
    /// `tftp-…`.
    pub tftp: Tftp,
    /// `sftp-…`.
    pub sftp: Sftp,
    /// `cco-…`.
    pub cco: Cco,
}

impl ImageDownloadProfile {
    /// Returns the address of the server from which its mode fetches; nothing for the modes without a server.
    pub fn server(&self) -> Option<IpAddr> {
        match self.mode {
            Mode::Tftp => Some(self.tftp.server),
            Mode::Sftp => Some(self.sftp.server),
            Mode::Unconfigured | Mode::Http | Mode::Cco => None,
        }
    }

    /// Returns the directory on that server as in URLs, see [`Tftp::directory`] and [`Sftp::directory`].
    pub fn directory(&self) -> Option<String> {
        match self.mode {
            Mode::Tftp => Some(self.tftp.directory()),
            Mode::Sftp => Some(self.sftp.directory()),
            Mode::Unconfigured | Mode::Http | Mode::Cco => None,
        }
    }
}

/// The method by which images are fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// No method.
    #[default]
    Unconfigured,
    /// From a TFTP server.
    Tftp,
    /// From an SFTP server.
    Sftp,
    /// From the administrator's browser.
    Http,
    /// From Cisco.
    Cco,
}

/// The TFTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tftp {
    /// Its address.
    pub server: IpAddr,
    /// The directory of the images, as configured.
    pub path: String,
}

impl Tftp {
    /// Returns the directory as in URLs: a slash in front, none at the end.
    pub fn directory(&self) -> String {
        as_in_urls(&self.path)
    }
}

impl Default for Tftp {
    fn default() -> Self {
        Self { server: DEFAULT_SERVER, path: String::new() }
    }
}

/// The SFTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sftp {
    /// Its address.
    pub server: IpAddr,
    /// The directory of the images, relative to the user's login directory.
    pub path: String,
    /// The user.
    pub username: String,
    /// The user's password.
    pub password: Secret,
}

impl Sftp {
    /// Returns the directory as in URLs: a slash in front, none at the end. The rest is relative to the user's login directory,
    /// whether it was configured with a slash or without.
    pub fn directory(&self) -> String {
        as_in_urls(&self.path)
    }
}

impl Default for Sftp {
    fn default() -> Self {
        Self { server: DEFAULT_SERVER, path: String::new(), username: String::new(), password: no_secret() }
    }
}

/// Cisco's own servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cco {
    /// The user.
    pub username: String,
    /// The user's password.
    pub password: Secret,
    /// True for the latest version instead of the suggested one.
    pub latest: bool,
    /// True if new versions are looked for regularly.
    pub auto_check: bool,
}

impl Default for Cco {
    fn default() -> Self {
        Self { username: String::new(), password: no_secret(), latest: false, auto_check: true }
    }
}

/// Returns the secret that stands for an unconfigured one.
fn no_secret() -> Secret {
    Secret::new("")
}

fn as_in_urls(path: &str) -> String {
    let path = path.trim_matches('/');
    if path.is_empty() { String::new() } else { format!("/{path}") }
}

const DEFAULT_SERVER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
