//! `scenarios/bugs/`: known defects. Each scenario behaves differently without the quirk, and without its trigger.

use crate::causes::{UPGRADED, depends_on_its_cause, fails, holds, is_due_to, is_mended_by};
use crate::common::Edited;

/// Checks that the quirk is the cause: with it switched off, the same network behaves differently.
fn is_a_quirk(name: &str, quirk: &str) {
    let sick = Edited::scenario(name);
    let start = sick.line("start: ");
    let off = sick.clone().replace(&start, &format!("{start}\nquirks: {{ {quirk}: off }}"));
    depends_on_its_cause(&sick, &off);
}

/// Without the quirk a damaged image is rejected; with it a sound image does no harm.
#[test]
fn cscvx32806() {
    const NAME: &str = "bugs/cscvx32806-unverified-image";
    is_due_to(NAME, "CSCvx32806: by-version", "CSCvx32806: off");
    is_due_to(NAME, "running: 17.3.3.26", "running: 17.3.7.30");
    let sound = Edited::scenario(NAME).replace("corrupt: 500000", "truncate: 1024000");
    assert_eq!(holds(&sound, UPGRADED).waived, []);
    // The violated invariant is reported, with the quirk's name.
    let finished = Edited::scenario(NAME).run_as_it_is();
    let waived: Vec<&str> = finished.waived.iter().map(|waived| waived.actual.as_str()).collect();
    assert_eq!(
        waived,
        [
            "part1 is written; this is CSCvx32806",
            "it boots part1 again and again, although part2 is sound; this is CSCvx32806"
        ]
    );
}

#[test]
fn cscwf25731() {
    const NAME: &str = "bugs/cscwf25731-log-fills-part2";
    is_a_quirk(NAME, "CSCwf25731");
    is_due_to(NAME, "at: 12d, power_on: ewc", "at: 2d, power_on: ewc");
    is_mended_by(
        NAME,
        ("active: part1", "active: part2"),
        "12d1h8m",
        "{ access_points: roof, running: 17.12.7, state: registered }",
    );
}

#[test]
fn d221975() {
    const NAME: &str = "bugs/d221975-tmp-not-cleaned";
    is_a_quirk(NAME, "D221975");
    is_due_to(
        NAME,
        "at: 1m45s, link: { name: wan, state: down }",
        "at: 1m45s, link: { name: wan, state: up }",
    );
    // A reboot empties /tmp.
    let stuck = Edited::scenario(NAME).until("8m");
    fails(&stuck, UPGRADED);
    holds(&stuck.then("{ at: 2m30s, power_off: hall }").then("{ at: 2m40s, power_on: hall }"), UPGRADED);
}

/// A reboot shortly before is the workaround.
#[test]
fn cscwe97901() {
    const NAME: &str = "bugs/cscwe97901-stuck-downloading";
    is_a_quirk(NAME, "CSCwe97901");
    let stuck = Edited::scenario(NAME);
    let rebooted = stuck.clone().then("{ at: 25m, power_off: floor }").then("{ at: 26m, power_on: floor }");
    depends_on_its_cause(&stuck, &rebooted);
    fails(&stuck, UPGRADED);
    holds(&rebooted, UPGRADED);
    // Late, but not too late.
    holds(&stuck.then("{ at: 50m, power_off: floor }").then("{ at: 51m, power_on: floor }"), UPGRADED);
}

#[test]
fn fn72524() {
    const NAME: &str = "bugs/fn72524-certificate-expired";
    is_a_quirk(NAME, "FN72524");
    is_mended_by(
        NAME,
        ("start: 2022-12-10", "start: 2022-11-20"),
        "3m",
        "{ access_points: depot, running: 17.3.5a, state: registered }",
    );
    is_due_to(NAME, "ap: 17.3.5.42", "ap: 17.9.4.27");
}

/// The workaround is another file handle, or a restart of the controller.
#[test]
fn cscve55604() {
    const NAME: &str = "bugs/cscve55604-transfer-cut-short";
    is_due_to(NAME, "CSCve55604: by-version", "CSCve55604: off");
    is_due_to(NAME, "file-handles: 1", "file-handles: 100");
    let cut = Edited::scenario(NAME).until("20m");
    let upgraded = "{ access_points: all, running: 8.5.161, state: registered }";
    fails(&cut, upgraded);
    holds(&cut.then("{ at: 6m, power_off: ewc }").then("{ at: 6m10s, power_on: ewc }"), upgraded);
}

#[test]
fn fn63916() {
    const NAME: &str = "bugs/fn63916-wrong-certificate";
    is_a_quirk(NAME, "FN63916");
    is_due_to(NAME, "made: 2014-09-15", "made: 2014-11-01");
    is_mended_by(
        NAME,
        ("ap: 8.0.100.0", "ap: 8.0.110.0"),
        "3m",
        "{ access_points: all, running: 8.0.100, state: registered }",
    );
}

#[test]
fn fn72424() {
    const NAME: &str = "bugs/fn72424-hardware-unknown";
    is_a_quirk(NAME, "FN72424");
    is_due_to(NAME, "hardware: V06", "hardware: V03");
    is_mended_by(
        NAME,
        ("ap: 17.3.4.30", "ap: 17.3.6.76"),
        "4m",
        "{ access_points: all, running: 17.3.4, state: registered }",
    );
}

#[test]
fn fn72278() {
    const NAME: &str = "bugs/fn72278-factory-flash";
    is_a_quirk(NAME, "FN72278");
    is_due_to(NAME, "made: 2021-10-22", "made: 2021-10-28");
    let finished = Edited::scenario(NAME).run_as_it_is();
    let [waived] = finished.waived.as_slice() else { panic!("{:?}", finished.waived) };
    assert!(waived.actual.ends_with("FN72278 damaged part1 and part2"), "{}", waived.actual);
}

#[test]
fn community_5230018() {
    const NAME: &str = "bugs/community-5230018-heartbeat";
    is_a_quirk(NAME, "community-5230018");
    is_mended_by(
        NAME,
        ("ap: 16.12.4.31", "ap: 17.3.1.9"),
        "6m",
        "{ access_points: branch, running: 16.12.4a, state: registered }",
    );
    is_due_to(NAME, "latency: 5ms", "latency: 250us");
}

/// A 3802 uses another file.
#[test]
fn c3700() {
    is_due_to("bugs/c3700-for-a-2702", "AIR-CAP2702I-E-K9", "AIR-CAP2602I-E-K9");
}
