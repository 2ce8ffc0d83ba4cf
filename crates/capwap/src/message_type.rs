//! The types of control messages (RFC 5415, 4.5.1.1; RFC 5416, 3).

use std::fmt;

macro_rules! message_types {
    ($($name:ident = $number:literal $text:literal,)*) => {
        /// The type of a control message. Requests have odd numbers, and each response has the number after its request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // The names are the standard's.
        pub enum MessageType {
            $($name,)*
            /// Any other number, such as those of an enterprise (enterprise number × 256 + type).
            Other(u32),
        }

        impl MessageType {
            /// Returns its number on the wire.
            pub fn number(self) -> u32 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Other(number) => number,
                }
            }
        }

        impl fmt::Display for MessageType {
            /// Formats the standard's name: `Image Data Request`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name => f.write_str($text),)*
                    Self::Other(number) => write!(f, "message type {number}"),
                }
            }
        }

        impl From<u32> for MessageType {
            fn from(number: u32) -> Self {
                match number {
                    $($number => Self::$name,)*
                    other => Self::Other(other),
                }
            }
        }
    };
}

message_types! {
    DiscoveryRequest = 1 "Discovery Request",
    DiscoveryResponse = 2 "Discovery Response",
    JoinRequest = 3 "Join Request",
    JoinResponse = 4 "Join Response",
    ConfigurationStatusRequest = 5 "Configuration Status Request",
    ConfigurationStatusResponse = 6 "Configuration Status Response",
    ConfigurationUpdateRequest = 7 "Configuration Update Request",
    ConfigurationUpdateResponse = 8 "Configuration Update Response",
    WtpEventRequest = 9 "WTP Event Request",
    WtpEventResponse = 10 "WTP Event Response",
    ChangeStateEventRequest = 11 "Change State Event Request",
    ChangeStateEventResponse = 12 "Change State Event Response",
    EchoRequest = 13 "Echo Request",
    EchoResponse = 14 "Echo Response",
    ImageDataRequest = 15 "Image Data Request",
    ImageDataResponse = 16 "Image Data Response",
    ResetRequest = 17 "Reset Request",
    ResetResponse = 18 "Reset Response",
    PrimaryDiscoveryRequest = 19 "Primary Discovery Request",
    PrimaryDiscoveryResponse = 20 "Primary Discovery Response",
    DataTransferRequest = 21 "Data Transfer Request",
    DataTransferResponse = 22 "Data Transfer Response",
    ClearConfigurationRequest = 23 "Clear Configuration Request",
    ClearConfigurationResponse = 24 "Clear Configuration Response",
    StationConfigurationRequest = 25 "Station Configuration Request",
    StationConfigurationResponse = 26 "Station Configuration Response",
    WlanConfigurationRequest = 3_398_913 "IEEE 802.11 WLAN Configuration Request",
    WlanConfigurationResponse = 3_398_914 "IEEE 802.11 WLAN Configuration Response",
}

impl MessageType {
    /// Returns true if the message is a request.
    pub fn is_request(self) -> bool {
        self.number() % 2 == 1
    }

    /// Returns the response to this request; for a response, the type after it, which is meaningless.
    pub fn response(self) -> Self {
        Self::from(self.number().wrapping_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_rfc() {
        assert_eq!(MessageType::DiscoveryRequest.number(), 1);
        assert_eq!(MessageType::WtpEventRequest.number(), 9);
        assert_eq!(MessageType::ImageDataRequest.number(), 15);
        assert_eq!(MessageType::ImageDataRequest.to_string(), "Image Data Request");
        // IANA's enterprise number 13277, message 1.
        assert_eq!(MessageType::WlanConfigurationRequest.number(), 13277 * 256 + 1);
        assert_eq!(MessageType::StationConfigurationResponse.number(), 26);
        for number in 0..64 {
            assert_eq!(MessageType::from(number).number(), number);
        }
    }

    #[test]
    fn a_response_follows_its_request() {
        assert_eq!(MessageType::ImageDataRequest.response(), MessageType::ImageDataResponse);
        assert!(MessageType::EchoRequest.is_request() && !MessageType::EchoResponse.is_request());
    }
}
