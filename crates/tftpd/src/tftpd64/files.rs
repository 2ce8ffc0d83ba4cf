//! The files of a Windows machine: case-insensitive names, drives, no permission bits.
//!
//! The served files are those of a [`FileSource`], in which `C:\TFTP` is the directory `/C:/TFTP`.

use files::{FileError, FileSource, Metadata};

use super::windows::SystemError;

/// Returns the plain path of a full name such as `C:\TFTP\EWC`, simplified as by Windows: without doubled separators, `.` and
/// `..`, and without trailing dots and blanks.
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

/// The file that a full name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its path in the spelling of the file system; a last name that does not exist, in that of the client.
    pub(super) path: String,
    /// Its metadata, if it exists.
    pub(super) metadata: Option<Metadata>,
}

/// Follows a full name to a file that exists or could be made.
pub(super) fn look(files: &dyn FileSource, full: &str) -> Result<Found, SystemError> {
    let wanted = plain(full);
    let mut names = wanted.split('/').skip(1).peekable();
    let mut at = Found { path: String::new(), metadata: None };
    while let Some(name) = names.next() {
        // Only the drive has a colon.
        if !at.path.is_empty() && !is_valid(name) {
            return Err(SystemError::INVALID_NAME);
        }
        at = match entry(files, &at.path, name)? {
            Some((path, metadata)) => Found { path, metadata: Some(metadata) },
            None => Found { path: format!("{}/{name}", at.path), metadata: None },
        };
        if names.peek().is_some() && !at.metadata.as_ref().is_some_and(Metadata::is_directory) {
            return Err(SystemError::PATH_NOT_FOUND);
        }
    }
    // A separator at the end names a directory, but a file is wanted.
    let is_directory = at.metadata.as_ref().is_some_and(Metadata::is_directory);
    if full.ends_with(['\\', '/']) && !is_directory { Err(SystemError::INVALID_NAME) } else { Ok(at) }
}

/// Returns the entry of a directory with this spelling, or else the first that differs by case alone.
fn entry(
    files: &dyn FileSource,
    directory: &str,
    name: &str,
) -> Result<Option<(String, Metadata)>, SystemError> {
    let stat = |name: &str| {
        let path = format!("{directory}/{name}");
        files.stat(&path).map(|metadata| (path, metadata))
    };
    let found = stat(name).or_else(|error| match error {
        FileError::NotFound => {
            let names = files.list(if directory.is_empty() { "/" } else { directory })?;
            stat(names.iter().find(|other| same(other, name)).ok_or(FileError::NotFound)?)
        }
        error => Err(error),
    });
    match found {
        Ok(found) => Ok(Some(found)),
        Err(FileError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
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
    use files::{File, Tree};
    use image::Content;

    use super::*;

    fn found(full: &str) -> Result<String, SystemError> {
        let Found { path, metadata } = looked(full)?;
        metadata.map(|_| path).ok_or(SystemError::FILE_NOT_FOUND)
    }

    fn looked(full: &str) -> Result<Found, SystemError> {
        let tree = Tree::new();
        let file = || File::new(Content::from_vec(vec![7; 3])).with_mode(0);
        tree.insert("/C:/TFTP/EWC/ap1g8", file()).expect("fits");
        tree.insert("/C:/TFTP/Straße/Größe.bin", file()).expect("fits");
        look(&tree, full)
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
        let path = "/C:/TFTP/EWC/NoSuch".into();
        assert_eq!(looked("C:\\TFTP\\ewc\\NoSuch"), Ok(Found { path, metadata: None }));
        assert_eq!(found("C:\\TFTP\\nosuch\\ap1g8"), Err(SystemError::PATH_NOT_FOUND));
        assert_eq!(found("C:\\TFTP\\EWC\\ap1g8\\more"), Err(SystemError::PATH_NOT_FOUND));
        assert_eq!(found("D:\\TFTP\\EWC\\ap1g8"), Err(SystemError::PATH_NOT_FOUND));
        for name in ["C:\\ap1g8", "a?", "a\nb", "EWC\\ap1g8\\"] {
            assert_eq!(found(&format!("C:\\TFTP\\{name}")), Err(SystemError::INVALID_NAME), "{name}");
        }
    }
}
