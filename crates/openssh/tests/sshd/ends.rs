//! Sessions from beginning to end, and the lines of each end in their order.

use std::time::Duration;

use files::Tree;
use host::Host;
use openssh::{Kind, line};
use sftp::StatusCode;
use simnet::SimHost;
use ssh::client::{Client, Error};

use crate::sshd::files::Files;
use crate::sshd::world::{IMAGE, PASSWORD, VERBOSE, World, at, log_in, tree};

const FIELD: &str = include_str!("../field/openssh-sftp.auth.log");
const HOUR: Duration = Duration::from_secs(3_600);

async fn enter(host: &SimHost, user: &str) -> (Client, Files) {
    let mut client = log_in(host, at(), user, PASSWORD).await.expect("let in");
    let channel = client.subsystem("sftp").await.expect("there is SFTP");
    (client, Files::new(channel).await)
}

/// The log of what `user` does in a session.
fn session(
    text: &str,
    user: &'static str,
    act: impl AsyncFnOnce(SimHost, Client, Files) + 'static,
) -> Vec<String> {
    session_on(text, tree(), user, act)
}

fn session_on(
    text: &str,
    tree: Tree,
    user: &'static str,
    act: impl AsyncFnOnce(SimHost, Client, Files) + 'static,
) -> Vec<String> {
    let world = World::with(text, tree);
    world.run(HOUR, async move |host: SimHost| {
        let (client, files) = enter(&host, user).await;
        act(host, client, files).await;
    });
    world.record.session()
}

/// A line of the field with the numbers of processes and ports taken out, and the size of its file.
fn bare(line: &str) -> String {
    let line = &line[line.find(" sshd[").or(line.find(" sftp-server[")).expect("a program") + 1..];
    let (program, message) = line.split_once("]: ").expect("a message");
    let program = program.split('[').next().unwrap_or_default();
    crate::sshd::world::mask(&format!(
        "{program}: {}",
        message.replace("59156480", "SIZE").replace("300000", "SIZE")
    ))
}

#[test]
fn a_fetch_reads_as_in_the_field() {
    let world = World::new("Subsystem sftp /usr/lib/openssh/sftp-server -l VERBOSE\n");
    world.run(HOUR, async |host: SimHost| {
        let (client, mut files) = enter(&host, "calo").await;
        let content = files.fetch(IMAGE).await.expect("it is there");
        assert_eq!(content.len(), 300_000);
        assert!(content.iter().enumerate().all(|(at, byte)| *byte == (at % 251) as u8));
        // The controller of the sample leaves without a word.
        drop((files, client));
    });
    let lines =
        world.record.events().into_iter().filter(|event| !matches!(event.kind, Kind::Listening { .. }));
    let lines: Vec<_> =
        lines.filter_map(|event| line("Feb  1 11:10:23", "CXLabs-UBUNTU22", &event)).collect();
    let ours: Vec<_> = lines.iter().map(|line| bare(line)).collect();
    assert_eq!(ours, FIELD.lines().map(bare).collect::<Vec<_>>());
}

#[test]
fn events_are_flat_records_without_a_password() {
    let world = World::new(VERBOSE);
    world.run(HOUR, async |host: SimHost| {
        let (client, mut files) = enter(&host, "calo").await;
        files.fetch(IMAGE).await.expect("it is there");
        client.disconnect("disconnected by user").await;
    });
    let records: Vec<_> =
        world.record.events().iter().map(|event| serde_json::to_value(event).expect("a record")).collect();
    let names: Vec<_> = records.iter().map(|record| record["event"].as_str().expect("its name")).collect();
    assert!(
        names.contains(&"login") && names.contains(&"open") && names.contains(&"pam_closed"),
        "{names:?}"
    );
    let open = records.iter().find(|record| record["event"] == "open").expect("it was opened");
    assert_eq!((open["program"].as_str(), open["path"].as_str()), (Some("sftp-server"), Some(IMAGE)));
    assert!(!format!("{records:?} {:?}", world.record.events()).contains(PASSWORD));
}

#[test]
fn the_same_seed_gives_the_same_events() {
    let run = || {
        let world = World::new(VERBOSE);
        let took = world.run(HOUR, async |host: SimHost| {
            assert!(log_in(&host, at(), "bob", "wrong").await.is_err());
            let (client, mut files) = enter(&host, "calo").await;
            files.fetch(IMAGE).await.expect("it is there");
            client.disconnect("disconnected by user").await;
            host.now()
        });
        (took, format!("{:?}", world.record.events()))
    };
    assert_eq!(entropy::seeded(1, run), entropy::seeded(1, run));
}

