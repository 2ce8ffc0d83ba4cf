//! FNV-1a of 64 bits, which distinguishes names and hides nothing.

/// The value that FNV-1a starts from.
pub const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// Returns the hash of a text. Another start than [`FNV_START`] gives other hashes.
pub fn fnv_1a(start: u64, text: &str) -> u64 {
    text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two of the test vectors of its authors (draft-eastlake-fnv).
    #[test]
    fn hashes_are_those_of_its_authors() {
        assert_eq!(fnv_1a(FNV_START, ""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(FNV_START, "foobar"), 0x8594_4171_f739_67e8);
    }
}
