//! A `Match` line and its conditions.

use super::ConfigProblem;
use super::arguments::Bad;
use super::conditions::Condition;
use super::directive::{Directive, Reader};
use super::given::{Block, Given};
use super::line::{Line, Word};
use super::values::port;
use crate::patterns::fits_address;

/// Opens a block: the following lines apply to connections that match its conditions.
pub(super) fn open(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let mut all = directive.base.to_vec();
    all.extend(conditions(directive.reader, directive.line));
    let blocks = &mut directive.reader.config.blocks;
    *directive.scope = Some(blocks.len());
    blocks.push(Block { conditions: all, given: Given::default() });
    directive.arguments.rest();
    Ok(())
}

/// The conditions of a line.
fn conditions(reader: &mut Reader<'_>, line: &Line) -> Vec<Condition> {
    let mut words = line.conditions().into_iter();
    let mut conditions = Vec::new();
    while let Some(attribute) = words.next() {
        let name = attribute.text.to_lowercase();
        if name == "all" {
            if !conditions.is_empty() || words.next().is_some() {
                reader.error(attribute.range, ConfigProblem::MatchAll);
            }
            return vec![Condition::All];
        }
        let Some(argument) = words.next().filter(|argument| !argument.text.is_empty()) else {
            reader.error(attribute.range, ConfigProblem::MatchMissing(attribute.text));
            return conditions;
        };
        let range = argument.range.clone();
        match condition(&name, attribute, argument) {
            Ok(condition) => conditions.push(condition),
            Err((at, problem)) => reader.error(at.unwrap_or(range), problem),
        }
    }
    if conditions.is_empty() && !line.conditions().iter().any(|word| !word.text.is_empty()) {
        reader.error(line.keyword.range.clone(), ConfigProblem::MatchEmpty);
    }
    conditions
}

fn condition(name: &str, attribute: Word, argument: Word) -> Result<Condition, Bad> {
    let list = argument.text;
    let addresses = |attribute, list: String| match fits_address(None, &list) {
        Ok(_) => Ok(list),
        Err(_) => Err((None, ConfigProblem::MatchAddress { attribute, argument: list })),
    };
    Ok(match name {
        "user" => Condition::User(list),
        "group" => Condition::Group(list),
        "host" => Condition::Host(list),
        "address" => Condition::Address(addresses("address", list)?),
        "localaddress" => Condition::LocalAddress(addresses("localaddress", list)?),
        "localport" => match port(&list) {
            Some(port) => Condition::LocalPort(port),
            None => return Err((None, ConfigProblem::MatchPort(list))),
        },
        "rdomain" => Condition::RDomain(list),
        _ => return Err((Some(attribute.range), ConfigProblem::MatchUnknown(attribute.text))),
    })
}
