//! Known defects of access points' software: the branches that the machine takes if it has one.
//!
//! Each branch emits an event with the quirk's id. Without quirks this module does nothing and draws nothing.

use std::time::Duration;

use catalogue::{Effect, Quirk};
use image::Version;

use super::Machine;
use crate::{ApEvent, Partition};

/// The interval at which a log grows.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The log lies on the flash that `part2` shares with it (Cisco 225443).
const LOG_PARTITION: Partition = Partition::Part2;
/// The expiry of the certificate of FN72524, since 1970: 21:43:46 UTC on 4 December 2022.
const CERTIFICATE_EXPIRES: Duration = Duration::from_secs(1_670_190_226);

impl Machine {
    /// Returns true if a failed verification is ignored.
    pub(super) fn ignores(&self, error: String) -> bool {
        let Some(quirk) = self.quirk(Effect::InstallsUnverified, self.running) else { return false };
        self.sink.emit(ApEvent::VerificationErrorIgnored { quirk, error });
        true
    }

    /// Returns true if `partition`, which fails verification, is started again and again, as the installer has not checked it.
    pub(super) fn repeats_boot(&self, partition: Partition) -> bool {
        // The software in the other partition installed it.
        let installer = self.access_point.flash.borrow().version(partition.other());
        let quirk = installer.and_then(|version| self.quirk(Effect::InstallsUnverified, version));
        let Some(quirk) = quirk else { return false };
        self.sink.emit(ApEvent::BootRepeated { quirk, partition });
        true
    }

    /// Starts to count the days of a growing log.
    pub(super) fn start_log(&mut self, now: Duration) {
        let days = self.access_point.up_before().as_secs() / DAY.as_secs();
        if days > 0 {
            self.add_to_log(days);
        }
        self.timers.log = self.quirk(Effect::LogGrows, self.running).map(|_| now + DAY);
    }

    pub(super) fn grow_log(&mut self, now: Duration) {
        self.add_to_log(1);
        self.timers.log = self.quirk(Effect::LogGrows, self.running).map(|_| now + DAY);
    }

    /// Adds what so many days write.
    fn add_to_log(&mut self, days: u64) {
        let Some(quirk) = self.quirk(Effect::LogGrows, self.running) else { return };
        let partition = LOG_PARTITION;
        let bytes = self.access_point.settings.log_growth_per_day.saturating_mul(days);
        let used = self.access_point.flash.borrow().other_use(partition).saturating_add(bytes);
        self.access_point.flash.borrow_mut().set_other_use(partition, used);
        self.sink.emit(ApEvent::LogGrown { quirk, partition, bytes, used });
    }

    /// Keeps the `bytes` of an abandoned download in /tmp.
    pub(super) fn keep_tmp(&mut self, bytes: u64) {
        if bytes > 0
            && let Some(quirk) = self.quirk(Effect::TmpStays, self.running)
        {
            self.tmp_kept = self.tmp_kept.saturating_add(bytes);
            self.sink.emit(ApEvent::TmpKept { quirk, bytes: self.tmp_kept });
        }
    }

    /// Returns the bytes that are left of /tmp, if it has filled up.
    pub(super) fn left_of_tmp(&self, now: Duration) -> Option<u64> {
        let uptime = now.saturating_sub(self.started).saturating_add(self.access_point.up_before());
        if uptime < self.access_point.settings.tmp_fills_after {
            return None;
        }
        let quirk = self.quirk(Effect::TmpFills, self.running)?;
        let left = self.access_point.settings.tmp_left;
        self.sink.emit(ApEvent::TmpFilled { quirk, uptime_s: uptime.as_secs(), left });
        Some(left)
    }

    /// Returns true if the signature of an image of `version` cannot be checked, because a certificate is not valid.
    pub(super) fn cannot_check(&self, now: Duration, version: Version) -> bool {
        if let Some(quirk) = self.quirk(Effect::CertificateWrong, version) {
            self.sink.emit(ApEvent::OwnCertificateWrong { quirk });
            return true;
        }
        if self.access_point.clock + now <= CERTIFICATE_EXPIRES {
            return false;
        }
        let Some(quirk) = self.quirk(Effect::CertificateExpired, version) else { return false };
        self.sink.emit(ApEvent::SigningCertificateExpired { quirk });
        true
    }

    /// Returns the id of the quirk that has `effect` at `version`.
    fn quirk(&self, effect: Effect, version: Version) -> Option<String> {
        self.access_point.quirks.find(effect, version).map(|quirk: &Quirk| quirk.id.clone())
    }
}
