//! Lines below `control-plane` and `wireless management interface`, and below sections without a table of their own: `ap profile`,
//! `wireless profile flex`, `wireless tag site`.

use super::{Harmless, Matters, Modelled};
use crate::config::reader::Reader;
use crate::config::words::{Words, Wrong};

pub(super) const CONTROL_PLANE: &[Matters] = &[Matters {
    words: "service-policy",
    // The policy that a device has by itself.
    unless: &["input system-cpp-policy"],
    negated: false,
    why: "packets to the controller may be dropped by this policy, and policies are not simulated",
}];

/// Below `wireless management interface`.
pub(super) const MANAGEMENT: &[Modelled] = &[
    Modelled { words: "public-ip", read: public_ip, undo: Some(no_public_ip) },
    Modelled { words: "nat public-ip", read: public_ip, undo: Some(no_public_ip) },
];

/// The address that the controller states beside its own.
fn public_ip(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let expected = "an IPv4 address";
    let (column, word) = words.next(expected)?;
    reader.config.public_ip = Some(word.parse().map_err(|_| words.unexpected(column, expected))?);
    Ok(())
}

fn no_public_ip(reader: &mut Reader, _: &mut Words<'_>) -> Result<(), Wrong> {
    reader.config.public_ip = None;
    Ok(())
}

/// Below `crypto pki trustpool policy`.
pub(super) const TRUSTPOOL: &[Modelled] =
    &[Modelled { words: "match certificate", read: match_certificate, undo: Some(no_match_certificate) }];

/// Certificates that a map selects may have expired; other forms of the line are about other uses of certificates.
fn match_certificate(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    words.next("the name of a certificate map")?;
    reader.config.accepts_expired |= words.rest().split_whitespace().eq(["allow", "expired-certificate"]);
    words.skip();
    Ok(())
}

fn no_match_certificate(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    reader.config.accepts_expired = false;
    words.skip();
    Ok(())
}

const fn matters(words: &'static str, why: &'static str) -> Matters {
    Matters { words, unless: &[], negated: false, why }
}

pub(super) const MATTERS: &[Matters] = &[
    matters("capwap backup", "access points may join the controllers that this line names"),
    matters("capwap", "timers, windows and retries of CAPWAP are those of the catalogue"),
    matters("link-encryption", "the data channel is not encrypted in the simulation"),
    matters("dtls", "DTLS is not simulated"),
    matters("lsc-provision", "certificates are not simulated, so that none is refused"),
    Matters {
        words: "preferred-mode",
        unless: &["ipv4"],
        negated: false,
        why: "access points join over IPv4 in the simulation",
    },
    matters("jumbo-mtu", "the length of CAPWAP packets is that of the catalogue"),
    matters(
        "predownload",
        "access points get images from the controller, and not from one another, in the simulation",
    ),
    matters("image", "this line is not known, and it may change the download of images"),
    Matters {
        words: "image-download-profile",
        unless: &["default"],
        negated: false,
        why: "there is one profile, and it is called default",
    },
    // Below another line than `wireless management interface`.
    matters(
        "public-ip",
        "access points are told this address of the controller below `wireless management interface` only",
    ),
    matters(
        "nat public-ip",
        "access points are told this address of the controller below `wireless management interface` only",
    ),
    matters(
        "capwap-discovery",
        "access points are told other addresses of the controller than in the simulation",
    ),
];

pub(super) const HARMLESS: &[Harmless] = &[Harmless {
    rows: &["capwap fallback"],
    opens: None,
    why: "an access point has no other controller to go back to",
}];
