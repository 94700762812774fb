//! The OpenAPI document: what the handlers say of themselves, and what is true of all of them. A handler names only
//! the answers that are its own; those that follow from its rights, its parameters and its body are added here.

use contract::{Refusal, ids::CommandKey, refusal::PROBLEM_BASE};
use serde_json::{Value, json};
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

/// Everybody who may hold a token. A route's `security` names those who may call it.
const ROLES: usize = 5;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Avanti",
        description = "Reception and queues of public offices. Times are RFC 3339; whatever goes wrong is an RFC 9457 problem whose type names the refusal and whose members carry its facts; unknown members of a body are refused; whoever may retry names the thing. Where a token is needed it goes into `Authorization: Bearer TOKEN`: staff get theirs by logging in, a totem or a display has the one that `avanti-server device token` printed. What is outside the caller's institution does not exist: 404.",
    ),
    tags(
        (name = "about", description = "The server"),
        (name = "totem", description = "What a totem asks for"),
        (name = "boards", description = "What a display asks for"),
        (name = "devices", description = "How a device gets its token, and how it is"),
        (name = "counter", description = "What a clerk's program asks for"),
        (name = "staff", description = "Logging in and out"),
        (name = "configuration", description = "What an administrator or an owner configures"),
    ),
    components(schemas(CommandKey, Refusal))
)]
struct Base;

/// The document before any route is in it.
pub fn base() -> Document {
    Base::openapi()
}

/// The document with what is true of all routes: a bearer token, unless a route says otherwise, and the problems that
/// anything of its kind may end in.
pub fn finish(mut document: Document) -> Value {
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    if let Some(components) = &mut document.components {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("token", scheme);
    }
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    let mut document = serde_json::to_value(document).unwrap_or_default();
    for variant in document["components"]["schemas"]["Problem"]["oneOf"].as_array_mut().into_iter().flatten() {
        as_on_the_wire(variant);
    }
    for item in document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
        item.as_object_mut().into_iter().flat_map(|item| item.values_mut()).for_each(usual_answers);
    }
    document
}

/// What [`contract::Problem`] makes of a refusal: its type is an address, and it has a title and a status.
fn as_on_the_wire(variant: &mut Value) {
    let name = variant["properties"]["type"]["enum"][0].as_str().unwrap_or_default().to_owned();
    variant["properties"]["type"] = json!({"type": "string", "enum": [format!("{PROBLEM_BASE}{name}")]});
    variant["properties"]["title"] = json!({"type": "string", "description": "The same in English, for a log."});
    variant["properties"]["status"] = json!({"type": "integer", "description": "The HTTP status."});
    if let Some(required) = variant["required"].as_array_mut() {
        required.extend([json!("title"), json!("status")]);
    }
}

fn usual_answers(operation: &mut Value) {
    let roles = operation["security"][0]["token"].as_array().map(Vec::len);
    let takes = |place: &str| operation["parameters"].as_array().into_iter().flatten().any(|it| it["in"] == place);
    let (named, asked) = (takes("path"), takes("query") || takes("header"));
    let body = operation["requestBody"].is_object();
    let usual = [
        (roles.is_some(), "401", "unauthenticated"),
        (roles.is_some_and(|some| some < ROLES), "403", "forbidden"),
        (named, "404", "not-found"),
        (body, "413", "too-long"),
        (body, "415", "not-json"),
        (body || asked, "422", "invalid"),
        (true, "429", "too-many"),
        (true, "500", "fault"),
        (true, "503", "unavailable"),
    ];
    for (status, refusal) in usual.into_iter().filter_map(|(may, status, refusal)| may.then_some((status, refusal))) {
        let own = operation["responses"][status]["description"].as_str();
        let description = own.map_or(refusal.to_owned(), |own| format!("{refusal}, {own}"));
        let schema = json!({"$ref": "#/components/schemas/Problem"});
        operation["responses"][status] =
            json!({"description": description, "content": {"application/problem+json": {"schema": schema}}});
    }
}
