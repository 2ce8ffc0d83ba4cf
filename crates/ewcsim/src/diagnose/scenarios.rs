//! The scenarios whose runs are hypotheses: they are part of the program, so that a log can be diagnosed anywhere.

use std::path::{Path, PathBuf};

use scenario::MemoryFiles;

/// The directory below which they stand, for paths in diagnostics.
const DIRECTORY: &str = "scenarios";

macro_rules! embedded {
    ($($path:literal,)*) => {
        /// Paths below `scenarios/`, and texts.
        static EMBEDDED: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../../../scenarios/", $path)))),*];
    };
}

embedded! {
    "bugs/bad-block.yaml",
    "bugs/both-partitions-bad.yaml",
    "bugs/c3700-for-a-2702.yaml",
    "bugs/community-5230018-heartbeat.yaml",
    "bugs/corrupted-image.yaml",
    "bugs/cscve55604-transfer-cut-short.yaml",
    "bugs/cscvx32806-unverified-image.yaml",
    "bugs/cscwe97901-stuck-downloading.yaml",
    "bugs/cscwf25731-log-fills-part2.yaml",
    "bugs/d221975-tmp-not-cleaned.yaml",
    "bugs/desktop-http-mixed.yaml",
    "bugs/expired-certificate.yaml",
    "bugs/firewall-without-alg.yaml",
    "bugs/fn63916-wrong-certificate.yaml",
    "bugs/fn72278-factory-flash.yaml",
    "bugs/fn72424-hardware-unknown.yaml",
    "bugs/fn72524-certificate-expired.yaml",
    "bugs/image-named-tar.yaml",
    "bugs/image-not-unzipped.yaml",
    "bugs/image-path-case.yaml",
    "bugs/interrupted-copy.listing",
    "bugs/interrupted-copy.yaml",
    "bugs/mtu-black-hole.yaml",
    "bugs/no-profile.yaml",
    "bugs/partition-full.yaml",
    "bugs/server-stops.yaml",
    "bugs/sftp-bad-chroot.yaml",
    "bugs/sftp-blocked.yaml",
    "bugs/sftp-connection-reset.yaml",
    "bugs/sftp-corrupted-image.yaml",
    "bugs/sftp-host-key-changed.yaml",
    "bugs/sftp-link-20min.yaml",
    "bugs/sftp-link-20s.yaml",
    "bugs/sftp-no-common-kex.yaml",
    "bugs/sftp-refused.yaml",
    "bugs/sftp-server-full.yaml",
    "bugs/sftp-server-restarts.yaml",
    "bugs/sftp-truncated-file.yaml",
    "bugs/sftp-unknown-user.yaml",
    "bugs/sftp-unreadable-file.yaml",
    "bugs/sftp-wrong-password.yaml",
    "bugs/silent-corruption.yaml",
    "bugs/stateless-acl.yaml",
    "bugs/tmp-full.yaml",
    "bugs/truncated-image.yaml",
    "bugs/window-1-over-wan.yaml",
    "bugs/wrong-path.yaml",
    "chaos/slow-wan.yaml",
    "field/17.9.4a.listing",
    "field/no-profile.yaml",
    "field/own-image.yaml",
    "field/predownload.yaml",
    "field/sftp-join.yaml",
    "field/sftp-wrong-path.yaml",
    "field/sshd_config",
    "field/tftp-blocked.yaml",
    "field/tftp-cannot-start.yaml",
    "field/tftp-join.yaml",
    "field/tftp-wrong-path.yaml",
    "field/tftpd-hpa.default",
    "field/tftpd64-join.yaml",
    "firewalls/data-channel-blocked.yaml",
    "firewalls/data-channel-lost.yaml",
    "firewalls/fragments-dropped.yaml",
    "firewalls/mtu-icmp-denied.yaml",
    "firewalls/nat-branch.yaml",
    "firewalls/nat-controller.yaml",
    "firewalls/nat-sftp.yaml",
    "firewalls/nat-tftp.yaml",
    "firewalls/nat-timeout.yaml",
    "firewalls/pasted-acl.yaml",
    "firewalls/sftp-prohibited.yaml",
    "firewalls/tftp-behind-nat.yaml",
    "firewalls/tftp-inspection.yaml",
    "firewalls/tftp-prohibited.yaml",
    "firewalls/udp-timeout.yaml",
    "redundancy/controller-image-lost.yaml",
    "redundancy/conversion.yaml",
    "redundancy/interrupted.yaml",
    "redundancy/take-over.yaml",
    "redundancy/upgrade.yaml",
    "upgrade/abort.yaml",
    "upgrade/add-twice.yaml",
    "upgrade/ap-images-full.yaml",
    "upgrade/backup-image-full.yaml",
    "upgrade/cancel-controller.yaml",
    "upgrade/cancel-fetch.yaml",
    "upgrade/cancel-send.yaml",
    "upgrade/controller-image-damaged.yaml",
    "upgrade/controller-image-truncated.yaml",
    "upgrade/from-the-web.yaml",
    "upgrade/in-time.yaml",
    "upgrade/mixed-versions.yaml",
    "upgrade/no-commit.yaml",
    "upgrade/no-controller-image.yaml",
    "upgrade/nothing-added.yaml",
    "upgrade/one-box.yaml",
    "upgrade/own-type-missing.yaml",
    "upgrade/power-activation.yaml",
    "upgrade/power-fetch.yaml",
    "upgrade/power-predownload.yaml",
    "upgrade/power-uncommitted.yaml",
    "upgrade/restless.yaml",
    "upgrade/server-away.yaml",
    "upgrade/sftp.yaml",
    "upgrade/type-missing.yaml",
    "upgrade/unsaved.yaml",
}

