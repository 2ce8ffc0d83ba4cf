//! Rows, their words and their abbreviations.

use std::collections::BTreeSet;

use super::*;

const TABLES: [&Table; 5] = [&GLOBAL, &PROFILE, &INTERFACE, &CONTROL_PLANE, &SECTION];

/// Returns the words of the row with which a line begins, and the rest of the line.
fn find<'a>(table: &Table, line: &'a str) -> Option<(&'static str, &'a str)> {
    let mut words = Words::new(line, line);
    match table.find(&mut words) {
        Found::Row(_, row) => Some((row, words.rest())),
        Found::Ambiguous | Found::Nothing => None,
    }
}

#[test]
fn a_row_stands_once_and_is_found_by_its_words() {
    for table in TABLES {
        let mut seen = BTreeSet::new();
        for (words, _) in table.rows() {
            assert!(seen.insert(words), "twice: {words}");
            assert_eq!(find(table, words), Some((words, "")));
            assert_eq!(find(table, &format!("{words} 192.0.2.1 x")), Some((words, "192.0.2.1 x")));
        }
    }
}

#[test]
fn the_last_word_of_a_row_can_be_shortened_while_it_is_distinct() {
    let mut shortened = 0;
    for table in TABLES {
        for (words, _) in table.rows() {
            let (before, last) = words.rsplit_once(' ').map_or(("", words), |(before, last)| (before, last));
            let depth = words.split(' ').count() - 1;
            let begins: Vec<&str> = words.split(' ').take(depth).collect();
            let others: BTreeSet<&str> = table
                .rows()
                .filter(|(row, _)| row.split(' ').take(depth).eq(begins.iter().copied()))
                .filter_map(|(row, _)| row.split(' ').nth(depth))
                .collect();
            for length in 1..last.len() {
                let short = &last[..length];
                let line = format!("{before} {short}");
                let fits = others.iter().filter(|word| word.starts_with(short)).count();
                let is_word = others.contains(short);
                match find(table, line.trim()) {
                    Some((found, _)) if fits == 1 => assert_eq!(found, words, "{line}"),
                    Some((found, _)) => {
                        assert!(is_word || found.split(' ').count() <= depth, "{line}: {found}")
                    }
                    None => assert!(fits > 1, "{line}"),
                }
                shortened += usize::from(fits == 1);
            }
        }
    }
    assert!(shortened > 1_000, "{shortened}");
}

#[test]
fn the_longest_row_wins_and_ambiguous_words_are_told() {
    assert_eq!(
        find(&GLOBAL, "wireless prof image-download def"),
        Some(("wireless profile image-download", "def"))
    );
    assert_eq!(find(&GLOBAL, "ip tftp blocks 1428"), Some(("ip tftp blocksize", "1428")));
    assert_eq!(find(&GLOBAL, "IP TFTP timeout 9"), Some(("ip tftp", "timeout 9")));
    assert_eq!(find(&GLOBAL, "ip ssh cl alg mac x"), Some(("ip ssh client algorithm", "mac x")));
    assert_eq!(find(&GLOBAL, "wirel country DE"), Some(("wireless country", "DE")));
    assert_eq!(find(&PROFILE, "image-download-m tftp"), Some(("image-download-mode", "tftp")));
    let ambiguous =
        |table: &Table, line: &str| matches!(table.find(&mut Words::new(line, line)), Found::Ambiguous);
    for line in
        ["ip t blocksize 1428", "i tftp blocksize 1428", "w profile image-download default", "ip ssh s"]
    {
        assert!(ambiguous(&GLOBAL, line), "{line}");
    }
    for line in ["tftp-image- /a", "sftp-p 0 x", "sftp-", "sftp-image-p x", "cco-"] {
        assert!(ambiguous(&PROFILE, line), "{line}");
    }
    // Where none of them would have an effect, there is nothing to decide.
    assert!(!ambiguous(&GLOBAL, "ip ssh server a"));
    assert!(!ambiguous(&GLOBAL, "snm community x"));
}

#[test]
fn a_misspelt_word_is_near_to_one_of_its_place() {
    let near = |table: &'static Table, line: &str| table.near(&Words::new(line, line));
    assert_eq!(near(&PROFILE, "tftp-image-pth /x"), Some(("tftp-image-path", 0)));
    assert_eq!(near(&PROFILE, "image-dwnload-mode tftp"), Some(("image-download-mode", 0)));
    assert_eq!(near(&PROFILE, "description x"), None);
    let profile = "wireless profile image-download";
    assert_eq!(near(&GLOBAL, "wirless profile image-download default"), Some((profile, 0)));
    assert_eq!(near(&GLOBAL, "wireless profile image-dwnload default"), Some((profile, 2)));
    assert_eq!(near(&GLOBAL, "wirless profile image-dwnload default"), None);
    assert_eq!(near(&GLOBAL, "ip tftp blksize 512"), Some(("ip tftp blocksize", 2)));
    for line in [
        "ip ftp source-interface Vlan1",
        "wireless profile mesh x",
        "ip tftp",
        "ip route 192.0.2.0 255.255.255.0 Null0",
    ] {
        assert_eq!(near(&GLOBAL, line), None, "{line}");
    }
}

#[test]
fn every_row_of_the_second_class_says_why() {
    for table in TABLES {
        for row in table.matters {
            assert!(row.why.len() > 10 && !row.why.ends_with('.'), "{}", row.words);
            assert!(!row.is_as_simulated("something else"), "{}", row.words);
            assert!(
                row.unless.iter().filter(|value| **value != "MAC").all(|value| row.is_as_simulated(value))
            );
        }
    }
    let ap = GLOBAL.matters.iter().find(|row| row.words == "ap").expect("a row");
    assert!(ap.is_as_simulated("70db.98aa.bb00") && !ap.is_as_simulated("unknown"));
}
