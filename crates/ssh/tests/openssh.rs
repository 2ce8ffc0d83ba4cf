//! OpenSSH's own programs: its client with our server, our client with its server.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::common::{self, PASSWORD, USER, connect, connect_with, ended, on_loopback, serve, server_config};
use host::real::RealHost;
use host::{Host, TcpListener};
use rand::SeedableRng;
use ssh::client::Error;
use ssh::{Algorithms, End, HostKey, KeyAlgorithm, KeyError, Negotiated, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const LEFT_FIRST: &str = r#"End(Disconnected { reason: 11, text: "disconnected by user" })"#;

/// Runs OpenSSH's `ssh -s SUBSYSTEM` against `at`, with `input` on its standard input.
async fn ssh(at: SocketAddr, options: &[&str], subsystem: &str, input: Vec<u8>) -> Output {
    let mut command = Command::new("sshpass");
    command.args(["-p", PASSWORD, "ssh", "-F", "/dev/null", "-p", &at.port().to_string()]);
    let ours = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "NumberOfPasswordPrompts=1"];
    command.args(ours.iter().chain(options).flat_map(|option| ["-o", option]));
    command.args(["-s", &format!("{USER}@127.0.0.1"), subsystem]);
    run(command, input).await
}

async fn run(mut command: Command, input: Vec<u8>) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().expect("ci/setup installs sshpass and OpenSSH's client");
        let mut to = child.stdin.take().expect("it is piped");
        std::thread::scope(|scope| {
            // It may leave without reading all of it.
            scope.spawn(move || drop(to.write_all(&input)));
            child.wait_with_output()
        })
    });
    running.await.expect("nobody panics").expect("it is our child")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn ssh_runs_a_subsystem() {
    on_loopback(|server, _, at| async move {
        let (at, log) = serve(&server, at, server_config()).await;
        let output = ssh(at, &[], "echo", b"over and back".to_vec()).await;
        assert_eq!(text(&output.stdout), "over and back", "{}", text(&output.stderr));
        assert!(output.status.success());
        let lines = ["ewctest by None", "ewctest by Password(*****)", "session 0", "0: subsystem echo"];
        let log = ended(&server, &log).await;
        assert_eq!(log[..4], lines);
        assert_eq!(log.last().map(String::as_str), Some(LEFT_FIRST));
    });
}

#[test]
fn ssh_gets_each_byte_back_while_keys_change() {
    on_loopback(|server, _, at| async move {
        let (at, _) = serve(&server, at, server_config()).await;
        let input: Vec<u8> = (0..12_000_000_u32).map(|index| (index % 251) as u8).collect();
        let output = ssh(at, &["RekeyLimit=1M", "LogLevel=DEBUG1"], "echo", input.clone()).await;
        let said = text(&output.stderr);
        assert!(output.stdout == input, "{said}");
        assert!(said.matches("SSH2_MSG_NEWKEYS received").count() > 10, "{said}");
    });
}

#[test]
fn ssh_is_told_of_what_is_refused() {
    on_loopback(|server, _, at| async move {
        let (at, log) = serve(&server, at, server_config()).await;
        let output = ssh(at, &["SendEnv=LANG"], "netconf", Vec::new()).await;
        assert!(text(&output.stderr).contains("subsystem request failed on channel 0"), "{output:?}");
        let lines = ended(&server, &log).await;
        assert!(lines.contains(&"0: subsystem netconf".to_owned()), "{lines:?}");
        // It gives up without a word.
        assert_eq!(lines.last().map(String::as_str), Some("End(Closed)"));
    });
}

