//! The steps of exchanges at one instant, in the order in which packets, timers and tasks would take them.

use network::{Packet, Passage};

use super::{Row, Stage};
use crate::event_queue::{Item, Lane};
use crate::net::Net;

/// What a task would do at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// The receiver of an exchange takes a datagram and answers it.
    Receive(u32),
    /// The sender behind a socket takes all answers, and sends all that is due.
    Send(usize),
}

impl Net {
    /// Takes steps of exchanges: everything that happens at `now_ns`. Returns true if a task was woken.
    pub(crate) fn step(&mut self, now_ns: u64, due: &[Item]) -> bool {
        let task = |net: &mut Self, row| {
            let flow = net.flows.live(row)?;
            Some(match flow.stage {
                Stage::There => Task::Receive(row),
                Stage::Back | Stage::Wait(_) | Stage::Turn(_) => Task::Send(flow.there.socket),
            })
        };
        if let &[Item::Flow(row)] = due {
            let woken = task(self, row).and_then(|task| self.carry_out(now_ns, task, &[row]));
            woken.into_iter().for_each(|socket| self.wake_sender(socket));
            return woken.is_some();
        }
        let mut tasks: Vec<(Task, Vec<u32>)> = Vec::with_capacity(due.len());
        for item in due {
            let &Item::Flow(row) = item else { continue };
            let Some(task) = task(self, row) else { continue };
            let is_same = |(known, _): &&mut (Task, _)| matches!(task, Task::Send(_)) && *known == task;
            match tasks.iter_mut().find(is_same) {
                Some((_, rows)) => rows.push(row),
                None => tasks.push((task, vec![row])),
            }
        }
        // No exchange is recalled before all steps of the instant are taken.
        let woken = tasks.into_iter().filter_map(|(task, rows)| self.carry_out(now_ns, task, &rows));
        let woken: Vec<usize> = woken.collect();
        woken.iter().for_each(|&socket| self.wake_sender(socket));
        !woken.is_empty()
    }

    /// Takes the steps of one task. Returns the socket of a sender that has to notice how long its messages wait.
    fn carry_out(&mut self, now_ns: u64, task: Task, rows: &[u32]) -> Option<usize> {
        match task {
            Task::Receive(row) => {
                self.receive(now_ns, row);
                None
            }
            Task::Send(socket) => self.send_due(now_ns, rows).then_some(socket),
        }
    }

    /// Ends the exchanges of a sender, and wakes it.
    fn wake_sender(&mut self, socket: usize) {
        self.recall_of_socket(socket);
        self.sockets[socket].wake();
    }

    /// Takes the steps of one sender: first its answers, then what is due, in the order of the waits. Returns true if it has to notice
    /// how long its messages wait.
    fn send_due(&mut self, now_ns: u64, rows: &[u32]) -> bool {
        let limit = rows.first().and_then(|row| self.flows.live(*row)?.exchange.limit.clone());
        if let &[row] = rows {
            match self.flows.live(row).map(|flow| flow.stage) {
                Some(Stage::Back) => self.take_answer(now_ns, row),
                Some(Stage::Wait(_) | Stage::Turn(_)) if self.has_turn(now_ns, row) => {
                    self.send_next(now_ns, row)
                }
                Some(Stage::There | Stage::Wait(_) | Stage::Turn(_)) | None => {}
            }
            return limit.is_some_and(|limit| limit.is_to_notice());
        }
        let mut waits = Vec::with_capacity(rows.len());
        for &row in rows {
            let Some(flow) = self.flows.live(row) else { continue };
            match flow.stage {
                Stage::Back => self.take_answer(now_ns, row),
                Stage::Wait(_) | Stage::Turn(_) => waits.push((flow.waits, row)),
                Stage::There => {}
            }
        }
        waits.sort_unstable();
        waits.retain(|&(_, row)| self.has_turn(now_ns, row));
        waits.into_iter().for_each(|(_, row)| self.send_next(now_ns, row));
        limit.is_some_and(|limit| limit.is_to_notice())
    }

