//! Configurations of servers: `/etc/default/tftpd-hpa`, `tftpd32.ini`, `sshd_config` and the files that its `Include` reads.

use crate::network::{Server, Software};
use crate::outputs::Of;
use crate::terminal::kind::{Kind, is_of_sshd};
use crate::terminal::prompt::At;
use crate::terminal::squeezed;

/// The most configurations, and the most lines of one, that are kept.
const SERVERS_MAX: usize = 64;
const LINES_MAX: usize = 2_000;

pub(crate) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let (software, comments): (Software, &[char]) = match section.kind {
        Some(Kind::TftpdHpa) => (Software::TftpdHpa, &['#']),
        Some(Kind::Tftpd32) => (Software::Tftpd64, &[';', '#']),
        _ => (Software::OpenSsh, &['#']),
    };
    let lines: Vec<_> = section
        .lines
        .iter()
        .filter(|line| !line.text.trim_start().starts_with(comments))
        .take(LINES_MAX)
        .collect();
    let Some(first) = lines.first() else { return false };
    let at = of.at(first.number);
    let shell = section.typed.as_ref().filter(|typed| typed.at == At::Shell);
    let path = shell.and_then(|typed| typed.command.split_whitespace().last().map(str::to_owned));
    let path = path.unwrap_or_else(|| of.network.files.get(of.file).cloned().unwrap_or_default());
    let drop_in = (software == Software::OpenSsh)
        .then(|| drop_in(&path, &lines.iter().map(|line| &*line.text).collect::<Vec<_>>()))
        .flatten();
    let server = Server {
        software,
        host: shell.and_then(|typed| typed.host.clone()),
        drop_in,
        lines: lines.iter().map(|line| line.text.clone()).collect(),
        at,
    };
    if of.network.servers.len() < SERVERS_MAX {
        of.network.servers.push(server);
    }
    true
}

/// Returns the name of a file that sshd's `Include` reads, unless it is the main one: that has a subsystem or an `Include` of its own.
fn drop_in(path: &str, lines: &[&str]) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let first = |line: &str| squeezed(line).split([' ', '=']).next().unwrap_or_default().to_ascii_lowercase();
    let is_main = lines
        .iter()
        .any(|line| ["subsystem", "include"].contains(&&*first(line)) && is_of_sshd(&squeezed(line)));
    let in_directory = path.contains("sshd_config.d");
    let is_drop_in = in_directory || (!is_main && name.ends_with(".conf"));
    is_drop_in.then(|| if name.is_empty() { "imported.conf".to_owned() } else { name.to_owned() })
}
