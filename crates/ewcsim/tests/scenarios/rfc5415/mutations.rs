//! Tests of the checker: a sound capture with one change breaks the rule for that change.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::{Arc, Mutex};

use ewcsim::Options;
use libtest_mimic::{Failed, Trial};
use scenario::MemoryFiles;

use super::checker::Checker;
use super::edit::{self, Capture};
use super::pcapng::Packet;
use super::rules::{Context, Rule};
use crate::common;

const SMALL: &str = include_str!("../small.yaml");
const CISCO: Context = Context { window: 1, rfc_image_data: false };

/// A change to a sound capture.
type Change = fn(&mut Capture);
/// A change to the fragments of a message; the number is that of the last fragment's packet.
type FragmentChange = fn(&mut Capture, usize);

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("mutations/none", || {
            sound(cisco(), CISCO)?;
            sound(rfc(), Context { rfc_image_data: true, ..CISCO })?;
            // Each layout is nonsense in the other.
            breaks(cisco(), Context { rfc_image_data: true, ..CISCO }, Rule::ImageData)?;
            let mut fragmented = cisco().clone();
            fragmented.fragment(3);
            sound(&fragmented, CISCO)
        }),
        Trial::test("mutations/mandatory-elements", mandatory_elements),
        Trial::test("mutations/image-data-of-the-rfc", || {
            for value in [&[9, 1][..], &[5, 1], &[1]] {
                let mut capture = rfc().clone();
                let block = capture.image_block();
                capture.edit(block, |payload| edit::replace(payload, 24, value));
                breaks(&capture, Context { rfc_image_data: true, ..CISCO }, Rule::ImageData)?;
            }
            Ok(())
        }),
    ];
    let changes: [(&str, Rule, Change); 31] = [
        ("preamble", Rule::Header, |capture| {
            let echo = capture.last(13);
            capture.edit(echo, |payload| payload[0] = 0x10);
        }),
        ("reserved-bits", Rule::Header, |capture| {
            let echo = capture.last(13);
            capture.edit(echo, |payload| payload[3] |= 1);
        }),
        ("message-element-length", Rule::ControlHeader, |capture| {
            let echo = capture.last(13);
            capture.edit(echo, |payload| payload[14] += 1);
        }),
        ("control-flags", Rule::ControlHeader, |capture| {
            let echo = capture.last(13);
            capture.edit(echo, |payload| payload[15] = 1);
        }),
        ("direction", Rule::Direction, |capture| {
            let echo = capture.last(13);
            capture.edit(echo, |payload| payload[11] = 17);
        }),
        ("unknown-message", Rule::Direction, |capture| {
            let echo = capture.last(13);
            capture.edit(echo, |payload| payload[11] = 99);
        }),
        ("unknown-element", Rule::UnknownElement, |capture| {
            let echo = capture.last(13);
            capture.edit(echo, |payload| edit::add(payload, 46, &[1]));
        }),
        ("element-length", Rule::ElementLength, |capture| {
            let join = capture.last(4);
            capture.edit(join, |payload| edit::replace(payload, 33, &[0; 5]));
        }),
        ("value", Rule::Value, |capture| {
            let join = capture.last(4);
            capture.edit(join, |payload| edit::replace(payload, 33, &[0, 0, 0, 23]));
        }),
        ("image-bytes", Rule::ImageData, |capture| {
            let block = capture.image_block();
            capture.edit(block, |payload| payload[100] ^= 1);
        }),
        ("response-without-request", Rule::Pairing, |capture| {
            let echo = capture.last(13);
            capture.packets.remove(echo);
        }),
        ("response-to-another-type", Rule::Pairing, |capture| {
            let echo = capture.last(14);
            capture.edit(echo, |payload| payload[11] = 12);
        }),
        ("response-to-a-lost-request", Rule::Pairing, |capture| {
            let echo = capture.last(13);
            capture.packets[echo].comment = Some("lost on the link".into());
        }),
        ("second-response-to-one-request", Rule::Pairing, |capture| {
            let echo = capture.last(14);
            capture.repeat(echo, 0);
        }),
        ("another-response-to-a-copy", Rule::CachedResponse, |capture| {
            let (request, response) = (capture.last(13), capture.last(14));
            capture.repeat(response, 0);
            capture.edit(response + 1, |payload| edit::add(payload, 37, &[0, 0, 0, 1, 0, 0, 0]));
            capture.repeat(request, 0);
            capture.packets[request + 1].comment = Some("copy that the link made".into());
        }),
        ("altered-repetition", Rule::AlteredRequest, |capture| {
            let echo = capture.last(13);
            capture.repeat(echo, 3);
            capture.edit(echo + 1, |payload| edit::add(payload, 37, &[0, 0, 0, 1, 0, 0, 0]));
        }),
        ("number-left-out", Rule::Sequence, |capture| {
            for kind in [13, 14] {
                let echo = capture.last(kind);
                capture.edit(echo, |payload| payload[12] = payload[12].wrapping_add(1));
            }
        }),
        ("two-outstanding", Rule::Window, |capture| {
            let block = capture.image_block();
            let answer = (block..).find(|index| capture.kind(*index) == Some(16)).unwrap();
            let next = (answer..).find(|index| capture.kind(*index) == Some(15)).unwrap();
            let mut packet = capture.packets.remove(answer);
            packet.at_ns = capture.packets[next - 1].at_ns;
            capture.packets.insert(next, packet);
        }),
        ("repeated-at-once", Rule::Retransmission, |capture| {
            let echo = capture.last(13);
            capture.repeat(echo, 1);
        }),
        ("never-repeated", Rule::Retransmission, |capture| {
            let answer = (0..).find(|index| capture.kind(*index) == Some(10)).unwrap();
            let request = (0..answer).rfind(|index| capture.kind(*index) == Some(9)).unwrap();
            capture.packets[request].comment = Some("lost on the link".into());
            capture.packets.remove(answer);
        }),
        ("keep-alive", Rule::KeepAlive, |capture| {
            let [sent, _] = capture.keep_alive(1);
            capture.edit(sent, |payload| payload[9] = 23);
        }),
        ("keep-alive-with-a-binding", Rule::KeepAlive, |capture| {
            for index in capture.keep_alive(1) {
                capture.edit(index, |payload| payload[2] = 2);
            }
        }),
        ("keep-alive-returned-for-another-session", Rule::KeepAlive, |capture| {
            let [_, back] = capture.keep_alive(1);
            capture.edit(back, |payload| *payload.last_mut().unwrap() ^= 1);
        }),
        ("keep-alive-returned-twice", Rule::KeepAlive, |capture| {
            let [_, back] = capture.keep_alive(1);
            capture.repeat(back, 0);
        }),
        ("keep-alive-of-no-session", Rule::KeepAlive, |capture| {
            for index in capture.keep_alive(1) {
                capture.edit(index, |payload| *payload.last_mut().unwrap() ^= 1);
            }
        }),
        ("keep-alive-before-data-check", Rule::KeepAlive, |capture| {
            let [sent, _] = capture.keep_alive(0);
            let response = (0..sent).rfind(|index| capture.kind(*index) == Some(12)).unwrap();
            let packet = capture.packets.remove(sent);
            capture.packets.insert(response, packet);
        }),
        ("keep-alive-too-early", Rule::KeepAlive, |capture| {
            let [sent, _] = capture.keep_alive(1);
            capture.packets[sent].at_ns -= 10_000_000_000;
        }),
        ("keep-alive-left-out", Rule::KeepAlive, |capture| {
            let [sent, back] = capture.keep_alive(1);
            capture.packets.remove(back);
            capture.packets.remove(sent);
        }),
        ("keep-alives-that-end", Rule::KeepAlive, |capture| {
            let [first, _] = capture.keep_alive(1);
            let data = |packet: &Packet| {
                super::wire::datagram(&packet.bytes)
                    .is_some_and(|datagram| [datagram.from.port(), datagram.to.port()].contains(&5247))
            };
            let mut index = 0;
            capture.packets.retain(|packet| {
                index += 1;
                index <= first || !data(packet)
            });
        }),
        ("keep-alive-repeated-at-once", Rule::KeepAlive, |capture| {
            let [sent, _] = capture.keep_alive(1);
            capture.repeat(sent, 1);
        }),
        ("keep-alive-never-repeated", Rule::KeepAlive, |capture| {
            let [_, back] = capture.keep_alive(1);
            capture.packets[back].comment = Some("lost on the link".into());
        }),
    ];
    trials.extend(changes.into_iter().map(|(name, rule, change)| {
        Trial::test(format!("mutations/{name}"), move || {
            let mut capture = cisco().clone();
            change(&mut capture);
            breaks(&capture, CISCO, rule)
        })
    }));
    let fragments: [(&str, FragmentChange); 5] = [
        ("missing", |capture, last| drop(capture.packets.remove(last))),
        ("overlapping", |capture, last| capture.edit(last, |payload| payload[7] -= 8)),
        ("odd-length", |capture, last| capture.edit(last - 1, |payload| payload.truncate(payload.len() - 1))),
        ("beyond-the-end", |capture, last| capture.edit(last, |payload| payload[7] += 8)),
        ("identifier", |capture, _| {
            capture.fragment(5);
            let next = capture.fragment(11);
            for index in next - 1..=next {
                capture.edit(index, |payload| payload[5] += 7);
            }
        }),
    ];
    trials.extend(fragments.into_iter().map(|(name, change)| {
        Trial::test(format!("mutations/fragment-{name}"), move || {
            let mut capture = cisco().clone();
            let last = capture.fragment(3);
            change(&mut capture, last);
            breaks(&capture, CISCO, Rule::Fragments)
        })
    }));
    trials
}

