//! The lines of `upgrade.sh`.
//!
//! Up to the signature check from the field samples; from there on from genielibs' record of the same script (17.14, newer
//! text). The older text of those lines is inferred: without `status '…'`.

use super::{Lines, unverified};
use crate::{Event, RefusedImage};

pub(super) fn print(event: &Event, out: &mut Lines) {
    match event {
        Event::ScriptCalled { script } => out.script(format_args!("Script called with args:[{script}]")),
        Event::ScriptStarted { script, active } => {
            out.stamped(format!("do {script}, {active} is active part"))
        }
        Event::TmpCleaned => out.script("Cleanup tmp files ..."),
        Event::PrecheckTmpSpace { available, required } => {
            let end = if out.is_newer() { " " } else { "" };
            out.script(format_args!("/tmp space: OK available {available}, required {required}{end}"));
        }
        Event::PrecheckFailed { available, required } => {
            let low = unverified::TMP_SPACE_LOW;
            out.script(format_args!("{low} available {available}, required {required}"));
        }
        Event::UpgradeLogCreated => out.script("Creating before-upgrade.log"),
        Event::UpgradeStarted { script } => {
            out.script(format_args!("Start doing upgrade arg1={script} arg2= arg3= ..."));
        }
        Event::UsingImage { platform } => {
            out.script(format_args!("Using image /tmp/part.tar on {platform} ..."));
        }
        Event::ImageVerified { .. } => out.status("Image signing verify success."),
        Event::ImageRefused { reason: RefusedImage::Signature, .. } => out.status(unverified::SIGNING_FAILED),
        Event::ImageRefused { reason: RefusedImage::WrongType, .. } => out.script(unverified::WRONG_IMAGE),
        Event::UpgradePartitionChosen { partition } => {
            out.script(format_args!("***** part to upgrade is {partition} *******"));
        }
        Event::UpgradeVersions { number, partition, installed, image } => {
            out.script(format_args!("AP version{number}: {partition} {installed}, img {image}"));
        }
        Event::Extracting { partition } => {
            out.script(format_args!("Extracting and verifying image in {partition}..."));
        }
        Event::BoardChecked => out.script("BOARD generic case execute"),
        Event::Mounted { partition } => {
            out.script(format_args!("mount ubifs /dev/ubivol/{partition} as /bootpart, status=0"));
        }
        Event::Untarring { partition } => {
            out.script(format_args!("Untar /tmp/part.tar to /bootpart/{partition}..."));
        }
        Event::Syncing => out.script("Sync image to disk..."),
        Event::PartitionVerified { partition } => {
            out.script(format_args!("status 'Successfully verified image in {partition}.'"));
        }
        Event::PartitionRefused { partition, .. } | Event::SwapRefused { partition, .. } => {
            out.script(format_args!("{} /bootpart/{partition}", unverified::PARTITION_REFUSED));
        }
        Event::PartitionFull { .. } => out.script(unverified::PARTITION_FULL),
        Event::PartitionWriteFailed { .. } => out.script(unverified::PARTITION_WRITE_FAILED),
        Event::BackupVersion { version } => out.script(format_args!("AP backup version: {version}")),
        Event::UpgradeFinished => out.script("Finished upgrade task."),
        Event::UpgradeCleanup => out.script("Cleanup for do_upgrade..."),
        Event::UpgradeMarkCleaned => out.script("/tmp/upgrade_in_progress cleaned"),
        Event::VerifyingPartition { partition } => {
            out.script(format_args!("Verifying image signature in {partition}"));
        }
        Event::Activated { partition } => {
            out.script(format_args!("activate {partition}, set BOOT to {partition}"));
        }
        Event::VersionsAfterReload { primary, backup } => {
            out.script(format_args!("AP primary version after reload: {primary}"));
            out.script(format_args!("AP backup version after reload: {backup}"));
        }
        _ => (),
    }
}
