//! What a wrong scenario is told: every problem, with its place. The examples are in `wrong/`, what they print in the
//! repository's `snapshots/diagnostics/`.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use scenario::{Diagnostic, Diagnostics, DiskFiles, FileError, Files, MemoryFiles, Scenario, Template};

const WRONG: &str = "tests/wrong";

fn problems(name: &str) -> Diagnostics {
    match Scenario::load(Path::new(WRONG).join(name).as_path(), &DiskFiles) {
        Ok(_) => panic!("{name} is taken for right"),
        Err(problems) => problems,
    }
}

/// Every example: mistakes of `shape`, which the JSON schema finds too, of `meaning`, and of `text` that is no YAML of ours.
pub(crate) fn examples(directory: &str) -> BTreeMap<String, PathBuf> {
    let directory = Path::new(directory);
    let entries =
        std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut examples = BTreeMap::new();
    for entry in entries {
        let path = directory.join(entry.expect("it can be read").file_name());
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            let below = self::examples(&path.display().to_string());
            assert!(
                below.keys().all(|name| !examples.contains_key(name)),
                "an example of this name is there"
            );
            examples.extend(below);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            assert!(examples.insert(name.clone(), path).is_none(), "two examples are called {name}");
        }
    }
    examples
}

/// What is said about an example. A line `# --set NAME=VALUE` on top is what the command would be given.
fn said(path: &Path) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(path).expect("it is there")).into_owned();
    let set = text.lines().filter_map(|line| line.strip_prefix("# --set ")?.split_once('='));
    let set: Vec<_> = set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let loaded = Template::load_with(path, &DiskFiles, &set).and_then(|template| template.draw(None));
    match loaded {
        Err(problems) => problems.render(false),
        Ok(scenario) => scenario.diagnostics(scenario.warnings.clone()).render(false),
    }
}

fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// All are compared, whatever is wrong with one.
#[test]
fn every_example_is_told_what_is_wrong() {
    let examples = examples(WRONG);
    assert!(examples.len() > 90, "{}", examples.len());
    let different: Vec<&String> = examples
        .iter()
        .filter(|(name, path)| {
            let said = said(path);
            assert!(!said.is_empty(), "{name} is taken for right");
            let compare = || snapshots().bind(|| insta::assert_snapshot!(name.as_str(), said));
            std::panic::catch_unwind(AssertUnwindSafe(compare)).is_err()
        })
        .map(|(name, _)| name)
        .collect();
    assert!(different.is_empty(), "differ: {different:?}");
}

#[test]
fn every_snapshot_has_its_example() {
    let examples = examples(WRONG);
    let snapshots = std::fs::read_dir("../../snapshots/diagnostics").expect("they are there");
    for snapshot in snapshots {
        let name = snapshot.expect("it can be read").file_name().to_string_lossy().into_owned();
        let known = name.strip_suffix(".snap").is_some_and(|name| examples.contains_key(name));
        assert!(known, "snapshots/diagnostics/{name} is of no example");
    }
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
    let config = scenario.controllers[0].config.as_ref().expect("it has one");
    let line = config.text.lines().position(|line| line.contains("password")).expect("it stands there") + 1;
    let problem = Diagnostic::error("wrong").at(config.line_span(line), "");
    let shown = scenario.diagnostics(vec![problem]).render(false);
    assert!(shown.contains("sftp-image-password 0 *********"), "{shown}");
}

