//! The host keys that a controller has seen.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use ssh::PublicKey;

/// The host key of each server, as it was first seen. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct KnownHosts(Rc<RefCell<BTreeMap<IpAddr, PublicKey>>>);

impl KnownHosts {
    /// Returns true if `key` is the one that `server` showed first; if none is known, `key` becomes the first.
    pub fn knows(&self, server: IpAddr, key: &PublicKey) -> bool {
        let mut keys = self.0.borrow_mut();
        keys.entry(server).or_insert_with(|| key.clone()) == key
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use ssh::{HostKey, KeyAlgorithm};

    use super::*;

    #[test]
    fn the_first_key_of_a_server_is_kept() {
        let key =
            |seed| HostKey::generate(KeyAlgorithm::Ed25519, &mut host::Entropy::seed_from_u64(seed)).public();
        let (one, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let hosts = KnownHosts::default();
        assert!(hosts.knows(one, &key(1)) && hosts.knows(other, &key(2)));
        let after_a_power_cut = hosts.clone();
        assert!(after_a_power_cut.knows(one, &key(1)));
        assert!(!after_a_power_cut.knows(one, &key(2)));
    }
}