    /// The receiver takes a datagram and answers it.
    fn receive(&mut self, now_ns: u64, row: u32) {
        self.arrivals.taken += 1;
        let Some(flow) = self.flows.live(row) else { return };
        flow.progress.received.set((flow.progress.received.get().0 + 1, now_ns));
        let passage = flow.back.passage;
        flow.stage = Stage::Back;
        self.pass(now_ns, row, passage);
    }

    /// Sends the next datagram.
    fn send_next(&mut self, now_ns: u64, row: u32) {
        let Some(flow) = self.flows.live(row) else { return };
        flow.progress.sent.set((flow.progress.sent.get().0 + 1, now_ns));
        let passage = flow.there.passage;
        flow.stage = Stage::There;
        self.pass(now_ns, row, passage);
    }

    /// Sends a packet of an exchange on its way. If the network has to decide on it, that is the end of the exchange.
    fn pass(&mut self, now_ns: u64, row: u32, passage: Passage) {
        self.flows.packets += 1;
        match self.network.pass(now_ns, &passage) {
            Some(at_ns) => self.queue.plan_in(Lane::of_direction(passage.queue), at_ns, Item::Flow(row)),
            None => {
                let Some(Row::Live(flow)) = self.flows.rows.try_remove(row as usize) else { return };
                let (host, packet): (_, Option<Packet>) = match flow.stage {
                    Stage::Back => (flow.back.host, flow.answer()),
                    Stage::There | Stage::Wait(_) | Stage::Turn(_) => (flow.there.host, flow.datagram()),
                };
                flow.end();
                if let Some(packet) = packet {
                    self.send(now_ns, host, packet);
                }
            }
        }
    }

    /// The sender takes an answer, and begins the wait for the next datagram.
    fn take_answer(&mut self, now_ns: u64, row: u32) {
        self.arrivals.taken += 1;
        self.flows.waits += 1;
        let waits = self.flows.waits;
        let Some(flow) = self.flows.live(row) else { return };
        let answered = flow.progress.answered.get().0 + 1;
        flow.progress.answered.set((answered, now_ns));
        flow.waits = waits;
        let due_ns = now_ns + flow.wait_ns;
        let limit = flow.exchange.limit.as_ref();
        flow.stage = match limit.filter(|limit| limit.is_busy_ns(due_ns)) {
            Some(limit) => Stage::Turn(limit.take_turn_ns(due_ns)),
            None => Stage::Wait(due_ns),
        };
        self.plan_wait(row, answered);
    }

    /// Returns true if an exchange whose wait is over may send now. Otherwise it has taken a later turn.
    fn has_turn(&mut self, now_ns: u64, row: u32) -> bool {
        let Some(flow) = self.flows.live(row) else { return false };
        let (Stage::Wait(due_ns), Some(limit)) = (flow.stage, &flow.exchange.limit) else { return true };
        let turn_ns = limit.take_turn_ns(due_ns);
        if turn_ns <= now_ns {
            return true;
        }
        flow.stage = Stage::Turn(turn_ns);
        self.flows.waits += 1;
        let waits = self.flows.waits;
        if let Some(flow) = self.flows.live(row) {
            flow.waits = waits;
        }
        self.plan_wait(row, 0);
        false
    }

    /// Plans the end of a wait. With its last answer the exchange ends, and the sender is woken then.
    fn plan_wait(&mut self, row: u32, answered: u64) {
        let Some(flow) = self.flows.live(row) else { return };
        let (lane, at_ns, order) = match flow.stage {
            Stage::Wait(at_ns) => (flow.wait_lane, at_ns, flow.order),
            Stage::Turn(at_ns) => (flow.turn_lane, at_ns, flow.order),
            Stage::There | Stage::Back => return,
        };
        let is_last = answered == flow.rounds;
        self.queue.plan_wake_up_in(lane, at_ns, order, Item::Flow(row));
        if is_last {
            self.end(row);
        }
    }
}
