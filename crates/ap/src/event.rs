//! What happens to an access point, one variant per thing. Console text is a rendering of these.

use std::net::Ipv4Addr;

use image::Version;
use serde::Serialize;

use crate::{Partition, ReloadReason, State};

host::events! {
/// Something that happened to an access point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs)] // Fields are named for what they hold; units are given where there are any.
pub enum Event {
    /// It starts to boot.
    Booting { reason: ReloadReason },
    /// A partition's image does not verify and is not booted.
    BootImageRefused { partition: Partition, file: String, error: String },
    /// A partition's image cannot be read at this offset of the partition, in bytes, and is not booted.
    BootImageUnreadable { partition: Partition, file: String, offset: u64 },
    /// The boot variable cannot be read; the boot loader takes its default.
    BootVariableTorn { default: Partition },
    /// It runs the image of this partition from now on.
    Booted { partition: Partition, version: Version },
    /// No partition boots.
    BootFailed,
    /// The CAPWAP client or the device enters a state.
    StateChanged { state: State },

    /// A Discovery Request went to the configured address.
    DiscoveryRequestSent { to: Ipv4Addr },
    /// A controller answered.
    DiscoveryResponse { from: Ipv4Addr, controller: String },
    /// A Join Request went out.
    JoinRequestSent { to: Ipv4Addr, port: u16 },
    /// The controller answered it; 0 is success.
    JoinResponse { from: Ipv4Addr, result: u32 },
    /// The Join Response lacks a version to compare with.
    ControllerVersionMissing,
    /// The path to the controller carries other lengths of IPv4 packets than in the last session, or than until now, in
    /// bytes. In the first session the largest is taken for granted.
    PathMtuChanged { from: u16, to: u16 },
    /// A message of the controller's breaks a rule of RFC 5415; it is refused or ignored.
    MessageRefused { message: String, fault: String },
    /// It runs what the controller runs.
    VersionMatch { running: Version, backup: Version, controller: Version },
    /// It does not.
    VersionMismatch { running: Version, backup: Version, controller: Version },
    /// The controller took the configuration; the access point is in service.
    Joined { controller: String },
    /// The controller does not answer any more.
    ControllerLost { request: String },
    /// The client starts over.
    GoingBackToDiscovery,

    /// Whatever image file was open is closed.
    ImageFileClosed,
    /// `upgrade.sh` is called.
    ScriptCalled { script: Script },
    /// `upgrade.sh` starts.
    ScriptStarted { script: Script, active: Partition },
    /// Files of an earlier attempt are gone from /tmp.
    TmpCleaned,
    /// PRECHECK measured /tmp, in KiB.
    PrecheckTmpSpace { available: u64, required: u64 },
    /// There is too little of it, in KiB.
    PrecheckFailed { available: u64, required: u64 },
    /// /tmp/part.tar is open for writing.
    ImageFileOpened { image: String, fd: u32 },
    /// An Image Data Request asks the controller for the image.
    ImageDataRequestSent { to: Ipv4Addr, image: String, replica_status: u8 },
    /// The controller answered it; 0 is success.
    ImageDataResponse { from: Ipv4Addr, result: u32 },
    /// The first block is there.
    ImageDataStarted,
    /// A line of progress dots is full.
    ImageDataProgress { dots: u32, first: bool },
    /// The last block is there: bytes in all, messages in all, bytes in the last.
    ImageDataComplete { bytes: u64, msgs: u64, last: u64, dots: u32, first: bool },
    /// A block's checksum is wrong; the controller is told.
    ImageDataChecksumWrong { offset: u64 },
    /// A WTP Event is not sent because of the state.
    WtpEventDiscarded { state: State },
    /// The download ends without an image.
    GivingUp { reason: GiveUpReason },
    /// The CAPWAP state machine starts over.
    RestartingStateMachine,
    /// What was downloaded is dropped.
    DownloadAborted { image: String },

    /// The last block is in /tmp/part.tar.
    LastBlockStored { predownload: bool, write_task: u32 },
    /// A flag of the radio configuration is set.
    OutOfBandFlagSet,
    /// The task that installs the image starts.
    WriteTaskStarted { image: String, predownload: bool },
    /// `upgrade.sh` starts its log.
    UpgradeLogCreated,
    /// `upgrade.sh` starts to upgrade.
    UpgradeStarted { script: Script },
    /// `upgrade.sh` takes the image on this platform.
    UsingImage { platform: String },
    /// The archive's signature and digests hold.
    ImageVerified { image: String, version: Version },
    /// They do not, or it is the wrong image.
    ImageRefused { reason: RefusedImage, error: String },
    /// The partition to write is chosen: the one that is not active.
    UpgradePartitionChosen { partition: Partition },
    /// What that partition holds, and what the image is. `number` is 1 before, 2 after writing.
    UpgradeVersions { number: u8, partition: Partition, installed: Version, image: Version },
    /// The image goes to the partition next.
    Extracting { partition: Partition },
    /// The board needs nothing special.
    BoardChecked,
    /// The partition is mounted.
    Mounted { partition: Partition },
    /// Files are being written. Until `Syncing` is over a power cut tears them.
    Untarring { partition: Partition },
    /// Files are being made durable.
    Syncing,
    /// The partition's files verify.
    PartitionVerified { partition: Partition },
    /// They do not.
    PartitionRefused { partition: Partition, error: String },
    /// The partition had room for fewer bytes than the image has, and is full now.
    PartitionFull { partition: Partition, required: u64, room: u64 },
    /// Flash took no more writes at this offset of the partition, in bytes.
    PartitionWriteFailed { partition: Partition, offset: u64 },
    /// The version in the partition that is not active.
    BackupVersion { version: Version },
    /// The upgrade is done.
    UpgradeFinished,
    /// Cleaning up after it.
    UpgradeCleanup,
    /// The mark that an upgrade is in progress is gone.
    UpgradeMarkCleaned,
    /// ACTIVATE checks the partition once more.
    VerifyingPartition { partition: Partition },
    /// The boot variable names this partition now.
    Activated { partition: Partition },
    /// What will run, and what will be the backup.
    VersionsAfterReload { primary: Version, backup: Version },
    /// The controller requests a predownload of this image.
    PredownloadStarted { image: String },
    /// The image is in the partition that does not run; nothing else has changed.
    PredownloadComplete { partition: Partition, version: Version },
    /// A predownload ends without an image. The access point stays in service.
    PredownloadFailed { reason: GiveUpReason },
    /// The boot variable is about to name this partition, as the controller has told it; it does not reload.
    SwapStarted { partition: Partition },
    /// The partition that it was to boot next does not verify: nothing is swapped.
    SwapRefused { partition: Partition, error: String },
    /// It goes down to boot again.
    Reloading { reason: ReloadReason },

    /// Quirk: an image that does not verify is taken all the same.
    VerificationErrorIgnored { quirk: String, error: String },
    /// Quirk: the partition that the boot variable names does not start, and is started again. The other one is never tried.
    BootRepeated { quirk: String, partition: Partition },
    /// Quirk: a log has grown by so many bytes since the day before, and takes so many with what else is there.
    LogGrown { quirk: String, partition: Partition, bytes: u64, used: u64 },
    /// Quirk: what an abandoned download has written to /tmp stays there; in bytes, all of them.
    TmpKept { quirk: String, bytes: u64 },
    /// Quirk: the task that installs the image does not start, as the access point has run for so many seconds.
    InstallHung { quirk: String, uptime_s: u64 },
    /// Quirk: the certificate that the image is signed with has expired by the access point's clock.
    SigningCertificateExpired { quirk: String },
    /// Quirk: the access point's own certificates are wrong, so that it cannot check a signature.
    OwnCertificateWrong { quirk: String },
}
}

/// The verb `upgrade.sh` is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are the script's own.
pub enum Script {
    Precheck,
    Predownload,
    Activate,
    Abort,
    Cancel,
    NoUpgrade,
}

/// Why a download ends without an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GiveUpReason {
    /// No block came within ImageDataStartTimer.
    CannotStart,
    /// Blocks stopped coming for as long.
    Stalled,
    /// The controller answered the request with an error, or sent one instead of a block.
    Refused,
    /// A block has an opcode that there is not.
    BadOpcode,
    /// The image is not as long as its Image Information says.
    BadLength,
    /// Its MD5 is not that of its Image Information.
    BadDigest,
    /// /tmp is full.
    NoSpace,
    /// The partition is full.
    PartitionFull,
    /// The partition takes no writes at some place.
    WriteFailed,
    /// The image or what was written of it does not verify.
    NotVerified,
}

/// Why a complete image is not installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedImage {
    /// It is no archive, or a damaged one, or its signature does not hold.
    Signature,
    /// It is an image for other models.
    WrongType,
}

host::field_types! {
    Word: Script, GiveUpReason, RefusedImage;
}
