//! One digest of a whole run: equal for equal runs, different for different ones.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Returns the SHA-256 over texts, each prefixed with its length, in hexadecimal.
pub(crate) fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
