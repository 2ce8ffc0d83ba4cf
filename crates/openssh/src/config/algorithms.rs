//! Names of algorithms as OpenSSH 8.9 to 10.0 know them, and lists of them that change the default.

use super::release::Release;
use crate::patterns::{Matched, fits_list};

/// A list of algorithms, one of which the two ends agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Kex,
    Cipher,
    Mac,
    HostKey,
}

use Kind::{Cipher, HostKey, Kex, Mac};

impl Kind {
    /// Returns the default offer of a server, in order of preference (myproposal.h).
    pub(super) fn defaults(self, release: Release) -> Vec<String> {
        let by_release: &[(Release, &[&str])] = match self {
            Kex => KEX_DEFAULTS,
            Cipher => CIPHER_DEFAULTS,
            Mac => return owned(MAC_DEFAULT),
            HostKey => return owned(HOST_KEY_DEFAULT),
        };
        let latest = by_release.iter().rev().find(|(since, _)| *since <= release);
        owned(latest.map_or(&[], |(_, names)| names))
    }

    fn more(self) -> &'static [&'static str] {
        match self {
            Kex => KEX_MORE,
            Cipher => CIPHER_MORE,
            Mac => MAC_MORE,
            HostKey => HOST_KEY_MORE,
        }
    }

    fn known(self, release: Release) -> impl Iterator<Item = String> {
        let defaults = self.defaults(release);
        let more = owned(self.more()).into_iter().filter(|name| !defaults.contains(name)).collect::<Vec<_>>();
        defaults.into_iter().chain(more)
    }

    /// Returns true if the comma-separated names exist. Host keys may be named by patterns, and removed names always may.
    fn are_known(self, names: &str, release: Release) -> bool {
        let known: Vec<_> = self.known(release).collect();
        !names.is_empty()
            && names.split(',').all(|name| match self {
                Kex if is_gss(name) => true,
                HostKey => known.iter().any(|known| fits_list(known, name) == Matched::Yes),
                _ => known.iter().any(|known| known == name),
            })
    }

    /// Returns the list that an argument asks for: `a,b` these, `+a` also these, `-a` not these, `^a` these first.
    pub(super) fn assemble(self, argument: &str, release: Release) -> Option<Vec<String>> {
        let defaults = || self.defaults(release).into_iter();
        if let Some(patterns) = argument.strip_prefix('-') {
            let kept = |name: &String| fits_list(name, patterns) != Matched::Yes;
            return Some(defaults().filter(kept).collect());
        }
        let names = argument.trim_start_matches(['+', '^']);
        if argument.len() > names.len() + 1 || !self.are_known(names, release) {
            return None;
        }
        let mut chosen: Vec<String> = Vec::new();
        for name in names.split(',') {
            chosen.extend(self.known(release).filter(|known| fits_list(known, name) == Matched::Yes));
        }
        let mut list = match argument.as_bytes().first() {
            Some(b'+') => defaults().chain(chosen).collect(),
            Some(b'^') => chosen.into_iter().chain(defaults()).collect(),
            _ => chosen,
        };
        let mut seen = std::collections::BTreeSet::new();
        list.retain(|name| seen.insert(name.clone()));
        // sshd does not start with key exchanges of GSSAPI alone.
        (!list.is_empty()).then_some(list)
    }
}

