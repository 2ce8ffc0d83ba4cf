//! A server with a user and two subsystems, a client, and two worlds to run them in.
#![allow(dead_code)] // Each test binary uses its part.

use std::cell::RefCell;
use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use host::real::RealHost;
use host::{Host, TcpListener};
use rand::SeedableRng;
use simnet::{Builder, HostId, Impairments, RuleAction, SimHost, Simnet};
use ssh::server::{AuthMethod, Decision, Method, Request, Session};
use ssh::{Algorithms, Channel, End, HostKey, KeyAlgorithm, Secret, client, server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

pub(crate) const USER: &str = "ewctest";
pub(crate) const PASSWORD: &str = "Sw0rdfish";
pub(crate) const OPENSSH: &str = "SSH-2.0-OpenSSH_8.9p1";

/// What a server was asked, a line each.
pub(crate) type Log = Rc<RefCell<Vec<String>>>;

pub(crate) fn host_key(seed: u64) -> HostKey {
    HostKey::generate(KeyAlgorithm::Ed25519, &mut host::Entropy::seed_from_u64(seed))
}

pub(crate) fn server_config() -> server::Config {
    server::Config {
        identification: "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6".to_owned(),
        host_keys: vec![host_key(1)],
        algorithms: Algorithms::openssh_8_9(),
        methods: vec![AuthMethod::Password],
        banner: None,
        sessions_max: 10,
    }
}

pub(crate) fn client_config() -> client::Config {
    client::Config { identification: OPENSSH.to_owned(), algorithms: Algorithms::openssh_8_9() }
}

/// The same test in both worlds: `async fn name<H: Host>(server: H, client: H, at: SocketAddr)`.
#[macro_export]
macro_rules! in_both_worlds {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn on_loopback() {
                $crate::common::on_loopback(super::$name);
            }

            #[test]
            fn simulated() {
                $crate::common::simulated(1, super::$name);
            }
        }
    )*};
}

pub(crate) fn on_loopback<F: Future>(test: impl FnOnce(RealHost, RealHost, SocketAddr) -> F) -> F::Output {
    let hosts = [RealHost::new("server", 1), RealHost::new("client", 1)];
    let [server, client] = hosts;
    host::real::run(async { test(server, client, SocketAddr::from(([127, 0, 0, 1], 0))).await })
        .expect("the system gives a runtime")
}

pub(crate) fn simulated<F>(seed: u64, test: impl FnOnce(SimHost, SimHost, SocketAddr) -> F) -> F::Output
where
    F: Future + 'static,
    F::Output: 'static,
{
    let (net, [server, client], _) = pair(seed);
    let at = SocketAddr::from(([10, 0, 0, 2], 22));
    let test = test(server, client.clone(), at);
    let output = Rc::new(RefCell::new(None));
    let into = Rc::clone(&output);
    client.spawn(async move {
        let value = test.await;
        into.replace(Some(value));
    });
    net.run_until(Duration::from_secs(36_000));
    output.take().expect("the test comes to its end within ten simulated hours")
}

/// A server and a client, 1 ms apart, and the server's id.
pub(crate) fn pair(seed: u64) -> (Simnet, [SimHost; 2], HostId) {
    let mut builder = Builder::new(seed);
    let client = builder.host("client", &["10.0.0.1".parse().expect("an address")], true);
    let server = builder.host("server", &["10.0.0.2".parse().expect("an address")], true);
    let lan = Impairments { latency: Duration::from_millis(1), ..Impairments::default() };
    builder.link("lan", &[client], &[server], lan.clone(), lan);
    builder.firewall("fw", &[client], &[server], Vec::new(), RuleAction::Permit);
    let net = builder.build();
    let hosts = [net.host(server), net.host(client)];
    (net, hosts, server)
}

/// Serves all who connect. Returns where, and what they ask.
pub(crate) async fn serve<H: Host>(host: &H, at: SocketAddr, config: server::Config) -> (SocketAddr, Log) {
    let listener = host.listen_tcp(at).await.expect("a free port");
    let at = listener.local_addr();
    let log = Log::default();
    let (host, into) = (host.clone(), Rc::clone(&log));
    host.clone().spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let session = server::start(&host, stream, &config);
            host.spawn(attend(host.clone(), session, Rc::clone(&into)));
        }
    });
    (at, log)
}

