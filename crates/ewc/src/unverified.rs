//! Texts of the controller that no source shows. Correct them here once a real one has been seen.

use std::time::Duration;

use command_line::Help;
use image::Version;
use serde::{Serialize, Serializer};
use ssh::Negotiated;

use crate::PredownloadStatus;
use crate::machine::upgrade::Refusal;
use crate::words::{InstallFailure, PredownloadFailure, SessionEnd};

/// The help of the words of commands that stands in no listing.
pub(crate) const HELP: &[Help] = &[
    ("ap", "Cisco AP"),
    ("ap image", "AP image"),
    ("ap image predownload", "Download the image to all APs ahead of its use"),
    ("ap image predownload abort", "Stop the downloads"),
    ("ap image predownload site-tag", "Only to the APs of a site tag"),
    ("ap image predownload site-tag TAG", "Site tag name"),
    ("ap image predownload site-tag TAG start", "Start the download"),
    ("ap image swap", "Swap the primary and the backup image of all APs"),
    ("ap image swap completed", "Only of APs that have completed the predownload"),
    ("ap name", "Name of a Cisco AP"),
    ("ap name NAME", "AP name"),
    ("ap name NAME image", "AP image"),
    ("ap name NAME image predownload", "Download the image to the AP ahead of its use"),
    ("ap name NAME image swap", "Swap the primary and the backup image of the AP"),
    ("ap name NAME reset", "Reset the AP"),
    ("dir", "List files on a filesystem"),
    ("dir ap_images:", "Directory or file name"),
    ("show ap config", "Configuration of all APs"),
    ("show ap config general", "General configuration of all APs"),
    ("show ap image file", "Files of the AP images"),
    ("show ap image file summary", "Summary of the files of the AP images"),
    ("show ap image summary", "Summary of the AP images"),
    ("show ap name", "Name of a Cisco AP"),
    ("show ap name NAME", "AP name"),
    ("show ap name NAME config", "Configuration of the AP"),
    ("show ap name NAME config general", "General configuration of the AP"),
    ("show ap status", "Status of all APs"),
    ("show ap tag", "Tags of the APs"),
    ("show ap tag summary", "Summary of the tags of all APs"),
    ("show ap uptime", "Uptime of all APs"),
    ("show chassis", "Chassis information"),
    ("show clock", "Display the system clock"),
    ("show inventory", "Show the physical inventory"),
    ("show logging", "Show the contents of logging buffers"),
    ("show running-config", "Current operating configuration"),
    ("show version", "System hardware and software status"),
    ("show wireless profile", "Wireless profiles"),
    ("show wireless profile image-download", "Profiles of image downloads"),
    ("show wireless profile image-download detailed", "All settings of the profile"),
    ("show wireless stats", "Wireless statistics"),
    ("show wireless stats ap", "Statistics of APs"),
    ("show wireless stats ap join", "Joins of APs"),
    ("show wireless stats ap join summary", "Summary of the joins of APs"),
    ("clear ap", "Cisco AP"),
    ("clear ap predownload", "Predownload of images"),
    ("clear ap predownload statistics", "Predownload statistics"),
    ("install", "Package install commands"),
    ("install abort", "Abort the current install operation"),
    ("install activate", "Activate an installed package"),
    ("install activate auto-abort-timer", "Time until the activation is rolled back without a commit"),
    ("install activate auto-abort-timer MINUTES", "Minutes, 30 to 1200"),
    ("install add", "Install a package file to the system"),
    ("install add profile", "From an image-download profile"),
    ("install add profile default", "The default profile"),
    ("install commit", "Commit the changes to the loadpath"),
    ("install remove", "Remove installed packages"),
    ("install remove inactive", "Remove all inactive packages"),
    ("show ap", "Cisco AP"),
    ("show ap image", "AP images and their predownload"),
    ("show ap summary", "Summary of APs"),
    ("show install", "Install information"),
    ("show install active", "Active packages"),
    ("show install committed", "Committed packages"),
    ("show install inactive", "Inactive packages"),
    ("show install log", "Operations of the install engine"),
    ("show install summary", "Summary of packages"),
    ("show install uncommitted", "Uncommitted packages"),
    ("show wireless", "Wireless information"),
    ("show wireless ewc-ap", "Embedded wireless controller on an AP"),
    ("show wireless ewc-ap ap", "APs of the controller"),
    ("show wireless ewc-ap ap image", "AP images"),
    ("show wireless ewc-ap ap image predownload", "Predownload of images"),
    ("show wireless ewc-ap ap image predownload status", "Progress of each AP"),
    ("show wireless ewc-ap predownload", "Predownload of images"),
    ("show wireless ewc-ap predownload status", "Predownload status"),
    ("show wireless ewc-ap redundancy", "Redundancy"),
    ("show wireless ewc-ap redundancy summary", "Active and standby"),
    ("write", "Write running configuration to memory, network, or terminal"),
    ("write memory", "Write to NV memory"),
];