/// Returns true for a key exchange of GSSAPI. Debian's and Ubuntu's sshd takes the beginning of its name, as guides for these systems
/// write it, and offers it only beside a key of Kerberos.
fn is_gss(name: &str) -> bool {
    GSS_KEX.iter().any(|start| name.starts_with(start))
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const KEX_DEFAULTS: &[(Release, &[&str])] = &[
    (Release::OLDEST, KEX_8_9),
    (Release::new(9, 0), KEX_9_0),
    (Release::new(9, 9), KEX_9_9),
    (Release::new(10, 0), KEX_10_0),
];

const KEX_8_9: &[&str] = &[
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "sntrup761x25519-sha512@openssh.com",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
];
const KEX_9_0: &[&str] = &[
    "sntrup761x25519-sha512@openssh.com",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
];
const KEX_9_9: &[&str] = &[
    "sntrup761x25519-sha512",
    "sntrup761x25519-sha512@openssh.com",
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
];
/// Finite fields are off by default from here on (release notes of 10.0).
const KEX_10_0: &[&str] = &[
    "mlkem768x25519-sha256",
    "sntrup761x25519-sha512",
    "sntrup761x25519-sha512@openssh.com",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
];
const KEX_MORE: &[&str] = &[
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
];

/// Debian's and Ubuntu's patch, kex-names.c.
const GSS_KEX: &[&str] = &[
    "gss-gex-sha1-",
    "gss-group1-sha1-",
    "gss-group14-sha1-",
    "gss-group14-sha256-",
    "gss-group16-sha512-",
    "gss-nistp256-sha256-",
    "gss-curve25519-sha256-",
];

const CIPHER_DEFAULTS: &[(Release, &[&str])] =
    &[(Release::OLDEST, CIPHER_8_9), (Release::new(10, 0), CIPHER_10_0)];

const CIPHER_10_0: &[&str] = &[
    "chacha20-poly1305@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
];
const CIPHER_8_9: &[&str] = &[
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
];
const CIPHER_MORE: &[&str] = &["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"];

const MAC_DEFAULT: &[&str] = &[
    "umac-64-etm@openssh.com",
    "umac-128-etm@openssh.com",
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "umac-64@openssh.com",
    "umac-128@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
];
const MAC_MORE: &[&str] = &[
    "hmac-sha1-96",
    "hmac-md5",
    "hmac-md5-96",
    "hmac-sha1-96-etm@openssh.com",
    "hmac-md5-etm@openssh.com",
    "hmac-md5-96-etm@openssh.com",
];

const HOST_KEY_DEFAULT: &[&str] = &[
    "ssh-ed25519-cert-v01@openssh.com",
    "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-nistp384-cert-v01@openssh.com",
    "ecdsa-sha2-nistp521-cert-v01@openssh.com",
    "sk-ssh-ed25519-cert-v01@openssh.com",
    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "rsa-sha2-512-cert-v01@openssh.com",
    "rsa-sha2-256-cert-v01@openssh.com",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-256",
];
const HOST_KEY_MORE: &[&str] =
    &["ssh-rsa", "ssh-rsa-cert-v01@openssh.com", "ssh-dss", "ssh-dss-cert-v01@openssh.com"];

#[cfg(test)]
mod tests {
    use super::*;

    const OLDEST: Release = Release::OLDEST;

    #[test]
    fn lists_change_the_default() {
        assert_eq!(
            Cipher.assemble("aes256-ctr,3des-cbc", OLDEST).expect("known"),
            ["aes256-ctr", "3des-cbc"]
        );
        let more = Kex.assemble("+diffie-hellman-group14-sha1", OLDEST).expect("known");
        assert_eq!(more.last().map(String::as_str), Some("diffie-hellman-group14-sha1"));
        assert_eq!(more.len(), Kex.defaults(OLDEST).len() + 1);
        let first = Mac.assemble("^hmac-sha2-512", OLDEST).expect("known");
        assert_eq!((first[0].as_str(), first.len()), ("hmac-sha2-512", Mac.defaults(OLDEST).len()));
        let fewer = Mac.assemble("-umac*,hmac-sha1*", OLDEST).expect("patterns");
        assert_eq!(fewer.first().map(String::as_str), Some("hmac-sha2-256-etm@openssh.com"));
        assert_eq!(HostKey.assemble("ssh-ed25519,rsa-sha2-*", OLDEST).expect("known").len(), 5);
    }

    #[test]
    fn unknown_names_are_refused() {
        assert_eq!(Cipher.assemble("aes512-ctr", OLDEST), None);
        assert_eq!(Cipher.assemble("aes*", OLDEST), None);
        assert_eq!(Kex.assemble("+", OLDEST), None);
        assert_eq!(HostKey.assemble("ssh-ed448", OLDEST), None);
        assert_eq!(Kex.assemble("gss-group15-sha512-", OLDEST), None);
        assert_eq!(Kex.assemble("gss-group14-sha256-", OLDEST), None);
        assert_eq!(Mac.assemble("gss-group14-sha256-,hmac-sha2-256", OLDEST), None);
    }

    /// A live sshd 9.2 of Debian prints the same list without them.
    #[test]
    fn key_exchanges_of_gssapi_are_known_and_not_offered() {
        let list = "gss-curve25519-sha256-,curve25519-sha256,gss-group16-sha512-toWM5Slw5Ew8Mqkay+al2g==";
        assert_eq!(Kex.assemble(list, OLDEST).expect("known"), ["curve25519-sha256"]);
        assert_eq!(Kex.assemble("+gss-nistp256-sha256-", OLDEST), Some(Kex.defaults(OLDEST)));
    }

    #[test]
    fn later_releases_have_other_defaults() {
        let kex = |text| Kex.defaults(Release::parse(text).expect("a release"));
        assert_eq!(kex("9.6")[0], "sntrup761x25519-sha512@openssh.com");
        assert_eq!(kex("9.9")[2], "mlkem768x25519-sha256");
        assert!(kex("9.9").iter().any(|name| name.starts_with("diffie")));
        assert!(!kex("10.0").iter().any(|name| name.starts_with("diffie")));
        let newest = Release::NEWEST;
        assert!(Kex.assemble("+diffie-hellman-group14-sha256", newest).is_some());
        assert_eq!(Kex.assemble("mlkem768x25519-sha256", OLDEST), None);
    }
}
