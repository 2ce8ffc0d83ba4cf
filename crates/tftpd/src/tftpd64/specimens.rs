//! Specimens of all events, from which a reader of logs learns what each of them prints.

use host::{Samples, Specimen};

use super::event::{BadRequest, Call, Kind, Operation, Tftpd64Event};
use super::windows::SystemError;

/// Returns specimens of every event: one for each combination of words and flags, with marks of `samples` for all other values.
pub fn specimens(samples: &mut Samples) -> Vec<Tftpd64Event> {
    let all = Kind::specimens(samples).into_iter();
    all.map(|kind| Tftpd64Event { transfer: None, logged: true, kind }).collect()
}

impl Specimen for SystemError {
    /// Each error has a text of its own.
    fn specimens(_: &mut Samples) -> Vec<Self> {
        Self::ALL.to_vec()
    }
}

host::specimens! {
    enum Operation { Rrq, Wrq }
    enum Call { Bind, Connect, CreateFile, Send, SendOack, Recv, Write }
    enum BadRequest { NameTooLong, PercentSign, ModeTooLong, UnknownMode }
}
