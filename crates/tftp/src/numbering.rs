//! Block numbers: 16 bits on the wire, unlimited inside the machines.

/// The number on the wire after 65,535. No RFC defines it; servers and clients in the field agree on 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbering {
    rollover_to: u16,
}

impl Numbering {
    pub(crate) fn new(rollover_to: u16) -> Self {
        Self { rollover_to }
    }

    /// Returns the number on the wire of block `n`, counted from 1; 0 stands for the time before the first block.
    pub(crate) fn wire(self, n: u64) -> u16 {
        if n <= u64::from(u16::MAX) {
            return n as u16;
        }
        let again = u64::from(self.rollover_to) + (n - 65_536) % self.period();
        again as u16 // At most 65,535 by the remainder.
    }

    /// Returns the first block in `from..=to` that has `wire` as its number.
    pub(crate) fn find(self, wire: u16, from: u64, to: u64) -> Option<u64> {
        let first_cycle = u64::from(wire);
        let n = if first_cycle >= from {
            first_cycle
        } else {
            let from = from.max(65_536);
            let phase = (from - 65_536) % self.period();
            let target = u64::from(wire.checked_sub(self.rollover_to)?);
            from + (target + self.period() - phase) % self.period()
        };
        (n <= to).then_some(n)
    }

    fn period(self) -> u64 {
        65_536 - u64::from(self.rollover_to)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn goes_on_at_zero_or_one() {
        let zero = Numbering::new(0);
        assert_eq!([65_535, 65_536, 65_537, 131_072].map(|n| zero.wire(n)), [65_535, 0, 1, 0]);
        let one = Numbering::new(1);
        assert_eq!([65_535, 65_536, 65_537, 131_071].map(|n| one.wire(n)), [65_535, 1, 2, 1]);
    }

    proptest! {
        #[test]
        fn finds_what_a_search_finds(rollover_to in prop_oneof![0..3_u16, any::<u16>()], from in 0..300_000_u64, window in 0..70_u64, wire in any::<u16>(), near in any::<bool>()) {
            let numbering = Numbering::new(rollover_to);
            let to = from + window;
            let wire = if near { numbering.wire(from + window / 2) } else { wire };
            let searched = (from..=to).find(|&n| numbering.wire(n) == wire);
            prop_assert_eq!(numbering.find(wire, from, to), searched);
        }
    }
}
