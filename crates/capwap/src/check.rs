//! The rules of RFC 5415 for a message, and the answer to one that breaks them. Parsing checks none of this: it accepts whatever
//! can be read.

use crate::{
    Element, Message, MessageType, ResultCode, ReturnReason, ReturnedElement, Role, element_name,
    element_section, find,
};

/// Elements of which a message must hold at least one.
type AnyOf = &'static [u16];

/// The rule that a message breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The message's type is unknown (4.5.1.1).
    #[error("{message} is not known")]
    UnrecognizedMessage {
        /// The message.
        message: MessageType,
    },
    /// A mandatory element is missing (4.5.1.5).
    #[error("{message} lacks {} (RFC 5415, {section})", Names(elements))]
    MissingElement {
        /// The message.
        message: MessageType,
        /// The missing elements; any one of these would do.
        elements: &'static [u16],
        /// The section of RFC 5415 that demands it.
        section: &'static str,
    },
    /// The message contains an element that is neither RFC 5415's nor in the range of RFC 5416 (4.5.1.5).
    #[error("{message} contains an unknown element, {element}")]
    UnrecognizedElement {
        /// The message.
        message: MessageType,
        /// The element.
        element: u16,
    },
    /// An element's value is not allowed by its section.
    #[error("{message}: {} {rule} (section {})", Names(&[*element]), element_section(*element).unwrap_or("4.6"))]
    Value {
        /// The message.
        message: MessageType,
        /// The element.
        element: u16,
        /// The rule it breaks, as a fragment: "is longer than 512 bytes".
        rule: &'static str,
    },
}

impl Message {
    /// Checks the message, which came from `sender`: its type, its mandatory elements (5 to 10), that all elements are
    /// known, their values (4.6). A response that refuses needs only its Result Code: the RFC demands more but gives
    /// the sender nothing to put there. Items of descriptors are accepted under any vendor's identifier, as Cisco sends them.
    ///
    /// # Errors
    /// The first [`Fault`], in the order above.
    pub fn check(&self, sender: Role) -> Result<(), Fault> {
        let message = self.message_type;
        let Some((section, mandatory)) = mandatory(message, sender) else {
            return Err(Fault::UnrecognizedMessage { message });
        };
        let has = |wanted: AnyOf| self.elements.iter().any(|element| wanted.contains(&element.number()));
        let mandatory = match find!(self.elements, ResultCode) {
            Some(ResultCode::Failure) if !message.is_request() => AC_LIST,
            Some(code) if !message.is_request() && !code.is_success() => &[],
            _ => mandatory,
        };
        if let Some(elements) = mandatory.iter().find(|wanted| !has(wanted)) {
            return Err(Fault::MissingElement { message, elements, section });
        }
        for element in &self.elements {
            if !is_recognized(element) {
                return Err(Fault::UnrecognizedElement { message, element: element.number() });
            }
            if let Some(rule) = element.broken_rule() {
                return Err(Fault::Value { message, element: element.number(), rule });
            }
        }
        Ok(())
    }

    /// Returns the elements of the response to this message for `fault` (4.5.1.1, 4.5.1.5); its type is the one after the
    /// message's, its number the same. `None` if the message is to be ignored: a response, or a request that is malformed
    /// rather than incomplete (6.1).
    pub fn refusal(&self, fault: &Fault) -> Option<Vec<Element>> {
        if !self.message_type.is_request() {
            return None;
        }
        let code = match fault {
            Fault::UnrecognizedMessage { .. } => ResultCode::UnrecognizedRequest,
            Fault::MissingElement { .. } => ResultCode::MissingMandatoryElement,
            Fault::UnrecognizedElement { .. } => ResultCode::UnrecognizedElement,
            Fault::Value { .. } => return None,
        };
        let mut answer = vec![Element::ResultCode(code)];
        if code == ResultCode::UnrecognizedElement {
            let unknown = self.elements.iter().filter(|element| !is_recognized(element));
            answer.extend(unknown.take(RETURNED_MAX).map(|element| {
                Element::ReturnedElement(ReturnedElement::new(ReturnReason::UnknownElement, element))
            }));
        }
        Some(answer)
    }
}

/// The maximum number of elements that one answer returns, so that it fits a packet or two.
const RETURNED_MAX: usize = 8;

