//! sftp-server as a machine: what it answers, what it says, and what it bears.

mod answers;
mod hostile;
mod log;
mod machine;
mod writes;
