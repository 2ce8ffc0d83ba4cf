//! Derives many independent generators from one seed.

use rand::SeedableRng;
use sha2::{Digest, Sha256};

/// The generator behind every random choice of a network: the same numbers on every machine.
pub type Generator = rand_chacha::ChaCha8Rng;

/// Returns the generator for `name` under `seed`. Different names give unrelated streams.
///
/// The key is SHA-256 over the seed (8 bytes, big-endian) and the name, so it does not depend on earlier derivations.
pub fn derive(seed: u64, name: &str) -> Generator {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(name.as_bytes());
    Generator::from_seed(hash.finalize().into())
}
