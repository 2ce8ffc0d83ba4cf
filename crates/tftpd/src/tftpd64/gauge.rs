//! The progress of each transfer, as the program's window shows it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use super::event::Kind;

/// `dwRefreshInterval`: the interval of updates of the window; after a request sooner, then with doubled waits up to this.
const REFRESH: Duration = Duration::from_millis(2_000);
const REFRESH_AFTER_REQUEST: Duration = Duration::from_millis(2_000 / 4 + 100);
/// Below this size the window shows no percentage, in bytes.
const SIZE_MIN: u64 = 100;

/// A running transfer.
#[derive(Debug)]
pub(super) struct Gauge {
    pub(super) peer: SocketAddr,
    pub(super) filename: String,
    /// The size; 0 if it is not known.
    pub(super) size: u64,
    pub(super) bytes: Cell<u64>,
    /// The value shown last: percent, or bytes where there is no percentage.
    shown: Cell<u64>,
}

/// All running transfers, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub(super) struct Gauges(Rc<RefCell<BTreeMap<u32, Rc<Gauge>>>>);

impl Gauges {
    /// Shows a transfer until the returned value is dropped.
    pub(super) fn show(&self, transfer: u32, peer: SocketAddr, filename: &str, size: u64) -> Shown {
        let gauge = Gauge { peer, filename: filename.into(), size, bytes: Cell::new(0), shown: Cell::new(0) };
        let gauge = Rc::new(gauge);
        self.0.borrow_mut().insert(transfer, Rc::clone(&gauge));
        Shown { gauges: self.clone(), transfer, gauge }
    }

    /// Returns the changes in the window: at most a hundred percentages of one transfer, so that a slow one does not fill the
    /// record.
    pub(super) fn refresh(&self) -> Vec<(u32, Kind)> {
        let gauges = self.0.borrow();
        gauges.iter().filter_map(|(&transfer, gauge)| Some((transfer, gauge.refresh()?))).collect()
    }
}

impl Gauge {
    fn refresh(&self) -> Option<Kind> {
        let bytes = self.bytes.get();
        let percent = (self.size > SIZE_MIN).then(|| bytes / (self.size / 100));
        let shown = percent.unwrap_or(bytes);
        if self.shown.replace(shown) == shown {
            return None;
        }
        let size = (self.size > 0).then_some(self.size);
        Some(Kind::Progress { peer: self.peer, filename: self.filename.clone(), bytes, size, percent })
    }
}

/// Keeps a transfer in the window.
#[derive(Debug)]
pub(super) struct Shown {
    gauges: Gauges,
    transfer: u32,
    pub(super) gauge: Rc<Gauge>,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.gauges.0.borrow_mut().remove(&self.transfer);
    }
}

/// The time of the next update of the window.
#[derive(Debug)]
pub(super) struct Refresh {
    interval: Duration,
    pub(super) due: Duration,
}

impl Refresh {
    pub(super) fn new() -> Self {
        Self { interval: REFRESH, due: Duration::ZERO }
    }

    pub(super) fn after_request(&mut self, now: Duration) {
        self.interval = REFRESH_AFTER_REQUEST;
        self.due = now + self.interval;
    }

    pub(super) fn after_refresh(&mut self, now: Duration) {
        let doubled = self.interval * 2;
        self.interval = if doubled < REFRESH { doubled } else { REFRESH };
        self.due = now + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percentages(size: u64, bytes: &[u64]) -> Vec<Option<(u64, Option<u64>)>> {
        let gauges = Gauges::default();
        let shown = gauges.show(467, ([172, 16, 4, 26], 40_000).into(), "f", size);
        let refresh = |&bytes: &u64| {
            shown.gauge.bytes.set(bytes);
            match gauges.refresh().pop() {
                Some((467, Kind::Progress { bytes, percent, .. })) => Some((bytes, percent)),
                other => other.map(|_| (0, None)),
            }
        };
        bytes.iter().map(refresh).collect()
    }

    #[test]
    fn only_what_changes_is_shown() {
        let shown = percentages(1000, &[0, 9, 10, 19, 500, 500, 1000]);
        let expected = [(10, 1), (500, 50), (1000, 100)].map(|(bytes, percent)| Some((bytes, Some(percent))));
        assert_eq!(shown, [None, None, expected[0], None, expected[1], None, expected[2]]);
        // Small files and those of unknown size have no percentage.
        for size in [0, 100] {
            assert_eq!(percentages(size, &[0, 5, 5, 6]), [None, Some((5, None)), None, Some((6, None))]);
        }
        // The program divides by whole hundredths.
        assert_eq!(percentages(199, &[199]), [Some((199, Some(199)))]);
    }

    #[test]
    fn a_transfer_that_ends_is_not_shown() {
        let gauges = Gauges::default();
        let shown = gauges.show(467, ([172, 16, 4, 26], 40_000).into(), "f", 1000);
        shown.gauge.bytes.set(500);
        drop(shown);
        assert_eq!(gauges.refresh(), []);
    }

    #[test]
    fn waits_double_up_to_two_seconds() {
        let mut refresh = Refresh::new();
        refresh.after_request(Duration::from_secs(10));
        let mut due = vec![refresh.due];
        for _ in 0..3 {
            refresh.after_refresh(refresh.due);
            due.push(refresh.due);
        }
        assert_eq!(due, [10_600, 11_800, 13_800, 15_800].map(Duration::from_millis));
    }
}
