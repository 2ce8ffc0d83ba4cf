//! A server with the field's users, and a client, in a simulated network or on the loopback.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use files::{File, Tree};
use host::real::RealHost;
use host::{Host, Sink};
use image::Content;
use openssh::{Account, Accounts, Kind, SshdConfig, SshdEvent, line, run};
use rand::SeedableRng;
use simnet::{Builder, HostId, Impairments, Simnet};
use ssh::client::{Client, Error};
use ssh::{Algorithms, HostKey, KeyAlgorithm, Secret, client};
use tokio::sync::Notify;

pub(super) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 16, 5, 62));
pub(super) const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 16, 4, 26));
pub(super) const PASSWORD: &str = "Sw0rdfish";
/// The field's image, though smaller.
pub(super) const IMAGE: &str = "/home/calo/Documents/sftp_files/EWC_17_9_4a/ap3g3";
/// All that sshd tells.
pub(super) const VERBOSE: &str = "LogLevel VERBOSE\nSubsystem sftp /usr/lib/openssh/sftp-server -l VERBOSE\n";

/// What a server says, as a test sees it.
#[derive(Clone, Default)]
pub(super) struct Record(Rc<Recorded>);

#[derive(Default)]
struct Recorded {
    events: RefCell<Vec<SshdEvent>>,
    news: Notify,
}

impl Record {
    pub(super) fn sink(&self) -> Sink<SshdEvent> {
        let record = self.clone();
        Sink::new(move |event| {
            record.0.events.borrow_mut().push(event);
            record.0.news.notify_one();
        })
    }

    pub(super) fn events(&self) -> Vec<SshdEvent> {
        self.0.events.borrow().clone()
    }

    /// Waits for the first event that `pick` takes.
    pub(super) async fn until<T>(&self, pick: impl Fn(&Kind) -> Option<T>) -> T {
        loop {
            if let Some(picked) = self.0.events.borrow().iter().find_map(|event| pick(&event.kind)) {
                return picked;
            }
            self.0.news.notified().await;
        }
    }

    /// Lines of the log. Processes are A, B, C in the order in which they speak, clients' ports are PORT.
    fn lines(events: impl Iterator<Item = SshdEvent>) -> Vec<String> {
        let mut pids = Vec::new();
        let mut lines = Vec::new();
        for event in events {
            let Some(line) = line("", "", &event) else { continue };
            let at = pids.iter().position(|pid| *pid == event.pid).unwrap_or_else(|| {
                pids.push(event.pid);
                pids.len() - 1
            });
            let line = line.trim_start().replace(&format!("[{}]", event.pid), &format!("[{}]", letter(at)));
            let line = match &event.kind {
                Kind::UserChild { child } => {
                    line.replace(&child.to_string(), &letter(pids.len()).to_string())
                }
                _ => line,
            };
            lines.push(mask(&line));
        }
        lines
    }

    /// The log without what the daemon says when it begins to listen.
    pub(super) fn session(&self) -> Vec<String> {
        let listening = |event: &SshdEvent| matches!(event.kind, Kind::Listening { .. });
        Self::lines(self.events().into_iter().filter(|event| !listening(event)))
    }
}

fn letter(at: usize) -> char {
    char::from(b'A' + at as u8)
}

/// Without what differs from run to run: clients' ports, and addresses of the loopback.
pub(super) fn mask(line: &str) -> String {
    let mut masked = String::new();
    let mut words = line.split(' ').peekable();
    while let Some(word) = words.next() {
        masked.push_str(word);
        if words.peek().is_some() {
            masked.push(' ');
        }
        if word == "port"
            && let Some(port) = words.peek()
            && *port != "22"
        {
            let port = words.next().unwrap_or_default();
            masked.push_str("PORT");
            masked.push_str(port.trim_start_matches(|digit: char| digit.is_ascii_digit()));
            if words.peek().is_some() {
                masked.push(' ');
            }
        }
    }
    masked.replace("127.0.0.1", "172.16.4.26")
}

/// calo and bob with passwords, empty without one, locked, and a user of a group whose shell runs nothing.
pub(super) fn accounts() -> Accounts {
    let with = |name: &str, uid, password: &str| Account::new(name, uid).with_password(Secret::new(password));
    let toor = Account { groups: vec!["root".into()], home: "/root".into(), ..with("root", 0, PASSWORD) };
    Accounts::new([
        with("calo", 1000, PASSWORD),
        Account { groups: vec!["bob".into(), "sftp".into()], ..with("bob", 1001, PASSWORD) },
        with("empty", 1002, ""),
        Account { is_locked: true, ..with("locked", 1003, PASSWORD) },
        Account { shell: "/usr/sbin/nologin".into(), ..with("files", 1004, PASSWORD) },
        toor,
    ])
}

