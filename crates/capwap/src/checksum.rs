//! The checksum of Cisco's image data blocks.

/// Returns the one's complement of the one's-complement sum of the big-endian 16-bit words of `data`, with an odd last byte
/// as the upper half of a word: the Internet checksum (RFC 1071), as ACTUBE describes it for image data.
pub fn checksum(data: &[u8]) -> u16 {
    // 2^16 is 1 modulo 65,535, so wider words may be summed and folded at the end. Two halves of a native
    // 64-bit word at a time cannot overflow below 2^32 words, and the compiler vectorizes it.
    let (words, tail) = data.as_chunks::<8>();
    let mut sum = 0_u64;
    for word in words {
        let word = u64::from_ne_bytes(*word);
        sum += (word >> 32) + (word & 0xffff_ffff);
    }
    let mut last = [0; 8];
    last[..tail.len()].copy_from_slice(tail);
    let last = u64::from_ne_bytes(last);
    sum += (last >> 32) + (last & 0xffff_ffff);
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    // The sum of swapped words is the swapped sum (RFC 1071, 2 (B)).
    !u16::from_be_bytes((sum as u16).to_ne_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Computes the definition, word by word.
    fn plain(data: &[u8]) -> u16 {
        let sum = data.chunks(2).fold(0_u32, |sum, word| {
            let sum = sum + (u32::from(word[0]) << 8) + u32::from(*word.get(1).unwrap_or(&0));
            (sum & 0xffff) + (sum >> 16)
        });
        !(sum as u16)
    }

    #[test]
    fn matches_the_example_of_rfc_1071() {
        assert_eq!(checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), !0xddf2);
    }

    proptest! {
        #[test]
        fn equals_the_definition(data in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(checksum(&data), plain(&data));
        }
    }
}
