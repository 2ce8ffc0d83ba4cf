//! What a panic says.

use std::any::Any;

/// Returns the message of a panic. Its place is printed on standard error when it happens.
pub(crate) fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}
