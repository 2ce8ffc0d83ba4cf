//! The requirements of RFC 5415, typed from its text: sections 5 to 10 for messages, 4.6 for elements.

/// The sender of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    Wtp,
    Ac,
}

/// One kind of message.
pub(super) struct Kind {
    pub number: u32,
    pub section: &'static str,
    pub sender: Option<Sender>,
    /// For each entry, one of these elements is mandatory.
    pub mandatory: &'static [&'static [u16]],
}

const WTP: Option<Sender> = Some(Sender::Wtp);
const AC: Option<Sender> = Some(Sender::Ac);

const fn kind(
    number: u32,
    section: &'static str,
    sender: Option<Sender>,
    mandatory: &'static [&'static [u16]],
) -> Kind {
    Kind { number, section, sender, mandatory }
}

const DISCOVERY: &[&[u16]] = &[&[20], &[38], &[39], &[41], &[44], &[1048]];
const ADVERTISEMENT: &[&[u16]] = &[&[1], &[4], &[1048], &[10, 11]];
const RESULT: &[&[u16]] = &[&[33]];

const KINDS: [Kind; 26] = [
    kind(1, "5.1", WTP, DISCOVERY),
    kind(2, "5.2", AC, ADVERTISEMENT),
    kind(3, "6.1", WTP, &[&[28], &[38], &[39], &[45], &[35], &[41], &[44], &[1048], &[53], &[30, 50]]),
    kind(4, "6.2", AC, &[&[33], &[1], &[4], &[1048], &[53], &[10, 11], &[30, 50]]),
    kind(5, "8.2", WTP, &[&[4], &[31], &[36], &[48]]),
    kind(6, "8.3", AC, &[&[12], &[16], &[23], &[40], &[2, 3]]),
    kind(7, "8.4", AC, &[]),
    kind(8, "8.5", WTP, RESULT),
    kind(9, "9.4", WTP, &[&[15, 18, 21, 22, 37, 47, 48]]),
    kind(10, "9.5", AC, &[]),
    kind(11, "8.6", WTP, &[&[32], &[33]]),
    kind(12, "8.7", AC, &[]),
    kind(13, "7.1", WTP, &[]),
    kind(14, "7.2", AC, &[]),
    kind(15, "9.1.1", None, &[]),
    kind(16, "9.1.2", None, RESULT),
    kind(17, "9.2", AC, &[&[25]]),
    kind(18, "9.3", WTP, &[]),
    kind(19, "5.3", WTP, DISCOVERY),
    kind(20, "5.4", AC, ADVERTISEMENT),
    kind(21, "9.6.1", None, &[&[13, 14]]),
    kind(22, "9.6.2", None, RESULT),
    kind(23, "8.8", AC, &[]),
    kind(24, "8.9", WTP, RESULT),
    kind(25, "10.1", AC, &[]),
    kind(26, "10.2", WTP, RESULT),
];

/// Returns the kind with this number.
pub(super) fn kind_of(number: u32) -> Option<&'static Kind> {
    const TABLE: &[Kind] = &KINDS;
    TABLE.iter().find(|kind| kind.number == number)
}

/// Returns the inclusive bounds of the length of an element's value, in bytes; `None` for an element that is not in the RFC.
pub(super) fn lengths(element: u16) -> Option<(usize, usize)> {
    const ANY: usize = 65_535;
    Some(match element {
        1 => (12, ANY),
        2 => (4, 4096),
        3 => (16, 16_384),
        4 | 45 => (1, 512),
        5 => (2, 513),
        6 | 23 | 30 | 33 => (4, 4),
        7 | 8 | 17 | 18 => (8, ANY),
        10 => (6, 6),
        11 => (18, 18),
        12 | 29 | 31 | 36 => (2, 2),
        13 => (5, ANY),
        14 | 20 | 40 | 41 | 44 | 51 | 53 => (1, 1),
        15 => (9, ANY),
        16 | 32 => (3, 3),
        21 => (12, ANY),
        22 => (24, ANY),
        24 => (1, ANY),
        25 => (5, 4 + 1024),
        26 | 47 => (20, 20),
        27 => (0, 0),
        28 => (1, 1024),
        34 => (6, 2 + 255),
        35 | 50 => (16, 16),
        37 => (7, 6 + 2048),
        38 => (14, ANY),
        39 => (33, ANY),
        48 => (15, 15),
        49 => (13, 13),
        52 => (0, ANY),
        1048 => (5, 5),
        _ => return None,
    })
}

/// Returns true if `result` of element 33 means success, with or without a NAT.
pub(super) fn is_success(result: u32) -> bool {
    matches!(result, 0 | 2)
}

/// The highest Result Code.
pub(super) const RESULT_MAX: u32 = 22;
/// Discovery is outside of sessions, with numbers of its own: the requests of 5.1 and 5.3.
pub(super) const DISCOVERIES: [u32; 2] = [1, 19];
pub(super) const JOIN_REQUEST: u32 = 3;
pub(super) const JOIN_RESPONSE: u32 = 4;
/// 4.7.12 RetransmitInterval and half of 4.7.7 EchoInterval, in seconds; 4.8.8 MaxRetransmit.
pub(super) const RETRANSMIT_INTERVAL: u64 = 3;
pub(super) const RETRANSMIT_INTERVAL_MAX: u64 = 15;
pub(super) const MAX_RETRANSMIT: u32 = 5;
