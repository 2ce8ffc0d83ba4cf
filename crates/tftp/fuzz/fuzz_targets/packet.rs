//! Whatever parses is written back to what parses to the same, in at most a few bytes more.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tftp::{NetasciiDecoder, Packet};

fuzz_target!(|datagram: &[u8]| {
    if let Ok(packet) = Packet::parse(Bytes::copy_from_slice(datagram)) {
        let written = packet.to_bytes();
        assert!(written.len() <= datagram.len() + 2);
        assert_eq!(Packet::parse(written), Ok(packet));
    }
    let mut text = Vec::new();
    let mut decoder = NetasciiDecoder::new();
    decoder.decode(datagram, &mut text);
    decoder.finish(&mut text);
    assert!(text.len() <= datagram.len());
});
