//! `plan`: what it says of networks whose nights are known.

mod arithmetic;
mod assumptions;
mod binary;
mod causes;
mod newcomer;
mod verdicts;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ewcsim::Progress;
use ewcsim::rehearsal::{Plan, PlanError, Request, plan};
use planner::Answer;
use scenario::MemoryFiles;

/// A branch with two access points of other types than the controller's, and a TFTP server behind a link.
const BRANCH: &str = "
lab: A branch
start: 2026-03-05T22:00:00Z
images:
  old: { ap: 17.9.4.27, controller: 17.09.04a.0.6, files: { ap1g7: 1024000, ap1g8: 1024000, ap3g3: 1024000, C9800-AP-iosxe-wlc.bin: 2MB } }
  new: { ap: 17.12.1.5, files: { ap1g7: 1024000, ap1g8: 1024000, ap3g3: 1024000, C9800-AP-iosxe-wlc.bin: 2MB } }
network:
  links: [{ name: wan, between: [ewc, servers], latency: 5ms, bandwidth: 50Mbit }]
servers: [{ name: images, software: tftpd-hpa, address: 10.99.5.27, files: { /EWC/new: new } }]
controller:
  name: ewc
  model: C9120AXI
  address: 10.20.0.2
  running: old
  access_point: { name: own, uptime: 20d }
  config: |
    ip tftp blocksize 8192
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 10.99.5.27
     tftp-image-path /EWC/new
access_points:
  - { name: desk, model: C9105AXI, address: 10.20.1.1, running: old, uptime: 20d }
  - { name: dock, model: AIR-AP3802I-B-K9, address: 10.20.1.2, running: old, uptime: 20d }
";

/// A plan to make, of a lab in memory.
struct Planned {
    lab: String,
    request: Request,
}

/// Plans the branch with some of its text replaced, and without varying what is assumed.
fn branch(changes: &[(&str, &str)]) -> Planned {
    let mut lab = BRANCH.to_owned();
    for (old, new) in changes {
        assert!(lab.contains(old), "the lab has no {old}");
        lab = lab.replace(old, new);
    }
    let request = Request {
        lab: PathBuf::from("branch.yaml"),
        to: None,
        seeds: 2,
        window: Duration::from_secs(2 * 3600),
        start: None,
        compare: Vec::new(),
        set: Vec::new(),
        facts: still(),
        jobs: Some(2),
        again: "ewcsim plan branch.yaml".to_owned(),
    };
    Planned { lab, request }
}

impl Planned {
    fn with(mut self, change: impl FnOnce(&mut Request)) -> Self {
        change(&mut self.request);
        self
    }

    /// Varies what is assumed.
    fn varied(self) -> Self {
        self.with(|request| request.facts.clear())
    }

    fn plan(&self) -> Result<Plan, PlanError> {
        let files = MemoryFiles::default().with("branch.yaml", self.lab.as_str());
        plan(&self.request, &files, &mut Progress::none(), &AtomicBool::new(false))
    }

    fn answer(&self) -> Answer {
        match self.plan() {
            Ok(plan) => plan.answer,
            Err(PlanError::Lab(problems)) => panic!("{}", problems.render(false)),
            Err(PlanError::Call { message, help }) => panic!("{message}; {help}"),
            Err(PlanError::Interrupted) => panic!("nobody interrupts it"),
        }
    }
}

/// Every fact that a plan would vary, as the catalogue has it: nothing but the network differs then, and few nights are rehearsed.
fn still() -> Vec<(String, String)> {
    let catalogue = catalogue::Catalogue::builtin();
    let is_varied = |fact: &&catalogue::Fact| fact.range.is_some();
    catalogue.facts().filter(is_varied).map(|fact| (fact.key.clone(), fact.value.clone())).collect()
}
