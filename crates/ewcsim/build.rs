//! Passes the commit and the target of the build to the program: `ewcsim --version` prints both.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown commit".to_owned());
    let target = env::var("TARGET").expect("cargo says what it builds for");
    println!("cargo::rustc-env=EWCSIM_COMMIT={commit}");
    println!("cargo::rustc-env=EWCSIM_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
    // The file that names the branch, and the file of the branch, which names its commit.
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]);
    for name in ["HEAD".to_owned(), "packed-refs".to_owned()].into_iter().chain(branch) {
        let path = git(&["rev-parse", "--path-format=absolute", "--git-path", &name]);
        // Cargo treats a missing file as changed.
        if let Some(path) = path.filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

/// Returns the output of git; `None` without git, or outside a clone.
fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}
