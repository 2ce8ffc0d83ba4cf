//! `scenarios/firewalls/`: firewalls as people have them.

use crate::causes::{UPGRADED, fails, holds, is_due_to};
use crate::common::Edited;

#[test]
fn the_helper_lets_the_answer_through() {
    is_due_to("firewalls/tftp-inspection", ", inspect: tftp", "");
    let inspected = Edited::scenario("firewalls/tftp-inspection");
    // The firewall's word means port 69, the rule's whatever it permits.
    holds(&inspected.clone().replace("inspect: tftp }]", "}], inspect: [tftp]"), UPGRADED);
    holds(&inspected.clone().replace("permit: udp/69,", "permit: udp, from: ewc,"), UPGRADED);
    // One that asks its rules first gains nothing from a helper.
    fails(&inspected.replace("permit: udp/69,", "permit: udp/70,"), UPGRADED);
}
