//! Any datagram: no panic, and what is understood is said again in the same way.
#![no_main]

use bytes::{Bytes, BytesMut};
use capwap::{Header, ImageDataLayout, KeepAlive, Message, Role};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let datagram = Bytes::copy_from_slice(data);
    if let Ok((header, payload)) = Header::parse(datagram.clone()) {
        let mut again = BytesMut::new();
        header.write(&mut again);
        again.extend_from_slice(&payload);
        assert_eq!(Header::parse(again.freeze()), Ok((header, payload)));
    }
    if let Ok(keep_alive) = KeepAlive::parse(datagram.clone()) {
        assert_eq!(KeepAlive::parse(keep_alive.write()), Ok(keep_alive));
    }
    let _ = Message::peek_type(&datagram);
    for layout in [ImageDataLayout::Cisco, ImageDataLayout::Rfc5415] {
        // With the headers that get anywhere in front, and as it is.
        for parsed in [Message::parse(datagram.clone(), layout), Message::parse_datagram(datagram.clone(), layout)] {
            let Ok(message) = parsed else { continue };
            let again = Message::parse_datagram(message.write(), layout);
            assert_eq!(again.as_ref(), Ok(&message));
            for sender in [Role::Wtp, Role::Ac] {
                if let Err(fault) = message.check(sender) {
                    let _ = fault.to_string();
                    let Some(elements) = message.refusal(&fault) else { continue };
                    let answer = Message {
                        message_type: message.message_type.response(),
                        sequence: message.sequence,
                        elements: elements.into(),
                    };
                    assert_eq!(Message::parse_datagram(answer.write(), layout), Ok(answer));
                }
            }
        }
    }
});
