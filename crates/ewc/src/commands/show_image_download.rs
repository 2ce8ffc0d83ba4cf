//! `show wireless profile image-download detailed`. No source shows its layout: labels and words are in the table of unverified texts, and
//! the labels are those of the YANG model.

use std::net::IpAddr;

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};
use crate::config::{ImageDownloadProfile, Mode};
use crate::unverified::image_download as words;

pub(super) const COMMAND: Command<Effect> =
    views("show wireless profile image-download detailed", fields, text);

fn fields(view: &View) -> Fields {
    let none = ImageDownloadProfile::default();
    let profile = view.config.image_download.as_ref().unwrap_or(&none);
    let mode = match profile.mode {
        Mode::Unconfigured => words::UNCONFIGURED,
        Mode::Tftp => "TFTP",
        Mode::Sftp => "SFTP",
        Mode::Http => "HTTP",
        Mode::Cco => "CCO",
    };
    let (name, is_set) = match &view.config.image_download {
        Some(_) => ("default", true),
        None => (words::UNCONFIGURED, false),
    };
    let text = |value: String| {
        if is_set && !value.is_empty() { value } else { words::UNCONFIGURED.to_owned() }
    };
    let server = |server: IpAddr, unset: IpAddr| {
        text(if server == unset { String::new() } else { server.to_string() })
    };
    Fields {
        lines: vec![
            (words::NAME, name.to_owned()),
            (words::MODE, mode.to_owned()),
            (words::TFTP_SERVER, server(profile.tftp.server, none.tftp.server)),
            (words::TFTP_PATH, text(profile.tftp.path.clone())),
            (words::SFTP_SERVER, server(profile.sftp.server, none.sftp.server)),
            (words::SFTP_PATH, text(profile.sftp.path.clone())),
            (words::SFTP_USER, text(profile.sftp.username.clone())),
        ],
        ..Fields::default()
    }
}

fn text(fields: &Fields) -> String {
    fields.lines.iter().map(|(label, value)| format!("{label:<30}: {value}\n")).collect()
}
