//! The attributes of a file, and its line of `ls -l`.

use files::{Kind, Metadata};
use sftp::{Attributes, FileTimes, NameEntry, Owner};

use super::ids::Ids;

/// The kinds of files in a mode (inode(7)).
const S_IFDIR: u32 = 0o040_000;
const S_IFREG: u32 = 0o100_000;

/// The longest line, in bytes.
const LINE_MAX: usize = 1023;

/// Returns all attributes of a file. The access time is not kept: the modification time stands for it.
pub(super) fn attributes(metadata: &Metadata, ids: &Ids, now: i64) -> Attributes {
    let modified = metadata.modified.seconds(now).clamp(0, u32::MAX.into());
    // The field has 32 bits.
    let modified = u32::try_from(modified).unwrap_or(u32::MAX);
    Attributes {
        size: Some(metadata.size),
        owner: Some(Owner { uid: ids.uid(&metadata.owner), gid: ids.gid(&metadata.group) }),
        permissions: Some(mode(metadata)),
        times: Some(FileTimes { accessed: modified, modified }),
        extended: Vec::new(),
    }
}

/// An entry of a directory.
pub(super) fn entry(name: &str, metadata: &Metadata, links: u64, ids: &Ids, now: i64) -> NameEntry {
    NameEntry {
        filename: name.into(),
        longname: line(name, metadata, links, ids, now).into(),
        attributes: attributes(metadata, ids, now),
    }
}

/// Returns a line such as `drwxr-xr-x    5 markus   markus       1024 Jan 13 18:39 .ssh` (`ls_file` of OpenSSH).
fn line(name: &str, metadata: &Metadata, links: u64, ids: &Ids, now: i64) -> String {
    let mut line = format!(
        "{}  {links:>3} {:<8} {:<8} {:>8} {} {name}",
        permissions(metadata),
        ids.user(&metadata.owner),
        ids.group(&metadata.group),
        metadata.size,
        metadata.modified.words(now),
    );
    if line.len() > LINE_MAX {
        let end = (0..=LINE_MAX).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
        line.truncate(end);
    }
    line
}

fn mode(metadata: &Metadata) -> u32 {
    let kind = match metadata.kind {
        Kind::File => S_IFREG,
        Kind::Directory => S_IFDIR,
    };
    kind | metadata.mode & 0o7777
}

/// Returns ten characters, such as `-rw-r--r--`.
fn permissions(metadata: &Metadata) -> String {
    let mut shown = String::from(if metadata.is_directory() { 'd' } else { '-' });
    for (shift, special, letters) in
        [(6, 0o4000, ('s', 'S')), (3, 0o2000, ('s', 'S')), (0, 0o1000, ('t', 'T'))]
    {
        let bits = metadata.mode >> shift;
        shown.push(if bits & 4 != 0 { 'r' } else { '-' });
        shown.push(if bits & 2 != 0 { 'w' } else { '-' });
        shown.push(match (metadata.mode & special != 0, bits & 1 != 0) {
            (false, false) => '-',
            (false, true) => 'x',
            (true, true) => letters.0,
            (true, false) => letters.1,
        });
    }
    shown
}

#[cfg(test)]
mod tests {
    use files::Modified;

    use super::*;

    fn metadata(kind: Kind, mode: u32) -> Metadata {
        let modified = Modified::Listed("Oct 20 11:04".into());
        Metadata { kind, size: 59_156_480, mode, owner: "calo".into(), group: "1002".into(), modified }
    }

    #[test]
    fn lines_are_those_of_ls() {
        let mut ids = Ids::new();
        ids.insert_user("calo", 1000);
        // 2024-01-30 21:41:35 UTC.
        let now = 1_706_650_895;
        let shown = |kind, mode| line("ap3g3", &metadata(kind, mode), 1, &ids, now);
        assert_eq!(shown(Kind::File, 0o644), "-rw-r--r--    1 calo     1002     59156480 Oct 20 11:04 ap3g3");
        assert_eq!(
            shown(Kind::Directory, 0o1777),
            "drwxrwxrwt    1 calo     1002     59156480 Oct 20 11:04 ap3g3"
        );
        assert_eq!(shown(Kind::File, 0o6750)[..10], *"-rwsr-s---");
        assert_eq!(shown(Kind::File, 0o7000)[..10], *"---S--S--T");
        let attributes = attributes(&metadata(Kind::File, 0o644), &ids, now);
        assert_eq!(attributes.permissions, Some(0o100_644));
        assert_eq!(attributes.owner, Some(Owner { uid: 1000, gid: 1002 }));
        assert_eq!(attributes.times, Some(FileTimes { accessed: 1_697_799_840, modified: 1_697_799_840 }));
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let line = line(&"é".repeat(1000), &metadata(Kind::File, 0), 1, &Ids::new(), 0);
        assert!((LINE_MAX - 1..=LINE_MAX).contains(&line.len()));
    }
}
