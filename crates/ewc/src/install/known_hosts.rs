//! The host keys that a controller has seen.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use ssh::PublicKey;

/// The host key of each server, as it was first seen. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct KnownHosts(Rc<RefCell<BTreeMap<IpAddr, PublicKey>>>);

impl KnownHosts {
    /// Whether `key` is the one that `server` showed first, which it is when none is known.
    pub fn knows(&self, server: IpAddr, key: &PublicKey) -> bool {
        let mut keys = self.0.borrow_mut();
        keys.entry(server).or_insert_with(|| key.clone()) == key
    }
}
