//! The data files keep their promises: sources, sorted unique keys, values that parse, models that are found.

use std::time::Duration;

use catalogue::{Catalogue, Confidence, Dialect, FactError, Value};

#[test]
fn every_fact_has_a_source_and_keys_are_sorted_and_unique() {
    // The file itself is read: the catalogue's map would hide a key written twice.
    let file = include_str!("../data/facts.yaml");
    let keys: Vec<&str> = file
        .lines()
        .filter_map(|line| line.strip_prefix("- { key: ")?.split_once(','))
        .map(|(key, _)| key)
        .collect();
    assert!(keys.len() > 80);
    for pair in keys.windows(2) {
        assert!(pair[0] < pair[1], "{} must stand before {}, once", pair[1], pair[0]);
    }
    assert_eq!(Catalogue::builtin().facts().count(), keys.len());
    for fact in Catalogue::builtin().facts() {
        assert!(!fact.source.trim().is_empty(), "{} has no source", fact.key);
    }
}

#[test]
fn an_unverified_fact_has_signs_and_no_other_has() {
    for fact in Catalogue::builtin().facts() {
        let unverified = fact.confidence == Confidence::Unverified;
        assert_eq!(!fact.signs.is_empty(), unverified, "{}", fact.key);
    }
}

#[test]
fn every_value_is_of_the_kind_its_look_says() {
    for fact in Catalogue::builtin().facts() {
        let value = Value::parse(&fact.value);
        let numeric = fact.value.starts_with(|c: char| c.is_ascii_digit());
        assert_eq!(numeric, !matches!(value, Value::Text(_)), "{} = {}", fact.key, fact.value);
    }
}

#[test]
fn a_range_holds_its_value_and_both_ends_are_allowed() {
    let catalogue = Catalogue::builtin();
    let amount = |text: &str| match Value::parse(text) {
        Value::Duration(duration) => duration.as_nanos(),
        Value::Bytes(number) | Value::Rate(number) | Value::Number(number) => number.into(),
        Value::Text(text) => panic!("{text} is no number"),
    };
    let mut ranges = 0;
    for fact in catalogue.facts() {
        let own = (fact.value.as_str(), fact.range.as_ref());
        let later = fact.releases.iter().map(|of| (of.value.as_str(), of.range.as_ref()));
        for (value, range) in std::iter::once(own).chain(later) {
            let Some(range) = range else { continue };
            let key = &fact.key;
            assert!(amount(&range.low) <= amount(value) && amount(value) <= amount(&range.high), "{key}");
            assert!(amount(&range.low) < amount(&range.high), "{key}");
            for end in [&range.low, &range.high] {
                catalogue.with_override(key, end).unwrap_or_else(|error| panic!("{key}: {error}"));
            }
            ranges += 1;
        }
    }
    assert!(ranges > 20);
    // That of the release in force counts, and what a scenario states is not varied.
    let of = |version: &str| catalogue.for_release(version.parse().expect("a version"));
    let high = |of: &Catalogue| of.range("ewc.sftp.rate").unwrap().map(|range| range.high.clone());
    assert_eq!(high(&of("17.9.4.27")).as_deref(), Some("300kB/s"));
    assert_eq!(high(&of("17.12.1.5")).as_deref(), Some("12MB/s"));
    assert_eq!(high(&catalogue.with_override("ewc.sftp.rate", "1MB/s").unwrap()), None);
}

#[test]
fn facts_are_typed_and_overridden_in_kind() {
    let catalogue = Catalogue::builtin();
    assert_eq!(catalogue.duration("ap.image-data-start-timer"), Ok(Duration::from_millis(28_740)));
    assert_eq!(catalogue.bytes("ewc.ap-images-capacity"), Ok(102_400_000));
    assert_eq!(catalogue.rate("ap.signature.verify-rate"), Ok(9_880_000));
    assert!(matches!(catalogue.number("ap.image-data-start-timer"), Err(FactError::Kind { .. })));

    let changed = catalogue.with_override("ap.image-data-start-timer", "10s").unwrap();
    assert_eq!(changed.duration("ap.image-data-start-timer"), Ok(Duration::from_secs(10)));
    assert_eq!(catalogue.duration("ap.image-data-start-timer"), Ok(Duration::from_millis(28_740)));
    assert!(matches!(
        catalogue.with_override("ap.image-data-start-timer", "10"),
        Err(FactError::Kind { .. })
    ));
}

#[test]
fn a_number_out_of_bounds_is_refused() {
    let catalogue = Catalogue::builtin();
    assert!(catalogue.with_override("capwap.window", "50").is_ok());
    let refusal = |key, value| catalogue.with_override(key, value).unwrap_err().to_string();
    assert_eq!(refusal("capwap.window", "51"), "catalogue fact capwap.window is from 1 to 50, not 51");
    assert_eq!(
        refusal("ap.image.progress-line-dots", "0"),
        "catalogue fact ap.image.progress-line-dots is at least 1, not 0"
    );
    for fact in catalogue.facts() {
        let number = catalogue.number(&fact.key).ok();
        assert!(
            fact.min.is_none() && fact.max.is_none() || number.is_some(),
            "{}: bounds of no number",
            fact.key
        );
        assert!(number.is_none_or(|number| catalogue.with_override(&fact.key, &number.to_string()).is_ok()));
    }
}

