//! Those who do not get in: the same clients to both, and every line of both logs.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use files::Tree;
use host::real::RealHost;
use host::{Host, Sink};
use openssh::{Accounts, Kind, SshdConfig, SshdEvent, message, priority, run};
use rand::SeedableRng;
use ssh::{HostKey, KeyAlgorithm};

use super::live::Live;

/// A client that a server is shown.
#[derive(Clone, Copy, Debug)]
enum Client {
    /// Sends this and waits for the end.
    Raw(&'static str),
    /// OpenSSH's, with these options and as this user, whose every password is wrong.
    Ssh(&'static str, &'static str),
}

const STRANGERS: &[Client] = &[
    Client::Raw(""),
    Client::Raw("GET / HTTP/1.1\r\n\r\n"),
    Client::Raw("SSH-1.5-old\r\n"),
    Client::Raw("SSH-x\r\n"),
    Client::Raw("SSH-2.0-early\r\n"),
    Client::Ssh("-oKexAlgorithms=diffie-hellman-group1-sha1", "root"),
    Client::Ssh("-oCiphers=aes128-cbc", "root"),
    Client::Ssh("-oHostKeyAlgorithms=ecdsa-sha2-nistp521", "root"),
    Client::Ssh("-oPreferredAuthentications=keyboard-interactive", "root"),
];

const USERS: &[Client] = &[
    Client::Ssh("-oNumberOfPasswordPrompts=1", "root"),
    Client::Ssh("-oNumberOfPasswordPrompts=1", "no-such-user"),
    Client::Ssh("-oNumberOfPasswordPrompts=2", "no-such-user"),
];

#[test]
fn every_line_about_those_who_do_not_get_in_is_that_of_a_live_sshd() {
    let mut differences = Vec::new();
    let plain = "LogLevel VERBOSE\nKbdInteractiveAuthentication no\nUsePAM no\n";
    differences.extend(compare(plain, STRANGERS));
    differences.extend(compare(plain, USERS));
    differences.extend(compare(
        &format!("{plain}MaxAuthTries 2\n"),
        &[Client::Ssh("-oNumberOfPasswordPrompts=5", "root")],
    ));
    differences.extend(compare(&format!("{plain}AllowUsers calo\n"), USERS));
    differences.extend(compare(&format!("{plain}DenyGroups root\nLogLevel INFO\n"), USERS));
    differences.extend(compare(&format!("{plain}PasswordAuthentication no\n"), USERS));
    differences.extend(compare("KbdInteractiveAuthentication no\nUsePAM yes\n", &USERS[1..2]));
    let more = [Client::Ssh("-oNumberOfPasswordPrompts=4", "root")];
    differences
        .extend(compare("KbdInteractiveAuthentication no\nUsePAM yes\nSyslogFacility LOCAL1\n", &more));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What differs, client by client.
fn compare(directives: &str, clients: &[Client]) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a place for tests");
    let ask = directory.path().join("ask");
    std::fs::write(&ask, "#!/bin/sh\necho wrong\n").expect("written");
    std::fs::set_permissions(&ask, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    host::real::run(async {
        let host = RealHost::new("compared", 1);
        let live = Live::start(&host, directives, directory.path()).await;
        let events = Rc::new(RefCell::new(Vec::new()));
        let address = start_ours(&host, directives, &events).await;
        let log = || {
            let events: Vec<SshdEvent> = std::mem::take(&mut *events.borrow_mut());
            let line = |event| message(event).map(|message| format!("<{}> {message}", priority(event)));
            events.iter().filter_map(line).collect()
        };
        // Both at the same time: either waits before it says no.
        let (theirs, ours) = tokio::join!(
            record(&host, live.address, &ask, clients, || live.log()),
            record(&host, address, &ask, clients, log),
        );
        let pairs = clients.iter().zip(theirs.iter().zip(&ours));
        let different = pairs.filter(|(_, (theirs, ours))| theirs != ours);
        different
            .map(|(client, (theirs, ours))| {
                format!("{directives}{client:?}\nsshd: {theirs:#?}\nours: {ours:#?}")
            })
            .collect()
    })
    .expect("the system gives a runtime")
}

async fn start_ours(host: &RealHost, directives: &str, events: &Rc<RefCell<Vec<SshdEvent>>>) -> SocketAddr {
    let mut config = SshdConfig::parse(directives).expect("a configuration").config;
    config.listen = vec![([127, 0, 0, 1], 0).into()];
    let record = Rc::clone(events);
    let sink = Sink::new(move |event| record.borrow_mut().push(event));
    let key = HostKey::generate(KeyAlgorithm::Ed25519, &mut host::Entropy::seed_from_u64(1));
    let files = Rc::new(Tree::new());
    let serving = run(host.clone(), config, Accounts::default(), vec![key], files, Duration::ZERO, sink);
    host.spawn(async move {
        let error = serving.await.expect_err("a server never ends well");
        panic!("{error}");
    });
    loop {
        let listening = |event: &SshdEvent| match event.kind {
            Kind::Listening { address } => Some(address),
            _ => None,
        };
        let address = events.borrow().iter().find_map(listening);
        if let Some(address) = address {
            events.borrow_mut().clear();
            return address;
        }
        host.sleep(Duration::from_millis(1)).await;
    }
}

/// Shows the clients to a server, one after the other, and gives what its log says of each.
async fn record(
    host: &RealHost,
    address: SocketAddr,
    ask: &Path,
    clients: &[Client],
    log: impl Fn() -> Vec<String>,
) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    for client in clients {
        show(host, address, ask, *client).await;
        let mut lines: Vec<String> = Vec::new();
        // Every connection has a last line; PAM may have one more.
        let mut quiet = 0;
        while quiet < 10 || lines.is_empty() {
            let more = log();
            quiet = if more.is_empty() { quiet + 1 } else { 0 };
            lines.extend(more.iter().map(|line| mask(line)));
            host.sleep(Duration::from_millis(20)).await;
        }
        records.push(lines);
    }
    records
}

async fn show(host: &RealHost, address: SocketAddr, ask: &Path, client: Client) {
    match client {
        Client::Raw(text) => {
            let mut stream = TcpStream::connect(address).expect("it listens");
            stream.set_nonblocking(true).expect("a socket can");
            stream.write_all(text.as_bytes()).expect("taken");
            // One who says something waits for an answer, and another one.
            for _ in 0..10 {
                host.sleep(Duration::from_millis(20)).await;
                let _ = stream.read(&mut [0; 4096]);
            }
        }
        Client::Ssh(options, user) => {
            let mut command = Command::new("ssh");
            command.args(["-F", "/dev/null", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null"]);
            command.args(["-oPubkeyAuthentication=no", "-s", &format!("-p{}", address.port())]).arg(options);
            command.args(["-l", user, "127.0.0.1", "sftp"]);
            command.env("SSH_ASKPASS", ask).env("SSH_ASKPASS_REQUIRE", "force");
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().expect("ssh is missing: run ci/setup");
            while child.try_wait().expect("our child").is_none() {
                host.sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// A line without ports.
fn mask(line: &str) -> String {
    let mut words = Vec::new();
    let mut after_port = false;
    for word in line.split(' ') {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let word = if after_port { format!("PORT{}", &word[digits..]) } else { word.to_owned() };
        after_port = word == "port";
        words.push(word);
    }
    // PAM calls it by the name of its program.
    words.join(" ").replace("sshd-compared", "sshd")
}
