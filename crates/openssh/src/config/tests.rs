//! Configurations as people write them.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::syslog::LogLevel;

const FIELD: &str = include_str!("../../tests/field/sshd_config");
/// The file that Ubuntu 22.04 ships, without its comments.
const SHIPPED: &str = "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n\
                       X11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\n\
                       Subsystem\tsftp\t/usr/lib/openssh/sftp-server\n";

fn config(text: &str) -> SshdConfig {
    SshdConfig::parse(text).expect("a configuration").config
}

/// The settings for a user in these groups who comes from 172.16.4.26.
fn settings(text: &str, user: &str, groups: &[&str]) -> Settings {
    let groups: Vec<_> = groups.iter().map(|group| (*group).to_owned()).collect();
    config(text).effective(&Connection {
        user,
        groups: &groups,
        host: "172.16.4.26",
        address: [172, 16, 4, 26].into(),
        local: ([172, 16, 5, 62], 22).into(),
    })
}

/// The line, the text pointed at, and the message.
fn errors(text: &str) -> Vec<(usize, &str, String)> {
    let errors = SshdConfig::parse(text).expect_err("wrong");
    let errors = errors.into_iter().map(|ConfigError { place, problem }| {
        (place.line, &text[place.offset..place.offset + place.length], problem.to_string())
    });
    errors.collect()
}

fn warnings(text: &str) -> Vec<String> {
    let warnings = SshdConfig::parse(text).expect("a configuration").warnings;
    warnings.into_iter().map(|warning| warning.message).collect()
}

#[test]
fn the_field_sample_locks_up_the_group_sftp_only() {
    let open = settings(FIELD, "calo", &["calo"]);
    assert_eq!((open.chroot_directory, open.force_command), (None, None));
    let locked = settings(FIELD, "bob", &["bob", "sftp"]);
    assert_eq!(locked.chroot_directory.as_deref(), Some("/home"));
    assert_eq!(locked.force_command.as_deref(), Some("internal-sftp"));
    assert_eq!(config(FIELD).subsystem("sftp"), Some("/usr/lib/openssh/sftp-server -l VERBOSE"));
    assert_eq!(
        warnings(FIELD),
        ["X11Forwarding has no effect here", "AllowTcpForwarding has no effect here"]
    );
}

#[test]
fn the_default_is_what_ubuntu_ships() {
    assert_eq!(config(SHIPPED), SshdConfig::default());
    assert_eq!(config(""), SshdConfig::default());
    let default = SshdConfig::default();
    assert!(default.use_pam && !default.settings().kbd_interactive_authentication);
    assert_eq!(default.listen, ["0.0.0.0:22", "[::]:22"].map(|address| address.parse().expect("one")));
    assert_eq!(warnings(SHIPPED).len(), 4, "Include, X11Forwarding, PrintMotd, AcceptEnv");
}

#[test]
fn the_first_value_wins_and_lists_grow() {
    let text = "loglevel VERBOSE\nLogLevel=QUIET\nMaxAuthTries 3\nMaxAuthTries 5\nAllowUsers a b\nallowusers c@10.*\n\
                MaxStartups 5\nMaxStartups 10:50:20\nLoginGraceTime 1m30s\nClientAliveInterval 2m\nRekeyLimit 1G 1h\n";
    let settings = config(text).settings();
    assert_eq!(settings.log_level, LogLevel::Verbose);
    assert_eq!(settings.max_auth_tries, 3);
    assert_eq!(settings.allow_users, ["a", "b", "c@10.*"]);
    assert_eq!(settings.client_alive_interval, Duration::from_secs(120));
    let hour = Duration::from_secs(3_600);
    assert_eq!(settings.rekey_limit, RekeyLimit { bytes: Some(1 << 30), interval: Some(hour) });
    let config = config(text);
    assert_eq!(config.max_startups, MaxStartups { start: 10, rate: 50, full: 20 });
    assert_eq!(config.login_grace_time, Duration::from_secs(90));
}