const AC_LIST: &[AnyOf] = &[&[2, 3]];
const DISCOVERY_REQUEST: &[AnyOf] = &[&[20], &[38], &[39], &[41], &[44], &[1048]];
const DISCOVERY_RESPONSE: &[AnyOf] = &[&[1], &[4], &[1048], &[10, 11]];
const JOIN_REQUEST: &[AnyOf] = &[&[28], &[38], &[39], &[45], &[35], &[41], &[44], &[1048], &[53], &[30, 50]];
const JOIN_RESPONSE: &[AnyOf] = &[&[33], &[1], &[4], &[1048], &[53], &[10, 11], &[30, 50]];
const CONFIGURATION_STATUS_REQUEST: &[AnyOf] = &[&[4], &[31], &[36], &[48]];
const CONFIGURATION_STATUS_RESPONSE: &[AnyOf] = &[&[12], &[16], &[23], &[40], &[2, 3]];
const CHANGE_STATE_EVENT_REQUEST: &[AnyOf] = &[&[32], &[33]];
/// The elements include those that RFC 5416, 5.12 adds.
const WTP_EVENT_REQUEST: &[AnyOf] = &[&[15, 21, 22, 47, 48, 18, 37, 1031, 1035, 1039, 1047]];
const RESULT: &[AnyOf] = &[&[33]];

/// Returns the section that describes `message`, and its mandatory elements from `sender`; `None` for an unknown type.
fn mandatory(message: MessageType, sender: Role) -> Option<(&'static str, &'static [AnyOf])> {
    use MessageType as M;
    Some(match message {
        M::DiscoveryRequest => ("5.1", DISCOVERY_REQUEST),
        M::DiscoveryResponse => ("5.2", DISCOVERY_RESPONSE),
        M::PrimaryDiscoveryRequest => ("5.3", DISCOVERY_REQUEST),
        M::PrimaryDiscoveryResponse => ("5.4", DISCOVERY_RESPONSE),
        M::JoinRequest => ("6.1", JOIN_REQUEST),
        M::JoinResponse => ("6.2", JOIN_RESPONSE),
        M::EchoRequest => ("7.1", &[]),
        M::EchoResponse => ("7.2", &[]),
        M::ConfigurationStatusRequest => ("8.2", CONFIGURATION_STATUS_REQUEST),
        M::ConfigurationStatusResponse => ("8.3", CONFIGURATION_STATUS_RESPONSE),
        M::ConfigurationUpdateRequest => ("8.4", &[]),
        M::ConfigurationUpdateResponse => ("8.5", RESULT),
        M::ChangeStateEventRequest => ("8.6", CHANGE_STATE_EVENT_REQUEST),
        M::ChangeStateEventResponse => ("8.7", &[]),
        M::ClearConfigurationRequest => ("8.8", &[]),
        M::ClearConfigurationResponse => ("8.9", RESULT),
        M::ImageDataRequest => ("9.1.1", &[]),
        M::ImageDataResponse => ("9.1.2", RESULT),
        M::ResetRequest => ("9.2", &[&[25]]),
        M::ResetResponse => ("9.3", &[]),
        M::WtpEventRequest => ("9.4", WTP_EVENT_REQUEST),
        M::WtpEventResponse => ("9.5", &[]),
        M::DataTransferRequest if sender == Role::Ac => ("9.6.1", &[&[14]]),
        M::DataTransferRequest => ("9.6.1", &[&[13]]),
        M::DataTransferResponse => ("9.6.2", RESULT),
        M::StationConfigurationRequest => ("10.1", &[]),
        M::StationConfigurationResponse => ("10.2", RESULT),
        // RFC 5416, 3.1: one of Add, Delete and Update WLAN.
        M::WlanConfigurationRequest => ("3.1", &[&[1024, 1027, 1044]]),
        M::WlanConfigurationResponse => ("3.2", RESULT),
        M::Other(_) => return None,
    })
}

/// Returns true if the element's type is RFC 5415's, or in the range that RFC 5416 assigns (1024 to 1048).
fn is_recognized(element: &Element) -> bool {
    match element {
        Element::Unknown { element, .. } => (1024..=1048).contains(element),
        _ => true,
    }
}

/// Formats the elements' names, with "or" between them.
struct Names<'a>(&'a [u16]);

impl std::fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, number) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { " or " };
            match element_name(*number) {
                Some(name) => write!(f, "{separator}{name}")?,
                None => write!(f, "{separator}element {number}")?,
            }
        }
        Ok(())
    }
}
