//! The interface of a smoltcp stack: one packet in, any number out.

use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant;

use network::INTERFACE_MTU;

/// The network interface of a host, as smoltcp sees it.
#[derive(Debug, Default)]
pub(super) struct Device {
    /// An IP packet that has arrived.
    pub(super) arrived: Option<Vec<u8>>,
    /// IP packets to send, in order.
    pub(super) sent: Vec<Vec<u8>>,
}

impl phy::Device for Device {
    type RxToken<'a> = Arrived;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, _now: Instant) -> Option<(Arrived, Sending<'_>)> {
        let arrived = self.arrived.take()?;
        Some((Arrived(arrived), Sending(&mut self.sent)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Sending<'_>> {
        Some(Sending(&mut self.sent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = INTERFACE_MTU as usize;
        capabilities
    }
}

pub(super) struct Arrived(Vec<u8>);

impl phy::RxToken for Arrived {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, take: F) -> R {
        take(&self.0)
    }
}

pub(super) struct Sending<'a>(&'a mut Vec<Vec<u8>>);

impl phy::TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, fill: F) -> R {
        let mut packet = vec![0; length];
        let result = fill(&mut packet);
        self.0.push(packet);
        result
    }
}
