//! `ewcsim completions` and `ewcsim man`: what shells and `man` show, from the definition of the command itself.

use std::fs;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::{Cli, complain, print};
use crate::ending::Ending;
use crate::report::with_path;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: ewcsim completions bash > ~/.local/share/bash-completion/completions/ewcsim"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: ewcsim man ~/.local/share/man/man1")]
pub(super) struct ManArgs {
    /// The directory for the pages, which is made if it is missing; pages of the same name are replaced
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// Prints a script that completes the words of the command.
pub(super) fn completions(args: &CompletionsArgs) -> Ending {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "ewcsim", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Writes a manual page for the command, and one for each of its commands.
pub(super) fn man(args: &ManArgs) -> Ending {
    let directory = &args.directory;
    let written =
        fs::create_dir_all(directory).and_then(|()| clap_mangen::generate_to(Cli::command(), directory));
    match written {
        Ok(()) => Ending::Passed,
        Err(error) => complain(&format!("cannot write {}", with_path(directory, error))),
    }
}