#[test]
fn an_orderly_end_at_level_verbose() {
    let log = session(VERBOSE, "calo", async |_, client, mut files| {
        assert_eq!(files.fetch("nowhere").await, Err(StatusCode::NO_SUCH_FILE));
        assert_eq!(files.finish().await, Some(0));
        client.disconnect("disconnected by user").await;
    });
    assert_eq!(
        log,
        [
            "sshd[A]: Connection from 172.16.4.26 port PORT on 172.16.5.62 port 22 rdomain \"\"",
            "sshd[A]: Accepted password for calo from 172.16.4.26 port PORT ssh2",
            "sshd[A]: pam_unix(sshd:session): session opened for user calo(uid=1000) by (uid=0)",
            "sshd[A]: User child is on pid B",
            "sshd[B]: Starting session: subsystem 'sftp' for calo from 172.16.4.26 port PORT id 0",
            "sftp-server[C]: session opened for local user calo from [172.16.4.26]",
            "sftp-server[C]: received client version 3",
            "sftp-server[C]: realpath \".\"",
            "sftp-server[C]: stat name \"nowhere\"",
            "sftp-server[C]: sent status No such file",
            "sftp-server[C]: session closed for local user calo from [172.16.4.26]",
            "sshd[B]: Received disconnect from 172.16.4.26 port PORT:11: disconnected by user",
            "sshd[B]: Disconnected from user calo 172.16.4.26 port PORT",
            "sshd[A]: pam_unix(sshd:session): session closed for user calo",
        ]
    );
}

/// The lines after the file was opened.
fn after_open(log: Vec<String>) -> Vec<String> {
    let open = log.iter().position(|line| line.contains("open \"")).expect("it was opened");
    log[open + 1..].to_vec()
}

const FORCED: &str = "sftp-server[C]: forced close \"/home/calo/Documents/sftp_files/EWC_17_9_4a/ap3g3\" bytes read 0 written 0";
const SFTP_CLOSED: &str = "sftp-server[C]: session closed for local user calo from [172.16.4.26]";
const PAM_CLOSED: &str = "sshd[A]: pam_unix(sshd:session): session closed for user calo";

#[test]
fn a_client_that_says_goodbye_with_a_file_open() {
    let log = session(VERBOSE, "calo", async |_, client, mut files| {
        files.open(IMAGE).await.expect("it is there");
        client.disconnect("disconnected by user").await;
    });
    let expected = [
        "sshd[B]: Received disconnect from 172.16.4.26 port PORT:11: disconnected by user",
        "sshd[B]: Disconnected from user calo 172.16.4.26 port PORT",
        FORCED,
        SFTP_CLOSED,
        PAM_CLOSED,
    ];
    assert_eq!(after_open(log), expected);
}

#[test]
fn a_client_that_just_closes() {
    let log = session(VERBOSE, "calo", async |_, client, mut files| {
        files.open(IMAGE).await.expect("it is there");
        drop((client, files));
    });
    let log = after_open(log);
    let transferred = log[2].clone();
    let expected = [
        "sshd[B]: Connection closed by 172.16.4.26 port PORT",
        "sshd[B]: Close session: user calo from 172.16.4.26 port PORT id 0",
        &transferred,
        "sshd[B]: Closing connection to 172.16.4.26 port PORT",
        FORCED,
        SFTP_CLOSED,
        PAM_CLOSED,
    ];
    assert_eq!(log, expected);
    assert!(transferred.starts_with("sshd[B]: Transferred: sent "), "{transferred}");
}

#[test]
fn a_client_that_loses_its_power_is_asked_and_given_up() {
    let text = format!("ClientAliveInterval 15\nClientAliveCountMax 2\n{VERBOSE}");
    let world = World::new(&text);
    world.run(Duration::from_secs(10), async |host: SimHost| {
        let (client, mut files) = enter(&host, "calo").await;
        files.open(IMAGE).await.expect("it is there");
        // As they are, until the power goes.
        std::mem::forget((client, files));
    });
    world.net.power_off(world.client);
    world.net.run_until(Duration::from_secs(120));
    let expected = [
        "sshd[B]: Timeout, client not responding from user calo 172.16.4.26 port PORT",
        FORCED,
        SFTP_CLOSED,
        PAM_CLOSED,
    ];
    assert_eq!(after_open(world.record.session()), expected);
}

#[test]
fn a_client_that_answers_is_not_given_up() {
    let text = format!("ClientAliveInterval 15\nClientAliveCountMax 2\n{VERBOSE}");
    let log = session(&text, "calo", async |host: SimHost, client, mut files| {
        files.open(IMAGE).await.expect("it is there");
        host.sleep(Duration::from_secs(600)).await;
        assert!(files.open(IMAGE).await.is_ok());
        client.disconnect("disconnected by user").await;
    });
    assert!(!log.iter().any(|line| line.contains("Timeout")), "{log:?}");
}

