//! The timers, limits and rates of an access point, as plain values from the catalogue.

use std::time::Duration;

use capwap::{ChannelConfig, ImageDataLayout, Role};
use catalogue::{Catalogue, Dialect, FactError};

/// Timers, limits and rates. Sources and confidence are with the catalogue's facts, whose keys are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// From power or reload to the start of the CAPWAP client (`ap.boot.duration`).
    pub boot: Duration,
    /// From the decision to reload to the reload (`ap.reload.delay`).
    pub reload_delay: Duration,
    /// Between Discovery Requests (`ap.capwap.discovery-interval`).
    pub discovery_interval: Duration,
    /// What DTLS takes (`ap.capwap.dtls-setup`).
    pub dtls_setup: Duration,
    /// From there to the Join Request (`ap.capwap.join-delay`).
    pub join_delay: Duration,
    /// WaitJoin: the longest wait for a Join Response (`ap.capwap.wait-join`).
    pub wait_join: Duration,
    /// From the end of Image Data to the Configuration Status Request (`ap.configure.delay`).
    pub configure_delay: Duration,
    /// DTLSSessionDelete: from teardown to discovery (`ap.capwap.dtls-session-delete`).
    pub dtls_session_delete: Duration,
    /// EchoInterval (`ap.capwap.echo-interval`).
    pub echo_interval: Duration,
    /// Between WTP Events (`ap.wtp-event-interval`).
    pub wtp_event_interval: Duration,
    /// ImageDataStartTimer: the longest wait for a block (`ap.image-data-start-timer`).
    pub image_data_start: Duration,
    /// From the last block to its being stored (`ap.image.last-block-stored`).
    pub last_block_stored: Duration,
    /// From there to the task that installs the image (`ap.image.write-task-delay`).
    pub write_task_delay: Duration,
    /// Messages per progress dot (`ap.image.progress-dot-messages`).
    pub progress_dot_messages: u64,
    /// Dots per line (`ap.image.progress-line-dots`).
    pub progress_line_dots: u32,
    /// What /tmp holds, in bytes (`ap.tmp.….available`).
    pub tmp_available: u64,
    /// What PRECHECK wants, in bytes (`ap.tmp.….required`).
    pub tmp_required: u64,
    /// Bytes per second of the signature check (`ap.signature.verify-rate`).
    pub verify_rate: u64,
    /// Bytes per second of writing to flash (`ap.flash.write-rate`).
    pub flash_write_rate: u64,
    /// Bytes per second of erasing what was there (`ap.flash.erase-rate`).
    pub flash_erase_rate: u64,
    /// What a partition holds, in bytes (`ap.flash.image-capacity`).
    pub partition_capacity: u64,
    /// Bytes by which a log grows in a day, where a quirk makes it (`ap.quirk.log-growth-per-day`).
    pub log_growth_per_day: u64,
    /// After how long of running a quirk keeps images from being installed (`ap.quirk.install-hangs-after`).
    pub install_hangs_after: Duration,
    /// The path MTU during discovery, in bytes, and the smallest there is (`ap.path-mtu.discovery`).
    pub path_mtu_discovery: u16,
    /// The path MTU tried between the two, in bytes (`ap.path-mtu.middle`).
    pub path_mtu_middle: u16,
    /// The longest path MTU that is tried, in bytes (`ap.path-mtu.joined`).
    pub path_mtu: u16,
    /// RetransmitInterval (`capwap.retransmit-interval`).
    pub retransmit_interval: Duration,
    /// The longest wait between repetitions (`capwap.retransmit-interval-max`).
    pub retransmit_interval_max: Duration,
    /// MaxRetransmit (`capwap.max-retransmit`).
    pub max_retransmit: u32,
    /// Requests outstanding to the controller, 1..=50 (`capwap.window`).
    pub window: u8,
    /// How blocks of images are laid out. No fact: it is Cisco's unless the world says otherwise.
    pub image_data_layout: ImageDataLayout,
    /// The pace of `upgrade.sh` and of a restart.
    pub script: ScriptTimings,
}

/// How long each step takes, from the step before it (`ap.upgrade.<dialect>.…`, `ap.restart.<dialect>.…`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // Named as the catalogue's facts are.
pub struct ScriptTimings {
    pub version_check: Duration,
    pub precheck_start: Duration,
    pub precheck_do: Duration,
    /// `None` where the text has no such line.
    pub precheck_cleanup: Option<Duration>,
    pub precheck_tmp_space: Duration,
    pub precheck_open: Duration,
    pub precheck_request: Duration,
    pub restart_state_machine: Duration,
    pub restart_second_request: Duration,
    pub restart_teardown: Duration,
    pub restart_abort_image: Duration,
    pub abort_start: Duration,
    pub abort_do: Duration,
    pub abort_cleanup: Duration,
    pub abort_event: Duration,
    pub out_of_band_flag: Duration,
    pub predownload_start: Duration,
    pub predownload_do: Duration,
    pub predownload_before_log: Duration,
    pub predownload_upgrade: Duration,
    pub predownload_using_image: Duration,
    pub install_step: Duration,
    pub activate_start: Duration,
    pub activate_do: Duration,
}

