//! Which server is believed to be the one: by the fingerprint of its key, or by the authority that certified it.
//!
//! Nothing else is believed, neither the system's certificates nor the first server that answers: a totem reads health
//! cards.

use ::ring::digest::{SHA256, digest};
use data_encoding::BASE64;
use rustls::{
    CertificateError, ClientConfig, ConfigBuilder, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    WantsVerifier,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring::default_provider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use std::{fmt, path::Path, str::FromStr, sync::Arc};

/// The fingerprint of a server's key: the SHA-256 of its public key (SubjectPublicKeyInfo, as RFC 7469 pins it). It
/// stays when the certificate around the key is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pin([u8; 32]);

/// A text that is not a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is \"sha256/\" and 44 letters and figures, as the server prints it when it starts")]
pub struct BadPin;

impl Pin {
    /// The fingerprint of the key in a certificate.
    pub fn of(certificate: &CertificateDer<'_>) -> Result<Self, Error> {
        let parsed = ParsedCertificate::try_from(certificate)?;
        Ok(Self::of_key(&parsed.subject_public_key_info()))
    }

    /// The fingerprint of a public key, as it stands in a certificate (DER).
    pub fn of_key(spki: &[u8]) -> Self {
        let mut pin = [0; 32];
        pin.copy_from_slice(digest(&SHA256, spki).as_ref());
        Self(pin)
    }

    /// Six groups of four figures, for people to compare by eye or by telephone: 80 bits of the fingerprint.
    pub fn figures(self) -> [String; 6] {
        let group = |at: usize| {
            let bytes = [self.0[2 * at], self.0[2 * at + 1], self.0[12 + at]];
            let number = bytes.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
            format!("{:04}", number % 10_000)
        };
        std::array::from_fn(group)
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256/{}", BASE64.encode(&self.0))
    }
}

impl FromStr for Pin {
    type Err = BadPin;
    fn from_str(text: &str) -> Result<Self, BadPin> {
        let bytes = text.trim().strip_prefix("sha256/").and_then(|text| BASE64.decode(text.as_bytes()).ok());
        Ok(Self(bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(BadPin)?))
    }
}

/// Whom to believe.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// Nobody: only plain HTTP to this computer is possible.
    #[default]
    Nobody,
    /// A server with one of these keys. Several, so that a key can be replaced without visiting each device.
    Pins(Vec<Pin>),
    /// A server that one of these authorities certified for the name it is called by (PEM).
    Authorities(Vec<u8>),
}

/// What cannot be believed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTrust {
    /// `https://`, and nobody is to be believed.
    #[error("an https server needs its fingerprint, or the certificate of the authority that certified it")]
    Nobody,
    /// A fingerprint that is none.
    #[error(transparent)]
    Pin(#[from] BadPin),
    /// No certificate in the file.
    #[error("this holds no certificate in PEM form")]
    NoCertificate,
    /// The certificate cannot be an authority's, or the ciphers cannot be used.
    #[error("the authority's certificate cannot be used: {0}")]
    Unusable(String),
}

impl Trust {
    /// As an app is set up: fingerprints, or else the file of an authority's certificate, or nobody.
    pub fn of(fingerprints: &[String], authority: Option<&Path>) -> Result<Self, BadTrust> {
        if !fingerprints.is_empty() {
            return Ok(Self::Pins(fingerprints.iter().map(|text| text.parse()).collect::<Result<_, _>>()?));
        }
        let Some(file) = authority else { return Ok(Self::Nobody) };
        let pem = std::fs::read(file);
        Ok(Self::Authorities(pem.map_err(|why| BadTrust::Unusable(format!("{}: {why}", file.display())))?))
    }

    /// How to shake hands with such a server.
    pub(crate) fn handshake(&self) -> Result<ClientConfig, BadTrust> {
        match self {
            Self::Nobody => Err(BadTrust::Nobody),
            Self::Pins(pins) => believing(Verdict::OneOf(pins.clone())),
            Self::Authorities(pem) => {
                let mut roots = RootCertStore::empty();
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    let certificate = certificate.map_err(|_| BadTrust::NoCertificate)?;
                    roots.add(certificate).map_err(|why| BadTrust::Unusable(why.to_string()))?;
                }
                if roots.is_empty() {
                    return Err(BadTrust::NoCertificate);
                }
                Ok(versions()?.with_root_certificates(roots).with_no_client_auth())
            }
        }
    }
}

/// A handshake that believes nobody: for a client that speaks plain HTTP to this computer.
pub(crate) fn believing_nobody() -> Result<ClientConfig, BadTrust> {
    Ok(versions()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

/// A handshake that believes anybody: only to ask a server for its fingerprint, and never to tell it anything.
pub(crate) fn believing_anybody() -> Result<ClientConfig, BadTrust> {
    believing(Verdict::Anybody)
}

fn believing(verdict: Verdict) -> Result<ClientConfig, BadTrust> {
    let verifier = ByKey { verdict, provider: default_provider() };
    Ok(versions()?.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

fn versions() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, BadTrust> {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    builder.with_safe_default_protocol_versions().map_err(|why| BadTrust::Unusable(why.to_string()))
}

#[derive(Debug)]
enum Verdict {
    OneOf(Vec<Pin>),
    Anybody,
}

/// Believes a key, whatever name and dates the certificate around it bears. That the server holds the key is checked
/// as always, by its signature.
#[derive(Debug)]
struct ByKey {
    verdict: Verdict,
    provider: CryptoProvider,
}

impl ServerCertVerifier for ByKey {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let pin = Pin::of(certificate)?;
        match &self.verdict {
            Verdict::OneOf(pins) if !pins.contains(&pin) => {
                Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
            }
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_written_and_read() {
        let pin = Pin::of_key(b"a key");
        assert_eq!(pin.to_string().parse::<Pin>().unwrap(), pin);
        assert_eq!(pin.to_string().len(), 51);
        for wrong in ["", "sha256/", "sha1/AAAA", "sha256/AAAA", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] {
            assert_eq!(wrong.parse::<Pin>(), Err(BadPin), "{wrong}");
        }
    }

    #[test]
    fn figures_are_the_same_on_both_sides_and_others_for_another_key() {
        let figures = Pin::of_key(b"a key").figures();
        assert!(figures.iter().all(|group| group.len() == 4 && group.chars().all(|c| c.is_ascii_digit())));
        assert_ne!(figures, Pin::of_key(b"another key").figures());
    }

    #[test]
    fn what_is_no_authority_is_refused() {
        assert_eq!(Trust::Nobody.handshake().unwrap_err(), BadTrust::Nobody);
        assert_eq!(Trust::Authorities(b"nothing".to_vec()).handshake().unwrap_err(), BadTrust::NoCertificate);
    }
}
