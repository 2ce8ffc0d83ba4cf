//! Samples links and `show` commands at the times that expectations name.

use std::rc::Rc;

use engine::Engine;
use scenario::{Check, Expectation};

use super::Inner;
use super::samples::{Sample, Sampled, wanted_at};

/// Plans the samples before the end of the run.
pub(super) fn plan(inner: &Rc<Inner>, net: &dyn Engine) {
    let until = inner.scenario.until;
    for (index, expectation) in inner.scenario.expect.iter().enumerate() {
        let Some(at) = wanted_at(expectation, until).filter(|at| *at < until) else { continue };
        let (inner, planner) = (Rc::clone(inner), inner.planner.clone());
        // After all other events of that time.
        net.at(at, Box::new(move |_| planner.soon(move |net| take(&inner, net, index))));
    }
}

/// Takes the samples at the end of the run.
pub(super) fn at_end(inner: &Inner, net: &dyn Engine) {
    let until = inner.scenario.until;
    let at_end = |expectation: &Expectation| wanted_at(expectation, until) == Some(until);
    for (index, _) in inner.scenario.expect.iter().enumerate().filter(|(_, each)| at_end(each)) {
        take(inner, net, index);
    }
}

fn take(inner: &Inner, net: &dyn Engine, index: usize) {
    let at = net.now();
    let sampled = match &inner.scenario.expect[index].check {
        Check::Link { link, .. } => {
            let (forward, reverse) = net.network().counters(inner.names.link(link));
            Sampled::Traffic { forward, reverse }
        }
        Check::Show { host, command, .. } => {
            Sampled::Shown(inner.show(host, command, at).map(|output| output.fields))
        }
        _ => return,
    };
    inner.samples.borrow_mut().keep(index, Sample { at, sampled });
}
