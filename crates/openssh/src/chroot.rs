//! The directory that becomes the root, and the check that it is suitable.

use files::FileSource;

use super::accounts::Account;
use super::event::ChrootProblem;

/// The longest path of Linux (limits.h).
const PATH_MAX: usize = 4096;
/// The write permissions of group and others.
const WRITABLE: u32 = 0o022;

/// Fills in `%h`, `%u`, `%U` and `%%`.
pub(super) fn expand(directory: &str, account: &Account) -> String {
    let mut path = String::with_capacity(directory.len());
    let mut characters = directory.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            path.push(character);
            continue;
        }
        match characters.next() {
            Some('h') => path.push_str(&account.home),
            Some('u') => path.push_str(&account.name),
            Some('U') => path.push_str(&account.uid.to_string()),
            Some('%') | None => path.push('%'),
            Some(other) => path.extend(['%', other]),
        }
    }
    path
}

/// Checks that every directory on the path is owned by root and that only root may write to it.
pub(super) fn check(files: &dyn FileSource, path: &str) -> Result<(), ChrootProblem> {
    if !path.starts_with('/') {
        return Err(ChrootProblem::Relative);
    }
    if path.len() >= PATH_MAX {
        return Err(ChrootProblem::TooLong);
    }
    let above = path.match_indices('/').map(|(at, _)| (&path[..=at], true));
    for (path, above) in above.chain([(path, false)]) {
        let metadata = files
            .stat(plain(path))
            .map_err(|error| ChrootProblem::Missing { path: path.into(), reason: error.to_string() })?;
        let path = path.to_owned();
        // Real files may know their owner by number only.
        if !matches!(&*metadata.owner, "root" | "0") || metadata.mode & WRITABLE != 0 {
            return Err(ChrootProblem::Ownership { path, above });
        }
        if !metadata.is_directory() {
            return Err(ChrootProblem::NotADirectory { path, above });
        }
    }
    Ok(())
}

/// Removes the trailing slash, unless it is the whole path.
pub(super) fn plain(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use files::{File, Tree};
    use image::Content;

    use super::*;

    fn tree() -> Tree {
        let tree = Tree::new();
        let file = || File::new(Content::from_vec(Vec::new()));
        tree.insert("/srv/sftp/calo/f", file()).expect("fits");
        tree.insert("/home/calo/f", file()).expect("fits");
        tree.set_owner("/home/calo", "calo", "calo").expect("is there");
        tree
    }

    fn problem(path: &str) -> String {
        let kind = crate::Kind::BadChroot { problem: check(&tree(), path).expect_err("unfit") };
        crate::render::line_of(&kind).expect("it is told").text
    }

    #[test]
    fn names_are_filled_in() {
        let calo = Account::new("calo", 1000);
        assert_eq!(expand("/srv/%u/%U%h/100%%", &calo), "/srv/calo/1000/home/calo/100%");
    }

    #[test]
    fn every_component_must_be_roots() {
        assert_eq!(check(&tree(), "/srv/sftp"), Ok(()));
        assert_eq!(check(&tree(), "/srv/sftp/calo/"), Ok(()));
        assert_eq!(check(&tree(), "/"), Ok(()));
        let bad = "fatal: bad ownership or modes for chroot directory";
        assert_eq!(problem("/home/calo"), format!("{bad} \"/home/calo\""));
        assert_eq!(problem("/home/calo/x"), format!("{bad} component \"/home/calo/\""));
        assert_eq!(
            problem("/srv/nowhere"),
            "fatal: safely_chroot: stat(\"/srv/nowhere\"): No such file or directory"
        );
        assert_eq!(problem("home"), "fatal: chroot path does not begin at root");
        assert_eq!(problem("/srv/sftp/calo/f"), "fatal: chroot path \"/srv/sftp/calo/f\" is not a directory");
        let tree = tree();
        tree.set_mode("/srv", 0o775).expect("is there");
        let above = ChrootProblem::Ownership { path: "/srv/".into(), above: true };
        assert_eq!(check(&tree, "/srv/sftp"), Err(above));
    }
}
