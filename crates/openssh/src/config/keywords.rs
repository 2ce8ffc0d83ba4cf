//! The directives of sshd 8.9 as Ubuntu builds it.

/// A directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// Whether it may stand after a `Match`.
    pub(super) in_match: bool,
    pub(super) directive: Directive,
}

/// What a directive does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Port,
    ListenAddress,
    AddressFamily,
    HostKey,
    HostKeyAlgorithms,
    KexAlgorithms,
    Ciphers,
    Macs,
    VersionAddendum,
    SyslogFacility,
    LoginGraceTime,
    MaxStartups,
    PerSourceMaxStartups,
    PerSourceNetBlockSize,
    UsePam,
    UseDns,
    Subsystem,
    Match,
    LogLevel,
    PasswordAuthentication,
    KbdInteractiveAuthentication,
    PubkeyAuthentication,
    PermitEmptyPasswords,
    PermitRootLogin,
    AllowUsers,
    DenyUsers,
    AllowGroups,
    DenyGroups,
    MaxAuthTries,
    MaxSessions,
    ClientAliveInterval,
    ClientAliveCountMax,
    ChrootDirectory,
    ForceCommand,
    Banner,
    RekeyLimit,
    AuthenticationMethods,
    /// Has no effect here; takes this.
    Idle(Takes),
    /// sshd passes over it too, and says so.
    Deprecated,
    /// As built, sshd cannot do it, and says so.
    Unsupported,
}

/// What a directive takes that has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// One of these words.
    OneOf(&'static [&'static str]),
    Integer,
    /// One argument.
    One,
    /// One or two.
    Two,
    /// Any number.
    Any,
    /// The rest of the line.
    Rest,
}

/// The directive that is called so, in letters large or small.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name.eq_ignore_ascii_case(name))
}

const FLAG: Directive = Directive::Idle(Takes::OneOf(&["yes", "no"]));
const FORWARD: Directive = Directive::Idle(Takes::OneOf(&["yes", "all", "no", "remote", "local"]));
const ONE: Directive = Directive::Idle(Takes::One);
const ANY: Directive = Directive::Idle(Takes::Any);
const REST: Directive = Directive::Idle(Takes::Rest);

const fn all(name: &'static str, directive: Directive) -> Keyword {
    Keyword { name, in_match: true, directive }
}

const fn main(name: &'static str, directive: Directive) -> Keyword {
    Keyword { name, in_match: false, directive }
}

