//! What may stand before a server: a proxy with a key of its own, and an authority that certifies servers.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use server::certificate::Certificate;
use std::{fs, io, net::Ipv4Addr, path::Path};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// A reverse proxy on this computer. It ends when this value goes.
pub struct Front {
    /// "127.0.0.1:PORT", where devices reach it, encrypted.
    pub address: String,
    accepting: JoinHandle<()>,
}

impl Front {
    /// Before the server at that port. Its key lies in that folder.
    pub async fn before(server: u16, folder: &Path) -> Self {
        let certificate = Certificate::self_signed(&folder.join("front"), true).unwrap();
        let tls = TlsAcceptor::from(certificate.handshake);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let accepting = tokio::spawn(async move {
            while let Ok((device, _)) = listener.accept().await {
                // A device that goes away breaks off, and that is its own affair.
                tokio::spawn(carry(device, tls.clone(), server));
            }
        });
        Self { address, accepting }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One request a connection, so that each has a head in which the proxy can say who comes.
async fn carry(device: TcpStream, tls: TlsAcceptor, server: u16) -> io::Result<()> {
    let from = device.peer_addr()?.ip();
    let mut device = tls.accept(device).await?;
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if device.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let first_line = head.windows(2).position(|end| end == b"\r\n").map_or(0, |at| at + 2);
    let said = format!("x-forwarded-for: {from}\r\nconnection: close\r\n");
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await?;
    server.write_all(&[&head[..first_line], said.as_bytes(), &head[first_line..]].concat()).await?;
    copy_bidirectional(&mut device, &mut server).await?;
    device.shutdown().await
}

/// The municipality's authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate (PEM).
    pub pem: String,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Leaves a new key and its certificate for this computer in that folder: `server.key` and `server.pem`.
    pub fn certifies_a_new_key(&self, folder: &Path) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![Ipv4Addr::LOCALHOST.to_string()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        fs::write(folder.join("server.pem"), certificate.pem()).unwrap();
        fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
    }
}
