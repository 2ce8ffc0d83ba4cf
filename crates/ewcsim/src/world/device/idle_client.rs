//! Hosts that take no part in the upgrade: they hold connections to a server and send nothing, as scanners and stuck clients do.

use std::net::SocketAddr;
use std::time::Duration;

use catalogue::FactError;
use engine::AnyHost;
use host::{Host, Sink};
use scenario::Scenario;
use tokio::io::AsyncReadExt;

use super::{Blueprint, Device, Kind, Start, Supplies};
use crate::world::logs::Printed;
use crate::world::record::Event;

/// The pause from the end of a connection, or of an attempt, to the next one.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) static KIND: Kind = Kind {
    noun: "an idle client",
    title: "Idle clients",
    events: &[],
    common_fields: &[],
    speaks_tcp: true,
    commands: Vec::new,
    show: |_| None,
    refuses: |_| None,
};

/// An idle client, both as set up and as running: it has no state.
#[derive(Clone, Debug)]
pub(super) struct IdleClient {
    server: SocketAddr,
    connections: usize,
}

impl IdleClient {
    pub(super) fn read(scenario: &Scenario, index: usize) -> Self {
        let setup = &scenario.idle_clients[index];
        let server = scenario.host(&setup.server).expect("the scenario's names are checked");
        Self { server: SocketAddr::new(server.address, setup.port), connections: setup.connections }
    }
}

impl Blueprint for IdleClient {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn build(&self, _supplies: &Supplies<'_>) -> Result<Box<dyn Device>, FactError> {
        Ok(Box::new(self.clone()))
    }

    fn lines(&self, _at: Duration, _event: &Event) -> Vec<Printed> {
        Vec::new()
    }
}

impl Device for IdleClient {
    /// Holds its connections as long as `host` has power. A connection that ends is opened again.
    fn start(&self, host: &AnyHost, _start: Start, _events: Sink<Event>) {
        for _ in 0..self.connections {
            let (device, server) = (host.clone(), self.server);
            host.spawn(async move {
                loop {
                    if let Ok(mut stream) = device.connect_tcp(server).await {
                        let mut heard = [0; 256];
                        // The server's data is read, so that a full buffer of the client does not end the connection.
                        while stream.read(&mut heard).await.is_ok_and(|bytes| bytes > 0) {}
                    }
                    device.sleep(PAUSE).await;
                }
            });
        }
    }
}
