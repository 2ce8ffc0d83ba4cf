//! Fetches a file over SFTP.

mod words;

use std::net::SocketAddr;
use std::time::Duration;

use ewc::Settings;
use fetch::sftp::{FetchError, Path, Refusal, Step, Transfer, fetch as fetch_file};
use host::real::RealHost;

use super::super::{FetchArgs, complain, complain_with_help, note};
use super::output::Output;
use super::password::{NoPassword, VARIABLE, password};
use super::report::{Report, printable};
use super::watch::{Arriving, Received, run};
use crate::ending::Ending;

/// The number of outstanding READs, as in OpenSSH's client. One at a time, with pauses, is only the controller's pace.
const READS: usize = 64;

/// Fetches `path` and prints the result.
pub(super) fn fetch(args: &FetchArgs, server: SocketAddr, user: &str, path: &Path) -> Ending {
    let password = match password(&printable(&user), &server.to_string()) {
        Ok(password) => password,
        Err(problem @ NoPassword::Nowhere) => {
            let help = format!("set the environment variable {VARIABLE}, or run this on a terminal");
            return complain_with_help(&problem.to_string(), &help);
        }
        Err(problem) => return complain(&problem.to_string()),
    };
    let output = match Output::open(args.output.as_deref()) {
        Ok(output) => output,
        Err(error) => return complain(&error.to_string()),
    };
    let mut request = Settings::default().sftp.request(server, user, password, path.clone());
    request.reads.outstanding = READS;
    request.reads.rate = None;
    request.key_exchange_time = Duration::ZERO;
    let waits = words::Waits { connect: request.connect_timeout, stall: request.stall_timeout };
    let host = RealHost::new("fetch", 1);
    let received = Received::default();
    let mut file = Arriving::new(output, &received);
    let mut host_key = None;
    let took = |step: Step<'_>| {
        match step {
            Step::HostKey(key) => host_key = Some(format!("{} {}", key.algorithm(), key.fingerprint())),
            Step::Found(size) => received.total.set(size),
            Step::Data(data) if !file.take(data) => {
                return Err(Refusal::NotKept);
            }
            Step::Data(_) => {}
        }
        Ok(())
    };
    let (fetched, time) = match run(&host, &received, server, fetch_file(&host, request, took)) {
        Ok(ended) => ended,
        Err(exit) => return exit,
    };
    let transfer: Transfer = match (fetched, file.broken.take()) {
        (Ok(transfer), _) => transfer,
        (Err(_), Some(error)) => return complain(&file.output.named(error).to_string()),
        (Err(error), None) => return failed(server, user, path, &error, &waits, host_key.as_deref()),
    };
    if let Err(error) = file.output.keep() {
        return complain(&error.to_string());
    }
    let report = Report {
        url: &args.url,
        from: server.to_string(),
        bytes: transfer.bytes,
        time,
        sha256: file.sha256(),
        details: vec![("server", transfer.server_identification), ("host key", host_key.unwrap_or_default())],
        output: args.output.as_deref(),
    };
    report.print()
}

/// Prints why the fetch failed, and what to try.
fn failed(
    server: SocketAddr,
    user: &str,
    path: &Path,
    error: &FetchError,
    waits: &words::Waits,
    host_key: Option<&str>,
) -> Ending {
    let (message, help) = words::explain(server, user, path, error, waits);
    complain_with_help(&message, &help);
    if let (FetchError::Denied { .. }, Some(key)) = (error, host_key) {
        note(&format!("the server presented the host key {key}"));
    }
    Ending::Failed
}
