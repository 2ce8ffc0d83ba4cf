//! What `sshd -T` makes of a configuration for a connection, and what ours does.
//!
//! The live one is younger than 8.9, so what has another default in it is set in the texts.

use std::process::Command;

use openssh::{Connection, LogLevel, PermitRootLogin, Settings, SshdConfig};

use super::live::{host_key, write_config};

const TEXTS: &[&str] = &[
    "LogLevel INFO\n",
    "UsePAM yes\nKbdInteractiveAuthentication no\nAuthenticationMethods publickey,password password\n",
    "AuthenticationMethods any\nMatch User root\nAuthenticationMethods publickey\n",
    "Subsystem sftp /usr/lib/openssh/sftp-server -l VERBOSE\nMatch User root\nMatch group root\nMatch group sftp\n\
     ChrootDirectory /home\nX11Forwarding no\nAllowTcpForwarding no\nForceCommand internal-sftp\n",
    "Port 2022\nPort 2222\nListenAddress 10.0.0.1\nListenAddress [::1]:22\nListenAddress 10.0.0.2:2200\nLogLevel verbose\n\
     SyslogFacility LOCAL3\nloglevel QUIET\nMaxAuthTries 3\nMaxAuthTries 5\nMaxStartups 5:50:20\nMaxSessions=7\n\
     LoginGraceTime 1m30s\nClientAliveInterval 1h\nClientAliveCountMax 0\nPermitRootLogin without-password\n\
     RekeyLimit 1G 1h\nBanner /etc/issue.net\n",
    "AllowUsers a b\nAllowUsers c@10.*\nDenyUsers !x y\nAllowGroups root users\nDenyGroups nogroup\nPasswordAuthentication no\n\
     PermitEmptyPasswords yes\nPubkeyAuthentication no\nPermitRootLogin forced-commands-only\nMaxStartups 30\n",
    "MaxSessions 7\nForceCommand internal-sftp -R  # kept\nMatch User r*,!rob Address 172.16.0.0/16\n MaxSessions 1\n\
     AllowUsers root\n ForceCommand none\nMatch User root\n MaxSessions 2\n MaxAuthTries 2\n AllowUsers carl\n\
     Match LocalPort 2222\n MaxAuthTries 1\nMatch Group root,!wheel Host *.26\n PermitRootLogin yes\nMatch all\n Banner none\n",
    "Ciphers ^aes256-ctr\nMACs -umac*,hmac-sha1*\nHostKeyAlgorithms ssh-ed25519,rsa-sha2-*\n\
     KexAlgorithms ecdh-sha2-nistp256,diffie-hellman-group14-sha1\nChrootDirectory \"/srv/my files/%u\"\n",
    "Ciphers +3des-cbc,aes128-cbc\nMACs hmac-md5,hmac-sha1\nKexAlgorithms curve25519-sha256\n\
     Subsystem sftp internal-sftp -f LOCAL0 -l INFO\nMatch Address 172.16.4.0/24,!172.16.4.26\n LogLevel DEBUG\n\
     Match Address 172.16.4.2? LocalAddress 172.16.5.62\n LogLevel ERROR\n ClientAliveInterval 15\n",
];

const BAD: &[&str] = &[
    "AuthenticationMethods any password\n",
    "AuthenticationMethods password any\n",
    "AuthenticationMethods password,pasword\n",
    "AuthenticationMethods shoe\n",
    "AuthenticationMethods password\nMatch User x\nAuthenticationMethods any\n",
    "PubkeyAuthentication no\nAuthenticationMethods publickey,password publickey\n",
    "AuthenticationMethods hostbased\n",
    "Foo bar\n",
    "Port\n",
    "Port x\n",
    "UsePAM maybe\n",
    "LogLevel LOUD\n",
    "SyslogFacility KERN\n",
    "MaxStartups 30:10:20\n",
    "LoginGraceTime 2y\n",
    "Ciphers aes\n",
    "MACs m\n",
    "KexAlgorithms k\n",
    "HostKeyAlgorithms h\n",
    "MaxAuthTries six\n",
    "MaxSessions -1\n",
    "Subsystem sftp a\nSubsystem sftp b\n",
    "Subsystem x\n",
    "Banner \"/etc\n",
    "PermitRootLogin yes no\n",
    "RekeyLimit 5\n",
    "AllowUsers a@10.0.0.1/8\n",
    "Match User\n",
    "Match all User x\n",
    "Match Shoe x\n",
    "Match Address 10.0.0.1/8\n",
    "Match LocalPort x\n",
    "Match User x\nPort 22\n",
    "X11Forwarding perhaps\n",
    "ListenAddress 1.2.3.4:x\n",
    "ChrootDirectory\n",
    "AddressFamily ipx\n",
    "RekeyLimit x\n",
    "PubkeyAuthentication\n",
];

