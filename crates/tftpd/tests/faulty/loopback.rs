//! A hundred transfers at a time over the sockets of this machine: our client, the proxy and our servers, each on ports of its own.

use std::time::Duration;

use host::real::RealHost;
use tftp::{ErrorCode, Failure};

use crate::faulty::plan::Plan;
use crate::faulty::proxy::Proxy;
use crate::support::transfer::{Outcome, content, fetch};
use crate::support::{LOOPBACK, on_this_machine, servers};

/// The client's wait before it asks again, ten times in all.
pub(super) const WAIT: Duration = Duration::from_millis(400);
/// Waits of the server's: this, doubled.
const RETRANSMIT: Duration = Duration::from_millis(50);
async fn run(number: u64, plan: Plan) -> (Outcome, u64) {
    let host = RealHost::new("loopback", number);
    let bytes = content(plan.size);
    let server = if plan.windowsize.is_some() && number % 2 == 1 {
        servers::windowed(host.clone(), LOOPBACK, bytes, RETRANSMIT).await
    } else {
        servers::tftpd_hpa(host.clone(), LOOPBACK, bytes, RETRANSMIT).await
    };
    let (proxy, front) = Proxy::start(host.clone(), LOOPBACK, server, plan.faults.clone()).await;
    let outcome = fetch(&host, front, plan.request(WAIT)).await;
    (outcome, proxy.strays())
}

#[test]
fn a_hundred_transfers_on_the_loopback_end_right() {
    let [mut whole, mut missing, mut timed_out, mut strays] = [0; 4];
    on_this_machine(async {
        let running: Vec<_> = (0..100)
            .map(|number| {
                let plan = Plan::loopback(number);
                (number, plan.clone(), tokio::task::spawn_local(run(number, plan)))
            })
            .collect();
        for (number, plan, transfer) in running {
            let (outcome, came) = transfer.await.expect("a transfer does not panic");
            strays += came;
            match outcome {
                Ok(bytes) => {
                    assert!(!plan.missing, "transfer {number} brought what is not there: {plan:?}");
                    assert!(bytes == content(plan.size), "wrong bytes in transfer {number}: {plan:?}");
                    whole += 1;
                }
                Err(Failure::PeerError { code: ErrorCode::FILE_NOT_FOUND, .. }) if plan.missing => {
                    missing += 1;
                }
                // How long this machine stands still is not for the test to say.
                Err(Failure::TimedOut { .. }) => timed_out += 1,
                Err(failure) => panic!("transfer {number}: {failure}: {plan:?}"),
            }
        }
    });
    let tally = format!("{whole} whole, {missing} missing, {timed_out} timed out, {strays} strays");
    println!("{tally}");
    assert!(whole > 80 && missing > 1 && strays > 100, "{tally}");
}
