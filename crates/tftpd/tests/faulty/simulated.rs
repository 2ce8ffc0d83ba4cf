//! A thousand transfers on the simulated network, where hours cost nothing.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use host::Host;
use simnet::{Builder, Impairments};
use tftp::{ErrorCode, Failure};

use crate::faulty::plan::Plan;
use crate::faulty::proxy::Proxy;
use crate::support::transfer::{Outcome, content, fetch};
use crate::support::{ANY, servers};

/// The controller's wait before it asks again (`ewc.tftp.retransmit-interval`).
const WAIT: Duration = Duration::from_secs(4);
/// Waits of the server's: 1 s, doubled.
const RETRANSMIT: Duration = Duration::from_secs(1);
/// A day is longer than any transfer may take: what has not ended by then hangs.
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What became of a plan, when, and how many strays there were.
struct Ended {
    outcome: Outcome,
    at: Duration,
    strays: u64,
}

fn run(number: u64, plan: &Plan) -> Ended {
    let mut builder = Builder::new(number);
    let [client, proxy, server] = [("client", "10.0.0.1"), ("proxy", "10.0.0.2"), ("server", "10.0.0.3")]
        .map(|(name, address)| builder.host(name, &[address.parse().expect("an address")], false));
    builder.link("lan", &[client], &[proxy], Impairments::default(), Impairments::default());
    builder.link("dc", &[proxy], &[server], Impairments::default(), Impairments::default());
    let net = builder.build();
    let bytes = content(plan.size);
    let (on_server, listen) = (net.host(server), SocketAddr::new(ANY, 69));
    let windowed = plan.windowsize.is_some() && number % 2 == 1;
    net.host(server).spawn(async move {
        if windowed {
            servers::windowed(on_server, listen, bytes, RETRANSMIT).await;
        } else {
            servers::tftpd_hpa(on_server, listen, bytes, RETRANSMIT).await;
        }
    });
    let standing = Rc::new(RefCell::new(None));
    let (on_proxy, faults, stands) = (net.host(proxy), plan.faults.clone(), Rc::clone(&standing));
    net.host(proxy).spawn(async move {
        let server = "10.0.0.3:69".parse().expect("an address");
        let (proxy, _) = Proxy::start(on_proxy, SocketAddr::new(ANY, 69), server, faults).await;
        *stands.borrow_mut() = Some(proxy);
    });
    net.run_until(Duration::ZERO);
    let ended = Rc::new(RefCell::new(None));
    let (on_client, request, end) = (net.host(client), plan.request(WAIT), Rc::clone(&ended));
    net.host(client).spawn(async move {
        let front = "10.0.0.2:69".parse().expect("an address");
        let outcome = fetch(&on_client, front, request).await;
        *end.borrow_mut() = Some((outcome, on_client.now()));
    });
    net.run_until(DAY);
    let strays = standing.take().map_or(0, |proxy: Rc<Proxy<_>>| proxy.strays());
    let Some((outcome, at)) = ended.take() else { panic!("transfer {number} hangs: {plan:?}") };
    Ended { outcome, at, strays }
}

/// How many of the plans ended in which way.
#[derive(Debug, Default)]
struct Tally {
    whole: u64,
    missing: u64,
    timed_out: u64,
    strays: u64,
}

fn judge(number: u64, plan: &Plan, tally: &mut Tally) {
    let Ended { outcome, at, strays } = run(number, plan);
    tally.strays += strays;
    match outcome {
        Ok(bytes) => {
            assert!(!plan.missing, "transfer {number} brought what is not there: {plan:?}");
            assert!(bytes == content(plan.size), "wrong bytes in transfer {number}: {plan:?}");
            tally.whole += 1;
        }
        Err(Failure::PeerError { code: ErrorCode::FILE_NOT_FOUND, .. }) if plan.missing => tally.missing += 1,
        Err(Failure::TimedOut { .. }) if !plan.is_mild() => tally.timed_out += 1,
        Err(failure) => panic!("transfer {number} at {at:?}: {failure}: {plan:?}"),
    }
}

#[test]
fn every_transfer_ends_in_the_right_bytes_or_the_right_error() {
    let mut tally = Tally::default();
    let count = test_support::enlarged(1_000);
    for number in 0..count {
        judge(number, &Plan::simulated(number), &mut tally);
    }
    println!("{tally:?}");
    assert!(tally.whole > 8 * count / 10, "{tally:?}");
    assert!(tally.missing > count / 50, "{tally:?}");
    assert!(tally.timed_out > count / 100, "{tally:?}");
    assert!(tally.strays > 10 * count, "{tally:?}");
}

#[test]
fn the_same_number_gives_the_same_transfer() {
    let plan = Plan::simulated(7);
    let [once, again] = [run(7, &plan), run(7, &plan)];
    assert_eq!((once.at, once.strays), (again.at, again.strays));
    assert_eq!(once.outcome, again.outcome);
}
