//! `ewcsim compare`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::diagnose::read_log;
use super::{Format, complain, complain_with_help, print};
use crate::diagnose::compare as lay_beside;
use crate::ending::Ending;
use crate::report::with_path;

#[derive(Debug, Args)]
#[command(after_help = "Example: ewcsim compare ap-console.log run/")]
pub(super) struct CompareArgs {
    /// A log of the field
    log: PathBuf,
    /// The directory that `run --out` wrote, or one log of it
    #[arg(value_name = "RUN_DIR")]
    run: PathBuf,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Lays a log of the field beside those of a run.
pub(super) fn compare(args: &CompareArgs) -> Ending {
    let field = match read_log(&args.log) {
        Ok(field) => field,
        Err(error) => return complain(&format!("cannot read {}", with_path(&args.log, error))),
    };
    let run = match of_run(&args.run) {
        Ok(run) => run,
        Err(error) => {
            return complain_with_help(
                &format!("cannot read {error}"),
                "`ewcsim run SCENARIO --out DIR` writes such a directory",
            );
        }
    };
    let comparison = match lay_beside(&[field], &run) {
        Ok(comparison) => comparison,
        Err(limit) => return complain(&limit.to_string()),
    };
    let printed = print(&match args.format {
        Format::Human => comparison.human(),
        Format::Json => serde_json::to_string_pretty(&comparison).expect("a comparison is JSON") + "\n",
    });
    printed.max(if comparison.is_same() { Ending::Passed } else { Ending::Failed })
}

/// Reads the logs of a run: all below `logs/` of its directory.
fn of_run(path: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    if !path.is_dir() {
        return Ok(vec![read_log(path).map_err(|error| with_path(path, error))?]);
    }
    let directory = path.join("logs");
    let mut paths = Vec::new();
    for entry in fs::read_dir(&directory).map_err(|error| with_path(&directory, error))? {
        paths.push(entry?.path());
    }
    paths.sort();
    paths.iter().map(|path| read_log(path).map_err(|error| with_path(path, error))).collect()
}
