//! The answer of a plan, and how it is told: to people, as Markdown, as CSV, as a page.
//!
//! [`Answer`] is what the rehearsals of a night have shown, as data; JSON is that. The rehearsals themselves are not here.

mod answer;
mod branches;
mod clock;
mod csv;
mod human;
mod markdown;
mod page;
mod verdict;
mod words;

pub use answer::{
    Alternative, Answer, Assumption, Defect, Limit, NotModelledHere, Phase, PlannedAp, PlannedType, Remedy,
    Spread, Step, Target, WayBack,
};
pub use branches::{Branches, SharedServer, branches};
pub use csv::csv;
pub use human::human;
pub use markdown::markdown;
pub use page::page;
pub use verdict::PlanVerdict;
