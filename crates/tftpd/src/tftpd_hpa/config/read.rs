//! The reader that turns the text into settings.

use super::place::Text;
use super::problem::ConfigProblem;
use super::settings::{Reader, TftpdHpaConfig};
use super::variables::{self, Variable};
use super::{ConfigError, Parsed, options, shell};

impl TftpdHpaConfig {
    /// Reads the whole `/etc/default/tftpd-hpa`, and starts the server as Debian's script does:
    /// `in.tftpd --listen --user $TFTP_USERNAME --address $TFTP_ADDRESS $TFTP_OPTIONS $TFTP_DIRECTORY`.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn parse(text: &str) -> Result<Parsed, Vec<ConfigError>> {
        Self::parse_on(text, |_| true)
    }

    /// Reads it on a machine that has a file at a path if `exists` returns true.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn parse_on(text: &str, exists: impl Fn(&str) -> bool) -> Result<Parsed, Vec<ConfigError>> {
        let mut reader = Reader::new(text);
        read(&mut reader, &exists);
        reader.finish()
    }
}

/// The values that the script uses; what the file does not set is empty.
#[derive(Default)]
struct Values {
    user: Text,
    directory: Text,
    address: Text,
    options: Text,
}

fn read(reader: &mut Reader<'_>, exists: &dyn Fn(&str) -> bool) {
    let values = assignments(reader);
    let directories = values.directory.words();
    let words = command_line(reader, &values);
    let line = options::read(reader, words);
    if let Some((path, range)) = line.map_file
        && !exists(&path)
    {
        reader.error(range, ConfigProblem::FileNotGiven(path));
    }
    // The script looks for the word itself, and in.tftpd counts all directories of its command line.
    if directories.len() > 1 && values.options.string().contains("secure") {
        reader.error(values.directory.range(), ConfigProblem::ManyDirectories);
    } else if reader.config.secure && reader.errors.is_empty() {
        match reader.config.directories.len() {
            0 => reader.error(0..reader.text.len(), ConfigProblem::NoDirectory),
            1 => {}
            _ => reader.error(values.directory.range(), ConfigProblem::ManyDirectories),
        }
    }
}

/// Reads the assignments; the last to a variable counts.
fn assignments(reader: &mut Reader<'_>) -> Values {
    let (assignments, errors) = shell::parse(reader.text);
    for (range, problem) in errors {
        reader.error(range, problem);
    }
    let mut values = Values::default();
    for (name, value) in assignments {
        match variables::find(&name.string()) {
            Variable::User => values.user = value,
            Variable::Directory => values.directory = value,
            Variable::Address => values.address = value,
            Variable::Options => values.options = value,
            Variable::Immaterial(_) => {}
            Variable::NotModelled(why) => {
                let name_text = name.string();
                reader.not_modelled(name.range(), &name_text, format!("{name_text} is not modelled: {why}"));
            }
        }
    }
    values
}

/// Returns the words after `in.tftpd --listen`.
fn command_line(reader: &mut Reader<'_>, values: &Values) -> Vec<Text> {
    let mut words = Vec::new();
    let mut option = |name: &str, value: &Text| {
        let at = value.range().start;
        words.push(Text(name.chars().map(|character| (at, character)).collect()));
        words.extend(value.words());
    };
    if values.user.words().is_empty() {
        let message = "TFTP_USERNAME is missing: Debian's script would pass `--user --address`, and in.tftpd would not start; \
                       `tftp`, as the package has it, is taken";
        reader.warn(0..0, message);
    } else {
        option("--user", &values.user);
    }
    if !values.address.words().is_empty() {
        option("--address", &values.address);
    } else if reader.errors.is_empty() {
        reader.error(0..reader.text.len(), ConfigProblem::NoAddress);
    }
    words.extend(values.options.words());
    words.extend(values.directory.words());
    words
}
