//! One exchange, in one world or the other.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use host::Host;
use host::real::RealHost;
use simnet::{Builder, Impairments, SimHost};

use crate::parity::recorder::{Entry, Record, Recorder, Way};
use crate::support::{ANY, LOOPBACK, on_this_machine, servers};

/// The first wait of the servers.
const RETRANSMIT: Duration = Duration::from_secs(1);
/// How long a datagram may be on its way on the loopback before it is lost.
const UNDER_WAY_MAX: Duration = Duration::from_secs(20);

/// Which server answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Server {
    TftpdHpa,
    Windowed,
}

/// What both ends do beside the exchange itself.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub server: Server,
    pub file: Vec<u8>,
    /// Which of the datagrams that the client sends go nowhere, counted from 0.
    pub client_loses: &'static [usize],
    /// The same for the server.
    pub server_loses: &'static [usize],
}

impl Setup {
    async fn serve<H: Host>(self, host: H, listen: SocketAddr) -> SocketAddr {
        match self.server {
            Server::TftpdHpa => servers::tftpd_hpa(host, listen, self.file, RETRANSMIT).await,
            Server::Windowed => servers::windowed(host, listen, self.file, RETRANSMIT).await,
        }
    }
}

/// What the client saw, and what the server saw.
pub(super) type Seen = (Vec<Entry>, Vec<Entry>);

/// Runs `exchange` between two simulated hosts.
pub(super) fn simulated(
    setup: Setup,
    exchange: impl AsyncFnOnce(Recorder<SimHost>, SocketAddr) + 'static,
) -> Seen {
    let mut builder = Builder::new(1);
    let [client, server] = [("client", "10.0.0.1"), ("server", "10.0.0.2")]
        .map(|(name, address)| builder.host(name, &[address.parse().expect("an address")], false));
    builder.link("lan", &[client], &[server], Impairments::default(), Impairments::default());
    let net = builder.build();
    let records = [Record::losing(setup.client_loses), Record::losing(setup.server_loses)];
    let [at_client, at_server] = [client, server].map(|id| net.host(id));
    let serving = Recorder { host: at_server.clone(), record: Rc::clone(&records[1]) };
    at_server.spawn(async move {
        setup.serve(serving, SocketAddr::new(ANY, 69)).await;
    });
    net.run_until(Duration::ZERO);
    let asking = Recorder { host: at_client.clone(), record: Rc::clone(&records[0]) };
    let done = Rc::new(std::cell::Cell::new(false));
    let ended = Rc::clone(&done);
    at_client.spawn(async move {
        exchange(asking, "10.0.0.2:69".parse().expect("an address")).await;
        ended.set(true);
    });
    net.run_until(Duration::from_secs(600));
    assert!(done.get(), "the exchange ends");
    records.map(|record| record.entries()).into()
}

/// Runs `exchange` between two sockets of this machine.
pub(super) fn real(setup: Setup, exchange: impl AsyncFnOnce(Recorder<RealHost>, SocketAddr)) -> Seen {
    let records = [Record::losing(setup.client_loses), Record::losing(setup.server_loses)];
    on_this_machine(async {
        let [client, server] = [("client", &records[0]), ("server", &records[1])]
            .map(|(name, record)| Recorder { host: RealHost::new(name, 1), record: Rc::clone(record) });
        let address = setup.serve(server, LOOPBACK).await;
        exchange(client.clone(), address).await;
        // What is under way arrives, or something is wrong with this machine.
        let under_way = || {
            let [client, server] = &records;
            client.count(Way::Sent) > server.count(Way::Received)
                || server.count(Way::Sent) > client.count(Way::Received)
        };
        let deadline = client.now() + UNDER_WAY_MAX;
        while under_way() && client.now() < deadline {
            tokio::task::yield_now().await;
        }
    });
    records.map(|record| record.entries()).into()
}
