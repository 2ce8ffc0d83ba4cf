//! What an answer rests on, and how much.

use ewcsim::rehearsal::Way;

use super::branch;

#[test]
fn the_first_assumption_is_the_one_that_moves_the_result_most() {
    let answer = branch(&[]).varied().answer();
    let moves = |one: &planner::Assumption| {
        one.effect_s.iter().flatten().map(|effect| effect.abs()).fold(0.0, f64::max)
    };
    let first = &answer.assumptions[0];
    // Of all that a plan varies, only the controller's boot has minutes of range in a night of a quarter of an hour.
    assert_eq!(first.key, "ewc.boot.duration", "{:?}", answer.assumptions);
    assert!(answer.assumptions.iter().all(|one| moves(one) <= moves(first)));
    let [shorter, longer] = first.effect_s.map(|effect| effect.expect("all come to the target"));
    assert!((shorter + 120.0).abs() < 5.0 && (longer - 360.0).abs() < 5.0, "{shorter} and {longer}");
    // Each that was varied says how well it is known, and where from.
    assert!(answer.assumptions.iter().filter(|one| one.range.is_some()).count() > 10);
    assert!(answer.assumptions.iter().all(|one| !one.basis.is_empty() && !one.confidence.is_empty()));
}

#[test]
fn alternatives_are_rehearsed_and_told_with_their_commands() {
    let ways =
        ["tftp:512", "sftp", "local", "window:10", "parallel"].map(|way| way.parse::<Way>().expect("a way"));
    let answer =
        branch(&[("latency: 5ms", "latency: 50ms")]).with(|request| request.compare = ways.to_vec()).answer();
    let times: Vec<Option<f64>> = answer.alternatives.iter().map(|one| one.predownloaded_s).collect();
    let [Some(small), Some(sftp), Some(local), Some(window), None] = times[..] else {
        panic!("{:?}", answer.alternatives)
    };
    // Thousands of blocks of 512 bytes over 100 ms take ten minutes and more; a server at the site does not.
    assert!(small > 600.0 && local < 120.0 && local < sftp && window < small, "{times:?}");
    let tftp = &answer.alternatives[0];
    assert!(tftp.commands.contains(&"ip tftp blocksize 512".to_owned()), "{:?}", tftp.commands);
    assert!(answer.alternatives[1].note.as_deref().is_some_and(|note| note.contains("needs an SFTP server")));
    assert!(answer.alternatives[4].note.as_deref().is_some_and(|note| note.contains("not modelled")));
}

#[test]
fn ways_that_make_no_sense_are_refused() {
    for wrong in ["ftp", "tftp:100", "tftp:x", "window", "window:0", "window:51", "sftp:3"] {
        assert!(wrong.parse::<Way>().is_err(), "{wrong}");
    }
}

#[test]
fn a_plan_is_the_same_each_time() {
    let [first, second] = [1, 2].map(|jobs| {
        let answer = branch(&[]).varied().with(|request| request.jobs = Some(jobs)).answer();
        serde_json::to_string(&answer).expect("answers serialize")
    });
    assert_eq!(first, second);
}
