//! Bundles: what is synthesized verifies, and nothing else does.

use image::{BLOCKING, Content, ImageError, SizeError, Version, inspect, synthesize, verify, verify_members};
use proptest::prelude::*;

fn version() -> Version {
    "17.9.4.27".parse().expect("a version")
}

fn bundle(size: u64) -> Content {
    synthesize("ap1g8", &version(), size).expect("a good size")
}

#[test]
fn a_bundle_is_exactly_as_large_as_asked_and_verifies() {
    for blocks in (1..40).chain([100, 1000, 6886]) {
        let bundle = bundle(blocks * BLOCKING);
        assert_eq!(bundle.len(), blocks * BLOCKING);
        let info = verify(&bundle).expect("sound");
        assert_eq!((&*info.image_type, info.version), ("ap1g8", version()));
        let names: Vec<_> = info.members.iter().map(|member| &*member.name).collect();
        assert_eq!(
            names,
            [
                "info.ver",
                "ver",
                "part.bin",
                "ramfs_data_cisco.squashfs",
                "iox.tar.gz",
                "image.manifest",
                "image.manifest.sig"
            ]
        );
        // A copy has no digest remembered: it is hashed anew.
        assert_eq!(verify(&Content::from_vec(bundle.bytes().to_vec())), Ok(info));
    }
}

#[test]
fn the_longest_names_fit_the_smallest_bundle() {
    let version =
        "4294967295.4294967295.4294967295.4294967295.4294967295.4294967295".parse().expect("a version");
    let bundle = synthesize(&"x".repeat(32), &version, BLOCKING).expect("a good size");
    assert_eq!(verify(&bundle).expect("sound").version, version);
}

#[test]
fn a_bundle_depends_on_type_and_version() {
    let other = synthesize("ap1g7", &version(), BLOCKING).expect("a good size");
    assert_ne!(bundle(BLOCKING), other);
    assert_eq!(bundle(BLOCKING), bundle(BLOCKING));
}

#[test]
fn wrong_sizes_and_names_are_refused() {
    let make = |name: &str, size| synthesize(name, &version(), size).expect_err("refused");
    assert_eq!(make("ap1g8", 0), SizeError::NotBlocked(0));
    assert_eq!(make("ap1g8", 10_241), SizeError::NotBlocked(10_241));
    assert_eq!(make("ap1g8", BLOCKING << 40), SizeError::TooLarge(BLOCKING << 40));
    assert_eq!(make("a b", BLOCKING), SizeError::ImageType("a b".into()));
}

#[test]
fn members_of_another_image_do_not_pass() {
    let mine = inspect(&bundle(2 * BLOCKING)).expect("sound").members;
    let other =
        synthesize("ap1g8", &"17.9.4.28".parse().expect("a version"), 2 * BLOCKING).expect("a good size");
    let other = inspect(&other).expect("sound").members;
    assert_eq!(verify_members(&mine).expect("sound").version, version());

    let mut mixed = mine.clone();
    mixed[3] = other[3].clone();
    assert_eq!(
        verify_members(&mixed),
        Err(ImageError::BadDigest { member: "ramfs_data_cisco.squashfs".into() })
    );
    let mut mixed = mine.clone();
    mixed[5] = other[5].clone();
    assert_eq!(verify_members(&mixed), Err(ImageError::BadSignature));
    let mut less = mine.clone();
    less.remove(4);
    assert_eq!(verify_members(&less), Err(ImageError::BadManifest));
    less.remove(0);
    assert_eq!(verify_members(&less), Err(ImageError::MissingMember { member: "info.ver" }));
    let mut unsigned = mine;
    unsigned.truncate(5);
    assert_eq!(verify_members(&unsigned), Err(ImageError::MissingMember { member: "image.manifest" }));
}

#[test]
fn what_is_no_archive_is_told_from_a_damaged_one() {
    assert_eq!(verify(&Content::from_vec(Vec::new())), Err(ImageError::NotATar));
    assert_eq!(verify(&Content::from_vec(vec![0; 10_240])), Err(ImageError::NotATar));
    assert_eq!(verify(&Content::from_vec(b"#!/bin/sh\n".repeat(1024))), Err(ImageError::NotATar));
}

proptest! {
    #[test]
    fn a_flipped_bit_anywhere_is_found(at in 0..3 * BLOCKING as usize, bit in 0..8_u32) {
        let mut bytes = bundle(3 * BLOCKING).bytes().to_vec();
        bytes[at] ^= 1_u8 << bit;
        prop_assert!(verify(&Content::from_vec(bytes)).is_err());
    }

    #[test]
    fn truncation_is_found(length in 0..3 * BLOCKING) {
        prop_assert!(verify(&bundle(3 * BLOCKING).slice(0..length)).is_err());
    }

    #[test]
    fn swapped_blocks_are_found(a in 0..60_usize, b in 0..60_usize) {
        let original = bundle(3 * BLOCKING);
        let mut bytes = original.bytes().to_vec();
        let (low, high) = (a.min(b) * 512, a.max(b) * 512);
        if low < high {
            let (left, right) = bytes.split_at_mut(high);
            left[low..low + 512].swap_with_slice(&mut right[..512]);
        }
        let swapped = Content::from_vec(bytes);
        prop_assert_eq!(verify(&swapped).is_ok(), swapped == original);
    }

    #[test]
    fn arbitrary_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(verify(&Content::from_vec(bytes)).is_err());
    }

    #[test]
    fn arbitrary_headers_are_answered(
        at in 0..512_usize, with in prop::collection::vec(any::<u8>(), 1..20), fix in any::<bool>(),
    ) {
        let mut bytes = bundle(BLOCKING).bytes().to_vec();
        let end = (at + with.len()).min(512);
        bytes[at..end].copy_from_slice(&with[..end - at]);
        if fix {
            bytes[148..156].fill(b' ');
            let sum: u32 = bytes[..512].iter().map(|byte| u32::from(*byte)).sum();
            bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        let _ = verify(&Content::from_vec(bytes));
    }
}

/// What an interrupted copy leaves says what it is, and does not verify.
#[test]
fn a_part_of_an_image_does_not_verify() {
    let version = "17.9.4.27".parse().expect("a version");
    for size in [1, 511, 10_239, 10_241, 801_357, 1_023_999] {
        let part = image::synthesize_part("ap1g8", &version, size).expect("a good size");
        assert_eq!(part.len(), size);
        assert!(image::verify(&part).is_err(), "{size}");
        let whole = image::synthesize("ap1g8", &version, (2 * size).next_multiple_of(image::BLOCKING));
        assert_eq!(part.bytes(), whole.expect("a good size").slice(0..size).bytes());
    }
    assert!(image::synthesize_part("ap1g8", &version, u64::MAX).is_err());
}
