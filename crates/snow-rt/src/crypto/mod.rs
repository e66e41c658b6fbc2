//! Digests and encodings: pure functions over bytes, each with the vectors of its RFC.

/// Base64 (RFC 4648).
pub mod base64;
/// SHA-1 (RFC 3174).
pub mod sha1;
/// SHA-256 and HMAC (FIPS 180-4, RFC 2104).
pub mod sha256;
