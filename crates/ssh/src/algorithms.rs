//! The algorithms to offer, by OpenSSH's names.

use std::borrow::Cow;

use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Preferred, cipher, compression, kex, mac};

/// Names in order of preference. The first one of the client's that the server also has is used (RFC 4253 section 7.1).
///
/// The lists may contain any names; only those that russh supports are offered, which [`Algorithms::offered`] returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Algorithms {
    /// Key exchanges.
    pub kex: Vec<String>,
    /// Types of host keys; a server offers those of its keys only.
    pub host_keys: Vec<String>,
    /// Ciphers, the same both ways.
    pub ciphers: Vec<String>,
    /// Message authentication codes, the same both ways.
    pub macs: Vec<String>,
    /// True if the names of extensions stand among the key exchanges: `ext-info-c`, `kex-strict-c-v00@openssh.com`.
    pub extensions: bool,
}

impl Algorithms {
    /// Returns the defaults of OpenSSH 8.9, server and client (sshd_config(5), myproposal.h); names of certificates left out.
    pub fn openssh_8_9() -> Self {
        Self::of(
            "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,\
             sntrup761x25519-sha512@openssh.com,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,\
             diffie-hellman-group18-sha512,diffie-hellman-group14-sha256",
            "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,\
             sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256",
            "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,\
             aes256-gcm@openssh.com",
            "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,\
             hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,\
             hmac-sha2-256,hmac-sha2-512,hmac-sha1",
        )
    }

    /// Returns all algorithms that can be offered, the best first.
    pub fn all() -> Self {
        let mut all = Self::openssh_8_9();
        let more = Self::of(
            "mlkem768x25519-sha256,diffie-hellman-group17-sha512,diffie-hellman-group15-sha512,\
             diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1",
            "",
            "aes256-cbc,aes192-cbc,aes128-cbc",
            "",
        );
        all.kex.extend(more.kex);
        all.ciphers.extend(more.ciphers);
        all.offered()
    }

    /// Returns these without the names that are not offered because they are unsupported here.
    #[must_use]
    pub fn offered(&self) -> Self {
        let kept = |names: &[String], is_known: fn(&str) -> bool| -> Vec<String> {
            names.iter().filter(|name| is_known(name)).cloned().collect()
        };
        Self {
            kex: kept(&self.kex, |name| kex_of(name).is_some()),
            host_keys: kept(&self.host_keys, |name| host_key_of(name).is_some()),
            ciphers: kept(&self.ciphers, |name| cipher_of(name).is_some()),
            macs: kept(&self.macs, |name| mac_of(name).is_some()),
            extensions: self.extensions,
        }
    }

    pub(crate) fn preferred(&self) -> Preferred {
        // These are not algorithms but state which extensions are understood (RFC 8308; OpenSSH's strict key exchange). russh
        // sends those of its own side only.
        let extensions: &[kex::Name] = &[
            kex::EXTENSION_SUPPORT_AS_CLIENT,
            kex::EXTENSION_SUPPORT_AS_SERVER,
            kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
            kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
        ];
        let extensions = if self.extensions { extensions } else { &[] };
        let kex = self.kex.iter().filter_map(|name| kex_of(name)).chain(extensions.iter().copied());
        Preferred {
            kex: Cow::Owned(kex.collect()),
            key: Cow::Owned(self.host_keys.iter().filter_map(|name| host_key_of(name)).collect()),
            host_key_certificates: Cow::Borrowed(&[]),
            cipher: Cow::Owned(self.ciphers.iter().filter_map(|name| cipher_of(name)).collect()),
            mac: Cow::Owned(self.macs.iter().filter_map(|name| mac_of(name)).collect()),
            compression: Cow::Owned(vec![compression::NONE]),
        }
    }

    fn of(kex: &str, host_keys: &str, ciphers: &str, macs: &str) -> Self {
        let list = |names: &str| -> Vec<String> {
            names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        Self {
            kex: list(kex),
            host_keys: list(host_keys),
            ciphers: list(ciphers),
            macs: list(macs),
            extensions: true,
        }
    }
}

// russh also knows `none` and, of ciphers, `clear`: those protect nothing and have no name here.

fn kex_of(name: &str) -> Option<kex::Name> {
    kex::Name::try_from(name).ok().filter(|&known| known != kex::NONE)
}

fn cipher_of(name: &str) -> Option<cipher::Name> {
    cipher::Name::try_from(name).ok().filter(|known| ![cipher::NONE, cipher::CLEAR].contains(known))
}

fn mac_of(name: &str) -> Option<mac::Name> {
    mac::Name::try_from(name).ok().filter(|&known| known != mac::NONE)
}

fn host_key_of(name: &str) -> Option<Algorithm> {
    let rsa = |hash| Some(Algorithm::Rsa { hash });
    let curve = match name {
        "rsa-sha2-512" => return rsa(Some(HashAlg::Sha512)),
        "rsa-sha2-256" => return rsa(Some(HashAlg::Sha256)),
        "ssh-rsa" => return rsa(None),
        "ssh-ed25519" => return Some(Algorithm::Ed25519),
        "ecdsa-sha2-nistp256" => EcdsaCurve::NistP256,
        "ecdsa-sha2-nistp384" => EcdsaCurve::NistP384,
        "ecdsa-sha2-nistp521" => EcdsaCurve::NistP521,
        _ => return None,
    };
    Some(Algorithm::Ecdsa { curve })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_offered() {
        let offered = Algorithms::openssh_8_9().offered();
        assert_eq!(offered.kex.len(), 9);
        assert_eq!(offered.kex[5], "diffie-hellman-group-exchange-sha256");
        assert_eq!(offered.host_keys.len(), 6);
        assert_eq!(offered.ciphers, Algorithms::openssh_8_9().ciphers);
        assert_eq!(offered.macs[0], "hmac-sha2-256-etm@openssh.com");
        assert_eq!(offered.macs.len(), 6);
    }

    #[test]
    fn nothing_protects_nothing() {
        let none = Algorithms::of("none", "none,ssh-dss", "none,clear", "none");
        assert_eq!(none.offered(), Algorithms::of("", "", "", ""));
    }

    #[test]
    fn all_has_each_name_once() {
        let all = Algorithms::all();
        for list in [&all.kex, &all.host_keys, &all.ciphers, &all.macs] {
            let mut sorted = list.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(sorted.len(), list.len());
        }
        assert!(all.kex.contains(&"mlkem768x25519-sha256".to_owned()));
        assert_eq!(all.ciphers.len(), 9);
    }
}
