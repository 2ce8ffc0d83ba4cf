//! The directives of sshd 8.9 to 10.0, as Debian and Ubuntu build it: each is modelled, does not matter here, or may matter and is
//! not modelled.

use super::algorithms::Kind;
use super::arguments::Bad;
use super::directive::Directive;
use super::release::Release;
use super::{PermitRootLogin, main_part, match_block, matched};

/// The keyword of a directive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// True if it may follow a `Match`.
    pub(super) in_match: bool,
    /// The first release that has it.
    pub(super) since: Release,
    pub(super) reads: Reads,
}

/// The treatment of a directive.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reads {
    /// It is modelled: it is read into a setting.
    Setting(fn(&mut Directive<'_, '_>) -> Result<(), Bad>),
    /// It is modelled: the reader itself follows it.
    Include,
    /// It does not matter here, for this reason, and takes these arguments.
    Immaterial(Takes, &'static str),
    /// It may matter and is not modelled, for this reason, unless its arguments are one of these.
    NotModelled { takes: Takes, unless: &'static [&'static str], why: &'static str },
    /// sshd ignores it too, and logs so.
    Deprecated,
    /// sshd was built without it, and logs so.
    Unsupported,
}

/// The arguments of a directive that is not modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// One of these words.
    OneOf(&'static [&'static str]),
    Integer,
    /// One argument.
    One,
    /// One or two.
    Two,
    /// Any number of arguments.
    Any,
    /// The rest of the line.
    Rest,
}

/// A directive, for the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveClass {
    /// Its name.
    pub name: &'static str,
    /// The first release that has it, of those that are simulated.
    pub since: Release,
    /// `modelled`, `does not matter here`, `may matter, not modelled`, or `of no effect in sshd either`.
    pub class: &'static str,
    /// The reason, and the values that are no problem.
    pub why: String,
}

/// Returns every directive with its class.
pub fn directives() -> impl Iterator<Item = DirectiveClass> {
    KEYWORDS.iter().map(|keyword| {
        let (class, why) = match keyword.reads {
            Reads::Setting(_) | Reads::Include => ("modelled", String::new()),
            Reads::Immaterial(_, why) => ("does not matter here", why.to_owned()),
            Reads::NotModelled { unless, why, .. } => {
                ("may matter, not modelled", format!("{why}; no problem is `{}`", unless.join("`, `")))
            }
            Reads::Deprecated => ("of no effect in sshd either", "deprecated".to_owned()),
            Reads::Unsupported => ("of no effect in sshd either", "not in this build".to_owned()),
        };
        DirectiveClass { name: keyword.name, since: keyword.since, class, why }
    })
}

/// Returns the directive of this name, in any letter case.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name.eq_ignore_ascii_case(name))
}

const FLAG: Takes = Takes::OneOf(&["yes", "no"]);
const FORWARD: Takes = Takes::OneOf(&["yes", "all", "no", "remote", "local"]);

/// Reasons why a directive does not matter here.
const PASSWORD: &str = "the controller logs in with a password";
const FORWARDING: &str = "the controller opens one session for SFTP, and forwards nothing";
const TERMINAL: &str = "it is about terminals, shells and their environment";

const fn all(name: &'static str, reads: Reads) -> Keyword {
    Keyword { name, in_match: true, since: Release::OLDEST, reads }
}

const fn main(name: &'static str, reads: Reads) -> Keyword {
    Keyword { in_match: false, ..all(name, reads) }
}

const fn since(major: u8, minor: u8, keyword: Keyword) -> Keyword {
    Keyword { since: Release::new(major, minor), ..keyword }
}

const fn immaterial(takes: Takes, why: &'static str) -> Reads {
    Reads::Immaterial(takes, why)
}

const fn unless(unless: &'static [&'static str], takes: Takes, why: &'static str) -> Reads {
    Reads::NotModelled { takes, unless, why }
}

/// Reads the value of a setting of the main part. The first line with the keyword counts.
macro_rules! first {
    ($field:ident: $read:ident($($argument:expr),*)) => {
        Reads::Setting(|directive| {
            let value = directive.arguments.$read($($argument),*)?;
            if directive.is_first {
                directive.reader.config.$field = value;
            }
            Ok(())
        })
    };
}