/// Removes each mandatory element from each message in the capture.
fn mandatory_elements() -> Result<(), Failed> {
    let demanded: [(u32, &[u16]); 9] = [
        (1, &[20, 38, 39, 41, 44, 1048]),
        (2, &[1, 4, 1048, 10]),
        (3, &[28, 38, 39, 45, 35, 41, 44, 1048, 53, 30]),
        (4, &[33, 1, 4, 1048, 53, 10, 30]),
        (5, &[4, 31, 36, 48]),
        (6, &[12, 16, 23, 40, 2]),
        (9, &[48]),
        (11, &[32, 33]),
        (16, &[33]),
    ];
    for (kind, elements) in demanded {
        for element in elements {
            let mut capture = cisco().clone();
            let index = capture.last(kind);
            capture.edit(index, |payload| edit::remove(payload, *element));
            breaks(&capture, CISCO, Rule::Mandatory)
                .map_err(|failed| format!("{kind} without {element}: {:?}", failed.message()))?;
        }
    }
    Ok(())
}

fn found(capture: &Capture, context: Context) -> Vec<(Rule, String)> {
    let mut checker = Checker::new(context);
    capture.packets.iter().for_each(|packet| checker.take(packet));
    checker.finish();
    checker.found
}

fn sound(capture: &Capture, context: Context) -> Result<(), Failed> {
    let found = found(capture, context);
    if found.is_empty() { Ok(()) } else { Err(format!("{found:#?}").into()) }
}