/// `Method` of `show ap image`: the word of the YANG enumeration. Its use there is a guess.
pub(crate) const PREDOWNLOAD_METHOD: &str = "CAPWAP";

/// Returns the answer of `ap name` to a name that no access point has.
pub(crate) fn no_such_ap(name: &str) -> String {
    format!("% Error: AP name {name} not found\n")
}

/// Returns the answer to a command about a site tag that no access point has.
pub(crate) fn no_such_site(tag: &str) -> String {
    format!("% Error: no AP has site tag {tag}\n")
}

/// Returns the cell of `show ap image`. `None` (genieparser) and `Complete` (Cisco 221705) are known.
pub(crate) fn predownload_cell(status: PredownloadStatus) -> &'static str {
    match status {
        PredownloadStatus::None => "None",
        PredownloadStatus::Initiated => "Initiated",
        PredownloadStatus::Predownloading => "Predownloading",
        PredownloadStatus::Complete => "Complete",
        PredownloadStatus::NotSupported => "Not Supported",
        PredownloadStatus::Failed => "Failed",
    }
}

/// `Role` of the page *Software Upgrade* for an access point that is not the first of its type. `Master` is known.
pub(crate) const NOT_MASTER: &str = "Slave";

/// The answer of `install activate auto-abort-timer` to a time that it does not take.
pub(crate) const WRONG_TIMER: &str = "% Invalid input detected: the timer takes 30 to 1200 minutes\n";

/// Returns the answer to a command of `install` that is refused. Those of an EWC are not known: the first two are of other devices with
/// IOS-XE (Cisco, genielibs), the next two the texts of YANG install-event-types.
pub(crate) fn refused(refusal: Refusal) -> String {
    let text = match refusal {
        Refusal::NotSaved => {
            "FAILED: System configuration has been modified. Please save configuration and resubmit command."
        }
        Refusal::UnderWay => "FAILED: another install operation is in progress",
        Refusal::NothingActivated => {
            "FAILED: Commit action could not find any activate transaction to commit"
        }
        Refusal::NothingInactive => return "Nothing to clean.\n".to_owned(),
        Refusal::NothingAdded => "FAILED: Activate image is triggered before image is installed on device",
        Refusal::OwnAccessPoint => "FAILED: AP predownload is not complete on the internal AP",
        Refusal::NoProfile(_) => "FAILED: the image-download profile default is not usable",
    };
    format!("{text}\n")
}

/// Returns `Next Retry Time` of `show ap image`: in seconds, as the YANG leaf behind it counts.
pub(crate) fn next_retry_time(delay: Duration) -> String {
    delay.as_secs().to_string()
}

/// Returns `Predownload Error:` of `show wireless ewc-ap predownload status`. `None` is known.
pub(crate) fn predownload_error(ap: &str, reason: PredownloadFailure) -> String {
    format!("{ap}: {}", reason.text())
}

