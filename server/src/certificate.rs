//! What the server proves itself with: a key and a certificate, made at the first start or given by the municipality.
//!
//! Devices believe the fingerprint of the key and not the certificate around it, so that a certificate can be renewed
//! without visiting them.

use crate::{config::Tls, keys::write_secret};
use anyhow::{Context, bail};
use client::Pin;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    version::TLS13,
};
use std::{fs, io, path::Path, sync::Arc};

/// The key's file beside the database.
const KEY: &str = "avanti.tls-key";
/// What the certificate of a server calls itself. Nobody believes it by its name.
const NAME: &str = "avanti-server";

/// Key and certificate, ready to shake hands with.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// What devices recognise this server by.
    pub pin: Pin,
    /// How it shakes hands.
    pub handshake: Arc<ServerConfig>,
}

impl Certificate {
    /// The one that the settings name. `directory` is where the server's own key lies, or is made.
    pub fn open(tls: &Tls, directory: &Path) -> anyhow::Result<Self> {
        match tls {
            Tls::Files { certificate, key } => Self::from_files(certificate, key),
            Tls::SelfSigned => Self::self_signed(directory),
        }
    }

    fn from_files(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .with_context(|| format!("no certificate in {}", certificate.display()))?;
        if chain.is_empty() {
            bail!("no certificate in {}", certificate.display());
        }
        let key = PrivateKeyDer::from_pem_file(key).with_context(|| format!("no private key in {}", key.display()))?;
        Self::new(chain, key)
    }

    fn self_signed(directory: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let path = directory.join(KEY);
        let key = match fs::read_to_string(&path) {
            Ok(pem) => KeyPair::from_pem(&pem).with_context(|| format!("{} holds no private key", path.display()))?,
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
                write_secret(&path, &key.serialize_pem())?;
                key
            }
            Err(why) => return Err(why).with_context(|| format!("cannot read {}", path.display())),
        };
        // Made anew at each start: only the key counts, and it stays.
        let mut params = CertificateParams::new(vec![NAME.to_owned(), "localhost".to_owned()])?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, NAME);
        let certificate = params.self_signed(&key)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
        Self::new(vec![certificate.der().clone()], key)
    }

    fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> anyhow::Result<Self> {
        let pin = Pin::of(chain.first().context("no certificate")?).context("the certificate cannot be read")?;
        let mut handshake = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            // Whoever needs an older one comes through a proxy.
            .with_protocol_versions(&[&TLS13])?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .context("certificate and key do not belong together")?;
        handshake.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { pin, handshake: Arc::new(handshake) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_and_so_does_its_fingerprint() {
        let folder = std::env::temp_dir().join(format!("avanti-certificate-{}", std::process::id()));
        let pin = || Certificate::open(&Tls::SelfSigned, &folder).unwrap().pin;
        assert_eq!(pin(), pin());
        fs::write(folder.join(KEY), "no key").unwrap();
        let why = format!("{:#}", Certificate::open(&Tls::SelfSigned, &folder).unwrap_err());
        assert!(why.contains("holds no private key"), "{why}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