#[test]
fn settings_are_those_that_sshd_prints() {
    let directory = tempfile::tempdir().expect("a place for tests");
    for text in TEXTS {
        let text = *text;
        let mut command = Command::new("/usr/sbin/sshd");
        command
            .arg("-T")
            .arg("-f")
            .arg(write_config(directory.path(), text))
            .arg("-h")
            .arg(host_key(directory.path()));
        command.args(["-C", "user=root,host=172.16.4.26,addr=172.16.4.26,laddr=172.16.5.62,lport=22"]);
        let output = command.output().expect("sshd is missing: run ci/setup");
        assert!(output.status.success(), "{text}\n{output:?}");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let ours = print(&SshdConfig::parse(text).expect("a configuration").config);
        let keys: Vec<_> = ours.iter().filter_map(|line| line.split(' ').next()).collect();
        let known = |line: &&str| line.split(' ').next().is_some_and(|key| keys.contains(&key));
        let theirs: Vec<_> = printed.lines().filter(known).collect();
        let sorted = |mut lines: Vec<String>| {
            lines.sort_by_key(|line| line.split(' ').next().map(str::to_owned));
            lines
        };
        assert_eq!(sorted(ours), sorted(theirs.into_iter().map(str::to_owned).collect()), "{text}");
    }
}

#[test]
fn errors_are_those_that_sshd_prints() {
    let directory = tempfile::tempdir().expect("a place for tests");
    for text in BAD {
        let mut command = Command::new("/usr/sbin/sshd");
        command
            .arg("-t")
            .arg("-f")
            .arg(write_config(directory.path(), text))
            .arg("-h")
            .arg(host_key(directory.path()));
        let output = command.output().expect("sshd is missing: run ci/setup");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors = SshdConfig::parse(text).expect_err(text);
        for error in errors {
            let line = format!("line {}: {}", error.place.line, error.problem);
            // It leaves the line out where it reads conditions, and adds it at the end for addresses.
            let problem = error.problem.to_string();
            assert!(printed.contains(&line) || printed.contains(&problem), "{text}{line}\n{printed}");
        }
    }
}

/// As `sshd -T` prints them.
fn print(config: &SshdConfig) -> Vec<String> {
    let groups = ["root".to_owned()];
    let Settings {
        log_level,
        password_authentication,
        kbd_interactive_authentication,
        pubkey_authentication,
        permit_empty_passwords,
        permit_root_login,
        allow_users,
        deny_users,
        allow_groups,
        deny_groups,
        max_auth_tries,
        max_sessions,
        client_alive_interval,
        client_alive_count_max,
        chroot_directory,
        force_command,
        banner,
        authentication_methods,
        rekey_limit,
    } = config.effective(&Connection {
        user: "root",
        groups: &groups,
        host: "172.16.4.26",
        address: [172, 16, 4, 26].into(),
        local: ([172, 16, 5, 62], 22).into(),
    });
    let flag = |name: &str, value: bool| format!("{name} {}", if value { "yes" } else { "no" });
    let level = match log_level {
        LogLevel::Quiet => "QUIET",
        LogLevel::Fatal => "FATAL",
        LogLevel::Error => "ERROR",
        LogLevel::Info => "INFO",
        LogLevel::Verbose => "VERBOSE",
        LogLevel::Debug1 => "DEBUG",
        LogLevel::Debug2 => "DEBUG2",
        LogLevel::Debug3 => "DEBUG3",
    };
    let root = match permit_root_login {
        PermitRootLogin::Yes => "yes",
        PermitRootLogin::ProhibitPassword => "without-password",
        PermitRootLogin::ForcedCommandsOnly => "forced-commands-only",
        PermitRootLogin::No => "no",
    };
    let or_none = |name: &str, value: Option<String>| format!("{name} {}", value.unwrap_or("none".into()));
    let (startups, rekey) = (config.max_startups, rekey_limit);
    let mut lines = vec![
        flag("usepam", config.use_pam),
        format!("logingracetime {}", config.login_grace_time.as_secs()),
        format!("maxauthtries {max_auth_tries}"),
        format!("maxsessions {max_sessions}"),
        format!("clientaliveinterval {}", client_alive_interval.as_secs()),
        format!("clientalivecountmax {client_alive_count_max}"),
        format!("permitrootlogin {root}"),
        flag("passwordauthentication", password_authentication),
        flag("kbdinteractiveauthentication", kbd_interactive_authentication),
        flag("pubkeyauthentication", pubkey_authentication),
        flag("permitemptypasswords", permit_empty_passwords),
        format!("loglevel {level}"),
        or_none("chrootdirectory", chroot_directory),
        or_none("forcecommand", force_command),
        or_none("banner", banner),
        match authentication_methods.join(" ") {
            lists if lists.is_empty() => "authenticationmethods any".to_owned(),
            lists => format!("authenticationmethods {lists}"),
        },
        format!("maxstartups {}:{}:{}", startups.start, startups.rate, startups.full),
        format!(
            "rekeylimit {} {}",
            rekey.bytes.unwrap_or(0),
            rekey.interval.map_or(0, |interval| interval.as_secs())
        ),
        format!("ciphers {}", config.ciphers.join(",")),
        format!("macs {}", config.macs.join(",")),
    ];
    // It listens at the last one first, and prints them as they are written.
    lines.extend(config.listen.iter().rev().map(|address| format!("listenaddress {address}")));
    let lists = [
        ("allowusers", allow_users),
        ("denyusers", deny_users),
        ("allowgroups", allow_groups),
        ("denygroups", deny_groups),
    ];
    for (name, list) in lists {
        lines.extend(list.iter().map(|pattern| format!("{name} {pattern}")));
    }
    lines
}
