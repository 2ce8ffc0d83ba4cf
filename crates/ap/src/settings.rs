//! The timers, limits and rates of an access point, as plain values from the catalogue.

use std::time::Duration;

use capwap::{ChannelConfig, ImageDataLayout, Role};
use catalogue::{ChannelSettings, PerDialect, Spread};

catalogue::settings! {
    /// Timers, limits and rates. Sources and confidence are with the catalogue's facts.
    pub struct Settings {
        /// The time from power or reload to the start of the CAPWAP client.
        pub boot: Spread = "ap.boot.duration",
        /// The time from the decision to reload to the reload.
        pub reload_delay: Duration = "ap.reload.delay",
        /// The time between two rounds of discovery.
        pub discovery_interval: Spread = "ap.capwap.discovery-interval",
        /// The time that DTLS takes.
        pub dtls_setup: Duration = "ap.capwap.dtls-setup",
        /// WaitDTLS: the time from the start of a handshake that fails to the end of the session.
        pub wait_dtls: Duration = "ap.capwap.wait-dtls",
        /// The time from there to the Join Request.
        pub join_delay: Duration = "ap.capwap.join-delay",
        /// WaitJoin: the longest wait for a Join Response.
        pub wait_join: Duration = "ap.capwap.wait-join",
        /// The time from the end of Image Data to the Configuration Status Request.
        pub configure_delay: Duration = "ap.configure.delay",
        /// DTLSSessionDelete: the time from teardown to discovery.
        pub dtls_session_delete: Duration = "ap.capwap.dtls-session-delete",
        /// EchoInterval.
        pub echo_interval: Duration = "ap.capwap.echo-interval",
        /// DataChannelKeepAlive: the time from an answered keep-alive of the data channel to the next one.
        pub data_channel_keep_alive: Duration = "ap.capwap.data-channel-keep-alive",
        /// DataChannelDeadInterval: the longest wait for the answer to one.
        pub data_channel_dead_interval: Duration = "ap.capwap.data-channel-dead-interval",
        /// The time from the choice of a standby until the controller on it can take over.
        pub standby_boot: Duration = "ap.standby.boot",
        /// The room for a controller image, in bytes.
        pub controller_image_max: u64 = "ewc.backup-image-capacity",
        /// The time between WTP Events.
        pub wtp_event_interval: Duration = "ap.wtp-event-interval",
        /// ImageDataStartTimer: the longest wait for a block.
        pub image_data_start: Duration = "ap.image-data-start-timer",
        /// The time from the arrival of the last block until it is stored.
        pub last_block_stored: Duration = "ap.image.last-block-stored",
        /// The time from there to the task that installs the image.
        pub write_task_delay: Duration = "ap.image.write-task-delay",
        /// The number of messages per progress dot.
        pub progress_dot_messages: u64 = "ap.image.progress-dot-messages",
        /// The number of dots per line.
        pub progress_line_dots: u32 = "ap.image.progress-line-dots",
        /// The size of /tmp, in bytes.
        pub tmp_available: PerDialect<u64> = "ap.tmp.{dialect}.available",
        /// The room in /tmp that PRECHECK demands, in bytes.
        pub tmp_required: PerDialect<u64> = "ap.tmp.{dialect}.required",
        /// The rate of the signature check, in bytes per second.
        pub verify_rate: u64 = "ap.signature.verify-rate",
        /// The rate of writing to flash, in bytes per second.
        pub flash_write_rate: u64 = "ap.flash.write-rate",
        /// The rate of erasing old content, in bytes per second.
        pub flash_erase_rate: u64 = "ap.flash.erase-rate",
        /// The capacity of part1, in bytes.
        pub part1_capacity: u64 = "ap.flash.part1-capacity",
        /// The capacity of part2, in bytes.
        pub part2_capacity: u64 = "ap.flash.part2-capacity",
        /// The bytes by which a log grows in a day, where a quirk makes it grow.
        pub log_growth_per_day: u64 = "ap.quirk.log-growth-per-day",
        /// The uptime after which a quirk has filled /tmp.
        pub tmp_fills_after: Duration = "ap.quirk.tmp-fills-after",
        /// What such a quirk leaves of /tmp, in bytes.
        pub tmp_left: u64 = "ap.quirk.tmp-left",
        /// The path MTU during discovery, in bytes, which is also the smallest.
        pub path_mtu_discovery: u16 = "ap.path-mtu.discovery",
        /// The path MTU tried between that and the longest, in bytes.
        pub path_mtu_middle: u16 = "ap.path-mtu.middle",
        /// The control channel, with the longest path MTU that is tried.
        pub channel: ChannelSettings,
        /// The layout of image blocks.
        pub image_data_layout: ImageDataLayout = const { ImageDataLayout::Cisco },
        /// The pace of `upgrade.sh` and of a restart.
        pub script: ScriptTimings,
    }
}

