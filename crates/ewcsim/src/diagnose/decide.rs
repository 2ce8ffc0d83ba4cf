//! Which of the causes explain the logs, and in what order.

use std::cmp::Reverse;

use ::logs::Outcome;
use diagnosis::Fit;

use super::causes::{self, NOTHING_WRONG};
use super::observed::Observed;

/// The part of what the logs say that a cause has to explain.
const SHARE_MIN: f64 = 0.8;
/// The part of the decisive lines that may contradict it: a line that only one other cause prints speaks for that one.
const AGAINST_MAX: f64 = 0.3;
/// Causes whose scores are lower than that of the best one by less are not told apart, and are the same but for what the field has more.
const EQUAL: f64 = 0.05;
const SAME: f64 = 0.005;
/// A cause whose score is lower than that of the best one by more is not told.
const FAR: f64 = 0.15;

/// The causes, the best first.
pub(super) struct Decided {
    /// The causes that explain the logs; empty if none does.
    pub(super) causes: Vec<Fit>,
    /// The number of those that explain them equally well: the first ones.
    pub(super) equal: usize,
    /// If none does, the one that explains most.
    pub(super) nearest: Option<Fit>,
}

/// Decides among causes in order of their scores.
pub(super) fn decide(observed: &Observed, fits: Vec<Fit>) -> Decided {
    let Some(best) = fits.first().map(|fit| fit.score) else {
        return Decided { causes: Vec::new(), equal: 0, nearest: None };
    };
    let mut fits = fits.into_iter();
    let explains =
        |fit: &Fit| fit.share >= SHARE_MIN && fit.against <= AGAINST_MAX && fit.score >= best - FAR;
    let mut causes: Vec<Fit> = Vec::new();
    let mut nearest = None;
    for fit in fits.by_ref() {
        if explains(&fit) {
            causes.push(fit);
        } else if nearest.is_none() && fit.share > 0.0 {
            nearest = Some(fit);
        }
    }
    let best = causes.first().map_or(best, |fit| fit.score);
    let equal = causes.iter().take_while(|fit| fit.score >= best - EQUAL).count();
    let outcome = outcome(observed);
    let often = |fit: &Fit| match causes::known(&fit.cause) {
        // A network that succeeds has failed attempts, too: the last outcome decides.
        Some(_) if fit.cause == NOTHING_WRONG => match outcome {
            Some(is_success) => i16::from(is_success) * 1_000 - 1,
            None => i16::from(u8::MAX),
        },
        Some(known) => i16::from(known.often),
        None => 0,
    };
    let same = causes.iter().take_while(|fit| fit.score >= best - SAME).count();
    causes[..same].sort_by_key(|fit| Reverse(often(fit)));
    // Where a success is seen, nothing has to be told apart.
    let is_well = outcome == Some(true) && causes.first().is_some_and(|first| first.cause == NOTHING_WRONG);
    let equal = if is_well { 1 } else { equal };
    let nearest = if causes.is_empty() { nearest } else { None };
    Decided { causes, equal, nearest }
}

/// Returns true if some log shows an attempt that succeeds, and none ends with one that fails; `None` if no log shows the end of an attempt.
fn outcome(observed: &Observed) -> Option<bool> {
    let last = observed.outcomes.iter().flatten().map(|outcome| *outcome == Outcome::Succeeded);
    last.reduce(|all, next| all && next)
}
