//! A probe over SFTP.
//!
//! ```text
//!   TCP, SSH, password, subsystem sftp      the first step that fails is the finding
//!   REALPATH "."                            the login directory, below which the controller looks
//!   each file:  STAT, OPEN, READs one at a time, CLOSE: its head, or a sample, or all of it
//!               no such file -> READDIR of the directory that is there, then other paths
//! ```

mod look;
mod session;

use std::cell::RefCell;
use std::time::Duration;

use host::Host;
use sftp::{Attributes, Handle, OpenFlags, Reply, Request, Status, StatusCode, Text};

use self::session::{Session, Stop};
use super::check::{Head, check_size};
use super::finding::{Content, Denied, Finding, Place, Reach, Session as Told, Transport};
use super::need::{Login, Needs, Wanted};
use super::report::{Report, Sample, Times};
use super::{Asking, LOOKED_FOR_MAX, SAMPLE_TIME, most, said};

/// The number of STATs that show the round trip.
const STATS: usize = 10;

/// The kind of a file in the mode of stat(2), and that of a directory.
const KIND: u32 = 0o170_000;
const DIRECTORY: u32 = 0o040_000;

/// Asks for every file, as far as the server lets.
pub(super) async fn probe<H: Host>(
    host: &H,
    needs: &Needs,
    login: &Login,
    asking: &Asking,
    report: &RefCell<Report>,
) {
    let shown = |ssh| report.borrow_mut().ssh = Some(ssh);
    let session = match Session::open(host, asking, login, shown).await {
        Ok(session) => session,
        Err(finding) => return report.borrow_mut().tell(finding),
    };
    let times = (Times::default(), Times::default());
    let mut prober =
        Prober { host, needs, login, asking, report, session, stats: times.0, reads: times.1, looked_for: 0 };
    if let Err(stop) = prober.all().await {
        prober.tell_stop(&stop);
    }
    let Prober { session, stats, reads, .. } = prober;
    report
        .borrow_mut()
        .round_trips
        .extend([stats.summary("stat"), reads.summary("read")].into_iter().flatten());
    session.close().await;
}

struct Prober<'a, H> {
    host: &'a H,
    needs: &'a Needs,
    login: &'a Login,
    asking: &'a Asking,
    report: &'a RefCell<Report>,
    session: Session<'a, H>,
    stats: Times,
    reads: Times,
    /// The number of files that were looked for elsewhere in vain.
    looked_for: usize,
}