impl PredownloadFailure {
    /// Returns the reason as a fragment, for `Predownload Error:`.
    pub fn text(self) -> &'static str {
        match self {
            Self::NoImage => "image not available",
            Self::Refused(_) => "refused by the AP",
            Self::GivenUp => "given up by the AP",
            Self::NoReport => "no report from the AP",
            Self::SessionLost => "AP disjoined",
        }
    }
}

/// Returns the last word of the log about a session that ends. The word `Disjoined` is known from scripts that wait for it; the
/// reasons are the names of the YANG enumeration (wireless-types 17.9.1), added by guess.
pub(crate) fn disjoined(reason: SessionEnd) -> &'static str {
    match reason {
        SessionEnd::Restarted => "Disjoined DTLS session closed",
        SessionEnd::HeartbeatTimeout => "Disjoined Heart beat timer expired",
        SessionEnd::ImageUpgrade => "Disjoined Image upgrade",
        SessionEnd::MaxRetransmissions => "Disjoined Max retransmit counter reached",
        // The enumeration has no such reason; the name is the timer's, of RFC 5415.
        SessionEnd::DataCheckTimeout => "Disjoined Data check timer expired",
    }
}

impl InstallFailure {
    /// Returns the end of the log's line: `… Failed to download file <url>: <this>`.
    pub fn text(&self) -> &str {
        self.words().0
    }

    /// Returns the same, and true if a source shows it. The first two are known (Cisco 221705). The others are the texts of IOS-XE in
    /// comparable places, or the common names of the errors.
    pub(crate) fn words(&self) -> (&str, bool) {
        let guessed = match self {
            Self::NotFound => return ("No such file or directory", true),
            Self::TimedOut => return ("Timed out", true),
            Self::Unreachable => "Connection refused",
            Self::NoRoute => "No route to host",
            Self::ConnectionReset => "Connection reset by peer",
            Self::ConnectionClosed => "Connection closed by remote host",
            // The words are those of IOS-XE's `%SSH-3-NO_MATCH`, a line of its own.
            Self::NoCommonAlgorithm { what, .. } => no_match(*what),
            Self::HostKeyChanged => "Host key verification failed",
            Self::AuthenticationFailed => "Authentication failed",
            Self::NoSubsystem => "Subsystem request failed",
            Self::Refused(_) => "Permission denied",
            Self::ServerFailed(_) => "Failure",
            Self::Empty => "Input/output error",
            Self::Truncated { .. } => "Unexpected end of file",
            Self::Grown { .. } => "File size changed",
            Self::NoSpace => "No space left on device",
            Self::Aborted => "Aborted",
            Self::NotVerified => "Signature verification failed",
            Self::Protocol(_) => "Protocol error",
        };
        (guessed, false)
    }
}

/// Returns the words of `%SSH-3-NO_MATCH` (IOS 16.x; that of compression is added by guess).
pub(crate) fn no_match(what: Negotiated) -> &'static str {
    match what {
        Negotiated::KeyExchange => "No matching kex algorithm found",
        Negotiated::HostKey => "No matching key algorithm found",
        Negotiated::Cipher => "No matching cipher found",
        Negotiated::Mac => "No matching mac found",
        Negotiated::Compression => "No matching compression found",
    }
}

