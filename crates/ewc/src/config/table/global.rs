//! The global mode: lines that are modelled, and lines that may matter and are not.
//!
//! Sources: the command references of IOS-XE 17 (configuration fundamentals, security, IP application services, wireless), and the
//! samples of Cisco 221705.

use super::{Matters, Modelled};
use crate::config::problem::Problem;
use crate::config::reader::Reader;
use crate::config::sections::Section;
use crate::config::ssh_client;
use crate::config::words::{Words, Wrong};

/// The lengths that IOS-XE accepts for `ip tftp blocksize`, in bytes.
const BLOCK_SIZES: std::ops::RangeInclusive<u16> = 512..=8192;

pub(super) const MODELLED: &[Modelled] = &[
    Modelled {
        words: "wireless profile image-download",
        read: profile,
        undo: Some(|reader, _| {
            reader.config.image_download = None;
            Ok(())
        }),
    },
    Modelled {
        words: "ip tftp blocksize",
        read: block_size,
        undo: Some(|reader, _| {
            reader.config.tftp_block_size = None;
            Ok(())
        }),
    },
    Modelled { words: "ap country", read: countries, undo: Some(no_countries) },
    Modelled { words: "wireless country", read: countries, undo: Some(no_countries) },
    Modelled {
        words: "ip ssh client algorithm",
        read: |reader, words| ssh_client::algorithms(&mut reader.config.ssh_client, words),
        undo: Some(|reader, words| ssh_client::no_algorithms(&mut reader.config.ssh_client, words)),
    },
    Modelled {
        words: "ip ssh stricthostkeycheck",
        read: |reader, _| {
            reader.config.ssh_client.strict_host_key_check = true;
            Ok(())
        },
        undo: Some(|reader, _| {
            reader.config.ssh_client.strict_host_key_check = false;
            Ok(())
        }),
    },
    Modelled {
        words: "ip tftp source-interface",
        read: |reader, words| reader.source("ip tftp source-interface", words),
        undo: Some(|reader, _| {
            reader.no_source("ip tftp source-interface");
            Ok(())
        }),
    },
    Modelled {
        words: "ip ssh source-interface",
        read: |reader, words| reader.source("ip ssh source-interface", words),
        undo: Some(|reader, _| {
            reader.no_source("ip ssh source-interface");
            Ok(())
        }),
    },
    Modelled {
        words: "wireless management interface",
        read: |reader, words| {
            reader.management(words)?;
            reader.opened = Some(Section::Management);
            Ok(())
        },
        undo: None,
    },
    Modelled {
        words: "interface",
        read: |reader, words| {
            reader.opened = Some(Section::Interface);
            reader.interface(words)
        },
        undo: None,
    },
];

fn profile(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let (column, name) = words.next("the profile's name, `default`")?;
    // The name is a word of its own, which people abbreviate like the others.
    if !"default".starts_with(&name.to_ascii_lowercase()) {
        return Err((column, Problem::ProfileName));
    }
    reader.config.image_download.get_or_insert_default();
    reader.opened = Some(Section::Profile);
    Ok(())
}

fn block_size(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let expected = "a block size in bytes, 512 to 8192";
    let (column, size) = words.next(expected)?;
    let size = size.parse().ok().filter(|size| BLOCK_SIZES.contains(size));
    reader.config.tftp_block_size = Some(size.ok_or_else(|| words.unexpected(column, expected))?);
    Ok(())
}

/// The longest list of countries that is kept: more than IOS-XE takes.
const COUNTRIES_MAX: usize = 100;

/// Reads country codes: `DE`, or `US,CA`.
fn countries(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let expected = "a country code of two letters";
    let (column, list) = words.next(expected)?;
    for code in list.split(',') {
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(words.unexpected(column, expected));
        }
        let (code, known) = (code.to_ascii_uppercase(), &mut reader.config.countries);
        if !known.contains(&code) && known.len() < COUNTRIES_MAX {
            known.push(code);
        }
    }
    Ok(())
}

/// Removes the country codes that are named, or all.
fn no_countries(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let named = words.rest().to_ascii_uppercase();
    reader.config.countries.retain(|code| !named.is_empty() && !named.split(',').any(|it| it.trim() == code));
    words.skip();
    Ok(())
}

const fn matters(words: &'static str, why: &'static str) -> Matters {
    Matters { words, unless: &[], negated: false, why }
}

