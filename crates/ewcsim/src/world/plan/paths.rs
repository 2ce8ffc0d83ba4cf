//! The directory of the profile on its server, and the images in it.

use std::collections::BTreeMap;

use ewc::config::{ImageDownloadProfile, Mode};
use scenario::{Diagnostic, Mount, Scenario, Server, Software};
use text::closest;
use text::numbers::count;

use super::Plan;

/// Warns of a directory that the server does not have, and of images that are not in it.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let Some((profile, server)) = plan.source() else { return };
    let (directory, command) =
        (directory(profile), if profile.mode == Mode::Sftp { "sftp-image-path" } else { "tftp-image-path" });
    if renames(server) {
        return;
    }
    let home = home(profile, server);
    let mounts = mounts_at(plan.scenario, profile, server);
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
        mounts.iter().any(|(mount, prefix)| {
            let set = plan.scenario.images.get(&mount.images);
            set.is_some_and(|set| set.file(&format!("{prefix}{image}")).is_some())
        })
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

/// Returns the directory of the profile in force, as in URLs.
fn directory(profile: &ImageDownloadProfile) -> String {
    if profile.mode == Mode::Sftp { profile.sftp.directory() } else { profile.tftp.directory() }
}

/// Returns the mounts of a server that have files in the directory of the profile, each with the part of their names that is the
/// directory's: empty for the mount's own, else with a slash behind it.
pub(crate) fn mounts_at<'a>(
    scenario: &Scenario,
    profile: &ImageDownloadProfile,
    server: &'a Server,
) -> Vec<(&'a Mount, String)> {
    let (home, directory) = (home(profile, server), directory(profile));
    let has_below = |mount: &Mount, below: &str| {
        let set = scenario.images.get(&mount.images);
        set.is_some_and(|set| set.files.iter().any(|file| file.name.starts_with(below)))
    };
    let mounts = server.files.iter();
    mounts
        .filter_map(|mount| Some((mount, prefix_at(server, mount, home, &directory)?)))
        .filter(|(mount, prefix)| prefix.is_empty() || has_below(mount, prefix))
        .collect()
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

/// Returns the directory below that of a mount which clients find at `directory`, which is below `home` if that is known: empty for the
/// mount's own, else with a slash behind it. None if it is elsewhere.
fn prefix_at(server: &Server, mount: &Mount, home: Option<&str>, directory: &str) -> Option<String> {
    let names: Vec<&str> = directory.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    // The longest path first: that of a mount is more often the whole than a part.
    (0..=names.len()).rev().find_map(|length| {
        let directory: String = names[..length].iter().map(|name| format!("/{name}")).collect();
        let prefix = names[length..].iter().map(|name| format!("{name}/")).collect();
        is_at(server, mount, home, &directory).then_some(prefix)
    })
}

/// Returns true if clients find the directory of a mount at `directory`, a path with a slash before each name.
fn is_at(server: &Server, mount: &Mount, home: Option<&str>, directory: &str) -> bool {
    match server.software {
        Software::Tftpd64 => mount.path.eq_ignore_ascii_case(directory),
        Software::TftpdHpa => mount.path == directory,
        Software::OpenSsh => match home {
            Some(home) => mount.path.strip_prefix(home) == Some(directory),
            None => mount.path.ends_with(directory),
        },
    }
}
