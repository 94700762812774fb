//! Who may call what, in one place. A handler's first argument is one of the types here: it exists only if the
//! caller may call that handler. What a caller may see of an object is asked with the `owns` functions: what is
//! outside the caller's scope does not exist (404), and nothing has happened.
//!
//! | who | first argument |
//! |---|---|
//! | nobody in particular | [`Anyone`] |
//! | any member of staff | [`AnyStaff`] |
//! | administrators, and owners in their institution | [`Configurer`] |
//! | operators | [`Clerk`] |
//! | a totem | [`TotemDevice`] |
//! | a display | [`DisplayDevice`] |
//! | a totem or a display | [`Device`] |
//! | whoever may look at the board of a room | [`Onlooker`] |
//!
//! | whose board | who sees it |
//! |---|---|
//! | a room's | administrators; owners of the institution; operators, if people wait there for a service of theirs; totems of the site; displays that show this room |
//! | a counter's | the operator who sits there |

use crate::{
    app::App,
    error::Failure,
    office::{Kept, Office},
    store::{self, Db, Together, device::Known, staff::StoredSession},
    token::{self, TokenKind},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use contract::{
    Refusal,
    ids::{InstitutionId, OperatorId, RoomId, SiteId},
    office::{Display, Operator, Role, Room, Service, Site, Totem},
    time::Instant,
};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// A session that is not used for this long ends.
pub const IDLE_MINUTES: i64 = 60;
/// A session ends after this long in any case: a working day.
pub const LONGEST_MINUTES: i64 = 12 * 60;
/// A session's last use is written down at most this often.
const TOUCH_SECONDS: i64 = 60;
/// A request waits this long for that: nobody notices it, and a database that is there needs far less.
const TOUCH_PATIENCE: Duration = Duration::from_millis(250);

/// Where tokens are looked up, by their hashes.
#[derive(Debug)]
pub struct Tokens {
    sessions: Together<String, (StoredSession, i64)>,
    devices: Together<String, Known>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            sessions: Together::new(|db, tokens| {
                Box::pin(async move { store::staff::sessions(&mut db.glance().await?, &tokens).await })
            }),
            devices: Together::new(|db, tokens| {
                Box::pin(async move { store::device::of_tokens(&mut db.glance().await?, &tokens).await })
            }),
        }
    }
}

/// Whoever holds a valid token.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A member of staff, with the hash of the session's token.
    Staff(Operator, String),
    /// A totem.
    Totem(Totem),
    /// A display.
    Display(Display),
}

/// Nobody in particular: no token is asked for.
#[derive(Debug)]
pub struct Anyone;

/// Any member of staff.
#[derive(Debug)]
pub struct AnyStaff {
    /// Who.
    pub operator: Operator,
    /// The hash of the session's token.
    pub session: String,
}

/// Somebody who configures: an administrator everything, an owner what belongs to the institution.
#[derive(Debug)]
pub struct Configurer {
    /// Who.
    pub operator: Operator,
}

/// An operator, who calls and serves.
#[derive(Debug)]
pub struct Clerk {
    /// Who.
    pub operator: Operator,
    /// The hash of the session's token.
    pub session: String,
    /// The office as it is now.
    pub office: Arc<Office>,
}

/// A totem.
#[derive(Debug)]
pub struct TotemDevice {
    /// Which.
    pub totem: Totem,
    /// Where it stands.
    pub site: Site,
    /// The office as it is now.
    pub office: Arc<Office>,
}

/// A display.
#[derive(Debug)]
pub struct DisplayDevice {
    /// Which.
    pub display: Display,
    /// Where it hangs.
    pub site: Site,
}

/// A totem or a display, when it is all one which.
#[derive(Debug)]
pub struct Device {
    /// Totem or display.
    pub kind: TokenKind,
    /// Its id.
    pub id: String,
    /// Where it stands or hangs.
    pub site: SiteId,
}

/// Whoever may look at boards of rooms.
#[derive(Debug)]
pub struct Onlooker {
    caller: Caller,
    office: Arc<Office>,
}

impl Caller {
    /// What the limits count by, and what a retry is recognised by. It names nobody but staff and devices.
    pub fn name(&self) -> String {
        match self {
            Self::Staff(operator, _) => format!("operator:{}", operator.id),
            Self::Totem(totem) => format!("totem:{}", totem.id),
            Self::Display(display) => format!("display:{}", display.id),
        }
    }
}

