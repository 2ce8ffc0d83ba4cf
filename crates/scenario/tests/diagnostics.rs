//! What a wrong scenario is told: every problem, with its place. The examples are in `wrong/`, what they print in the
//! repository's `snapshots/diagnostics/`.

use std::path::Path;

use proptest::prelude::*;
use scenario::{Diagnostic, Diagnostics, DiskFiles, FileError, Files, MemoryFiles, Scenario};

fn problems(name: &str) -> Diagnostics {
    match Scenario::load(Path::new("tests/wrong").join(name).as_path(), &DiskFiles) {
        Ok(_) => panic!("{name} is taken for right"),
        Err(problems) => problems,
    }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// One test per example, so that all that changed are seen at once.
macro_rules! examples {
    ($($test:ident: $file:literal,)*) => {
        $(#[test]
        fn $test() {
            snapshot($file, &problems(concat!($file, ".yaml")).render(false));
        })*
    };
}

examples! {
    addresses: "addresses",
    devices: "devices",
    expectations: "expectations",
    flash: "flash",
    keys: "keys",
    kinds: "kinds",
    late: "late",
    listing_malformed: "listing-malformed",
    listing_missing: "listing-missing",
    names: "names",
    not_utf8: "not-utf8",
    servers: "servers",
    syntax: "syntax",
    units: "units",
    wave2_controller: "wave2-controller",
}

#[test]
fn an_image_no_server_has_is_a_warning() {
    let scenario =
        Scenario::load(Path::new("tests/wrong/missing-image.yaml"), &DiskFiles).expect("it can run");
    snapshot("missing-image", &scenario.diagnostics(scenario.warnings.clone()).render(false));
}

#[test]
fn a_missing_scenario_is_named() {
    assert_eq!(
        problems("none.yaml").render(false),
        "error: `tests/wrong/none.yaml` cannot be read: no such file\n"
    );
}

#[test]
fn passwords_are_not_shown() {
    let shown = problems("servers.yaml").render(false);
    assert!(shown.contains("password: *********") && shown.contains("passwort: ******"), "{shown}");
    assert!(!shown.contains("Sw0rdfish") && !shown.contains("geheim"), "{shown}");

    let text = RIGHT.replacen("tftp-image-path /EWC/17_9_4a", "sftp-image-password 0 Sw0rdfish", 1);
    let scenario = load(text).expect("a password is no problem");
    let config = scenario.controller.config.as_ref().expect("it has one");
    let line = config.text.lines().position(|line| line.contains("password")).expect("it stands there") + 1;
    let problem = Diagnostic::error("wrong").at(config.line_span(line), "");
    let shown = scenario.diagnostics(vec![problem]).render(false);
    assert!(shown.contains("sftp-image-password 0 *********"), "{shown}");
}

#[test]
fn colour_only_where_asked_for() {
    let problems = problems("late.yaml");
    assert!(problems.render(true).contains('\u{1b}'));
    assert!(!problems.render(false).contains('\u{1b}'));
}

#[test]
fn a_huge_file_is_refused_unread() {
    struct Huge;
    impl Files for Huge {
        fn read(&self, _: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
            Err(FileError::TooLarge { size: 52_428_800, limit })
        }
        fn list(&self, _: &Path) -> Result<Vec<(String, u64)>, FileError> {
            Err(FileError::NotFound)
        }
    }
    let problems = Scenario::load(Path::new("huge.yaml"), &Huge).expect_err("too large");
    let expected = "error: `huge.yaml` has 52428800 bytes, more than the 1048576 that are read\n";
    assert_eq!(problems.render(false), expected);

    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("huge.yaml");
    std::fs::File::create(&path)
        .and_then(|file| file.set_len(52_428_800))
        .expect("a sparse file can be made");
    let problems = Scenario::load(&path, &DiskFiles).expect_err("too large");
    assert!(
        problems.items()[0].message().ends_with("has 52428800 bytes, more than the 1048576 that are read")
    );
}

#[test]
fn nesting_and_aliases_have_limits() {
    for bomb in [
        "[".repeat(200_000),
        "- ".repeat(200_000),
        "{a: ".repeat(100_000),
        format!("a0: &a0 [{}]\n", "x, ".repeat(1000)) + &alias_levels(20),
    ] {
        let files = MemoryFiles::default().with("bomb.yaml", bomb);
        let problems = Scenario::load(Path::new("bomb.yaml"), &files).expect_err("a bomb");
        assert_eq!(problems.items().len(), 1);
        assert!(problems.render(false).len() < 10_000);
    }
}

fn alias_levels(levels: usize) -> String {
    (1..levels)
        .map(|level| format!("a{level}: &a{level} [{}]\n", format!("*a{}, ", level - 1).repeat(20)))
        .collect()
}

#[test]
fn problems_without_end_are_cut() {
    let keys: String = (0..40_000).map(|number| format!("key{number}: 1\n")).collect();
    let problems = load(keys).expect_err("wrong keys");
    assert_eq!(problems.items().len(), 501);
    assert!(problems.render(false).contains("more than 500 problems"));
}

#[test]
fn all_problems_are_reported_in_the_order_of_the_file() {
    let problems = problems("units.yaml");
    let lines: Vec<usize> = problems
        .items()
        .iter()
        .map(|item| item.location(problems.sources()).expect("each has a place").line)
        .collect();
    assert!(lines.len() > 15, "{lines:?}");
    assert!(lines.is_sorted(), "{lines:?}");
}

/// A scenario that is right, to be broken.
const RIGHT: &str = include_str!("../../../scenarios/field/tftp-join.yaml");
const LISTING: &str = include_str!("../../../scenarios/field/17.9.4a.listing");

fn load(text: impl Into<Vec<u8>>) -> Result<Scenario, Diagnostics> {
    let files = MemoryFiles::default()
        .with("s.yaml", text)
        .with("17.9.4a.listing", LISTING)
        .with("tftpd-hpa.default", "TFTP_DIRECTORY=\"/srv\"\n");
    Scenario::load(Path::new("s.yaml"), &files)
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(problems) = load(bytes) {
            prop_assert!(!problems.render(false).is_empty());
        }
    }

    #[test]
    fn any_text_is_answered(text in "[ -~\n\tµé{}\\[\\]:,&*|>'\"#-]{0,200}") {
        if let Err(problems) = load(text) {
            prop_assert!(!problems.render(false).is_empty());
        }
    }

    /// Damage in a right scenario goes deeper than noise does.
    #[test]
    fn any_damage_is_answered(
        at in 0..RIGHT.len(), cut in 0usize..40, text in "[ -~\nµ\u{0}]{0,12}",
    ) {
        let mut bytes = RIGHT.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, text.into_bytes());
        if let Err(problems) = load(bytes) {
            prop_assert!(!problems.render(true).is_empty());
        }
    }

    #[test]
    fn any_listing_is_answered(text in "(total [0-9]{1,3}\n)?([ -~]{0,60}\n){0,4}") {
        let files = MemoryFiles::default().with("s.yaml", RIGHT).with("17.9.4a.listing", text);
        if let Err(problems) = Scenario::load(Path::new("s.yaml"), &files) {
            prop_assert!(!problems.render(false).is_empty());
        }
    }
}