fn breaks(capture: &Capture, context: Context, rule: Rule) -> Result<(), Failed> {
    let found = found(capture, context);
    if found.iter().any(|found| found.0 == rule) {
        Ok(())
    } else {
        Err(format!("{rule:?} is not among {found:#?}").into())
    }
}

/// Returns the capture of a small upgrade with Cisco's layout of image data.
fn cisco() -> &'static Capture {
    static CAPTURE: OnceLock<Capture> = OnceLock::new();
    CAPTURE.get_or_init(|| record(SMALL))
}

/// Returns the same with the RFC's layout.
fn rfc() -> &'static Capture {
    static CAPTURE: OnceLock<Capture> = OnceLock::new();
    CAPTURE
        .get_or_init(|| record(&SMALL.replace("\nservers:", "\ncapwap: { image_data: rfc5415 }\n\nservers:")))
}

fn record(text: &str) -> Capture {
    let files = MemoryFiles::default().with("small.yaml", text);
    let prepared = ewcsim::load(Path::new("small.yaml"), &files)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let packets = Arc::new(Mutex::new(Vec::new()));
    let taking = packets.clone();
    let take = move |packet: Packet| taking.lock().expect("no thread panicked").push(packet);
    let capture = super::capture(Arc::new(Mutex::new(take)));
    common::run_with(&prepared, Options { capture: Some(capture), ..Options::default() });
    let packets = std::mem::take(&mut *packets.lock().expect("no thread panicked"));
    Capture { packets }
}
