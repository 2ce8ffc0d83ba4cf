//! Whatever parses is written back to what parses to the same, in no more bytes.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use sftp::{ClientPacket, Extension, FrameReader, Request, ServerPacket};

/// Taken off again what `to_bytes` puts before.
const LENGTH: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let mut frames = FrameReader::with_limit(64 << 10);
    frames.push(bytes);
    while let Ok(Some(frame)) = frames.next() {
        if let Ok(packet) = ClientPacket::parse(frame.clone()) {
            let written = packet.to_bytes().slice(LENGTH..);
            assert!(written.len() <= frame.len());
            assert_eq!(ClientPacket::parse(written), Ok(packet.clone()));
            if let ClientPacket::Request { request: Request::Extended { request, data }, .. } = packet
                && let Some(Ok(extension)) = Extension::parse(&request, data)
            {
                assert_eq!(Extension::parse(&extension.name().into(), extension.data()), Some(Ok(extension)));
            }
        }
        if let Ok(packet) = ServerPacket::parse(Bytes::clone(&frame)) {
            let written = packet.to_bytes().slice(LENGTH..);
            // A status without a language gets an empty one.
            assert!(written.len() <= frame.len() + 4);
            assert_eq!(ServerPacket::parse(written), Ok(packet));
        }
    }
});
