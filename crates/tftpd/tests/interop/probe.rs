//! What a client does to a server, and a record of what comes of it.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use host::real::{RealHost, RealUdp};
use host::{Host, Udp};

/// How long an answer may take, and how long to listen for more of them. in.tftpd repeats itself after 1 s.
const FIRST: Duration = Duration::from_millis(600);
const MORE: Duration = Duration::from_millis(40);
/// How long a line may take that comes for another reason than a datagram.
const LINE: Duration = Duration::from_secs(5);

/// A server that is compared.
pub(super) trait Server {
    fn address(&self) -> SocketAddr;
    /// The lines since the last call: priority and message.
    fn log(&self) -> Vec<String>;
}

/// One step of a client.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Sends to the server's own port, and listens.
    Ask(Vec<u8>),
    /// Sends to the port that answered, and listens.
    Reply(Vec<u8>),
    /// Acknowledges an OACK, if that was the answer, and listens.
    Accept,
    /// Sends to the port that answered what ends it all, which is not answered.
    Stop(Vec<u8>),
    /// As that, and waits for a line of it.
    StopWithALine(Vec<u8>),
    /// Closes its socket and lets the server run into it, which it logs. The request is repeated to the port that answered.
    HangUp(Vec<u8>),
}

/// Runs the steps from a socket of their own.
pub(super) async fn run(client: &RealHost, server: &impl Server, steps: &[Step]) -> Vec<String> {
    let mut record: Vec<String> = Vec::new();
    let mut socket = Some(bind(client).await);
    let mut peer = server.address();
    let acknowledged = Step::Reply(vec![0, 4, 0, 0]);
    for step in steps {
        let Some(open) = &socket else { break };
        let answer = record.iter().rev().find(|line| line.starts_with('<'));
        let is_oack = answer.is_some_and(|line| line.starts_with("< \\x00\\x06"));
        let step = match step {
            Step::Accept if is_oack => &acknowledged,
            Step::Accept => continue,
            step => step,
        };
        let (to, datagram) = match step {
            Step::Ask(datagram) => (server.address(), datagram),
            Step::Reply(datagram) | Step::Stop(datagram) => (peer, datagram),
            Step::StopWithALine(datagram) | Step::HangUp(datagram) => (peer, datagram),
            Step::Accept => continue,
        };
        record.push(format!("> {}", datagram.escape_ascii()));
        open.send_to(Bytes::from(datagram.clone()), to).await.expect("sent");
        match step {
            Step::Ask(_) | Step::Reply(_) => peer = listen(client, open, peer, &mut record).await,
            Step::Accept => {}
            Step::Stop(_) => client.sleep(MORE).await,
            Step::StopWithALine(_) => lines(client, server, &mut record).await,
            Step::HangUp(_) => {
                socket = None;
                lines(client, server, &mut record).await;
            }
        }
        record.extend(server.log().into_iter().map(|line| format!("log {line}")));
    }
    record
}

async fn bind(client: &RealHost) -> RealUdp {
    client.bind_udp(([127, 0, 0, 1], 0).into()).await.expect("a free port")
}

async fn listen(
    client: &RealHost,
    socket: &RealUdp,
    mut peer: SocketAddr,
    record: &mut Vec<String>,
) -> SocketAddr {
    let mut timer = client.timer();
    let mut wait = FIRST;
    while let Some((answer, from)) =
        socket.recv_from_until(&mut timer, Some(client.now() + wait)).await.expect("received")
    {
        record.push(format!("< {}", answer.into_bytes().escape_ascii()));
        peer = from;
        wait = MORE;
    }
    peer
}

async fn lines(client: &RealHost, server: &impl Server, record: &mut Vec<String>) {
    let end = client.now() + LINE;
    while client.now() < end {
        let lines = server.log();
        if !lines.is_empty() {
            record.extend(lines.into_iter().map(|line| format!("log {line}")));
            return;
        }
        client.sleep(Duration::from_millis(2)).await;
    }
}