#[test]
fn an_unknown_key_names_its_neighbours() {
    let error = Catalogue::builtin().duration("ap.image-data-start-time").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no catalogue fact \"ap.image-data-start-time\", did you mean ap.image-data-start-timer?"
    );
}

#[test]
fn models_are_found_as_people_write_them() {
    let catalogue = Catalogue::builtin();
    for (name, image) in [
        ("C9105AXI", "ap1g8"),
        ("C9120AXE-D", "ap1g7"),
        ("c9130axi-b", "ap1g6a"),
        ("C9124AXE-B", "ap1g6a"),
        ("C9117AXI", "ap1g6"),
        ("AIR-AP2802E-D-K9", "ap3g3"),
        ("AIR-AP4800-D-K9", "ap3g3"),
        ("AP2802E", "ap3g3"),
        ("3802I", "ap3g3"),
        ("AIR-AP1815I", "ap1g5"),
        ("AIR-AP1852I", "ap1g4"),
        // `show ap summary` before 17.4.
        ("9120AXI", "ap1g7"),
        ("9130AXI", "ap1g6a"),
        ("9115AXE", "ap1g7"),
        ("9166I", "ap1g6b"),
        ("9136I-ROW", "ap1g6b"),
        // Orders.
        ("C9105AXI-EWC-A", "ap1g8"),
        ("C9117AXI-EWC-E", "ap1g6"),
        ("AIR-AP2802I-EK910", "ap3g3"),
        ("AIR-AP3802E-EK9", "ap3g3"),
        ("AIR-AP1832I-UXK9", "ap1g4"),
        ("AIR-AP1852E-UX-K9", "ap1g4"),
        ("AIR-AP1815I-K910", "ap1g5"),
        ("AIR-AP3802I-E-K9C", "ap3g3"),
        ("AIR-AP1815W-E-K9=", "ap1g5"),
        ("AIR-CAP2702I-EK95", "c3700"),
        ("CW9166I-MR", "ap1g6b"),
        ("CW9164I-ROW", "ap1g6b"),
        ("C9105AXWT-E", "ap1g8"),
        // Without and with other prefixes.
        ("2702I", "c3700"),
        ("CAP1602E", "ap1g2"),
        ("AIR-SAP2602I-E-K9", "ap3g2"),
        ("Cisco AIR-AP1542D-E-K9", "ap1g5"),
        // Outdoors, and modules of routers.
        ("IW-6300H-AC-E-K9", "ap3g3"),
        ("IW-6300H-DCW-Z-K9", "ap3g3"),
        ("ESW-6300-CON-B-K9", "ap3g3"),
        ("AIR-AP1562PS-E-K9", "ap3g3"),
        ("AIR-AP1572EC2-E-K9", "c1570"),
        ("IW9167EH-B", "ap1g6b"),
        ("ISR-AP1100AC-E", "ap1g5"),
        ("ISR-AP1101AX-E", "ap1g8"),
        ("AP1101AX", "ap1g8"),
        ("WP-WIFI6-E", "ap1g8"),
    ] {
        assert_eq!(catalogue.model(name).map(|model| model.image_type.as_str()), Some(image), "{name}");
    }
    assert!(catalogue.model("C9105").is_none());
    for name in [
        "",
        "-",
        "C",
        "AIR-AP",
        "K9",
        "EWC",
        "C2802I",
        "C9120",
        "9120",
        "AIR-AP2802I-EK9100",
        "C9105AXI-XYZ",
        "C3700",
        "-B-K9",
    ] {
        assert!(catalogue.model(name).is_none(), "{name}");
    }
    assert!(catalogue.model("C9105AXI-EWC-A").unwrap().ewc);
    for (name, near) in [
        ("C9120", vec!["C9120AXI", "C9120AXE", "C9120AXP"]),
        ("9105", vec!["C9105AXI", "C9105AXW", "C9105AXIT"]),
        ("AIR-AP2802-E-K9", vec!["AIR-AP2802I", "AIR-AP2802E"]),
        ("9102AXI", vec!["C9120AXI"]),
        ("C9110AXI-EWC-E", vec!["C9115AXI"]),
        ("IW-6300", vec!["IW-6300H"]),
    ] {
        let found = catalogue.closest_models(name);
        assert!(near.iter().all(|near| found.contains(near)), "{name}: {found:?}");
    }
    assert!(catalogue.closest_models("refrigerator").is_empty());
    assert_eq!(catalogue.closest_models("C9150AXI").first(), Some(&"C9105AXI"));
    assert!(!catalogue.model("C9105AXW").unwrap().ewc);
}

#[test]
fn no_model_name_stands_twice() {
    let mut names: Vec<&str> =
        Catalogue::builtin().models().flat_map(|model| &model.names).map(String::as_str).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
    assert!(Catalogue::builtin().models().all(|model| !model.source.is_empty()));
}

#[test]
fn versions_have_dialects() {
    let catalogue = Catalogue::builtin();
    let version = |text: &str| text.parse().expect("a version");
    assert_eq!(catalogue.dialect(version("8.10.130.0")), Dialect::Older);
    assert_eq!(catalogue.dialect(version("17.2.1.11")), Dialect::Older);
    assert_eq!(catalogue.dialect(version("17.3.3.26")), Dialect::Newer);
    assert_eq!(catalogue.dialect(version("17.12.1.5")), Dialect::Newer);
}
