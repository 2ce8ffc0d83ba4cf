//! OpenSSH's sftp as the client of both, and what it shows its user.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use host::Host;
use host::real::RealHost;
use ssh::Algorithms;

use super::draw::Client;

/// Answers each prompt with the next line of a file.
const ASK: &str = "#!/bin/sh\nhead -n 1 \"$ANSWERS\"\nsed -i 1d \"$ANSWERS\"\n";

/// The place of one of the two clients.
pub(super) struct Seat {
    directory: PathBuf,
}

impl Seat {
    pub(super) fn new(here: &Path, name: &str) -> Self {
        let directory = here.join(name);
        fs::create_dir(&directory).expect("ours");
        fs::write(directory.join("ask"), ASK).expect("ours");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(directory.join("ask"), mode).expect("ours");
        Self { directory }
    }

    /// Runs a client to its end. Gives its exit status, what it prints and what it has fetched.
    pub(super) async fn run(&self, host: &RealHost, client: &Client, key: &Path, port: u16) -> Vec<String> {
        let _ = fs::remove_file(self.directory.join("out"));
        let passwords: String = client.passwords.iter().map(|password| format!("{password}\n")).collect();
        fs::write(self.directory.join("answers"), passwords).expect("ours");
        // A command that fails does not end the others.
        let batch: String = client.commands.iter().map(|command| format!("-{command}\n")).collect();
        fs::write(self.directory.join("batch"), batch).expect("ours");
        let mut command = Command::new("sftp");
        command.args([
            "-F",
            "/dev/null",
            "-oBatchMode=no",
            "-oStrictHostKeyChecking=no",
            "-oIdentitiesOnly=yes",
        ]);
        command.args(["-oUserKnownHostsFile=/dev/null", "-oGlobalKnownHostsFile=/dev/null"]);
        command.arg(format!("-oIdentityFile={}", key.display())).args(&client.options);
        command.arg(format!("-oPort={port}")).args(["-s", client.subsystem, "-b", "batch"]);
        command.arg(format!("{}@127.0.0.1", client.user)).current_dir(&self.directory);
        command.env("SSH_ASKPASS", self.directory.join("ask")).env("SSH_ASKPASS_REQUIRE", "force");
        command.env("ANSWERS", self.directory.join("answers")).env_remove("SSH_AUTH_SOCK");
        let mut printed = Vec::new();
        for name in ["printed", "errors"] {
            printed.push(fs::File::create(self.directory.join(name)).expect("ours"));
        }
        let (errors, output) = (printed.pop().expect("two"), printed.pop().expect("two"));
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let mut child = command.spawn().expect("sftp is missing: run ci/setup");
        let status = loop {
            if let Some(status) = child.try_wait().expect("our child") {
                break status;
            }
            host.sleep(Duration::from_millis(2)).await;
        };
        let mut record = vec![format!("exit {:?}", status.code())];
        for name in ["printed", "errors"] {
            let text = fs::read(self.directory.join(name)).expect("ours");
            let text = String::from_utf8_lossy(&text).replace(&port.to_string(), "PORT");
            record.extend(text.lines().filter_map(shown));
        }
        if let Ok(bytes) = fs::read(self.directory.join("out")) {
            let sum =
                bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
            record.push(format!("fetched {} bytes, {sum:x}", bytes.len()));
        }
        record
    }
}

/// A line of the client, without what ours is documented not to do: pass on what programs print on standard error, disconnect in place
/// of the last failure, and offer keyboard-interactive or the algorithms that russh does not have. A connection that ends is noticed at
/// one of two points.
fn shown(line: &str) -> Option<String> {
    let passed_over = [
        "Could not chdir to home directory",
        "Permission denied, please try again.",
        "Received disconnect from",
        "Disconnected from",
        "client_loop: send disconnect: Broken pipe",
        "Connection to 127.0.0.1 closed by remote host.",
    ];
    if passed_over.iter().any(|start| line.starts_with(start)) || line.contains(": Permission denied (") {
        return None;
    }
    let line = line.replace(",keyboard-interactive", "").trim_end_matches('\r').to_owned();
    Some(match line.split_once("Their offer: ") {
        Some((start, names)) => format!("{start}Their offer: {}", known(names)),
        None => line,
    })
}

fn known(names: &str) -> String {
    let names: Vec<String> = names.split(',').map(str::to_owned).collect();
    let all = Algorithms {
        kex: names.clone(),
        host_keys: names.clone(),
        ciphers: names.clone(),
        macs: names.clone(),
        extensions: false,
    }
    .offered();
    let lists = [&all.kex, &all.host_keys, &all.ciphers, &all.macs];
    let is_known = |name: &&String| lists.iter().any(|list| list.contains(name));
    names.iter().filter(is_known).cloned().collect::<Vec<_>>().join(",")
}
