//! The rules for a single message: direction, mandatory elements, lengths, image data.

use super::tables::{self, Sender};
use super::wire::Message;

/// A rule of the RFC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// 4.3: the transport header.
    Header,
    /// 4.5.1: the control header, and the sequence of elements.
    ControlHeader,
    /// 5 to 10: the sender of each message.
    Direction,
    /// 5 to 10: "MUST be included".
    Mandatory,
    /// 4.6: known types.
    UnknownElement,
    /// 4.6: lengths.
    ElementLength,
    /// 4.6: values.
    Value,
    /// 4.6.26, or Cisco's layout.
    ImageData,
    /// 4.5.1.2, 4.5.3: a response answers a request.
    Pairing,
    /// 4.5.3: a retransmission gets the same answer.
    CachedResponse,
    /// 4.5.3: "Retransmitted Request messages MUST NOT be altered".
    AlteredRequest,
    /// 4.5.1.2: each request has the number after the last.
    Sequence,
    /// 4.5.3, with Cisco's window: requests outstanding.
    Window,
    /// 4.5.3: the times and the number of retransmissions.
    Retransmission,
    /// 3.4, 4.3: fragments are whole, in 8-byte units, do not overlap, with an identifier each.
    Fragments,
    /// 4.4.1: the keep-alive of the data channel.
    KeepAlive,
}

/// Facts that are not in a capture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// Requests that may be outstanding.
    pub window: usize,
    /// True if Image Data is laid out as in 4.6.26.
    pub rfc_image_data: bool,
}

/// Checks a message on its own.
pub(super) fn check(
    message: &Message,
    sender: Sender,
    context: Context,
    broken: &mut dyn FnMut(Rule, String),
) {
    let Some(kind) = tables::kind_of(message.kind) else {
        return broken(Rule::Direction, format!("message type {} does not exist", message.kind));
    };
    if kind.sender.is_some_and(|expected| expected != sender) {
        broken(Rule::Direction, format!("message type {} sent by the {sender:?}", message.kind));
    }
    let has = |wanted: &[u16]| message.elements.iter().any(|element| wanted.contains(&element.0));
    let result = message
        .elements
        .iter()
        .find(|element| element.0 == 33)
        .and_then(|element| element.1.first_chunk().map(|code| u32::from_be_bytes(*code)));
    let refusal = kind.number % 2 == 0 && result.is_some_and(|result| !tables::is_success(result));
    for wanted in kind.mandatory.iter().filter(|_| !refusal) {
        if !has(wanted) {
            broken(
                Rule::Mandatory,
                format!("message type {} without {wanted:?} ({})", message.kind, kind.section),
            );
        }
    }
    if result == Some(1) && refusal && !has(&[2, 3]) {
        broken(Rule::Mandatory, "result code 1 without an AC list (4.6.35)".into());
    }
    for (element, value) in &message.elements {
        match tables::lengths(*element) {
            None => broken(Rule::UnknownElement, format!("element {element}")),
            Some((min, max)) if !(min..=max).contains(&value.len()) => {
                broken(Rule::ElementLength, format!("element {element} of {} bytes", value.len()));
            }
            Some(_) => check_value(*element, value, context, broken),
        }
    }
}

fn check_value(element: u16, value: &[u8], context: Context, broken: &mut dyn FnMut(Rule, String)) {
    let radio = |id: u8| (1..=31).contains(&id);
    let fine = match element {
        20 => value[0] <= 4,
        24 => return check_image_data(value, context, broken),
        31 => (radio(value[0]) || value[0] == 255) && (1..=2).contains(&value[1]),
        32 => radio(value[0]) && (1..=2).contains(&value[1]) && value[2] <= 3,
        33 => u32::from_be_bytes(*value.first_chunk().expect("its length is checked")) <= tables::RESULT_MAX,
        16 | 1048 => radio(value[0]),
        38 => value[..4] != [0; 4],
        39 => value[2] > 0,
        40 => (1..=2).contains(&value[0]),
        44 => value[0] <= 2,
        52 => value.iter().all(|byte| *byte == 0xff),
        53 => value[0] <= 1,
        _ => true,
    };
    if !fine {
        broken(Rule::Value, format!("element {element}: {:?}", &value[..value.len().min(16)]));
    }
}

fn check_image_data(value: &[u8], context: Context, broken: &mut dyn FnMut(Rule, String)) {
    let fine = if context.rfc_image_data {
        match value[0] {
            1 => (2..=1 + 1024).contains(&value.len()),
            2 => value.len() <= 1 + 1024,
            5 => value.len() == 1,
            _ => false,
        }
    } else {
        // LWAPP's: opcode, one's-complement sum (RFC 1071), data.
        let Some((&[opcode, high, low], data)) = value.split_first_chunk() else {
            return broken(Rule::ImageData, "shorter than opcode and checksum".into());
        };
        let mut sum: u64 =
            data.chunks(2).map(|pair| u64::from(pair[0]) << 8 | u64::from(*pair.get(1).unwrap_or(&0))).sum();
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        matches!(opcode, 1 | 3 | 5) && !sum as u16 == u16::from_be_bytes([high, low])
    };
    if !fine {
        broken(Rule::ImageData, format!("type {}, {} bytes", value[0], value.len()));
    }
}
