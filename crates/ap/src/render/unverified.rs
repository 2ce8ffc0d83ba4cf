//! The texts that no source shows. Correct them here once a real console has been seen.

use command_line::Help;

/// Returns true if no source shows this value behind this label of a `show` command.
pub fn is_unverified(label: &str, value: &str) -> bool {
    match label.to_ascii_lowercase().as_str() {
        "operationstate" => operation_state::ALL.contains(&value),
        "clock" | "role" | "total flash writes since boot" => true,
        "part number" | "pca assembly number" | "top assembly part number" | "top revision number" => true,
        "radio fw version" | "nss fw version" => value == hardware::FIRMWARE,
        "state" => value == integrity::BAD,
        "last reload reason" | "software initiated reload reason" => value == RELOAD_COMMAND,
        _ => false,
    }
}

// IOS access points print both about DHCP and DNS that name no controller, with other prefixes and the domain behind the name; that AP-COS
// does so in every round, and in this order, is a guess.
pub(super) const NO_DHCP: &str = "Did not get log server settings from DHCP.";
pub(super) const NO_DNS: &str = "Could not resolve CISCO-CAPWAP-CONTROLLER";
pub(super) const BOOT_FAILED: &str = "No bootable image in part1 or part2";
// U-Boot prints this about its environment; whether access points store theirs in a way that can fail so is unknown.
pub(super) const BOOT_VARIABLE_TORN: &str = "*** Warning - bad CRC, using default environment";
pub(super) const VERSION_MATCHES: &str = "Version is the same, do not need update.";
pub(super) const VERSION_MISSING: &str = "Join Response without controller version";
// As for a certificate that has expired (CSCvb93909), with OpenSSL's words for error 9.
pub(super) const CERTIFICATE_TOO_EARLY: &str =
    "Cert Verification FAILED with error 9 (certificate is not yet valid) at 0 depth...";
// An IOS access point prints it behind `%DTLS-5-ALERT:` (Cisco community 5033673).
pub(super) const CERTIFICATE_UNKNOWN: &str = "Received FATAL : Certificate unknown alert";
pub(super) const CONFIGURED: &str = "AP has joined controller";
pub(super) const CONTROLLER_LOST: &str = "Max retransmission count reached for";
// As for an expired certificate (CSCwd80290).
pub(super) const OWN_CERTIFICATE_WRONG: &str = "Failed to validate signature";
// RFC 5415's name of the state. No console was seen that prints it, so ours does not either: see `console.rs`.
pub(super) const DATA_CHECK: &str = "Data Check";
pub(super) const DATA_CHANNEL_LOST: &str = "Data channel keep-alive: no response from";
/// The reason of a `reload` typed at the console, also in `show version`. The others are known.
pub(super) const RELOAD_COMMAND: &str = "Reload command";
pub(super) const RELOADING: &str = "AP Rebooting: Reset Reason -";

/// The help of the words of commands.
pub(crate) const HELP: &[Help] = &[
    ("reload", "Halt and perform a cold restart"),
    ("show", "Show running system information"),
    ("show boot", "Boot attributes"),
    ("show capwap", "CAPWAP information"),
    ("show capwap client", "CAPWAP client information"),
    ("show capwap client rcb", "CAPWAP client control block"),
    ("show clock", "System clock"),
    ("show filesystems", "File systems"),
    ("show image", "Image information"),
    ("show image integrity", "Integrity of the images"),
    ("show logging", "Contents of the log"),
    ("show version", "Software and hardware versions"),
];

