//! Names of algorithms as OpenSSH 8.9 knows them, and lists of them that change the default.

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
    pub(super) fn defaults(self) -> Vec<String> {
        let names = match self {
            Kex => KEX_DEFAULT,
            Cipher => CIPHER_DEFAULT,
            Mac => MAC_DEFAULT,
            HostKey => HOST_KEY_DEFAULT,
        };
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn more(self) -> &'static [&'static str] {
        match self {
            Kex => KEX_MORE,
            Cipher => CIPHER_MORE,
            Mac => MAC_MORE,
            HostKey => HOST_KEY_MORE,
        }
    }

    fn known(self) -> impl Iterator<Item = String> {
        self.defaults().into_iter().chain(self.more().iter().map(|name| (*name).to_owned()))
    }

    /// Returns true if the comma-separated names exist. Host keys may be named by patterns, and removed names always may.
    fn are_known(self, names: &str) -> bool {
        let known: Vec<_> = self.known().collect();
        !names.is_empty()
            && names.split(',').all(|name| match self {
                HostKey => known.iter().any(|known| fits_list(known, name) == Matched::Yes),
                _ => known.iter().any(|known| known == name),
            })
    }

    /// Returns the list that an argument asks for: `a,b` these, `+a` also these, `-a` not these, `^a` these first.
    pub(super) fn assemble(self, argument: &str) -> Option<Vec<String>> {
        if let Some(patterns) = argument.strip_prefix('-') {
            let kept = |name: &String| fits_list(name, patterns) != Matched::Yes;
            return Some(self.defaults().into_iter().filter(kept).collect());
        }
        let names = argument.trim_start_matches(['+', '^']);
        if argument.len() > names.len() + 1 || !self.are_known(names) {
            return None;
        }
        let mut chosen: Vec<String> = Vec::new();
        for name in names.split(',') {
            chosen.extend(self.known().filter(|known| fits_list(known, name) == Matched::Yes));
        }
        let mut list = match argument.as_bytes().first() {
            Some(b'+') => self.defaults().into_iter().chain(chosen).collect(),
            Some(b'^') => chosen.into_iter().chain(self.defaults()).collect(),
            _ => chosen,
        };
        let mut seen = std::collections::BTreeSet::new();
        list.retain(|name| seen.insert(name.clone()));
        Some(list)
    }
}

const KEX_DEFAULT: &[&str] = &[
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
const KEX_MORE: &[&str] =
    &["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"];

const CIPHER_DEFAULT: &[&str] = &[
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

    #[test]
    fn lists_change_the_default() {
        assert_eq!(Cipher.assemble("aes256-ctr,3des-cbc").expect("known"), ["aes256-ctr", "3des-cbc"]);
        let more = Kex.assemble("+diffie-hellman-group14-sha1").expect("known");
        assert_eq!(more.last().map(String::as_str), Some("diffie-hellman-group14-sha1"));
        assert_eq!(more.len(), Kex.defaults().len() + 1);
        let first = Mac.assemble("^hmac-sha2-512").expect("known");
        assert_eq!((first[0].as_str(), first.len()), ("hmac-sha2-512", Mac.defaults().len()));
        let fewer = Mac.assemble("-umac*,hmac-sha1*").expect("patterns");
        assert_eq!(fewer.first().map(String::as_str), Some("hmac-sha2-256-etm@openssh.com"));
        assert_eq!(HostKey.assemble("ssh-ed25519,rsa-sha2-*").expect("known").len(), 5);
    }

    #[test]
    fn unknown_names_are_refused() {
        assert_eq!(Cipher.assemble("aes512-ctr"), None);
        assert_eq!(Cipher.assemble("aes*"), None);
        assert_eq!(Kex.assemble("+"), None);
        assert_eq!(HostKey.assemble("ssh-ed448"), None);
    }
}
