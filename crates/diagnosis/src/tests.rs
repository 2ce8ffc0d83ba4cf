//! Small logs whose causes are plain.

use std::time::Duration;

use crate::{Hypothesis, Log, Reading, Said, Value, Weights, apart, rank};

/// Makes a line of `kind word=... name:...`, with its time in seconds in front.
fn said(text: &str) -> Said {
    let mut parts = text.split(' ');
    let at = parts.next().and_then(|at| at.parse().ok()).map(Duration::from_secs);
    let kind = parts.next().expect("a kind").to_owned();
    let value = |part: &str| match part.split_once('=') {
        Some((key, word)) => (key.to_owned(), Value::Word(word.to_owned())),
        None => {
            let (key, name) = part.split_once(':').expect("a word or a name");
            (key.to_owned(), Value::Name(name.to_owned()))
        }
    };
    Said::new(Reading { kind, values: parts.map(value).collect() }, Vec::new(), at)
}

fn log(speaker: &str, lines: &[&str]) -> Log {
    Log {
        speaker: speaker.to_owned(),
        name: speaker.to_owned(),
        lines: lines.iter().map(|line| said(line)).collect(),
    }
}

fn hypothesis(cause: &str, logs: &[Log]) -> Hypothesis {
    Hypothesis { cause: cause.to_owned(), logs: logs.to_vec() }
}

