//! Any tftpd32.ini is read or refused; all that is said of it points into it, and what was read finds any file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tftpd::tftpd64::{Tftpd64Config, Place};

fuzz_target!(|text: &str| {
    let check = |place: Place| assert!(text.get(place.offset..place.offset + place.length).is_some());
    match Tftpd64Config::parse(text) {
        Ok(parsed) => {
            parsed.warnings.iter().for_each(|warning| check(warning.place));
            let _ = parsed.config.local_path("/ap1g8");
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| check(error.place));
        }
    }
});
