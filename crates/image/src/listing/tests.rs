//! Listings as commands print them and as people paste them.

use proptest::prelude::*;

use super::*;

const SAMPLE: &str = include_str!("../../tests/field/images-17.9.4a.listing");

fn listing(text: &str) -> Listing {
    Listing::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn problem(text: &str) -> (usize, ListingProblem) {
    let error = Listing::parse(text).expect_err(text);
    (error.line, error.problem)
}

/// The names and sizes of a listing.
fn sizes(text: &str) -> Vec<(String, u64)> {
    listing(text).entries.into_iter().map(|entry| (entry.name, entry.size)).collect()
}

/// Both images of most examples.
fn both() -> Vec<(String, u64)> {
    vec![("ap1g7".to_owned(), 1_024_000), ("ap1g8".to_owned(), 76_728_320)]
}

#[test]
fn reads_the_field_sample() {
    let listing = listing(SAMPLE);
    assert_eq!(listing.entries.len(), 11);
    let ap1g8 = listing.entry("ap1g8").expect("listed");
    assert_eq!((ap1g8.size, ap1g8.mode, ap1g8.line), (70_512_640, 0o644, 7));
    assert_eq!((&*ap1g8.owner, &*ap1g8.group, &*ap1g8.modified), ("calor", "calor", "Oct 20 11:04"));
    assert!(listing.entries.iter().filter(|e| e.name.starts_with("ap")).all(|e| e.size % 10_240 == 0));
    assert!(listing.passed_over.is_empty());
}

#[test]
fn names_may_have_spaces_and_dates_may_be_iso() {
    let entry = |line| listing(line).entries.remove(0);
    assert_eq!(entry("-rwsr-xr-t. 1 a b 5 Oct 20  2023  my  file").name, " my  file");
    assert_eq!(entry("-rwsr-xr-t. 1 a b 5 Oct 20  2023 f").mode, 0o5755);
    assert_eq!(entry("-rw-r--r-- 1 a b 5 2023-10-20 11:04 f").modified, "2023-10-20 11:04");
    assert_eq!(entry("-rw-r--r-- 1 a b 5 Oct 20  2023 f").modified, "Oct 20 2023");
}

/// `ls -l` with its options, its relatives, and in other languages.
#[test]
fn reads_the_lines_of_unix() {
    for (line, modified) in [
        ("-rw-r--r-- 1 root root 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r--. 1 root root 1024000 2023-10-20 11:04 NAME", "2023-10-20 11:04"),
        ("-rw-r--r--+ 1 root root 1024000 10-20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 2023-10-20 11:04:33.000000000 +0200 NAME", "2023-10-20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 2023-10-20 11:04:33 +0200 NAME", "2023-10-20 11:04"),
        ("-rw-r--r--@ 1 calo  staff  1024000 Oct 20 11:04:33 2023 NAME", "2023-10-20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 20. Okt 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 oct.  20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 20 août  11:04 NAME", "Aug 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 20 ott 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 20 dic  2023 NAME", "Dec 20 2023"),
        ("-rw-r--r-- 1 root root 1024000 10月 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000  1월  5  2023 NAME", "Jan 5 2023"),
        ("-rw-r--r-- 1 root root 1024000 окт 20 11:04 NAME", "окт 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 20.10. 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 1000 1000 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 calo 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("131073 1000 -rw-r--r-- 1 root root 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("98M -rw-r--r-- 1 root root 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r--. 1 root root system_u:object_r:tftpdir_t:s0 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 LAB\\calo LAB\\domain users 1024000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1,024,000 Oct 20 11:04 NAME", "Oct 20 11:04"),
        ("-rw-r--r-- root/root   1024000 2023-10-20 11:04 NAME", "2023-10-20 11:04"),
        ("-rw-r--r--      1,024,000 2023/10/20 11:04:33 NAME", "2023-10-20 11:04"),
        ("-rwxr-xr-x 1 root root 1024000 Oct 20 11:04 NAME*", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 Oct 20 11:04 \u{1b}[0m\u{1b}[01;32mNAME\u{1b}[0m", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 Oct 20 11:04 \"NAME\"", "Oct 20 11:04"),
        ("-rw-r--r-- 1 root root 1024000 Oct 20 11:04 /srv/tftp/NAME", "Oct 20 11:04"),
    ] {
        let text = format!("{}\r\n{}\n", line.replace("NAME", "ap1g7"), line.replace("NAME", "ap1g8"));
        let listing = listing(&text);
        let names: Vec<_> = listing.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["ap1g7", "ap1g8"], "{line}");
        assert!(listing.entries.iter().all(|entry| entry.size == 1_024_000), "{line}");
        assert!(listing.entries.iter().all(|entry| entry.modified == modified), "{line} {listing:?}");
    }
}

#[test]
fn the_owner_is_that_of_the_line() {
    let owner = |line| {
        let entry = listing(line).entries.remove(0);
        (entry.owner, entry.group)
    };
    let pair = |owner: &str, group: &str| (owner.to_owned(), group.to_owned());
    assert_eq!(
        owner("-rw-r--r-- 1 LAB\\calo domain users 5 Oct 20 11:04 f"),
        pair("LAB\\calo", "domain users")
    );
    assert_eq!(owner("-rw-r--r--. 1 calo staff u:o:t:s0 5 Oct 20 11:04 f"), pair("calo", "staff"));
    assert_eq!(owner("-rw-r--r-- calo/staff 5 2023-10-20 11:04 f"), pair("calo", "staff"));
    assert_eq!(owner("-rw-r--r-- 1 1000 100 5 Oct 20 11:04 f"), pair("1000", "100"));
    assert_eq!(owner("10/20/2023  11:04 AM    5 f"), pair("root", "root"));
}

/// `dir` in the languages of Windows, and PowerShell.
#[test]
fn reads_the_lines_of_windows() {
    for line in [
        "10/20/2023  11:04 AM        76,728,320 ap1g8",
        "10/20/2023  11:04a          76,728,320 ap1g8",
        "20/10/2023  11:04           76,728,320 ap1g8",
        "20.10.2023  11:04        76.728.320 ap1g8",
        "20/10/2023  11:04        76 728 320 ap1g8",
        "20/10/2023  11:04        76\u{a0}728\u{a0}320 ap1g8",
        "20/10/2023  11:04        76\u{202f}728\u{202f}320 ap1g8",
        "20.10.2023  11:04        76'728'320 ap1g8",
        "20.10.2023  11:04        76\u{2019}728\u{2019}320 ap1g8",
        "2023-10-20  11:04        76 728 320 ap1g8",
        "2023/10/20  11:04        76,728,320 ap1g8",
        "2023. 10. 20.  11:04        76 728 320 ap1g8",
        "2023-10-20  오전 11:04        76,728,320 ap1g8",
        "20/10/2023  11:04 a. m.        76.728.320 ap1g8",
        "20-10-2023  11:04       7,67,28,320 ap1g8",
        "20.10.2023  11.04        76 728 320 ap1g8",
        "10/20/2023  11:04 AM          76728320 ap1g8",
        "10/20/2023  11:04 AM        76,728,320 BUILTIN\\Administrators ap1g8",
        "-a----        10/20/2023  11:04 AM       76728320 ap1g8",
        "-a---          20.10.2023    11:04       76728320 ap1g8",
        "-ar--l        20/10/2023     11:04       76728320 ap1g8",
    ] {
        assert_eq!(sizes(line), [("ap1g8".to_owned(), 76_728_320)], "{line}");
    }
    let dated = listing("20.10.2023  11:04        76.728.320 ap1g8").entries.remove(0);
    assert_eq!((&*dated.modified, dated.mode), ("2023-10-20 11:04", 0o644));
}

#[test]
fn reads_the_lines_of_devices_and_archives() {
    for line in [
        "   12  -rwx        76728320  Oct 20 2023 11:04:32 +00:00  ap1g8",
        "131073  -rw-        76728320  Oct 20 2023 11:04:32 +00:00  ap1g8",
        "   12  -rw-        76728320                    <no date>  ap1g8",
        "   76728320    Oct 20 11:04:32 2023  ap1g8",
        "  3   76728320 Oct 20 2023 11:04:32.0000000000 +00:00 /17.9.4a/ap1g8",
        " 76728320  2023-10-20 11:04   ap1g8",
        " 76728320  10-20-23 11:04   17.9.4a/ap1g8",
        "76728320  Defl:N 75000000   2% 2023-10-20 11:04 8a3b1c2d  ap1g8",
        "2023-10-20 11:04:32 ....A     76728320     75000000  ap1g8",
        "2023-10-20 11:04:32 ....A     76728320               17.9.4a\\ap1g8",
        "-rw-r--r--  3.0 unx 76728320 bx defN 23-Oct-20 11:04 ap1g8",
    ] {
        assert_eq!(sizes(line), [("ap1g8".to_owned(), 76_728_320)], "{line}");
    }
}

/// What stands around the lines of files when a session is pasted whole.
#[test]
fn headings_prompts_and_totals_are_passed_over() {
    let unix = "-rw-r--r-- 1 a b 1024000 Oct 20 11:04 ap1g7\n-rw-r--r-- 1 a b 76728320 Oct 20 11:04 ap1g8\n";
    for text in [
        format!("me@srv:/srv/tftp$ ls -l\ntotal 2000\n{unix}me@srv:/srv/tftp$ "),
        format!("[root@srv 17.9.4a]# ls -la\ninsgesamt 2000\ndrwxr-xr-x 2 a b 4096 Oct 20 11:04 .\n{unix}"),
        format!("$ ls -l ap1g7 ap1g8\n{unix}$\n"),
        format!("sftp> ls -l\n{unix}sftp> exit\n"),
        format!("ls -l\n总用量 2000\n{unix}"),
        format!("/srv/tftp/17.9.4a:\ntotal 2.0M\n{unix}"),
        format!("Last login: Fri Oct 20 11:00:01 2023 from 192.0.2.9\n{unix}"),
        " Volume in drive C is OS\n Volume Serial Number is 1A2B-3C4D\n\n Directory of C:\\TFTP-Root\\17.9.4a\n\n\
         10/20/2023  11:29 AM    <DIR>          .\n10/20/2023  11:04 AM    1,024,000 ap1g7\n\
         10/20/2023  11:04 AM   76,728,320 ap1g8\n               2 File(s)     77,752,320 bytes\n\
         \x20              2 Dir(s)  10,000,000,000 bytes free\n\nC:\\TFTP-Root\\17.9.4a>"
            .to_owned(),
        " Datenträger in Laufwerk C: ist OS\n Verzeichnis von C:\\TFTP\n\n20.10.2023  11:29    <DIR>          ..\n\
         20.10.2023  11:04     1.024.000 ap1g7\n20.10.2023  11:04    76.728.320 ap1g8\n\
         \x20              2 Datei(en),     77.752.320 Bytes\n"
            .to_owned(),
        "PS C:\\TFTP-Root> Get-ChildItem\n\n    Directory: C:\\TFTP-Root\n\n\
         Mode                 LastWriteTime         Length Name\n----                 -------------         ------ ----\n\
         d-----        10/20/2023  11:04 AM                old\n-a----        10/20/2023  11:04 AM        1024000 ap1g7\n\
         -a----        10/20/2023  11:04 AM       76728320 ap1g8\n"
            .to_owned(),
        "Archive:  release.zip\n  Length      Date    Time    Name\n---------  ---------- -----   ----\n\
         \x20       0  2023-10-20 11:04   EWC/\n  1024000  2023-10-20 11:04   EWC/ap1g7\n 76728320  2023-10-20 11:04   EWC/ap1g8\n\
         ---------                     -------\n 77752320                     3 files\n"
            .to_owned(),
        "Listing archive: release.zip\n--\nPath = release.zip\nType = zip\nPhysical Size = 77000000\n\n\
         \x20  Date      Time    Attr         Size   Compressed  Name\n\
         ------------------- ----- ------------ ------------  ------------------------\n\
         2023-10-20 11:04:32 D....            0            0  old\n\
         2023-10-20 11:04:32 ....A      1024000       980123  ap1g7\n\
         2023-10-20 11:04:32 ....A     76728320     75000000  ap1g8\n\
         ------------------- ----- ------------ ------------  ------------------------\n\
         2023-10-20 11:04:34           77752320     75980123  2 files, 1 folders\n"
            .to_owned(),
        "ewc#dir usbflash0:/17.9.4a\nDirectory of usbflash0:/17.9.4a/\n\n\
         \x20  11  drwx            4096  Oct 20 2023 11:04:32 +00:00  old\n\
         \x20  12  -rwx         1024000  Oct 20 2023 11:04:32 +00:00  ap1g7\n\
         \x20  13  -rwx        76728320  Oct 20 2023 11:04:34 +00:00  ap1g8\n\n\
         15872032768 bytes total (14234877952 bytes free)\newc#"
            .to_owned(),
    ] {
        assert_eq!(sizes(&text), both(), "{text}");
    }
}

#[test]
fn what_is_passed_over_is_told() {
    let text = "me@srv$ ls -l\ntotal 5\n-rw-r--r-- 1 a b 5 Oct 20 11:04 ap1g7\ndrwxr-xr-x 2 a b 4096 Oct 20 11:04 old\n\
                lrwxrwxrwx 1 a b 5 Oct 20 11:04 latest -> ap1g7\nsrwxr-xr-x 1 a b 0 Oct 20 11:04 s\nand so on\n";
    let told: Vec<_> = listing(text).passed_over.into_iter().map(|line| (line.line, line.what)).collect();
    let expected = [
        (1, "a heading or a prompt"),
        (4, "a directory"),
        (5, "a link"),
        (6, "a device, socket or pipe"),
        (7, "not the line of a file"),
    ];
    assert_eq!(told, expected);
}

/// An image that is left out in silence would change the outcome.
#[test]
fn a_line_that_may_be_an_image_and_cannot_be_read_is_an_error() {
    let good = "-rw-r--r-- 1 a b 5 Oct 20 11:04 readme.txt\n";
    for line in [
        "-rw-r--r-- 1 a b 41 Oct 20 ap1g7",
        "-????????? ? ? ? ?            ? ap1g8",
        "1000 ap1g8",
        "ap1g6a 84623360",
        "-rw-r--r-- 1 a b 99999999999999999999 Oct 20 11:04 ap3g3",
        "<a href=\"ap1g7\">ap1g7</a>  2023-10-20 11:04  977K",
        "10/20/2023  11:04 AM    1,02,4 ap1g7",
        "ls: cannot access 'c3700': Permission denied",
        "-rw-r--r-- 1 a b wide Oct 20 11:04 C9800-AP-iosxe-wlc.bin",
    ] {
        assert_eq!(problem(&format!("{good}{line}\n")), (2, ListingProblem::Unreadable), "{line}");
    }
    for size in ["41M", "41,5M", "1.0G", "977K", "977KiB", "74M"] {
        let line = format!("-rw-r--r-- 1 a b {size} Oct 20 11:04 ap1g7");
        assert_eq!(problem(&format!("{good}{line}")), (2, ListingProblem::Rounded(size.into())));
    }
    assert_eq!(
        Listing::parse("-rw-r--r-- 1 a b 41M Oct 20 11:04 ap1g7").expect_err("size").to_string(),
        "line 1: `41M` is a rounded size; list the bytes: `ls -l` without -h"
    );
    // Below 1 KiB -h rounds nothing.
    let small = "-rw-r--r-- 1 a b 415 Oct 20 11:04 readme.txt\n-rw-r--r-- 1 a b 13B Oct 20 11:04 version.info\n\
                 -rw-r--r-- 1 a b 1.2K Oct 20 11:04 notes\n";
    assert_eq!(sizes(small), [("readme.txt".to_owned(), 415), ("version.info".to_owned(), 13)]);
}

#[test]
fn what_is_no_listing_is_none() {
    for text in ["hello", "root:x:0:0:root:/root:/bin/bash\n", "key: value\n- a list\n", "%PDF-1.4 garbage\n"]
    {
        assert_eq!(problem(text), (1, ListingProblem::NoFile), "{text}");
    }
    // An empty directory is one.
    assert!(listing("total 0\n").entries.is_empty() && listing("").entries.is_empty());
    let twice = "-rw-r--r-- 1 a b 41 Oct 20 11:04 f\n".repeat(2);
    assert_eq!(problem(&twice), (2, ListingProblem::Twice("f".into())));
}

#[test]
fn images_are_those_of_one_directory() {
    let file = |name: &str| format!("-rw-r--r-- 1 a b 10240 Oct 20 11:04 {name}\n");
    let (ap1g7, ap1g8, notes) = (file("ap1g7"), file("ap1g8"), file("notes"));
    // ls -lR.
    let one = format!(
        ".:\ntotal 4\n{notes}drwxr-xr-x 2 a b 4096 Oct 20 11:04 17.9.4a\n\n./17.9.4a:\n{ap1g7}{ap1g8}"
    );
    let read = listing(&one);
    assert_eq!(read.entries.len(), 2);
    assert!(read.passed_over.iter().any(|line| line.what == "a file of another directory"));
    let two = format!("17.9.4a:\n{ap1g7}\n17.12.1:\n{ap1g8}");
    assert_eq!(problem(&two), (5, ListingProblem::SecondDirectory));
    let zip = " 5  2023-10-20 11:04   a/ap1g7\n 5  2023-10-20 11:04   b/ap1g8\n";
    assert_eq!(problem(zip), (2, ListingProblem::SecondDirectory));
    let named =
        format!("$ ls -l /srv/ap1g7\n{}$ ls -l /srv/ap1g8\n{}", file("/srv/ap1g7"), file("/srv/ap1g8"));
    assert_eq!(listing(&named).entries.len(), 2);
}

#[test]
fn links_are_followed_within_the_directory() {
    let link = |target: &str| format!("lrwxrwxrwx 1 a b 9 Oct 20 11:04 ap1g8 -> {target}\n");
    let file =
        "-rw-r--r-- 1 a b 10240 Oct 20 11:04 ap1g8-17.9.4\n-rw-r--r-- 1 a b 20480 Oct 20 11:04 ap1g7\n";
    assert_eq!(
        listing(&format!("{}{file}", link("ap1g8-17.9.4"))).entry("ap1g8").expect("a link").size,
        10_240
    );
    assert_eq!(listing(&format!("{file}{}", link("./ap1g8-17.9.4"))).entries.len(), 3);
    for target in ["../17.9.4a/ap1g8", "ap1g7", "nowhere"] {
        assert_eq!(problem(&format!("{}{file}", link(target))), (1, ListingProblem::Link("ap1g8".into())));
    }
}

#[test]
fn names_of_images_have_a_form() {
    for name in ["ap1g4", "ap1g6a", "ap3g3", "c3700", "c1570", "AP1G8", CONTROLLER_FILE] {
        assert!(may_be_image(name), "{name}");
    }
    for name in ["", "ap", "apg", "ap1g", "ap1g8.tar", "ap1g8ab", "c370", "readme.txt", "c37000"] {
        assert!(!may_be_image(name), "{name}");
    }
}

/// Long lines and many lines take time in proportion to their length.
#[test]
fn large_texts_are_answered() {
    for text in [
        "1 ".repeat(500_000),
        "-rw-r--r-- ".repeat(90_000),
        "-rw-r--r-- 1 a b 1 Oct 20 11:04 x y\n".repeat(25_000),
    ] {
        assert!(Listing::parse(&text).is_err());
    }
}

/// The sample with bytes changed, repeated and removed: 5,000 times in `ci/test`, 100,000 times in `ci/long`.
#[test]
fn damaged_listings_are_answered() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = move |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 16).expect("48 bits") % limit.max(1)
    };
    let pieces = [
        "\u{1b}[31m",
        "\0",
        "\r",
        "-rw-r--r-- ",
        "->",
        " ",
        "\n",
        "é",
        "10/20/2023  11:04 AM ",
        "<DIR>",
        "....A",
        "99999999999999999999",
    ];
    for _ in 0..test_support::enlarged(5_000) {
        let mut characters: Vec<char> = SAMPLE.chars().collect();
        for _ in 0..=below(3) {
            let at = below(characters.len() + 1);
            let end = (at + below(20)).min(characters.len());
            match below(3) {
                0 => _ = characters.drain(at..end),
                1 => {
                    let piece = characters[at..end].repeat(1 + below(300));
                    characters.splice(at..at, piece);
                }
                _ => _ = characters.splice(at..end, pieces[below(pieces.len())].chars()),
            }
        }
        let text: String = characters.into_iter().collect();
        match Listing::parse(&text) {
            Ok(listing) => assert!(
                listing.entries.iter().all(|entry| !entry.name.contains(char::is_control)),
                "{text:?}"
            ),
            Err(error) => {
                assert!((1..=text.lines().count()).contains(&error.line), "{text:?}");
                assert!(!error.to_string().contains(char::is_control), "{text:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "([-rwxdst.+ 0-9a-z:\\n]|\\PC){0,80}") {
        let _ = Listing::parse(&text);
    }

    /// The columns of all forms, in any order.
    #[test]
    fn any_columns_are_answered(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "-rw-r--r--", "lrwxrwxrwx", "-a----", "-rwx", "1", "root", "1024000", "1,024", "41M", "Oct", "20", "20.", "11:04",
                "2023", "2023-10-20", "10/20/2023", "AM", "+0200", "<DIR>", "....A", "->", "ap1g7", "old/", "4%", "3.0", "\n", ":",
            ]),
            0..40,
        ),
    ) {
        let text = words.join(" ");
        if let Ok(listing) = Listing::parse(&text) {
            for entry in &listing.entries {
                prop_assert!(!entry.name.is_empty() && !entry.name.contains('/'));
                prop_assert!((1..=text.lines().count()).contains(&entry.line));
            }
        }
    }
}
