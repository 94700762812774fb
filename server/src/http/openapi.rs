//! The OpenAPI document: what the handlers say of themselves, and what is true of all of them.

use contract::Refusal;
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Avanti",
        description = "Reception and queues of public offices. Times are RFC 3339; whatever goes wrong is an RFC 9457 problem whose type names the refusal and whose members carry its facts; unknown members of a body are refused; whoever may retry names the thing.",
    ),
    tags(
        (name = "about", description = "The server"),
        (name = "totem", description = "What a totem asks for"),
        (name = "boards", description = "What a display asks for"),
        (name = "counter", description = "What a clerk's program asks for"),
        (name = "staff", description = "Logging in and out"),
        (name = "configuration", description = "What an administrator or an owner configures"),
    ),
    components(schemas(Refusal))
)]
struct Base;

/// The document before any route is in it.
pub fn base() -> Document {
    Base::openapi()
}

/// What is true of all routes: a bearer token, unless a route says otherwise.
pub fn finish(document: &mut Document) {
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    if let Some(components) = &mut document.components {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("token", scheme);
    }
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
}
