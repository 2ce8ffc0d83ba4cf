//! Host keys: a server's own, and a client's view of them.

mod rsa_primes;

use std::fmt;

use russh::keys::ssh_key::private::{KeypairData, RsaKeypair};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey};

/// The kinds of host keys that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// `ssh-rsa` of 3,072 bits, as ssh-keygen(1) makes it; it signs as `rsa-sha2-512` and `rsa-sha2-256` (RFC 8332).
    Rsa,
    /// `ssh-ed25519` (RFC 8709).
    Ed25519,
    /// `ecdsa-sha2-nistp256` (RFC 5656).
    EcdsaP256,
    /// `ecdsa-sha2-nistp384`.
    EcdsaP384,
    /// `ecdsa-sha2-nistp521`.
    EcdsaP521,
}

impl KeyAlgorithm {
    fn algorithm(self) -> Algorithm {
        let curve = match self {
            Self::Rsa => return Algorithm::Rsa { hash: None },
            Self::Ed25519 => return Algorithm::Ed25519,
            Self::EcdsaP256 => EcdsaCurve::NistP256,
            Self::EcdsaP384 => EcdsaCurve::NistP384,
            Self::EcdsaP521 => EcdsaCurve::NistP521,
        };
        Algorithm::Ecdsa { curve }
    }
}

/// The reason why a key cannot be used as a host key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text is not a private key in the format of ssh-keygen(1), or it is damaged.
    #[error("not an OpenSSH private key")]
    Format,
    /// The key is encrypted; a server cannot ask for a passphrase.
    #[error("the key is encrypted")]
    Encrypted,
    /// The key has an algorithm that this build cannot use.
    #[error("key type {0} is not supported; ssh-rsa, ssh-ed25519 and ecdsa-sha2-nistp* are")]
    Unsupported(String),
}

/// A private host key.
#[derive(Clone)]
pub struct HostKey(PrivateKey);

impl HostKey {
    /// Generates a key. The same generator in the same state gives the same key. An RSA key takes some 0.2 s.
    pub fn generate(algorithm: KeyAlgorithm, random: &mut impl rand::CryptoRng) -> Self {
        let key = match algorithm {
            KeyAlgorithm::Rsa => return Self::rsa(RsaKeypair::random(random, rsa_primes::BITS)),
            other => PrivateKey::random(random, other.algorithm()),
        };
        Self(key.expect("there is a generator for each kind of key in KeyAlgorithm"))
    }

    /// Draws a key that need not be secret, for a simulated server. It takes no time: an RSA key is the product of two known
    /// primes, one of 2,016.
    pub fn draw(algorithm: KeyAlgorithm, random: &mut impl rand::CryptoRng) -> Self {
        match algorithm {
            KeyAlgorithm::Rsa => Self::rsa(rsa_primes::draw(random)),
            other => Self::generate(other, random),
        }
    }

    fn rsa<E: fmt::Debug>(pair: Result<RsaKeypair, E>) -> Self {
        let pair = pair.expect("the primes are right");
        Self(PrivateKey::new(KeypairData::Rsa(pair), "").expect("it is a key pair"))
    }

    /// Reads a file of ssh-keygen(1) (`-----BEGIN OPENSSH PRIVATE KEY-----`).
    ///
    /// # Errors
    /// The text is not a key, or the key is encrypted or of a type that cannot be used.
    pub fn from_openssh(text: &str) -> Result<Self, KeyError> {
        let key = PrivateKey::from_openssh(text).map_err(|_| KeyError::Format)?;
        if key.is_encrypted() {
            return Err(KeyError::Encrypted);
        }
        match key.algorithm() {
            Algorithm::Rsa { .. } | Algorithm::Ed25519 | Algorithm::Ecdsa { .. } => Ok(Self(key)),
            other => Err(KeyError::Unsupported(other.as_str().to_owned())),
        }
    }

    /// Returns the public key, which clients see.
    pub fn public(&self) -> PublicKey {
        PublicKey::new(self.0.public_key())
    }

    pub(crate) fn private(&self) -> PrivateKey {
        self.0.clone()
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HostKey").field(&self.public()).finish()
    }
}

/// A public key, of a server or of a user.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(russh::keys::PublicKey);

impl PublicKey {
    pub(crate) fn new(key: &russh::keys::PublicKey) -> Self {
        // Comments are not part of a key: two files of one key are equal.
        Self(russh::keys::PublicKey::new(key.key_data().clone(), ""))
    }

    /// Returns the key's type as SSH names it: `ssh-ed25519`.
    pub fn algorithm(&self) -> String {
        self.0.algorithm().as_str().to_owned()
    }

    /// Returns `SHA256:` and the hash in base64, as in ssh-keygen(1) `-l` and OpenSSH's logs.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm(), self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn generate(algorithm: KeyAlgorithm, seed: u64) -> HostKey {
        HostKey::generate(algorithm, &mut host::Entropy::seed_from_u64(seed))
    }

    #[test]
    fn a_seed_gives_a_key() {
        for (algorithm, name) in [
            (KeyAlgorithm::Rsa, "ssh-rsa"),
            (KeyAlgorithm::Ed25519, "ssh-ed25519"),
            (KeyAlgorithm::EcdsaP256, "ecdsa-sha2-nistp256"),
            (KeyAlgorithm::EcdsaP384, "ecdsa-sha2-nistp384"),
            (KeyAlgorithm::EcdsaP521, "ecdsa-sha2-nistp521"),
        ] {
            let key = generate(algorithm, 1).public();
            assert_eq!(key, generate(algorithm, 1).public());
            assert_ne!(key, generate(algorithm, 2).public());
            assert_eq!(key.algorithm(), name);
            assert!(key.fingerprint().starts_with("SHA256:"));
        }
    }

    #[test]
    fn a_drawn_rsa_key_is_one_of_many() {
        let draw = |seed| {
            HostKey::draw(KeyAlgorithm::Rsa, &mut host::Entropy::seed_from_u64(seed)).public().fingerprint()
        };
        assert_eq!(draw(1), draw(1));
        let drawn: std::collections::BTreeSet<String> = (0..40).map(draw).collect();
        assert!(drawn.len() > 35, "{} of 40 differ", drawn.len());
    }

    #[test]
    fn debug_shows_what_is_public() {
        let key = generate(KeyAlgorithm::Ed25519, 1);
        let fingerprint = key.public().fingerprint();
        assert_eq!(format!("{key:?}"), format!("HostKey(PublicKey(ssh-ed25519 {fingerprint}))"));
    }
}
