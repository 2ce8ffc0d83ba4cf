//! The number of threads and the parts make no difference; what are no parts of one exploration is refused.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{explore, files, with_lab};
use crate::cli::{Called, call_in};

fn merge(directory: &Path, words: &str) -> Called {
    let words: Vec<&str> = ["merge"].into_iter().chain(words.split_whitespace()).collect();
    call_in(directory, &words)
}

/// Explores in three parts, with these further words.
fn in_parts(directory: &Path, words: &str) {
    for part in 1..=3 {
        explore(directory, &format!("{words} --shard {part}/3 --out part-{part}"));
    }
}

#[test]
fn threads_and_parts_make_no_difference() {
    let directory = with_lab(|text| text);
    let here = directory.path();
    for words in ["--seeds 1..16", "--seeds 1..16 --swarm", "--seeds 1..40 --until-failures 2"] {
        let one = explore(here, &format!("{words} --jobs 1 --out one --junit one.xml"));
        let two = explore(here, &format!("{words} --jobs 2 --out two --junit two.xml"));
        in_parts(here, words);
        let merged = merge(here, "part-3 part-1 part-2 --out merged --junit merged.xml");
        for (other, name) in [(&two, "two"), (&merged, "merged")] {
            assert_eq!(
                (other.code, &other.stdout),
                (one.code, &one.stdout),
                "{words} {name}: {}",
                other.stderr
            );
            assert_eq!(files(&here.join(name)), files(&here.join("one")), "{words} {name}");
            let xml = |name: &str| fs::read_to_string(here.join(name)).expect("it is written");
            assert_eq!(xml(&format!("{name}.xml")), xml("one.xml"), "{words} {name}");
        }
        // What a merge has written is an exploration like any other.
        assert_eq!(merge(here, "merged").stdout, one.stdout);
    }
}

#[test]
fn an_empty_part_is_not_red() {
    let directory = with_lab(|text| text.replace("within: 5m", "within: 10m"));
    let empty = explore(directory.path(), "--seeds 1..2 --shard 3/3 --out part-3");
    assert_eq!(empty.code, Some(0), "{}", empty.stdout);
    assert!(empty.stderr.contains("note: part 3/3 has none of the seeds"), "{}", empty.stderr);
    in_parts(directory.path(), "--seeds 1..2");
    let merged = merge(directory.path(), "part-1 part-2 part-3");
    assert_eq!(merged.code, Some(0), "{}", merged.stderr);
    assert!(merged.stdout.contains("seeds 1..2, 2 runs: 2 passed"), "{}", merged.stdout);
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let directory = with_lab(|text| text);
    let here = directory.path();
    in_parts(here, "--seeds 1..6");
    explore(here, "--seeds 1..6 --out whole");
    explore(here, "--seeds 1..6 --shard 1/2 --out half");
    explore(here, "--seeds 1..9 --shard 2/3 --out longer");
    explore(here, "--seeds 1..6 --shard 2/3 --swarm --out swarm");
    for (words, says) in [
        ("part-1 part-2", "part 3/3 is missing"),
        ("part-1 part-2 part-2 part-3", "part-2 and part-2 overlap: part 2/3 and part 2/3"),
        ("part-1 half", "part-1 and half overlap: part 1/3 and part 1/2"),
        ("part-1 whole", "part-1 and whole overlap: part 1/3 and all seeds"),
        ("part-1 longer part-3", "part-1 and longer are not parts of one exploration: `seeds` differs"),
        ("part-1 swarm part-3", "part-1 and swarm are not parts of one exploration: `"),
        ("absent", "absent/results.jsonl: No such file"),
    ] {
        let merged = merge(here, words);
        assert_eq!((merged.code, merged.stdout.as_str()), (Some(2), ""), "{words}: {}", merged.stderr);
        assert!(merged.stderr.contains(says), "{words}: {}", merged.stderr);
    }
    // Another text under the same path.
    let text = fs::read_to_string(here.join("lab.yaml")).expect("it is there");
    fs::write(here.join("lab.yaml"), text.replace("within: 5m", "within: 6m")).expect("it is ours");
    explore(here, "--seeds 1..6 --shard 2/3 --out other");
    let merged = merge(here, "part-1 other part-3");
    assert!(merged.code == Some(2) && merged.stderr.contains("`digest` differs"), "{}", merged.stderr);
}

#[test]
fn damaged_files_and_those_of_another_version_are_refused() {
    let directory = with_lab(|text| text);
    let here = directory.path();
    explore(here, "--seeds 1..3 --out whole");
    let path = here.join("whole/results.jsonl");
    let stored = fs::read_to_string(&path).expect("it is written");
    let lines: Vec<&str> = stored.lines().collect();
    let without = |line: usize| {
        let rest =
            lines.iter().enumerate().filter(|(index, _)| *index != line).map(|(_, line)| format!("{line}\n"));
        rest.collect::<String>()
    };
    let cut = stored[..stored.len() - 10].to_owned();
    let cases = [
        (stored.replacen("\"seed\":2", "\"seed\":7", 1), "the digest is another one"),
        (without(2), "the digest is another one"),
        (without(lines.len() - 1), "the line does not end"),
        (cut, "damaged: the line does not end"),
        (format!("{stored}\n"), "nothing follows the last line"),
        ("x\n".to_owned(), "results.jsonl:1: damaged: "),
        (String::new(), "results.jsonl:1: damaged: "),
        // With a digest that fits.
        (signed(&stored.replacen("\"tool\":\"", "\"tool\":\"9", 1)), "written by ewcsim 9"),
        (signed(&stored.replacen("\"seed\":2", "\"seed\":7", 1)), "the seeds are not those of this part"),
        (signed(&without(3)), "runs are missing"),
    ];
    for (text, says) in cases {
        fs::write(&path, text).expect("it is ours");
        let merged = merge(here, "whole");
        assert_eq!((merged.code, merged.stdout.as_str()), (Some(2), ""), "{says}");
        assert!(merged.stderr.contains(says), "{says}: {}", merged.stderr);
    }
}

/// Replaces the last line by one that fits the others.
fn signed(text: &str) -> String {
    let body: Vec<&str> = text.lines().collect();
    let body: String = body[..body.len() - 1].iter().map(|line| format!("{line}\n")).collect();
    let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let rows = body.lines().count() - 1;
    format!("{body}{{\"rows\":{rows},\"interrupted\":false,\"sha256\":\"{digest}\"}}\n")
}
