//! The program itself.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use bytes::Bytes;

use super::{HOME, Program, Who};

const PROGRAM: &str = "/usr/lib/openssh/sftp-server";

pub(super) struct Live {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    /// A file: a pipe that nobody reads would stop it.
    said: File,
}

impl Live {
    /// Starts it with these options, in this directory and as this user.
    pub(super) fn start(who: Who, options: &str, directory: &Path) -> Self {
        let home = directory.join(HOME);
        let place = home.to_str().expect("a plain path");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "ulimit -Sn 1024; exec \"$@\"", "sh", PROGRAM, "-e", "-u", "022"]);
        command.args(options.replace("DIR", place).split_whitespace());
        command.current_dir(&home).uid(who.1).gid(who.1).env_clear();
        command.env("SSH_CONNECTION", "127.0.0.1 40000 127.0.0.1 22").env("TZ", "UTC");
        let said = tempfile::tempfile().expect("a place for tests");
        let stderr = said.try_clone().expect("a descriptor");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(stderr);
        assert!(Path::new(PROGRAM).exists(), "{PROGRAM} is missing: run ci/setup");
        let mut child = command.spawn().expect("a shell, and to be root");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("piped");
        Self { child, input, output, said }
    }
}

impl Live {
    /// How many files it has open.
    pub(super) fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs").count()
    }
}

impl Program for Live {
    fn ask(&mut self, packet: &[u8], answered: bool) -> Option<Bytes> {
        self.input.as_mut().expect("not ended").write_all(packet).expect("it reads");
        if !answered {
            return None;
        }
        let mut length = [0; 4];
        self.output.read_exact(&mut length).ok()?;
        let mut answer = vec![0; u32::from_be_bytes(length) as usize];
        self.output.read_exact(&mut answer).expect("a whole packet");
        Some(answer.into())
    }

    fn end(mut self) -> (Vec<String>, Option<i32>) {
        drop(self.input.take());
        let status = self.child.wait().expect("our child").code();
        let mut said = String::new();
        self.said.rewind().and_then(|()| self.said.read_to_string(&mut said)).expect("text");
        (said.lines().map(|line| line.trim_end().to_owned()).collect(), status)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
