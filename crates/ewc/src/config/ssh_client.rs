//! `ip ssh …`: the behaviour of the controller as an SSH client.

use super::words::{Words, Wrong};

/// The configuration of the SSH client. Names of algorithms are those of IOS-XE, in order of preference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SshClient {
    /// `ip ssh client algorithm kex`; the default of the release if none.
    pub kex: Option<Vec<String>>,
    /// `ip ssh client algorithm encryption`.
    pub encryption: Option<Vec<String>>,
    /// `ip ssh client algorithm mac`.
    pub mac: Option<Vec<String>>,
    /// `ip ssh stricthostkeycheck`: a server whose host key has changed is refused.
    pub strict_host_key_check: bool,
}

/// The lists, by the words behind `ip ssh client algorithm`.
const KINDS: [&str; 3] = ["kex", "encryption", "mac"];

/// Parses the words behind `ip ssh client algorithm`.
pub(super) fn algorithms(client: &mut SshClient, words: &mut Words<'_>) -> Result<(), Wrong> {
    let list = List::named(words.choice(&KINDS, "kex, encryption or mac")?);
    let (column, first) = words.next(list.expected)?;
    let mut names = vec![list.known(first).ok_or_else(|| words.unexpected(column, list.expected))?];
    while !words.rest().is_empty() {
        let (column, name) = words.next(list.expected)?;
        names.push(list.known(name).ok_or_else(|| words.unexpected(column, list.expected))?);
    }
    *(list.of)(client) = Some(names);
    Ok(())
}

/// Parses the words behind `no ip ssh client algorithm`: a list returns to the default of the release.
pub(super) fn no_algorithms(client: &mut SshClient, words: &mut Words<'_>) -> Result<(), Wrong> {
    let list = List::named(words.choice(&KINDS, "kex, encryption or mac")?);
    *(list.of)(client) = None;
    Ok(())
}

/// One of the three lists: its field, and the names that IOS-XE knows.
struct List {
    of: fn(&mut SshClient) -> &mut Option<Vec<String>>,
    names: &'static [&'static str],
    expected: &'static str,
}

impl List {
    /// Returns one of [`KINDS`].
    fn named(kind: &'static str) -> Self {
        match kind {
            "kex" => Self {
                of: |client| &mut client.kex,
                names: KEX,
                expected: "a key exchange of IOS-XE, such as ecdh-sha2-nistp256",
            },
            "encryption" => Self {
                of: |client| &mut client.encryption,
                names: ENCRYPTION,
                expected: "an encryption of IOS-XE, such as aes128-ctr",
            },
            _ => Self {
                of: |client| &mut client.mac,
                names: MAC,
                expected: "a MAC of IOS-XE, such as hmac-sha2-256",
            },
        }
    }

    fn known(&self, name: &str) -> Option<String> {
        self.names.contains(&name).then(|| name.to_owned())
    }
}

const KEX: &[&str] = &[
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
];
const ENCRYPTION: &[&str] = &[
    "3des-cbc",
    "aes128-cbc",
    "aes128-ctr",
    "aes128-gcm",
    "aes128-gcm@openssh.com",
    "aes192-cbc",
    "aes192-ctr",
    "aes256-cbc",
    "aes256-ctr",
    "aes256-gcm",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
];
const MAC: &[&str] = &[
    "hmac-sha1",
    "hmac-sha1-96",
    "hmac-sha2-256",
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512",
    "hmac-sha2-512-etm@openssh.com",
];