const fn unless(words: &'static str, unless: &'static [&'static str], why: &'static str) -> Matters {
    Matters { words, unless, negated: false, why }
}

pub(super) const MATTERS: &[Matters] = &[
    // Access points that get in.
    matters(
        "ap auth-list",
        "the controller refuses access points that are not authorized, and authorization is not simulated",
    ),
    matters(
        "ap auth-policy",
        "the controller refuses access points that are not authorized, and authorization is not simulated",
    ),
    matters(
        "ap capwap",
        "timers and retries of CAPWAP are those of the catalogue, whatever the configuration says",
    ),
    matters("ap dtls-version", "DTLS is not simulated, so that no version is refused"),
    matters("ap dtls-ciphersuite", "DTLS is not simulated, so that no suite is refused"),
    matters("ap link-encryption", "the data channel is not encrypted in the simulation"),
    matters("ap lsc-provision", "certificates are not simulated, so that none is refused"),
    unless("ap", &["MAC"], "this line of `ap` is not known, and lines of `ap` decide how access points join"),
    unless(
        "wireless management trustpoint",
        // The devices make these themselves.
        &["CISCO_IDEVID_SUDI*", "ewlc-*", "ewc-*", "*_WLC_TP"],
        "access points join only if they trust this certificate, and certificates are not simulated",
    ),
    matters(
        "wireless management",
        "this line of `wireless management` is not known, and it may decide which access points join",
    ),
    matters(
        "wireless mobility group member",
        "access points learn this controller, too, and may join it instead",
    ),
    matters(
        "wireless mobility",
        "this line of `wireless mobility` is not known, and access points may join another controller",
    ),
    matters("wireless ewc-ap", "the election of the controller among access points is not simulated"),
    // Images that are served.
    matters("ap image", "the order in which access points get images is that of the simulation"),
    matters(
        "ap upgrade",
        "the order and the method by which access points get images are those of the simulation",
    ),
    matters("ap file-transfer", "access points get images over CAPWAP in the simulation"),
    unless(
        "ip tftp min-timeout",
        &["4"],
        "the client retransmits after `ewc.tftp.retransmit-interval` of the catalogue",
    ),
    matters("ip tftp", "this line of `ip tftp` is not known, and it may change the download of images"),
    unless("ip ssh version", &["2"], "the SSH client of the simulation speaks version 2 only"),
    unless(
        "ip ssh dh",
        &["min size 2048"],
        "servers whose group is smaller are not refused in the simulation",
    ),
    unless("ip ssh window-size", &["8192"], "the pace of SFTP is `ewc.sftp.rate` of the catalogue"),
    Matters {
        words: "ip ssh bulk-mode",
        unless: &["", "131072"],
        negated: true,
        why: "the pace of SFTP is `ewc.sftp.rate` of the catalogue",
    },
    matters(
        "ip ssh client",
        "this line of the SSH client is not known, and it may keep images from being fetched",
    ),
    matters("ip ssh", "this line of `ip ssh` is not known, and it may keep images from being fetched"),
    matters("ip tcp mss", "the segments of SFTP have the length that the link allows"),
    matters("ip tcp path-mtu-discovery", "the controller's TCP always finds the path MTU in the simulation"),
    unless(
        "ip tcp synwait-time",
        &["30"],
        "the client gives up after `ewc.sftp.connect-timeout` of the catalogue",
    ),
    matters("ip tcp window-size", "the pace of SFTP is `ewc.sftp.rate` of the catalogue"),
    // Packets that are dropped.
    matters(
        "ip access-group",
        "the controller drops packets by this list, and lists on the controller are not simulated",
    ),
    matters("ip nat", "the controller translates no addresses in the simulation"),
    matters("ip inspect", "the controller inspects no packets in the simulation"),
    matters("ip admission", "the controller drops no packets in the simulation"),
    matters("ip local policy", "the controller's own packets take the links of the scenario"),
    matters("ip arp inspection", "the controller drops no packets in the simulation"),
    matters("ip dhcp snooping", "the controller drops no packets in the simulation"),
    matters("ip verify", "the controller drops no packets in the simulation"),
    matters("zone-pair", "the controller drops no packets in the simulation"),
    unless("system mtu", &["1500"], "the MTU is that of the scenario's links"),
    // What may happen in the middle of it.
    matters(
        "event manager applet",
        "an applet may act in the middle of the upgrade, and applets are not simulated",
    ),
    matters(
        "event manager policy",
        "a script may act in the middle of the upgrade, and scripts are not simulated",
    ),
    matters(
        "kron occurrence",
        "a scheduled command may act in the middle of the upgrade, and it is not simulated",
    ),
];
