//! `show image integrity`: the files of both partitions, checked. Scripts read `NAME : Good` for three files of each; the rest of the
//! layout is in the table of unverified texts.

use std::sync::Arc;

use command_line::{Command, Fields};
use image::ImageError;

use super::{Console, Effect, Show, command, printed};
use crate::render::unverified::integrity;
use crate::{Partition, PartitionError};

pub(super) const COMMAND: Command<Effect> = command("show image integrity", Show::table(COLUMNS, rows, text));

/// The columns' names are ours: the device prints no header.
const COLUMNS: &[&str] = &["Partition", "Role", "Version", "File", "State"];

/// The names of the files, or their beginnings.
const FILES: [&str; 3] = ["part.bin", "ramfs_data_cisco", "iox.tar.gz"];

fn rows(console: &Console<'_>) -> Vec<Vec<String>> {
    Partition::BOTH.into_iter().flat_map(|partition| of(console, partition)).collect()
}

fn of(console: &Console<'_>, partition: Partition) -> Vec<Vec<String>> {
    let role = if partition == console.primary() { integrity::PRIMARY } else { integrity::BACKUP };
    let version = printed(console.flash.version(partition));
    let readable: Vec<Arc<str>> =
        console.flash.files(partition).into_iter().map(|member| member.name).collect();
    let checked = console.flash.verify(partition);
    let row = |file: &&str| {
        let found = readable.iter().find(|name| name.starts_with(*file));
        let state = match (&checked, found) {
            (_, None) => integrity::BAD,
            (Ok(_), _) => integrity::GOOD,
            (Err(error), Some(name)) => {
                if faulty(error).is_none_or(|wrong| wrong == &**name) {
                    integrity::BAD
                } else {
                    integrity::GOOD
                }
            }
        };
        let name = found.map_or_else(|| (*file).to_owned(), ToString::to_string);
        vec![partition.to_string(), role.to_owned(), version.clone(), name, state.to_owned()]
    };
    FILES.iter().map(row).collect()
}

/// Returns the one file that is wrong; `None` if the error is of the whole image.
fn faulty(error: &PartitionError) -> Option<&str> {
    match error {
        PartitionError::Unreadable { member, .. }
        | PartitionError::Image(ImageError::BadDigest { member } | ImageError::RepeatedMember { member }) => {
            Some(member)
        }
        PartitionError::Image(ImageError::MissingMember { member }) => Some(member),
        PartitionError::BeingWritten | PartitionError::Image(_) => None,
    }
}

fn text(_: &Console<'_>, fields: &Fields) -> String {
    let mut text = String::new();
    let mut above = "";
    for row in &fields.rows {
        let [partition, role, version, file, state] = &row[..] else { continue };
        if partition != above {
            text += &integrity::heading(partition, role, version);
            above = partition;
        }
        text += &format!("        {file} : {state}\n");
    }
    text
}