pub(super) fn tree() -> Tree {
    let tree = Tree::new();
    let content = || Content::from_vec((0..300_000_u32).map(|at| (at % 251) as u8).collect());
    tree.insert(IMAGE, File::new(content()).with_owner("calo", "calo")).expect("fits");
    for name in ["calo", "bob", "files"] {
        let home = format!("/home/{name}");
        tree.insert_directory(&home).expect("fits");
        tree.set_owner(&home, name, name).expect("is there");
    }
    tree
}

pub(super) fn host_keys(seed: u64) -> Vec<HostKey> {
    let mut random = host::Entropy::seed_from_u64(seed);
    vec![
        HostKey::generate(KeyAlgorithm::EcdsaP256, &mut random),
        HostKey::generate(KeyAlgorithm::Ed25519, &mut random),
    ]
}

/// Reads lines as if they stood in front of those that Ubuntu ships.
pub(super) fn config(text: &str) -> SshdConfig {
    let (main, blocks) = text.split_at(text.find("Match ").unwrap_or(text.len()));
    let ships = openssh::UBUNTU.lines().skip(1);
    let missing = ships.filter(|line| !line.starts_with("Subsystem") || !main.contains("Subsystem"));
    let text = format!("{main}\n{}\n{blocks}", missing.collect::<Vec<_>>().join("\n"));
    SshdConfig::parse(&text).expect("a configuration").config
}

/// A server and clients in a simulated network.
pub(super) struct World {
    pub net: Simnet,
    pub client: HostId,
    pub record: Record,
}

impl World {
    pub(super) fn new(text: &str) -> Self {
        Self::with(text, tree())
    }

    pub(super) fn with(text: &str, tree: Tree) -> Self {
        let mut builder = Builder::new(1);
        let server = builder.host("CXLabs-UBUNTU22", &[SERVER], true);
        let client = builder.host("9120-EWC", &[CLIENT], true);
        let lan = Impairments { latency: Duration::from_millis(1), ..Impairments::default() };
        builder.link("lan", &[client], &[server], lan.clone(), lan);
        let net = builder.build();
        let record = Record::default();
        let host = net.host(server);
        let serving = run(
            host.clone(),
            config(text),
            accounts(),
            host_keys(1),
            Rc::new(tree),
            Duration::ZERO,
            record.sink(),
        );
        host.spawn(async move {
            let error = serving.await.expect_err("a server never ends well");
            panic!("{error}");
        });
        Self { net, client, record }
    }

    /// Runs `test` on the client for at most `time`, and gives what it gives.
    pub(super) fn run<T: 'static>(
        &self,
        time: Duration,
        test: impl AsyncFnOnce(simnet::SimHost) -> T + 'static,
    ) -> T {
        let host = self.net.host(self.client);
        let done = Rc::new(RefCell::new(None));
        let result = Rc::clone(&done);
        host.clone().spawn(async move {
            let outcome = test(host).await;
            *result.borrow_mut() = Some(outcome);
        });
        let until = self.net.now() + time;
        self.net.run_until(until);
        done.take().expect("the test ends in time")
    }
}

/// Where the simulated server listens.
pub(super) fn at() -> SocketAddr {
    SocketAddr::new(SERVER, 22)
}

pub(super) fn client_config() -> client::Config {
    client::Config { identification: "SSH-2.0-OpenSSH_8.9p1".into(), algorithms: Algorithms::openssh_8_9() }
}

/// Connects and logs in by password.
pub(super) async fn log_in<H: Host>(
    host: &H,
    at: SocketAddr,
    user: &str,
    password: &str,
) -> Result<Client, Error> {
    let stream = host.connect_tcp(at).await.expect("somebody listens");
    let server = client::connect(host, stream, &client_config()).await?;
    server.password(user, &Secret::new(password)).await
}

/// Runs `test` against a server on the loopback.
pub(super) fn real<T>(
    text: &str,
    tree: Tree,
    test: impl AsyncFnOnce(RealHost, SocketAddr, Record) -> T,
) -> T {
    host::real::run(async {
        let (at, record) = serve(text, tree).await;
        test(RealHost::new("client", 1), at, record).await
    })
    .expect("the system gives a runtime")
}

/// A server on the loopback: where it listens, and what it says.
async fn serve(text: &str, tree: Tree) -> (SocketAddr, Record) {
    let mut config = config(text);
    config.listen = vec![([127, 0, 0, 1], 0).into()];
    let record = Record::default();
    let host = RealHost::new("server", 1);
    let serving =
        run(host.clone(), config, accounts(), host_keys(1), Rc::new(tree), Duration::ZERO, record.sink());
    host.spawn(async move {
        let error = serving.await.expect_err("a server never ends well");
        panic!("{error}");
    });
    let at = record
        .until(|kind| match kind {
            Kind::Listening { address } => Some(*address),
            _ => None,
        })
        .await;
    (at, record)
}
