//! Directories of images, as `ls -l`, `dir` or `unzip -l` list them: the release that each one is, and the images that a controller has
//! staged.

use ::image::{Listing, may_be_image};

use crate::network::Listed;
use crate::outputs::Of;
use crate::place::Found;
use crate::releases;
use crate::terminal::squeezed;

/// The file names of a release beside its images.
const OTHERS: [&str; 3] = ["C9800-AP-iosxe-wlc.bin", "controller_version.info", "version.info"];
/// The most directories that are kept.
const LISTED_MAX: usize = 256;

pub(crate) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let typed = section.typed.as_ref().map(|typed| {
        let directory = typed.directory.clone().unwrap_or_default();
        format!("{directory}/ {}", typed.command)
    });
    // The lines of one directory each, with its path.
    let mut parts: Vec<(Option<String>, Vec<usize>)> = vec![(typed, Vec::new())];
    for (index, line) in section.lines.iter().enumerate() {
        if let Some(path) = heading(&line.text) {
            let before = parts.last().and_then(|(path, _)| path.clone()).filter(|_| parts.len() == 1);
            let path = if path.starts_with(['/', '.']) || path.contains(':') {
                path
            } else {
                before.map_or(path.clone(), |before| format!("{before}/{path}"))
            };
            parts.push((Some(path), Vec::new()));
        }
        if let Some((_, lines)) = parts.last_mut() {
            lines.push(index);
        }
    }
    let mut understood = false;
    for (path, lines) in parts {
        understood |= directory(of, path, &lines);
    }
    understood
}

/// Returns the path in a heading: `/srv/tftp:`, `Directory of C:\TFTP`, `Archive:  x.zip`.
fn heading(line: &str) -> Option<String> {
    let line = line.trim();
    for start in ["Directory of ", "Directory: ", "Archive: ", "Listing archive: ", "Path = "] {
        if let Some(path) = line.strip_prefix(start) {
            return Some(path.trim().to_owned());
        }
    }
    let path = line.strip_suffix(':')?;
    (!path.is_empty() && !path.contains(char::is_whitespace)).then(|| path.to_owned())
}

fn directory(of: &mut Of<'_>, path: Option<String>, lines: &[usize]) -> bool {
    let section = of.section;
    let text: String = lines.iter().map(|index| format!("{}\n", section.lines[*index].text)).collect();
    let number = |line: usize| lines.get(line - 1).map_or(1, |index| section.lines[*index].number);
    let listing = match Listing::parse(&text) {
        Ok(listing) => listing,
        Err(error) => {
            let at = of.at(number(error.line));
            if text.split(|c: char| c.is_whitespace() || c == '/').any(may_be_image) {
                of.network
                    .warn(Some(at), format!("this listing of images is not readable: {}", error.problem));
                return false;
            }
            let lines: Vec<_> = lines.iter().map(|index| &section.lines[*index]).collect();
            let (frame, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| is_frame(&line.text));
            others.into_iter().for_each(|line| of.unread(line));
            // An empty directory.
            return !frame.is_empty();
        }
    };
    for passed in listing.passed_over.iter().filter(|passed| passed.what == "not the line of a file") {
        let line = &section.lines[lines[passed.line - 1]];
        if !is_frame(&line.text) {
            of.unread(line);
        }
    }
    let images: Vec<_> = listing.entries.iter().filter(|entry| may_be_image(&entry.name)).collect();
    let Some(first) = images.first() else { return !listing.entries.is_empty() };
    let at = of.at(number(first.line));
    if path.as_ref().is_some_and(|path| path.trim_end_matches('/').ends_with("ap_images:")) {
        let staged = &mut of.network.controller.staged;
        if staged.is_empty() {
            *staged = images.iter().map(|entry| Found::new((entry.name.clone(), entry.size), at)).collect();
        }
        return true;
    }
    let file_name = of.network.files.get(of.file).cloned().unwrap_or_default();
    let release = path.as_deref().and_then(releases::in_path).or_else(|| releases::in_path(&file_name));
    let is_of_release = |name: &str| may_be_image(name) || OTHERS.contains(&name);
    let listed = Listed {
        release,
        path,
        files: listing
            .entries
            .iter()
            .filter(|entry| is_of_release(&entry.name))
            .map(|entry| (entry.name.clone(), entry.size))
            .collect(),
        unreadable: images
            .iter()
            .filter(|entry| entry.mode & 0o004 == 0)
            .map(|entry| entry.name.clone())
            .collect(),
        at,
    };
    let known =
        of.network.listed.iter().find(|known| known.release == listed.release && known.files != listed.files);
    if let (Some(known), Some(release)) = (known, &listed.release) {
        let message = format!(
            "the images of {release} differ from those in {}: the latter count",
            of.network.place(known.at)
        );
        of.network.warn(Some(at), message);
    }
    if of.network.listed.len() < LISTED_MAX {
        of.network.listed.push(listed);
    }
    true
}

/// Returns true for the lines that frame a listing.
fn is_frame(line: &str) -> bool {
    let squeezed = squeezed(line).to_ascii_lowercase();
    let ends = ["bytes free)", "bytes free", "bytes", "files", "file(s)"];
    let starts = [
        "volume ",
        "directory of ",
        "archive: ",
        "length ",
        "date ",
        "mode ",
        "permissions ",
        "---",
        "total",
    ];
    starts.iter().any(|start| squeezed.starts_with(start)) || ends.iter().any(|end| squeezed.ends_with(end))
}
