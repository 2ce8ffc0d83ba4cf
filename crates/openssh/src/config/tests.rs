//! Configurations as people write them.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::syslog::LogLevel;

const FIELD: &str = include_str!("../../tests/field/sshd_config");
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

/// The names of what may matter and is not modelled.
fn not_modelled(text: &str) -> Vec<String> {
    let warnings = SshdConfig::parse(text).expect("a configuration").warnings;
    warnings.into_iter().filter_map(|warning| warning.not_modelled).collect()
}

#[test]
fn the_field_sample_locks_up_the_group_sftp_only() {
    let open = settings(FIELD, "calo", &["calo"]);
    assert_eq!((open.chroot_directory, open.force_command), (None, None));
    let locked = settings(FIELD, "bob", &["bob", "sftp"]);
    assert_eq!(locked.chroot_directory.as_deref(), Some("/home"));
    assert_eq!(locked.force_command.as_deref(), Some("internal-sftp"));
    assert_eq!(config(FIELD).subsystem("sftp"), Some("/usr/lib/openssh/sftp-server -l VERBOSE"));
    assert_eq!(warnings(FIELD), [""; 0]);
}

#[test]
fn the_default_is_what_ubuntu_ships() {
    let default = SshdConfig::default();
    assert_eq!(default.subsystem("sftp"), Some("/usr/lib/openssh/sftp-server"));
    assert!(default.use_pam && !default.settings().kbd_interactive_authentication);
    assert_eq!(default.listen, ["0.0.0.0:22", "[::]:22"].map(|address| address.parse().expect("one")));
    assert_eq!(not_modelled(UBUNTU), ["Include"], "its files are not given");
}

