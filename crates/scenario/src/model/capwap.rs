//! The CAPWAP settings of the controller and its access points.

use crate::language::choice;

/// The CAPWAP settings that a scenario decides. The window is a fact: [`Scenario::catalogue`](crate::Scenario::catalogue) has
/// it as `capwap.window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capwap {
    /// The layout of image blocks.
    pub image_data: ImageData,
}

choice! {
    /// The layout of the Image Data element.
    #[derive(Default)]
    pub enum ImageData {
        /// The layout of Cisco's controllers.
        #[default]
        Cisco = "cisco",
        /// The layout of RFC 5415, 4.6.26.
        Rfc5415 = "rfc5415",
    }
}
