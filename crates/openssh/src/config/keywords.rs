//! The directives of sshd 8.9 as Ubuntu builds it.

use super::algorithms::Kind;
use super::arguments::Bad;
use super::directive::Directive;
use super::{PermitRootLogin, main_part, match_block, matched};

/// The keyword of a directive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// True if it may follow a `Match`.
    pub(super) in_match: bool,
    pub(super) reads: Reads,
}

/// The treatment of a directive.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reads {
    /// It is read into a setting.
    Setting(fn(&mut Directive<'_, '_>) -> Result<(), Bad>),
    /// It has no effect here, and takes these arguments.
    Idle(Takes),
    /// sshd ignores it too, and logs so.
    Deprecated,
    /// sshd was built without it, and logs so.
    Unsupported,
}

/// The arguments of a directive that has no effect.
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

/// Returns the directive of this name, in any letter case.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name.eq_ignore_ascii_case(name))
}

const FLAG: Reads = Reads::Idle(Takes::OneOf(&["yes", "no"]));
const FORWARD: Reads = Reads::Idle(Takes::OneOf(&["yes", "all", "no", "remote", "local"]));
const ONE: Reads = Reads::Idle(Takes::One);
const ANY: Reads = Reads::Idle(Takes::Any);
const REST: Reads = Reads::Idle(Takes::Rest);

const fn all(name: &'static str, reads: Reads) -> Keyword {
    Keyword { name, in_match: true, reads }
}

const fn main(name: &'static str, reads: Reads) -> Keyword {
    Keyword { name, in_match: false, reads }
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
    main("UseDNS", Reads::Setting(main_part::use_dns)),
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
    // The following directives have no effect here.
    all("AcceptEnv", ANY),
    all("AllowAgentForwarding", FLAG),
    all("AllowStreamLocalForwarding", FORWARD),
    all("AllowTcpForwarding", FORWARD),
    all("AuthorizedKeysCommand", REST),
    all("AuthorizedKeysCommandUser", ONE),
    all("AuthorizedKeysFile", ANY),
    all("AuthorizedPrincipalsCommand", REST),
    all("AuthorizedPrincipalsCommandUser", ONE),
    all("AuthorizedPrincipalsFile", ONE),
    all("CASignatureAlgorithms", ONE),
    main("Compression", Reads::Idle(Takes::OneOf(&["yes", "delayed", "no"]))),
    all("DisableForwarding", FLAG),
    all("ExposeAuthInfo", FLAG),
    main("FingerprintHash", Reads::Idle(Takes::OneOf(&["md5", "sha1", "sha256", "sha384", "sha512"]))),
    all("GatewayPorts", Reads::Idle(Takes::OneOf(&["clientspecified", "yes", "no"]))),
    all("GSSAPIAuthentication", FLAG),
    main("GSSAPICleanupCredentials", FLAG),
    main("GSSAPIStrictAcceptorCheck", FLAG),
    all("HostbasedAcceptedAlgorithms", ONE),
    all("HostbasedAcceptedKeyTypes", ONE),
    all("HostbasedAuthentication", FLAG),
    all("HostbasedUsesNameFromPacketOnly", FLAG),
    main("HostCertificate", ONE),
    main("HostKeyAgent", ONE),
    all("IgnoreRhosts", Reads::Idle(Takes::OneOf(&["yes", "no", "shosts-only"]))),
    main("IgnoreUserKnownHosts", FLAG),
    all("Include", ANY),
    all("IPQoS", Reads::Idle(Takes::Two)),
    main("KeepAlive", FLAG),
    all("LogVerbose", ANY),
    main("ModuliFile", ONE),
    all("PermitListen", ANY),
    all("PermitOpen", ANY),
    all("PermitTTY", FLAG),
    all("PermitTunnel", Reads::Idle(Takes::OneOf(&["no", "point-to-point", "ethernet", "yes"]))),
    main("PermitUserEnvironment", ONE),
    all("PermitUserRC", FLAG),
    main("PidFile", ONE),
    main("PrintLastLog", FLAG),
    main("PrintMotd", FLAG),
    all("PubkeyAcceptedAlgorithms", ONE),
    all("PubkeyAcceptedKeyTypes", ONE),
    all("PubkeyAuthOptions", ANY),
    all("RDomain", ONE),
    all("RevokedKeys", ONE),
    main("SecurityKeyProvider", ONE),
    all("SetEnv", ANY),
    all("StreamLocalBindMask", ONE),
    all("StreamLocalBindUnlink", FLAG),
    main("StrictModes", FLAG),
    main("TCPKeepAlive", FLAG),
    all("TrustedUserCAKeys", ONE),
    all("X11DisplayOffset", Reads::Idle(Takes::Integer)),
    all("X11Forwarding", FLAG),
    all("X11UseLocalhost", FLAG),
    main("XAuthLocation", ONE),
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
pub(super) const COUNT: usize = KEYWORDS.len();

#[cfg(test)]
pub(super) fn name(at: usize) -> &'static str {
    KEYWORDS[at].name
}
