//! Sender and receiver against each other and against hand-made packets: no sockets, no sleeps.

mod loss;
mod options;
mod pair;
mod strangers;
mod transfer;
mod windows;
mod writes;