impl Serialize for InstallFailure {
    /// Serializes the text of the log.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

/// Returns true for the releases whose `AP_JOIN_DISJOIN` has the Ethernet address in front of `Joined`. The release of the sample that shows it
/// is not stated (GENIE-P, ShowLogging `golden_output_15`); that of 17.9.4a is cropped before the place.
pub(crate) fn prints_ethernet_mac(version: Version) -> bool {
    Version::beginning("17.12").is_ok_and(|since| version >= since)
}

/// Returns true for the releases whose `show ap summary` has `CC` and `RD`: "approximately 17.9.4 and later", by ntc-templates. Also for a
/// release that is not known.
pub(crate) fn shows_country_code(version: Version) -> bool {
    version == Version::NONE || Version::beginning("17.9.4").is_ok_and(|since| version >= since)
}

/// Returns true if no source shows this value in a field of a `show` command, by the header of its column or by its label.
pub fn is_unverified(field: &str, value: &str) -> bool {
    match field.to_ascii_lowercase().as_str() {
        "predownload status" => !["None", "Complete"].contains(&value),
        "predownload error" => value != "None",
        "next retry time" => value != "N/A",
        "up time" | "ap up time" | "join taken time" => value == UPTIME_UNKNOWN,
        "rf tag name" => value == DEFAULT_TAGS[2],
        "tag source" => value == DEFAULT_TAG_SOURCE,
        "index" => true,
        "last failure phase" => !["Join", "Image-Download"].contains(&value),
        "last disconnect reason" => value != "Max Retransmission to AP",
        "image name" | "image location" | "image version" | "ap models" | "file size" => true,
        "image download profile name" | "image download mode" => true,
        "tftp image server" | "tftp image path" => true,
        "sftp image server" | "sftp image path" | "sftp username" => true,
        "method" => value == PREDOWNLOAD_METHOD,
        "name" => value == inventory::NAME,
        "descr" => value == inventory::DESCRIPTION,
        "vid" => value == inventory::VERSION,
        "active ap" | "standby ap" | "peer state" => true,
        "state" => [DOWNLOADING, NOT_IN_SERVICE].contains(&value),
        "cc" | "country" => value != country("D"),
        _ => false,
    }
}

/// Returns true if a country belongs to a regulatory domain; `None` for a country that is not in this table. That `IN` belongs to `-D`, and
/// not to `-B`, is known.
pub(crate) fn fits(country: &str, domain: &str) -> Option<bool> {
    let domains: &[&str] = match country {
        "US" => &["A", "B"],
        "CA" => &["A"],
        "IN" => &["D"],
        "AU" | "NZ" => &["Z"],
        "AT" | "BE" | "CH" | "CZ" | "DE" | "DK" | "ES" | "FI" | "FR" | "GB" | "IE" | "IT" | "NL" | "NO"
        | "PL" | "PT" | "SE" => &["E"],
        _ => return None,
    };
    Some(domains.contains(&domain))
}

/// `show inventory`: what an EWC calls itself.
pub(crate) mod inventory {
    pub(crate) const NAME: &str = "Chassis";
    pub(crate) const DESCRIPTION: &str = "Cisco Embedded Wireless Controller on Catalyst Access Points";
    /// The hardware version of a controller is not stated.
    pub(crate) const VERSION: &str = "V01";
}

/// `show wireless ewc-ap redundancy summary`: labels and words, those of states by `show redundancy states` of a 9800.
pub(crate) mod redundancy {
    use crate::StandbyState;

    pub(crate) const ACTIVE: &str = "Active AP";
    pub(crate) const STANDBY: &str = "Standby AP";
    pub(crate) const PEER_STATE: &str = "Peer State";
    pub(crate) const NONE: &str = "None";

    pub(crate) fn peer(state: StandbyState) -> &'static str {
        match state {
            StandbyState::Starting => "STANDBY COLD",
            StandbyState::Ready => "STANDBY HOT",
        }
    }
}

/// `State` of `show ap summary` while an access point receives its image: the word that users use. `Registered` is known.
pub(crate) const DOWNLOADING: &str = "Downloading";

/// `State` of `show ap summary` before an access point is in service: the word of the YANG enumeration `enum-ap-state`.
pub(crate) const NOT_IN_SERVICE: &str = "Unregistered";

/// Returns `CC` of `show ap summary` in a regulatory domain. `IN` of `-D` is known.
pub(crate) fn country(domain: &str) -> &'static str {
    match domain {
        "D" => "IN",
        "E" => "DE",
        "Q" => "JP",
        "Z" => "AU",
        _ => "US",
    }
}

