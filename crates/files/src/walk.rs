//! The resolution of a requested path, step by step as in the kernel (path_resolution(7)).

use super::{FileError, FileSource, Metadata, SEARCH, User};

/// The longest name and the longest path of Linux, in bytes (limits.h).
const NAME_MAX: usize = 255;
const PATH_MAX: usize = 4096;

/// Follows `path` below the directory `root`, which is the root of everything as after chroot(2): `..` does not lead out of it.
/// Returns the plain path from the machine's own root, and the metadata there.
///
/// # Errors
/// [`FileError::PermissionDenied`] if `user` may not search a directory on the way. The caller checks permissions of the file
/// itself.
pub fn resolve(
    files: &dyn FileSource,
    root: &str,
    path: &str,
    user: &User,
) -> Result<(String, Metadata), FileError> {
    if path.is_empty() {
        return Err(FileError::NotFound);
    }
    if path.len() >= PATH_MAX {
        return Err(FileError::NameTooLong);
    }
    let root = root.trim_end_matches('/');
    let mut at = plain(root);
    let mut metadata = files.stat(&at)?;
    for name in path.split('/') {
        if !metadata.is_directory() {
            return Err(FileError::NotADirectory);
        }
        // An empty name, from a doubled or trailing slash, only requires a directory.
        if name.is_empty() {
            continue;
        }
        if !metadata.permits(user, SEARCH) {
            return Err(FileError::PermissionDenied);
        }
        if name.len() > NAME_MAX {
            return Err(FileError::NameTooLong);
        }
        match name {
            "." => continue,
            ".." if at.len() > root.len().max(1) => at.truncate(at.rfind('/').unwrap_or(0)),
            ".." => {}
            name => {
                if at == "/" {
                    at.clear();
                }
                at.push('/');
                at.push_str(name);
            }
        }
        if at.is_empty() {
            at.push('/');
        }
        metadata = files.stat(&at)?;
    }
    Ok((at, metadata))
}

/// Returns the directory and the name of a plain path.
///
/// # Errors
/// [`FileError::NotFound`] if the path is not plain (see [`FileSource`]), or is `/`.
pub fn split(path: &str) -> Result<(&str, &str), FileError> {
    let (parent, name) = path.rsplit_once('/').ok_or(FileError::NotFound)?;
    if matches!(name, "" | "." | "..") {
        return Err(FileError::NotFound);
    }
    Ok((if parent.is_empty() { "/" } else { parent }, name))
}

fn plain(root: &str) -> String {
    if root.is_empty() { "/".into() } else { root.into() }
}

#[cfg(test)]
mod tests {
    use image::Content;

    use super::super::{File, Tree};
    use super::*;

    fn tree() -> Tree {
        let tree = Tree::new();
        let file = || File::new(Content::from_vec(vec![7; 3]));
        tree.insert("/srv/tftp/EWC/ap1g8", file()).expect("fits");
        tree.insert("/srv/tftp/closed/f", file()).expect("fits");
        tree.insert("/etc/passwd", file()).expect("fits");
        tree.set_mode("/srv/tftp/closed", 0o700).expect("is there");
        tree
    }

    fn path(root: &str, asked: &str) -> Result<String, FileError> {
        resolve(&tree(), root, asked, &User::named("tftp")).map(|(path, _)| path)
    }

    #[test]
    fn finds_below_the_root() {
        let found = Ok("/srv/tftp/EWC/ap1g8".to_owned());
        for asked in ["EWC/ap1g8", "/EWC/ap1g8", "//EWC/./ap1g8", "EWC/../EWC/ap1g8", "../../EWC/ap1g8"] {
            assert_eq!(path("/srv/tftp", asked), found, "{asked}");
            assert_eq!(path("/srv/tftp/", asked), found, "{asked}");
        }
        assert_eq!(path("/", "/srv/tftp/EWC/ap1g8"), found);
        assert_eq!(path("/srv/tftp", "/"), Ok("/srv/tftp".into()));
        assert_eq!(path("/", "/.."), Ok("/".into()));
        assert_eq!(path("/", "/srv/.."), Ok("/".into()));
    }

    #[test]
    fn does_not_leave_the_root() {
        for asked in ["../../etc/passwd", "/etc/passwd", "EWC/../../../etc/passwd", "/../tftp/EWC/ap1g8"] {
            assert_eq!(path("/srv/tftp", asked), Err(FileError::NotFound), "{asked}");
        }
    }

    #[test]
    fn fails_as_the_kernel_does() {
        assert_eq!(path("/srv/tftp", ""), Err(FileError::NotFound));
        assert_eq!(path("/srv/tftp", "nodir/../EWC/ap1g8"), Err(FileError::NotFound));
        assert_eq!(path("/srv/tftp", "EWC/ap1g8/"), Err(FileError::NotADirectory));
        assert_eq!(path("/srv/tftp", "EWC/ap1g8/more"), Err(FileError::NotADirectory));
        assert_eq!(path("/srv/tftp", "closed/f"), Err(FileError::PermissionDenied));
        assert_eq!(path("/srv/tftp", &"x".repeat(256)), Err(FileError::NameTooLong));
        assert_eq!(path("/srv/tftp", &"x/".repeat(2048)), Err(FileError::NameTooLong));
        assert_eq!(path("/nowhere", "f"), Err(FileError::NotFound));
    }
}