impl Configurer {
    /// Whether a thing is in the caller's scope.
    pub fn owns(&self, thing: &impl Kept, office: &Office) -> bool {
        self.operator.role == Role::Admin || self.owns_institution(thing.institution(office).as_ref())
    }

    fn owns_institution(&self, institution: Option<&InstitutionId>) -> bool {
        institution.is_some() && institution == self.operator.institution.as_ref()
    }

    /// True for an administrator of the installation.
    pub fn is_admin(&self) -> bool {
        self.operator.role == Role::Admin
    }
}

impl Clerk {
    /// Whether a site is of the clerk's institution.
    pub fn owns(&self, site: &SiteId) -> bool {
        let institution = self.office.get::<Site>(site.as_str()).map(|site| &site.institution);
        institution.is_some() && institution == self.operator.institution.as_ref()
    }
}

impl Onlooker {
    /// Somebody who holds a token.
    pub fn new(caller: Caller, office: Arc<Office>) -> Self {
        Self { caller, office }
    }

    /// Whether the board of that room is the caller's to see.
    pub fn sees(&self, room: &RoomId) -> bool {
        let Some(room) = self.office.get::<Room>(room.as_str()) else { return false };
        match &self.caller {
            Caller::Staff(operator, _) => match operator.role {
                Role::Admin => true,
                Role::Owner => operator.institution.is_some() && operator.institution == room.institution(&self.office),
                Role::Operator => {
                    let mut own = operator.services.iter().filter_map(|id| self.office.get::<Service>(id.as_str()));
                    own.any(|service| service.rooms.get(&room.site) == Some(&room.id))
                }
            },
            Caller::Totem(totem) => totem.site == room.site,
            Caller::Display(display) => display.lineup.room == room.id,
        }
    }

    /// Who it is.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The office as it is now.
    pub fn office(&self) -> &Office {
        &self.office
    }
}

/// Who holds the token of a request, and the office as it is now.
pub async fn identify(app: &App, parts: &Parts) -> Result<(Caller, Arc<Office>), Failure> {
    holder(app, token_of(&parts.headers).ok_or(Refusal::Unauthenticated)?).await
}

