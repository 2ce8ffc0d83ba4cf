//! Trees: what is written reads back as the same, and a scenario that is written out is the same scenario.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use regex::Regex;
use scenario::{DiskFiles, Faults, MemoryFiles, Scenario, Template, Tree, Value, members};

/// Returns texts that people write, and texts that are hard to write.
fn texts() -> impl Strategy<Value = String> {
    let hard = [
        "~", "null", "", "- a", "a: b", "a #b", "[x", "{x", "x]", "'", "\"", "\\d", "a\tb", "${x}", "&a",
        "*a", "!t", "%", "@", "`", "...", "---", "<<", "0x1", "true", "a,b", "a:b", "é", "\u{feff}",
        "\u{85}", "\r", "a\r\nb", " a", "a ", "a:", "?", "? a", "|", ">",
    ];
    prop_oneof![
        "[a-z0-9 .:,/_-]{0,12}",
        prop::sample::select(hard.to_vec()).prop_map(str::to_owned),
        "[ -~]{0,8}",
    ]
}

fn trees() -> impl Strategy<Value = Tree> {
    let lines =
        prop::collection::vec(prop_oneof![texts(), Just(String::new()), Just("  a".to_owned())], 0..5);
    let block = (lines, prop_oneof![Just(""), Just("\n"), Just("\n\n")]);
    let leaf = prop_oneof![
        Just(Value::Nothing.into()),
        texts().prop_map(Tree::text),
        block.prop_map(|(lines, end)| Value::Block(lines.join("\n") + end).into()),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let entries = prop::collection::btree_map(texts(), inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(|items| Value::List(items).into()),
            entries.prop_map(|entries| Value::Map(entries.into_iter().collect()).into()),
        ]
    })
}

/// Returns the tree with texts in place of blocks: some blocks are written between quotes.
fn without_blocks(mut tree: Tree) -> Tree {
    tree.value = match tree.value {
        Value::Block(text) => Value::Text(text),
        Value::List(items) => Value::List(items.into_iter().map(without_blocks).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (key, without_blocks(value))).collect())
        }
        value => value,
    };
    tree
}

proptest! {
    #[test]
    fn what_is_written_reads_back(tree in trees()) {
        let written = tree.to_string();
        let read = Tree::parse(&written).map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
        prop_assert_eq!(without_blocks(read), without_blocks(tree), "{}", written);
    }
}

#[test]
fn blocks_stay_blocks_and_places_are_comments() {
    let text =
        "a:\n  - name: x # lab.yaml:3\n    config: |\n      one\n       two\n  - { name: y } # line 7\n";
    let mut tree = Tree::parse(text).expect("it is YAML");
    let Some(Tree { value: Value::List(items), .. }) = tree.get_mut("a") else { panic!("a list") };
    items[0].place = "lab.yaml:3".to_owned();
    items[1].place = "line 7".to_owned();
    assert_eq!(tree.to_string(), text);
    assert_eq!(
        tree.get("a").map(|list| list.items()[0].get("config").cloned()),
        Some(Some(Value::Block("one\n two\n".to_owned()).into()))
    );
}

/// Returns everything that a run depends on, without places.
fn model(scenario: &Scenario) -> String {
    let Scenario {
        path: _,
        title,
        base_title: _,
        start,
        until,
        seed,
        variant: _,
        fault_choices: _,
        tick,
        express,
        drawn: _,
        set: _,
        ranged_parameters: _,
        images,
        links,
        firewalls,
        nats,
        servers,
        idle_clients,
        controllers,
        access_points,
        unsimulated,
        powered,
        capwap,
        timeline,
        expect,
        must_violate,
        snapshot,
        accept_unmodelled,
        catalogue: _,
        sources: _,
        warnings: _,
    } = scenario;
    let mut out = format!("{title} {start} {until:?} {seed} {tick:?} {express:?} {capwap:?} {powered:?}");
    let _ = write!(
        out,
        "{images:?} {links:?} {firewalls:?} {nats:?} {servers:?} {idle_clients:?} {controllers:?} {access_points:?}"
    );
    let _ = write!(
        out,
        "{unsimulated:?} {timeline:?} {expect:?} {must_violate:?} {snapshot:?} {accept_unmodelled:?}"
    );
    let facts = Regex::new(r"Span \{[^}]*\}|(lines|inexact): \[[^\]]*\]|is_file: \w+|group: [^,]*")
        .expect("it is right");
    facts.replace_all(&out, "").into_owned()
}