const KEYWORDS: &[Keyword] = &[
    main("Port", Directive::Port),
    main("ListenAddress", Directive::ListenAddress),
    main("AddressFamily", Directive::AddressFamily),
    main("HostKey", Directive::HostKey),
    main("HostDSAKey", Directive::HostKey),
    main("HostKeyAlgorithms", Directive::HostKeyAlgorithms),
    main("KexAlgorithms", Directive::KexAlgorithms),
    main("Ciphers", Directive::Ciphers),
    main("MACs", Directive::Macs),
    main("VersionAddendum", Directive::VersionAddendum),
    main("SyslogFacility", Directive::SyslogFacility),
    main("LoginGraceTime", Directive::LoginGraceTime),
    main("MaxStartups", Directive::MaxStartups),
    main("PerSourceMaxStartups", Directive::PerSourceMaxStartups),
    main("PerSourceNetBlockSize", Directive::PerSourceNetBlockSize),
    main("UsePAM", Directive::UsePam),
    main("UseDNS", Directive::UseDns),
    main("Subsystem", Directive::Subsystem),
    all("Match", Directive::Match),
    all("LogLevel", Directive::LogLevel),
    all("PasswordAuthentication", Directive::PasswordAuthentication),
    all("KbdInteractiveAuthentication", Directive::KbdInteractiveAuthentication),
    all("ChallengeResponseAuthentication", Directive::KbdInteractiveAuthentication),
    all("SkeyAuthentication", Directive::KbdInteractiveAuthentication),
    all("PubkeyAuthentication", Directive::PubkeyAuthentication),
    main("DSAAuthentication", Directive::PubkeyAuthentication),
    all("PermitEmptyPasswords", Directive::PermitEmptyPasswords),
    all("PermitRootLogin", Directive::PermitRootLogin),
    all("AllowUsers", Directive::AllowUsers),
    all("DenyUsers", Directive::DenyUsers),
    all("AllowGroups", Directive::AllowGroups),
    all("DenyGroups", Directive::DenyGroups),
    all("MaxAuthTries", Directive::MaxAuthTries),
    all("MaxSessions", Directive::MaxSessions),
    all("ClientAliveInterval", Directive::ClientAliveInterval),
    all("ClientAliveCountMax", Directive::ClientAliveCountMax),
    all("ChrootDirectory", Directive::ChrootDirectory),
    all("ForceCommand", Directive::ForceCommand),
    all("Banner", Directive::Banner),
    all("RekeyLimit", Directive::RekeyLimit),
    all("AuthenticationMethods", Directive::AuthenticationMethods),
    // What follows changes nothing here.
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
    main("Compression", Directive::Idle(Takes::OneOf(&["yes", "delayed", "no"]))),
    all("DisableForwarding", FLAG),
    all("ExposeAuthInfo", FLAG),
    main("FingerprintHash", Directive::Idle(Takes::OneOf(&["md5", "sha1", "sha256", "sha384", "sha512"]))),
    all("GatewayPorts", Directive::Idle(Takes::OneOf(&["clientspecified", "yes", "no"]))),
    all("GSSAPIAuthentication", FLAG),
    main("GSSAPICleanupCredentials", FLAG),
    main("GSSAPIStrictAcceptorCheck", FLAG),
    all("HostbasedAcceptedAlgorithms", ONE),
    all("HostbasedAcceptedKeyTypes", ONE),
    all("HostbasedAuthentication", FLAG),
    all("HostbasedUsesNameFromPacketOnly", FLAG),
    main("HostCertificate", ONE),
    main("HostKeyAgent", ONE),
    all("IgnoreRhosts", Directive::Idle(Takes::OneOf(&["yes", "no", "shosts-only"]))),
    main("IgnoreUserKnownHosts", FLAG),
    all("Include", ANY),
    all("IPQoS", Directive::Idle(Takes::Two)),
    main("KeepAlive", FLAG),
    all("LogVerbose", ANY),
    main("ModuliFile", ONE),
    all("PermitListen", ANY),
    all("PermitOpen", ANY),
    all("PermitTTY", FLAG),
    all("PermitTunnel", Directive::Idle(Takes::OneOf(&["no", "point-to-point", "ethernet", "yes"]))),
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
    all("X11DisplayOffset", Directive::Idle(Takes::Integer)),
    all("X11Forwarding", FLAG),
    all("X11UseLocalhost", FLAG),
    main("XAuthLocation", ONE),
    // These do nothing in sshd 8.9 either.
    main("Protocol", Directive::Deprecated),
    main("PAMAuthenticationViaKbdInt", Directive::Deprecated),
    main("ServerKeyBits", Directive::Deprecated),
    main("KeyRegenerationInterval", Directive::Deprecated),
    main("RhostsAuthentication", Directive::Deprecated),
    all("RhostsRSAAuthentication", Directive::Deprecated),
    all("RSAAuthentication", Directive::Deprecated),
    main("CheckMail", Directive::Deprecated),
    main("UseLogin", Directive::Deprecated),
    main("VerifyReverseMapping", Directive::Deprecated),
    main("ReverseMappingCheck", Directive::Deprecated),
    all("AuthorizedKeysFile2", Directive::Deprecated),
    main("UsePrivilegeSeparation", Directive::Deprecated),
    all("KerberosAuthentication", Directive::Unsupported),
    main("KerberosOrLocalPasswd", Directive::Unsupported),
    main("KerberosTicketCleanup", Directive::Unsupported),
    main("KerberosGetAFSToken", Directive::Unsupported),
    main("KerberosTGTPassing", Directive::Unsupported),
    main("AFSTokenPassing", Directive::Unsupported),
];

#[cfg(test)]
pub(super) const COUNT: usize = KEYWORDS.len();

#[cfg(test)]
pub(super) fn name(at: usize) -> &'static str {
    KEYWORDS[at].name
}
