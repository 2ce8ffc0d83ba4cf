//! Any text is a listing, or is refused with a line that it has. No two files of a listing have one name.
#![no_main]

use std::collections::BTreeSet;

use image::Listing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match Listing::parse(text) {
    Ok(listing) => {
        let names: BTreeSet<_> = listing.entries.iter().map(|entry| &entry.name).collect();
        assert_eq!(names.len(), listing.entries.len());
        assert!(listing.entries.len() <= text.lines().count());
    }
    Err(error) => assert!((1..=text.lines().count()).contains(&error.line)),
});