impl Settings {
    /// The settings of an access point with this console text.
    ///
    /// # Errors
    /// When a fact is missing or of another kind, which the built-in catalogue excludes; or a number that does not fit its use.
    pub fn from_catalogue(catalogue: &Catalogue, dialect: Dialect) -> Result<Self, FactError> {
        let word = match dialect {
            Dialect::Older => "older",
            Dialect::Newer => "newer",
        };
        let duration = |key: &str| catalogue.duration(key);
        let small = |key: &str| Ok(u16::try_from(catalogue.number(key)?).unwrap_or(u16::MAX));
        Ok(Self {
            boot: duration("ap.boot.duration")?,
            reload_delay: duration("ap.reload.delay")?,
            discovery_interval: duration("ap.capwap.discovery-interval")?,
            dtls_setup: duration("ap.capwap.dtls-setup")?,
            join_delay: duration("ap.capwap.join-delay")?,
            wait_join: duration("ap.capwap.wait-join")?,
            configure_delay: duration("ap.configure.delay")?,
            dtls_session_delete: duration("ap.capwap.dtls-session-delete")?,
            echo_interval: duration("ap.capwap.echo-interval")?,
            wtp_event_interval: duration("ap.wtp-event-interval")?,
            image_data_start: duration("ap.image-data-start-timer")?,
            last_block_stored: duration("ap.image.last-block-stored")?,
            write_task_delay: duration("ap.image.write-task-delay")?,
            progress_dot_messages: catalogue.number("ap.image.progress-dot-messages")?.max(1),
            progress_line_dots: u32::from(small("ap.image.progress-line-dots")?).max(1),
            tmp_available: catalogue.bytes(&format!("ap.tmp.{word}.available"))?,
            tmp_required: catalogue.bytes(&format!("ap.tmp.{word}.required"))?,
            verify_rate: catalogue.rate("ap.signature.verify-rate")?.max(1),
            flash_write_rate: catalogue.rate("ap.flash.write-rate")?.max(1),
            flash_erase_rate: catalogue.rate("ap.flash.erase-rate")?.max(1),
            partition_capacity: catalogue.bytes("ap.flash.image-capacity")?,
            log_growth_per_day: catalogue.bytes("ap.quirk.log-growth-per-day")?,
            install_hangs_after: duration("ap.quirk.install-hangs-after")?,
            path_mtu_discovery: small("ap.path-mtu.discovery")?,
            path_mtu_middle: small("ap.path-mtu.middle")?,
            path_mtu: small("ap.path-mtu.joined")?,
            retransmit_interval: duration("capwap.retransmit-interval")?,
            retransmit_interval_max: duration("capwap.retransmit-interval-max")?,
            max_retransmit: small("capwap.max-retransmit")?.into(),
            window: small("capwap.window")?.clamp(1, capwap::WINDOW_MAX.into()) as u8,
            image_data_layout: ImageDataLayout::Cisco,
            script: ScriptTimings::from_catalogue(catalogue, dialect, word)?,
        })
    }

    /// How the channel to the controller behaves, until it is known what the path carries.
    pub(crate) fn channel(&self) -> ChannelConfig {
        ChannelConfig {
            retransmit_interval: self.retransmit_interval,
            retransmit_interval_max: self.retransmit_interval_max,
            max_retransmit: self.max_retransmit,
            window: self.window.clamp(1, capwap::WINDOW_MAX),
            path_mtu: self.path_mtu_discovery,
            image_data_layout: self.image_data_layout,
            ..ChannelConfig::new(Role::Wtp)
        }
    }
}

impl Default for Settings {
    /// Those of the built-in catalogue, newer text.
    fn default() -> Self {
        Self::from_catalogue(Catalogue::builtin(), Dialect::Newer)
            .expect("the built-in catalogue has every fact")
    }
}

impl ScriptTimings {
    fn from_catalogue(catalogue: &Catalogue, dialect: Dialect, word: &str) -> Result<Self, FactError> {
        let upgrade = |step: &str| catalogue.duration(&format!("ap.upgrade.{word}.{step}"));
        let restart = |step: &str| catalogue.duration(&format!("ap.restart.{word}.{step}"));
        let cleanup = match dialect {
            Dialect::Older => None,
            Dialect::Newer => Some(upgrade("precheck.cleanup")?),
        };
        Ok(Self {
            version_check: upgrade("image-data.version-check")?,
            precheck_start: upgrade("precheck.start")?,
            precheck_do: upgrade("precheck.do")?,
            precheck_cleanup: cleanup,
            precheck_tmp_space: upgrade("precheck.tmp-space")?,
            precheck_open: upgrade("precheck.open")?,
            precheck_request: upgrade("precheck.request")?,
            restart_state_machine: restart("state-machine")?,
            restart_second_request: restart("second-request")?,
            restart_teardown: restart("teardown")?,
            restart_abort_image: restart("abort-image")?,
            abort_start: upgrade("abort.start")?,
            abort_do: upgrade("abort.do")?,
            abort_cleanup: upgrade("abort.cleanup")?,
            abort_event: upgrade("abort.event")?,
            out_of_band_flag: upgrade("image-data.out-of-band-flag")?,
            predownload_start: upgrade("predownload.start")?,
            predownload_do: upgrade("predownload.do")?,
            predownload_before_log: upgrade("predownload.before-log")?,
            predownload_upgrade: upgrade("predownload.upgrade")?,
            predownload_using_image: upgrade("predownload.using-image")?,
            install_step: upgrade("install.step")?,
            activate_start: upgrade("activate.start")?,
            activate_do: upgrade("activate.do")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_has_every_fact() {
        for dialect in [Dialect::Older, Dialect::Newer] {
            let settings = Settings::from_catalogue(Catalogue::builtin(), dialect).expect("complete");
            assert_eq!(settings.image_data_start, Duration::from_millis(28_740));
            assert_eq!(settings.script.precheck_cleanup.is_some(), dialect == Dialect::Newer);
        }
    }

    #[test]
    fn an_override_arrives() {
        let changed = Catalogue::builtin().with_override("ap.boot.duration", "3s").expect("a fact");
        let settings = Settings::from_catalogue(&changed, Dialect::Newer).expect("complete");
        assert_eq!(settings.boot, Duration::from_secs(3));
        assert_eq!(Settings { boot: Settings::default().boot, ..settings }, Settings::default());
    }
}