/// The token that a request carries.
pub fn token_of(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// Who holds a token.
pub async fn holder(app: &App, token: &str) -> Result<(Caller, Arc<Office>), Failure> {
    let kind = TokenKind::of(token).ok_or(Refusal::Unauthenticated)?;
    let hash = token::hash(token);
    let held = holder_of(app, kind, &hash).await;
    match &held {
        Ok(_) => app.admitted.note(&hash),
        Err(Failure::Refused(Refusal::Unauthenticated)) => app.admitted.forget(&hash),
        Err(_) => {}
    }
    held
}

async fn holder_of(app: &App, kind: TokenKind, hash: &str) -> Result<(Caller, Arc<Office>), Failure> {
    Ok(match kind {
        TokenKind::Session => {
            let now = app.clock.now();
            let found = app.tokens.sessions.find(&app.db, hash.to_owned()).await?;
            let (session, version) = found.filter(|(it, _)| it.is_open(now)).ok_or(Refusal::Unauthenticated)?;
            let office = app.office_of(version).await?;
            let operator = office.get::<Operator>(session.operator.as_str()).cloned();
            let operator = operator.ok_or(Refusal::Unauthenticated)?;
            touch(app, hash, &session, now).await;
            (Caller::Staff(operator, hash.to_owned()), office)
        }
        TokenKind::Totem => device(app, kind, hash).await.map(|(totem, office)| (Caller::Totem(totem), office))?,
        TokenKind::Display => device(app, kind, hash).await.map(|(it, office)| (Caller::Display(it), office))?,
    })
}

async fn device<T: Kept>(app: &App, kind: TokenKind, hash: &str) -> Result<(T, Arc<Office>), Failure> {
    let known = app.tokens.devices.find(&app.db, hash.to_owned()).await?;
    let known = known.filter(|known| known.kind == kind.word()).ok_or(Refusal::Unauthenticated)?;
    let office = app.office_of(known.office).await?;
    let device = office.get::<T>(&known.device).cloned().ok_or(Refusal::Unauthenticated)?;
    // The one before it is void from now on. While nothing can be stored both stay good: that harms nobody.
    if known.is_next
        && let Err(fault) = take_next(app, kind, hash).await
    {
        tracing::warn!(%fault, device = %known.device, "a device's new token is not noted as used");
    }
    Ok((device, office))
}

async fn take_next(app: &App, kind: TokenKind, hash: &str) -> store::Result<()> {
    let mut tx = app.db.write().await?;
    store::device::take_next(&mut tx, kind.word(), hash, app.clock.now()).await?;
    tx.commit().await
}

/// Writes down when a session was last used. That is bookkeeping: while the database is away it is left out, and neither
/// a request nor a feed may end or wait for it. The next request tries again.
async fn touch(app: &App, hash: &str, session: &StoredSession, now: Instant) {
    if now.seconds_since(session.seen_at) < TOUCH_SECONDS {
        return;
    }
    let (db, hash) = (app.db.clone(), hash.to_owned());
    let writing = async {
        // One at a time: a crowd of them would stand in the way of what people wait for.
        let Ok(turn) = app.touching.clone().acquire_owned().await else { return };
        let task = tokio::spawn(async move {
            let _turn = turn;
            if let Err(fault) = write_touch(&db, &hash, now).await {
                tracing::debug!(%fault, "a session's last use is not written down");
            }
        });
        // An error means that it panicked, which the log has.
        let _ = task.await;
    };
    if timeout(TOUCH_PATIENCE, writing).await.is_err() {
        tracing::debug!("the database is slow: nobody waits for a session's last use");
    }
}

async fn write_touch(db: &Db, hash: &str, now: Instant) -> store::Result<()> {
    let mut tx = db.write().await?;
    store::staff::touch_session(&mut tx, hash, now, now.plus_minutes(IDLE_MINUTES)).await?;
    tx.commit().await
}

/// Begins a session, notes the place where that login is used well, and returns the session's token.
pub async fn begin_session(
    app: &App,
    operator: &OperatorId,
    place: &str,
    now: Instant,
) -> Result<(String, Instant), Failure> {
    let token = TokenKind::Session.make()?;
    let expires_at = now.plus_minutes(LONGEST_MINUTES);
    let session = StoredSession {
        operator: operator.clone(),
        seen_at: now,
        idle_until: now.plus_minutes(IDLE_MINUTES),
        expires_at,
    };
    let mut tx = app.db.write().await?;
    let hash = token::hash(&token);
    store::staff::begin_session(&mut tx, &hash, &session).await?;
    store::login_place::note(&mut tx, operator, place, now).await?;
    tx.commit().await?;
    app.admitted.note(&hash);
    Ok((token, expires_at))
}

fn site_of(office: &Office, site: &SiteId) -> Result<Site, Failure> {
    Ok(office.get::<Site>(site.as_str()).cloned().ok_or(Refusal::Unauthenticated)?)
}

impl FromRequestParts<Arc<App>> for Anyone {
    type Rejection = Failure;
    async fn from_request_parts(_: &mut Parts, _: &Arc<App>) -> Result<Self, Failure> {
        Ok(Self)
    }
}

impl FromRequestParts<Arc<App>> for AnyStaff {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match identify(app, parts).await?.0 {
            Caller::Staff(operator, session) => Ok(Self { operator, session }),
            _ => Err(Refusal::Forbidden.into()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Configurer {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match identify(app, parts).await?.0 {
            Caller::Staff(operator, _) if matches!(operator.role, Role::Admin | Role::Owner) => Ok(Self { operator }),
            _ => Err(Refusal::Forbidden.into()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Clerk {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match identify(app, parts).await? {
            (Caller::Staff(operator, session), office) if operator.role == Role::Operator => {
                Ok(Self { operator, session, office })
            }
            _ => Err(Refusal::Forbidden.into()),
        }
    }
}

impl FromRequestParts<Arc<App>> for TotemDevice {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match identify(app, parts).await? {
            (Caller::Totem(totem), office) => Ok(Self { site: site_of(&office, &totem.site)?, totem, office }),
            _ => Err(Refusal::Forbidden.into()),
        }
    }
}

impl FromRequestParts<Arc<App>> for DisplayDevice {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match identify(app, parts).await? {
            (Caller::Display(display), office) => Ok(Self { site: site_of(&office, &display.site)?, display }),
            _ => Err(Refusal::Forbidden.into()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Device {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match identify(app, parts).await?.0 {
            Caller::Totem(totem) => Ok(Self { kind: TokenKind::Totem, id: totem.id.into(), site: totem.site }),
            Caller::Display(it) => Ok(Self { kind: TokenKind::Display, id: it.id.into(), site: it.site }),
            Caller::Staff(..) => Err(Refusal::Forbidden.into()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Onlooker {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let (caller, office) = identify(app, parts).await?;
        Ok(Self::new(caller, office))
    }
}
