//! Any file is read, and a lab is written of whatever was understood; every place is one of a line.
#![no_main]

use intake::lab::{self, Options};
use intake::{Input, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let network = read(&[Input { name: "x".to_owned(), bytes: bytes.to_vec() }]);
    let places = network.warnings.iter().filter_map(|warning| warning.at);
    assert!(places.chain(network.not_understood.iter().map(|unread| unread.at)).all(|at| at.line > 0));
    for with_secrets in [false, true] {
        let _ = lab::write(&network, &Options { with_secrets, ..Options::default() });
    }
});
