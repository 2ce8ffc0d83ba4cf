//! A file over SFTP.

mod words;

use std::net::SocketAddr;
use std::time::Duration;

use ewc::Settings;
use ewc::client::sftp::{FetchError, Path, Refusal, Request, Step, Transfer, fetch as fetch_file};
use host::Host;
use host::real::{self, RealHost};
use sha2::{Digest, Sha256};

use super::super::{Exit, FetchArgs, complain, complain_with_help, note};
use super::output::Output;
use super::password::{NoPassword, VARIABLE, password};
use super::report::{Report, printable};
use super::watch::{Received, watch};
use crate::report::numbers::grouped;

/// READs under way at a time, as OpenSSH's client has them. The controller's one at a time is its own pace, as are its pauses.
const READS: usize = 64;

/// Fetches `path` and says what came of it.
pub(super) fn fetch(args: &FetchArgs, server: SocketAddr, user: &str, path: &Path) -> Exit {
    let password = match password(&printable(&user), &server.to_string()) {
        Ok(password) => password,
        Err(problem @ NoPassword::Nowhere) => {
            let help = format!("put it into the environment variable {VARIABLE}, or call this on a terminal");
            return complain_with_help(&problem.to_string(), &help);
        }
        Err(problem) => return complain(&problem.to_string()),
    };
    let mut output = match Output::open(args.output.as_deref()) {
        Ok(output) => output,
        Err(error) => return complain(&error.to_string()),
    };
    let mut request = Request::new(server, user, password, path.clone(), &Settings::default().sftp);
    request.reads.outstanding = READS;
    request.reads.rate = None;
    request.key_exchange_time = Duration::ZERO;
    let waits = words::Waits { connect: request.connect_timeout, stall: request.stall_timeout };
    let host = RealHost::new("fetch", 1);
    let mut sum = Sha256::new();
    let received = Received::default();
    let (mut broken, mut host_key) = (None, None);
    let took = |step: Step<'_>| {
        match step {
            Step::HostKey(key) => host_key = Some(format!("{} {}", key.algorithm(), key.fingerprint())),
            Step::Found(size) => received.total.set(size),
            Step::Data(data) => {
                sum.update(data);
                received.bytes.set(received.bytes.get() + data.len() as u64);
                if let Err(error) = output.write(data) {
                    broken = Some(error);
                    return Err(Refusal::NotKept);
                }
            }
        }
        Ok(())
    };
    let began = host.now();
    let outcome = real::run(async {
        tokio::select! {
            // Signals first: once it is under way, it ends well.
            biased;
            () = real::interrupted() => None,
            fetched = fetch_file(&host, request, took) => Some(fetched),
            () = watch(&host, &received, server) => None,
        }
    });
    let time = host.now().saturating_sub(began);
    let transfer: Transfer = match outcome {
        Err(error) => return complain(&format!("cannot wait for packets: {error}")),
        Ok(None) => {
            note(&format!("interrupted after {} bytes; nothing is kept", grouped(received.bytes.get())));
            return Exit::Interrupted;
        }
        Ok(Some(Err(error))) => {
            return match broken {
                Some(error) => complain(&output.named(error).to_string()),
                None => failed(server, user, path, &error, &waits, host_key.as_deref()),
            };
        }
        Ok(Some(Ok(transfer))) => transfer,
    };
    if let Err(error) = output.keep() {
        return complain(&error.to_string());
    }
    let report = Report {
        url: &args.url,
        from: server.to_string(),
        bytes: transfer.bytes,
        time,
        sha256: sum.finalize().into(),
        details: vec![("server", transfer.server_identification), ("host key", host_key.unwrap_or_default())],
        output: args.output.as_deref(),
    };
    report.print()
}

/// Says why there is no file, and what to try.
fn failed(
    server: SocketAddr,
    user: &str,
    path: &Path,
    error: &FetchError,
    waits: &words::Waits,
    host_key: Option<&str>,
) -> Exit {
    let (message, help) = words::explain(server, user, path, error, waits);
    complain_with_help(&message, &help);
    if let (FetchError::Denied { .. }, Some(key)) = (error, host_key) {
        note(&format!("the server showed the host key {key}"));
    }
    Exit::Failed
}
