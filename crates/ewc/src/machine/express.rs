//! Downloads that the network carries on: while nothing but blocks and their answers passes between the controller and an access point,
//! a session lends the exchange of them.
//!
//! Every change of a session ends its lease first (`sessions.rs`), and finds the session as if each block had been sent by itself. Code that
//! only reads a session reads the lease as well ([`Download::sent`](super::download::Download::sent)).

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use capwap::{Element, MessageType, block_request};
use datagram::Datagram;
use host::flow::{Due, Ended, Exchange, Lender, Script};

use super::Machine;
use super::blocks::Blocks;
use super::session::Session;

/// The means to lend.
#[derive(Default)]
pub(super) struct Express {
    /// The control port's, if its network takes leases.
    lender: Option<Rc<dyn Lender>>,
    /// The sessions whose leases have ended.
    ended: Ended,
}

/// The blocks of an image, from one on.
struct BlockRun {
    blocks: Blocks,
    first: usize,
    /// The Image Data Request with the first of them, and its sequence number.
    request: Datagram,
    sequence: u8,
}

impl Script for BlockRun {
    fn datagram(&self, round: u64) -> Datagram {
        let block = self.blocks.block(self.first + round as usize);
        block.map_or_else(
            || self.request.clone(),
            |block| block_request(self.sequence.wrapping_add(round as u8), block),
        )
    }

    fn subject(&self) -> &dyn Any {
        self.blocks.content()
    }
}

impl Machine {
    /// Lets sessions lend exchanges from now on.
    pub(crate) fn lend_through(&mut self, lender: Option<Rc<dyn Lender>>) {
        self.express.lender = lender;
    }

    /// Lends the download of a session, if nothing else happens to it. Returns true if it was lent.
    pub(super) fn lend(&mut self, index: usize) -> bool {
        let Some(lender) = &self.express.lender else { return false };
        let settings = &self.controller.settings;
        if settings.channel.window != 1 || self.rate.is_to_notice() || self.misses_heartbeats(index) {
            return false;
        }
        let session = &self.sessions[index];
        let Some((first, sequence, blocks)) = session.may_lend() else { return false };
        // The last block is another message, which ends the download.
        let rounds = (blocks.count() - first).saturating_sub(1) as u64;
        let request = blocks.block(first).map(|block| block_request(sequence, block));
        let next = session.slots_due.front().map(|due| Due::Wait(*due));
        let next = next.or_else(|| session.turns.front().map(|turn| Due::Turn(*turn)));
        let (Some(request), Some(next)) = (request, next) else { return false };
        if rounds == 0 || !session.channel.is_whole(&request) {
            return false;
        }
        let exchange = Exchange {
            peer: session.peer,
            rounds,
            first: next,
            wait: settings.relay_turnaround,
            limit: Some(self.rate.clone()),
            overhead: session.suite.overhead(request.len()),
            script: Rc::new(BlockRun { blocks: blocks.clone(), first, request, sequence }),
            tag: index,
            ended: self.express.ended.clone(),
        };
        let Some(lease) = lender.lend(exchange) else { return false };
        let session = &mut self.sessions[index];
        session.slots_due.clear();
        session.turns.clear();
        if let Some(download) = &mut session.download {
            download.lease = Some(lease);
        }
        true
    }

    /// Lets the sessions continue whose leases have ended, in the order of what they have to send.
    pub(super) fn continue_ended(&mut self) {
        while let Some(index) = self.express.ended.pop() {
            if self.sessions.is_there(index) {
                self.sessions[index].end_lease();
                self.plan(index);
            }
        }
        self.report_rate();
    }
}

impl Session {
    /// Returns the number of the next block, that of its request, and the blocks, if nothing but blocks and answers is under way and the
    /// next block waits for its time.
    fn may_lend(&self) -> Option<(usize, u8, &Blocks)> {
        let waits = self.slots_due.len() + self.turns.len() == 1;
        let is_alone = self.answers.is_empty() && self.stale_blocks == 0 && self.debt.is_zero();
        let (first, blocks) = self.download.as_ref()?.in_step()?;
        let sequence = self.channel.idle_request()?;
        (waits && is_alone).then_some((first, sequence, blocks))
    }

    /// Ends the lease, if there is one, and adds what has happened under it.
    pub(super) fn end_lease(&mut self) {
        let Some(download) = &mut self.download else { return };
        let Some(lease) = download.lease.take() else { return };
        lease.recall();
        let ((sent, last_sent), (answered, last_answered)) = (lease.sent(), lease.answered());
        self.channel.skip_requests(answered);
        download.sent += sent as usize;
        download.acknowledged += answered as usize;
        if answered > 0 {
            (self.last_heard, self.last_sign_of_life) = (last_answered, last_answered);
        }
        if sent > answered
            && let Some(block) = download.last_sent()
        {
            let elements = [Element::ImageData(block)];
            self.channel.resume_request(last_sent, MessageType::ImageDataRequest, &elements);
        }
        match lease.next() {
            Some(Due::Wait(due)) => self.slots_due.push_back(due),
            Some(Due::Turn(turn)) => self.turns.push_back(turn),
            None => {}
        }
    }
}

impl fmt::Debug for Express {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Express").field("lends", &self.lender.is_some()).finish_non_exhaustive()
    }
}
