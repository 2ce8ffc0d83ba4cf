//! Any file of rules is read, or refused with lines that it has.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tftpd::tftpd_hpa::Rules;

fuzz_target!(|text: &[u8]| {
    if let Err(errors) = Rules::parse(text) {
        let lines = text.split(|byte| *byte == b'\n').count();
        assert!(!errors.is_empty() && errors.iter().all(|error| (1..=lines).contains(&error.line)));
    }
});
