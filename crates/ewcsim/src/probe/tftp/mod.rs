//! A probe over TFTP.
//!
//! ```text
//!   each file:   RRQ as the controller's, and tsize -> its head, or a sample, or all of it -> ERROR 0, which ends it
//!                no such file -> the same under other paths, one block each
//!   then once:   RRQ with a large block, a window, a timeout -> which of them the server takes
//! ```

mod ask;
mod refusal;

use std::cell::RefCell;

use host::Host;
use tftp::{
    BLKSIZE_MAX, BLOCK_SIZE_DEFAULT, ErrorCode, Extent, Failure, ReceiverConfig, Schedule, TIMEOUT,
    WINDOWSIZE,
};

use self::ask::{Answer, End, ask};
use self::refusal::Refusal;
use super::check::{Head, check_size};
use super::elsewhere::candidates;
use super::finding::{Content, Difference, Finding, Place, Reach, Transport};
use super::need::{Needs, Wanted};
use super::report::{OptionsReport, Report, Sample, Times};
use super::{Asking, LOOKED_FOR_MAX, SAMPLE_TIME, most, said};

/// The window that is asked for, to see whether the server knows windows: a common value of other clients.
const WINDOW: u16 = 16;
/// The timeout that is asked for, in seconds.
const TIMEOUT_S: u8 = 5;

/// Asks for every file, as far as the server answers.
pub(super) async fn probe<H: Host>(
    host: &H,
    needs: &Needs,
    block_size: u16,
    asking: &Asking,
    report: &RefCell<Report>,
) {
    let mut prober = Prober {
        host,
        needs,
        asking,
        report,
        block_size,
        options: With::All,
        requests: Times::default(),
        looked_for: 0,
        last_difference: None,
    };
    let mut found = None;
    for (index, wanted) in needs.files.iter().enumerate() {
        if !prober.file(index, wanted).await {
            break;
        }
        let is_found = report.borrow().files[index].found == Some(true);
        if is_found && found.is_none() {
            found = Some(index);
        }
    }
    if let Some(index) = found {
        prober.accepted_options(&needs.path(&needs.files[index])).await;
    }
    let mut report = report.borrow_mut();
    let blocks = report.round_trips.pop();
    report.round_trips.extend(prober.requests.summary("request"));
    report.round_trips.extend(blocks);
}

/// The options of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum With {
    /// Those of the controller, and the file's size.
    All,
    /// Those of the controller.
    Own,
    None,
}

struct Prober<'a, H> {
    host: &'a H,
    needs: &'a Needs,
    asking: &'a Asking,
    report: &'a RefCell<Report>,
    /// The block size that the controller requests.
    block_size: u16,
    /// The options that the server answers.
    options: With,
    requests: Times,
    /// The number of files that were looked for elsewhere in vain.
    looked_for: usize,
    last_difference: Option<Difference>,
}

