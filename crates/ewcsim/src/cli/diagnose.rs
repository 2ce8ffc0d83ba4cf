//! `ewcsim diagnose`.

use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};

use super::{AllowArgs, SetArgs, color_on_stderr, complain, complain_with_help, print};
use crate::diagnose::{DiagnoseError, Diagnosis, Lab, Request, diagnose as explain, human, markdown};
use crate::ending::Ending;
use crate::out::OutLock;
use crate::pending::write_whole;
use crate::pool::processors;
use crate::progress::Progress;
use crate::report::with_path;

/// The most files of one call, and the most bytes of one file.
const FILES_MAX: usize = 200;
const FILE_MAX: u64 = 64 << 20;

#[derive(Debug, Args)]
#[command(after_help = "Example: ewcsim diagnose ap-console.log controller-syslog.txt")]
pub(super) struct DiagnoseArgs {
    /// Logs of the same failure: consoles of access points, the controller's log, logs of TFTP and SFTP servers
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// The lab that the logs are of: the causes are brought about on it, and not on small networks
    #[arg(long, value_name = "LAB")]
    lab: Option<PathBuf>,
    /// Also write what the times of the logs say of the pace of the network: facts for `plan --catalogue`
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Also write, for each cause, the scenario that reproduces it, below this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The number of scenarios that are run at a time; the number of processors, if it is left out
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = DiagnoseFormat::Human)]
    format: DiagnoseFormat,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiagnoseFormat {
    /// For people
    Human,
    /// For a ticket
    Markdown,
    /// For programs: everything
    Json,
}

/// Reads the logs, compares them with runs of the known causes, and prints the answer.
pub(super) fn diagnose(args: &DiagnoseArgs) -> Ending {
    if args.logs.len() > FILES_MAX {
        return complain(&format!("more than {FILES_MAX} logs"));
    }
    let files: Result<Vec<(String, Vec<u8>)>, std::io::Error> =
        args.logs.iter().map(|path| read_log(path).map_err(|error| with_path(path, error))).collect();
    let files = match files {
        Ok(files) => files,
        Err(error) => return complain(&format!("cannot read {error}")),
    };
    let stop = Arc::new(AtomicBool::new(false));
    super::stop_on_signal(&stop);
    let jobs = args.jobs.map_or_else(processors, usize::from);
    let allowed = match args.allow.allowed(args.lab.as_slice()) {
        Ok(allowed) => allowed,
        Err(ending) => return ending,
    };
    let lab_files = args.lab.as_deref().map(|lab| allowed.files(lab));
    let lab = match args.lab.as_deref().zip(lab_files.as_ref()) {
        Some((path, files)) => match Lab::read(path, files, args.set.set.clone()) {
            Ok(lab) => Some(lab),
            Err(problems) => {
                let _ = write!(io::stderr(), "{}", problems.render(color_on_stderr()));
                return Ending::InvalidInput;
            }
        },
        None => None,
    };
    let request = Request { files: &files, lab, jobs };
    let diagnosis = match explain(request, &mut Progress::on_terminal(), &stop) {
        Ok(diagnosis) => diagnosis,
        Err(DiagnoseError::Interrupted) => {
            super::note("interrupted before there was an answer");
            return Ending::Interrupted;
        }
        Err(DiagnoseError::Limit(limit)) => {
            return complain_with_help(&limit.to_string(), "give the part of the logs around the failure");
        }
    };
    let facts = args.catalogue.as_deref().map_or(Ok(()), |path| {
        write_whole(path, diagnosis.fitted.catalogue(&diagnosis.files).as_bytes())
            .map_err(|error| with_path(path, error))
    });
    let written = facts.and_then(|()| args.out.as_deref().map_or(Ok(()), |out| write(out, &diagnosis)));
    let printed = print(&match args.format {
        DiagnoseFormat::Human => human(&diagnosis),
        DiagnoseFormat::Markdown => markdown(&diagnosis),
        DiagnoseFormat::Json => serde_json::to_string_pretty(&diagnosis).expect("an answer is JSON") + "\n",
    });
    let written =
        written.map_or_else(|error| complain(&format!("cannot write {error}")), |()| Ending::Passed);
    let known = if diagnosis.causes.is_empty() { Ending::Inconclusive } else { Ending::Passed };
    written.max(printed).max(known)
}

/// Reads a log: its name, and its bytes.
pub(super) fn read_log(path: &Path) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::Error::new(std::io::ErrorKind::IsADirectory, "is a directory"));
    }
    file.take(FILE_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "more than 64 MiB"));
    }
    Ok((path.display().to_string(), bytes))
}

/// Writes the scenarios, and the files that they name.
fn write(out: &Path, diagnosis: &Diagnosis) -> std::io::Result<()> {
    let _lock = OutLock::take(out)?;
    for cause in &diagnosis.causes {
        let Some(text) = &cause.reproduction else { continue };
        let path = out.join(format!("{}.yaml", cause.cause));
        write_whole(&path, text.as_bytes()).map_err(|error| with_path(&path, error))?;
        for (name, content) in &cause.beside {
            let path = out.join(name);
            write_whole(&path, content.as_bytes()).map_err(|error| with_path(&path, error))?;
        }
    }
    Ok(())
}
