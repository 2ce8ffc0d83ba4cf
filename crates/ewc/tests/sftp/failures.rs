//! Fetches that fail, each in its own way.

use std::io::ErrorKind;
use std::time::Duration;

use fetch::sftp::{Failure, FetchError, Operation, Path, Refusal, Step};
use sftp::{Attributes, Reply, Status, StatusCode};
use simnet::{FirewallId, Match, Protocol, Rule, RuleAction, Simnet};
use ssh::{Algorithms, End, Negotiated, Secret};

use crate::sftp::server::{Deed, Script, status};
use crate::sftp::world::{Lab, Outcome, fast, request, run, run_taking};

/// From now on, a rule for TCP port 22.
fn rule(net: &Simnet, firewall: FirewallId, action: RuleAction) {
    let matches = Match { protocol: Some(Protocol::Tcp), ports: Some(22..=22), ..Match::default() };
    net.network().change_rules(firewall, |rules| rules.push(Rule::new(action, matches)));
}

/// The same after 5 s.
fn later(lab: &Lab, action: RuleAction) {
    let firewall = lab.firewall;
    lab.net.at(Duration::from_secs(5), move |net| rule(net, firewall, action));
}

fn failed(outcome: Outcome) -> FetchError {
    outcome.result.expect_err("it fails")
}

/// What a server leads to that does `deed` when it would log `line`.
fn after(line: &'static str, deed: Deed) -> FetchError {
    failed(run(Script::with(100_000).but(line, deed), fast(), |_| ()))
}

#[test]
fn a_wrong_password_an_unknown_user() {
    for (user, password) in [("calo", "wrong"), ("nobody", "Sw0rdfish")] {
        let mut request = fast();
        (request.user, request.password) = (user.into(), Secret::new(password));
        let outcome = run(Script::with(1), request, |_| ());
        assert_eq!(outcome.log, [&format!("{user} by Password(*****)"), "Closed"], "one try");
        let error = failed(outcome);
        assert!(
            matches!(&error, FetchError::Denied { methods } if methods == &["publickey", "password"]),
            "{error:?}"
        );
    }
}

#[test]
fn answers_that_refuse() {
    for (line, operation) in [
        ("realpath", Operation::Realpath),
        ("stat", Operation::Stat),
        ("open", Operation::Open),
        ("read 32768", Operation::Read),
    ] {
        let code = StatusCode::PERMISSION_DENIED;
        let FetchError::Failed(failure) = after(line, Deed::Answer(status(code))) else { panic!("{line}") };
        assert_eq!(failure, Failure::Status { operation, status: Status::new(code, "in words") });
    }
    let mut request = fast();
    request.path = Path::Absolute("/etc/none".into());
    let error = failed(run(Script::with(1), request, |_| ()));
    assert_eq!(error.to_string(), "stat: in words");
}

#[test]
fn nobody_listens() {
    let mut request = fast();
    request.server.set_port(2_222);
    let error = failed(run(Script::with(1), request, |_| ()));
    assert!(
        matches!(&error, FetchError::Connect(error) if error.kind() == ErrorKind::ConnectionRefused),
        "{error:?}"
    );
    let rejected = run(Script::with(1), fast(), |lab| rule(&lab.net, lab.firewall, RuleAction::Reject));
    let error = failed(rejected);
    assert!(
        matches!(&error, FetchError::Connect(error) if error.kind() == ErrorKind::ConnectionRefused),
        "{error:?}"
    );
}

#[test]
fn a_firewall_that_says_nothing() {
    let outcome = run(Script::with(1), request(), |lab| rule(&lab.net, lab.firewall, RuleAction::Deny));
    assert_eq!(outcome.took, Duration::from_secs(30));
    let error = failed(outcome);
    assert!(matches!(&error, FetchError::Connect(error) if error.kind() == ErrorKind::TimedOut), "{error:?}");
}

