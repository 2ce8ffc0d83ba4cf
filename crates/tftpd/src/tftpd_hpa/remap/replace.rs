//! The replacement of a match.

use std::net::IpAddr;

use super::ere::Span;

#[derive(Clone, Copy)]
enum Case {
    Kept,
    Upper,
    Lower,
}

/// Returns `name` with its match, the first of `groups`, replaced. Without a match the result is the pattern alone.
pub(super) fn replace(pattern: &[u8], name: &[u8], groups: &[Span], client: IpAddr) -> Vec<u8> {
    let whole = groups.first().copied().flatten();
    let mut into = whole.map_or(&[][..], |(start, _)| &name[..start]).to_vec();
    let mut case = Case::Kept;
    let mut rest = pattern.iter();
    while let Some(&byte) = rest.next() {
        let escaped = if byte == b'\\' { rest.next() } else { None };
        match escaped {
            Some(digit @ b'0'..=b'9') => {
                if let Some((start, end)) = groups.get(usize::from(digit - b'0')).copied().flatten() {
                    push(&mut into, &name[start..end], case);
                }
            }
            Some(b'L') => case = Case::Lower,
            Some(b'U') => case = Case::Upper,
            Some(b'E') => case = Case::Kept,
            Some(b'i') => push(&mut into, client.to_string().as_bytes(), case),
            Some(b'x') => push(&mut into, hexadecimal(client).as_bytes(), case),
            Some(&other) => push(&mut into, &[other], case),
            None => push(&mut into, &[byte], case),
        }
    }
    if let Some((_, end)) = whole {
        into.extend_from_slice(&name[end..]);
    }
    into
}

fn push(into: &mut Vec<u8>, bytes: &[u8], case: Case) {
    into.extend(bytes.iter().map(|byte| match case {
        Case::Kept => *byte,
        Case::Upper => byte.to_ascii_uppercase(),
        Case::Lower => byte.to_ascii_lowercase(),
    }));
}

fn hexadecimal(client: IpAddr) -> String {
    match client {
        IpAddr::V4(ip) => format!("{:08X}", u32::from(ip)),
        IpAddr::V6(ip) => format!("{:032X}", u128::from(ip)),
    }
}
