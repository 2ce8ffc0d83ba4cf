//! The kinds of outputs, each known by the first of its lines: not by the name of the file nor by the command, which a log may lack.

/// A kind of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    ApSummary,
    ApImage,
    ApGeneral,
    ApUptime,
    ApStatus,
    ApTags,
    ApCdp,
    ApJoins,
    ImageFiles,
    EwcProgress,
    EwcPredownload,
    EwcRedundancy,
    ImageDownload,
    Version,
    ApVersion,
    Inventory,
    Install,
    Chassis,
    Clock,
    Config,
    Listing,
    TftpdHpa,
    Tftpd32,
    Sshd,
}

/// What a line says about the output that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opens {
    /// It is a heading of this kind.
    Kind(Kind),
    /// It stands in front of a heading: a count, a legend.
    Before,
    /// Nothing.
    Nothing,
}

/// Headings of tables, blanks squeezed. What a terminal of eighty columns cuts off does not matter.
const HEADINGS: [(&str, Kind); 9] = [
    ("AP Name Slots AP Model", Kind::ApSummary),
    ("AP Name Primary Image", Kind::ApImage),
    ("AP Name Ethernet MAC Radio MAC", Kind::ApUptime),
    ("AP Name Status Mode", Kind::ApStatus),
    ("AP Name AP Mac Site Tag Name", Kind::ApTags),
    ("AP Name AP IP", Kind::ApCdp),
    ("AP Name Image Predownload Status", Kind::EwcProgress),
    ("Image Name Image Location", Kind::ImageFiles),
    ("Base MAC ", Kind::ApJoins),
];

/// Starts of first lines, blanks squeezed.
const STARTS: [(&str, Kind); 18] = [
    ("Total number of APs", Kind::ApImage),
    ("Number of neighbors", Kind::ApCdp),
    ("Total number of AP images", Kind::ImageFiles),
    ("Cisco AP Name :", Kind::ApGeneral),
    ("Predownload Status:", Kind::EwcPredownload),
    ("Active AP :", Kind::EwcRedundancy),
    ("Image Download Profile Name", Kind::ImageDownload),
    ("Cisco IOS XE Software, Version", Kind::Version),
    ("Cisco IOS Software", Kind::Version),
    ("Cisco AP Software, (", Kind::ApVersion),
    ("NAME: \"", Kind::Inventory),
    ("Chassis/Stack Mac Address", Kind::Chassis),
    ("Building configuration...", Kind::Config),
    ("Current configuration :", Kind::Config),
    ("hostname ", Kind::Config),
    ("wireless profile image-download", Kind::Config),
    ("TFTP_DIRECTORY=", Kind::TftpdHpa),
    ("[TFTPD32]", Kind::Tftpd32),
];

/// Returns what a line says about its output. `squeezed` is the line with single blanks.
pub(crate) fn opens(squeezed: &str) -> Opens {
    let starts = |(start, _): &&(&str, Kind)| {
        squeezed.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    if let Some((_, kind)) = HEADINGS.iter().find(starts) {
        return Opens::Kind(*kind);
    }
    // `Total number of AP images` begins like `Total number of APs` but for one letter.
    if let Some((_, kind)) = STARTS.iter().filter(starts).max_by_key(|(start, _)| start.len()) {
        return Opens::Kind(*kind);
    }
    if squeezed.contains("Installed Package(s) Information") {
        return Opens::Kind(Kind::Install);
    }
    if squeezed.starts_with("version 1") && squeezed.split(' ').count() == 2 {
        return Opens::Kind(Kind::Config);
    }
    if is_clock(squeezed) {
        return Opens::Kind(Kind::Clock);
    }
    let before = ["Number of APs", "CC = ", "RD = "];
    if before.iter().any(|start| squeezed.starts_with(start)) { Opens::Before } else { Opens::Nothing }
}

/// Returns true for `*22:17:01.123 UTC Thu Mar 5 2026`.
fn is_clock(squeezed: &str) -> bool {
    let words: Vec<&str> = squeezed.split(' ').take(7).collect();
    let [time, _, weekday, month, day, year] = words[..] else { return false };
    let is_name = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    time.trim_start_matches(['*', '.']).split(':').count() == 3
        && is_name(weekday)
        && is_name(month)
        && is_number(day)
        && year.len() == 4
        && is_number(year)
}

/// The directives of sshd by which its configuration is known.
const SSHD: [&str; 12] = [
    "subsystem",
    "passwordauthentication",
    "permitrootlogin",
    "challengeresponseauthentication",
    "kbdinteractiveauthentication",
    "usepam",
    "chrootdirectory",
    "forcecommand",
    "authenticationmethods",
    "pubkeyauthentication",
    "maxstartups",
    "kexalgorithms",
];

/// Returns true for a line of `sshd_config` that nothing else has.
pub(crate) fn is_of_sshd(squeezed: &str) -> bool {
    let Some((first, rest)) = squeezed.split_once([' ', '=']) else { return false };
    let first = first.to_ascii_lowercase();
    SSHD.contains(&first.as_str())
        || (first == "include" && rest.contains("sshd_config"))
        || (first == "match" && ["User ", "Group ", "Address "].iter().any(|of| rest.starts_with(of)))
}
