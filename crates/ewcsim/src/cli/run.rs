//! `ewcsim run`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use engine::Capture;
use scenario::{Choices, DiskFiles};
use text::durations::short;

use super::{Format, RunArgs, color_on_stderr, color_on_stdout, complain, complain_with_help, print, trace};
use crate::clock::WallClock;
use crate::ending::Ending;
use crate::progress::Progress;
use crate::report::{RunReport, human, with_path, write_files};
use crate::verdict::{Asked, EngineName, Options, run as run_prepared};
use crate::world::{all_show_commands, full_show_command, load_with};

/// The number of bytes of a capture that are written at a time.
const CAPTURE_BUFFER: usize = 1 << 20;

/// Runs the scenario and prints the result.
pub(super) fn run(args: &RunArgs) -> Ending {
    let show = match args.show.iter().map(|text| asked(text)).collect::<Result<Vec<Asked>, String>>() {
        Ok(show) => show,
        Err(error) => return complain(&error),
    };
    let verbose = args.verbose.verbose;
    let choices = Choices { seed: args.seed, set: args.set.set.clone() };
    let prepared = match load_with(&args.scenario, &DiskFiles, &choices) {
        Ok(prepared) => prepared,
        Err(diagnostics) => {
            let _ = write!(io::stderr(), "{}", diagnostics.verbose(verbose).render(color_on_stderr()));
            return Ending::InvalidInput;
        }
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
    let warnings = scenario.diagnostics(prepared.warnings.clone()).verbose(verbose).render(color_on_stderr());
    let _ = write!(io::stderr(), "{warnings}");
    let capture = match args.out.as_deref().map(|out| prepare_out(out, args.pcap, scenario)) {
        None => None,
        Some(Ok(capture)) => capture,
        Some(Err(error)) => return complain(&error.to_string()),
    };
    if let Some(filter) = &args.trace {
        trace::start(filter);
    }
    let stop = Arc::new(AtomicBool::new(false));
    super::stop_on_signal(&stop);
    let options = Options { engine: args.engine.kind(scenario), capture, show: show.clone() };
    let result = run_prepared(&prepared, options, &mut Progress::on_terminal(), &stop);
    let finished = match result {
        Ok(finished) => finished,
        Err(error) => return complain(&error.to_string()),
    };
    if let Some(out) = &args.out
        && let Err(error) = write_files(out, scenario, &finished)
    {
        return complain(&error.to_string());
    }
    let text = match args.format {
        Format::Human => human(scenario, &finished, &show, color_on_stdout()),
        Format::Json => {
            let report = RunReport::new(scenario, &finished);
            serde_json::to_string_pretty(&report).expect("reports serialize") + "\n"
        }
    };
    let printed = print(&text);
    if printed == Ending::Passed { finished.verdict().into() } else { printed }
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

/// Creates the directory, and the capture in it, before the run: a full disk or a wrong path should not cost a run.
fn prepare_out(out: &Path, pcap: bool, scenario: &scenario::Scenario) -> io::Result<Option<Capture>> {
    std::fs::create_dir_all(out).map_err(|error| with_path(out, error))?;
    if !pcap {
        return Ok(None);
    }
    let path = out.join("capture.pcapng");
    let file = File::create(&path).map_err(|error| with_path(&path, error))?;
    let epoch_ns = WallClock::new(scenario.start).epoch_ns();
    Ok(Some(Capture::new(BufWriter::with_capacity(CAPTURE_BUFFER, file), epoch_ns)))
}
