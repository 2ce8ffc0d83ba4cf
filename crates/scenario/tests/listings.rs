//! Listings in scenarios: their encodings, files that were cut, and what is said about a file that is none.

use std::path::Path;

use scenario::{Diagnostics, MemoryFiles, Scenario, Severity};

const SCENARIO: &str = "scenario: s\nstart: 2024-03-05T22:00:00Z\nuntil: 5m\n\
    images: { new: { ap: 17.9.4.27, listing: a.listing } }\n\
    controller: { name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }\n\
    access_points: [{ name: ap, model: C9105AXI, address: 10.0.4.11, running: new }]\n";

fn load(listing: impl Into<Vec<u8>>) -> Result<Scenario, Diagnostics> {
    let files = MemoryFiles::default().with("s.yaml", SCENARIO).with("a.listing", listing);
    Scenario::load(Path::new("s.yaml"), &files)
}

fn sizes(listing: impl Into<Vec<u8>>) -> Vec<(String, u64)> {
    let scenario = load(listing).unwrap_or_else(|problems| panic!("{problems}"));
    scenario.images["new"].files.iter().map(|file| (file.name.clone(), file.size)).collect()
}

/// `dir > a.listing` has the code page of the console, that of PowerShell is UTF-16.
#[test]
fn listings_are_read_in_the_encodings_of_windows() {
    let german = " Datentr\u{e4}ger in Laufwerk C: ist OS\r\n Verzeichnis von C:\\TFTP\r\n\r\n\
                  20.10.2023  11:04         1.024.000 ap1g7\r\n20.10.2023  11:04        76.728.320 ap1g8\r\n";
    let expected = [("ap1g7".to_owned(), 1_024_000), ("ap1g8".to_owned(), 76_728_320)];
    assert_eq!(sizes(german), expected);
    let of_console: Vec<u8> = german.chars().map(|c| if c == '\u{e4}' { 0x84 } else { c as u8 }).collect();
    assert_eq!(sizes(of_console), expected);
    for (mark, bytes) in
        [([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xfe, 0xff], u16::to_be_bytes)]
    {
        let utf16: Vec<u8> = mark.into_iter().chain(german.encode_utf16().flat_map(bytes)).collect();
        assert_eq!(sizes(utf16), expected);
    }
    let french = b"20/10/2023  11:04         1\xff024\xff000 ap1g7\r\n20/10/2023  11:04        76\xa0728\xa0320 ap1g8\r\n";
    assert_eq!(sizes(french), expected);
}

/// The half file is what is to be rehearsed.
#[test]
fn a_file_that_was_cut_is_a_warning() {
    let with = |size: u64| {
        format!("-rw-r--r-- 1 a b 1024000 Oct 20 11:04 ap1g7\n-rw-r--r-- 1 a b {size} Oct 20 11:04 ap1g8\n")
    };
    for size in [801_357, 10_239, 1, 0] {
        let scenario = load(with(size)).unwrap_or_else(|problems| panic!("{problems}"));
        let warned: Vec<_> = scenario.warnings.iter().map(|warning| warning.message()).collect();
        assert_eq!(warned, ["the size of `ap1g8` is not a multiple of 10240"], "{size}");
    }
    assert!(load(with(1_024_000)).expect("whole").warnings.is_empty());
    let huge = load(with(5 << 30)).expect_err("too large").render(false);
    assert!(huge.contains("`ap1g8` is larger than 4294967296 bytes"), "{huge}");
}

#[test]
fn other_files_are_passed_over_and_told_if_asked() {
    let text = "me@srv$ ls -l\ntotal 8\n-rw-r--r-- 1 a b 1024000 Oct 20 11:04 ap1g7\ndrwxr-xr-x 2 a b 4096 Oct 20 11:04 old\n\
                -rw-r--r-- 1 a b 8000000000 Oct 20 11:04 disk.iso\n";
    let scenario = load(text).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(scenario.images["new"].files.len(), 1);
    let problems = scenario.diagnostics(scenario.warnings.clone());
    assert!(problems.items().iter().all(|item| item.severity() == Severity::Warning));
    assert_eq!((problems.shown().count(), problems.render(false)), (0, String::new()));
    let told = problems.verbose(true).render(false);
    assert_eq!(
        told,
        "warning: `a.listing`: 3 lines passed over, as not a file of the directory\n  a.listing:1: a heading or a prompt\n\
         \x20 a.listing:4: a directory\n  a.listing:5: a file too large to be simulated\n"
    );
}

/// A path may lead to any file of the machine.
#[test]
fn lines_of_a_file_that_is_no_listing_are_not_shown() {
    for text in [
        "root:$6$salt$hash:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n",
        "password = Sw0rdfish\n",
        "SECRET=Sw0rdfish # prompt\n",
        "\u{0}\u{1}\u{2}binary\u{ff}\n",
    ] {
        let shown = load(text).expect_err("it is none").verbose(true).render(false);
        assert!(shown.contains("`a.listing` is not a listing of a directory"), "{shown}");
        for line in text.lines() {
            assert!(!shown.contains(line), "{shown}");
        }
    }
}

/// Nor of one that is named as a configuration, extended, or loaded itself.
#[test]
fn lines_of_accounts_and_keys_are_not_shown() {
    let scenario = SCENARIO.replace("running: new }\naccess", "running: new, config: a.listing }\naccess");
    let scenario = scenario.replace("listing: a.listing", "files: { ap1g7: 10240 }");
    let extends = "extends: a.listing\nscenario: s\n";
    for text in [
        "root:$6$salt$hash:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nsvc:!:19000::::::\n",
        "root:x:0:0:root:/root:/bin/bash\ncalo:x:1000:1000::/home/calo:/bin/sh\n",
        "calo:$apr1$salt$hash\nbob:{SHA}secret=\n",
        "# htpasswd\ncalo:$2y$05$salthash\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n-----END OPENSSH PRIVATE KEY-----\n",
        "\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n",
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAAIsecret\n",
    ] {
        for loaded in [scenario.as_str(), extends, text] {
            let files = MemoryFiles::default().with("s.yaml", loaded).with("a.listing", text);
            let problems = Scenario::load(Path::new("s.yaml"), &files).expect_err("it is none");
            let shown = problems.verbose(true).render(true);
            assert!(shown.contains("none of its lines is shown"), "{shown}");
            assert!(
                text.lines().filter(|line| !line.is_empty()).all(|line| !shown.contains(line)),
                "{shown}"
            );
        }
    }
    // Configurations have colons too.
    for config in
        ["ipv6 address 2001:db8::1:2:3:4:5/64\n", "ap 6c41:0e16\nhostname a:b:c:d:e:f:g\n!\n", "hostname x\n"]
    {
        let files = MemoryFiles::default().with("s.yaml", scenario.as_str()).with("a.listing", config);
        assert!(Scenario::load(Path::new("s.yaml"), &files).is_ok(), "{config}");
    }
}
