//! The plans of several labs: one table, the worst first.

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::human::layout::{Align, Column, table, wrapped};
use crate::words::{self, capitalised};
use crate::{Answer, PlanVerdict};

/// The answers for several labs, each of which was rehearsed alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branches {
    /// The worst verdict; at best *cannot tell* if labs share a server at the same time.
    pub verdict: PlanVerdict,
    /// Servers of several labs whose windows overlap.
    pub shared: Vec<SharedServer>,
    /// The answers, the worst first.
    pub plans: Vec<Answer>,
}

/// A server that several labs fetch from at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedServer {
    /// Its address.
    pub address: String,
    /// The labs.
    pub labs: Vec<String>,
}

const COLUMNS: [Column; 5] = [
    ("verdict", Align::Left, 11),
    ("lab", Align::Left, 30),
    ("number", Align::Right, 6),
    ("begins", Align::Left, 20),
    ("all on target", Align::Left, 30),
];

impl Branches {
    /// Puts answers together, the worst first. `shared` are servers of several labs at the same time.
    pub fn new(mut plans: Vec<Answer>, shared: Vec<SharedServer>) -> Self {
        plans.sort_by_key(|plan| std::cmp::Reverse(plan.verdict));
        let worst = plans.iter().map(|plan| plan.verdict).max().unwrap_or(PlanVerdict::CannotTell);
        let least = if shared.is_empty() { PlanVerdict::Yes } else { PlanVerdict::CannotTell };
        Self { verdict: worst.max(least), shared, plans }
    }
}

/// Returns the answers as text for a terminal: a table, then a sentence for each lab that is not yes, and the commands that plan each.
pub fn branches(branches: &Branches) -> String {
    let mut out = String::new();
    let Branches { verdict, shared, plans } = branches;
    let yes = plans.iter().filter(|plan| plan.verdict == PlanVerdict::Yes).count();
    let labs = text::numbers::count(plans.len(), "lab");
    wrapped(&mut out, "", &format!("{}: {yes} of {labs} yes", capitalised(*verdict)));
    for SharedServer { address, labs } in shared {
        let labs = labs.join(", ");
        let text = format!(
            "{address} is the server of {labs} at the same time, and each was rehearsed alone: together they take longer, and how much longer is not \
             known; begin them one after the other (`start:` of each lab)"
        );
        wrapped(&mut out, "cannot tell: ", &text);
    }
    out.push('\n');
    let row = |plan: &Answer| {
        let clock = Clock::new(&plan.start);
        let all = plan.all_on_target.as_ref();
        vec![
            plan.verdict.to_string(),
            plan.lab.clone(),
            plan.access_points.len().to_string(),
            format!("{} {}", clock.date().unwrap_or_default(), clock.time(0.0).unwrap_or_default()),
            all.map_or_else(|| "-".to_owned(), |all| words::at_spread(&clock, all)),
        ]
    };
    table(&mut out, &COLUMNS, &plans.iter().map(row).collect::<Vec<_>>());
    let open: Vec<&Answer> = plans.iter().filter(|plan| plan.verdict != PlanVerdict::Yes).collect();
    if !open.is_empty() {
        out.push('\n');
    }
    for plan in open {
        wrapped(&mut out, &format!("{}: ", plan.lab), &format!("{}: {}", plan.verdict, plan.sentence));
        if let Some(remedy) = &plan.remedy {
            wrapped(&mut out, "  what gives yes in the most likely night: ", &remedy.what);
        }
    }
    out.push('\n');
    for plan in plans {
        out.push_str(&format!("again: {}\n", text::printable(&plan.again)));
    }
    out
}