#[test]
fn the_first_block_that_fits_wins_over_the_main_part() {
    let text = "AllowUsers everybody\nMaxSessions 7\nForceCommand internal-sftp -R\n\
                Match User c*,!calvin Address 172.16.0.0/16\n MaxSessions 1\n AllowUsers calo\n ForceCommand none\n\
                Match User calo\n MaxSessions 2\n MaxAuthTries 2\n AllowUsers carl\n\
                Match LocalPort 2222\n MaxAuthTries 1\nMatch Group sftp,!root\n PermitRootLogin yes\nMatch all\n Banner /etc/issue\n";
    let calo = settings(text, "calo", &["sftp"]);
    assert_eq!((calo.max_sessions, calo.max_auth_tries), (1, 2));
    assert_eq!(calo.allow_users, ["calo", "carl"]);
    assert_eq!(calo.force_command, None);
    assert_eq!(calo.permit_root_login, PermitRootLogin::Yes);
    assert_eq!(calo.banner.as_deref(), Some("/etc/issue"));
    let calvin = settings(text, "calvin", &["sftp", "root"]);
    assert_eq!((calvin.max_sessions, calvin.max_auth_tries), (7, 6));
    assert_eq!(calvin.allow_users, ["everybody"]);
    assert_eq!(calvin.force_command.as_deref(), Some("internal-sftp -R"));
    assert_eq!(calvin.permit_root_login, PermitRootLogin::ProhibitPassword);
}

#[test]
fn every_port_at_every_address() {
    let listen = |text| config(text).listen.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(listen("Port 22\nPort 2222\nAddressFamily inet"), ["0.0.0.0:2222", "0.0.0.0:22"]);
    let text = "ListenAddress 172.16.5.62\nPort 2222\nListenAddress [fd00::1]:22\n";
    assert_eq!(listen(text), ["[fd00::1]:22", "172.16.5.62:2222"]);
}

#[test]
fn everything_wrong_is_told_in_the_words_of_sshd() {
    let text = "Foo bar\nPort\nPort x\nUsePAM maybe\nLogLevel LOUD\nSyslogFacility KERN\nMaxStartups 30:10:20\n\
                LoginGraceTime 2y\nCiphers aes\nMACs m\nKexAlgorithms k\nHostKeyAlgorithms h\nMaxAuthTries six\n\
                Subsystem sftp a\nSubsystem sftp b\nSubsystem x\nBanner \"/etc\nPermitRootLogin yes no\nRekeyLimit 5\n\
                AllowUsers a@10.0.0.1/8\nListenAddress server\nMatch\nX11Forwarding perhaps\n";
    let expected = [
        (1, "Foo", "Bad configuration option: Foo"),
        (2, "Port", "no argument after keyword \"Port\""),
        (3, "x", "Badly formatted port number."),
        (4, "maybe", "unsupported option \"maybe\"."),
        (5, "LogLevel", "unsupported log level 'LOUD'"),
        (6, "SyslogFacility", "unsupported log facility 'KERN'"),
        (7, "MaxStartups", "Invalid MaxStartups spec."),
        (8, "2y", "invalid time value."),
        (9, "aes", "Bad SSH2 cipher spec 'aes'."),
        (10, "m", "Bad SSH2 mac spec 'm'."),
        (11, "k", "Bad SSH2 KexAlgorithms 'k'."),
        (12, "h", "Bad key types 'h'."),
        (13, "six", "MaxAuthTries integer value invalid."),
        (15, "sftp", "Subsystem 'sftp' already defined."),
        (16, "Subsystem", "Missing subsystem command."),
        (17, "\"/etc", "invalid quotes"),
        (18, "no", "keyword PermitRootLogin extra arguments at end of line"),
        (19, "5", "RekeyLimit too small"),
        (20, "a@10.0.0.1/8", "invalid AllowUsers pattern: \"a@10.0.0.1/8\""),
        (21, "server", "bad addr or host: server (names are not looked up)"),
        (22, "Match", "no argument after keyword \"Match\""),
        (23, "perhaps", "unsupported option \"perhaps\"."),
    ];
    assert_eq!(errors(text), expected.map(|(line, at, problem)| (line, at, problem.to_owned())));
}

