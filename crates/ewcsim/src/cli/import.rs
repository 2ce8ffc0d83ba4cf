//! `ewcsim import`.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use intake::lab::{self, HOLE};
use intake::{FILE_MAX, FILES_MAX, Input, Network};
use scenario::{Choices, Diagnostics, MemoryFiles, Severity};
use text::numbers::count;
use text::printable;

use super::{complain, complain_with_help, print};
use crate::ending::Ending;
use crate::lab::load_lab;
use crate::pending::{Pending, begin_whole};
use crate::report::{path_word, with_path};

/// The most files of one call, also below directories.
const PATHS_MAX: usize = 5_000;
/// The deepest directory below one that is named.
const DEPTH_MAX: usize = 16;
/// The most problems of the lab that are shown.
const PROBLEMS_MAX: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = "Example: ewcsim import logs/ --out lab.yaml")]
pub(super) struct ImportArgs {
    /// Logs of terminals, listings of images, configurations of servers, JSON of Genie, in any files; of a directory all files below it
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write the lab to this file, which must not exist yet; otherwise it goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file of --out
    #[arg(long, requires = "out")]
    force: bool,
    /// Keep passwords and keys, which otherwise become a parameter or stars
    #[arg(long)]
    with_secrets: bool,
}

/// Reads what a network printed, and writes a lab.
pub(super) fn import(args: &ImportArgs) -> Ending {
    let occupied =
        |path: &&PathBuf| !args.force && path.symlink_metadata().is_ok_and(|known| known.is_file());
    if let Some(path) = args.out.as_ref().filter(occupied) {
        return exists(path);
    }
    let inputs = match inputs(&args.paths, args.out.as_deref()) {
        Ok(inputs) => inputs,
        Err(error) => return complain(&error.to_string()),
    };
    let network = intake::read(&inputs);
    tell(&network);
    if network.is_empty() {
        let help = "docs/guide.md names the commands whose output is read";
        return complain_with_help("nothing in these files was understood", help);
    }
    let text = checked(&network, args.with_secrets);
    let holes = text.lines().filter(|line| line.contains(HOLE)).count();
    let (written, ending) = match &args.out {
        None => ("standard output".to_owned(), print(&text)),
        Some(path) => match write(path, &text, args.force) {
            Ok(()) => (path.display().to_string(), Ending::Passed),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return exists(path),
            Err(error) => return complain(&with_path(path, error).to_string()),
        },
    };
    let _ = writeln!(
        io::stderr(),
        "{}, {} from {}: {} of the lab have a `{HOLE}`, a default to be checked ({written})",
        count(network.outputs, "output"),
        count(network.access_points.len(), "access point"),
        count(inputs.len(), "file"),
        count(holes, "line"),
    );
    ending
}

fn exists(path: &Path) -> Ending {
    let help = format!(
        "`--force` replaces it: ewcsim import … --out {} --force",
        path_word(&path.to_string_lossy())
    );
    complain_with_help(&format!("{} already exists", path.display()), &help)
}

/// Writes the lab whole, or not at all.
fn write(path: &Path, text: &str, force: bool) -> io::Result<()> {
    let pending = begin_whole(path, text.as_bytes())?;
    // A device has no name that could be taken.
    if force || pending.is_device() { pending.keep() } else { Pending::keep_new(pending) }
}

/// Tells warnings and the lines that were not understood.
fn tell(network: &Network) {
    let mut out = String::new();
    for warning in &network.warnings {
        let at = warning.at.map_or_else(String::new, |at| format!("{}: ", printable(&network.place(at))));
        out.push_str(&format!("warning: {at}{}\n", warning.message));
    }
    for unread in &network.not_understood {
        out.push_str(&format!("not understood: {}: {}\n", printable(&network.place(unread.at)), unread.text));
    }
    let _ = io::stderr().write_all(out.as_bytes());
}

/// Returns the lab, which accepts by name what it uses and what is not modelled. What else `check` says about it is told.
fn checked(network: &Network, with_secrets: bool) -> String {
    let mut options = lab::Options { with_secrets, ..lab::Options::default() };
    let text = lab::write(network, &options);
    let Err(problems) = load(&text) else { return text };
    for problem in problems.items() {
        if let Some(name) = problem.name_of_not_modelled() {
            let one = (name.to_owned(), problem.message().to_owned());
            if !options.accept.contains(&one) {
                options.accept.push(one);
            }
        }
    }
    options.accept.sort();
    let text = lab::write(network, &options);
    if let Err(problems) = load(&text) {
        let errors = problems.items().iter().filter(|problem| problem.severity() != Severity::Warning);
        for problem in errors.take(PROBLEMS_MAX) {
            let place = problem.span().map(|span| problems.sources().location(span).line);
            let place = place.map_or_else(String::new, |line| format!("line {line} of the lab: "));
            let rendered = problem.render(problems.sources(), false);
            let message = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ");
            let _ = writeln!(io::stderr(), "warning: {place}{message}: `ewcsim check` will refuse it");
        }
    }
    text
}

/// Loads a lab as a scenario that extends it would.
fn load(text: &str) -> Result<(), Diagnostics> {
    let files = MemoryFiles::default().with("lab.yaml", text.as_bytes());
    load_lab(Path::new("lab.yaml"), &files, &Choices::default(), "").map(|_| ())
}

/// Reads all files; of a directory those below it, sorted by name.
fn inputs(paths: &[PathBuf], out: Option<&Path>) -> io::Result<Vec<Input>> {
    let out = out.and_then(|path| fs::canonicalize(path).ok());
    let mut files = Vec::new();
    for path in paths {
        let known = fs::metadata(path).map_err(|error| with_path(path, error))?;
        if known.is_dir() {
            below(path, DEPTH_MAX, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    // The lab of an earlier call is no output of a network.
    files.retain(|path| out.is_none() || fs::canonicalize(path).ok() != out);
    let mut left = FILES_MAX;
    let mut inputs = Vec::new();
    for path in files {
        let bytes = read(&path, left).map_err(|error| with_path(&path, error))?;
        left -= bytes.len();
        inputs.push(Input { name: path.display().to_string(), bytes });
    }
    Ok(inputs)
}

fn below(directory: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = fs::read_dir(directory).map_err(|error| with_path(directory, error))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    for path in paths {
        // A link could lead anywhere, and around.
        let kind = path.symlink_metadata().map_err(|error| with_path(&path, error))?.file_type();
        if kind.is_dir() && depth > 0 {
            below(&path, depth - 1, files)?;
        } else if kind.is_file() {
            if files.len() == PATHS_MAX {
                return Err(io::Error::other(format!("more than {PATHS_MAX} files; name fewer")));
            }
            files.push(path);
        }
    }
    Ok(())
}

/// Reads a file of at most [`FILE_MAX`] bytes.
fn read(path: &Path, left: usize) -> io::Result<Vec<u8>> {
    let most = FILE_MAX.min(left);
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        let limit = if most < FILE_MAX { "all files together are" } else { "it is" };
        return Err(io::Error::other(format!(
            "{limit} longer than {} MiB",
            if most < FILE_MAX { FILES_MAX } else { FILE_MAX } >> 20
        )));
    }
    Ok(bytes)
}