/// Returns the text of a scenario, such as `bugs/wrong-path`.
pub(super) fn text(name: &str) -> Option<&'static str> {
    let (_, text) = EMBEDDED.iter().find(|(path, _)| path.strip_suffix(".yaml") == Some(name))?;
    Some(text)
}

/// Returns the path of a scenario among the [`files`].
pub(super) fn path(name: &str) -> PathBuf {
    Path::new(DIRECTORY).join(format!("{name}.yaml"))
}

/// Returns all scenarios, and the files that they name, as files in memory.
pub(super) fn files() -> MemoryFiles {
    EMBEDDED.iter().fold(MemoryFiles::default(), |files, (path, text)| {
        files.with(Path::new(DIRECTORY).join(path), *text)
    })
}

/// The settings of Tftpd64 that stand in for those of tftpd-hpa.
const TFTPD64: &str = "      [TFTPD32]\n      BaseDirectory=C:\\TFTP\n      VirtualRoot=1\n      SecurityLevel=1\n      Timeout=3\n      MaxRetransmit=6\n";

/// Returns the text of a scenario with Tftpd64 in the place of tftpd-hpa, if it has that one with plain settings.
pub(super) fn with_tftpd64(text: &str) -> Option<String> {
    if !text.contains("software: tftpd-hpa\n") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut is_first = true;
    for line in text.split_inclusive('\n') {
        if line.starts_with("      TFTP_") {
            // The settings of tftpd-hpa are in the lines of one text.
            out.push_str(if is_first { TFTPD64 } else { "" });
            is_first = false;
        } else {
            out.push_str(&line.replace("software: tftpd-hpa", "software: tftpd64"));
        }
        if line.starts_with("expect:") {
            break;
        }
    }
    // What is expected of tftpd-hpa's log does not hold.
    let head = out.strip_suffix("expect:\n").unwrap_or(&out).to_owned();
    (!is_first).then(|| head + "expect: []\n")
}

/// Returns the files beside a scenario that its text names, such as a listing: name and text.
pub(super) fn beside(name: &str, text: &str) -> Vec<(&'static str, &'static str)> {
    let theme = name.split_once('/').map_or("", |(theme, _)| theme);
    let beside = EMBEDDED.iter().filter_map(|(path, content)| {
        let file = path.strip_prefix(theme)?.strip_prefix('/')?;
        Some((file, *content))
    });
    beside.filter(|(file, _)| !file.ends_with(".yaml") && text.contains(&format!(": {file}"))).collect()
}
