//! A controller's client and a server, with a link and a firewall between them.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use ewc::Settings;
use fetch::sftp::{FetchError, Path, Refusal, Request, Step, Transfer, fetch};
use host::Host;
use simnet::{Builder, FirewallId, Impairments, LinkId, RuleAction, Simnet};
use ssh::Secret;

use crate::sftp::server::{Log, PASSWORD, Script, USER, serve};

/// The network, for what happens to it.
pub(super) struct Lab {
    pub net: Simnet,
    pub link: LinkId,
    pub firewall: FirewallId,
}

/// What came of a fetch.
#[derive(Debug)]
pub(super) struct Outcome {
    pub result: Result<Transfer, FetchError>,
    pub data: Vec<u8>,
    pub took: Duration,
    /// What the server saw.
    pub log: Vec<String>,
}

/// What is asked for, as the controller asks.
pub(super) fn request() -> Request {
    let server = SocketAddr::from(([10, 0, 0, 2], 22));
    let path = Path::Home("Documents/EWC/ap3g3".into());
    Settings::default().sftp.request(server, USER, Secret::new(PASSWORD), path)
}

/// Without the controller's own pace.
pub(super) fn fast() -> Request {
    let mut request = request();
    request.reads.rate = None;
    request.key_exchange_time = Duration::ZERO;
    request
}

/// Fetches `request` from a server that is as `script` says, in a LAN to which `plan` makes things happen.
pub(super) fn run(script: Script, request: Request, plan: impl FnOnce(&Lab)) -> Outcome {
    let everything = |_: Step<'_>| Ok(());
    run_taking(script, request, plan, everything)
}

/// The same; `judge` may refuse.
pub(super) fn run_taking(
    script: Script,
    request: Request,
    plan: impl FnOnce(&Lab),
    judge: impl FnMut(Step<'_>) -> Result<(), Refusal> + 'static,
) -> Outcome {
    run_boxed(script, request, Box::new(plan), Box::new(judge))
}

/// What may refuse what comes.
type Judge = Box<dyn FnMut(Step<'_>) -> Result<(), Refusal>>;

/// Not generic: the client is compiled once for all tests.
fn run_boxed(
    script: Script,
    request: Request,
    plan: Box<dyn FnOnce(&Lab) + '_>,
    mut judge: Judge,
) -> Outcome {
    let mut builder = Builder::new(1);
    let client = builder.host("client", &["10.0.0.1".parse().expect("an address")], true);
    let server = builder.host("server", &["10.0.0.2".parse().expect("an address")], true);
    let lan = Impairments::default;
    let link = builder.link("lan", &[client], &[server], lan(), lan());
    let firewall = builder.firewall("fw", &[client], &[server], Vec::new(), RuleAction::Permit);
    let lab = Lab { net: builder.build(), link, firewall };
    let log = Log::default();
    let (serving, into) = (lab.net.host(server), Rc::clone(&log));
    serving.clone().spawn(async move {
        let any = SocketAddr::from(([0, 0, 0, 0], 22));
        let listener = serving.listen_tcp(any).await.expect("a free port");
        serve(serving, listener, script, into).await;
    });
    plan(&lab);
    let host = lab.net.host(client);
    let outcome = Rc::new(RefCell::new(None));
    let result = Rc::clone(&outcome);
    host.clone().spawn(async move {
        let mut data = Vec::new();
        let fetched = fetch(&host, request, |step| {
            judge(step)?;
            if let Step::Data(bytes) = step {
                data.extend_from_slice(bytes);
            }
            Ok(())
        })
        .await;
        result.replace(Some((fetched, data, host.now())));
    });
    lab.net.run_until(Duration::from_secs(3_600));
    let (result, data, took) = outcome.take().expect("it ends within an hour");
    Outcome { result, data, took, log: log.take() }
}
