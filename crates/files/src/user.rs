//! The users of files, and their rights by the permission bits.

use super::Metadata;

/// The permission bit for reading.
pub const READ: u32 = 4;
/// The permission bit for writing.
pub const WRITE: u32 = 2;
/// The permission bit for searching a directory.
pub const SEARCH: u32 = 1;

/// A user of the machine, on whose behalf files are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The number, for files that know their owners by number only.
    pub uid: Option<u32>,
    /// The groups, each by name and number. Files that the user makes belong to the first.
    pub groups: Vec<Group>,
}

/// A group of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The number, for files that know their groups by number only.
    pub gid: Option<u32>,
}

impl User {
    /// Makes a user who is in the group of the same name and in no other.
    pub fn named(name: &str) -> Self {
        Self { name: name.into(), uid: None, groups: vec![Group::named(name)] }
    }

    /// Returns the user who may do everything.
    pub fn root() -> Self {
        Self::named("root")
    }

    /// Returns true if permission bits do not apply to the user.
    pub fn is_root(&self) -> bool {
        self.name == "root" || self.uid == Some(0)
    }

    /// Returns true if the user owns the file.
    pub fn owns(&self, metadata: &Metadata) -> bool {
        called(&metadata.owner, &self.name, self.uid)
    }
}

impl Group {
    /// Makes a group without a number.
    pub fn named(name: &str) -> Self {
        Self { name: name.into(), gid: None }
    }
}

impl Metadata {
    /// Returns true if `user` has one of the permissions [`READ`], [`WRITE`], [`SEARCH`]: the bits of the first matching class
    /// count, as in path_resolution(7). Root may do everything.
    pub fn permits(&self, user: &User, permission: u32) -> bool {
        let shift = if user.is_root() {
            return true;
        } else if user.owns(self) {
            6
        } else if user.groups.iter().any(|group| called(&self.group, &group.name, group.gid)) {
            3
        } else {
            0
        };
        self.mode >> shift & permission != 0
    }
}

/// Returns true if `who`, a name or a number, is this one.
fn called(who: &str, name: &str, number: Option<u32>) -> bool {
    who == name || number.is_some_and(|number| who.parse() == Ok(number))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Modified};
    use super::*;

    fn file(mode: u32, owner: &str, group: &str) -> Metadata {
        let (owner, group) = (owner.into(), group.into());
        Metadata { kind: Kind::File, size: 0, mode, owner, group, modified: Modified::default() }
    }

    fn calo() -> User {
        let group = |name: &str, gid| Group { name: name.into(), gid: Some(gid) };
        let groups = vec![group("calo", 1000), group("sftp", 1002)];
        User { name: "calo".into(), uid: Some(1000), groups }
    }

    #[test]
    fn the_first_class_that_fits_counts() {
        for (mode, owner, group, reads, writes) in [
            (0o640, "calo", "root", true, true),
            (0o640, "root", "sftp", true, false),
            (0o640, "root", "root", false, false),
            (0o604, "root", "root", true, false),
            (0o066, "calo", "calo", false, false),
            (0o606, "root", "calo", false, false),
            (0o640, "1000", "0", true, true),
            (0o640, "0", "1002", true, false),
            (0o640, "100", "10021", false, false),
        ] {
            let file = file(mode, owner, group);
            let may = (file.permits(&calo(), READ), file.permits(&calo(), WRITE));
            assert_eq!(may, (reads, writes), "{mode:o} {owner} {group}");
        }
    }

    #[test]
    fn root_may_do_everything() {
        let toor = User { name: "toor".into(), uid: Some(0), groups: Vec::new() };
        for user in [User::root(), toor] {
            assert!(file(0, "calo", "calo").permits(&user, WRITE), "{user:?}");
        }
        assert!(!file(0, "calo", "calo").permits(&User::named("calo"), WRITE));
    }
}
