//! `ewcsim run`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use engine::Capture;
use scenario::{Choices, Faults, Scenario};
use text::durations::short;

use super::load::load_one;
use super::{Format, RunArgs, color_on_stdout, complain, complain_with_help, print, trace};
use crate::clock::WallClock;
use crate::ending::Ending;
use crate::out::OutLock;
use crate::pending::Pending;
use crate::progress::Progress;
use crate::report::{CAPTURE, RunReport, human, with_path, write_files_with};
use crate::verdict::{Asked, EngineName, Finished, Options, run as run_prepared};
use crate::world::{all_show_commands, full_show_command};

/// The number of bytes of a capture that are written at a time.
const CAPTURE_BUFFER: usize = 1 << 20;

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
    capture: Option<(Pending, Broken)>,
    _lock: OutLock,
}

/// The first error of a capture, if it has one.
type Broken = Arc<Mutex<Option<io::Error>>>;

impl Out {
    /// Creates the directory, and the capture in it.
    fn prepare(directory: &Path, pcap: bool) -> io::Result<Self> {
        let lock = OutLock::take(directory)?;
        let path = directory.join(CAPTURE);
        let capture =
            pcap.then(|| Pending::create(&path).map_err(|error| with_path(&path, error))).transpose()?;
        let capture = capture.map(|pending| (pending, Broken::default()));
        Ok(Self { directory: directory.to_owned(), capture, _lock: lock })
    }

    /// Returns the capture of the run.
    fn capture(&self, scenario: &Scenario) -> io::Result<Option<Capture>> {
        let Some((pending, broken)) = &self.capture else { return Ok(None) };
        let file = BufWriter::with_capacity(CAPTURE_BUFFER, pending.handle()?);
        let epoch_ns = WallClock::new(scenario.start).epoch_ns();
        Ok(Some(Capture::new(Recorder { file, broken: Arc::clone(broken) }, epoch_ns)))
    }

    /// Writes the files of the run. If the capture could not be written, none of them is.
    fn write(self, scenario: &Scenario, finished: &Finished) -> io::Result<()> {
        let mut capture = None;
        if let Some((pending, broken)) = self.capture {
            let broken = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
            broken.map_or(Ok(()), Err).map_err(|error| with_path(&self.directory.join(CAPTURE), error))?;
            capture = Some(pending);
        }
        write_files_with(&self.directory, scenario, finished, capture)
    }
}

/// Writes a capture until that fails. The run goes on then: its report does not depend on it.
struct Recorder {
    file: BufWriter<File>,
    broken: Broken,
}

impl Recorder {
    fn note(&self, result: io::Result<()>) {
        if let Err(error) = result {
            self.broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    fn is_broken(&self) -> bool {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_broken() {
            let written = self.file.write_all(bytes);
            self.note(written);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.is_broken() {
            let flushed = self.file.flush();
            self.note(flushed);
        }
        Ok(())
    }
}
