//! RFC 1350, 2347, 2348, 2349: packets, and sans-IO sender and receiver machines.
