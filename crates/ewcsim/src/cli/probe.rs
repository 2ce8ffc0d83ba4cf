//! `ewcsim probe`: asks a real server for what the plan of a lab needs.

use std::cell::RefCell;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use host::real::{self, RealHost};
use scenario::Choices;
use ssh::Secret;
use text::printable;

use super::duration::duration;
use super::fetch::{NoPassword, VARIABLE, password};
use super::{
    AllowArgs, Format, SetArgs, color_on_stderr, complain, complain_with_help, note, print, socket_address,
};
use crate::ending::Ending;
use crate::lab::load_lab;
use crate::probe::{Access, Asking, Needs, Report, human, probe};

/// The shortest time for an answer: below, a busy server looks silent.
const WAIT_MIN: Duration = Duration::from_millis(100);

#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    /// The lab or scenario, a YAML file; its controller has the image-download profile
    lab: PathBuf,
    /// The name of the server in the lab; by default the one that the profile names
    server: Option<String>,
    /// The image set that the server should have for the plan; by default the one that nobody runs yet
    #[arg(long, value_name = "IMAGESET")]
    to: Option<String>,
    /// Ask this address and port instead of the server's own, such as 127.0.0.1:6969
    #[arg(long, value_name = "ADDR:PORT", value_parser = socket_address)]
    at: Option<SocketAddr>,
    /// Read all files to their end instead of their beginning
    #[arg(long)]
    whole: bool,
    /// The time for each answer of the server
    #[arg(long, value_name = "TIME", default_value = "8s", value_parser = wait)]
    wait: Duration,
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    allow: AllowArgs,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

fn wait(text: &str) -> Result<Duration, &'static str> {
    let wait = duration(text)?;
    if wait < WAIT_MIN { Err("write a duration of at least 100ms, such as 8s") } else { Ok(wait) }
}

/// Probes the server and prints the report.
pub(super) fn run(args: &ProbeArgs) -> Ending {
    let allowed = match args.allow.allowed(std::slice::from_ref(&args.lab)) {
        Ok(allowed) => allowed,
        Err(ending) => return ending,
    };
    let choices = Choices { seed: None, set: args.set.set.clone(), ..Choices::default() };
    let prepared = match load_lab(&args.lab, &allowed.files(&args.lab), &choices, "") {
        Ok(prepared) => prepared,
        Err(diagnostics) => {
            let _ = write!(io::stderr(), "{}", diagnostics.render(color_on_stderr()));
            return Ending::InvalidInput;
        }
    };
    let needs = match Needs::of(&prepared, args.server.as_deref(), args.to.as_deref()) {
        Ok(needs) => needs,
        Err(problem) => return complain_with_help(&problem.message, &problem.help),
    };
    if needs.files.is_empty() {
        return complain_with_help(
            "the plan fetches nothing: all access points have the images that the controller requires",
            "the lab must have access points with another version than the images on the server",
        );
    }
    let server = args.at.unwrap_or(needs.address);
    let password = match secret(&needs, server) {
        Ok(password) => password,
        Err(ending) => return ending,
    };
    let asking = Asking { server, whole: args.whole, wait: args.wait, password };
    let lab = args.lab.display().to_string();
    let report = RefCell::new(Report::new(&printable(&lab), server.to_string(), &needs));
    let host = RealHost::new("probe", 1).hearing_refusals();
    let ended = real::run(async {
        tokio::select! {
            biased;
            () = real::interrupted() => false,
            () = probe(&host, &needs, &asking, &report) => true,
        }
    });
    let report = report.into_inner();
    let printed = match args.format {
        Format::Human => print(&human(&report)),
        Format::Json => print(&(serde_json::to_string_pretty(&report).expect("a report is JSON") + "\n")),
    };
    match ended {
        _ if printed != Ending::Passed => printed,
        Err(error) => complain(&format!("cannot wait for packets: {error}")),
        Ok(false) => {
            note("interrupted; the report is of what was known by then");
            Ending::Interrupted
        }
        Ok(true) if report.is_good() => Ending::Passed,
        Ok(true) => Ending::Failed,
    }
}

/// Returns the password for SFTP: as `fetch` takes it, or else that of the profile in the lab.
fn secret(needs: &Needs, server: SocketAddr) -> Result<Option<Secret>, Ending> {
    let Access::Sftp(login) = &needs.access else { return Ok(None) };
    if std::env::var_os(VARIABLE).is_none()
        && let Some(known) = &login.password
    {
        return Ok(Some(known.clone()));
    }
    match password(&printable(&login.user), &server.to_string()) {
        Ok(password) => Ok(Some(password)),
        Err(problem @ NoPassword::Nowhere) => {
            let help = format!(
                "set the environment variable {VARIABLE}, run this on a terminal, or give the profile of the lab its `sftp-password`"
            );
            Err(complain_with_help(&problem.to_string(), &help))
        }
        Err(problem) => Err(complain(&problem.to_string())),
    }
}