/// Returns the name of a release's train in `show version`. `Bengaluru` of 17.6 and `Cupertino` of 17.7 are known.
pub(crate) fn train(version: Version) -> &'static str {
    let since = |first: &str| Version::beginning(first).is_ok_and(|first| version >= first);
    match () {
        () if since("17.13") || version == Version::NONE => "IOSXE",
        () if since("17.10") => "Dublin",
        () if since("17.7") => "Cupertino",
        () if since("17.4") => "Bengaluru",
        () if since("17.1") => "Amsterdam",
        () => "Gibraltar",
    }
}

/// The end of the second line of `show version`: the number of the build differs.
pub(crate) const RELEASE_SOFTWARE: &str = "RELEASE SOFTWARE (fc3)";

/// The time from the start of the control processor to that of IOS, by one sample (34 and 31 minutes).
pub(crate) const PROCESSOR_BEFORE_IOS: Duration = Duration::from_secs(180);

/// `AP Up Time` of an access point that has not told it.
pub(crate) const UPTIME_UNKNOWN: &str = "N/A";

/// The widths of the columns of `show ap uptime`.
pub(crate) const UPTIME_WIDTHS: [usize; 5] = [33, 16, 16, 44, 44];

/// The default tags: site, policy, RF. `default-site-tag` and `default-policy-tag` are known.
pub(crate) const DEFAULT_TAGS: [&str; 3] = ["default-site-tag", "default-policy-tag", "default-rf-tag"];

/// `Tag Source` of an access point with default tags. `Static` of others is known.
pub(crate) const DEFAULT_TAG_SOURCE: &str = "Default";

/// The number of the first file in `dir ap_images:`; the others follow one by one.
pub(crate) const FIRST_INDEX: usize = 11;

/// Words of `show wireless stats ap join summary`. `Join`, `Image-Download` and `Max Retransmission to AP` are known.
pub(crate) mod join {
    use crate::SessionEnd;
    use crate::history::Phase;

    /// Both cells of an access point that has never failed.
    pub(crate) const NONE: &str = "NA";

    pub(crate) fn phase(phase: Phase) -> &'static str {
        match phase {
            Phase::Join => "Join",
            Phase::ImageDownload => "Image-Download",
            Phase::Run => "Run",
        }
    }

    pub(crate) fn reason(reason: SessionEnd) -> &'static str {
        match reason {
            SessionEnd::Restarted => "DTLS close alert from peer",
            SessionEnd::HeartbeatTimeout => "Heart beat timer expiry",
            SessionEnd::ImageUpgrade => "Image upgrade",
            SessionEnd::MaxRetransmissions => "Max Retransmission to AP",
            SessionEnd::DataCheckTimeout => "Data check timer expiry",
        }
    }
}

/// `show ap image summary` and `show ap image file summary`: the leaves of YANG's `ap-image-active-location` and
/// `ap-image-prepare-location`.
pub(crate) mod image_summary {
    pub(crate) const TOTAL: &str = "Total number of AP images";
    pub(crate) const IMAGES: &[&str] = &["Image Name", "Image Location", "Image Version", "AP Models"];
    pub(crate) const FILES: &[&str] = &["Image Name", "Image Location", "Image Version", "File Size"];
    pub(crate) const WIDTHS: [usize; 4] = [20, 18, 20, 40];
    pub(crate) const ACTIVE: &str = "Active";
    pub(crate) const PREPARE: &str = "Prepare";
    pub(crate) const SIZE_UNKNOWN: &str = "N/A";
}

/// `show wireless profile image-download detailed`: labels by the YANG model image-download-cfg.
pub(crate) mod image_download {
    pub(crate) const NAME: &str = "Image Download Profile Name";
    pub(crate) const MODE: &str = "Image Download Mode";
    pub(crate) const TFTP_SERVER: &str = "TFTP Image Server";
    pub(crate) const TFTP_PATH: &str = "TFTP Image Path";
    pub(crate) const SFTP_SERVER: &str = "SFTP Image Server";
    pub(crate) const SFTP_PATH: &str = "SFTP Image Path";
    pub(crate) const SFTP_USER: &str = "SFTP Username";
    pub(crate) const UNCONFIGURED: &str = "Not Configured";
}
