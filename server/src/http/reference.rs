//! The API to read: one page drawn from the OpenAPI document by the code below. It loads nothing from anywhere.
//!
//! Each refusal has an anchor by its name: a problem's `type` leads here.

use super::Shared;
use crate::auth::Anyone;
use axum::{
    Router,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use contract::refusal::PROBLEM_BASE;
use data_encoding::BASE64;
use ring::digest::{SHA256, digest};
use serde_json::Value;
use std::fmt::Write;

const STYLE: &str = include_str!("reference.css");

/// The document and the page.
pub fn routes(document: &utoipa::openapi::OpenApi) -> Router<Shared> {
    let document = serde_json::to_value(document).unwrap_or_default();
    let text = document.to_string();
    let page = page(&document);
    let style = BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let json = move |_: Anyone| {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text) }
    };
    let html = move |_: Anyone| {
        let (page, policy) = (page.clone(), policy.clone());
        let html = HeaderName::from_static("content-security-policy");
        async move {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (html, policy)], page).into_response()
        }
    };
    Router::new().route("/api/v1/openapi.json", get(json)).route("/api/v1/reference", get(html))
}

fn page(document: &Value) -> String {
    let mut out = String::new();
    let title = escape(text(&document["info"]["title"]));
    let version = escape(text(&document["info"]["version"]));
    let _ = write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head>\
         <body><header><h1>{title} API</h1><p>Version {version} · <a href=\"openapi.json\">OpenAPI document</a></p>\
         <p>{}</p></header><main>",
        escape(text(&document["info"]["description"]))
    );
    contents(&mut out, document);
    for tag in list(&document["tags"]) {
        operations(&mut out, document, tag);
    }
    problems(&mut out, document);
    schemas(&mut out, document);
    out.push_str("</main></body></html>");
    out
}

fn contents(out: &mut String, document: &Value) {
    out.push_str("<nav aria-label=\"Contents\"><ul>");
    for tag in list(&document["tags"]) {
        let name = escape(text(&tag["name"]));
        let _ = write!(out, "<li><a href=\"#{name}\">{}</a></li>", escape(text(&tag["description"])));
    }
    out.push_str("<li><a href=\"#problems\">Problems</a></li><li><a href=\"#schemas\">Schemas</a></li></ul></nav>");
}

fn operations(out: &mut String, document: &Value, tag: &Value) {
    let name = text(&tag["name"]);
    let _ = write!(out, "<section id=\"{0}\"><h2>{1}</h2>", escape(name), escape(text(&tag["description"])));
    for (path, item) in object(&document["paths"]) {
        for (method, operation) in object(item) {
            if list(&operation["tags"]).iter().any(|of| text(of) == name) {
                self::operation(out, path, method, operation);
            }
        }
    }
    out.push_str("</section>");
}

fn operation(out: &mut String, path: &str, method: &str, operation: &Value) {
    let _ = write!(
        out,
        "<article id=\"{id}\"><h3><b class=\"{method}\">{upper}</b> <code>{path}</code></h3><p>{summary}</p>",
        id = escape(text(&operation["operationId"])),
        upper = method.to_uppercase(),
        path = escape(path),
        summary = escape(text(&operation["summary"])),
    );
    for paragraph in text(&operation["description"]).split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let _ = write!(out, "<p>{}</p>", escape(paragraph));
    }
    if !list(&operation["parameters"]).is_empty() {
        out.push_str("<table><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>");
        for parameter in list(&operation["parameters"]) {
            let _ = write!(
                out,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escape(text(&parameter["name"])),
                escape(text(&parameter["in"])),
                escape(text(&parameter["description"]))
            );
        }
        out.push_str("</table>");
    }
    if let Some(schema) = schema_of(&operation["requestBody"]["content"]) {
        let _ = write!(out, "<p>Body: {}</p>", type_of(schema));
    }
    out.push_str("<table><tr><th>Answer</th><th>Meaning</th><th>Body</th></tr>");
    for (status, response) in object(&operation["responses"]) {
        let body = schema_of(&response["content"]).map(type_of).unwrap_or_default();
        let problem = response["content"].get("application/problem+json").is_some();
        let meaning = text(&response["description"]);
        let (meaning, body) = if problem { (refusals(meaning), "problem".to_owned()) } else { (escape(meaning), body) };
        let _ = write!(out, "<tr><td>{}</td><td>{meaning}</td><td>{body}</td></tr>", escape(status));
    }
    out.push_str("</table></article>");
}

/// Names of refusals become links to their anchors.
fn refusals(meaning: &str) -> String {
    let (names, note) = meaning.split_once(": ").unwrap_or((meaning, ""));
    let links: Vec<String> = names.split(", ").map(|name| format!("<a href=\"#{0}\">{0}</a>", escape(name))).collect();
    let note = if note.is_empty() { String::new() } else { format!(": {}", escape(note)) };
    format!("{}{note}", links.join(", "))
}