catalogue::settings! {
    /// The time that each step takes, from the step before it.
    #[allow(missing_docs)] // Named as the catalogue's facts are.
    pub struct ScriptTimings {
        pub version_check: Duration = "ap.upgrade.image-data.version-check",
        pub precheck_start: PerDialect<Duration> = "ap.upgrade.{dialect}.precheck.start",
        pub precheck_do: PerDialect<Duration> = "ap.upgrade.{dialect}.precheck.do",
        /// The older text has no such line.
        pub precheck_cleanup: Duration = "ap.upgrade.newer.precheck.cleanup",
        pub precheck_tmp_space: PerDialect<Duration> = "ap.upgrade.{dialect}.precheck.tmp-space",
        pub precheck_open: Duration = "ap.upgrade.precheck.open",
        pub precheck_request: Duration = "ap.upgrade.precheck.request",
        pub restart_state_machine: Duration = "ap.restart.state-machine",
        pub restart_second_request: Duration = "ap.restart.second-request",
        pub restart_teardown: Duration = "ap.restart.teardown",
        pub restart_abort_image: Duration = "ap.restart.abort-image",
        pub abort_start: Duration = "ap.upgrade.abort.start",
        pub abort_do: Duration = "ap.upgrade.abort.do",
        pub abort_cleanup: Duration = "ap.upgrade.abort.cleanup",
        pub abort_event: Duration = "ap.upgrade.abort.event",
        pub out_of_band_flag: Duration = "ap.upgrade.image-data.out-of-band-flag",
        pub predownload_start: Duration = "ap.upgrade.predownload.start",
        pub predownload_do: Duration = "ap.upgrade.predownload.do",
        pub predownload_before_log: Duration = "ap.upgrade.predownload.before-log",
        pub predownload_upgrade: Duration = "ap.upgrade.predownload.upgrade",
        pub predownload_using_image: Duration = "ap.upgrade.predownload.using-image",
        pub install_step: Duration = "ap.upgrade.install.step",
        pub activate_start: Duration = "ap.upgrade.activate.start",
        pub activate_do: Duration = "ap.upgrade.activate.do",
    }
}

impl Settings {
    /// Returns the configuration of the channel to the controller until the path MTU is known.
    pub(crate) fn channel(&self) -> ChannelConfig {
        ChannelConfig {
            retransmit_interval: self.channel.retransmit_interval,
            retransmit_interval_max: self.channel.retransmit_interval_max,
            max_retransmit: self.channel.max_retransmit,
            window: self.channel.window,
            path_mtu: self.path_mtu_discovery,
            image_data_layout: self.image_data_layout,
            ..ChannelConfig::new(Role::Wtp)
        }
    }
}

#[cfg(test)]
mod tests {
    use catalogue::Catalogue;

    use super::*;

    #[test]
    fn the_built_in_catalogue_has_every_fact() {
        let settings = Settings::default();
        assert_eq!(settings.image_data_start, Duration::from_millis(28_740));
        assert_eq!(settings.script.precheck_do, PerDialect { older: ms(96), newer: ms(98) });
    }

    #[test]
    fn an_override_arrives() {
        let changed = Catalogue::builtin().with_override("ap.boot.duration", "3s").expect("a fact");
        let settings = Settings::from_catalogue(&changed).expect("complete");
        assert_eq!(settings.boot, Spread::exactly(Duration::from_secs(3)));
        assert_eq!(Settings { boot: Settings::default().boot, ..settings }, Settings::default());
    }

    #[test]
    fn the_window_s_bounds_are_the_channel_s() {
        let fact = Catalogue::builtin().fact("capwap.window").expect("a fact");
        assert_eq!((fact.min, fact.max), (Some(1), Some(capwap::WINDOW_MAX.into())));
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }
}