#[test]
fn a_whole_file_is_completed_by_what_is_built_in() {
    let bare = config("Port 22\n");
    assert_eq!(bare.subsystem("sftp"), None);
    assert!(!bare.use_pam && bare.settings().kbd_interactive_authentication);
    assert_eq!(bare.host_keys.len(), 3);
    assert_eq!(config(""), config("# nothing\n"));
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

/// In the words of a live sshd 9.2, wherever `AddressFamily` stands.
#[test]
fn an_address_of_the_other_family_keeps_sshd_from_starting() {
    let told = |text: &str| {
        let errors = SshdConfig::parse(text).expect_err("it does not start");
        errors.iter().map(|error| (error.place.line, error.problem.to_string())).collect::<Vec<_>>()
    };
    let says =
        |address: &str| format!("bad addr or host: {address} (Address family for hostname not supported)");
    assert_eq!(told("AddressFamily inet\nListenAddress 0.0.0.0\nListenAddress ::\n"), [(3, says("::"))]);
    assert_eq!(told("ListenAddress 0.0.0.0\nAddressFamily inet6\n"), [(1, says("0.0.0.0"))]);
    assert!(SshdConfig::parse("AddressFamily inet\nListenAddress 10.0.0.1\n").is_ok());
    assert!(SshdConfig::parse("AddressFamily any\nListenAddress ::\nListenAddress 10.0.0.1\n").is_ok());
}

/// From 9.5 on the first subsystem of a name counts, and a `Match` block may have one of its own.
#[test]
fn subsystems_by_release() {
    let of = |release: &str, text: &str| {
        let release = Release::parse(release).expect("a release");
        SshdConfig::parse_files(text, release, Included::Unknown)
    };
    let twice = "Subsystem sftp internal-sftp\nSubsystem sftp /usr/lib/openssh/sftp-server\n";
    let first = of("9.6", twice).expect("it starts").config;
    assert_eq!(first.subsystem("sftp"), Some("internal-sftp"));
    assert!(of("9.4", twice).is_err());
    let own = "Match User img\nSubsystem sftp internal-sftp\n";
    let warnings = of("9.5", own).expect("it starts").warnings;
    assert_eq!(warnings[0].not_modelled.as_deref(), Some("Subsystem"));
    assert!(of("9.4", own).is_err());
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
fn what_has_no_effect_or_is_wrong_at_run_time_is_a_warning() {
    let text = "Protocol 2\nKerberosAuthentication no\nLogLevel DEBUG3\n\
                Subsystem sftp /usr/lib/openssh/sftp-server -l LOUD\n";
    let expected = [
        "Deprecated option Protocol",
        "Unsupported option KerberosAuthentication",
        "LogLevel DEBUG3 logs no more here than VERBOSE",
        "Subsystem sftp: sftp-server ends at once: Invalid log level \"LOUD\"",
    ];
    assert_eq!(warnings(text), expected);
}

#[test]
fn what_may_matter_and_is_not_modelled_is_named() {
    for (text, name) in [
        ("UseDNS yes", "UseDNS"),
        ("HostKey /etc/ssh/server.key", "HostKey"),
        ("HostKeyAgent /run/agent", "HostKeyAgent"),
        ("ModuliFile /etc/moduli", "ModuliFile"),
        ("Include /etc/crypto-policies/back-ends/opensshserver.config", "Include"),
        ("AuthenticationMethods keyboard-interactive:pam", "AuthenticationMethods"),
        ("UsePAM yes\nPasswordAuthentication no", "KbdInteractiveAuthentication"),
        ("UsePAM yes\nMatch Group sftp\nPasswordAuthentication no", "KbdInteractiveAuthentication"),
        ("ForceCommand /bin/date", "ForceCommand"),
        ("Subsystem sftp sftp-server.exe", "Subsystem sftp"),
        ("Subsystem sftp /usr/bin/mysecureshell", "Subsystem sftp"),
        ("RekeyLimit 64M", "RekeyLimit"),
        ("RekeyLimit default 10m", "RekeyLimit"),
        ("RDomain red", "RDomain"),
    ] {
        assert_eq!(not_modelled(text), [name], "{text}");
    }
    for text in [
        "UseDNS no",
        "ModuliFile /etc/ssh/moduli",
        "HostKey /etc/ssh/ssh_host_rsa_key",
        "AuthenticationMethods publickey,password",
        "AuthenticationMethods publickey,keyboard-interactive",
        "UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no",
        "PasswordAuthentication no",
        "RekeyLimit 512M 1h",
        "RekeyLimit default none",
        "Subsystem sftp /usr/libexec/openssh/sftp-server -f AUTHPRIV -l INFO",
        "Subsystem scp /bin/scp",
        "X11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\nTCPKeepAlive no\nGSSAPIKeyExchange yes\nDebianBanner no",
    ] {
        assert_eq!(not_modelled(text), [""; 0], "{text}");
        assert_eq!(warnings(text), [""; 0], "{text}");
    }
}

#[test]
fn a_directive_of_a_later_release_needs_the_release() {
    let later = "PerSourcePenalties authfail:30s\nRequiredRSASize 2048\nUnusedConnectionTimeout 30s\n";
    let told: Vec<String> = errors(later).into_iter().map(|(.., problem)| problem).collect();
    assert_eq!(told.len(), 3);
    assert!(told[0].contains("OpenSSH has it since 9.8"), "{}", told[0]);
    let release = Release::parse("9.8").expect("a release");
    let parsed = SshdConfig::parse_files(later, release, Included::Unknown).expect("9.8 has them");
    assert!(parsed.warnings.is_empty());
    assert_eq!(parsed.config.penalties.auth_fail, Duration::from_secs(30));
    assert!(parsed.config.penalties.enabled && !config("").penalties.enabled);
    let strict = SshdConfig::parse_files("RequiredRSASize 4096\n", release, Included::Unknown);
    assert_eq!(strict.expect("it is right").warnings[0].not_modelled.as_deref(), Some("RequiredRSASize"));
}

#[test]
fn lists_of_methods_are_checked() {
    let problem = |text: &str| errors(text)[0].2.clone();
    assert_eq!(
        problem("AuthenticationMethods password,pasword"),
        "invalid AuthenticationMethods method list."
    );
    assert_eq!(
        problem("AuthenticationMethods password any"),
        "\"any\" must appear alone in AuthenticationMethods"
    );
    assert_eq!(settings("AuthenticationMethods any", "calo", &[]).authentication_methods, [""; 0]);
    let both = settings("AuthenticationMethods publickey,password password", "calo", &[]);
    assert_eq!(both.authentication_methods, ["publickey,password", "password"]);
}

/// Reads sshd_config, with these files in /etc/ssh/sshd_config.d.
fn with_files(main: &str, others: &[(&str, &str)]) -> Result<SshdConfig, Vec<String>> {
    let mut text = main.to_owned();
    let mut files = Vec::new();
    for (name, content) in others {
        let start = text.len();
        text.push_str(content);
        files.push(IncludedFile { path: format!("/etc/ssh/sshd_config.d/{name}"), range: start..text.len() });
    }
    let parsed = SshdConfig::parse_files(&text, Release::OLDEST, Included::Files(&files));
    let problems = |errors: Vec<ConfigError>| {
        errors.into_iter().map(|error| format!("{}: {}", error.place.line, error.problem)).collect()
    };
    parsed.map(|parsed| parsed.config).map_err(problems)
}

#[test]
fn included_files_come_where_they_are_included_and_in_the_order_of_their_names() {
    let cloud = ("50-cloud-init.conf", "PasswordAuthentication no\n");
    let config =
        with_files(UBUNTU, &[("60-more.conf", "PasswordAuthentication yes\nMaxAuthTries 2\n"), cloud])
            .expect("it is right");
    assert!(!config.settings().password_authentication, "the first value counts");
    assert_eq!(config.settings().max_auth_tries, 2);
    let late = with_files(&format!("PasswordAuthentication yes\n{UBUNTU}"), &[cloud]).expect("it is right");
    assert!(late.settings().password_authentication);
    let none = with_files(UBUNTU, &[("README", "Foo bar\n")]).expect("not named *.conf");
    assert_eq!(none, SshdConfig::default());
}

#[test]
fn a_match_ends_with_its_file_and_an_include_in_one_is_conditional() {
    let block = ("10-sftp.conf", "Match User bob\nMaxAuthTries 1\n");
    let main = "Include sshd_config.d/*.conf\nMaxAuthTries 4\nUsePAM yes\n";
    let config = with_files(main, &[block]).expect("UsePAM is not in the block");
    assert_eq!(config.settings().max_auth_tries, 4);
    let conditional = "Match Group sftp\nInclude sshd_config.d/*.conf\nMaxSessions 3\n";
    let parsed = with_files(conditional, &[("a.conf", "MaxAuthTries 5\nMatch User bob\nMaxAuthTries 1\n")]);
    let config = parsed.expect("it is right");
    let settings = |user, groups: &[&str]| {
        let groups: Vec<_> = groups.iter().map(|group| (*group).to_owned()).collect();
        config.effective(&Connection {
            user,
            groups: &groups,
            host: "172.16.4.26",
            address: [172, 16, 4, 26].into(),
            local: ([172, 16, 5, 62], 22).into(),
        })
    };
    assert_eq!(settings("bob", &["sftp"]).max_auth_tries, 5, "the first value counts");
    assert_eq!(settings("bob", &["sftp"]).max_sessions, 3);
    assert_eq!(settings("bob", &["bob"]).max_auth_tries, 6);
}

#[test]
fn files_that_include_each_other_end() {
    let told = with_files(UBUNTU, &[("a.conf", "Include sshd_config.d/a.conf\n")]).expect_err("no end");
    assert!(told.iter().all(|problem| problem.ends_with("Too many recursive configuration includes")));
    let many = "Include sshd_config.d/*.conf\n".repeat(3);
    assert!(with_files(&many, &[("a.conf", &many), ("b.conf", &many)]).is_err());
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
    fn any_directive_takes_or_refuses_anything(at in 0..keywords::ALL.len(), rest in "[ -~]{0,40}") {
        let text = format!("{} {rest}\n", keywords::ALL[at].name);
        match SshdConfig::parse(&text) {
            Ok(Parsed { config, .. }) => {
                let _ = config.settings();
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }

    /// A directive of the third class is never passed over, whatever stands around it.
    #[test]
    fn what_is_not_modelled_is_never_silent(at in 0..keywords::ALL.len(), value in "[a-z/]{3,12}", before in 0..7_usize) {
        let keyword = keywords::ALL[at];
        let keywords::Reads::NotModelled { unless, .. } = keyword.reads else { return Ok(()) };
        prop_assume!(!unless.contains(&value.as_str()));
        let mut lines: Vec<&str> = UBUNTU.lines().skip(1).collect();
        let line = format!("{} {value}", keyword.name);
        lines.insert(before.min(lines.len()), &line);
        let text = lines.join("\n");
        match SshdConfig::parse_files(&text, Release::NEWEST, Included::Files(&[])) {
            Ok(Parsed { warnings, .. }) => {
                prop_assert!(warnings.iter().any(|it| it.not_modelled.as_deref() == Some(keyword.name)));
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}
