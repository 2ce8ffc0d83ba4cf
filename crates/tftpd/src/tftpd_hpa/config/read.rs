//! The reader that turns the text into settings.

use super::place::Text;
use super::problem::ConfigProblem;
use super::settings::{Reader, TftpdHpaConfig};
use super::{ConfigError, Parsed, options, shell};

impl TftpdHpaConfig {
    /// Reads `/etc/default/tftpd-hpa`, and starts the server as Debian's script does:
    /// `in.tftpd --listen --user $TFTP_USERNAME --address $TFTP_ADDRESS $TFTP_OPTIONS $TFTP_DIRECTORY`.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn parse(text: &str) -> Result<Parsed, Vec<ConfigError>> {
        let mut reader = Reader::new(text);
        read(&mut reader);
        reader.finish()
    }
}

fn read(reader: &mut Reader<'_>) {
    let (assignments, errors) = shell::parse(reader.text);
    for (range, problem) in errors {
        reader.error(range, problem);
    }
    let mut directory = Text::default();
    let mut arguments = Text::default();
    for (name, value) in assignments {
        match name.string().as_str() {
            "TFTP_USERNAME" => reader.config.user = value.string(),
            "TFTP_DIRECTORY" => directory = value,
            "TFTP_ADDRESS" => options::address(reader, &value),
            "TFTP_OPTIONS" => arguments = value,
            other => reader.warn(name.range(), format!("{other} is not used")),
        }
    }
    options::read(reader, &arguments);
    reader.config.directories.extend(directory.words().iter().map(Text::string));
    if reader.config.secure && reader.errors.is_empty() {
        match reader.config.directories.len() {
            0 => reader.error(0..reader.text.len(), ConfigProblem::NoDirectory),
            1 => {}
            _ => reader.error(directory.range(), ConfigProblem::ManyDirectories),
        }
    }
}
