//! Patterns of events: whose, which, with what.

use crate::diagnostic::Diagnostic;
use crate::language::EVENT_PATTERN;
use crate::model::{EventPattern, FieldPattern, Matcher, Members, NETWORK};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::yaml::Node;

impl Loader<'_> {
    /// `{ host: branch, event: joined, with: { controller: 9120-EWC } }`.
    pub(super) fn event_pattern(&mut self, node: &Node) -> Option<EventPattern> {
        let fields = self.reader.fields(node, &EVENT_PATTERN)?;
        self.event_pattern_of(&fields)
    }

    /// The same where `host`, `event` and `with` stand among other keys.
    pub(super) fn event_pattern_of(&mut self, fields: &Fields<'_>) -> Option<EventPattern> {
        let whose = fields.node("host").and_then(|node| {
            let who = self.reader.text(node)?;
            if who == NETWORK {
                return Some((who.to_owned(), [who.to_owned()].into()));
            }
            let hosts = match self.names.members(&mut self.reader, who, node.span)? {
                Members::Hosts(hosts) => hosts,
                Members::Any => self.names.everybody(),
                Members::Address(_) | Members::Range(..) => {
                    let problem = Diagnostic::error(format!("`{who}` is an address"));
                    self.reader.report(problem.at(node.span, "expected a host, a group or `any`"));
                    return None;
                }
            };
            Some((who.to_owned(), hosts))
        });
        let event =
            fields.node("event").and_then(|node| Some((self.reader.text(node)?.to_owned(), node.span)));
        let mut with = Vec::new();
        for entry in fields.node("with").map(|node| self.reader.map(node)).unwrap_or_default() {
            let Some(text) = self.reader.text(&entry.value) else { continue };
            with.push(FieldPattern {
                field: entry.key.clone(),
                matcher: Matcher::new(text),
                span: entry.key_span,
            });
        }
        let ((who, hosts), (event, event_span)) = (whose?, event?);
        Some(EventPattern { who, hosts, event, with, span: fields.span, event_span })
    }
}
