//! The boot variable: the partition to boot first. Writing it takes time, and a power cut can tear it.

use std::time::Duration;

use super::Partition;

/// The partition to boot first when the variable cannot be read: the boot loader's default. Unverified.
const DEFAULT: Partition = Partition::Part1;

#[derive(Debug)]
pub(super) struct BootVariable {
    /// The stored value; none after a power cut in the middle of a write.
    stored: Option<Partition>,
    writing: Option<Writing>,
}

#[derive(Debug)]
struct Writing {
    value: Partition,
    started: Duration,
    takes: Duration,
}

impl BootVariable {
    pub(super) fn new(stored: Partition) -> Self {
        Self { stored: Some(stored), writing: None }
    }

    /// Starts to write `value`, which takes until [`BootVariable::sync`] or this long, whichever comes first.
    pub(super) fn write(&mut self, now: Duration, value: Partition, takes: Duration) {
        self.writing = Some(Writing { value, started: now, takes });
    }

    pub(super) fn sync(&mut self) {
        if let Some(writing) = self.writing.take() {
            self.stored = Some(writing.value);
        }
    }

    /// Tears a write. In its first third the old value is still there, in its last third the new one; in between, the block is
    /// erased and its checksum is invalid.
    pub(super) fn cut(&mut self, now: Duration) {
        let Some(Writing { value, started, takes }) = self.writing.take() else { return };
        let elapsed = now.saturating_sub(started);
        if elapsed * 3 >= takes * 2 {
            self.stored = Some(value);
        } else if elapsed * 3 >= takes {
            self.stored = None;
        }
    }

    /// Returns the value as a program reads it now.
    pub(super) fn value(&self) -> Partition {
        self.writing.as_ref().map(|writing| writing.value).or(self.stored).unwrap_or(DEFAULT)
    }

    pub(super) fn is_torn(&self) -> bool {
        self.writing.is_none() && self.stored.is_none()
    }

    pub(super) fn is_synced(&self) -> bool {
        self.writing.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_leaves_old_torn_or_new() {
        let after = |ms: u64| {
            let mut variable = BootVariable::new(Partition::Part2);
            variable.write(Duration::from_secs(9), Partition::Part1, Duration::from_millis(30));
            assert_eq!((variable.value(), variable.is_synced()), (Partition::Part1, false));
            variable.cut(Duration::from_secs(9) + Duration::from_millis(ms));
            assert!(variable.is_synced());
            (!variable.is_torn()).then(|| variable.value())
        };
        assert_eq!([0, 9].map(after), [Some(Partition::Part2); 2]);
        assert_eq!([10, 19].map(after), [None; 2]);
        assert_eq!([20, 400].map(after), [Some(Partition::Part1); 2]);
    }

    #[test]
    fn a_torn_variable_is_read_as_the_default_until_it_is_written_again() {
        let mut variable = BootVariable { stored: None, writing: None };
        assert_eq!((variable.value(), variable.is_torn()), (DEFAULT, true));
        variable.write(Duration::ZERO, Partition::Part2, Duration::ZERO);
        variable.sync();
        assert_eq!((variable.value(), variable.is_torn()), (Partition::Part2, false));
    }
}