/// Wherever a password stands, before it is known for one too.
#[test]
fn passwords_are_hidden_while_a_file_is_parsed() {
    let of_users = |head: &str| format!("{head}\n    - {{ name: calo, password: Sw0rdfish, uid: x }}\n");
    for text in [
        of_users("lab: l\nservers:\n- users:"),
        of_users("lab: l\ndefaults:\n  servers:\n    users:"),
        "lab: l\nservers: [{ users: [{ name: x x, Password: Sw0rdfish }] }]\n".to_owned(),
        "lab: l\nparameters: { pw: Sw0rdfish }\nservers: [{ users: [{ password: \"${pw}\" }], clock: \"${pw}\" }]\n"
            .to_owned(),
        "lab: l\nparameters: { password: { default: Sw0rdfish } }\nuntil: ${password}\n".to_owned(),
        "lab: l\ncontroller:\n  config: |\n    sftp-username ${a}\n    sftp-password 0 Sw0rdfish${b}\n".to_owned(),
        "lab: l\ncontroller:\n  config: |\n    sftp-password 0 Sw0rdfish\n :\n- x\n".to_owned(),
    ] {
        let shown = load(text.clone()).expect_err("it is wrong").render(false);
        assert!(!shown.contains("Sw0rdfish"), "{text}\n{shown}");
        assert!(shown.contains("error"), "{shown}");
    }
    let set = [("pww".to_owned(), "Sw0rdfish".to_owned()), (String::new(), "Sw0rdfish".to_owned())];
    let files = MemoryFiles::default().with("s.yaml", "lab: l\nparameters: { pw: x }\n");
    let shown =
        Template::load_with(Path::new("s.yaml"), &files, &set).expect_err("it is wrong").render(false);
    assert!(!shown.contains("Sw0rdfish") && shown.contains("did you mean `pw`?"), "{shown}");
}

/// Windows' line ends and byte order mark are not shown, and count as no column.
#[test]
fn line_ends_and_byte_order_marks_are_no_letters() {
    let text = "\u{feff}secnario: x\r\nuntil: 1m\r\nuntil: 2m\r\n";
    let problems = load(text).expect_err("it is wrong");
    let shown = problems.render(false);
    assert!(shown.contains("--> s.yaml:1:1\n") && !shown.contains(['\r', '\u{240d}', '\u{feff}']), "{shown}");
    assert!(shown.contains("2 | until: 1m\n  | ----- first here\n3 | until: 2m\n  | ^^^^^ again"), "{shown}");
}

/// What lies between two places of one problem is not laid out, however much it is.
#[test]
fn places_far_from_each_other_are_shown_apart() {
    let between = |lines| format!("until: 1m\n{}until: 2m\n", "# and so on\n".repeat(lines));
    let shown = |lines| load(between(lines)).expect_err("it is wrong").render(false);
    assert!(shown(98).contains("...\n"), "{}", shown(98));
    let apart = shown(100);
    assert!(apart.contains("--> s.yaml:102:1") && apart.contains("::: s.yaml:1:1"), "{apart}");
    assert!(!apart.contains("..."), "{apart}");
}

#[test]
fn names_without_end_are_cut() {
    let groups: String = (0..900)
        .map(|n| {
            format!(
                "  - {{ name: g{n}, count: 2000, model: C9105AXI, address: 10.0.0.1, running: 17.3.3.26 }}\n"
            )
        })
        .collect();
    let problems = load(format!("scenario: s\naccess_points:\n{groups}")).expect_err("too many");
    assert!(problems.render(false).contains("more than 2000 access points"));
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
    let expected = "error: `huge.yaml` has 52428800 bytes, more than the limit of 1048576\n";
    assert_eq!(problems.render(false), expected);

    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("huge.yaml");
    std::fs::File::create(&path)
        .and_then(|file| file.set_len(52_428_800))
        .expect("a sparse file can be made");
    let problems = Scenario::load(&path, &DiskFiles).expect_err("too large");
    assert!(problems.items()[0].message().ends_with("has 52428800 bytes, more than the limit of 1048576"));
}

#[test]
fn nesting_and_aliases_have_limits() {
    for bomb in [
        "[".repeat(200_000),
        "- ".repeat(200_000),
        "{a: ".repeat(100_000),
        format!("a0: &a0 [{}]\n", "x, ".repeat(1000)) + &alias_levels(20),
        format!("big: &a \"{}\"\nb: [{}]\n", "x".repeat(900_000), "*a, ".repeat(20_000)),
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
        .with("tftpd-hpa.default", "TFTP_USERNAME=\"tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_DIRECTORY=\"/srv\"\n");
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
