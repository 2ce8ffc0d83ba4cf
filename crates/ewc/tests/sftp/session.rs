//! Fetches that succeed, and how long they take.

use std::time::Duration;

use fetch::sftp::Path;

use crate::sftp::server::Script;
use crate::sftp::world::{Outcome, fast, request, run};

#[test]
fn one_session_in_the_order_of_the_sample() {
    let script = Script::with(50_000);
    let Outcome { result, data, log, .. } = run(script.clone(), request(), |_| ());
    let transfer = result.expect("it is fetched");
    assert_eq!((transfer.bytes, transfer.reads), (50_000, 3));
    assert_eq!(transfer.server_identification, "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3.6");
    assert!(data == script.file);
    let expected = [
        "calo by Password(*****)",
        "session",
        "subsystem sftp",
        "init",
        "realpath .",
        "stat /home/calo/Documents/EWC/ap3g3",
        "open /home/calo/Documents/EWC/ap3g3",
        "read 0 32768",
        "read 32768 32768",
        "read 50000 15536",
        "close",
        "eof",
        // No SSH_MSG_DISCONNECT: sshd would log one.
        "Closed",
    ];
    assert_eq!(log, expected);
}

#[test]
fn the_controller_s_pace_and_the_network_s_add_up() {
    let script = Script::with(1_482_620);
    let lan = run(script.clone(), request(), |_| ());
    let seconds = |outcome: &Outcome| outcome.took.as_secs_f64();
    // 10 s of digestion and 6.24 s for the keys; some 50 round trips of 0.5 ms are little.
    assert!((16.24..16.44).contains(&seconds(&lan)), "{:?}", lan.took);
    let wan = run(script, request(), |lab| {
        lab.net.network().change_link(lab.link, |to, back| {
            (to.latency, back.latency) = (Duration::from_millis(50), Duration::from_millis(50));
        });
    });
    // One READ at a time: 47 of them wait for 100 ms each, and so does all that came before.
    let slower = seconds(&wan) - seconds(&lan);
    assert!((5.0..12.0).contains(&slower), "{:?}", wan.took);
}

#[test]
fn the_sample_s_wrong_path() {
    let mut request = request();
    request.path = Path::Home("Documents/Wrong-Path/ap1g6".into());
    let settings = ewc::Settings::default();
    let outcome = run(Script::with(1), request, |_| ());
    // The engine's own preparation comes before.
    let took = (settings.install_prepare + outcome.took).as_secs_f64();
    assert!((took - 8.405).abs() < 0.01, "8.405 s in the sample, {took} s here");
    let after_stat: Vec<_> = outcome.log.iter().skip_while(|line| !line.starts_with("stat")).collect();
    assert_eq!(after_stat, ["stat /home/calo/Documents/Wrong-Path/ap1g6", "eof", "Closed"]);
}

#[test]
fn a_link_that_is_down_for_a_while_is_waited_for() {
    let script = Script::with(300_000);
    let mut request = fast();
    request.reads.rate = Some(100_000);
    let outcome = run(script.clone(), request, |lab| {
        let link = lab.link;
        for (at, up) in [(1, false), (21, true)] {
            lab.net.at(Duration::from_secs(at), move |net| {
                net.network().change_link(link, |to, back| (to.up, back.up) = (up, up));
            });
        }
    });
    assert!(outcome.result.is_ok() && outcome.data == script.file, "{:?}", outcome.result);
    assert!(outcome.took > Duration::from_secs(22), "{:?}", outcome.took);
}

#[test]
fn a_server_that_is_slow_is_not_silent() {
    let script = Script::with(100_000);
    let mut request = fast();
    request.stall_timeout = Duration::from_secs(2);
    let outcome = run(script.clone(), request, |lab| {
        // A READ of 32 KiB takes 2.7 s, each of its packets 0.12 s.
        lab.net.network().change_link(lab.link, |_, back| back.bandwidth = Some(100_000));
    });
    assert!(outcome.result.is_ok() && outcome.data == script.file, "{:?}", outcome.result);
    assert!(outcome.took > Duration::from_secs(8), "{:?}", outcome.took);
}