fn scenarios(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory)
        .expect("it is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => scenarios(&path, found),
            false if path.extension().is_some_and(|extension| extension == "yaml") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn a_scenario_that_is_written_out_is_the_same() {
    let mut found = Vec::new();
    scenarios(Path::new("../../scenarios"), &mut found);
    let mut written = 0;
    for path in found {
        let template = Template::load(&path, &DiskFiles).unwrap_or_else(|problems| panic!("{problems}"));
        for (seed, faults) in [(1, Faults::All), (77, Faults::All), (3, Faults::Swarm)] {
            let Some(tree) = template.written_out(Some(seed), faults, true) else { continue };
            written += 1;
            let text = tree.to_string();
            let known = template.draw_variant(Some(seed), faults).expect("it was drawn").clone();
            let read = Template::load(&path, &Overlaid(&path, &text))
                .and_then(|template| template.draw(None))
                .unwrap_or_else(|problems| panic!("{problems}\n{text}"));
            assert_eq!(model(&read), model(&known), "{}\n{text}", path.display());
        }
    }
    assert!(written > 200, "{written}");
}

/// The disk, with a text in place of one file.
struct Overlaid<'a>(&'a Path, &'a str);

impl scenario::Files for Overlaid<'_> {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, scenario::FileError> {
        if path == self.0 { Ok(self.1.as_bytes().to_vec()) } else { DiskFiles.read(path, limit) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, scenario::FileError> {
        DiskFiles.list(directory)
    }

    fn tree(&self, directory: &Path) -> Result<scenario::FileTree, scenario::FileError> {
        DiskFiles.tree(directory)
    }
}

#[test]
fn members_of_groups_are_access_points_of_their_own() {
    let group = Tree::parse(
        "{ name: b, count: 3, model: C9105AXI, address: 10.0.4.255, mac: 0200.0000.00ff, running: 17.3.3.26 }",
    );
    let members = members(&group.expect("it is YAML")).expect("it is a group");
    let written: Vec<String> = members.iter().map(|member| member.to_string().replace('\n', "")).collect();
    assert_eq!(written[2], "name: b-3model: C9105AXIaddress: 10.0.5.1mac: 0200.0000.0101running: 17.3.3.26");
    assert_eq!(written.len(), 3);
    assert_eq!(scenario::members(&Tree::parse("{ name: b, address: 10.0.4.1 }").expect("it is YAML")), None);
}

#[test]
fn what_a_scenario_extends_is_written_out() {
    let lab = "lab: L\nparameters: { where: '$${here}', mtu: 1300..1400 }\ndefaults: { access_points: { model: C9105AXI, running: 17.3.3.26 } }\n\
               images: { new: { ap: 17.9.4.27, files: { ap1g7: 10240, ap1g8: 10240 } } }\n\
               controller:\n  name: ewc\n  model: C9120AXI\n  address: 10.0.4.2\n  running: new\n  config: ewc.txt\n\
               access_points:\n  - { name: b, count: 2, address: 10.0.4.11, flash: { used: 1MB..2MB } }\n";
    let own = "scenario: '${where}'\nextends: lab/lab.yaml\nstart: 2024-03-05T22:00:00Z\nuntil: 5m\n\
               network: { links: [{ name: wan, between: [b, ewc], mtu: \"${mtu}\" }] }\n";
    let files = MemoryFiles::default().with("s.yaml", own).with("lab/lab.yaml", lab).with(
        "lab/ewc.txt",
        "hostname ewc\nwireless profile image-download default\n image-download-mode tftp\n",
    );
    let template = Template::load(Path::new("s.yaml"), &files).expect("it is right");
    let written = template.written_out(Some(3), Faults::All, true).expect("it is drawn").to_string();
    assert_eq!(written, WRITTEN_OUT);
}

const WRITTEN_OUT: &str = "\
scenario: $${here}
start: 2024-03-05T22:00:00Z
until: 5m
seed: 3

images:
  new: { ap: 17.9.4.27, files: { ap1g7: 10240, ap1g8: 10240 } }

network:
  links:
    - { name: wan, between: [b, ewc], mtu: 1352B } # line 5

controller:
  name: ewc
  model: C9120AXI
  address: 10.0.4.2
  running: new
  config: |
    hostname ewc
    wireless profile image-download default
     image-download-mode tftp

access_points:
  - { name: b-1, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, flash: { used: 1112000B } } # lab/lab.yaml:12
  - { name: b-2, model: C9105AXI, address: 10.0.4.12, running: 17.3.3.26, flash: { used: 1074000B } } # lab/lab.yaml:12
";
