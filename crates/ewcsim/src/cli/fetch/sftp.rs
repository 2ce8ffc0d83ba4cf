//! Fetches a file over SFTP.

mod words;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::Duration;

use ewc::Settings;
use fetch::sftp::{FetchError, Path, Refusal, Step, Transfer, transfer};
use host::real::RealHost;
use text::{printable, printable_of_peer};

use super::super::{FetchArgs, complain, complain_with_help, note};
use super::output::Output;
use super::password::{NoPassword, VARIABLE, password};
use super::watch::{Arriving, Received, run};
use crate::ending::Ending;

/// The number of outstanding READs, as in OpenSSH's client. One at a time, with pauses, is only the controller's pace.
const READS: usize = 64;

/// The time for closing the session. The result has been printed by then.
const GOODBYE: Duration = Duration::from_secs(3);

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
    let received = Received::from_now(&host);
    let file = RefCell::new(Arriving::new(output, &received));
    let host_key = RefCell::new(None);
    let took = |step: Step<'_>| {
        let is_taken = match step {
            Step::HostKey(key) => {
                host_key.replace(Some(format!("{} {}", key.algorithm(), key.fingerprint())));
                true
            }
            Step::Found(size) => file.borrow_mut().announce(size),
            Step::Data(data) => file.borrow_mut().take(data),
        };
        if is_taken { Ok(()) } else { Err(Refusal::NotKept) }
    };
    let fetching = transfer(&host, request, took);
    run(&received, server, fetching, |(fetched, goodbye)| {
        let (mut file, host_key) = (file.borrow_mut(), host_key.borrow());
        let host_key = host_key.as_deref();
        let ending = match fetched {
            Ok(transfer) => file.finish(args, server, transfer.bytes, details(&transfer, host_key)),
            Err(error) => {
                file.complain(server).unwrap_or_else(|| failed(server, user, path, &error, &waits, host_key))
            }
        };
        (ending, goodbye.say(GOODBYE))
    })
}

/// Returns the lines of the report that SFTP has.
fn details(transfer: &Transfer, host_key: Option<&str>) -> Vec<(&'static str, String)> {
    vec![
        ("server", printable_of_peer(&transfer.server_identification)),
        ("host key", host_key.unwrap_or_default().to_owned()),
    ]
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