#[test]
fn conditions_that_are_none() {
    let text =
        "Match User\nMatch all User x\nMatch Shoe x\nMatch Address 10.0.0.1/8\nMatch LocalPort x\nPort 22\n";
    let expected = [
        (1, "User", "Missing Match criteria for User"),
        (2, "all", "'all' cannot be combined with other Match attributes"),
        (3, "Shoe", "Unsupported Match attribute Shoe"),
        (4, "10.0.0.1/8", "Invalid Match address argument '10.0.0.1/8'"),
        (5, "x", "Invalid LocalPort 'x' on Match line"),
        (6, "Port", "Directive 'Port' is not allowed within a Match block"),
    ];
    assert_eq!(errors(text), expected.map(|(line, at, problem)| (line, at, problem.to_owned())));
}

#[test]
fn what_has_no_effect_is_named() {
    let text = "UseDNS yes\nProtocol 2\nKerberosAuthentication no\nSubsystem scp /bin/scp\nLogLevel DEBUG3\n\
                AuthenticationMethods publickey,password\nKbdInteractiveAuthentication yes\nForceCommand /bin/date\nTCPKeepAlive no\n\
                Subsystem sftp /usr/lib/openssh/sftp-server -l LOUD\n";
    let expected = [
        "UseDNS has no effect here: names are not looked up",
        "Deprecated option Protocol",
        "Unsupported option KerberosAuthentication",
        "only the subsystem sftp runs here",
        "LogLevel DEBUG3 logs no more here than VERBOSE",
        "AuthenticationMethods has no effect here: a password is enough",
        "KbdInteractiveAuthentication has no effect here: keyboard-interactive is not offered",
        "ForceCommand: only internal-sftp and sftp-server run here",
        "TCPKeepAlive has no effect here",
        "Subsystem sftp: sftp-server ends at once: Invalid log level \"LOUD\"",
    ];
    assert_eq!(warnings(text), expected);
}

#[test]
fn lists_of_users_and_groups_decide_in_order() {
    let admits = |text: &str, groups: &[&str]| {
        let groups: Vec<_> = groups.iter().map(|group| (*group).to_owned()).collect();
        let address = [172, 16, 4, 26].into();
        let local = ([172, 16, 5, 62], 22).into();
        let who = Connection { user: "calo", groups: &groups, host: "172.16.4.26", address, local };
        config(text).settings().admits(&who).map_err(|reason| reason.to_string())
    };
    assert_eq!(admits("AllowUsers bob c*@172.16.*\nAllowGroups sf*", &["calo", "sftp"]), Ok(()));
    let refused = |reason: &str| Err(reason.to_owned());
    assert_eq!(admits("AllowUsers *\nDenyUsers calo", &["calo"]), refused("listed in DenyUsers"));
    assert_eq!(admits("AllowUsers calo@10.*", &["calo"]), refused("not listed in AllowUsers"));
    assert_eq!(admits("AllowGroups *", &[]), refused("not in any group"));
    assert_eq!(admits("DenyGroups sftp", &["calo", "sftp"]), refused("a group is listed in DenyGroups"));
    let none = refused("none of user's groups are listed in AllowGroups");
    assert_eq!(admits("AllowGroups sftp", &["calo"]), none);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(?s).{0,200}") {
        let _ = SshdConfig::parse(&text);
    }

    #[test]
    fn any_directive_takes_or_refuses_anything(at in 0..keywords::COUNT, rest in "[ -~]{0,40}") {
        let text = format!("{} {rest}\n", keywords::name(at));
        match SshdConfig::parse(&text) {
            Ok(Parsed { config, .. }) => {
                let _ = config.settings();
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}
