//! What the server proves itself with: a key and a certificate, made at the first start or given by the municipality.
//!
//! Devices believe the fingerprint of the key and not the certificate around it, so that a certificate can be renewed
//! without visiting them. A key of the server's own is therefore one for all servers on a database, which knows it by its
//! fingerprint.

use crate::{
    config::{Config, Tls},
    keys::{check_print, read_secret, write_secret},
    store::{Db, install},
};
use anyhow::{Context, bail};
use client::Pin;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    version::TLS13,
};
use std::{fs, path::Path, sync::Arc};

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
    /// The one that the settings name; none if nothing is encrypted. A key of the server's own is the one that the database
    /// knows, or is noted there as the first.
    pub async fn of(config: &Config, db: &Db) -> anyhow::Result<Option<Self>> {
        let directory = config.keys_directory();
        match config.tls() {
            None => Ok(None),
            Some(Tls::Files { certificate, key }) => Self::from_files(&certificate, &key).map(Some),
            Some(Tls::SelfSigned) => {
                let mut tx = db.write().await?;
                let known = install::prints(&mut tx).await?.and_then(|known| known.tls_key);
                let certificate = Self::self_signed(&directory, known.is_none())?;
                let own = certificate.pin.to_string();
                let first = install::begin_tls(&mut tx, &own).await?;
                if let Some(known) = known.or(first) {
                    check_print(KEY, &known, &own).with_context(|| format!("the keys in {}", directory.display()))?;
                }
                tx.commit().await?;
                Ok(Some(certificate))
            }
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

    /// By the key in that directory, which is made if it is missing and may be made.
    pub fn self_signed(directory: &Path, may_make: bool) -> anyhow::Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let path = directory.join(KEY);
        let key = match read_secret(&path, may_make)? {
            Some(pem) => KeyPair::from_pem(&pem).with_context(|| format!("{} holds no private key", path.display()))?,
            None => {
                let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
                write_secret(&path, &key.serialize_pem())?;
                key
            }
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
        let pin = || Certificate::self_signed(&folder, true).unwrap().pin;
        assert_eq!(pin(), pin());
        fs::write(folder.join(KEY), "no key").unwrap();
        let why = format!("{:#}", Certificate::self_signed(&folder, true).unwrap_err());
        assert!(why.contains("holds no private key"), "{why}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
