//! `ewcsim new`.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{complain, complain_with_help, print, schema_text};
use crate::ending::Ending;
use crate::pending::{Pending, begin_whole};
use crate::report::{path_word, with_path};

/// The path of the schema in a checkout of this project.
const SCHEMA_HERE: &str = "docs/scenario.schema.json";
/// The name of the schema elsewhere.
const SCHEMA: &str = "ewcsim.schema.json";

#[derive(Debug, Args)]
#[command(after_help = "Example: ewcsim new scenarios/branch.yaml --protocol sftp")]
pub(super) struct NewArgs {
    /// The scenario to write, ending in .yaml; the file must not exist yet
    path: PathBuf,
    /// The protocol by which the controller of the scenario fetches images
    #[arg(long, value_enum, default_value_t = Protocol::Tftp)]
    protocol: Protocol,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Protocol {
    /// From a TFTP server
    Tftp,
    /// From an SFTP server
    Sftp,
}

/// Writes a scenario to start from, and the schema with which editors complete and check it unless one exists.
pub(super) fn new(args: &NewArgs) -> Ending {
    let path = &args.path;
    if path.file_stem().is_none_or(|stem| stem == ".yaml" || stem == ".yml") {
        return complain_with_help(
            &format!("{} has no name before the ending", path.display()),
            "`ewcsim new branch.yaml`",
        );
    }
    if !path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
        let help = format!("`ewcsim new {}`", path_word(&format!("{}.yaml", path.to_string_lossy())));
        return complain_with_help(&format!("{} does not end in .yaml", path.display()), &help);
    }
    let wrote = match write(args) {
        Ok(wrote) => wrote,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return complain_with_help(
                &error.to_string(),
                "choose another name; existing files are not overwritten",
            );
        }
        Err(error) => return complain(&error.to_string()),
    };
    let word = path_word(&path.to_string_lossy());
    let mut out: String = wrote.iter().map(|path| format!("wrote {}\n", path.display())).collect();
    out.push_str(&format!(
        "next: adapt it to your network (docs/scenarios.md has every key), then\n  ewcsim check {word}\n  ewcsim run {word}\n"
    ));
    print(&out)
}

/// Writes the missing files, and returns their paths.
fn write(args: &NewArgs) -> io::Result<Vec<PathBuf>> {
    let path = &args.path;
    let directory = match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    };
    fs::create_dir_all(directory).map_err(|error| with_path(directory, error))?;
    let absolute = fs::canonicalize(directory).map_err(|error| with_path(directory, error))?;
    let schema = schema_above(&absolute);
    let reference = schema.clone().unwrap_or_else(|| SCHEMA.to_owned());
    let template = match args.protocol {
        Protocol::Tftp => include_str!("new/tftp.yaml"),
        Protocol::Sftp => include_str!("new/sftp.yaml"),
    };
    create(path, &template.replacen("SCHEMA", &reference, 1))?;
    let mut wrote = vec![path.clone()];
    if schema.is_none() {
        let beside = path.with_file_name(SCHEMA);
        match create(&beside, &schema_text()) {
            Ok(()) => wrote.push(beside),
            // From an earlier call.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(wrote)
}

/// Returns the path of the project's own schema from `directory`, if that is in a checkout.
fn schema_above(directory: &Path) -> Option<String> {
    let up = directory.ancestors().position(|above| above.join(SCHEMA_HERE).is_file())?;
    Some(format!("{}{SCHEMA_HERE}", "../".repeat(up)))
}

/// Writes a new file.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let exists = || Err(ErrorKind::AlreadyExists.into());
    let written = if path.symlink_metadata().is_ok() { exists() } else { begin_whole(path, text.as_bytes()) };
    written.and_then(Pending::keep_new).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            io::Error::new(ErrorKind::AlreadyExists, format!("{} already exists", path.display()))
        }
        _ => with_path(path, error),
    })
}
