//! Contents are their bytes, in however many pieces these lie.

use proptest::prelude::*;

use super::*;

#[test]
fn slices_share_storage_and_digests() {
    let whole = Content::from_vec((0..=255).collect());
    let part = whole.slice(16..32).slice(4..8);
    assert_eq!(part.bytes(), [20, 21, 22, 23][..]);
    assert_eq!(part.bytes().as_ptr(), whole.bytes()[20..].as_ptr());
    assert!(part.same_storage(&whole.slice(20..24)));
    assert!(!part.same_storage(&whole.slice(20..25)));
    assert_eq!(part.sha256(), <[u8; 32]>::from(Sha256::digest([20, 21, 22, 23])));
    assert_eq!(part.blob.digest((20, 24)), Some(part.sha256()));
    assert_eq!(part, Content::from_vec(vec![20, 21, 22, 23]));
}

#[test]
fn md5_is_that_of_the_range() {
    // RFC 1321, A.5.
    let letters = Content::from_vec(b"abcdefghijklmnopqrstuvwxyz".to_vec());
    for _ in 0..2 {
        assert_eq!(letters.slice(0..3).md5()[..4], [0x90, 0x01, 0x50, 0x98]);
        assert_eq!(letters.md5()[..4], [0xc3, 0xfc, 0xd3, 0xd7]);
    }
}

#[test]
fn remembered_digests_are_bounded() {
    let whole = Content::from_vec(vec![0; 1000]);
    for end in 0..1000 {
        let _ = whole.slice(0..end).sha256();
    }
    assert_eq!(whole.blob.digests(), 64);
}

#[test]
fn a_block_is_copied_only_across_pieces() {
    let whole = Content::from_vec((0..100).collect()).replaced(50, vec![0; 10]);
    let address = |range: Range<u64>| whole.block(range).as_ptr();
    assert_eq!(address(10..20), address(0..20).wrapping_add(10));
    assert_eq!(address(60..80), address(70..80).wrapping_sub(10));
    assert_ne!(address(45..55), address(45..50));
    assert_eq!(whole.block(48..52), [48, 49, 0, 0][..]);
}

#[test]
fn a_replaced_byte_costs_one_byte() {
    let whole = Content::from_vec(vec![7; 100_000]);
    let damaged = whole.replaced(99_999, vec![8]);
    assert_eq!(memory_of([&whole, &damaged]), 100_001);
    assert_ne!(whole, damaged);
    assert_ne!(whole.sha256(), damaged.sha256());
}

/// A content in pieces, and its bytes.
fn in_pieces() -> impl Strategy<Value = (Content, Vec<u8>)> {
    let piece = prop::collection::vec(0..3_u8, 0..6);
    (prop::collection::vec(piece, 0..6), any::<(prop::sample::Index, prop::sample::Index)>()).prop_map(
        |(pieces, (a, b))| {
            let bytes = pieces.concat();
            let whole = Content::from_pieces(pieces.into_iter().map(Bytes::from));
            let (a, b) = (a.index(bytes.len() + 1), b.index(bytes.len() + 1));
            let range = a.min(b)..a.max(b);
            (whole.slice(range.start as u64..range.end as u64), bytes[range].to_vec())
        },
    )
}

proptest! {
    #[test]
    fn pieces_do_not_show((content, bytes) in in_pieces(), a in 0..40_usize, b in 0..40_usize) {
        prop_assert_eq!(content.len(), bytes.len() as u64);
        prop_assert_eq!(&content.bytes(), &bytes);
        prop_assert_eq!(content.chunks().collect::<Vec<_>>().concat(), &bytes[..]);
        prop_assert!(content.chunks().all(|chunk| !chunk.is_empty()));
        let (a, b) = (a.min(bytes.len()), b.min(bytes.len()));
        let range = a.min(b)..a.max(b);
        let wide = range.start as u64..range.end as u64;
        prop_assert_eq!(&content.block(wide.clone()), &bytes[range.clone()]);
        prop_assert_eq!(content.slice(wide).sha256(), <[u8; 32]>::from(Sha256::digest(&bytes[range])));
        prop_assert_eq!(content.md5(), <[u8; 16]>::from(Md5::digest(&bytes)));
    }

    #[test]
    fn comparing_is_comparing_bytes((a, left) in in_pieces(), (b, right) in in_pieces(), at in 0..12_usize) {
        prop_assert_eq!(a == b, left == right);
        prop_assert_eq!(a.starts_with(&b), left.starts_with(&right));
        prop_assert_eq!(a.has_at(at as u64, &right), left.get(at..).is_some_and(|left| left.starts_with(&right)));
        prop_assert!(!a.has_at(u64::MAX, &[1]));
    }

    #[test]
    fn bytes_are_replaced_and_appended((content, mut bytes) in in_pieces(), with in prop::collection::vec(0..3_u8, 0..9), at in 0..40_usize) {
        let longer = content.followed_by(with.clone());
        prop_assert_eq!(longer.bytes(), [bytes.clone(), with.clone()].concat());
        let at = at.min(bytes.len());
        let with = &with[..with.len().min(bytes.len() - at)];
        bytes[at..at + with.len()].copy_from_slice(with);
        prop_assert_eq!(content.replaced(at as u64, with.to_vec()).bytes(), bytes);
    }
}
