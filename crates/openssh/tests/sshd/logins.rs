//! Who gets in, and what the log says of it.

use std::time::Duration;

use ssh::client::Error;

use crate::sshd::world::{PASSWORD, World, at, log_in};

/// The log of one login under a configuration, whether it was let in, and how long the answer took.
fn login(text: &str, user: &'static str, password: &'static str) -> (bool, Duration, Vec<String>) {
    let world = World::new(text);
    let (is_in, took) = world.run(Duration::from_secs(60), async move |host: simnet::SimHost| {
        use host::Host;
        let began = host.now();
        let outcome = log_in(&host, at(), user, password).await;
        let took = host.now() - began;
        match outcome {
            Ok(_) => (true, took),
            Err(Error::Denied { .. }) => (false, took),
            Err(other) => panic!("{other}"),
        }
    });
    (is_in, took, world.record.session())
}

const PAM_OF_CALO: &str = "sshd[A]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= \
                           rhost=172.16.4.26  user=calo";

#[test]
fn the_right_password_opens_a_session() {
    let (is_in, took, log) = login("", "calo", PASSWORD);
    assert!(is_in && took < Duration::from_millis(100), "{took:?}");
    assert_eq!(
        log,
        [
            "sshd[A]: Accepted password for calo from 172.16.4.26 port PORT ssh2",
            "sshd[A]: pam_unix(sshd:session): session opened for user calo(uid=1000) by (uid=0)",
            "sshd[A]: pam_unix(sshd:session): session closed for user calo",
        ]
    );
}

#[test]
fn a_wrong_password_fails_seconds_later() {
    let (is_in, took, log) = login("", "calo", "wrong");
    assert!(!is_in && (1..6).contains(&took.as_secs()), "{took:?}");
    assert_eq!(
        log,
        [
            PAM_OF_CALO,
            "sshd[A]: Failed password for calo from 172.16.4.26 port PORT ssh2",
            "sshd[A]: Connection closed by authenticating user calo 172.16.4.26 port PORT [preauth]",
        ]
    );
}

#[test]
fn an_unknown_user_is_told_nothing_and_waits_as_long() {
    let (is_in, took, log) = login("", "nobody-here", PASSWORD);
    assert!(!is_in && (1..6).contains(&took.as_secs()), "{took:?}");
    assert_eq!(
        log,
        [
            "sshd[A]: Invalid user nobody-here from 172.16.4.26 port PORT",
            "sshd[A]: pam_unix(sshd:auth): check pass; user unknown",
            "sshd[A]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=172.16.4.26 ",
            "sshd[A]: Failed password for invalid user nobody-here from 172.16.4.26 port PORT ssh2",
            "sshd[A]: Connection closed by invalid user nobody-here 172.16.4.26 port PORT [preauth]",
        ]
    );
}

#[test]
fn without_pam_it_is_quicker_and_says_less() {
    let (is_in, took, log) = login("UsePAM no\n", "calo", "wrong");
    assert!(!is_in && took < Duration::from_millis(100), "{took:?}");
    let closed = "sshd[A]: Connection closed by authenticating user calo 172.16.4.26 port PORT [preauth]";
    assert_eq!(log, ["sshd[A]: Failed password for calo from 172.16.4.26 port PORT ssh2", closed]);
    let (is_in, _, log) = login("UsePAM no\n", "nobody-here", PASSWORD);
    assert!(!is_in);
    assert_eq!(log[1], "sshd[A]: error: Could not get shadow information for NOUSER");
    let (is_in, _, log) = login("UsePAM no\n", "locked", PASSWORD);
    assert!(!is_in);
    assert_eq!(log[0], "sshd[A]: User locked not allowed because account is locked");
    let (is_in, _, log) = login("UsePAM no\n", "calo", PASSWORD);
    assert!(is_in);
    assert_eq!(log, ["sshd[A]: Accepted password for calo from 172.16.4.26 port PORT ssh2"]);
}

#[test]
fn a_user_who_may_not_log_in_fails_with_the_right_password() {
    for (text, reason) in [
        ("AllowUsers bob\n", "not listed in AllowUsers"),
        ("DenyUsers calo@172.16.*\n", "listed in DenyUsers"),
        ("AllowGroups sftp\n", "none of user's groups are listed in AllowGroups"),
        ("DenyGroups cal?\n", "a group is listed in DenyGroups"),
        ("Match Address 172.16.0.0/16\n AllowUsers bob\n", "not listed in AllowUsers"),
    ] {
        let (is_in, took, log) = login(text, "calo", PASSWORD);
        assert!(!is_in && took.as_secs() >= 1, "{text}");
        let expected = [
            format!("sshd[A]: User calo from 172.16.4.26 not allowed because {reason}"),
            PAM_OF_CALO.into(),
            "sshd[A]: Failed password for invalid user calo from 172.16.4.26 port PORT ssh2".into(),
            "sshd[A]: Connection closed by invalid user calo 172.16.4.26 port PORT [preauth]".into(),
        ];
        assert_eq!(log, expected);
    }
    assert!(login("AllowUsers bob\n", "bob", PASSWORD).0);
    assert!(login("AllowGroups sftp\n", "bob", PASSWORD).0);
}

#[test]
fn root_gets_in_by_password_only_where_that_is_said() {
    for text in ["", "PermitRootLogin no\n", "PermitRootLogin forced-commands-only\n"] {
        let (is_in, _, log) = login(text, "root", PASSWORD);
        assert!(!is_in, "{text}");
        assert_eq!(log[1], "sshd[A]: Failed password for root from 172.16.4.26 port PORT ssh2");
    }
    assert!(login("PermitRootLogin yes\n", "root", PASSWORD).0);
    assert!(login("Match User root\n PermitRootLogin yes\n", "root", PASSWORD).0);
}

#[test]
fn an_empty_password_needs_permission() {
    let (is_in, took, log) = login("LogLevel VERBOSE\n", "empty", "");
    assert!(!is_in && took < Duration::from_millis(100), "{took:?}");
    assert_eq!(log[1], "sshd[A]: Failed none for empty from 172.16.4.26 port PORT ssh2");
    assert!(login("PermitEmptyPasswords yes\n", "empty", "").0);
    assert!(!login("PermitEmptyPasswords yes\n", "calo", "").0);
}

#[test]
fn a_password_is_no_use_where_none_is_asked_for() {
    let (is_in, _, log) = login("PasswordAuthentication no\n", "calo", PASSWORD);
    assert!(!is_in);
    assert_eq!(
        log,
        ["sshd[A]: Connection closed by authenticating user calo 172.16.4.26 port PORT [preauth]"]
    );
}

#[test]
fn levels_below_info_leave_pam_alone() {
    let (_, _, log) = login("LogLevel ERROR\n", "calo", "wrong");
    assert_eq!(log, [PAM_OF_CALO]);
    let (_, _, log) = login("LogLevel VERBOSE\n", "calo", PASSWORD);
    let connection = "sshd[A]: Connection from 172.16.4.26 port PORT on 172.16.5.62 port 22 rdomain \"\"";
    assert_eq!(log[0], connection);
    assert_eq!(log[3], "sshd[A]: User child is on pid B");
}
