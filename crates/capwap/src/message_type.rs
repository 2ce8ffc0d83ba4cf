//! The types of control messages (RFC 5415, 4.5.1.1).

macro_rules! message_types {
    ($($name:ident = $number:literal,)*) => {
        /// The type of a control message. Requests have odd numbers, the response to each is the number that follows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // The names are the standard's.
        pub enum MessageType {
            $($name,)*
            /// Any other number, such as those of an enterprise (enterprise number × 256 + type).
            Other(u32),
        }

        impl MessageType {
            /// Its number on the wire.
            pub fn number(self) -> u32 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Other(number) => number,
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
    DiscoveryRequest = 1,
    DiscoveryResponse = 2,
    JoinRequest = 3,
    JoinResponse = 4,
    ConfigurationStatusRequest = 5,
    ConfigurationStatusResponse = 6,
    ConfigurationUpdateRequest = 7,
    ConfigurationUpdateResponse = 8,
    WtpEventRequest = 9,
    WtpEventResponse = 10,
    ChangeStateEventRequest = 11,
    ChangeStateEventResponse = 12,
    EchoRequest = 13,
    EchoResponse = 14,
    ImageDataRequest = 15,
    ImageDataResponse = 16,
    ResetRequest = 17,
    ResetResponse = 18,
    PrimaryDiscoveryRequest = 19,
    PrimaryDiscoveryResponse = 20,
    DataTransferRequest = 21,
    DataTransferResponse = 22,
    ClearConfigurationRequest = 23,
    ClearConfigurationResponse = 24,
    StationConfigurationRequest = 25,
    StationConfigurationResponse = 26,
}

impl MessageType {
    /// Whether it asks for an answer.
    pub fn is_request(self) -> bool {
        self.number() % 2 == 1
    }

    /// The response to this request; for a response, the type after it, which is of no use.
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
