//! Servers that send anything.

use bytes::Bytes;
use fetch::sftp::{Broken, Failure, FetchError};
use proptest::prelude::*;
use sftp::FrameError;

use crate::sftp::server::{Deed, Script};
use crate::sftp::world::{fast, run};

fn after(line: &'static str, bytes: impl Into<Bytes>) -> FetchError {
    let script = Script::with(100_000).but(line, Deed::Bytes(bytes.into()));
    run(script, fast(), |_| ()).result.expect_err("no file comes of it")
}

#[test]
fn packets_that_are_none() {
    let error = after("init", &b"\xff\xff\xff\xff"[..]);
    let too_long = FrameError::TooLong { length: u32::MAX };
    assert!(
        matches!(&error, FetchError::Failed(Failure::Broken(Broken::Frame(why))) if *why == too_long),
        "{error:?}"
    );
    let error = after("read 0", &b"\0\0\0\x01\x67"[..]);
    assert!(matches!(error, FetchError::Failed(Failure::Broken(Broken::Packet(_)))), "{error:?}");
    // The motd of a shell, as sftp(1) calls "Received message too long".
    let error = after("init", &b"Welcome to Ubuntu 22.04"[..]);
    assert!(matches!(error, FetchError::Failed(Failure::Broken(Broken::Frame(_)))), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_it_ends(
        line in prop_oneof![Just("init"), Just("realpath"), Just("stat"), Just("open"), Just("read 32768"), Just("close")],
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let script = Script::with(100_000).but(line, Deed::Bytes(bytes.into()));
        let outcome = run(script, fast(), |_| ());
        prop_assert!(outcome.data.len() <= 100_000 + 300);
    }
}
