//! Fetches a file over TFTP.

mod words;

use std::cell::RefCell;
use std::future::ready;
use std::net::SocketAddr;
use std::time::Duration;

use ewc::Settings;
use fetch::tftp::{FetchError, Refusal, Request, Step, Transfer, fetch as fetch_file};
use host::real::{self, RealHost};
use tftp::{ErrorCode, Options, Text};

use super::super::{FetchArgs, complain, complain_with_help, note, unspecified};
use super::output::Output;
use super::watch::{Arriving, Received, run};
use crate::ending::Ending;
use text::numbers::{count, grouped};

/// Fetches `path` and prints the result.
pub(super) fn fetch(args: &FetchArgs, server: SocketAddr, path: &Text) -> Ending {
    let output = match Output::open(args.output.as_deref()) {
        Ok(output) => output,
        Err(error) => return complain(&error.to_string()),
    };
    let request = request(args, server, path);
    let (asked, total_wait) = (request.config.options(), request.config.schedule.total());
    let host = RealHost::new("fetch", 1).hearing_refusals();
    let received = Received::from_now(&host);
    let file = RefCell::new(Arriving::new(output, &received));
    let took = |step: Step<'_>| {
        let refusal = |message: &str| Refusal { code: ErrorCode::DISK_FULL, message: message.into() };
        match step {
            Step::Accepted(terms) if !file.borrow_mut().announce(terms.size) => Err(refusal("too large")),
            Step::Data(block) if !file.borrow_mut().take(block) => Err(refusal("cannot be written")),
            Step::Accepted(_) | Step::Data(_) => Ok(()),
        }
    };
    let fetching = fetch_file(&host, request, took);
    run(&received, server, fetching, |fetched| {
        let mut file = file.borrow_mut();
        let ending = match fetched {
            Ok(transfer) => file.finish(args, transfer.peer, transfer.bytes, details(&transfer, &asked)),
            Err(error) => file.complain(server).unwrap_or_else(|| failed(path, server, &error, total_wait)),
        };
        (ending, ready(()))
    })
}

/// Returns the lines of the report that TFTP has.
fn details(transfer: &Transfer, asked: &Options) -> Vec<(&'static str, String)> {
    let blocks = count(transfer.blocks as usize, "block");
    vec![
        ("options", words::options(&transfer.terms.options, asked)),
        ("packets", format!("{blocks}, {} retransmitted", grouped(transfer.repeats))),
    ]
}

/// Builds the request from the command line; it also asks for the file's size.
fn request(args: &FetchArgs, server: SocketAddr, file: &Text) -> Request {
    let local = SocketAddr::new(unspecified(server.ip()), 0);
    let mut request = Settings::default().tftp_request(local, server, file.clone());
    request.config.tsize = true;
    request.config.blksize = args.blksize;
    request.config.windowsize = args.windowsize.map(|window| {
        let block = usize::from(args.blksize.unwrap_or(tftp::BLOCK_SIZE_DEFAULT)) + 4;
        // If the system does not report it, the user's value stands.
        let kept = real::datagrams_kept(block).unwrap_or(usize::MAX).max(1);
        let fits = u16::try_from(kept).unwrap_or(u16::MAX);
        if window > fits {
            note(&format!(
                "requesting a window of {fits} blocks instead of {window}: more would not fit in the receive buffer \
that this system grants (Linux: net.core.rmem_max)"
            ));
        }
        window.min(fits)
    });
    request
}

/// Prints why the fetch failed, and what to try.
fn failed(file: &Text, server: SocketAddr, error: &FetchError, patience: Duration) -> Ending {
    let (message, help) = words::explain(file, server, error, patience);
    let exit = complain_with_help(&message, &help);
    match error {
        // This machine cannot provide such a socket: the command cannot be carried out.
        FetchError::Socket(_) => exit,
        _ => Ending::Failed,
    }
}
