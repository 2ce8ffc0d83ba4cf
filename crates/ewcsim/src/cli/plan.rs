//! `ewcsim plan`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use planner::{Branches, PlanVerdict, branches};

use super::duration::duration;
use super::{AllowArgs, SetArgs, color_on_stderr, color_on_stdout, complain, complain_with_help, print};
use crate::ending::Ending;
use crate::pending::{Pending, write_whole};
use crate::progress::Progress;
use crate::rehearsal::{Plan, PlanError, Request, Way, plan as rehearse, shared_servers};
use crate::report::path_word;

/// The largest file of facts that is read.
const FACTS_MAX: u64 = 64 << 10;

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// The lab, a YAML file: the network as it is before the night; of several, one table is printed
    #[arg(required = true, value_name = "LAB")]
    labs: Vec<PathBuf>,
    /// The image set to which the network is taken; the only one that nobody runs, if it is left out
    #[arg(long, value_name = "IMAGESET")]
    to: Option<String>,
    /// The number of nights to rehearse, with what is not known drawn anew in each
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    seeds: u64,
    /// The length of the window, from the first command on
    #[arg(long, value_name = "D", default_value = "4h", value_parser = window)]
    window: Duration,
    /// The beginning of the window, as in 2026-03-05T22:00:00Z; that of the lab, if it states one
    #[arg(long, value_name = "TIME", value_parser = start)]
    start: Option<Timestamp>,
    /// Also rehearse other ways: tftp, tftp:BLOCKSIZE, sftp, local, local:BLOCKSIZE, window:N
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    compare: Vec<Way>,
    /// Also write the plan as a page, one HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Also write the scenario of the nights, beside the lab: `ewcsim run FILE --seed N` repeats night N
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Values that were measured, such as on a pilot access point: a file with lines `KEY: VALUE`
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// The number of nights that are rehearsed at a time; the number of processors, if it is left out
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = PlanFormat::Human)]
    format: PlanFormat,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    /// For people
    Human,
    /// For a ticket
    Markdown,
    /// For programs: everything
    Json,
    /// For spreadsheets: the access points
    Csv,
}

fn window(text: &str) -> Result<Duration, &'static str> {
    let wrong = "write a duration, such as 4h or 90m: more than zero, and at most 7d";
    let window = duration(text).map_err(|_| wrong)?;
    let is_fit = window >= Duration::from_secs(60) && window <= Duration::from_secs(7 * 86_400);
    if is_fit { Ok(window) } else { Err(wrong) }
}

fn start(text: &str) -> Result<Timestamp, &'static str> {
    text.parse().map_err(|_| "write a time such as 2026-03-05T22:00:00Z")
}

/// Rehearses the nights, and prints the answer.
pub(super) fn plan(args: &PlanArgs) -> Ending {
    let facts = match args.catalogue.as_ref().map(facts).transpose() {
        Ok(facts) => facts.unwrap_or_default(),
        Err(ending) => return ending,
    };
    let (Some(lab), several) = (args.labs.first(), args.labs.len() > 1) else {
        return complain("no lab");
    };
    if several && let Some(option) = for_one_lab(args) {
        return complain_with_help(
            &format!("`{option}` is for one lab"),
            "plan each of them by itself for it",
        );
    }
    // A path at which nothing can be written should not cost the rehearsal.
    let page = match args.html.as_deref().map(Pending::create).transpose() {
        Ok(page) => page,
        Err(error) => return complain(&format!("cannot write the page: {error}")),
    };
    if let Some(file) = args.scenario.as_deref().filter(|file| directory(file) != directory(lab)) {
        let message = format!("`--scenario {}` is not in the directory of the lab", file.display());
        return complain_with_help(&message, "the scenario extends the lab: write it beside it");
    }
    let stop = Arc::new(AtomicBool::new(false));
    super::stop_on_signal(&stop);
    let plans: Result<Vec<Plan>, Ending> =
        args.labs.iter().map(|lab| one(args, lab, &facts, &stop)).collect();
    let plans = match plans {
        Ok(plans) => plans,
        Err(ending) => return ending,
    };
    if several {
        let shared = shared_servers(&plans);
        let all = Branches::new(plans.into_iter().map(|plan| plan.answer).collect(), shared);
        let text = if args.format == PlanFormat::Json { json(&all) } else { branches(&all) };
        return print(&text).max(ending(all.verdict));
    }
    let Some(Plan { answer, scenario, .. }) = plans.into_iter().next() else { return Ending::InternalError };
    let text = match args.format {
        PlanFormat::Human => planner::human(&answer, color_on_stdout()),
        PlanFormat::Markdown => planner::markdown(&answer),
        PlanFormat::Json => json(&answer),
        PlanFormat::Csv => planner::csv(&answer),
    };
    let printed = print(&text);
    let kept = args.scenario.as_ref().map_or(Ok(()), |file| write_whole(file, scenario.as_bytes()));
    let kept = kept
        .map_or_else(|error| complain(&format!("cannot write the scenario: {error}")), |()| Ending::Passed);
    let written = page.map_or(Ok(()), |page: Pending| {
        page.handle()?.write_all(planner::page(&answer).as_bytes())?;
        page.keep()
    });
    let written = written
        .map_or_else(|error| complain(&format!("cannot write the page: {error}")), |()| Ending::Passed);
    written.max(kept).max(printed).max(ending(answer.verdict))
}

