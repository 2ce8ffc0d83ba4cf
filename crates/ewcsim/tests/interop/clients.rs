//! Clients of other projects.

use crate::interop::support::{Called, Served, call};

/// Runs tftp of tftp-hpa. Its exit code is always 0: errors are in its output.
pub(super) fn tftp_hpa(served: &Served, name: &str, out: &str) -> Called {
    let name = format!("/images/{name}");
    call(
        "tftp",
        served.directory.path(),
        &["-m", "binary", "127.0.0.1", &served.port(), "-c", "get", &name, out],
    )
}

/// Runs atftp with options such as `blksize 1428`.
pub(super) fn atftp(served: &Served, options: &[&str], name: &str, out: &str) -> Called {
    let (name, port) = (format!("/images/{name}"), served.port());
    let mut args = Vec::new();
    for option in options {
        args.extend(["--option", option]);
    }
    args.extend(["--get", "-r", &name, "-l", out, "127.0.0.1", &port]);
    call("atftp", served.directory.path(), &args)
}

/// Runs curl, which requests `tsize`, `blksize` and `timeout` by default.
pub(super) fn curl(served: &Served, options: &[&str], name: &str, out: &str) -> Called {
    let url = served.url(name);
    let mut args = vec!["-sS", "-o", out];
    args.extend(options);
    args.push(&url);
    call("curl", served.directory.path(), &args)
}
