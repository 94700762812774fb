//! A new device and its server: first whose key it is, then, when somebody has compared the figures, the code.

use crate::{Client, Failure, Patience, Trust, meeting::fingerprint, transport::BadServer, trust::BadTrust};
use contract::pairing::*;

/// What a device that is nobody yet calls itself.
const AGENT: &str = "avanti-device";

/// Why a device was not paired.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPaired {
    /// The address is not a server's.
    #[error(transparent)]
    Address(#[from] BadServer),
    /// The code cannot be one.
    #[error(transparent)]
    Code(#[from] BadCode),
    /// The fingerprint cannot be one, or the authority's certificate is none.
    #[error(transparent)]
    Trust(#[from] BadTrust),
    /// The server said no, or did not answer.
    #[error("{0}")]
    Failed(#[from] Failure),
}

/// Whose key it is: its fingerprint, and figures of it for people to compare. None for a server on this computer that
/// speaks plain HTTP.
pub async fn meet(server: &str) -> Result<Option<(String, [String; 6])>, NotPaired> {
    if server.starts_with("http://") {
        Client::new(server, AGENT, Patience::default(), &Trust::Nobody)?;
        return Ok(None);
    }
    let pin = fingerprint(server).await?;
    Ok(Some((pin.to_string(), pin.figures())))
}

/// Tells the code to the server whose key was compared, or that somebody else vouches for, and hears what this device
/// is.
pub async fn pair(server: &str, trust: &Trust, code: &str, kind: DeviceKind) -> Result<Paired, NotPaired> {
    let code: PairingCode = code.parse()?;
    let client = Client::new(server, AGENT, Patience::default(), trust)?;
    Ok(client.redeem_pairing(&RedeemPairing { code, kind }).await?)
}
