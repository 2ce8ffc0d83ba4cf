//! What the answers rest on.

use planner::{Answer, Assumption, Defect, NotModelledHere};

pub(crate) fn assumptions() -> Vec<Assumption> {
    let assumption =
        |key: &str, value: &str, range: Option<[&str; 2]>, confidence: &str, basis: &str, effect_s| {
            Assumption {
                key: key.to_owned(),
                value: value.to_owned(),
                range: range.map(|ends| ends.map(str::to_owned)),
                confidence: confidence.to_owned(),
                basis: basis.to_owned(),
                effect_s,
                flips: false,
            }
        };
    vec![
        assumption(
            "wan.bandwidth",
            "20Mbit/s",
            Some(["4Mbit/s", "40Mbit/s"]),
            "stated",
            "the lab states it; what other traffic leaves of it is not known",
            [Some(14_200.0), Some(-2_010.0)],
        ),
        assumption(
            "ewc.predownload.concurrent",
            "5",
            Some(["3", "12"]),
            "unverified",
            "no source; field reports name between 5 and 10",
            [Some(1_820.0), Some(-640.0)],
        ),
        assumption(
            "ap.boot.duration",
            "1m40s",
            Some(["1m20s", "3m"]),
            "inferred",
            "two consoles of C9105, from `reload` to `CAPWAP State: Run`",
            [Some(-20.0), Some(80.0)],
        ),
        assumption(
            "ap.flash.write-rate",
            "2MB/s",
            None,
            "inferred",
            "the times of one console",
            [None, None],
        ),
        assumption("ap.join.jitter", "10s", Some(["0s", "30s"]), "unverified", "", [Some(0.0), Some(0.0)]),
    ]
}

pub(crate) fn defects() -> Vec<Defect> {
    vec![
        Defect {
            id: "CSCwe97901".to_owned(),
            title: "An access point that is up for more than 90 days does not install an image.".to_owned(),
            hosts: (1..12).map(|number| format!("BR17-SHOP-{number:02}")).collect(),
            met: 0,
            missing: Some("uptime".to_owned()),
        },
        Defect {
            id: "CSCwf25731".to_owned(),
            title: "A download over TFTP stops at a block number that wraps.".to_owned(),
            hosts: vec!["BR17-EWC-01".to_owned()],
            met: 3,
            missing: None,
        },
    ]
}

pub(crate) fn not_modelled() -> Vec<NotModelledHere> {
    vec![NotModelledHere {
        name: "a proxy on the path".to_owned(),
        why: "the firewall of the lab names one, and transfers through it are not simulated".to_owned(),
    }]
}

pub(crate) fn poison(answer: &mut Answer, text: &str) {
    let bad = || text.to_owned();
    for assumption in &mut answer.assumptions {
        (assumption.key, assumption.value, assumption.basis) = (bad(), bad(), bad());
        (assumption.range, assumption.confidence) = (Some([bad(), bad()]), bad());
    }
    for defect in &mut answer.defects {
        (defect.id, defect.title, defect.missing) = (bad(), bad(), Some(bad()));
        defect.hosts.iter_mut().for_each(|host| *host = bad());
    }
    for missing in &mut answer.not_modelled {
        (missing.name, missing.why) = (bad(), bad());
    }
}
