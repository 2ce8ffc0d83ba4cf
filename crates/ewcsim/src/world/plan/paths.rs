//! The directory of the profile on its server, and the images in it.

use std::collections::BTreeMap;

use ewc::config::Mode;
use scenario::{Diagnostic, Mount, Server, Software};
use text::closest;
use text::numbers::count;

use super::Plan;

/// Warns of a directory that the server does not have, and of images that are not in it.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let Some((profile, server)) = plan.source() else { return };
    let (directory, command) = match profile.mode {
        Mode::Sftp => (profile.sftp.directory(), "sftp-image-path"),
        _ => (profile.tftp.directory(), "tftp-image-path"),
    };
    if server.files.is_empty() || renames(server) {
        return;
    }
    let mounts: Vec<&Mount> = server.files.iter().filter(|mount| is_at(server, mount, &directory)).collect();
    if mounts.is_empty() {
        let problem = format!("{} has no images in `{directory}`", server.name);
        let names = server.files.iter().map(|mount| mount.path.as_str());
        let near = closest(&directory, names).first().map(|name| (*name).to_owned());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let all: Vec<String> = server.files.iter().map(|mount| format!("`{}`", mount.path)).collect();
                format!("it has them in {}", all.join(", "))
            }
        };
        let problem = Diagnostic::warning(problem).at(plan.line(command), "every fetch from it will fail");
        found.push(problem.help(help));
        return;
    }
    let has = |image: &str| {
        mounts
            .iter()
            .any(|mount| plan.scenario.images.get(&mount.images).is_some_and(|set| set.file(image).is_some()))
    };
    let own = &plan.controller.image_type;
    let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ap in plan.downloading() {
        let image = ap.image_type.as_str();
        if image != own && !plan.controller.images.iter().any(|staged| staged == image) && !has(image) {
            missing.entry(image).or_default().push(&ap.name);
        }
    }
    for (image, aps) in missing {
        let problem = format!("{} has no `{image}` in `{directory}`", server.name);
        let who = match aps[..] {
            [one] => format!("{one} needs it"),
            _ => format!("{} need it", count(aps.len(), "access point")),
        };
        found.push(Diagnostic::warning(problem).at(plan.line(command), who));
    }
}

/// Returns true if the server may give files other names than it has them under, by a map of in.tftpd.
fn renames(server: &Server) -> bool {
    let is_map = |word: &str| word.starts_with("--m") || word.starts_with("-m");
    let config = server.config.as_ref();
    config.is_some_and(|config| config.text.split([' ', '\t', '"', '\'', '\n', '=']).any(is_map))
}

/// Returns true if clients find the images of a mount in `directory`. For SFTP that is below the user's home.
fn is_at(server: &Server, mount: &Mount, directory: &str) -> bool {
    let path = match server.software {
        Software::Tftpd64 => return mount.path.eq_ignore_ascii_case(directory),
        Software::OpenSsh | Software::TftpdHpa => &mount.path,
    };
    path.strip_suffix(directory).is_some()
}