/// Lets the user in by password, and runs `echo` and `bulk`.
pub(crate) async fn attend<H: Host>(host: H, mut session: Session, log: Log) {
    loop {
        let request = session.next().await;
        log.borrow_mut().push(match &request {
            Request::Authenticate { user, method, .. } => format!("{user} by {method:?}"),
            Request::OpenSession { id, .. } => format!("session {id}"),
            Request::Subsystem { id, name, .. } => format!("{id}: subsystem {name}"),
            Request::Exec { id, command, .. } => format!("{id}: exec {}", command.escape_ascii()),
            Request::Shell { id, .. } => format!("{id}: shell"),
            Request::Other { id, kind, .. } => format!("{id:?}: {kind}"),
            Request::ChannelClosed { id } => format!("{id}: closed"),
            other => format!("{other:?}"),
        });
        match request {
            Request::Authenticate { user, method, reply } => {
                let is_right = user == USER && method == Method::Password(Secret::new(PASSWORD));
                let methods = vec![AuthMethod::Password];
                reply.send(if is_right {
                    Decision::Accept
                } else {
                    Decision::Reject { methods, is_partial: false }
                });
            }
            Request::OpenSession { reply, .. } => reply.send(true),
            Request::Subsystem { name, channel, reply, .. } => match name.as_str() {
                "echo" => {
                    reply.send(true);
                    host.spawn(echo(channel));
                }
                "bulk" => {
                    reply.send(true);
                    host.spawn(bulk(channel));
                }
                _ => reply.send(false),
            },
            Request::End(_) => return,
            // The rest is refused.
            _ => {}
        }
    }
}

/// Gives back what comes, until there is no more.
pub(crate) async fn echo(mut channel: Channel) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = channel.read(&mut buffer).await {
        if channel.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    let _ = channel.shutdown().await;
    let _ = channel.exit_status(0).await;
}

/// Sends as many bytes as it is asked for in 8 bytes, as often as it is asked.
pub(crate) async fn bulk(mut channel: Channel) {
    let chunk = Bytes::from(vec![0x5a; 32 << 10]);
    while let Ok(mut left) = channel.read_u64().await {
        while left > 0 {
            let length = left.min(chunk.len() as u64);
            if channel.send(chunk.slice(..length as usize)).await.is_err() {
                return;
            }
            left -= length;
        }
    }
}

pub(crate) async fn connect<H: Host>(
    host: &H,
    at: SocketAddr,
) -> Result<client::Unauthenticated, client::Error> {
    connect_with(host, at, &client_config()).await
}

pub(crate) async fn connect_with<H: Host>(
    host: &H,
    at: SocketAddr,
    config: &client::Config,
) -> Result<client::Unauthenticated, client::Error> {
    let stream = host.connect_tcp(at).await.expect("the server listens");
    client::connect(host, stream, config).await
}

pub(crate) async fn log_in<H: Host>(host: &H, at: SocketAddr) -> client::Client {
    let connection = connect(host, at).await.expect("the server speaks SSH");
    connection.password(USER, &Secret::new(PASSWORD)).await.expect("the password is right")
}

/// Waits until `log` has a line that ends the session, and gives all lines.
pub(crate) async fn ended<H: Host>(host: &H, log: &Log) -> Vec<String> {
    wait_for(host, log, |line| line.starts_with("End(")).await
}

/// Waits until `log` has such a line, and gives all lines.
pub(crate) async fn wait_for<H: Host>(host: &H, log: &Log, is_it: impl Fn(&str) -> bool) -> Vec<String> {
    for _ in 0..3_000 {
        if log.borrow().iter().any(|line| is_it(line)) {
            return log.borrow().clone();
        }
        host.sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came: {:?}", log.borrow());
}

pub(crate) fn end(end: &End) -> String {
    format!("End({end:?})")
}
