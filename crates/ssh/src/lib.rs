//! SSH 2 (RFC 4251 to 4254) over the TCP streams of a [`host::Host`]: servers and clients.
