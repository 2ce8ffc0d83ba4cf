//! A file over TFTP.

mod words;

use std::net::SocketAddr;
use std::time::Duration;

use ewc::Settings;
use ewc::client::tftp::{FetchError, Refusal, Request, Step, Transfer, fetch as fetch_file};
use host::Host;
use host::real::{self, RealHost};
use sha2::{Digest, Sha256};
use tftp::{ErrorCode, Text};

use super::super::{Exit, FetchArgs, complain, complain_with_help, note, unspecified};
use super::output::Output;
use super::report::Report;
use super::watch::{Received, watch};
use crate::report::numbers::{count, grouped};

/// Fetches `file` and says what came of it.
pub(super) fn fetch(args: &FetchArgs, server: SocketAddr, file: &Text) -> Exit {
    let mut output = match Output::open(args.output.as_deref()) {
        Ok(output) => output,
        Err(error) => return complain(&error.to_string()),
    };
    let request = request(args, server, file);
    let (asked, total_wait) = (request.config.options(), request.config.schedule.total());
    let host = RealHost::new("fetch", 1).hearing_refusals();
    let mut sum = Sha256::new();
    let received = Received::default();
    let mut broken = None;
    let took = |step: Step<'_>| {
        match step {
            Step::Accepted(terms) => received.total.set(terms.size),
            Step::Data(block) => {
                sum.update(block);
                received.bytes.set(received.bytes.get() + block.len() as u64);
                if let Err(error) = output.write(block) {
                    broken = Some(error);
                    return Err(Refusal { code: ErrorCode::DISK_FULL, message: "cannot be written".into() });
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
                None => failed(file, server, &error, total_wait),
            };
        }
        Ok(Some(Ok(transfer))) => transfer,
    };
    if let Err(error) = output.keep() {
        return complain(&error.to_string());
    }
    let blocks = count(transfer.blocks as usize, "block");
    let report = Report {
        url: &args.url,
        from: transfer.peer.to_string(),
        bytes: transfer.bytes,
        time,
        sha256: sum.finalize().into(),
        details: vec![
            ("options", words::options(&transfer.terms.options, &asked)),
            ("packets", format!("{blocks}, {} sent again", grouped(transfer.repeats))),
        ],
        output: args.output.as_deref(),
    };
    report.print()
}

/// What is asked for: what the command line says, and the file's size.
fn request(args: &FetchArgs, server: SocketAddr, file: &Text) -> Request {
    let local = SocketAddr::new(unspecified(server.ip()), 0);
    let mut request = Request::new(local, server, file.clone(), &Settings::default());
    request.config.tsize = true;
    request.config.blksize = args.blksize;
    request.config.windowsize = args.windowsize.map(|window| {
        let block = usize::from(args.blksize.unwrap_or(tftp::BLOCK_SIZE_DEFAULT)) + 4;
        // If nobody knows, the caller does.
        let kept = real::datagrams_kept(block).unwrap_or(usize::MAX).max(1);
        let fits = u16::try_from(kept).unwrap_or(u16::MAX);
        if window > fits {
            note(&format!(
                "asking for a window of {fits} blocks instead of {window}: more would not fit into the receive buffer \
that this system grants (Linux: net.core.rmem_max)"
            ));
        }
        window.min(fits)
    });
    request
}

/// Says why there is no file, and what to try.
fn failed(file: &Text, server: SocketAddr, error: &FetchError, patience: Duration) -> Exit {
    let (message, help) = words::explain(file, server, error, patience);
    let exit = complain_with_help(&message, &help);
    match error {
        // No socket of this kind can be had here: the call cannot be carried out.
        FetchError::Socket(_) => exit,
        _ => Exit::Failed,
    }
}