#[test]
fn silence_in_mid_transfer() {
    let mut slow = fast();
    slow.reads.rate = Some(50_000);
    let outcome = run(Script::with(1_000_000), slow.clone(), |lab| {
        later(lab, RuleAction::Deny);
    });
    assert!((120.0..130.0).contains(&outcome.took.as_secs_f64()), "{:?}", outcome.took);
    let bytes = outcome.data.len() as u64;
    assert!(bytes > 200_000);
    assert!(
        matches!(outcome.result, Err(FetchError::TimedOut { bytes: b }) if b == bytes),
        "{:?}",
        outcome.result
    );
    // A server that still lives and does not answer.
    for line in ["init", "stat", "read 65536"] {
        let error = after(line, Deed::Silence);
        assert!(matches!(error, FetchError::TimedOut { .. }), "{line}: {error:?}");
    }
}

#[test]
fn a_server_that_does_not_say_goodbye() {
    // The file is whole, whatever follows. The controller waits for the goodbye as long as for any answer.
    for (deed, waits) in [(Deed::Silence, 120), (Deed::CloseChannel, 0), (Deed::CloseConnection, 0)] {
        let outcome = run(Script::with(100_000).but("close", deed), fast(), |_| ());
        assert_eq!(outcome.result.expect("it is whole").bytes, 100_000);
        assert_eq!(outcome.took.as_secs(), waits);
    }
}

#[test]
fn a_connection_that_is_reset() {
    let mut slow = fast();
    slow.reads.rate = Some(50_000);
    let outcome = run(Script::with(1_000_000), slow, |lab| {
        later(lab, RuleAction::Reject);
    });
    assert!(outcome.took < Duration::from_secs(6), "{:?}", outcome.took);
    assert!(
        matches!(&outcome.result, Err(FetchError::Ended { end: End::Reset, bytes: 200_000.. })),
        "{:?}",
        outcome.result
    );
}

#[test]
fn a_server_that_goes_away() {
    for line in ["session", "realpath", "read 32768"] {
        let error = after(line, Deed::CloseConnection);
        assert!(
            matches!(&error, FetchError::Ended { end: End::Closed | End::Disconnected { .. }, .. }),
            "{line}: {error:?}"
        );
    }
    let error = after("read 32768", Deed::CloseChannel);
    assert!(matches!(error, FetchError::ChannelClosed { bytes: 32_768 }), "{error:?}");
    let error = after("subsystem", Deed::Silence);
    assert!(matches!(error, FetchError::NoSubsystem(_)), "{error:?}");
}

#[test]
fn nothing_in_common() {
    let mut request = fast();
    request.ssh.algorithms.kex = vec!["diffie-hellman-group1-sha1".into()];
    let error = failed(run(Script::with(1), request, |_| ()));
    let FetchError::Ended { end: End::NoCommon { what, theirs }, .. } = error else { panic!("{error:?}") };
    assert_eq!(what, Negotiated::KeyExchange);
    assert_eq!(theirs.first(), Algorithms::openssh_8_9().kex.first());
}

#[test]
fn a_host_key_that_is_not_liked() {
    let outcome = run_taking(
        Script::with(1),
        fast(),
        |_| (),
        |step| match step {
            Step::HostKey(key) => {
                assert!(key.fingerprint().starts_with("SHA256:"));
                Err(Refusal::HostKey)
            }
            _ => panic!("nothing else comes"),
        },
    );
    assert_eq!(outcome.log, ["Closed"], "neither user nor password was said");
    assert!(matches!(failed(outcome), FetchError::Refused(Refusal::HostKey)));
}

#[test]
fn a_file_that_does_not_fit() {
    let outcome = run_taking(
        Script::with(9),
        fast(),
        |_| (),
        |step| match step {
            Step::Found(Some(9)) => Err(Refusal::NoSpace),
            _ => Ok(()),
        },
    );
    assert_eq!(outcome.log.iter().filter(|line| line.starts_with("read")).count(), 0);
    assert!(matches!(failed(outcome), FetchError::Refused(Refusal::NoSpace)));
}

#[test]
fn another_length_than_was_told() {
    let told = |size| Deed::Answer(Reply::Attrs(Attributes { size: Some(size), ..Attributes::none() }));
    let error = after("stat", told(200_000));
    assert!(
        matches!(error, FetchError::Failed(Failure::Shorter { announced: 200_000, received: 100_000 })),
        "{error:?}"
    );
    let error = after("stat", told(99_999));
    assert!(matches!(error, FetchError::Failed(Failure::Longer { announced: 99_999 })), "{error:?}");
}
