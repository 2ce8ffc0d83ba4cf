//! Downloads that the network carries on: while nothing but blocks comes, the access point accepts the exchange of them.
//!
//! It ends the exchange before it does anything else, and so is as if it had stored and answered each block by itself.

use std::net::SocketAddr;
use std::rc::Rc;

use capwap::{
    CONTROL_PORT, Element, ImageData, Message, MessageType, Opcode, ResultCode, block_response, find,
};
use host::flow::{Acceptance, Exchange, Lease};
use image::Content;

use super::Machine;
use super::download::Transfer;

/// An exchange under way.
#[derive(Debug)]
pub(super) struct Accepted {
    lease: Lease,
    /// The bytes in each block.
    block_size: u64,
}

impl Machine {
    /// Accepts an exchange of blocks, if each is the next of the image that is being received, there is room for it, and nothing is to be
    /// printed about it.
    pub(crate) fn accept_exchange(
        &mut self,
        from: SocketAddr,
        exchange: &Exchange,
        lease: &Lease,
    ) -> Option<Acceptance> {
        self.end_exchange();
        let room = self.room();
        let sequence = self.channel.as_ref()?.expected_request()?;
        let transfer = self.transfer.as_ref()?;
        let content: &Content = exchange.script.subject().downcast_ref()?;
        let layout = self.access_point.settings.image_data_layout;
        let first = Message::parse_datagram(exchange.script.datagram(0), layout).ok()?;
        let block = find!(first.elements, ImageData)?;
        let is_next = from == SocketAddr::from((self.peer, CONTROL_PORT))
            && (first.message_type, first.sequence) == (MessageType::ImageDataRequest, sequence)
            && self.transmits.is_empty()
            && transfer.takes(block, content);
        let block_size = block.data.len() as u64;
        let rounds = transfer.silent().min(room.saturating_sub(transfer.len()) / block_size.max(1));
        if !is_next || rounds == 0 {
            return None;
        }
        self.exchange = Some(Accepted { lease: lease.clone(), block_size });
        Some(Acceptance {
            rounds,
            answer: Rc::new(move |round| block_response(sequence.wrapping_add(round as u8))),
            overhead: self.suite.overhead(block_response(sequence).len()),
        })
    }

    /// Ends the exchange, if one is under way, and adds what has happened in it.
    pub(crate) fn end_exchange(&mut self) {
        let Some(Accepted { lease, block_size }) = self.exchange.take() else { return };
        lease.recall();
        let (count, last) = lease.received();
        let (Some(transfer), Some(channel), 1..) = (&mut self.transfer, &mut self.channel, count) else {
            return;
        };
        transfer.skip(count, block_size);
        let success = [Element::ResultCode(ResultCode::Success)];
        channel.skip_answered(count, MessageType::ImageDataResponse, &success);
        self.await_block(last);
    }
}

impl Transfer {
    /// Returns true if `block` is the next of `content`, of which all so far is the beginning, and not the last one.
    fn takes(&self, block: &ImageData, content: &Content) -> bool {
        let has_begun = self.msgs > 0 && self.writer.shares(content);
        has_begun
            && block.opcode == Opcode::Data
            && block.checksum_holds()
            && content.has_at(self.writer.len(), &block.data)
    }

    /// Returns the number of bytes received.
    fn len(&self) -> u64 {
        self.writer.len()
    }
}
