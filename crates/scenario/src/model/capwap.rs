//! How the controller and its access points speak with each other.

use crate::language::choice;

/// What of CAPWAP a scenario decides. The window is a fact: [`Scenario::catalogue`](crate::Scenario::catalogue) has it as
/// `capwap.window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capwap {
    /// How blocks of images are laid out.
    pub image_data: ImageData,
}

choice! {
    /// The layout of the Image Data element.
    #[derive(Default)]
    pub enum ImageData {
        /// As Cisco's controllers do.
        #[default]
        Cisco = "cisco",
        /// As in RFC 5415, 4.6.26.
        Rfc5415 = "rfc5415",
    }
}