/// Returns the first option that has a meaning for one lab only.
fn for_one_lab(args: &PlanArgs) -> Option<&'static str> {
    match args.format {
        PlanFormat::Markdown => return Some("--format markdown"),
        PlanFormat::Csv => return Some("--format csv"),
        PlanFormat::Human | PlanFormat::Json => {}
    }
    args.html.as_ref().map(|_| "--html").or(args.scenario.as_ref().map(|_| "--scenario"))
}

/// Plans the night of one lab; if there is no answer, tells why.
fn one(args: &PlanArgs, lab: &Path, facts: &[(String, String)], stop: &AtomicBool) -> Result<Plan, Ending> {
    let allowed = args.allow.allowed(&[lab.to_owned()])?;
    let request = Request {
        lab: lab.to_owned(),
        to: args.to.clone(),
        seeds: args.seeds,
        window: args.window,
        start: args.start,
        compare: args.compare.clone(),
        set: args.set.set.clone(),
        facts: facts.to_vec(),
        jobs: args.jobs.map(usize::from),
        again: again(args, lab),
    };
    let planned = rehearse(&request, &allowed.files(lab), &mut Progress::on_terminal(), stop);
    planned.map_err(|error| match error {
        PlanError::Lab(problems) => {
            let _ = write!(io::stderr(), "{}", problems.render(color_on_stderr()));
            Ending::InvalidInput
        }
        PlanError::Call { message, help } => {
            complain_with_help(&format!("{}: {message}", lab.display()), &help)
        }
        PlanError::Interrupted => {
            let _ =
                writeln!(io::stderr(), "interrupted: not all nights were rehearsed, so there is no answer");
            Ending::Interrupted
        }
    })
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("answers serialize") + "\n"
}

fn directory(file: &Path) -> PathBuf {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    directory.canonicalize().unwrap_or_else(|_| directory.to_owned())
}

fn ending(verdict: PlanVerdict) -> Ending {
    match verdict {
        PlanVerdict::Yes => Ending::Passed,
        PlanVerdict::CannotTell => Ending::Inconclusive,
        PlanVerdict::AtRisk | PlanVerdict::No => Ending::Failed,
    }
}

/// Reads a file of facts. Their keys and values are checked with the lab.
fn facts(path: &PathBuf) -> Result<Vec<(String, String)>, Ending> {
    let shown = path.display();
    let size = std::fs::metadata(path).map_err(|error| complain(&format!("{shown}: {error}")))?.len();
    if size > FACTS_MAX {
        return Err(complain(&format!("{shown}: {size} bytes, more than the limit of {FACTS_MAX}")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| complain(&format!("{shown}: {error}")))?;
    let mut facts = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') || line == "catalogue:" {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            let place = format!("{shown}:{}", number + 1);
            return Err(complain_with_help(
                &format!("{place}: `{line}` is not a fact"),
                "write `ewc.sftp.rate: 2MB/s`",
            ));
        };
        let value = value.trim().trim_matches('"');
        let known = catalogue::Catalogue::builtin().with_override(key.trim(), value);
        if let Err(error) = known {
            return Err(complain(&format!("{shown}:{}: {error}", number + 1)));
        }
        facts.push((key.trim().to_owned(), value.to_owned()));
    }
    Ok(facts)
}

/// Returns the command that repeats the plan, without parameters: those may be passwords, which only the lab tells.
fn again(args: &PlanArgs, lab: &Path) -> String {
    let word = |text: &str| path_word(text);
    let mut words = vec!["ewcsim plan".to_owned(), word(&lab.to_string_lossy())];
    words.extend(args.to.iter().map(|to| format!("--to {}", word(to))));
    words.push(format!("--seeds {}", args.seeds));
    words.push(format!("--window {}", text::durations::short(args.window)));
    words.extend(args.start.iter().map(|start| format!("--start {start}")));
    if !args.compare.is_empty() {
        let ways: Vec<String> = args.compare.iter().map(ToString::to_string).collect();
        words.push(format!("--compare {}", ways.join(",")));
    }
    let path = |option: &str, path: &PathBuf| format!("{option} {}", word(&path.to_string_lossy()));
    words.extend(args.catalogue.iter().map(|file| path("--catalogue", file)));
    words.extend(args.allow.allow_read.iter().map(|allowed| path("--allow-read", allowed)));
    words.join(" ")
}
