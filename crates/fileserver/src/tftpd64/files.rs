//! The files of a Windows machine: names without regard to case, drives, no permission bits.
//!
//! What is served are the files of a [`FileSource`], in which `C:\TFTP` is the directory `/C:/TFTP`.

use super::windows::SystemError;
use crate::files::{FileError, FileSource, Metadata};

/// The plain path of a full name such as `C:\TFTP\EWC`, as Windows simplifies it: doubled separators, `.` and `..` are gone,
/// and dots and blanks at its end.
pub(super) fn plain(full: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut parts = full.split(['\\', '/']).peekable();
    while let Some(part) = parts.next() {
        match part {
            "" | "." => {}
            // The drive has no parent.
            ".." => names.truncate(names.len().saturating_sub(1).max(1)),
            last if parts.peek().is_none() => names.push(last.trim_end_matches(['.', ' '])),
            name => names.push(name),
        }
    }
    names.retain(|name| !name.is_empty());
    format!("/{}", names.join("/"))
}

/// Finds a full name; gives its path in the spelling of the file system, and what is there.
pub(super) fn find(files: &dyn FileSource, full: &str) -> Result<(String, Metadata), SystemError> {
    let wanted = plain(full);
    let mut names = wanted.split('/').skip(1).peekable();
    let mut at = String::new();
    let mut metadata = None;
    while let Some(name) = names.next() {
        // Only the drive has a colon.
        if !at.is_empty() && !is_valid(name) {
            return Err(SystemError::INVALID_NAME);
        }
        let missing = || match names.peek() {
            Some(_) => SystemError::PATH_NOT_FOUND,
            None => SystemError::FILE_NOT_FOUND,
        };
        let (path, found) = entry(files, &at, name).ok_or_else(missing)??;
        if names.peek().is_some() && !found.is_directory() {
            return Err(SystemError::PATH_NOT_FOUND);
        }
        at = path;
        metadata = Some(found);
    }
    match metadata {
        // A separator at the end names a directory, and this is to be a file.
        Some(found) if full.ends_with(['\\', '/']) && !found.is_directory() => Err(SystemError::INVALID_NAME),
        Some(found) => Ok((at, found)),
        None => Err(SystemError::PATH_NOT_FOUND),
    }
}

/// The entry of a directory that is spelled so, or else the first that differs by case alone.
fn entry(
    files: &dyn FileSource,
    directory: &str,
    name: &str,
) -> Option<Result<(String, Metadata), SystemError>> {
    let stat = |name: &str| {
        let path = format!("{directory}/{name}");
        files.stat(&path).map(|metadata| (path, metadata))
    };
    let found = match stat(name) {
        Err(FileError::NotFound) => {
            let names = files.list(if directory.is_empty() { "/" } else { directory }).ok()?;
            stat(names.iter().find(|other| same(other, name))?)
        }
        found => found,
    };
    match found {
        Err(FileError::NotFound) => None,
        found => Some(found.map_err(SystemError::from)),
    }
}

/// Compares names as NTFS does: character by character, in upper case.
fn same(one: &str, other: &str) -> bool {
    let upper = |character: char| {
        let mut upper = character.to_uppercase();
        upper.next().filter(|_| upper.next().is_none()).unwrap_or(character)
    };
    one.chars().map(upper).eq(other.chars().map(upper))
}

fn is_valid(name: &str) -> bool {
    !name.contains(|character: char| {
        character.is_ascii_control() || matches!(character, '<' | '>' | ':' | '"' | '|' | '?' | '*')
    })
}

#[cfg(test)]
mod tests {
    use image::Content;

    use super::*;
    use crate::files::{File, Tree};

    fn found(full: &str) -> Result<String, SystemError> {
        let tree = Tree::new();
        let file = || File::new(Content::from_vec(vec![7; 3])).with_mode(0);
        tree.insert("/C:/TFTP/EWC/ap1g8", file()).expect("fits");
        tree.insert("/C:/TFTP/Straße/Größe.bin", file()).expect("fits");
        find(&tree, full).map(|(path, _)| path)
    }

    #[test]
    fn case_and_separators_do_not_matter() {
        for full in [
            "C:\\TFTP\\EWC\\ap1g8",
            "c:\\tftp\\\\ewc\\AP1G8",
            "C:\\TFTP\\/EWC/ap1g8",
            "C:\\TFTP\\x\\..\\.\\ewc\\ap1g8. .",
            "C:\\..\\..\\TFTP\\EWC\\ap1g8",
        ] {
            assert_eq!(found(full), Ok("/C:/TFTP/EWC/ap1g8".into()), "{full}");
        }
        assert_eq!(found("C:\\TFTP\\STRAßE\\gRÖßE.BIN"), Ok("/C:/TFTP/Straße/Größe.bin".into()));
        assert_eq!(found("C:\\TFTP\\ewc\\x\\.."), Ok("/C:/TFTP/EWC".into()));
        assert_eq!(found("C:\\TFTP\\ewc\\"), Ok("/C:/TFTP/EWC".into()));
    }

    #[test]
    fn what_is_missing_has_the_number_of_windows() {
        assert_eq!(found("C:\\TFTP\\nosuch"), Err(SystemError::FILE_NOT_FOUND));
        assert_eq!(found("C:\\TFTP\\nosuch\\ap1g8"), Err(SystemError::PATH_NOT_FOUND));
        assert_eq!(found("C:\\TFTP\\EWC\\ap1g8\\more"), Err(SystemError::PATH_NOT_FOUND));
        assert_eq!(found("D:\\TFTP\\EWC\\ap1g8"), Err(SystemError::PATH_NOT_FOUND));
        for name in ["C:\\ap1g8", "a?", "a\nb", "EWC\\ap1g8\\"] {
            assert_eq!(found(&format!("C:\\TFTP\\{name}")), Err(SystemError::INVALID_NAME), "{name}");
        }
    }
}
