//! `--trace`: logs internals to standard error.

use std::fmt;
use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// Checks a filter given as an argument, and returns it.
///
/// # Errors
/// The filter is not valid.
pub(super) fn filter(text: &str) -> Result<String, String> {
    parse(text).map(|_| text.to_owned())
}

/// Prints everything that passes the filter from now on, including the logs of libraries.
pub(super) fn start(filter: &str) {
    let filter = parse(filter).expect("checked as an argument");
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_timer(Stamp)
        .with_ansi(false)
        .with_writer(io::stderr)
        .try_init()
        .expect("a command starts to trace once");
}

fn parse(text: &str) -> Result<EnvFilter, String> {
    let example = "write TARGET=LEVEL, such as network=debug,capwap=trace";
    EnvFilter::builder().parse(text).map_err(|error| format!("{error}; {example}"))
}

/// Simulated seconds since the start of the run, and the host concerned.
struct Stamp;

impl FormatTime for Stamp {
    fn format_time(&self, to: &mut Writer<'_>) -> fmt::Result {
        match host::context::current() {
            Some((now, host)) => {
                write!(to, "{}.{:09} {}", now.as_secs(), now.subsec_nanos(), host.as_deref().unwrap_or("-"))
            }
            None => to.write_str("- -"),
        }
    }
}
