//! Ours, over the same directory.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use files::{Directory, Group, User};
use openssh::sftp_server::{Ids, Options, Process, Session, stderr_message};
use sftp::FrameReader;

use super::{HOME, Program, Who, now};

pub(super) struct Ours {
    session: Session,
    frames: FrameReader,
    lines: Vec<String>,
}

impl Ours {
    pub(super) fn start(who: Who, options: &str, directory: &Path) -> Self {
        let served = directory.to_str().expect("a plain path");
        let place = &*format!("{served}/{HOME}");
        let options = options.replace("DIR", place);
        let options = Options::parse(options.split_whitespace()).expect("options");
        let mut ids = Ids::new();
        let (name, number, group) = who;
        ids.insert_user(name, number);
        ids.insert_group(group, number);
        let process = Process {
            user: User {
                name: name.into(),
                uid: Some(number),
                groups: vec![Group { name: group.into(), gid: Some(number) }],
            },
            home: place.into(),
            directory: place.into(),
            root: "/".into(),
            client: "127.0.0.1".into(),
            internal: false,
            ids: Rc::new(ids),
            started: now(directory),
        };
        let files = Rc::new(Directory::new(directory, served).expect("it is there"));
        Self { session: Session::new(options, process, files), frames: FrameReader::new(), lines: Vec::new() }
    }

    fn take(&mut self) {
        while let Some(bytes) = self.session.poll_transmit() {
            self.frames.push(&bytes);
        }
        while let Some(event) = self.session.poll_event() {
            if event.logged {
                self.lines.push(stderr_message(&event.kind));
            }
        }
    }
}

impl Program for Ours {
    fn ask(&mut self, packet: &[u8], answered: bool) -> Option<Bytes> {
        // If it ends, the exit status says so.
        let _ = self.session.handle(Duration::ZERO, packet);
        self.take();
        let answer = self.frames.next().expect("packets");
        assert!(answered || answer.is_none(), "{answer:?}");
        answer
    }

    fn end(mut self) -> (Vec<String>, Option<i32>) {
        self.session.end();
        self.take();
        // A new line in a name is one for those who read lines.
        let lines =
            self.lines.iter().flat_map(|line| line.split('\n').map(|line| line.trim_end().to_owned()));
        (lines.collect(), self.session.exit_status().and_then(|status| i32::try_from(status).ok()))
    }
}
