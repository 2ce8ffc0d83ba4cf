//! The times for which access points have been up.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use text::MacAddress;

/// Tells how long each access point has been up, by Ethernet address. Clones are the same.
///
/// Access points report it in an element that is not modelled, so the world knows it for them.
#[derive(Clone, Default)]
pub struct Uptimes(Rc<RefCell<BTreeMap<MacAddress, Uptime>>>);

/// Returns the time for which an access point has been up at a time since the start of the run.
type Uptime = Box<dyn Fn(Duration) -> Duration>;

impl Uptimes {
    /// Adds an access point.
    pub fn add(&self, mac: MacAddress, uptime: impl Fn(Duration) -> Duration + 'static) {
        self.0.borrow_mut().insert(mac, Box::new(uptime));
    }

    /// Returns the time for which the access point with this address has been up at `now`; `None` if it is not known.
    pub(crate) fn of(&self, mac: MacAddress, now: Duration) -> Option<Duration> {
        Some(self.0.borrow().get(&mac)?(now))
    }
}

impl fmt::Debug for Uptimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uptimes({})", self.0.borrow().len())
    }
}
