//! Others' programs at one end of the proxy: in.tftpd behind it, tftp-hpa's client (5.2) before it.

use std::fs::{self, Permissions};
use std::io::Write;
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use host::real::RealHost;
use tempfile::TempDir;

use crate::faulty::loopback::WAIT;
use crate::faulty::plan::Plan;
use crate::faulty::proxy::Proxy;
use crate::support::transfer::{content, fetch};
use crate::support::{FILE, LOOPBACK, on_this_machine, servers};

/// A few blocks, none at all, and a last one that is empty.
const SIZES: [usize; 4] = [0, 5 * 512, 6_000, 20_000];

/// A program that ends with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        Self(command.spawn().unwrap_or_else(|error| panic!("{name} does not start ({error}): run ci/setup")))
    }

    /// Waits for its end, beside what else this thread does.
    async fn output(mut self) -> Output {
        let wait = move || {
            let read = |stream: Option<&mut dyn std::io::Read>| {
                let mut bytes = Vec::new();
                if let Some(stream) = stream {
                    stream.read_to_end(&mut bytes).expect("a pipe can be read");
                }
                bytes
            };
            let stdout = read(self.0.stdout.as_mut().map(|pipe| pipe as &mut dyn std::io::Read));
            let status = self.0.wait().expect("it is ours");
            Output { status, stdout, stderr: Vec::new() }
        };
        tokio::task::spawn_blocking(wait).await.expect("waiting does not panic")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// in.tftpd on a port that was free a moment ago, with one file.
fn in_tftpd(bytes: &[u8]) -> (Running, TempDir, SocketAddr) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join(FILE);
    fs::write(&path, bytes).expect("the directory is ours");
    // It serves as another user.
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).expect("the directory is ours");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("the file is ours");
    let address = UdpSocket::bind(LOOPBACK).and_then(|socket| socket.local_addr()).expect("a free port");
    let server = Running::start(
        Command::new("in.tftpd")
            .args(["--foreground", "--retransmit", "100000", "--address", &address.to_string(), "--secure"])
            .arg(directory.path())
            // Its processes for single transfers outlive it by seconds, and must not hold the test's own output.
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    (server, directory, address)
}

#[test]
fn our_client_fetches_from_in_tftpd_through_the_proxy() {
    on_this_machine(async {
        let transfers: Vec<_> = (0..)
            .zip(SIZES)
            .map(|(number, size)| {
                tokio::task::spawn_local(async move {
                    let plan = Plan::gentle(number, size);
                    let (_server, _directory, address) = in_tftpd(&content(size));
                    let host = RealHost::new("loopback", number);
                    let (_, front) = Proxy::start(host.clone(), LOOPBACK, address, plan.faults.clone()).await;
                    let outcome = fetch(&host, front, plan.request(WAIT)).await;
                    let bytes = outcome.unwrap_or_else(|failure| panic!("{size} bytes: {failure}: {plan:?}"));
                    assert!(bytes == content(size), "wrong bytes: {plan:?}");
                })
            })
            .collect();
        for transfer in transfers {
            transfer.await.expect("it ends right");
        }
    });
}

#[test]
fn tftp_hpa_fetches_from_our_server_through_the_proxy() {
    on_this_machine(async {
        let transfers: Vec<_> = (0..)
            .zip(SIZES)
            .map(|(number, size)| {
                tokio::task::spawn_local(async move {
                    let mut plan = Plan::gentle(number, size);
                    // This client takes what comes from any port for its peer's: a stray packet ends it.
                    plan.faults.stray = 0.0;
                    let host = RealHost::new("loopback", number);
                    let retransmit = Duration::from_millis(50);
                    let server = servers::tftpd_hpa(host.clone(), LOOPBACK, content(size), retransmit).await;
                    let (_, front) = Proxy::start(host, LOOPBACK, server, plan.faults.clone()).await;
                    let directory = tempfile::tempdir().expect("a temporary directory");
                    let mut client = Running::start(
                        Command::new("tftp")
                            .args(["127.0.0.1", &front.port().to_string()])
                            .current_dir(directory.path())
                            .stdin(Stdio::piped())
                            .stdout(Stdio::piped()),
                    );
                    let mut commands = client.0.stdin.take().expect("a pipe was asked for");
                    write!(commands, "binary\nrexmt 1\ntimeout 20\nget {FILE} got\nquit\n")
                        .expect("it reads");
                    drop(commands);
                    let output = client.output().await;
                    let said = String::from_utf8_lossy(&output.stdout).into_owned();
                    let got = fs::read(directory.path().join("got")).unwrap_or_default();
                    assert!(got == content(size), "{size} bytes: {} came: {said}: {plan:?}", got.len());
                })
            })
            .collect();
        for transfer in transfers {
            transfer.await.expect("it ends right");
        }
    });
}
