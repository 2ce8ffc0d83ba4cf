//! Outputs of networks, and what is read from them: published samples, the layouts of this project's own devices in everything that a
//! terminal does to them, random networks, hostile files.

mod golden;
mod hostile;
mod labs;
mod layouts;
mod own;
mod printed;
mod property;