/// Reads the value of a setting that a `Match` block may have too. The first value counts.
macro_rules! given {
    ($field:ident: $read:ident($($argument:expr),*)) => {
        Reads::Setting(|directive| {
            let value = directive.arguments.$read($($argument),*)?;
            directive.given().$field.get_or_insert(value);
            Ok(())
        })
    };
}

const PERMIT_ROOT_LOGIN: [(&str, PermitRootLogin); 5] = [
    ("without-password", PermitRootLogin::ProhibitPassword),
    ("prohibit-password", PermitRootLogin::ProhibitPassword),
    ("forced-commands-only", PermitRootLogin::ForcedCommandsOnly),
    ("yes", PermitRootLogin::Yes),
    ("no", PermitRootLogin::No),
];

const KEYWORDS: &[Keyword] = &[
    main("Port", Reads::Setting(main_part::port)),
    main("ListenAddress", Reads::Setting(main_part::listen_address)),
    main("AddressFamily", Reads::Setting(main_part::address_family)),
    main("HostKey", Reads::Setting(main_part::host_key)),
    main("HostDSAKey", Reads::Setting(main_part::host_key)),
    main("HostKeyAlgorithms", first!(host_key_algorithms: algorithms(Kind::HostKey, "Bad key types"))),
    main("KexAlgorithms", first!(kex_algorithms: algorithms(Kind::Kex, "Bad SSH2 KexAlgorithms"))),
    main("Ciphers", first!(ciphers: algorithms(Kind::Cipher, "Bad SSH2 cipher spec"))),
    main("MACs", first!(macs: algorithms(Kind::Mac, "Bad SSH2 mac spec"))),
    main("VersionAddendum", Reads::Setting(main_part::version_addendum)),
    main("SyslogFacility", first!(facility: facility())),
    main("LoginGraceTime", first!(login_grace_time: time())),
    main("MaxStartups", Reads::Setting(main_part::max_startups)),
    main("PerSourceMaxStartups", Reads::Setting(main_part::per_source_max_startups)),
    main("PerSourceNetBlockSize", Reads::Setting(main_part::per_source_net_block_size)),
    main("UsePAM", first!(use_pam: flag())),
    main("Subsystem", Reads::Setting(main_part::subsystem)),
    all("Match", Reads::Setting(match_block::open)),
    all("LogLevel", Reads::Setting(matched::log_level)),
    all("PasswordAuthentication", given!(password_authentication: flag())),
    all("KbdInteractiveAuthentication", Reads::Setting(matched::kbd_interactive)),
    all("ChallengeResponseAuthentication", Reads::Setting(matched::kbd_interactive)),
    all("SkeyAuthentication", Reads::Setting(matched::kbd_interactive)),
    all("PubkeyAuthentication", given!(pubkey_authentication: flag())),
    main("DSAAuthentication", given!(pubkey_authentication: flag())),
    all("PermitEmptyPasswords", given!(permit_empty_passwords: flag())),
    all("PermitRootLogin", given!(permit_root_login: one_of(&PERMIT_ROOT_LOGIN))),
    all("AllowUsers", Reads::Setting(|line| matched::users(line, |given| &mut given.allow_users))),
    all("DenyUsers", Reads::Setting(|line| matched::users(line, |given| &mut given.deny_users))),
    all("AllowGroups", Reads::Setting(|line| matched::groups(line, |given| &mut given.allow_groups))),
    all("DenyGroups", Reads::Setting(|line| matched::groups(line, |given| &mut given.deny_groups))),
    all("MaxAuthTries", given!(max_auth_tries: integer())),
    all("MaxSessions", given!(max_sessions: integer())),
    all("ClientAliveInterval", given!(client_alive_interval: time())),
    all("ClientAliveCountMax", given!(client_alive_count_max: integer())),
    all("ChrootDirectory", given!(chroot_directory: text())),
    all("ForceCommand", Reads::Setting(matched::force_command)),
    all("Banner", Reads::Setting(matched::banner)),
    all("RekeyLimit", Reads::Setting(matched::rekey_limit)),
    all("AuthenticationMethods", Reads::Setting(matched::authentication_methods)),
    all("Include", Reads::Include),
    main("DebianBanner", first!(debian_banner: flag())),
    since(9, 1, all("RequiredRSASize", Reads::Setting(matched::required_rsa_size))),
    since(9, 8, main("PerSourcePenalties", Reads::Setting(main_part::per_source_penalties))),
    since(9, 8, main("PerSourcePenaltyExemptList", Reads::Setting(main_part::exempt_list))),
    // The following directives may matter, and are not modelled.
    since(
        9,
        2,
        all("ChannelTimeout", unless(&["none"], Takes::Any, "channels are not closed when they are idle")),
    ),
    main("HostKeyAgent", unless(&["none"], Takes::One, "the keys that an agent holds are not known")),
    main("ModuliFile", unless(&["/etc/ssh/moduli"], Takes::One, "the groups of another file are not known")),
    since(
        9,
        8,
        main("PAMServiceName", unless(&["sshd"], Takes::One, "another PAM configuration is not known")),
    ),
    all("RDomain", unless(&["none"], Takes::One, "there are no routing domains")),
    since(9, 9, all("RefuseConnection", unless(&["no"], FLAG, "connections are not refused by a condition"))),
    main(
        "UseDNS",
        unless(&["no"], FLAG, "names are not looked up, which can take long and decide conditions"),
    ),
    // The following directives do not matter here.
    all("AcceptEnv", immaterial(Takes::Any, TERMINAL)),
    all("AllowAgentForwarding", immaterial(FLAG, FORWARDING)),
    all("AllowStreamLocalForwarding", immaterial(FORWARD, FORWARDING)),
    all("AllowTcpForwarding", immaterial(FORWARD, FORWARDING)),
    all("AuthorizedKeysCommand", immaterial(Takes::Rest, PASSWORD)),
    all("AuthorizedKeysCommandUser", immaterial(Takes::One, PASSWORD)),
    all("AuthorizedKeysFile", immaterial(Takes::Any, PASSWORD)),
    all("AuthorizedPrincipalsCommand", immaterial(Takes::Rest, PASSWORD)),
    all("AuthorizedPrincipalsCommandUser", immaterial(Takes::One, PASSWORD)),
    all("AuthorizedPrincipalsFile", immaterial(Takes::One, PASSWORD)),
    all("CASignatureAlgorithms", immaterial(Takes::One, PASSWORD)),
    main(
        "Compression",
        immaterial(Takes::OneOf(&["yes", "delayed", "no"]), "the controller offers no compression"),
    ),
    all("DisableForwarding", immaterial(FLAG, FORWARDING)),
    all("ExposeAuthInfo", immaterial(FLAG, TERMINAL)),
    main(
        "FingerprintHash",
        immaterial(
            Takes::OneOf(&["md5", "sha1", "sha256", "sha384", "sha512"]),
            "it is about the log of keys",
        ),
    ),
    all("GatewayPorts", immaterial(Takes::OneOf(&["clientspecified", "yes", "no"]), FORWARDING)),
    all("GSSAPIAuthentication", immaterial(FLAG, PASSWORD)),
    main("GSSAPICleanupCredentials", immaterial(FLAG, PASSWORD)),
    main("GSSAPIKexAlgorithms", immaterial(Takes::One, PASSWORD)),
    main("GSSAPIKeyExchange", immaterial(FLAG, PASSWORD)),
    main("GSSAPIStoreCredentialsOnRekey", immaterial(FLAG, PASSWORD)),
    main("GSSAPIStrictAcceptorCheck", immaterial(FLAG, PASSWORD)),
    all("HostbasedAcceptedAlgorithms", immaterial(Takes::One, PASSWORD)),
    all("HostbasedAcceptedKeyTypes", immaterial(Takes::One, PASSWORD)),
    all("HostbasedAuthentication", immaterial(FLAG, PASSWORD)),
    all("HostbasedUsesNameFromPacketOnly", immaterial(FLAG, PASSWORD)),
    main("HostCertificate", immaterial(Takes::One, "the controller asks for no certificate of OpenSSH")),
    all("IgnoreRhosts", immaterial(Takes::OneOf(&["yes", "no", "shosts-only"]), PASSWORD)),
    main("IgnoreUserKnownHosts", immaterial(FLAG, PASSWORD)),
    all("IPQoS", immaterial(Takes::Two, "links have no classes of service")),
    main("KeepAlive", immaterial(FLAG, "the system probes after two hours of silence")),
    all("LogVerbose", immaterial(Takes::Any, "it adds lines for the authors of sshd")),
    all("PermitListen", immaterial(Takes::Any, FORWARDING)),
    all("PermitOpen", immaterial(Takes::Any, FORWARDING)),
    all("PermitTTY", immaterial(FLAG, TERMINAL)),
    all("PermitTunnel", immaterial(Takes::OneOf(&["no", "point-to-point", "ethernet", "yes"]), FORWARDING)),
    main("PermitUserEnvironment", immaterial(Takes::One, TERMINAL)),
    all("PermitUserRC", immaterial(FLAG, TERMINAL)),
    main("PidFile", immaterial(Takes::One, "other programs read it")),
    main("PrintLastLog", immaterial(FLAG, TERMINAL)),
    main("PrintMotd", immaterial(FLAG, TERMINAL)),
    all("PubkeyAcceptedAlgorithms", immaterial(Takes::One, PASSWORD)),
    all("PubkeyAcceptedKeyTypes", immaterial(Takes::One, PASSWORD)),
    all("PubkeyAuthOptions", immaterial(Takes::Any, PASSWORD)),
    all("RevokedKeys", immaterial(Takes::One, PASSWORD)),
    main("SecurityKeyProvider", immaterial(Takes::One, PASSWORD)),
    all("SetEnv", immaterial(Takes::Any, TERMINAL)),
    since(10, 0, main("SshdAuthPath", immaterial(Takes::One, "sshd finds its own programs"))),
    since(9, 8, main("SshdSessionPath", immaterial(Takes::One, "sshd finds its own programs"))),
    all("StreamLocalBindMask", immaterial(Takes::One, FORWARDING)),
    all("StreamLocalBindUnlink", immaterial(FLAG, FORWARDING)),
    main("StrictModes", immaterial(FLAG, PASSWORD)),
    main("TCPKeepAlive", immaterial(FLAG, "the system probes after two hours of silence")),
    all("TrustedUserCAKeys", immaterial(Takes::One, PASSWORD)),
    since(
        9,
        2,
        all("UnusedConnectionTimeout", immaterial(Takes::One, "the controller opens its session at once")),
    ),
    all("X11DisplayOffset", immaterial(Takes::Integer, FORWARDING)),
    all("X11Forwarding", immaterial(FLAG, FORWARDING)),
    all("X11UseLocalhost", immaterial(FLAG, FORWARDING)),
    main("XAuthLocation", immaterial(Takes::One, FORWARDING)),
    // These do nothing in sshd 8.9 either.
    main("Protocol", Reads::Deprecated),
    main("PAMAuthenticationViaKbdInt", Reads::Deprecated),
    main("ServerKeyBits", Reads::Deprecated),
    main("KeyRegenerationInterval", Reads::Deprecated),
    main("RhostsAuthentication", Reads::Deprecated),
    all("RhostsRSAAuthentication", Reads::Deprecated),
    all("RSAAuthentication", Reads::Deprecated),
    main("CheckMail", Reads::Deprecated),
    main("UseLogin", Reads::Deprecated),
    main("VerifyReverseMapping", Reads::Deprecated),
    main("ReverseMappingCheck", Reads::Deprecated),
    all("AuthorizedKeysFile2", Reads::Deprecated),
    main("UsePrivilegeSeparation", Reads::Deprecated),
    all("KerberosAuthentication", Reads::Unsupported),
    main("KerberosOrLocalPasswd", Reads::Unsupported),
    main("KerberosTicketCleanup", Reads::Unsupported),
    main("KerberosGetAFSToken", Reads::Unsupported),
    main("KerberosTGTPassing", Reads::Unsupported),
    main("AFSTokenPassing", Reads::Unsupported),
];

#[cfg(test)]
pub(super) const ALL: &[Keyword] = KEYWORDS;