/// A wrong path and a closed port look alike at the access point, and not at the controller or the server.
fn hypotheses() -> Vec<Hypothesis> {
    let point = ["1 joins to:10.0.0.1", "2 requests image:ap1g8 of:10.0.0.1", "30 gives_up why=cannot_start"];
    let point = log(
        "ap",
        &[
            point,
            ["31 joins to:10.0.0.1", "32 requests image:ap1g8 of:10.0.0.1", "60 gives_up why=cannot_start"],
        ]
        .concat(),
    );
    let controller = |after: u64, why: &str| {
        log(
            "wlc",
            &["5 fetches from:10.0.0.9".to_owned(), format!("{after} fails why={why} from:10.0.0.9")]
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
    };
    let fine = [
        "1 joins to:10.0.0.1",
        "2 requests image:ap1g8 of:10.0.0.1",
        "9 stored image:ap1g8",
        "20 runs version:17.9",
    ];
    vec![
        hypothesis(
            "wrong-path",
            &[point.clone(), controller(7, "no_such_file"), log("tftp", &["5 request from:10.0.0.1"])],
        ),
        hypothesis("blocked", &[point, controller(45, "timed_out"), log("tftp", &[])]),
        hypothesis(
            "nothing-wrong",
            &[log("ap", &fine), log("wlc", &["5 fetches from:10.0.0.9", "8 fetched from:10.0.0.9"])],
        ),
    ]
}

fn causes(field: &[Log]) -> Vec<(String, f64)> {
    let hypotheses = hypotheses();
    let fits = rank(field, &hypotheses, &Weights::of(&hypotheses));
    fits.into_iter().map(|fit| (fit.cause, fit.score)).collect()
}

#[test]
fn the_controller_s_reason_decides() {
    let field = [log("wlc", &["100 fetches from:192.0.2.7", "141 fails why=timed_out from:192.0.2.7"])];
    let causes = causes(&field);
    assert_eq!(causes[0].0, "blocked");
    assert!(causes[0].1 > 0.95 && causes[1].1 < 0.7, "{causes:?}");
}

#[test]
fn causes_that_a_log_does_not_tell_apart_are_equal() {
    let field = [log("ap", &["2 requests image:ap3g3 of:192.0.2.1", "30 gives_up why=cannot_start"])];
    let causes = causes(&field);
    assert_eq!((&*causes[0].0, &*causes[1].0), ("blocked", "wrong-path"));
    assert!((causes[0].1 - causes[1].1).abs() < 1e-9 && causes[2].1 < causes[1].1, "{causes:?}");
}

/// Of two requests of one second the second one is lost: what is left is that of the run with two, and not of the run with one.
#[test]
fn a_line_is_the_one_of_its_time() {
    let requests = |times: &[u64]| {
        let lines: Vec<String> = times.iter().map(|at| format!("{at} request from:10.0.0.1")).collect();
        log("tftp", &lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let hypotheses = [
        hypothesis("twice", &[requests(&[3, 3, 72, 72, 141, 141])]),
        hypothesis("often", &[requests(&[3, 7, 11, 15, 19, 72, 76, 80, 84, 88])]),
        hypothesis("once", &[requests(&[3, 72, 141, 210])]),
    ];
    for lost in 0..6 {
        let mut times = vec![503, 503, 572, 572, 641, 641];
        times.remove(lost);
        let fits = rank(&[requests(&times)], &hypotheses, &Weights::of(&hypotheses));
        let scores: Vec<(&str, f64)> = fits.iter().map(|fit| (fit.cause.as_str(), fit.score)).collect();
        assert!(scores[0].0 == "twice" && scores[0].1 - scores[1].1 > 0.02, "{lost}: {scores:?}");
    }
}

/// The server's log tells them apart, and so does the controller's.
#[test]
fn what_is_not_given_tells_them_apart() {
    let hypotheses = hypotheses();
    let field = [log("ap", &["2 requests image:ap3g3 of:192.0.2.1"])];
    let apart = apart(&hypotheses[0], &hypotheses[1], &field, &Weights::of(&hypotheses));
    let found: Vec<(&str, (usize, usize), bool)> =
        apart.iter().map(|one| (one.speaker.as_str(), one.line, one.is_first)).collect();
    assert_eq!(found, [("tftp", (2, 0), true), ("wlc", (1, 1), true), ("wlc", (1, 1), false)]);
}

#[test]
fn hosts_have_other_names_in_the_field() {
    let field = [
        log("ap", &["2 requests image:ap3g3 of:192.0.2.1", "9 stored image:ap3g3", "20 runs version:17.12"]),
        log("wlc", &["5 fetches from:192.0.2.9", "8 fetched from:192.0.2.9"]),
    ];
    let hypotheses = hypotheses();
    let fits = rank(&field, &hypotheses, &Weights::of(&hypotheses));
    assert_eq!(fits[0].cause, "nothing-wrong");
    assert!(fits[0].contradicts.is_empty() && fits[0].missing.is_empty());
    assert_eq!(fits[0].names.in_field("10.0.0.1"), Some("192.0.2.1"));
    assert_eq!(fits[0].names.in_field("10.0.0.9"), Some("192.0.2.9"));
}

/// A line that only one cause prints outweighs many that all print.
#[test]
fn a_line_that_no_run_prints_is_a_contradiction() {
    let joins = ["1 joins to:10.0.0.1", "2 requests image:ap1g8 of:10.0.0.1"].repeat(20);
    let field = [log("ap", &[joins.as_slice(), &["50 burns why=unknown"]].concat())];
    let hypotheses = hypotheses();
    let fits = rank(&field, &hypotheses, &Weights::of(&hypotheses));
    assert_eq!(fits[0].contradicts.len(), 1);
    assert!(fits[0].share < 0.7, "{}", fits[0].share);
}

#[test]
fn lines_that_the_log_lacks_are_named_once() {
    let field = [log(
        "ap",
        &[
            "1 joins to:10.0.0.1",
            "30 gives_up why=cannot_start",
            "31 joins to:10.0.0.1",
            "60 gives_up why=cannot_start",
        ],
    )];
    let hypotheses = hypotheses();
    let fits = rank(&field, &hypotheses, &Weights::of(&hypotheses));
    assert_eq!((fits[0].missing.len(), fits[0].missing[0].line), (1, 1));
    assert!(fits[0].share > 0.999 && fits[0].score < 0.99);
}

/// A line that was cropped may be of several kinds: the one that the run prints there counts.
#[test]
fn a_line_with_several_meanings_has_the_one_of_the_run() {
    let cropped = Said::new(said("100 burns").reading, vec![said("100 fetches").reading], None);
    let mut field = log("wlc", &["100 fetches", "141 fails why=timed_out"]);
    field.lines[0] = cropped;
    let hypotheses = hypotheses();
    let fits = rank(&[field], &hypotheses, &Weights::of(&hypotheses));
    assert_eq!((fits[0].cause.as_str(), fits[0].contradicts.len()), ("blocked", 0));
}

#[test]
fn nothing_is_explained_by_nothing() {
    assert!(causes(&[]).iter().all(|(_, score)| *score == 0.0));
    assert!(rank(&[], &[], &Weights::of(&[])).is_empty());
}
