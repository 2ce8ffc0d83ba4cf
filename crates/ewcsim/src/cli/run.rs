//! `ewcsim run`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use engine::Capture;
use scenario::{Choices, Faults, Scenario};
use text::durations::short;

use super::load::load_one;
use super::{Format, RunArgs, color_on_stdout, complain, complain_with_help, print, trace};
use crate::capture::CaptureFile;
use crate::ending::Ending;
use crate::out::OutLock;
use crate::progress::Progress;
use crate::report::{RunReport, human, write_files_with};
use crate::verdict::{Asked, EngineName, Finished, Options, run as run_prepared};
use crate::world::{all_show_commands, full_show_command};

/// Runs the scenario and prints the result.
pub(super) fn run(args: &RunArgs) -> Ending {
    let show = match args.show.iter().map(|text| asked(text)).collect::<Result<Vec<Asked>, String>>() {
        Ok(show) => show,
        Err(error) => return complain(&error),
    };
    let faults = Faults::swarm(args.swarm);
    let choices = Choices { seed: args.seed, set: args.set.set.clone(), faults };
    let (prepared, allowed) = match load_one(&args.scenario, &choices, &args.allow, args.verbose.verbose) {
        Ok(loaded) => loaded,
        Err(ending) => return ending,
    };
    if args.pcap && args.engine == EngineName::Turmoil {
        let help = "run without `--pcap`, or with `--engine simnet`";
        return complain_with_help(
            "turmoil does not capture packets: its TCP has no segments as on a wire",
            help,
        );
    }
    let scenario = &prepared.scenario;
    if let Some(late) = show.iter().find(|asked| asked.at > Some(scenario.until)) {
        let problem = format!("`--show '{late}'` is after the end of the run");
        return complain_with_help(&problem, &format!("the run ends at {}", short(scenario.until)));
    }
    let stop = Arc::new(AtomicBool::new(false));
    super::stop_on_signal(&stop);
    // A full disk, a wrong path or another writer should not cost a run.
    let out = match args.out.as_deref().map(|out| Out::prepare(out, args.pcap)).transpose() {
        Ok(out) => out,
        Err(error) => return complain(&error.to_string()),
    };
    let capture = match out.as_ref().map(|out| out.capture(scenario)).transpose() {
        Ok(capture) => capture.flatten(),
        Err(error) => return complain(&error.to_string()),
    };
    if let Some(filter) = &args.trace {
        trace::start(filter);
    }
    let options = Options {
        engine: args.engine.kind(scenario),
        capture,
        show: show.clone(),
        allow_read: allowed.to_repeat(&args.scenario),
        // A trace has them all.
        every_packet: args.trace.is_some(),
    };
    let result = run_prepared(&prepared, options, &mut Progress::on_terminal(), &stop);
    let finished = match result {
        Ok(finished) => finished,
        Err(error) => return complain(&error.to_string()),
    };
    // The report is printed even if nothing can be written.
    let written = out.map_or(Ok(()), |out| out.write(scenario, &finished));
    let text = match args.format {
        Format::Human => human(scenario, &finished, &show, color_on_stdout()),
        Format::Json => {
            let report = RunReport::new(scenario, &finished);
            serde_json::to_string_pretty(&report).expect("reports serialize") + "\n"
        }
    };
    let printed = print(&text);
    let written = written.map_or_else(|error| complain(&error.to_string()), |()| Ending::Passed);
    match written.max(printed) {
        Ending::Passed => finished.verdict().into(),
        worse => worse.max(finished.verdict().into()),
    }
}

/// Reads the command, and the time, of `--show`.
fn asked(text: &str) -> Result<Asked, String> {
    let asked = Asked::read(text).map_err(|time| {
        let starred = text::secrets::starred(text);
        format!("`{time}` in `--show '{starred}'` is not a time: write one such as 20m or 1h30m, in whole milliseconds")
    })?;
    let starred = || text::secrets::starred(&asked.command);
    let command = full_show_command(&asked.command).map_err(|error| match error {
        Some(error) => format!("`{}`: {error}", starred()),
        None => {
            format!(
                "no device has the command `{}`; available: {}",
                starred(),
                all_show_commands().join(", ")
            )
        }
    })?;
    Ok(Asked { command, ..asked })
}

/// The directory of `--out`, of which this process is the only writer.
struct Out {
    directory: PathBuf,
    capture: Option<CaptureFile>,
    _lock: OutLock,
}

impl Out {
    /// Creates the directory, and the capture in it.
    fn prepare(directory: &Path, pcap: bool) -> io::Result<Self> {
        let lock = OutLock::take(directory)?;
        let capture = pcap.then(|| CaptureFile::create(directory)).transpose()?;
        Ok(Self { directory: directory.to_owned(), capture, _lock: lock })
    }

    /// Returns the capture of the run.
    fn capture(&self, scenario: &Scenario) -> io::Result<Option<Capture>> {
        self.capture.as_ref().map(|capture| capture.recorder(scenario)).transpose()
    }

    /// Writes the files of the run. If the capture could not be written, none of them is.
    fn write(self, scenario: &Scenario, finished: &Finished) -> io::Result<()> {
        let capture = self.capture.map(CaptureFile::finish).transpose()?;
        write_files_with(&self.directory, scenario, finished, capture)
    }
}
