//! Any sshd_config is read or refused; all that is said of it points into it, and what was read answers for any user.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openssh::{SshdConfig, Connection, Place};

fuzz_target!(|text: &str| {
    let check = |place: Place| assert!(text.get(place.offset..place.offset + place.length).is_some());
    match SshdConfig::parse(text) {
        Ok(parsed) => {
            parsed.warnings.iter().for_each(|warning| check(warning.place));
            let user = text.lines().last().unwrap_or_default();
            let _ = parsed.config.effective(&Connection {
                user,
                groups: &[user.to_owned(), "sftp".to_owned()],
                host: "172.16.4.26",
                address: [172, 16, 4, 26].into(),
                local: ([172, 16, 5, 62], 22).into(),
            });
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| check(error.place));
        }
    }
});
