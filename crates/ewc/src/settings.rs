//! Timings and limits of a controller, as plain values.

mod sftp;
mod tftp;

use std::time::Duration;

use capwap::{ChannelConfig, ImageDataLayout, RFC_BLOCK_MAX, Role};
use catalogue::ChannelSettings;

pub use self::sftp::SftpSettings;

catalogue::settings! {
    /// The numbers that a controller works with. Each names its fact in the catalogue, which has the source and the confidence.
    pub struct Settings {
        /// The time from power to service.
        pub boot: Duration = "ewc.boot.duration",
        /// The port of the control channel.
        pub control_port: u16 = const { capwap::CONTROL_PORT },
        /// The port of the data channel.
        pub data_port: u16 = const { capwap::DATA_PORT },
        /// The channel to an access point.
        pub channel: ChannelSettings,
        /// The difference between the path MTU and the length of an image block, in bytes.
        pub chunk_overhead: u16 = "ap.image.chunk-overhead",
        /// The layout of image blocks. This is not a fact: it is Cisco's unless the world says otherwise.
        pub image_data_layout: ImageDataLayout = const { ImageDataLayout::Cisco },
        /// The time without a message after which a session ends.
        pub session_dead_interval: Duration = "ewc.session-dead-interval",
        /// DataCheckTimer: the longest wait for the first keep-alive of an access point's data channel.
        pub data_check: Duration = "ewc.data-check-timer",
        /// The time from an access point's Image Data Request to the answer.
        pub image_data_response: Duration = "ewc.image-data.response",
        /// The time from the answer to a block to the next block in its window slot.
        pub relay_turnaround: Duration = "ewc.relay.turnaround",
        /// The number of messages with image data that are sent per second, to all access points together.
        pub relay_rate: u64 = "ewc.relay.rate",
        /// The time from a failed download to the start of the install.
        pub install_retry: Duration = "ewc.install.retry",
        /// The number of access points that predownload at a time.
        pub predownload_max: usize = "ewc.predownload.max-concurrent",
        /// The number of access points that are asked at a time.
        pub predownload_wave: usize = "ewc.predownload.wave",
        /// The time from one such set to the next.
        pub predownload_wave_interval: Duration = "ewc.predownload.wave-interval",
        pub predownload_retries_max: u32 = "ewc.predownload.max-retries",
        /// The time from a failure to the next attempt.
        pub predownload_retry_delay: Duration = "ewc.predownload.retry-delay",
        /// The time for which an access point may be silent after it was asked to predownload an image, or has received it.
        pub predownload_report_timeout: Duration = "ewc.predownload.report-timeout",
        /// The time from the start of an install to the first packet to the server.
        pub install_prepare: Duration = "ewc.install.prepare",
        pub tftp_port: u16 = "ewc.tftp.port",
        /// The block size unless `ip tftp blocksize` sets another, in bytes; 512 is not requested.
        pub tftp_block_size: u16 = "ewc.tftp.blksize",
        pub tftp_retransmit_interval: Duration = "ewc.tftp.retransmit-interval",
        /// The time from the start of an install, preparation included, until a silent server is given up.
        pub tftp_timeout: Duration = "ewc.tftp.timeout",
        /// The SFTP client.
        pub sftp: SftpSettings,
        /// The number of downloads until no file handle is left, where a quirk uses them up.
        pub file_handles: u64 = "ewc.quirk.file-handles",
        /// The capacity of `ap_images:`, in bytes.
        pub staging_capacity: u64 = "ewc.ap-images-capacity",
        /// 1 if an image in `ap_images:` that an access point could not use stays there, 0 if it is removed.
        pub keeps_refused: u8 = "ewc.staging.keeps-refused",
        /// The capacity of `backup_image:`, in bytes.
        pub backup_image_capacity: u64 = "ewc.backup-image-capacity",
        /// The time for which an activation waits for access points to swap their images.
        pub activation_patience: Duration = "ewc.activation.patience",
        /// The time from the last answer to the reload of all.
        pub activation_settle: Duration = "ewc.activation.settle",
        /// The time after an activation within which it has to be committed, unless the command says otherwise.
        pub auto_abort: Duration = "ewc.auto-abort",
        /// The time for which nobody joins or goes before a standby is chosen.
        pub redundancy_settle: Duration = "ewc.redundancy.settle",
        /// The time from one advertisement to the standby to the next.
        pub redundancy_interval: Duration = "ewc.redundancy.interval",
    }
}

impl Settings {
    /// Returns the number of image bytes in one message to an access point with this path MTU, in bytes.
    pub fn block_size(&self, path_mtu: u16) -> usize {
        let fits = usize::from(path_mtu.saturating_sub(self.chunk_overhead).max(1));
        match self.image_data_layout {
            ImageDataLayout::Cisco => fits,
            ImageDataLayout::Rfc5415 => fits.min(RFC_BLOCK_MAX),
        }
    }

    /// Returns the configuration of the channel to an access point.
    pub(crate) fn channel_config(&self) -> ChannelConfig {
        ChannelConfig {
            retransmit_interval: self.channel.retransmit_interval,
            retransmit_interval_max: self.channel.retransmit_interval_max,
            max_retransmit: self.channel.max_retransmit,
            window: self.channel.window,
            path_mtu: self.channel.path_mtu,
            image_data_layout: self.image_data_layout,
            ..ChannelConfig::new(Role::Ac)
        }
    }
}

#[cfg(test)]
mod tests {
    use catalogue::Catalogue;

    use super::*;

    #[test]
    fn the_sample_s_numbers_come_from_the_catalogue() {
        let settings = Settings::default();
        assert_eq!([1485, 1005, 576].map(|mtu| settings.block_size(mtu)), [1377, 897, 468]);
        assert_eq!(70_512_640 % 1377, 601);
        let rfc = Settings { image_data_layout: ImageDataLayout::Rfc5415, ..settings.clone() };
        assert_eq!([1485, 1005].map(|mtu| rfc.block_size(mtu)), [1024, 897]);
        assert_eq!(settings.staging_capacity, 102_400_000);
        let slow = Catalogue::builtin().with_override("ewc.relay.turnaround", "10ms").unwrap();
        assert_eq!(Settings::from_catalogue(&slow).unwrap().relay_turnaround, Duration::from_millis(10));
    }
}
