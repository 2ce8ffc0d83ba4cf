//! Answers as a night of rehearsals could give them: all good, three failures, undecided, hostile.

mod grounds;
mod night;

use planner::{Answer, PlanVerdict, PlannedAp, PlannedType, Spread, Target};

/// The image types of the networks below: name, model, size of the image.
const TYPES: [(&str, &str, u64); 6] = [
    ("ap1g4", "AIR-AP1832I-E-K9", 62_341_120),
    ("ap1g5", "AIR-AP1542I-E-K9", 64_102_400),
    ("ap1g7", "C9120AXI-E", 71_024_640),
    ("ap1g8", "C9105AXI-E", 70_512_640),
    ("ap1g6a", "C9130AXI-E", 89_630_720),
    ("ap3g3", "AIR-AP3802I-E-K9", 66_877_440),
];

/// 38 access points in a branch, all of them good.
pub(crate) fn all_good() -> Answer {
    network(38)
}

/// 200 access points: the image of one type is missing on the server, and one is at risk.
pub(crate) fn three_failures() -> Answer {
    let mut answer = network(200);
    answer.verdict = PlanVerdict::No;
    answer.sentence = "3 of 200 access points are not on 17.12.1.5 at the end of the window: the server has no image ap1g5 for two \
                       of them, and one loses its link in 4 of 50 nights."
        .to_owned();
    answer.statistics = "All access points came to the target in 0 of 50 nights; with 95 % confidence fewer than 6 % of such nights \
                         do."
        .to_owned();
    answer.problems = vec![
        "the server images has no `ap1g5` in /17.12.1, and two access points need it".to_owned(),
        "warning: no host has the address 10.9.9.9\n --> lab.yaml:31:17\n   |\n31 |       server: 10.9.9.9\n   |               ^^^^^^^^"
            .to_owned(),
    ];
    answer.remedy = Some(night::remedy());
    for (index, ap) in answer.access_points.iter_mut().enumerate() {
        if ap.image_type == "ap1g5" {
            // Two have the type without an image; the others are of the neighbouring one.
            if index < 12 {
                *ap = failed(
                    ap,
                    PlanVerdict::No,
                    50,
                    "no server has the image ap1g5 of 17.12.1.5 (`Img file not found`)",
                );
            } else {
                (ap.image_type, ap.model) = ("ap1g4".to_owned(), TYPES[0].1.to_owned());
            }
        }
        if index == 117 {
            let cause =
                "the link to switch-3 flaps during the predownload, and the retries end with the window";
            *ap = failed(ap, PlanVerdict::AtRisk, 4, cause);
        }
    }
    answer.types = types(&answer.access_points);
    for of_type in answer.types.iter_mut().filter(|of_type| of_type.image_type == "ap1g5") {
        (of_type.image_bytes, of_type.fetch, of_type.predownload) = (None, None, None);
    }
    (answer.phases[1].takes, answer.phases[1].unfinished) = (None, 50);
    answer.all_on_target = None;
    answer
}

/// 38 access points, and an assumption that decides it.
pub(crate) fn cannot_tell() -> Answer {
    let mut answer = network(38);
    answer.verdict = PlanVerdict::CannotTell;
    answer.sentence = "Whether 12 access points come to 17.12.1.5 depends on wan.bandwidth, which the lab does not state: with \
                       20Mbit/s they do, with 4Mbit/s they do not."
        .to_owned();
    answer.assumptions[0].flips = true;
    answer.assumptions[0].effect_s = [None, Some(-2_400.0)];
    for ap in answer.access_points.iter_mut().filter(|ap| ap.image_type == "ap1g8") {
        ap.verdict = PlanVerdict::CannotTell;
        ap.cause = Some("wan.bandwidth decides it".to_owned());
    }
    answer.types = types(&answer.access_points);
    answer
}

/// A text that breaks out of whatever does not escape it.
pub(crate) const HOSTILE: &str = "=cmd|'/c calc'!A1 <script>alert(\"1\")</script> `x` | a\r\n# b & \u{202e}txt.exe\u{1b}[31m ]]> --> </style>";

/// Eight access points in a network whose every text is hostile, one of them long, and with times that are none.
pub(crate) fn hostile() -> Answer {
    let mut answer = poisoned(HOSTILE);
    let long = format!("{}{HOSTILE}", "very-long-name-".repeat(20));
    answer.access_points[3].name = long.clone();
    answer.types.iter_mut().for_each(|of_type| of_type.models = vec![long.clone(); 3]);
    answer.access_points[5].on_target = Some(Spread { p5_s: f64::NAN, median_s: f64::INFINITY, p95_s: -1.0 });
    answer
}

/// Eight access points in a network whose every text is `text`.
pub(crate) fn poisoned(text: &str) -> Answer {
    let mut answer = three_failures();
    answer.access_points.truncate(8);
    answer.types.truncate(2);
    for field in [
        &mut answer.tool,
        &mut answer.lab,
        &mut answer.title,
        &mut answer.sentence,
        &mut answer.statistics,
        &mut answer.again,
        &mut answer.data,
        &mut answer.lab_digest,
        &mut answer.start,
        &mut answer.target.images,
        &mut answer.target.version,
        &mut answer.target.controller,
    ] {
        *field = text.to_owned();
    }
    for (index, ap) in answer.access_points.iter_mut().enumerate() {
        ap.name = format!("{text}{index}");
        for field in [&mut ap.model, &mut ap.image_type, &mut ap.running] {
            *field = text.to_owned();
        }
        ap.cause = Some(text.to_owned());
    }
    answer.problems.push(text.to_owned());
    for of_type in &mut answer.types {
        (of_type.image_type, of_type.models) = (text.to_owned(), vec![text.to_owned()]);
    }
    night::poison(&mut answer, text);
    grounds::poison(&mut answer, text);
    answer
}

