//! Any bytes are a bundle or are refused; the files of a bundle are parts of it.
#![no_main]

use image::{Content, inspect, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bundle = Content::from_vec(bytes.to_vec());
    if let Ok(info) = inspect(&bundle) {
        let total: u64 = info.members.iter().map(|member| member.content.len()).sum();
        assert!(total <= bundle.len());
    }
    let _ = verify(&bundle);
});