#[test]
fn ssh_is_told_that_the_password_is_wrong() {
    on_loopback(|server, _, at| async move {
        let (at, log) = serve(&server, at, server_config()).await;
        let mut command = Command::new("sshpass");
        command.args(["-p", "guess", "ssh", "-F", "/dev/null", "-p", &at.port().to_string()]);
        command.args(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
        command.args(["-o", "NumberOfPasswordPrompts=1", "-s", &format!("{USER}@127.0.0.1"), "echo"]);
        let output = run(command, Vec::new()).await;
        assert!(text(&output.stderr).contains("Permission denied (password)."), "{output:?}");
        assert_eq!(
            ended(&server, &log).await,
            ["ewctest by None", "ewctest by Password(*****)", "End(Closed)"]
        );
    });
}

#[test]
fn ssh_and_ours_have_nothing_in_common() {
    on_loopback(|server, _, at| async move {
        for (option, end) in [
            (
                "KexAlgorithms=diffie-hellman-group1-sha1",
                r#"End(NoCommon { what: KeyExchange, theirs: ["diffie-hellman-group1-sha1""#,
            ),
            ("Ciphers=3des-cbc", r#"End(NoCommon { what: Cipher, theirs: ["3des-cbc"] })"#),
            (
                "HostKeyAlgorithms=rsa-sha2-512",
                r#"End(NoCommon { what: HostKey, theirs: ["rsa-sha2-512"] })"#,
            ),
        ] {
            let (at, log) = serve(&server, at, server_config()).await;
            let output = ssh(at, &[option], "echo", Vec::new()).await;
            assert!(text(&output.stderr).contains("Unable to negotiate with 127.0.0.1"), "{output:?}");
            let lines = ended(&server, &log).await;
            assert!(lines[0].starts_with(end), "{lines:?}");
        }
    });
}

#[test]
fn every_algorithm_that_we_offer_works_with_ssh() {
    on_loopback(|server, _, at| async move {
        let kinds = [
            KeyAlgorithm::Rsa,
            KeyAlgorithm::Ed25519,
            KeyAlgorithm::EcdsaP256,
            KeyAlgorithm::EcdsaP384,
            KeyAlgorithm::EcdsaP521,
        ];
        let mut random = host::Entropy::seed_from_u64(5);
        let host_keys = kinds.map(|kind| HostKey::generate(kind, &mut random)).to_vec();
        let all = Algorithms::all();
        let config = ssh::server::Config { host_keys, algorithms: all.clone(), ..server_config() };
        let (at, _) = serve(&server, at, config).await;
        let known = ["kex", "cipher", "mac", "key"].map(|what| {
            let output = Command::new("ssh").args(["-Q", what]).output().expect("ci/setup installs ssh");
            text(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
        });
        let [kex, ciphers, macs, keys] = known;
        let option = |name: &str, value: &String| vec![format!("{name}={value}")];
        let mut tries: Vec<Vec<String>> = Vec::new();
        tries.extend(
            all.kex.iter().filter(|name| kex.contains(name)).map(|name| option("KexAlgorithms", name)),
        );
        tries.extend(
            all.ciphers.iter().filter(|name| ciphers.contains(name)).map(|name| option("Ciphers", name)),
        );
        tries.extend(
            all.host_keys
                .iter()
                .filter(|name| keys.contains(name))
                .map(|name| option("HostKeyAlgorithms", name)),
        );
        // A cipher that needs a MAC.
        tries.extend(
            all.macs
                .iter()
                .filter(|name| macs.contains(name))
                .map(|name| [option("MACs", name), option("Ciphers", &"aes128-ctr".to_owned())].concat()),
        );
        assert_eq!(tries.len(), 12 + 9 + 4 + 6);
        for options in tries {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            let output = ssh(at, &options, "echo", b"over and back".to_vec()).await;
            assert_eq!(text(&output.stdout), "over and back", "{options:?}: {}", text(&output.stderr));
        }
    });
}

#[test]
fn ssh_is_killed() {
    on_loopback(|server, _, at| async move {
        let (at, log) = serve(&server, at, server_config()).await;
        // Without sshpass in between, whose end ssh would notice and say goodbye.
        let ask = Path::new(env!("CARGO_TARGET_TMPDIR")).join("askpass");
        fs::write(&ask, format!("#!/bin/sh\necho {PASSWORD}\n"))
            .expect("the target directory can be written");
        fs::set_permissions(&ask, fs::Permissions::from_mode(0o755)).expect("it is ours");
        let mut command = Command::new("ssh");
        command.env("SSH_ASKPASS", &ask).env("SSH_ASKPASS_REQUIRE", "force");
        command.args(["-F", "/dev/null", "-p", &at.port().to_string()]);
        command.args(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
        command.args(["-s", &format!("{USER}@127.0.0.1"), "echo"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = Killed(command.spawn().expect("ci/setup installs OpenSSH's client"));
        common::wait_for(&server, &log, |line| line == "0: subsystem echo").await;
        drop(child);
        let lines = ended(&server, &log).await;
        assert_eq!(lines.last().map(String::as_str), Some("End(Closed)"));
    });
}

/// OpenSSH's server on a port of its own; nobody can log in.
struct Sshd {
    _child: Killed,
    directory: PathBuf,
    at: SocketAddr,
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Sshd {
    async fn start(host: &RealHost, name: &str, more: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sshd-{name}"));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).expect("the target directory can be written");
        let key = directory.join("key");
        let made =
            Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
        assert!(made.expect("ci/setup installs OpenSSH").success());
        // As root it wants its directory; as anybody else it does without.
        let _ = fs::create_dir_all("/run/sshd");
        let at = host.listen_tcp(([127, 0, 0, 1], 0).into()).await.expect("a free port").local_addr();
        let config = directory.join("config");
        let text = format!(
            "Port {}\nListenAddress 127.0.0.1\nHostKey {}\nUsePAM no\nPubkeyAuthentication no\n{more}\n",
            at.port(),
            key.display()
        );
        fs::write(&config, text).expect("the target directory can be written");
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-e", "-f"]).arg(&config).stdin(Stdio::null());
        command.stderr(fs::File::create(directory.join("log")).expect("the directory can be written"));
        let child = Killed(command.spawn().expect("ci/setup installs OpenSSH's server"));
        for _ in 0..1_000 {
            if host.connect_tcp(at).await.is_ok() {
                return Self { _child: child, directory, at };
            }
            host.sleep(Duration::from_millis(10)).await;
        }
        panic!("sshd does not start: {:?}", fs::read_to_string(directory.join("log")));
    }

    async fn log_has(&self, host: &RealHost, what: &str) {
        for _ in 0..1_000 {
            if fs::read_to_string(self.directory.join("log")).is_ok_and(|log| log.contains(what)) {
                return;
            }
            host.sleep(Duration::from_millis(10)).await;
        }
        panic!("no {what:?} in {:?}", fs::read_to_string(self.directory.join("log")));
    }
}

#[test]
fn our_client_meets_sshd() {
    on_loopback(|_, client, _| async move {
        let sshd = Sshd::start(&client, "meets", "").await;
        let connection = connect(&client, sshd.at).await.expect("it speaks SSH");
        assert!(connection.server_identification().starts_with("SSH-2.0-OpenSSH_"));
        let key = fs::read_to_string(sshd.directory.join("key")).expect("it was made");
        let key = HostKey::from_openssh(&key).expect("ssh-keygen made it");
        assert_eq!(connection.host_key(), &key.public());
        let fingerprint = Command::new("ssh-keygen").arg("-lf").arg(sshd.directory.join("key.pub")).output();
        let fingerprint = text(&fingerprint.expect("ci/setup installs OpenSSH").stdout);
        assert!(fingerprint.contains(&connection.host_key().fingerprint()), "{fingerprint}");
        let denied =
            connection.password("nobody-here", &Secret::new("guess")).await.expect_err("nobody gets in");
        let Error::Denied { methods, .. } = denied else { panic!("{denied:?}") };
        assert!(methods.contains(&"password".to_owned()), "{methods:?}");
        sshd.log_has(&client, "Failed password for invalid user nobody-here from 127.0.0.1").await;
        sshd.log_has(&client, "Connection closed by invalid user nobody-here 127.0.0.1").await;
    });
}

#[test]
fn our_client_hears_sshd_say_goodbye() {
    on_loopback(|_, client, _| async move {
        let sshd = Sshd::start(&client, "goodbye", "MaxAuthTries 1").await;
        let connection = connect(&client, sshd.at).await.expect("it speaks SSH");
        let error =
            connection.password("nobody-here", &Secret::new("guess")).await.expect_err("it is the last try");
        let text = "Too many authentication failures".to_owned();
        assert_eq!(error, Error::Ended(End::Disconnected { reason: 2, text }));
    });
}

#[test]
fn our_client_and_sshd_have_nothing_in_common() {
    on_loopback(|_, client, _| async move {
        let sshd = Sshd::start(&client, "nothing", "Ciphers aes256-gcm@openssh.com").await;
        let ciphers = vec!["aes128-ctr".to_owned(), "aes256-ctr".to_owned()];
        let algorithms = Algorithms { ciphers, ..Algorithms::openssh_8_9() };
        let config = ssh::client::Config { algorithms, ..common::client_config() };
        let error = connect_with(&client, sshd.at, &config).await.expect_err("nothing is in common");
        let theirs = vec!["aes256-gcm@openssh.com".to_owned()];
        assert_eq!(error, Error::Ended(End::NoCommon { what: Negotiated::Cipher, theirs }));
    });
}

/// What a server says to a client that is none, after its identification.
async fn said_to(client: &RealHost, at: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = client.connect_tcp(at).await.expect("it listens");
    stream.write_all(bytes).await.expect("it takes it");
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    text(&said).split_once("\r\n").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
}

#[test]
fn sshd_and_ours_say_the_same_to_what_is_no_client() {
    on_loopback(|server, client, at| async move {
        let sshd = Sshd::start(&client, "none", "").await;
        let (ours, _) = serve(&server, at, server_config()).await;
        for bytes in
            [&b"GET / HTTP/1.0\r\n\r\n"[..], b"\x16\x03\x01\n", b"SSH-2.0-x\r\n\xff\xff\xff\xff\0\0\0\0"]
        {
            // The rest is a key exchange, whose first bytes are the length of a packet.
            let [theirs, ours] =
                [said_to(&client, sshd.at, bytes).await, said_to(&client, ours, bytes).await].map(|said| {
                    said.lines().filter(|line| line.is_ascii() && !line.starts_with('\0')).collect::<String>()
                });
            assert_eq!(ours, theirs, "{}", bytes.escape_ascii());
        }
    });
}

/// What ssh-keygen writes.
fn keygen(name: &str, options: &[&str]) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("key-{name}"));
    let _ = fs::remove_file(&path);
    let made =
        Command::new("ssh-keygen").args(["-q", "-C", "a comment", "-f"]).arg(&path).args(options).status();
    assert!(made.expect("ci/setup installs OpenSSH").success());
    fs::read_to_string(&path).expect("it was made")
}

#[test]
fn keys_of_ssh_keygen_are_read_or_refused_by_name() {
    for (kind, bits) in
        [("rsa", "3072"), ("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")]
    {
        let text = keygen(&format!("{kind}-{bits}"), &["-t", kind, "-b", bits, "-N", ""]);
        assert!(HostKey::from_openssh(&text).is_ok(), "{kind} {bits}");
        assert!(matches!(HostKey::from_openssh(&text[..text.len() / 2]), Err(KeyError::Format)));
    }
    let encrypted = keygen("encrypted", &["-t", "ed25519", "-N", "a passphrase"]);
    assert!(matches!(HostKey::from_openssh(&encrypted), Err(KeyError::Encrypted)));
}