/// A network of access points of which all are good.
fn network(number: usize) -> Answer {
    let access_points: Vec<PlannedAp> = (0..number).map(access_point).collect();
    let last = access_points.iter().filter_map(|ap| ap.on_target).max_by(|a, b| a.p95_s.total_cmp(&b.p95_s));
    Answer {
        tool: "ewcsim 0.1.0 (3ca91507, x86_64-unknown-linux-gnu)".to_owned(),
        lab: "branch-17/lab.yaml".to_owned(),
        lab_digest: "sha256:9f86d081884c7d65".to_owned(),
        title: format!("Branch 17, {number} access points behind a WAN of 20 Mbit/s"),
        data: "facts 2026-11-30 (412 facts); the lab replaces ap.boot.duration".to_owned(),
        target: Target {
            images: "17.12.1".to_owned(),
            version: "17.12.1.5".to_owned(),
            controller: "17.12.01".to_owned(),
        },
        start: "2024-01-30T22:00:00Z".to_owned(),
        window_s: 6.0 * 3600.0,
        seeds: 50,
        verdict: PlanVerdict::Yes,
        sentence: format!("all {number} access points are on 17.12.1.5 at the end of the window, the last one at 23:52."),
        statistics: "All access points came to the target in 50 of 50 nights: with 95 % confidence at most 6 % of such nights \
                     fail."
            .to_owned(),
        problems: Vec::new(),
        remedy: None,
        all_on_target: last,
        types: types(&access_points),
        access_points,
        phases: night::phases(number),
        limits: night::limits(),
        alternatives: night::alternatives(),
        defects: grounds::defects(),
        assumptions: grounds::assumptions(),
        not_modelled: grounds::not_modelled(),
        runbook: night::runbook(),
        ways_back: night::ways_back(),
        again: "ewcsim plan branch-17/lab.yaml --to 17.12.1 --window 22:00..04:00 --seeds 50".to_owned(),
    }
}

/// A network without anything, of which nothing is known.
pub(crate) fn empty() -> Answer {
    let answer = network(0);
    Answer {
        all_on_target: None,
        phases: Vec::new(),
        limits: Vec::new(),
        alternatives: Vec::new(),
        defects: Vec::new(),
        assumptions: Vec::new(),
        not_modelled: Vec::new(),
        runbook: Vec::new(),
        ways_back: Vec::new(),
        ..answer
    }
}

/// The access point of an index: the first one runs the controller; the times are scattered, and equal at each call.
fn access_point(index: usize) -> PlannedAp {
    let (image_type, model, _) = TYPES[if index == 0 { 4 } else { index * index % 11 % TYPES.len() }];
    let scatter = (index * 7919 % 101) as f64;
    let median_s = 1_900.0 + 36.0 * (index % 100) as f64 + scatter;
    let spread = |median_s: f64, least: f64, most: f64| Spread {
        p5_s: median_s - least,
        median_s,
        p95_s: median_s + most,
    };
    PlannedAp {
        name: if index == 0 {
            "BR17-EWC-01".to_owned()
        } else {
            format!("BR17-{}-{:02}", ["SHOP", "BACK", "YARD"][index % 3], index)
        },
        model: model.to_owned(),
        image_type: image_type.to_owned(),
        running: "17.9.4.27".to_owned(),
        runs_controller: index == 0,
        verdict: PlanVerdict::Yes,
        cause: None,
        failed: 0,
        predownloaded: Some(spread(median_s, 120.0, 260.0 + 3.0 * scatter)),
        on_target: Some(spread(6_300.0 + 2.0 * scatter, 60.0, 190.0 + scatter)),
        outage: Some(spread(251.0 + scatter, 20.0, 48.0)),
    }
}

/// Returns an access point as it is with another verdict.
fn failed(ap: &PlannedAp, verdict: PlanVerdict, failed: u64, cause: &str) -> PlannedAp {
    let keeps = verdict == PlanVerdict::AtRisk;
    PlannedAp {
        verdict,
        cause: Some(cause.to_owned()),
        failed,
        predownloaded: ap.predownloaded.filter(|_| keeps),
        on_target: ap.on_target.filter(|_| keeps),
        outage: ap.outage.filter(|_| keeps),
        ..ap.clone()
    }
}

/// Returns the image types of access points.
fn types(access_points: &[PlannedAp]) -> Vec<PlannedType> {
    let of = |name: &'static str| access_points.iter().filter(move |ap| ap.image_type == name);
    let seconds = |bytes: u64, rate: f64| (bytes as f64 / rate).round();
    let fetch = |bytes: u64| Spread {
        p5_s: seconds(bytes, 2.6e5),
        median_s: seconds(bytes, 2.4e5),
        p95_s: seconds(bytes, 2e5),
    };
    TYPES
        .iter()
        .enumerate()
        .filter_map(|(index, (name, model, bytes))| {
            let start = 280.0 * index as f64;
            Some(PlannedType {
                image_type: (*name).to_owned(),
                models: vec![(*model).to_owned()],
                access_points: of(name).count() as u64,
                image_bytes: Some(*bytes),
                verdict: of(name).map(|ap| ap.verdict).max()?,
                fetch: Some(fetch(*bytes)),
                predownload: Some(Spread {
                    p5_s: 1200.0 + start,
                    median_s: 1420.0 + start,
                    p95_s: 1900.0 + start,
                }),
            })
        })
        .collect()
}
