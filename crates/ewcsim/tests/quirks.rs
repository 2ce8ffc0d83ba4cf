//! Known defects: the table in the documents, and the hosts on which each is in force.

use std::collections::BTreeSet;

use catalogue::{Catalogue, Quirk, QuirkDevice, VersionOf};
use ewcsim::quirks_in_force;
use ewcsim::report::human;

use crate::common::{Edited, run, workspace};

/// Formats a row of docs/quirks.md.
fn row(quirk: &Quirk) -> String {
    let names: Vec<&str> = std::iter::once(&quirk.id).chain(&quirk.aliases).map(String::as_str).collect();
    let software = match (quirk.device, quirk.version_of) {
        (QuirkDevice::AccessPoint, VersionOf::Running) => "access point",
        (QuirkDevice::AccessPoint, VersionOf::Image) => "image to be installed",
        (QuirkDevice::Controller, _) => "controller",
    };
    let versions: Vec<String> = quirk.versions.iter().map(|range| range.describe()).collect();
    let versions = if versions.is_empty() { "all".to_owned() } else { versions.join(", ") };
    let mut about: Vec<String> =
        vec![if quirk.models.is_empty() { "all".to_owned() } else { quirk.models.join(", ") }];
    about.extend((!quirk.hardware.is_empty()).then(|| format!("hardware {}", quirk.hardware.join(", "))));
    about.extend(quirk.made.as_ref().map(|[first, last]| format!("made {first} to {last}")));
    let default = if quirk.in_ewc { "by version" } else { "off: not met with EWC" };
    format!(
        "| {} | {} | {software} {versions} | {} | {default} | {} |",
        names.join(", "),
        quirk.title,
        about.join("; "),
        format!("{:?}", quirk.confidence).to_lowercase()
    )
}

#[test]
fn the_table_in_the_documents_is_that_of_the_catalogue() {
    let path = workspace().join("docs/quirks.md");
    let text = std::fs::read_to_string(&path).expect("it is there");
    let (table, _) = text.split_once("\n## ").expect("the table comes first");
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let told: BTreeSet<&str> = rows.filter(|line| !line.starts_with("| names |")).collect();
    let known: Vec<String> = Catalogue::builtin().quirks().map(row).collect();
    assert_eq!(
        told,
        known.iter().map(String::as_str).collect(),
        "rows of docs/quirks.md:\n{}",
        known.join("\n")
    );
}

#[test]
fn what_a_quirk_names_is_there() {
    let catalogue = Catalogue::builtin();
    let types: BTreeSet<&str> = catalogue.models().map(|model| model.image_type.as_str()).collect();
    for quirk in catalogue.quirks() {
        for name in &quirk.models {
            let model = catalogue
                .models()
                .flat_map(|model| &model.names)
                .any(|known| known.starts_with(name.as_str()));
            assert!(model || types.contains(name.as_str()), "{}: {name} is no model", quirk.id);
        }
        for key in &quirk.parameters {
            assert!(catalogue.fact(key).is_ok(), "{}: {key} is no fact", quirk.id);
        }
        assert!(!quirk.source.is_empty() && !quirk.fix.is_empty(), "{}", quirk.id);
    }
}

/// In force by version alone, and by its switch.
#[test]
fn a_quirk_is_in_force_where_its_software_runs() {
    let ids = |edited: &Edited| {
        let all = quirks_in_force(&edited.load());
        all.into_iter().map(|in_force| (in_force.id, in_force.hosts.join(" "))).collect::<Vec<_>>()
    };
    let on = |id: &str, hosts: &str| (id.to_owned(), hosts.to_owned());
    let stuck = Edited::scenario("bugs/cscwe97901-stuck-downloading");
    assert_eq!(ids(&stuck), [on("CSCwe97901", "floor ewc-ap")]);
    assert_eq!(
        ids(&stuck.clone().replace("running: 17.3.3.26", "running: 17.12.4.5")),
        [on("CSCwe97901", "ewc-ap")]
    );
    let switched =
        |word: &str| stuck.clone().replace("until: 1h", &format!("until: 1h\nquirks: {{ {word} }}"));
    assert_eq!(ids(&switched("cscwm08044: off")), []);
    assert_eq!(
        ids(&switched("FN74109: by-version")),
        [on("CSCvx32806", "floor"), on("CSCwe97901", "floor ewc-ap")]
    );
    let everywhere = switched("community-5230018: on, CSCwf25731: on");
    assert_eq!(
        ids(&everywhere),
        [on("CSCwf25731", "floor ewc-ap"), on("CSCwe97901", "floor ewc-ap"), on("community-5230018", "ewc")]
    );
}

/// Defects that a run is about come first; those that were only in force, as in most runs, come last.
#[test]
fn a_report_begins_with_the_defects_that_did_something_or_are_switched() {
    let report = |edited: &Edited| {
        let prepared = edited.load();
        human(&prepared.scenario, &run(&prepared, None), &[], false)
    };
    let (first, last) =
        ("\nknown defect: CSCwe97901: ", "\n  not decided   CSCwe97901: the uptime of floor is not stated\n");
    let stuck = Edited::scenario("bugs/cscwe97901-stuck-downloading");
    let told = report(&stuck);
    assert!(told.contains(first) && !told.contains(last), "{told}");
    // It was up before the run.
    let young = stuck
        .replace("tmp-fills-after: 20m", "tmp-fills-after: 90d")
        .replace("\n  - { at: 0s, power_on: floor }", "");
    let told = report(&young);
    assert!(!told.contains(first) && told.contains(last), "{told}");
    let asked = report(&young.clone().replace("until: 1h", "until: 1h\nquirks: { CSCwe97901: on }"));
    let decides = "\n  not modelled  uptime: the uptime of floor is not stated, and decides CSCwe97901\n";
    assert!(asked.contains(first) && asked.contains(last) && asked.contains(decides), "{asked}");
    let told = report(&young.replace("backup: 8.10.130.0", "backup: 8.10.130.0, uptime: 1d"));
    assert!(!told.contains(first) && !told.contains(last), "{told}");
    assert!(told.contains("\nknown defects in force without effect in this run: CSCwe97901\n"), "{told}");
}
