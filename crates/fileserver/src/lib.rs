//! TFTP servers with the manners of real ones.
