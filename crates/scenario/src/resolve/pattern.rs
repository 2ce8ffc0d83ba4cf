//! Event patterns: host, event name and fields.

use crate::diagnostic::Diagnostic;
use crate::language;
use crate::model::{EventPattern, FieldPattern, Matcher, Members, NETWORK};
use crate::resolve::Loader;

impl Loader<'_> {
    /// Resolves `{ host: branch, event: joined, with: { controller: 9120-EWC } }`.
    pub(super) fn event_pattern(&mut self, raw: language::EventPattern) -> Option<EventPattern> {
        let whose = raw.host.and_then(|who, span| {
            if who == NETWORK {
                let hosts = [who.clone()].into();
                return Some((who, hosts));
            }
            let hosts = match self.names.members(&mut self.reader, &who, span)? {
                Members::Hosts(hosts) => hosts,
                Members::Any => self.names.everybody(),
                Members::Address(_) | Members::Range(..) => {
                    let problem = Diagnostic::error(format!("`{who}` is an address"));
                    self.reader.report(problem.at(span, "expected a host, a group or `any`"));
                    return None;
                }
            };
            Some((who, hosts))
        });
        let with = raw.with.value.unwrap_or_default().into_iter().filter_map(|entry| {
            Some(FieldPattern {
                field: entry.key,
                matcher: Matcher::new(&entry.value?),
                span: entry.key_span,
            })
        });
        let ((who, hosts), (event, event_span)) = (whose.value?, raw.event.placed()?);
        Some(EventPattern { who, hosts, event, with: with.collect(), span: raw.span, event_span })
    }
}