fn problems(out: &mut String, document: &Value) {
    out.push_str("<section id=\"problems\"><h2>Problems</h2><p>What is not done is said as <code>application/problem+json</code>. Nothing has changed then.</p>");
    for variant in list(&document["components"]["schemas"]["Refusal"]["oneOf"]) {
        let members = members(variant);
        let kind = members.iter().find(|(name, _)| *name == "type").map(|(_, schema)| *schema);
        let Some(name) = kind.and_then(|kind| list(&kind["enum"]).first()).map(text) else { continue };
        let _ = write!(
            out,
            "<article id=\"{0}\"><h3>{0}</h3><p>{1}</p><ul>",
            escape(name),
            escape(text(&variant["description"]))
        );
        let mut example = serde_json::Map::new();
        example.insert("type".to_owned(), format!("{PROBLEM_BASE}{name}").into());
        for (member, schema) in members.iter().filter(|(member, _)| *member != "type") {
            let _ = write!(
                out,
                "<li><code>{}</code> {} — {}</li>",
                escape(member),
                type_of(schema),
                escape(text(&schema["description"]))
            );
            example.insert((*member).to_owned(), example_of(schema));
        }
        let example = serde_json::to_string_pretty(&Value::Object(example)).unwrap_or_default();
        let _ = write!(out, "</ul><pre>{}</pre></article>", escape(&example));
    }
    out.push_str("</section>");
}

fn schemas(out: &mut String, document: &Value) {
    out.push_str("<section id=\"schemas\"><h2>Schemas</h2>");
    for (name, schema) in object(&document["components"]["schemas"]) {
        if name == "Refusal" {
            continue;
        }
        let _ = write!(
            out,
            "<article id=\"schema-{0}\"><h3>{0}</h3><p>{1}</p>",
            escape(name),
            escape(text(&schema["description"]))
        );
        let variants = list(&schema["oneOf"]);
        if variants.is_empty() {
            table(out, schema);
        }
        for variant in variants {
            let _ = write!(out, "<p>{}</p>", escape(text(&variant["description"])));
            table(out, variant);
        }
        out.push_str("</article>");
    }
    out.push_str("</section>");
}

fn table(out: &mut String, schema: &Value) {
    let members = members(schema);
    if members.is_empty() {
        let _ = write!(out, "<p>{}</p>", type_of(schema));
        return;
    }
    out.push_str("<table><tr><th>Member</th><th>Type</th><th>Meaning</th></tr>");
    let required = list(&schema["required"]);
    for (name, member) in members {
        let optional = if required.iter().any(|of| text(of) == name) { "" } else { " (optional)" };
        let _ = write!(
            out,
            "<tr><td><code>{}</code></td><td>{}{optional}</td><td>{}</td></tr>",
            escape(name),
            type_of(member),
            escape(text(&member["description"]))
        );
    }
    out.push_str("</table>");
}

/// The members of an object, those of its parts included.
fn members(schema: &Value) -> Vec<(&str, &Value)> {
    let mut members: Vec<(&str, &Value)> = object(&schema["properties"]).collect();
    members.extend(list(&schema["allOf"]).iter().flat_map(members_of));
    members
}

fn members_of(schema: &Value) -> Vec<(&str, &Value)> {
    members(schema)
}

fn schema_of(content: &Value) -> Option<&Value> {
    object(content).next().map(|(_, media)| &media["schema"])
}

/// A schema in a few words, with links.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        let anchor = if name == "Refusal" { "problems".to_owned() } else { format!("schema-{name}") };
        return format!("<a href=\"#{}\">{}</a>", escape(&anchor), escape(name));
    }
    let parts: Vec<String> = list(&schema["oneOf"]).iter().chain(list(&schema["anyOf"])).map(type_of).collect();
    if !parts.is_empty() {
        return parts.join(" or ");
    }
    if !list(&schema["enum"]).is_empty() {
        let values: Vec<String> =
            list(&schema["enum"]).iter().map(|value| format!("<code>{}</code>", escape(&value.to_string()))).collect();
        return values.join(" or ");
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        kind => vec![text(kind)],
    };
    let words: Vec<String> = kinds
        .iter()
        .map(|kind| match *kind {
            "array" => format!("list of {}", type_of(&schema["items"])),
            "object" if schema["additionalProperties"].is_object() => {
                format!("map of {}", type_of(&schema["additionalProperties"]))
            }
            kind => escape(kind),
        })
        .collect();
    let format = text(&schema["format"]);
    let format = if format.is_empty() { String::new() } else { format!(" ({})", escape(format)) };
    format!("{}{format}", words.join(" or "))
}

fn example_of(schema: &Value) -> Value {
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().map(text).unwrap_or_default(),
        kind => text(kind),
    };
    match kind {
        "integer" | "number" => 12.into(),
        "string" => "…".into(),
        "boolean" => true.into(),
        _ => Value::Null,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
