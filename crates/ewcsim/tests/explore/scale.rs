//! The ready files of `ci/scale`: their scripts do what they say with the command as it is.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cli::call_in;
use crate::common;

fn ready(name: &str) -> String {
    fs::read_to_string(common::workspace().join("ci/scale").join(name)).expect("it is there")
}

/// Runs the script of a part, with the program in the search path.
fn part(directory: &Path, script: &str, environment: &[(&str, &str)]) -> Option<i32> {
    let program = Path::new(env!("CARGO_BIN_EXE_ewcsim")).parent().expect("it is in a directory");
    let path = format!("{}:/usr/bin:/bin", program.display());
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).current_dir(directory).env("PATH", path).envs(environment.iter().copied());
    shell.output().expect("the shell starts").status.code()
}

#[test]
fn the_parts_of_the_job_make_the_whole() {
    let job = ready("job.yaml");
    let (_, script) = job.split_once("- >-\n").expect("the script is folded");
    let script: String =
        script.lines().take_while(|line| line.starts_with("              ")).collect::<Vec<_>>().join(" ");
    assert!(job.contains("completions: 100\n") && script.contains("))/100 "), "{script}");
    let directory = common::temporary();
    fs::write(directory.path().join("lab.yaml"), super::LAB).expect("the directory is ours");
    let script = script
        .replace("/scenarios/chaos/restless-branch.yaml", "lab.yaml")
        .replace("1..100000", "1..4")
        .replace("))/100", "))/2")
        .replace("/results/", "results/");
    // A run that fails is a result of the part, and not a failure of its Job.
    for index in ["0", "1"] {
        assert_eq!(part(directory.path(), &script, &[("JOB_COMPLETION_INDEX", index)]), Some(0), "{script}");
    }
    let merged = call_in(directory.path(), &["merge", "results/part-1", "results/part-2"]);
    let whole = super::explore(directory.path(), "--seeds 1..4");
    assert_eq!((merged.code, merged.stdout), (whole.code, whole.stdout));
    let wrong = script.replace("lab.yaml", "absent.yaml");
    assert_eq!(part(directory.path(), &wrong, &[("JOB_COMPLETION_INDEX", "0")]), Some(2));
}

#[test]
fn the_matrix_has_as_many_parts_as_it_says() {
    let matrix = ready("github-matrix.yml");
    let parts: Vec<String> = (1..=8).map(|part| part.to_string()).collect();
    assert!(matrix.contains("PARTS: 8\n") && matrix.contains(&format!("part: [{}]", parts.join(", "))));
    let directory = common::temporary();
    fs::write(directory.path().join("lab.yaml"), super::LAB).expect("the directory is ours");
    let (_, script) = matrix.split_once("chmod +x bin/ewcsim\n").expect("the script of a part");
    let script: Vec<&str> = script.lines().take(3).map(str::trim).collect();
    let script = script.join("\n").replace("bin/ewcsim", "ewcsim");
    let environment = [("SCENARIO", "lab.yaml"), ("SEEDS", "1..4"), ("PART", "3"), ("PARTS", "8")];
    assert_eq!(part(directory.path(), &script, &environment), Some(0), "{script}");
    assert!(directory.path().join("part-3/results.jsonl").is_file());
}