impl<H: Host> Prober<'_, H> {
    /// Asks for one file. Returns false if the server does not answer at all, so that there is no use in asking on.
    async fn file(&mut self, index: usize, wanted: &Wanted) -> bool {
        let path = self.needs.path(wanted);
        let mut answered = self.fetch(&path, wanted).await;
        if self.is_about_options(&answered.answer)
            && let Some(other) = self.fewer_options(&path, wanted, &answered.answer).await
        {
            answered = other;
        } else if self.has_sent() && answered.is_silence() {
            // Three losses in a row are possible: one file is no reason to give up the others.
            answered = self.fetch(&path, wanted).await;
        }
        self.note(index, wanted, &path, answered).await
    }

    /// Requests a file, and reads as much of it as is wanted.
    async fn fetch(&mut self, path: &str, wanted: &Wanted) -> Answered {
        let is_sample = self.report.borrow().sample.is_none();
        let (most, ends) = (most(self.asking, is_sample), self.host.now() + SAMPLE_TIME);
        let is_limited = !self.asking.whole;
        let mut head = Head::default();
        let mut bytes = 0;
        let answer = ask(self.host, self.asking.server, self.config(path), |data| {
            head.push(data);
            bytes += data.len() as u64;
            let is_enough = bytes >= most || is_limited && !is_sample && head.is_read(wanted);
            !is_enough && (!is_limited || self.host.now() < ends)
        })
        .await;
        self.count(&answer);
        Answered { answer, head, is_sample }
    }

    fn config(&self, path: &str) -> ReceiverConfig {
        let mut config = ReceiverConfig::new(path);
        config.tsize = self.options == With::All;
        config.blksize = (self.options != With::None && self.asks_block_size()).then_some(self.block_size);
        config.schedule = self.schedule();
        config
    }

    /// Returns true if the controller requests a block size.
    fn asks_block_size(&self) -> bool {
        self.block_size != BLOCK_SIZE_DEFAULT
    }

    /// Returns the waits of each packet: it is sent three times.
    fn schedule(&self) -> Schedule {
        let part = self.asking.wait / 8;
        Schedule::new([part, part * 2, part * 5])
    }

    fn count(&mut self, answer: &Answer) {
        if let Some(first) = answer.first {
            self.requests.add(first);
        }
        let mut report = self.report.borrow_mut();
        let datagrams = report.datagrams.get_or_insert_default();
        datagrams.sent += answer.sent;
        datagrams.repeated += answer.repeated;
    }

    /// Returns true if the server has sent a file.
    fn has_sent(&self) -> bool {
        self.report.borrow().sample.is_some()
    }

    /// Returns true if the options of the request may be the reason of this answer, or of none.
    fn is_about_options(&self, answer: &Answer) -> bool {
        let is_possible = match &answer.end {
            End::Failed(Failure::TimedOut { bytes: 0 }) => answer.strangers.is_empty(),
            End::Failed(Failure::PeerError { code, .. }) => *code == ErrorCode::OPTION_REFUSED,
            End::Failed(Failure::BadOption { .. }) => true,
            End::Failed(_) | End::Whole | End::Enough | End::Closed | End::NoRoute(_) | End::NoSocket(_) => {
                false
            }
        };
        // A server that has sent a file with these options bears them: then packets were lost.
        // An agreed block that does not come is a matter of its size.
        is_possible
            && !self.has_sent()
            && self.options != With::None
            && (answer.terms.is_none() || self.asks_block_size())
    }

    /// Asks again with fewer options, after `first`. Returns nothing if that changes nothing.
    async fn fewer_options(&mut self, path: &str, wanted: &Wanted, first: &Answer) -> Option<Answered> {
        let before = std::mem::replace(&mut self.options, With::None);
        let without = self.fetch(path, wanted).await;
        if !without.is_answer() {
            self.options = before;
            return None;
        }
        if self.asks_block_size() && first.terms.is_none() && before == With::All {
            // Perhaps it is only the size, for which the controller does not ask.
            self.options = With::Own;
            let own = self.fetch(path, wanted).await;
            if own.is_answer() {
                self.tell_of_options(first, false);
                return Some(own);
            }
            self.options = With::None;
        }
        self.tell_of_options(first, self.asks_block_size());
        Some(without)
    }

    /// Notes what came of the options that were tried first.
    fn tell_of_options(&self, first: &Answer, asks_block_size: bool) {
        let finding = match (&first.end, &first.terms) {
            (_, Some(terms)) if terms.block_size > BLOCK_SIZE_DEFAULT => {
                Reach::BlocksLost { block_size: terms.block_size }
            }
            (End::Failed(failure @ (Failure::PeerError { .. } | Failure::BadOption { .. })), _) => {
                Reach::OptionsRefused { text: said(failure), asks_block_size }
            }
            _ => Reach::OptionsUnanswered { asks_block_size },
        };
        self.report.borrow_mut().tell(finding);
    }

    /// Notes the answer for a file. Returns false if the server does not answer.
    async fn note(&mut self, index: usize, wanted: &Wanted, path: &str, answered: Answered) -> bool {
        let Answered { answer, head, is_sample } = answered;
        let server = self.asking.server;
        if answer.port == Some(server.port()) && answer.terms.is_some() {
            self.report.borrow_mut().tell(Reach::AnswersFromRequestPort);
        }
        if let Some(terms) = &answer.terms {
            self.note_found(index, wanted, &answer, &head);
            if is_sample && answer.bytes > 0 {
                let mut report = self.report.borrow_mut();
                report.sample =
                    Some(Sample::new(&wanted.name, answer.bytes, answer.time, terms.block_size.into()));
                report.round_trips.extend(answer.blocks.summary("block"));
                let asked = self.block_size;
                report.options = Some(OptionsReport {
                    block_size_asked: asked,
                    block_size: terms.block_size,
                    size: terms.size.is_some(),
                    ..OptionsReport::default()
                });
                if terms.block_size < asked && self.options != With::None {
                    report.tell(Reach::BlockSizeLowered { asked, accepted: terms.block_size });
                }
            }
        }
        match answer.end {
            End::Whole | End::Enough => true,
            End::Closed if answer.terms.is_some() => {
                let text = "the server closed its port".to_owned();
                self.report.borrow_mut().files[index].tell(Content::Stopped { bytes: answer.bytes, text });
                true
            }
            End::Closed => self.give_up(Reach::PortClosed { transport: Transport::Udp }),
            End::NoRoute(error) => self.give_up(Reach::NoRoute { text: said(&error) }),
            End::NoSocket(error) => self.give_up(Reach::NoRoute { text: said(&error) }),
            End::Failed(ref failure) => self.failed(index, wanted, path, &answer, failure).await,
        }
    }

    fn give_up(&self, finding: Reach) -> bool {
        self.report.borrow_mut().tell(finding);
        false
    }

    /// Notes what is known of a file that the server began to send.
    fn note_found(&self, index: usize, wanted: &Wanted, answer: &Answer, head: &Head) {
        let mut report = self.report.borrow_mut();
        let file = &mut report.files[index];
        let is_whole = matches!(answer.end, End::Whole);
        let announced = answer.terms.as_ref().and_then(|terms| terms.size);
        file.found = Some(true);
        file.bytes_read = answer.bytes;
        file.size = if is_whole { Some(answer.bytes) } else { announced };
        if let (true, Some(announced)) = (is_whole, announced)
            && announced != answer.bytes
        {
            file.tell(Content::SizeChanged { announced, sent: answer.bytes });
        }
        if let Some(finding) = check_size(wanted, file.size) {
            file.tell(finding);
        }
        if answer.bytes > 0 {
            let (stated, finding) = head.check(wanted);
            (file.image, file.version) = (stated.image, stated.version);
            finding.into_iter().for_each(|finding| file.tell(finding));
        }
    }

    /// Notes a failure. Returns false if the server does not answer.
    async fn failed(
        &mut self,
        index: usize,
        wanted: &Wanted,
        path: &str,
        answer: &Answer,
        failure: &Failure,
    ) -> bool {
        let server = self.asking.server;
        let finding: Finding = match failure {
            Failure::TimedOut { bytes: 0 } if answer.terms.is_none() => {
                return self.give_up(match (answer.other_address(server), answer.other_port(server)) {
                    (Some(from), _) => Reach::AnswersFromOtherAddress { from: from.ip().to_string() },
                    _ => Reach::NoAnswer {
                        transport: Transport::Udp,
                        waited_ms: self.asking.wait.as_millis() as u64,
                    },
                });
            }
            Failure::TimedOut { bytes } => match (answer.other_port(server), answer.port) {
                (Some(then), Some(first)) => Reach::PortChanges { first, then }.into(),
                _ => Content::Stopped { bytes: *bytes, text: "no further block came".to_owned() }.into(),
            },
            Failure::PeerError { code, message } => match refusal::of(*code, message) {
                // Without a root of its own, in.tftpd refuses all other directories by an access violation.
                refusal @ (Refusal::NotFound | Refusal::Denied | Refusal::Outside) if answer.bytes == 0 => {
                    let elsewhere = self.look_elsewhere(wanted, path).await;
                    elsewhere.map_or_else(|| refusal.finding(said(message)), Finding::from)
                }
                refusal @ (Refusal::Directory | Refusal::Other) if answer.bytes == 0 => {
                    refusal.finding(said(message))
                }
                _ => Content::Stopped { bytes: answer.bytes, text: said(failure) }.into(),
            },
            Failure::BadOption { .. } | Failure::BlockTooLong { .. } | Failure::Aborted { .. } => {
                Content::Faulty { text: said(failure) }.into()
            }
        };
        let mut report = self.report.borrow_mut();
        match finding {
            Finding::Reach(reach) => report.tell(reach),
            finding => {
                let file = &mut report.files[index];
                let is_place = matches!(finding, Finding::Place(_));
                file.found = Some(file.found == Some(true) && !is_place);
                file.tell(finding);
            }
        }
        true
    }

    /// Looks for a missing file under other paths.
    async fn look_elsewhere(&mut self, wanted: &Wanted, path: &str) -> Option<Place> {
        if self.looked_for >= LOOKED_FOR_MAX {
            return None;
        }
        let mut tried = candidates(self.needs, &wanted.name);
        // What was wrong once is likely wrong again.
        tried.sort_by_key(|(_, how)| Some(*how) != self.last_difference);
        for (other, how) in tried.into_iter().filter(|(other, _)| other != path) {
            let mut config = self.config(&other);
            config.extent = Extent::FirstBlock;
            let answer = ask(self.host, self.asking.server, config, |_| true).await;
            self.count(&answer);
            // atftpd sends an empty file for a directory.
            let is_file = answer.terms.as_ref().is_some_and(|terms| terms.size != Some(0));
            if is_file && matches!(answer.end, End::Enough | End::Whole) && answer.bytes > 0 {
                self.last_difference = Some(how);
                return Some(Place::Elsewhere { path: other, how });
            }
            if matches!(answer.end, End::Failed(Failure::TimedOut { .. })) {
                break;
            }
        }
        self.looked_for += 1;
        None
    }

    /// Asks which options the server takes.
    async fn accepted_options(&mut self, path: &str) {
        if self.options == With::None {
            return;
        }
        let mut config = self.config(path);
        config.extent = Extent::Answer;
        config.tsize = true;
        config.blksize = Some(BLKSIZE_MAX);
        config.windowsize = Some(WINDOW);
        config.timeout = Some(TIMEOUT_S);
        let answer = ask(self.host, self.asking.server, config, |_| true).await;
        self.count(&answer);
        let Some(terms) = answer.terms else { return };
        let mut report = self.report.borrow_mut();
        let options = report.options.get_or_insert_default();
        let accepted = |name: &str| terms.options.find(name).is_some();
        options.block_size_max = accepted(tftp::BLKSIZE).then_some(terms.block_size);
        options.window_size = accepted(WINDOWSIZE).then_some(terms.window);
        options.timeout = accepted(TIMEOUT);
    }
}

/// An answer, with the beginning of the file.
struct Answered {
    answer: Answer,
    head: Head,
    /// True if it is long enough to show the pace.
    is_sample: bool,
}

impl Answered {
    /// Returns true if nothing came.
    fn is_silence(&self) -> bool {
        matches!(self.answer.end, End::Failed(Failure::TimedOut { .. })) && self.answer.terms.is_none()
    }

    /// Returns true if the server sends the file, or says why not.
    fn is_answer(&self) -> bool {
        let answer = &self.answer;
        match &answer.end {
            End::Whole | End::Enough => true,
            End::Failed(Failure::PeerError { code, .. }) => *code != ErrorCode::OPTION_REFUSED,
            End::Failed(_) => answer.bytes > 0,
            End::Closed | End::NoRoute(_) | End::NoSocket(_) => false,
        }
    }
}