#[test]
fn a_packet_that_makes_no_sense_ends_the_sftp_server_alone() {
    let log = session(VERBOSE, "calo", async |_, mut client, mut files| {
        files.raw(b"\xff\xff\xff\xff\x01").await;
        assert_eq!(files.receive().await, None);
        let again = client.subsystem("sftp").await.expect("the connection is still there");
        Files::new(again).await;
        client.disconnect("disconnected by user").await;
    });
    let error = "sftp-server[C]: error: bad message from 172.16.4.26 local user calo";
    assert!(log.contains(&error.to_owned()), "{log:#?}");
    assert!(log.iter().any(|line| line.starts_with("sftp-server[D]: session opened")), "{log:#?}");
}

/// Root's directory, with a home in it that is the user's.
fn chroot() -> Tree {
    let tree = tree();
    tree.insert_directory("/home/bob").expect("fits");
    tree
}

const CHROOT: &str = "Match Group sftp\n ChrootDirectory /home\n ForceCommand internal-sftp -l VERBOSE\n";

#[test]
fn in_a_chroot_the_log_is_out_of_reach() {
    let act = async |_: SimHost, client: Client, mut files: Files| {
        assert_eq!(files.open("/bob/nowhere").await, Err(StatusCode::NO_SUCH_FILE));
        assert_eq!(files.open("../../etc/passwd").await, Err(StatusCode::NO_SUCH_FILE));
        client.disconnect("disconnected by user").await;
    };
    let log = session_on(CHROOT, chroot(), "bob", act);
    let expected = [
        "sshd[A]: Accepted password for bob from 172.16.4.26 port PORT ssh2",
        "sshd[A]: pam_unix(sshd:session): session opened for user bob(uid=1001) by (uid=0)",
        "sshd[A]: pam_unix(sshd:session): session closed for user bob",
    ];
    assert_eq!(log, expected);
    let tree = chroot();
    tree.insert_directory("/home/dev/log").expect("fits");
    let log = session_on(CHROOT, tree, "bob", act);
    assert_eq!(log[2], "internal-sftp[B]: session opened for local user bob from [172.16.4.26]");
    assert!(log.contains(&"internal-sftp[B]: open \"/bob/nowhere\" flags READ mode 0666".into()), "{log:#?}");
}

#[test]
fn a_chroot_that_is_not_roots_ends_the_session_after_the_login() {
    let tree = chroot();
    tree.set_mode("/home", 0o775).expect("is there");
    let world = World::with(&format!("LogLevel VERBOSE\n{CHROOT}"), tree);
    let outcome = world.run(HOUR, async |host: SimHost| {
        let mut client = log_in(&host, at(), "bob", PASSWORD).await.expect("let in");
        client.subsystem("sftp").await.map(drop)
    });
    assert!(matches!(outcome, Err(Error::Ended(_))), "{outcome:?}");
    let expected = [
        "sshd[A]: User child is on pid B",
        "sshd[B]: fatal: bad ownership or modes for chroot directory \"/home\"",
        "sshd[A]: pam_unix(sshd:session): session closed for user bob",
    ];
    assert_eq!(world.record.session()[3..], expected);
}

#[test]
fn a_shell_that_runs_nothing_runs_no_sftp_server_either() {
    let outcome = |text: &str| {
        World::new(text).run(HOUR, async |host: SimHost| {
            let mut client = log_in(&host, at(), "files", PASSWORD).await.expect("let in");
            let mut channel = client.subsystem("sftp").await.expect("granted");
            let mut said = Vec::new();
            use tokio::io::AsyncReadExt;
            tokio::select! {
                biased;
                read = channel.read_to_end(&mut said) => { read.expect("its end comes"); }
                () = host.sleep(Duration::from_secs(1)) => {}
            }
            (String::from_utf8_lossy(&said).into_owned(), channel.peer_exit_status())
        })
    };
    assert_eq!(outcome(""), ("This account is currently not available.\n".into(), Some(1)));
    assert_eq!(outcome("Subsystem sftp internal-sftp\n"), (String::new(), None));
    assert_eq!(outcome("ForceCommand /bin/date\n").1, Some(1));
}

#[test]
fn a_home_that_is_not_there_leaves_the_user_at_the_root() {
    let tree = tree();
    tree.remove("/home/bob").expect("is there");
    let log = session_on(VERBOSE, tree, "bob", async |_, _client, mut files: Files| {
        assert!(files.open(IMAGE.trim_start_matches('/')).await.is_ok());
    });
    assert!(log.iter().any(|line| line.contains("open \"home/calo/Documents")), "{log:#?}");
}
