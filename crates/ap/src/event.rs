//! The events of an access point, one variant per thing that happens. Console text is a rendering of these.

use std::net::Ipv4Addr;

use image::Version;
use serde::Serialize;

use crate::{Partition, ReloadReason, State};

host::events! {
/// Something that happened to an access point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs)] // Fields are named for what they hold; units are documented.
pub enum ApEvent {
    /// The access point has power and booted before the run began.
    WasUp,
    /// The access point starts to boot.
    Booting { reason: ReloadReason },
    /// A partition's image fails verification and is not booted.
    BootImageRefused { partition: Partition, file: String, error: String },
    /// A partition's image cannot be read at this offset of the partition, in bytes, and is not booted.
    BootImageUnreadable { partition: Partition, file: String, offset: u64 },
    /// The boot variable cannot be read; the boot loader uses its default.
    BootVariableTorn { default: Partition },
    /// The access point runs the image of this partition from now on.
    Booted { partition: Partition, version: Version },
    /// No partition boots.
    BootFailed,
    /// The CAPWAP client or the device enters a state.
    StateChanged { state: State },

    /// A round of discovery has begun, and neither DHCP nor DNS names a controller: there is neither server.
    ControllerNotNamed,
    /// A Discovery Request was sent to an address, or to all hosts of the LAN; with its Discovery Type (RFC 5415, 4.6.21).
    DiscoveryRequestSent { to: Ipv4Addr, discovery_type: u8 },
    /// A controller answered.
    DiscoveryResponse { from: Ipv4Addr, controller: String },
    /// One of the two certificates is not accepted, so that no session begins: the controller's by the access point, or the access
    /// point's by the controller. It has expired on this day, or is not valid before it.
    CertificateRefused { of_controller: bool, expired: bool, day: String },
    /// A Join Request was sent.
    JoinRequestSent { to: Ipv4Addr, port: u16 },
    /// The controller answered the Join Request; 0 is success.
    JoinResponse { from: Ipv4Addr, result: u32 },
    /// The Join Response lacks a version to compare with.
    ControllerVersionMissing,
    /// The path to the controller carries IPv4 packets of another length than in the last session, or than until now, in bytes.
    /// In the first session the largest is assumed.
    PathMtuChanged { from: u16, to: u16 },
    /// A message from the controller breaks a rule of RFC 5415; it is refused or ignored.
    MessageRefused { message: String, fault: String },
    /// The access point runs the controller's version.
    VersionMatch { running: Version, backup: Version, controller: Version },
    /// The access point does not run the controller's version.
    VersionMismatch { running: Version, backup: Version, controller: Version },
    /// The controller accepted the configuration; the access point is in service.
    Joined { controller: String },
    /// The controller no longer answers.
    ControllerLost { request: String },
    /// The first keep-alive of the session came back from the controller's data port: the data channel is up.
    DataChannelOpened { to: Ipv4Addr },
    /// No keep-alive came back from the controller's data port for DataChannelDeadInterval; the session ends. `up` is true if the
    /// data channel was up before.
    DataChannelLost { to: Ipv4Addr, up: bool, keep_alives: u32, unanswered_s: u64 },
    /// The CAPWAP client starts over.
    GoingBackToDiscovery,

    /// Any open image file is closed.
    ImageFileClosed,
    /// `upgrade.sh` is called.
    ScriptCalled { script: Script },
    /// `upgrade.sh` starts.
    ScriptStarted { script: Script, active: Partition },
    /// The files of an earlier attempt were removed from /tmp.
    TmpCleaned,
    /// PRECHECK measured the free space in /tmp, in KiB.
    PrecheckTmpSpace { available: u64, required: u64 },
    /// The free space in /tmp is too small, in KiB.
    PrecheckFailed { available: u64, required: u64 },
    /// /tmp/part.tar is open for writing.
    ImageFileOpened { image: String, fd: u32 },
    /// An Image Data Request asks the controller for the image.
    ImageDataRequestSent { to: Ipv4Addr, image: String, replica_status: u8 },
    /// The controller answered the Image Data Request; 0 is success.
    ImageDataResponse { from: Ipv4Addr, result: u32 },
    /// The first block has arrived.
    ImageDataStarted,
    /// A line of progress dots is full.
    ImageDataProgress { dots: u32, first: bool },
    /// The last block has arrived: bytes in total, messages in total, bytes in the last one.
    ImageDataComplete { bytes: u64, msgs: u64, last: u64, dots: u32, first: bool },
    /// A block's checksum is wrong; this is reported to the controller.
    ImageDataChecksumWrong { offset: u64 },
    /// A WTP Event is not sent because of the state.
    WtpEventDiscarded { state: State },
    /// The download ends without an image.
    GivingUp { reason: GiveUpReason },
    /// The CAPWAP state machine starts over.
    RestartingStateMachine,
    /// The downloaded data is discarded.
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
    /// `upgrade.sh` uses the image for this platform.
    UsingImage { platform: String },
    /// The archive's signature and digests are valid.
    ImageVerified { image: String, version: Version },
    /// The archive's signature or digests are invalid, or it is the wrong image.
    ImageRefused { reason: RefusedImage, error: String },
    /// The partition to write is chosen: the inactive one.
    UpgradePartitionChosen { partition: Partition },
    /// The version in that partition, and the version of the image. `number` is 1 before writing, 2 after it.
    UpgradeVersions { number: u8, partition: Partition, installed: Version, image: Version },
    /// The image is about to be written to the partition.
    Extracting { partition: Partition },
    /// The board needs no special treatment.
    BoardChecked,
    /// The partition is mounted.
    Mounted { partition: Partition },
    /// Files are being written. Until `Syncing` is over, a power cut tears them.
    Untarring { partition: Partition },
    /// Files are being made durable.
    Syncing,
    /// The partition's files pass verification.
    PartitionVerified { partition: Partition },
    /// The partition's files fail verification.
    PartitionRefused { partition: Partition, error: String },
    /// The partition had room for fewer bytes than the image has, and is now full.
    PartitionFull { partition: Partition, required: u64, room: u64 },
    /// Flash stopped accepting writes at this offset of the partition, in bytes.
    PartitionWriteFailed { partition: Partition, offset: u64 },
    /// The version in the inactive partition.
    BackupVersion { version: Version },
    /// The upgrade is done.
    UpgradeFinished,
    /// `upgrade.sh` cleans up after the upgrade.
    UpgradeCleanup,
    /// The mark that an upgrade is in progress was removed.
    UpgradeMarkCleaned,
    /// ACTIVATE verifies the partition once more.
    VerifyingPartition { partition: Partition },
    /// The boot variable now names this partition.
    Activated { partition: Partition },
    /// The version that will run, and the version that will be the backup.
    VersionsAfterReload { primary: Version, backup: Version },
    /// The controller requests a predownload of this image.
    PredownloadStarted { image: String },
    /// The image is in the inactive partition; nothing else has changed.
    PredownloadComplete { partition: Partition, version: Version },
    /// A predownload ends without an image. The access point stays in service.
    PredownloadFailed { reason: GiveUpReason },
    /// The boot variable is about to name this partition, as the controller requested; the access point does not reload.
    SwapStarted { partition: Partition },
    /// The partition to boot next fails verification: nothing is swapped.
    SwapRefused { partition: Partition, error: String },
    /// A controller image is stored beside the access point's own images.
    ControllerImageStored { version: String },
    /// What was received is no controller image, or a damaged one.
    ControllerImageRefused { error: String },
    /// The controller has chosen this access point as its standby: a second controller boots on it.
    StandbyChosen { controller: String },
    /// The controller on it can take over.
    StandbyReady,
    /// The active controller has not advertised itself for this long, so that the one on this access point takes over.
    ActiveControllerLost { silent_ms: u64 },
    /// The access point goes down to reboot.
    Reloading { reason: ReloadReason },

    /// Quirk: an image that fails verification is installed all the same.
    VerificationErrorIgnored { quirk: String, error: String },
    /// Quirk: the partition that the boot variable names fails to start, and is started again. The other one is never tried.
    BootRepeated { quirk: String, partition: Partition },
    /// Quirk: a log has grown by this many bytes since the day before; all other files together now occupy `used` bytes.
    LogGrown { quirk: String, partition: Partition, bytes: u64, used: u64 },
    /// Quirk: the data that abandoned downloads have written to /tmp stays there; the total in bytes.
    TmpKept { quirk: String, bytes: u64 },
    /// Quirk: /tmp has only so many bytes left, as the access point has been up for this many seconds.
    TmpFilled { quirk: String, uptime_s: u64, left: u64 },
    /// Quirk: the certificate that signed the image has expired by the access point's clock.
    SigningCertificateExpired { quirk: String },
    /// Quirk: the access point's own certificates are wrong, so it cannot check a signature.
    OwnCertificateWrong { quirk: String },
}
}

/// The verb that `upgrade.sh` is called with.
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

/// The reason why a download ends without an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GiveUpReason {
    /// No block came within ImageDataStartTimer.
    CannotStart,
    /// No further block came for that long.
    Stalled,
    /// The controller answered the request with an error, or sent an error instead of a block.
    Refused,
    /// A block has an unknown opcode.
    BadOpcode,
    /// The image's length is not that of its Image Information.
    BadLength,
    /// The image's MD5 is not that of its Image Information.
    BadDigest,
    /// /tmp is full.
    NoSpace,
    /// The partition is full.
    PartitionFull,
    /// The partition cannot be written at some offset.
    WriteFailed,
    /// The image, or the copy of it in flash, fails verification.
    NotVerified,
}

/// The reason why a complete image is not installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedImage {
    /// The file is not an archive, or it is damaged, or its signature is invalid.
    Signature,
    /// The image is for other models.
    WrongType,
}

host::field_types! {
    Word: Script, GiveUpReason, RefusedImage;
}
