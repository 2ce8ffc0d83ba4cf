//! The settings of one server.

use std::net::SocketAddr;
use std::time::Duration;

use ssh::KeyAlgorithm;

use super::algorithms::Kind;
use super::files::Included;
use super::given::{Block, Given};
use super::listen::Listen;
use super::penalties::Penalties;
use super::release::Release;
use super::settings::{Connection, Settings};
use crate::syslog::Facility;

/// The file that Ubuntu 22.04 ships, without its comments.
pub const UBUNTU: &str = "\
Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem\tsftp\t/usr/lib/openssh/sftp-server
";

/// The configuration of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshdConfig {
    /// The release of OpenSSH.
    pub release: Release,
    /// True if its identification says how the distribution calls its build (`DebianBanner`).
    pub debian_banner: bool,
    /// The addresses at which it listens, in that order.
    pub listen: Vec<SocketAddr>,
    /// The text after the version in its identification (`VersionAddendum`).
    pub version_addendum: String,
    /// The private keys, by the paths of their files (`HostKey`), on the server's machine.
    pub host_keys: Vec<String>,
    /// Key exchanges, in order of preference.
    pub kex_algorithms: Vec<String>,
    /// Signatures of host keys, in order of preference.
    pub host_key_algorithms: Vec<String>,
    /// Ciphers, in order of preference.
    pub ciphers: Vec<String>,
    /// Message authentication codes, in order of preference.
    pub macs: Vec<String>,
    /// The facility of its log lines.
    pub facility: Facility,
    /// The time limit of a login; none if zero.
    pub login_grace_time: Duration,
    /// The limit of connections without a login.
    pub max_startups: MaxStartups,
    /// The limit of them from one network (`PerSourceMaxStartups`).
    pub per_source_max_startups: Option<u32>,
    /// The prefix lengths of a network, for IPv4 and IPv6 (`PerSourceNetBlockSize`).
    pub per_source_bits: (u32, u32),
    /// The refusal of clients that misbehaved (`PerSourcePenalties`), which releases before 9.8 do not have.
    pub penalties: Penalties,
    /// True if logins and sessions go through PAM, which writes its own lines into the log.
    pub use_pam: bool,
    /// The subsystems that clients may request, by name.
    pub subsystems: Vec<Subsystem>,
    pub(super) given: Given,
    pub(super) blocks: Vec<Block>,
}

/// The limits of connections without a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxStartups {
    /// The number from which some are dropped.
    pub start: u32,
    /// The percentage that is dropped then; it grows up to all.
    pub rate: u32,
    /// The number from which all are dropped.
    pub full: u32,
}

/// A subsystem, which clients request by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subsystem {
    /// The name, such as `sftp`.
    pub name: String,
    /// The command: a program or `internal-sftp`, and arguments.
    pub command: String,
}

/// The settings of the file that Ubuntu 22.04 ships.
impl Default for SshdConfig {
    fn default() -> Self {
        Self::parse_files(UBUNTU, Release::OLDEST, Included::Files(&[])).expect("it is right").config
    }
}

impl SshdConfig {
    /// Returns the settings for all connections, without the `Match` blocks.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        self.given.apply(&mut settings);
        settings
    }

    /// Returns the settings of a connection: the first value in the matching `Match` blocks; else that of the main part.
    pub fn effective(&self, connection: &Connection<'_>) -> Settings {
        let mut settings = self.settings();
        let fits = |block: &&Block| block.conditions.iter().all(|condition| condition.holds(connection));
        let matched = self.blocks.iter().filter(fits);
        matched.fold(Given::default(), |given, block| given.and(&block.given)).apply(&mut settings);
        settings
    }

    /// Adds the settings of `Match all` to those of the main part, which count before a user is known.
    pub(super) fn count_match_all(&mut self) {
        let for_all = self.blocks.iter().filter(|block| block.is_for_all());
        self.given = for_all.fold(std::mem::take(&mut self.given), |given, block| given.and(&block.given));
    }

    /// Returns the command of a subsystem.
    pub fn subsystem(&self, name: &str) -> Option<&str> {
        let found = self.subsystems.iter().find(|subsystem| subsystem.name == name)?;
        Some(&found.command)
    }

    /// Returns the most channels that any connection may have open.
    pub(crate) fn sessions_max(&self) -> u32 {
        let blocks = self.blocks.iter().filter_map(|block| block.given.max_sessions);
        blocks.fold(self.settings().max_sessions, u32::max)
    }

    /// Returns the kinds of the files of `HostKey`, one for each that can be used.
    pub fn host_key_kinds(&self) -> impl Iterator<Item = (&str, KeyAlgorithm)> {
        self.host_keys.iter().filter_map(|path| Some((path.as_str(), key_kind(path)?)))
    }

    /// Returns true if a path of `HostKey` names a key of an algorithm such as `ssh-ed25519`.
    pub(crate) fn has_host_key(&self, algorithm: &str) -> bool {
        self.host_key_kinds().any(|(_, kind)| match kind {
            KeyAlgorithm::Rsa => algorithm == "ssh-rsa",
            KeyAlgorithm::Ed25519 => algorithm == "ssh-ed25519",
            _ => algorithm.starts_with("ecdsa-"),
        })
    }

    /// Returns settings without any value.
    pub(super) fn unset(release: Release) -> Self {
        Self {
            release,
            debian_banner: true,
            listen: Vec::new(),
            version_addendum: String::new(),
            host_keys: Vec::new(),
            kex_algorithms: Kind::Kex.defaults(release),
            host_key_algorithms: Kind::HostKey.defaults(release),
            ciphers: Kind::Cipher.defaults(release),
            macs: Kind::Mac.defaults(release),
            facility: Facility::AUTH,
            login_grace_time: Duration::from_secs(120),
            max_startups: MaxStartups { start: 10, rate: 30, full: 100 },
            per_source_max_startups: None,
            per_source_bits: (32, 128),
            penalties: Penalties::of(release),
            use_pam: false,
            subsystems: Vec::new(),
            given: Given::default(),
            blocks: Vec::new(),
        }
    }

    /// Fills in the missing settings.
    pub(super) fn fill(&mut self) {
        if self.listen.is_empty() {
            self.listen = Listen::default().sockets();
        }
        if self.host_keys.is_empty() {
            let path = |kind| format!("/etc/ssh/ssh_host_{kind}_key");
            self.host_keys = ["rsa", "ecdsa", "ed25519"].map(path).to_vec();
        }
    }
}

/// Returns the kind of a key by its file name, as ssh-keygen(1) names them. A name without a kind is of the kind that it makes by
/// default. DSA keys are of no use, as OpenSSH does not offer them.
fn key_kind(path: &str) -> Option<KeyAlgorithm> {
    match path.rsplit('/').next().unwrap_or(path) {
        name if name.contains("ecdsa") => Some(KeyAlgorithm::EcdsaP256),
        name if name.contains("rsa") => Some(KeyAlgorithm::Rsa),
        name if name.contains("dsa") => None,
        _ => Some(KeyAlgorithm::Ed25519),
    }
}