impl<H: Host> Prober<'_, H> {
    async fn all(&mut self) -> Result<(), Stop> {
        let home = match self.session.ask(Request::Realpath(".".into())).await? {
            Reply::Name(names) if names.len() == 1 => names[0].filename.clone(),
            other => return Err(unexpected(&other)),
        };
        if let Some(ssh) = &mut self.report.borrow_mut().ssh {
            ssh.home = Some(said(&home));
        }
        for (index, wanted) in self.needs.files.iter().enumerate() {
            let path = below(&home, &self.needs.path(wanted));
            if let Some(finding) = self.file(index, wanted, &home, &path).await? {
                let mut report = self.report.borrow_mut();
                let file = &mut report.files[index];
                let is_place = matches!(finding, Finding::Place(_));
                file.found = Some(file.found == Some(true) && !is_place);
                file.tell(finding);
            }
        }
        for _ in 0..STATS {
            // Whatever it says of the directory: the time counts.
            let _ = self.stat(&home).await?;
        }
        Ok(())
    }

    /// Asks for one file. Returns what keeps the controller from it.
    async fn file(
        &mut self,
        index: usize,
        wanted: &Wanted,
        home: &Text,
        path: &Text,
    ) -> Result<Option<Finding>, Stop> {
        let attributes = match self.stat(path).await? {
            Ok(attributes) => attributes,
            Err(status) if status.code == StatusCode::NO_SUCH_FILE => {
                let text = message(&status);
                if self.looked_for >= LOOKED_FOR_MAX {
                    return Ok(Some(Place::NotFound { text, nearest: None }.into()));
                }
                let finding = self.look(wanted, home, path, text).await?;
                self.looked_for += usize::from(matches!(finding, Finding::Place(Place::NotFound { .. })));
                return Ok(Some(finding));
            }
            Err(status) if status.code == StatusCode::PERMISSION_DENIED => {
                let text = message(&status);
                return Ok(Some(Place::PermissionDenied { text, mode: None, of: Denied::Directory }.into()));
            }
            Err(status) => return Ok(Some(Place::Refused { text: message(&status) }.into())),
        };
        if attributes.permissions.is_some_and(|mode| mode & KIND == DIRECTORY) {
            return Ok(Some(Place::IsDirectory.into()));
        }
        let handle = match self.session.ask(Request::open(path.clone(), OpenFlags::READ)).await? {
            Reply::Handle(handle) => handle,
            Reply::Status(status) => return Ok(Some(not_opened(&status, &attributes))),
            other => return Err(unexpected(&other)),
        };
        let read = self.read(index, wanted, &handle, attributes.size).await;
        let closed = self.session.ask(Request::Close(handle)).await;
        let finding = read?;
        closed?;
        Ok(finding)
    }

    /// Reads a file that is open, as far as is wanted.
    async fn read(
        &mut self,
        index: usize,
        wanted: &Wanted,
        handle: &Handle,
        announced: Option<u64>,
    ) -> Result<Option<Finding>, Stop> {
        let is_sample = self.report.borrow().sample.is_none();
        let most = most(self.asking, is_sample);
        let (began, mut head, mut offset, mut bytes) = (self.host.now(), Head::default(), 0_u64, 0_u64);
        let mut failure = None;
        let is_whole = loop {
            let is_enough =
                bytes >= most || !is_sample && head.is_read(wanted) || self.host.now() > began + SAMPLE_TIME;
            if !self.asking.whole && is_enough || bytes >= image::FILE_MAX {
                break false;
            }
            let length = self.login.read_size.max(1);
            let asked = self.host.now();
            let reply = self.session.ask(Request::Read { handle: handle.clone(), offset, length }).await?;
            match reply {
                Reply::Data(data) if !data.is_empty() && data.len() <= length as usize => {
                    self.reads.add(self.host.now().saturating_sub(asked));
                    bytes += data.len() as u64;
                    head.push(&data);
                    offset += data.len() as u64;
                }
                Reply::Status(Status { code: StatusCode::EOF, .. }) => break true,
                Reply::Status(status) => {
                    failure = Some(Content::Stopped { bytes, text: message(&status) });
                    break false;
                }
                other => return Err(unexpected(&other)),
            }
            // Only a member in front of the description stands between: it is passed over.
            let next = head.reader.next_offset();
            let may_seek = !is_sample && !self.asking.whole && !wanted.is_controller();
            if may_seek && next > offset && announced.is_some_and(|size| next < size) {
                head.reader.skipped_to();
                offset = next;
            }
        };
        let time = self.host.now().saturating_sub(began);
        let mut report = self.report.borrow_mut();
        if is_sample && bytes > 0 {
            report.sample = Some(Sample::new(&wanted.name, bytes, time, self.login.read_size));
        }
        let file = &mut report.files[index];
        (file.found, file.bytes_read) = (Some(true), bytes);
        // A whole file is one that was read without a gap.
        let sent = (is_whole && offset == bytes).then_some(bytes);
        file.size = sent.or(announced);
        if let (Some(sent), Some(announced)) = (sent, announced)
            && sent != announced
        {
            file.tell(Content::SizeChanged { announced, sent });
        }
        if let Some(finding) = check_size(wanted, file.size) {
            file.tell(finding);
        }
        if bytes > 0 {
            let (stated, finding) = head.check(wanted);
            (file.image, file.version) = (stated.image, stated.version);
            finding.into_iter().for_each(|finding| file.tell(finding));
        }
        Ok(failure.map(Finding::from))
    }

    async fn stat(&mut self, path: &Text) -> Result<Result<Attributes, Status>, Stop> {
        let asked = self.host.now();
        let reply = self.session.ask(Request::Stat(path.clone())).await?;
        self.stats.add(self.host.now().saturating_sub(asked));
        match reply {
            Reply::Attrs(attributes) => Ok(Ok(attributes)),
            Reply::Status(status) if status.code != StatusCode::OK => Ok(Err(status)),
            other => Err(unexpected(&other)),
        }
    }

    /// Notes why the server answers no more.
    fn tell_stop(&self, stop: &Stop) {
        let wait: Duration = self.asking.wait;
        let finding: Finding = match stop {
            Stop::Silent => {
                Reach::NoAnswer { transport: Transport::Tcp, waited_ms: wait.as_millis() as u64 }.into()
            }
            Stop::Ended(end) => {
                Told::ClosedAfterLogin { user: said(&self.login.user), text: said(end) }.into()
            }
            Stop::Channel => Told::SubsystemEnds.into(),
            Stop::Broken(text) => Content::Faulty { text: text.clone() }.into(),
        };
        self.report.borrow_mut().tell(finding);
    }
}

fn not_opened(status: &Status, attributes: &Attributes) -> Finding {
    let text = message(status);
    match status.code {
        StatusCode::PERMISSION_DENIED => {
            let mode = attributes.permissions.map(|mode| format!("{:04o}", mode & 0o7777));
            Place::PermissionDenied { text, mode, of: Denied::File }.into()
        }
        StatusCode::NO_SUCH_FILE => Place::NotFound { text, nearest: None }.into(),
        _ => Place::Refused { text }.into(),
    }
}

/// Returns the path below the login directory, as the controller's client makes it.
fn below(home: &Text, path: &str) -> Text {
    let mut whole = home.as_bytes().to_vec();
    while whole.last() == Some(&b'/') {
        whole.pop();
    }
    if !path.starts_with('/') {
        whole.push(b'/');
    }
    whole.extend_from_slice(path.as_bytes());
    Text::new(whole)
}

/// Returns the text of a status, or its number.
fn message(status: &Status) -> String {
    let text = status.text.as_ref().map(|text| said(&text.message)).unwrap_or_default();
    if text.is_empty() { format!("status {}", status.code) } else { text }
}

fn unexpected(reply: &Reply) -> Stop {
    Stop::Broken(match reply {
        Reply::Status(status) => message(status),
        Reply::Handle(_) | Reply::Data(_) | Reply::Name(_) | Reply::Attrs(_) | Reply::ExtendedReply(_) => {
            "its answer does not match the question".to_owned()
        }
    })
}