/// Words of `OperationState` in `show capwap client rcb`. `UP`, `DISCOVERY` and `IMAGE` are known.
pub(super) mod operation_state {
    pub(in crate::render) const DOWN: &str = "DOWN";
    pub(in crate::render) const DTLS_SETUP: &str = "DTLS_SETUP";
    pub(in crate::render) const JOIN: &str = "JOIN";
    pub(in crate::render) const CONFIGURE: &str = "CFG";
    pub(in crate::render) const DATA_CHECK: &str = "DATA_CHECK";
    pub(in crate::render) const DTLS_TEARDOWN: &str = "DTLS_TEARDOWN";
    pub(in crate::render) const ALL: [&str; 6] =
        [DOWN, DTLS_SETUP, JOIN, CONFIGURE, DATA_CHECK, DTLS_TEARDOWN];
}

/// Reasons of "Going to restart CAPWAP". `image download cannot start` is known; these take the wording of the controller's
/// reason enums (YANG wireless-types: img-data, img-error, img-opcode, img-chksum).
pub(super) mod give_up {
    pub(in crate::render) const STALLED: &str = "image data msg timeout";
    pub(in crate::render) const REFUSED: &str = "image download process error";
    pub(in crate::render) const BAD_OPCODE: &str = "invalid image data opcode";
    pub(in crate::render) const BAD_LENGTH: &str = "invalid image data length";
    pub(in crate::render) const BAD_DIGEST: &str = "invalid image MD5 checksum";
    pub(in crate::render) const NO_SPACE: &str = "No space left on device"; // Seen, but not in which line.
    pub(in crate::render) const WRITE_FAILED: &str = "image write to storage failed";
    pub(in crate::render) const NOT_VERIFIED: &str = "image verification failed";
}

pub(super) const PREDOWNLOAD_FAILED: &str = "Image predownload failed, reason :";
pub(super) const TMP_SPACE_LOW: &str = "/tmp space: FAIL";
pub(super) const CHECKSUM_WRONG: &str = "Image Data: invalid checksum at offset";
pub(super) const SIGNING_FAILED: &str = "Image signing verify failure.";
pub(super) const WRONG_IMAGE: &str = "image type does not match this AP.";
pub(super) const PARTITION_REFUSED: &str = "verify signature failed for"; // Seen at boot.
pub(super) const PARTITION_FULL: &str = "untar: No space left on device";
pub(super) const PARTITION_WRITE_FAILED: &str = "untar: Input/output error";

/// `Total Flash Writes Since Boot` of `show capwap client rcb`: samples have 133 and 1916, and nothing counts them here.
pub(crate) const FLASH_WRITES: &str = "0";

/// The layout of `show clock`, for strftime(3).
pub(crate) const CLOCK: &str = "*%H:%M:%S UTC+0000 %a %b %e %Y";

/// `show version` of models that no sample shows: the words of a C9130, and `NA` for what they do not tell.
pub(crate) mod hardware {
    pub(crate) const PROCESSOR: &str = "ARMv8 Processor rev 4 (v8l)";
    /// That of a C9124.
    pub(crate) const MEMORY_KIB: [u32; 2] = [1_813_640, 130_272];
    /// That of a C9124.
    pub(crate) const BOOT_LOADER: &str = "5";
    pub(crate) const MULTIGIGABIT: usize = 1;
    pub(crate) const FIRMWARE: &str = "NA";
}

/// The numbers of `show version` that a factory programs. Samples have such zeros where a number was never programmed.
pub(crate) mod manufacture {
    pub(crate) const PART_NUMBER: &str = "0-0000-00";
    pub(crate) const ASSEMBLY_NUMBER: &str = "000-00000-00";
    pub(crate) const REVISION: &str = "A0";
}

/// `show image integrity`. `NAME : Good` is known from scripts that read it.
pub(crate) mod integrity {
    pub(crate) const GOOD: &str = "Good";
    pub(crate) const BAD: &str = "Bad";
    pub(crate) const PRIMARY: &str = "primary";
    pub(crate) const BACKUP: &str = "Backup";

    /// Returns the line above the files of a partition.
    pub(crate) fn heading(partition: &str, role: &str, version: &str) -> String {
        format!("/{partition}({role}) {version}\n")
    }
}
