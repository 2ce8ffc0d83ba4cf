//! The requests of the controller to TFTP servers.

use std::net::SocketAddr;
use std::time::Duration;

use fetch::tftp::Request;
use tftp::{ReceiverConfig, Schedule, Text};

use super::Settings;

impl Settings {
    /// Returns a request for `path` as the controller makes it: without options, retransmitted and given up as in the sample.
    pub fn tftp_request(&self, local: SocketAddr, server: SocketAddr, path: impl Into<Text>) -> Request {
        let mut config = ReceiverConfig::new(path);
        config.schedule = self.tftp_schedule();
        Request { local, server, config }
    }

    /// Returns the schedule: retransmission at the interval, until the timeout, counted from the start of the install.
    fn tftp_schedule(&self) -> Schedule {
        let interval = self.tftp_retransmit_interval.max(Duration::from_millis(1));
        let mut left = self.tftp_timeout.saturating_sub(self.install_prepare);
        let mut waits = Vec::new();
        while left > interval {
            waits.push(interval);
            left -= interval;
        }
        waits.push(left);
        Schedule::new(waits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_server_is_given_up_when_the_sample_says() {
        let settings = Settings::default();
        let schedule = settings.tftp_schedule();
        assert_eq!(settings.install_prepare + schedule.total(), Duration::from_millis(40_067));
        assert_eq!(schedule.waits().len(), 10);
    }
}
