//! A small scenario for unit tests: two access points, a TFTP and an SFTP server, a link and a controller.

use std::path::Path;

use scenario::{Diagnostics, MemoryFiles, Scenario};

use crate::world::{Prepared, load};

pub(crate) const SMALL: &str = "\
scenario: Small
start: 2024-03-05T22:00:00Z
until: 30m
images:
  new: { ap: 17.9.4.27, files: { ap1g7: 512000, ap1g8: 512000 } }
network: { links: [{ name: wan, between: [b, ewc] }] }
servers:
  - { name: tftp-1, software: tftpd-hpa, address: 10.0.5.27, files: { /new: new } }
  - { name: sftp-1, software: openssh, address: 10.0.5.28 }
controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }
access_points:
  - { name: b, count: 2, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, backup: 8.10.130.0 }
";

/// Returns the scenario with these lines added.
pub(crate) fn scenario(lines: &str) -> Scenario {
    prepared(lines).scenario
}

/// Does the same, with its hosts.
pub(crate) fn prepared(lines: &str) -> Prepared {
    try_prepared(lines).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Does the same, or returns its problems.
pub(crate) fn try_prepared(lines: &str) -> Result<Prepared, Diagnostics> {
    load(Path::new("small.yaml"), &MemoryFiles::default().with("small.yaml", format!("{SMALL}{lines}")))
}
