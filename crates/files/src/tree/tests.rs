//! Trees as servers and faults use them.

use std::cell::Cell;

use super::super::{READ, WRITE};
use super::*;

const LISTING: &str = "-rw-r--r-- 1 calor calor 13 Oct 20 11:29 controller_version.info\n\
                       -rw-r----- 1 calor calor 10 Oct 20 11:04 version.info\n";

fn listed() -> (Tree, Rc<Cell<usize>>) {
    let tree = Tree::new();
    let made = Rc::new(Cell::new(0));
    let count = Rc::clone(&made);
    let listing = Listing::parse(LISTING).expect("a listing");
    let make = move |entry: &Entry| {
        count.set(count.get() + 1);
        Content::from_vec((0..entry.size as u8).collect())
    };
    tree.insert_listing("/srv/EWC", &listing, make).expect("fits");
    (tree, made)
}

fn bytes(tree: &Tree, path: &str) -> Vec<u8> {
    tree.read(path).expect("is there").bytes().to_vec()
}

#[test]
fn a_listing_gives_metadata_and_content_is_made_once() {
    let (tree, made) = listed();
    let metadata = tree.stat("/srv/EWC/version.info").expect("listed");
    assert_eq!((metadata.size, metadata.mode, &*metadata.owner), (10, 0o640, "calor"));
    assert_eq!(tree.list("/srv/EWC"), Ok(vec!["controller_version.info".into(), "version.info".into()]));
    assert_eq!(tree.list("/"), Ok(vec!["srv".into()]));
    assert_eq!(made.get(), 0);
    assert_eq!(bytes(&tree, "/srv/EWC/version.info"), (0..10).collect::<Vec<_>>());
    assert_eq!(bytes(&tree.clone(), "/srv/EWC/version.info").len(), 10);
    assert_eq!(made.get(), 1);
}

#[test]
fn faults_change_what_is_read_next() {
    let (tree, _) = listed();
    let path = "/srv/EWC/version.info";
    let open = tree.read(path).expect("is there");
    tree.corrupt(path, 2..4).expect("is there");
    assert_eq!(bytes(&tree, path), [0, 1, !2, !3, 4, 5, 6, 7, 8, 9]);
    tree.truncate(path, 3).expect("is there");
    assert_eq!(bytes(&tree, path), [0, 1, !2]);
    assert_eq!(tree.stat(path).expect("is there").size, 3);
    tree.replace(path, Content::from_vec(vec![7; 20])).expect("is there");
    assert_eq!(tree.stat(path).map(|metadata| (metadata.size, metadata.mode)), Ok((20, 0o640)));
    tree.remove("/srv").expect("is there");
    assert_eq!(tree.read(path).map(|_| ()), Err(FileError::NotFound));
    assert_eq!(tree.remove(path), Err(FileError::NotFound));
    assert_eq!(open.bytes(), (0..10).collect::<Vec<_>>(), "who has it open keeps it");
}

#[test]
fn what_stands_in_the_way_is_an_error() {
    let (tree, _) = listed();
    let file = || File::new(Content::from_vec(vec![]));
    assert_eq!(tree.insert("/srv/EWC/version.info/more", file()), Err(FileError::NotADirectory));
    assert_eq!(tree.insert("/srv/EWC", file()), Err(FileError::IsADirectory));
    for path in ["relative", "/", "/a/..", "/a//b"] {
        assert_eq!(tree.insert(path, file()), Err(FileError::NotFound), "{path}");
    }
    assert_eq!(tree.truncate("/srv", 0), Err(FileError::IsADirectory));
}

#[test]
fn permissions_are_those_of_the_first_class_that_fits() {
    let (tree, _) = listed();
    let metadata = tree.stat("/srv/EWC/version.info").expect("listed");
    let may =
        |user| (metadata.permits(&User::named(user), READ), metadata.permits(&User::named(user), WRITE));
    assert_eq!([may("calor"), may("tftp"), may("root")], [(true, true), (false, false), (true, true)]);
}

#[test]
fn what_is_written_is_there_at_once_and_takes_space() {
    let (tree, _) = listed();
    tree.set_space(12);
    let path = "/srv/EWC/version.info";
    let old = tree.read(path).expect("is there");
    let mut writer = tree.rewrite(path).expect("is there");
    assert_eq!((tree.stat(path).expect("is there").size, bytes(&tree, path)), (0, vec![]));
    writer.append(b"12345").expect("fits");
    assert_eq!(bytes(&tree, path), b"12345");
    writer.append(b"67").expect("fits");
    assert_eq!((tree.stat(path).expect("is there").size, bytes(&tree, path)), (7, b"1234567".to_vec()));
    assert_eq!(old.len(), 10, "who has it open keeps it");
    let mut other = tree.rewrite("/srv/EWC/controller_version.info").expect("is there");
    assert_eq!(other.append(b"123456"), Err(FileError::NoSpace));
    other.append(b"12345").expect("fits");
    tree.truncate(path, 1).expect("is there");
    assert_eq!(writer.append(b"x"), Ok(()), "a file that was replaced is written on unseen");
    assert_eq!(bytes(&tree, path), b"1");
    other.append(b"123456").expect("what was cut off left its space");
}

#[test]
fn a_file_is_made_where_a_directory_is() {
    let (tree, _) = listed();
    tree.create("/srv/EWC/new", 0o644, &User::named("tftp")).expect("fits");
    let metadata = tree.stat("/srv/EWC/new").expect("is there");
    assert_eq!((metadata.size, metadata.mode, &*metadata.owner), (0, 0o644, "tftp"));
    for (path, error) in [
        ("/srv/EWC/new", FileError::Exists),
        ("/srv/nodir/new", FileError::NotFound),
        ("/srv/EWC/new/new", FileError::NotADirectory),
    ] {
        assert_eq!(tree.create(path, 0o644, &User::named("tftp")), Err(error), "{path}");
    }
    assert_eq!(tree.rewrite("/srv").map(|_| ()), Err(FileError::IsADirectory));
    assert_eq!(tree.rewrite("/nosuch").map(|_| ()), Err(FileError::NotFound));
}

#[test]
fn owners_and_links_are_those_of_the_machine() {
    let (tree, _) = listed();
    tree.set_owner("/srv", "calo", "sftp").expect("is there");
    tree.set_mode("/srv", 0o775).expect("is there");
    let metadata = tree.stat("/srv").expect("is there");
    assert_eq!((&*metadata.owner, &*metadata.group, metadata.mode), ("calo", "sftp", 0o775));
    assert_eq!(tree.set_owner("/nosuch", "calo", "sftp"), Err(FileError::NotFound));
    assert_eq!(["/", "/srv", "/srv/EWC"].map(|path| tree.links(path)), [Ok(3), Ok(3), Ok(2)]);
    assert_eq!(tree.links("/srv/EWC/version.info"), Ok(1));
    assert_eq!(tree.links("/nosuch"), Err(FileError::NotFound));
}
