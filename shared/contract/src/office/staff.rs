//! Who works there, and what they may do.

use super::{Configured, Invalid, called, invalid};
use crate::ids::*;
use serde::{Deserialize, Serialize};

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Configures every institution of the installation.
    Admin,
    /// Configures one institution (titolare).
    Owner,
    /// Calls and serves people of the services assigned.
    Operator,
}

/// A member of staff. Passwords are set apart from this and are never read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Its id, which is also the login.
    pub id: OperatorId,
    /// Whose staff. None for an administrator of the installation.
    #[serde(default)]
    pub institution: Option<InstitutionId>,
    /// As colleagues know them.
    #[schema(examples("Anna"))]
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The services they may call for (R99, R100).
    #[serde(default)]
    pub services: Vec<ServiceId>,
}

impl Configured for Operator {
    const KIND: &'static str = "operators";
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn check(&self) -> Result<(), Invalid> {
        called(&self.name)?;
        if self.institution.is_none() && self.role != Role::Admin {
            return Err(invalid("institution", "only an administrator belongs to no institution"));
        }
        Ok(())
    }
}
