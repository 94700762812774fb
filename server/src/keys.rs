//! The installation's keys: files beside the database, readable by the server alone, made at the first start.
//! A copy of the database without them names nobody and signs nothing.

use crate::clock;
use anyhow::{Context, bail};
use data_encoding::HEXLOWER;
use ring::{
    digest, hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use std::{
    fs, io,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// What the server signs and hashes with.
pub struct Keys {
    person: hmac::Key,
    request: hmac::Key,
    qr: Ed25519KeyPair,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Reads the keys in that directory, and makes what is missing.
    pub fn open(directory: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let person: [u8; 32] = read_or_make(&directory.join("avanti.person-key"))?;
        let seed: [u8; 32] = read_or_make(&directory.join("avanti.qr-key"))?;
        Self::new(&person, &seed)
    }

    /// Keys from their bytes.
    pub fn new(person: &[u8; 32], qr_seed: &[u8; 32]) -> anyhow::Result<Self> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, person);
        let derive = |purpose: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, purpose).as_ref());
        let qr = Ed25519KeyPair::from_seed_unchecked(qr_seed).map_err(|why| anyhow::anyhow!("the QR key: {why}"))?;
        let request = derive(b"requests");
        Ok(Self { person: root, request, qr })
    }

    /// What a person is known by. Without the key it cannot be found by trying codes.
    pub fn person_mac(&self, code: &contract::identity::FiscalCode) -> String {
        HEXLOWER.encode(hmac::sign(&self.person, code.reveal().as_bytes()).as_ref())
    }

    /// A keyed hash of a request, by which a retry is recognised and nothing is remembered of its content.
    pub fn request_mac(&self, request: &[u8]) -> String {
        HEXLOWER.encode(hmac::sign(&self.request, request).as_ref())
    }

    /// What signs tickets.
    pub fn qr(&self) -> &Ed25519KeyPair {
        &self.qr
    }

    /// Names the signing key in what it signed: the first bytes of its public key's hash.
    pub fn qr_key_id(&self) -> [u8; 4] {
        let hash = digest::digest(&digest::SHA256, self.qr.public_key().as_ref());
        hash.as_ref().first_chunk().copied().unwrap_or_default()
    }
}

fn read_or_make(path: &Path) -> anyhow::Result<[u8; 32]> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let mode = fs::metadata(path)?.permissions().mode();
            if mode & 0o077 != 0 {
                bail!("{} can be read by others: run chmod 600 on it", path.display());
            }
            let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
            bytes.with_context(|| format!("{} does not hold 64 hexadecimal figures", path.display()))
        }
        Err(why) if why.kind() == io::ErrorKind::NotFound => {
            let key = clock::random::<32>()?;
            write_secret(path, &HEXLOWER.encode(&key))?;
            Ok(key)
        }
        Err(why) => Err(why).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes a secret into a new file that only its owner reads; an old file of that name is replaced.
pub fn write_secret(path: &Path, secret: &str) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        let fresh = path.with_extension("new");
        let _ = fs::remove_file(&fresh);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        writeln!(file, "{secret}")?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
