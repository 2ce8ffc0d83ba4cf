//! The directory of the profile on its server, and the images in it.

use std::collections::BTreeMap;

use ewc::config::{ImageDownloadProfile, Mode};
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
    if renames(server) {
        return;
    }
    let home = home(profile, server);
    let mounts: Vec<&Mount> =
        server.files.iter().filter(|mount| is_at(server, mount, home, &directory)).collect();
    if mounts.is_empty() {
        let shown = if directory.is_empty() { "/" } else { &directory };
        let shown = home.map_or_else(|| shown.to_owned(), |home| format!("{home}{directory}"));
        let problem = format!("{} has no images in `{shown}`", server.name);
        let names = server.files.iter().map(|mount| mount.path.as_str());
        let near = closest(&shown, names).first().map(|name| (*name).to_owned());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if server.files.is_empty() => "it has none at all: its `files:` say which".to_owned(),
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

/// Returns the login directory of the profile's user, if the server's configuration leaves that in the user's home.
fn home<'a>(profile: &ImageDownloadProfile, server: &'a Server) -> Option<&'a str> {
    if profile.mode != Mode::Sftp {
        return None;
    }
    let config = server.config.as_ref().map_or("", |config| &config.text);
    let moved = server.drop_ins.iter().flatten().map(|(_, file)| file.text.as_str()).chain([config]);
    // A `ChrootDirectory`, or `-d` of the SFTP server.
    if moved.map(str::to_ascii_lowercase).any(|text| text.contains("chroot") || text.contains("-d")) {
        return None;
    }
    let user = server.users.iter().find(|user| user.name == profile.sftp.username)?;
    Some(&user.home)
}

/// Returns true if clients find the images of a mount in `directory`, which is below `home` if that is known.
fn is_at(server: &Server, mount: &Mount, home: Option<&str>, directory: &str) -> bool {
    let names = directory.split('/').filter(|name| !name.is_empty() && *name != ".");
    let directory: String = names.map(|name| format!("/{name}")).collect();
    match server.software {
        Software::Tftpd64 => mount.path.eq_ignore_ascii_case(&directory),
        Software::TftpdHpa => mount.path == directory,
        Software::OpenSsh => match home {
            Some(home) => mount.path.strip_prefix(home) == Some(&directory),
            None => mount.path.ends_with(&directory),
        },
    }
}
