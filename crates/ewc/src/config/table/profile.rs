//! The lines of `wireless profile image-download default`: names of the YANG model (image-download-cfg 1.2.0), and as typed in Cisco
//! 221705.

use super::Modelled;
use crate::config::problem::Problem;
use crate::config::reader::Reader;
use crate::config::words::{Words, Wrong};
use crate::config::{Cco, Mode, Sftp, Tftp};

pub(super) const MODELLED: &[Modelled] = &[
    Modelled {
        words: "image-download-mode",
        read: mode,
        undo: Some(|reader, _| set(reader, |profile| profile.mode = Mode::Unconfigured)),
    },
    Modelled {
        words: "tftp-image-server",
        read: |reader, words| {
            let server = words.address()?;
            set(reader, |profile| profile.tftp.server = server)
        },
        undo: Some(|reader, _| set(reader, |profile| profile.tftp.server = Tftp::default().server)),
    },
    Modelled {
        words: "tftp-image-path",
        read: |reader, words| {
            let (_, path) = words.next("a path")?;
            set(reader, |profile| profile.tftp.path = path.into())
        },
        undo: Some(|reader, _| set(reader, |profile| profile.tftp.path.clear())),
    },
    Modelled {
        words: "sftp-image-server",
        read: |reader, words| {
            let server = words.address()?;
            set(reader, |profile| profile.sftp.server = server)
        },
        undo: Some(|reader, _| set(reader, |profile| profile.sftp.server = Sftp::default().server)),
    },
    Modelled {
        words: "sftp-image-path",
        read: |reader, words| {
            let (_, path) = words.next("a path")?;
            set(reader, |profile| profile.sftp.path = path.into())
        },
        undo: Some(|reader, _| set(reader, |profile| profile.sftp.path.clear())),
    },
    Modelled { words: "sftp-username", read: sftp_username, undo: Some(no_sftp_username) },
    Modelled { words: "sftp-image-username", read: sftp_username, undo: Some(no_sftp_username) },
    Modelled { words: "sftp-password", read: sftp_password, undo: Some(no_sftp_password) },
    Modelled { words: "sftp-image-password", read: sftp_password, undo: Some(no_sftp_password) },
    Modelled {
        words: "sftp-port",
        read: |_, words| {
            let (column, port) = words.next("22")?;
            if port == "22" { Ok(()) } else { Err((column, Problem::SftpPort)) }
        },
        undo: Some(|_, _| Ok(())),
    },
    Modelled { words: "http-auto-path", read: |_, _| Ok(()), undo: Some(no_auto_path) },
    Modelled { words: "auto-path", read: |_, _| Ok(()), undo: Some(no_auto_path) },
    Modelled {
        words: "cco-username",
        read: |reader, words| {
            let (_, name) = words.next("a user name")?;
            set(reader, |profile| profile.cco.username = name.into())
        },
        undo: Some(|reader, _| set(reader, |profile| profile.cco.username.clear())),
    },
    Modelled {
        words: "cco-password",
        read: |reader, words| {
            let password = words.password()?;
            set(reader, |profile| profile.cco.password = password)
        },
        undo: Some(|reader, _| set(reader, |profile| profile.cco.password = Cco::default().password)),
    },
    Modelled {
        words: "cco-version",
        read: |reader, words| {
            let latest = words.choice(&["latest", "suggested"], "latest or suggested")? == "latest";
            set(reader, |profile| profile.cco.latest = latest)
        },
        undo: Some(|reader, _| set(reader, |profile| profile.cco.latest = false)),
    },
    Modelled {
        words: "cco-auto-check",
        read: |reader, _| set(reader, |profile| profile.cco.auto_check = true),
        undo: Some(|reader, _| set(reader, |profile| profile.cco.auto_check = false)),
    },
];

fn set(
    reader: &mut Reader,
    change: impl FnOnce(&mut crate::config::ImageDownloadProfile),
) -> Result<(), Wrong> {
    change(reader.config.image_download.get_or_insert_default());
    Ok(())
}

fn mode(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let mode = match words.choice(&["tftp", "sftp", "http", "cco"], "tftp, sftp, http or cco")? {
        "tftp" => Mode::Tftp,
        "sftp" => Mode::Sftp,
        "http" => Mode::Http,
        _ => Mode::Cco,
    };
    set(reader, |profile| profile.mode = mode)
}

fn sftp_username(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let (_, name) = words.next("a user name")?;
    set(reader, |profile| profile.sftp.username = name.into())
}

fn no_sftp_username(reader: &mut Reader, _: &mut Words<'_>) -> Result<(), Wrong> {
    set(reader, |profile| profile.sftp.username.clear())
}

fn sftp_password(reader: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    let password = words.password()?;
    set(reader, |profile| profile.sftp.password = password)
}

fn no_sftp_password(reader: &mut Reader, _: &mut Words<'_>) -> Result<(), Wrong> {
    set(reader, |profile| profile.sftp.password = Sftp::default().password)
}

fn no_auto_path(_: &mut Reader, words: &mut Words<'_>) -> Result<(), Wrong> {
    Err((words.last_column(), Problem::HttpPath))
}
