//! Timings and limits of a controller, as plain values.

mod sftp;

use std::time::Duration;

use capwap::{ChannelConfig, ImageDataLayout, RFC_BLOCK_MAX, Role};
use catalogue::{Catalogue, FactError};

pub use self::sftp::SftpSettings;

/// The numbers a controller goes by. Each names its fact in the catalogue, where source and confidence stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `capwap.control-port`.
    pub control_port: u16,
    /// `ap.capwap.data-port`.
    pub data_port: u16,
    /// `capwap.retransmit-interval`.
    pub retransmit_interval: Duration,
    /// `capwap.retransmit-interval-max`.
    pub retransmit_interval_max: Duration,
    /// `capwap.max-retransmit`.
    pub max_retransmit: u32,
    /// `capwap.window`: requests outstanding to an access point, 1..=50.
    pub window: u8,
    /// `ap.path-mtu.joined`, in bytes.
    pub path_mtu: u16,
    /// `ap.image.chunk-overhead`: what a block of an image is shorter than the path MTU, in bytes.
    pub chunk_overhead: u16,
    /// How blocks of images are laid out. No fact: it is Cisco's unless the world says otherwise.
    pub image_data_layout: ImageDataLayout,
    /// `ewc.session-dead-interval`: a session ends when nothing was heard for so long.
    pub session_dead_interval: Duration,
    /// `ewc.image-data.response`: from an access point's Image Data Request to the answer.
    pub image_data_response: Duration,
    /// `ewc.relay.turnaround`: from the answer to a block to the next block in its window slot.
    pub relay_turnaround: Duration,
    /// `ewc.install.retry`: from a failed download to the start of the install.
    pub install_retry: Duration,
    /// `ewc.predownload.max-concurrent`: access points that predownload at a time.
    pub predownload_max: usize,
    /// `ewc.predownload.wave`: how many are told at a time.
    pub predownload_wave: usize,
    /// `ewc.predownload.wave-interval`: from one such set to the next.
    pub predownload_wave_interval: Duration,
    /// `ewc.predownload.max-retries`.
    pub predownload_retries_max: u32,
    /// `ewc.predownload.retry-delay`: from a failure to the next attempt.
    pub predownload_retry_delay: Duration,
    /// `ewc.predownload.report-timeout`: how long an access point that was told of an image, or has it, may say nothing.
    pub predownload_report_timeout: Duration,
    /// `ewc.install.prepare`: from the start of an install to the first packet to the server.
    pub install_prepare: Duration,
    /// `ewc.tftp.port`.
    pub tftp_port: u16,
    /// `ewc.tftp.blksize`, unless `ip tftp blocksize` says otherwise; 512 is not asked for.
    pub tftp_block_size: u16,
    /// `ewc.tftp.retransmit-interval`.
    pub tftp_retransmit_interval: Duration,
    /// `ewc.tftp.timeout`: from the start of an install, preparation included, until a silent server is given up.
    pub tftp_timeout: Duration,
    /// Of the SFTP client.
    pub sftp: SftpSettings,
    /// `ewc.quirk.file-handles`: downloads until no file handle is left, where a quirk uses them up.
    pub file_handles: u64,
    /// `ewc.ap-images-capacity`: what `ap_images:` holds, in bytes.
    pub staging_capacity: u64,
}

impl Settings {
    /// The values in force in `catalogue`.
    ///
    /// # Errors
    /// A fact is missing or of another kind. Numbers that their field cannot hold are taken to the nearest it can.
    pub fn from_catalogue(catalogue: &Catalogue) -> Result<Self, FactError> {
        let duration = |key| catalogue.duration(key);
        let number = |key| catalogue.number(key).map(|number| u32::try_from(number).unwrap_or(u32::MAX));
        let port = |key| catalogue.number(key).map(|number| u16::try_from(number).unwrap_or(u16::MAX));
        Ok(Self {
            control_port: port("capwap.control-port")?,
            data_port: port("ap.capwap.data-port")?,
            retransmit_interval: duration("capwap.retransmit-interval")?,
            retransmit_interval_max: duration("capwap.retransmit-interval-max")?,
            max_retransmit: number("capwap.max-retransmit")?,
            window: catalogue.number("capwap.window")?.clamp(1, capwap::WINDOW_MAX.into()) as u8,
            path_mtu: port("ap.path-mtu.joined")?,
            chunk_overhead: port("ap.image.chunk-overhead")?,
            image_data_layout: ImageDataLayout::Cisco,
            session_dead_interval: duration("ewc.session-dead-interval")?,
            image_data_response: duration("ewc.image-data.response")?,
            relay_turnaround: duration("ewc.relay.turnaround")?,
            install_retry: duration("ewc.install.retry")?,
            predownload_max: number("ewc.predownload.max-concurrent")?.max(1) as usize,
            predownload_wave: number("ewc.predownload.wave")?.max(1) as usize,
            predownload_wave_interval: duration("ewc.predownload.wave-interval")?,
            predownload_retries_max: number("ewc.predownload.max-retries")?,
            predownload_retry_delay: duration("ewc.predownload.retry-delay")?,
            predownload_report_timeout: duration("ewc.predownload.report-timeout")?,
            install_prepare: duration("ewc.install.prepare")?,
            tftp_port: port("ewc.tftp.port")?,
            tftp_block_size: port("ewc.tftp.blksize")?,
            tftp_retransmit_interval: duration("ewc.tftp.retransmit-interval")?,
            tftp_timeout: duration("ewc.tftp.timeout")?,
            sftp: SftpSettings::from_catalogue(catalogue)?,
            file_handles: catalogue.number("ewc.quirk.file-handles")?,
            staging_capacity: catalogue.bytes("ewc.ap-images-capacity")?,
        })
    }

    /// Image bytes in one message to an access point with this path MTU, in bytes.
    pub fn block_size(&self, path_mtu: u16) -> usize {
        let fits = usize::from(path_mtu.saturating_sub(self.chunk_overhead).max(1));
        match self.image_data_layout {
            ImageDataLayout::Cisco => fits,
            ImageDataLayout::Rfc5415 => fits.min(RFC_BLOCK_MAX),
        }
    }

    /// How the channel to an access point behaves.
    pub(crate) fn channel(&self) -> ChannelConfig {
        ChannelConfig {
            retransmit_interval: self.retransmit_interval,
            retransmit_interval_max: self.retransmit_interval_max,
            max_retransmit: self.max_retransmit,
            window: self.window.clamp(1, capwap::WINDOW_MAX),
            path_mtu: self.path_mtu,
            image_data_layout: self.image_data_layout,
            ..ChannelConfig::new(Role::Ac)
        }
    }
}

impl Default for Settings {
    /// Those of the built-in catalogue.
    fn default() -> Self {
        Self::from_catalogue(Catalogue::builtin())
            .expect("the built-in catalogue has every fact a controller needs")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_s_numbers_come_from_the_catalogue() {
        let settings = Settings::default();
        assert_eq!([1485, 1005, 576].map(|mtu| settings.block_size(mtu)), [1377, 897, 468]);
        let rfc = Settings { image_data_layout: ImageDataLayout::Rfc5415, ..settings.clone() };
        assert_eq!([1485, 1005].map(|mtu| rfc.block_size(mtu)), [1024, 897]);
        assert_eq!(settings.staging_capacity, 102_400_000);
        let slow = Catalogue::builtin().with_override("ewc.relay.turnaround", "10ms").unwrap();
        assert_eq!(Settings::from_catalogue(&slow).unwrap().relay_turnaround, Duration::from_millis(10));
    }
}
