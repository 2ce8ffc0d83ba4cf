//! Socket options that the standard library lacks. Options that the system refuses are skipped: sockets then work less well.

use std::io;
use std::net::UdpSocket;

/// The requested receive buffer of a socket in bytes: a window of 64 blocks of 65,464 bytes, and as much again for the kernel's
/// overhead.
const RECEIVE_BUFFER: usize = 8 << 20;

#[cfg(target_os = "linux")]
pub(super) use linux::{hear_refusals, receive_buffer, tune};
#[cfg(not(target_os = "linux"))]
pub(super) use others::{hear_refusals, receive_buffer, tune};

#[cfg(target_os = "linux")]
mod linux {
    use nix::sys::socket::{setsockopt, sockopt};

    use super::*;

    /// Gives the socket the largest receive buffer that it may have.
    pub(in super::super) fn tune(socket: &UdpSocket) {
        // Only the administrator may exceed net.core.rmem_max.
        if setsockopt(socket, sockopt::RcvBufForce, &RECEIVE_BUFFER).is_err() {
            let _ = setsockopt(socket, sockopt::RcvBuf, &RECEIVE_BUFFER);
        }
    }

    /// Returns the result of [`tune`], in bytes as the kernel counts them: it doubles the requested size.
    pub(in super::super) fn receive_buffer(socket: &UdpSocket) -> io::Result<usize> {
        tune(socket);
        Ok(nix::sys::socket::getsockopt(socket, sockopt::RcvBuf)?)
    }

    /// Makes an unconnected socket fail, once, when one of its datagrams was answered by ICMP.
    pub(in super::super) fn hear_refusals(socket: &UdpSocket, is_ipv4: bool) {
        let _ = if is_ipv4 {
            setsockopt(socket, sockopt::Ipv4RecvErr, &true)
        } else {
            setsockopt(socket, sockopt::Ipv6RecvErr, &true)
        };
    }
}

#[cfg(not(target_os = "linux"))]
mod others {
    use super::*;

    pub(in super::super) fn tune(_: &UdpSocket) {}

    pub(in super::super) fn receive_buffer(_: &UdpSocket) -> io::Result<usize> {
        Ok(RECEIVE_BUFFER)
    }

    pub(in super::super) fn hear_refusals(_: &UdpSocket, _is_ipv4: bool) {}
}
