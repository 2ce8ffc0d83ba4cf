//! RSA keys that take no time to make: products of known primes, for servers that nobody attacks.

use rand::RngExt;
use rsa::{BoxedUint, RsaPrivateKey};
use russh::keys::ssh_key::private::RsaKeypair;

/// The length of a modulus in bits: what ssh-keygen(1) makes unless it is told (OpenSSH 8.0 and later).
pub(super) const BITS: usize = 3_072;

/// 64 primes of half that length, in hexadecimal, a line each.
const PRIMES: &str = include_str!("primes.txt");
const EXPONENT: u64 = 65_537;

/// Makes a key of two different primes.
pub(super) fn draw(random: &mut impl rand::CryptoRng) -> Result<RsaKeypair, russh::keys::ssh_key::Error> {
    let primes: Vec<&str> = PRIMES.lines().collect();
    let first = random.random_range(0..primes.len());
    let second = (first + random.random_range(1..primes.len())) % primes.len();
    let prime = |at: usize| {
        BoxedUint::from_str_radix_vartime(primes[at], 16).map_err(|_| russh::keys::ssh_key::Error::Crypto)
    };
    RsaPrivateKey::from_p_q(prime(first)?, prime(second)?, EXPONENT.into())?.try_into()
}
