//! The parser of configuration lines.

use super::problem::{ConfigError, ConfigErrors, Problem, Warning};
use super::words::{Words, Wrong};
use super::{ControllerConfig, ImageDownloadProfile, Mode, prompt, ssh_client};

/// The lengths that IOS-XE accepts for `ip tftp blocksize`, in bytes.
const BLOCK_SIZES: std::ops::RangeInclusive<u16> = 512..=8192;

/// Parses all of `text`.
pub(super) fn parse(text: &str) -> Result<ControllerConfig, ConfigErrors> {
    let mut parser = Parser { config: ControllerConfig::default(), in_profile: false };
    let mut errors = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let command = prompt::strip(line);
        let trimmed = command.trim();
        if trimmed.is_empty() || trimmed.starts_with('!') {
            continue;
        }
        let mut words = Words::new(line, command);
        match parser.line(&mut words) {
            Ok(true) => (),
            Ok(false) => {
                parser
                    .config
                    .warnings
                    .push(Warning { line: index + 1, text: text::secrets::starred(trimmed) });
            }
            Err((column, problem)) => errors.push(ConfigError { line: index + 1, column, problem }),
        }
    }
    if errors.is_empty() { Ok(parser.config) } else { Err(ConfigErrors(errors)) }
}

struct Parser {
    config: ControllerConfig,
    in_profile: bool,
}

impl Parser {
    /// Parses one command; `Ok(false)` if it is not supported.
    fn line(&mut self, words: &mut Words<'_>) -> Result<bool, Wrong> {
        let (column, command) = words.next("a command")?;
        match command {
            "configure" | "conf" | "enable" | "en" => {}
            "exit" | "end" => self.in_profile = false,
            "wireless" => return self.wireless(words),
            "ip" => return self.ip(words),
            "no" => return self.no(words),
            _ if is_of_profile(command) => {
                if !self.in_profile {
                    return Err((column, Problem::OutsideProfile));
                }
                return self.profile(command, words);
            }
            _ => {
                self.in_profile = false;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn wireless(&mut self, words: &mut Words<'_>) -> Result<bool, Wrong> {
        self.in_profile = false;
        if !(words.take("profile") && words.take("image-download")) {
            return Ok(false);
        }
        let (column, name) = words.next("the profile's name, `default`")?;
        if name != "default" {
            return Err((column, Problem::ProfileName));
        }
        words.end()?;
        self.in_profile = true;
        self.config.image_download.get_or_insert_default();
        Ok(true)
    }

    fn ip(&mut self, words: &mut Words<'_>) -> Result<bool, Wrong> {
        self.in_profile = false;
        if words.take("ssh") {
            return ssh_client::line(&mut self.config.ssh_client, words);
        }
        if !(words.take("tftp") && words.take("blocksize")) {
            return Ok(false);
        }
        let expected = "a block size in bytes, 512 to 8192";
        let (column, size) = words.next(expected)?;
        let size = size.parse().ok().filter(|size| BLOCK_SIZES.contains(size));
        self.config.tftp_block_size = Some(size.ok_or_else(|| words.unexpected(column, expected))?);
        words.end()?;
        Ok(true)
    }

    fn no(&mut self, words: &mut Words<'_>) -> Result<bool, Wrong> {
        let rest: Vec<&str> = words.rest().split_whitespace().collect();
        match rest[..] {
            ["wireless", "profile", "image-download", "default"] => {
                self.in_profile = false;
                self.config.image_download = None;
            }
            ["ip", "tftp", "blocksize", ..] => self.config.tftp_block_size = None,
            ["ip", "ssh", ref rest @ ..] => return Ok(ssh_client::no(&mut self.config.ssh_client, rest)),
            ["http-auto-path" | "auto-path"] => {
                let (column, _) = words.next("a command")?;
                return Err((column, Problem::HttpPath));
            }
            _ if !self.in_profile => return Ok(false),
            ["cco-auto-check"] => self.profile_mut().cco.auto_check = false,
            ["image-download-mode", ..] => self.profile_mut().mode = Mode::Unconfigured,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn profile(&mut self, command: &str, words: &mut Words<'_>) -> Result<bool, Wrong> {
        match command {
            "image-download-mode" => {
                let expected = "tftp, sftp, http or cco";
                let (column, word) = words.next(expected)?;
                self.profile_mut().mode = match word {
                    "tftp" => Mode::Tftp,
                    "sftp" => Mode::Sftp,
                    "http" => Mode::Http,
                    "cco" => Mode::Cco,
                    _ => return Err(words.unexpected(column, expected)),
                };
            }
            "tftp-image-server" => self.profile_mut().tftp.server = words.address()?,
            "tftp-image-path" => self.profile_mut().tftp.path = words.next("a path")?.1.into(),
            "sftp-image-server" => self.profile_mut().sftp.server = words.address()?,
            "sftp-image-path" => self.profile_mut().sftp.path = words.next("a path")?.1.into(),
            "sftp-username" | "sftp-image-username" => {
                self.profile_mut().sftp.username = words.next("a user name")?.1.into()
            }
            "sftp-password" | "sftp-image-password" => self.profile_mut().sftp.password = words.password()?,
            "sftp-port" => {
                let (column, port) = words.next("22")?;
                if port != "22" {
                    return Err((column, Problem::SftpPort));
                }
            }
            "http-auto-path" | "auto-path" => {}
            "cco-username" => self.profile_mut().cco.username = words.next("a user name")?.1.into(),
            "cco-password" => self.profile_mut().cco.password = words.password()?,
            "cco-version" => {
                let expected = "latest or suggested";
                let (column, word) = words.next(expected)?;
                self.profile_mut().cco.latest = match word {
                    "latest" => true,
                    "suggested" => false,
                    _ => return Err(words.unexpected(column, expected)),
                };
            }
            "cco-auto-check" => self.profile_mut().cco.auto_check = true,
            _ => return Ok(false),
        }
        words.end()?;
        Ok(true)
    }

    fn profile_mut(&mut self) -> &mut ImageDownloadProfile {
        self.config.image_download.get_or_insert_default()
    }
}

fn is_of_profile(command: &str) -> bool {
    command == "auto-path"
        || ["image-download-", "tftp-", "sftp-", "http-", "cco-"]
            .iter()
            .any(|start| command.starts_with(start))
}
