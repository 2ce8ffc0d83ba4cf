//! Timings and limits of a controller, as plain values.

mod sftp;
mod tftp;

use std::time::Duration;

use capwap::{ChannelConfig, ImageDataLayout, RFC_BLOCK_MAX, Role};
use catalogue::ChannelSettings;

pub use self::sftp::SftpSettings;

catalogue::settings! {
    /// The numbers a controller goes by. Each names its fact in the catalogue, where source and confidence stand.
    pub struct Settings {
        /// From power to service.
        pub boot: Duration = "ewc.boot.duration",
        /// The port of the control channel.
        pub control_port: u16 = const { capwap::CONTROL_PORT },
        /// The port of the data channel.
        pub data_port: u16 = const { capwap::DATA_PORT },
        /// Of the channel to an access point.
        pub channel: ChannelSettings,
        /// What a block of an image is shorter than the path MTU, in bytes.
        pub chunk_overhead: u16 = "ap.image.chunk-overhead",
        /// How blocks of images are laid out. No fact: it is Cisco's unless the world says otherwise.
        pub image_data_layout: ImageDataLayout = const { ImageDataLayout::Cisco },
        /// A session ends when nothing was heard for so long.
        pub session_dead_interval: Duration = "ewc.session-dead-interval",
        /// From an access point's Image Data Request to the answer.
        pub image_data_response: Duration = "ewc.image-data.response",
        /// From the answer to a block to the next block in its window slot.
        pub relay_turnaround: Duration = "ewc.relay.turnaround",
        /// From a failed download to the start of the install.
        pub install_retry: Duration = "ewc.install.retry",
        /// Access points that predownload at a time.
        pub predownload_max: usize = "ewc.predownload.max-concurrent",
        /// How many are told at a time.
        pub predownload_wave: usize = "ewc.predownload.wave",
        /// From one such set to the next.
        pub predownload_wave_interval: Duration = "ewc.predownload.wave-interval",
        pub predownload_retries_max: u32 = "ewc.predownload.max-retries",
        /// From a failure to the next attempt.
        pub predownload_retry_delay: Duration = "ewc.predownload.retry-delay",
        /// How long an access point that was told of an image, or has it, may say nothing.
        pub predownload_report_timeout: Duration = "ewc.predownload.report-timeout",
        /// From the start of an install to the first packet to the server.
        pub install_prepare: Duration = "ewc.install.prepare",
        pub tftp_port: u16 = "ewc.tftp.port",
        /// Unless `ip tftp blocksize` says otherwise; 512 is not asked for.
        pub tftp_block_size: u16 = "ewc.tftp.blksize",
        pub tftp_retransmit_interval: Duration = "ewc.tftp.retransmit-interval",
        /// From the start of an install, preparation included, until a silent server is given up.
        pub tftp_timeout: Duration = "ewc.tftp.timeout",
        /// Of the SFTP client.
        pub sftp: SftpSettings,
        /// Downloads until no file handle is left, where a quirk uses them up.
        pub file_handles: u64 = "ewc.quirk.file-handles",
        /// What `ap_images:` holds, in bytes.
        pub staging_capacity: u64 = "ewc.ap-images-capacity",
    }
}

impl Settings {
    /// Image bytes in one message to an access point with this path MTU, in bytes.
    pub fn block_size(&self, path_mtu: u16) -> usize {
        let fits = usize::from(path_mtu.saturating_sub(self.chunk_overhead).max(1));
        match self.image_data_layout {
            ImageDataLayout::Cisco => fits,
            ImageDataLayout::Rfc5415 => fits.min(RFC_BLOCK_MAX),
        }
    }

    /// How the channel to an access point behaves.
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
