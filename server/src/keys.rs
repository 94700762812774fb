//! The installation's keys: files beside the database, readable by the server alone, made at the first start.
//! A copy of the database without them names nobody and signs nothing. The database knows them by fingerprints: a server
//! with others would take everybody for a stranger and every ticket for a forgery, so it does not start.

use crate::{clock, store::install::Prints};
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

/// The file of the key by which persons are known.
const PERSON: &str = "avanti.person-key";
/// The file of the key that signs tickets.
const QR: &str = "avanti.qr-key";
/// What to do about a key that is missing or another one.
const REMEDY: &str = "copy avanti.person-key, avanti.qr-key and, if there is one, avanti.tls-key from the first server on \
                      this database, or from what was kept with its copy; if they are lost, see `avanti-server \
                      accept-keys --help`";

/// What the server signs and hashes with.
pub struct Keys {
    person: hmac::Key,
    request: hmac::Key,
    place: hmac::Key,
    qr: Ed25519KeyPair,
    /// What the two secrets are known by.
    prints: [String; 2],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Reads the keys in that directory. They must be those that the database knows; for a new database what is missing is
    /// made.
    pub fn open(directory: &Path, known: Option<&Prints>) -> anyhow::Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let person = read_or_make(&directory.join(PERSON), known.is_none())?;
        let seed = read_or_make(&directory.join(QR), known.is_none())?;
        let keys = Self::new(&person, &seed)?;
        if let Some(known) = known {
            keys.belong_to(known).with_context(|| format!("the keys in {}", directory.display()))?;
        }
        Ok(keys)
    }

    /// What they are known by.
    pub fn prints(&self) -> Prints {
        let [person_key, qr_key] = self.prints.clone();
        Prints { person_key, qr_key, tls_key: None }
    }

    /// Fails unless they are the keys that a database knows.
    pub fn belong_to(&self, known: &Prints) -> anyhow::Result<()> {
        let of = [(PERSON, &known.person_key), (QR, &known.qr_key)];
        for ((file, known), own) in of.into_iter().zip(&self.prints) {
            check_print(file, known, own)?;
        }
        Ok(())
    }

    /// Keys from their bytes.
    pub fn new(person: &[u8; 32], qr_seed: &[u8; 32]) -> anyhow::Result<Self> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, person);
        let derive = |purpose: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, purpose).as_ref());
        let qr = Ed25519KeyPair::from_seed_unchecked(qr_seed).map_err(|why| anyhow::anyhow!("the QR key: {why}"))?;
        let (request, place) = (derive(b"requests"), derive(b"places"));
        let prints = [person, qr_seed].map(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            HEXLOWER.encode(&hmac::sign(&key, b"fingerprint").as_ref()[..16])
        });
        Ok(Self { person: root, request, place, qr, prints })
    }

    /// What a person is known by. Without the key it cannot be found by trying codes.
    pub fn person_mac(&self, code: &contract::identity::FiscalCode) -> String {
        HEXLOWER.encode(hmac::sign(&self.person, code.reveal().as_bytes()).as_ref())
    }

    /// A keyed hash of a request, by which a retry is recognised and nothing is remembered of its content.
    pub fn request_mac(&self, request: &[u8]) -> String {
        HEXLOWER.encode(hmac::sign(&self.request, request).as_ref())
    }

    /// What a network is known by from which somebody has logged in.
    pub fn place_mac(&self, place: std::net::IpAddr) -> String {
        HEXLOWER.encode(hmac::sign(&self.place, place.to_string().as_bytes()).as_ref())
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

fn read_or_make(path: &Path, may_make: bool) -> anyhow::Result<[u8; 32]> {
    match read_secret(path, may_make)? {
        Some(text) => {
            let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
            bytes.with_context(|| format!("{} does not hold 64 hexadecimal figures", path.display()))
        }
        None => {
            let key = clock::random::<32>()?;
            write_secret(path, &HEXLOWER.encode(&key))?;
            Ok(key)
        }
    }
}

/// Fails unless the key in that file is the one that the database knows.
pub fn check_print(file: &str, known: &str, own: &str) -> anyhow::Result<()> {
    if known != own {
        bail!("{file} is not the key that this database was used with (it is {own}, and should be {known}): {REMEDY}");
    }
    Ok(())
}

/// A secret in a file that only its owner reads. None if there is no such file, and there may be none.
pub fn read_secret(path: &Path, may_be_missing: bool) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let mode = fs::metadata(path)?.permissions().mode();
            if mode & 0o077 != 0 {
                bail!("{} can be read by others: run chmod 600 on it", path.display());
            }
            Ok(Some(text))
        }
        Err(why) if why.kind() == io::ErrorKind::NotFound && may_be_missing => Ok(None),
        Err(why) if why.kind() == io::ErrorKind::NotFound => {
            bail!("{} is missing, and this database was used with it: {REMEDY}", path.display())
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
