//! The API to read: one page drawn from the OpenAPI document by the code below. It loads nothing from anywhere.
//!
//! Each refusal has an anchor by its name: a problem's `type` leads here.

mod schema;

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
use schema::{example, shown, table, type_of};
use serde_json::Value;
use std::fmt::Write;

const STYLE: &str = include_str!("reference.css");

/// The document and the page.
pub fn routes(document: &Value) -> Router<Shared> {
    let text = document.to_string();
    let page = page(document);
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
                self::operation(out, document, (path, method), operation);
            }
        }
    }
    out.push_str("</section>");
}

fn operation(out: &mut String, document: &Value, (path, method): (&str, &str), operation: &Value) {
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
    let roles: Vec<&str> = list(&operation["security"][0]["token"]).iter().map(text).collect();
    let who = if roles.is_empty() { "anybody, without a token".to_owned() } else { roles.join(", ") };
    let _ = write!(out, "<p>Who may call it: {}</p>", escape(&who));
    parameters(out, list(&operation["parameters"]));
    if let Some(schema) = schema_of(&operation["requestBody"]["content"]) {
        let _ = write!(out, "<p>Body: {}, for example</p>{}", type_of(schema), shown(&example(schema, document)));
    }
    answers(out, operation);
    out.push_str("</article>");
}

fn parameters(out: &mut String, parameters: &[Value]) {
    if parameters.is_empty() {
        return;
    }
    out.push_str("<table><tr><th>Parameter</th><th>In</th><th>Type</th><th>Meaning</th></tr>");
    for parameter in parameters {
        let optional = if parameter["required"] == true { "" } else { " (optional)" };
        let _ = write!(
            out,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}{optional}</td><td>{}</td></tr>",
            escape(text(&parameter["name"])),
            escape(text(&parameter["in"])),
            type_of(&parameter["schema"]),
            escape(text(&parameter["description"]))
        );
    }
    out.push_str("</table>");
}

fn answers(out: &mut String, operation: &Value) {
    out.push_str("<table><tr><th>Answer</th><th>Meaning</th><th>Body</th></tr>");
    for (status, response) in object(&operation["responses"]) {
        let body = schema_of(&response["content"]).map(type_of).unwrap_or_default();
        let problem = response["content"].get("application/problem+json").is_some();
        let meaning = text(&response["description"]);
        let (meaning, body) = if problem { (refusals(meaning), "problem".to_owned()) } else { (escape(meaning), body) };
        let _ = write!(out, "<tr><td>{}</td><td>{meaning}</td><td>{body}</td></tr>", escape(status));
    }
    out.push_str("</table>");
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
    for variant in list(&document["components"]["schemas"]["Problem"]["oneOf"]) {
        let mut example = example(variant, document);
        let Some(name) = text(&example["type"]).strip_prefix(PROBLEM_BASE).map(str::to_owned) else { continue };
        let status = status_of(document, &name);
        let _ = write!(
            out,
            "<article id=\"{0}\"><h3>{0}{1}</h3><p>{2}</p>",
            escape(&name),
            status.map(|status| format!(" <small>{status}</small>")).unwrap_or_default(),
            escape(text(&variant["description"]))
        );
        example["status"] = status.into();
        table(out, variant);
        let _ = write!(out, "{}</article>", shown(&example));
    }
    out.push_str("</section>");
}

/// The status under which some operation answers with that problem.
fn status_of(document: &Value, name: &str) -> Option<u16> {
    let operations = object(&document["paths"]).flat_map(|(_, item)| object(item));
    let mut answers = operations.flat_map(|(_, operation)| object(&operation["responses"]));
    let says = |answer: &Value| text(&answer["description"]).split([',', ':']).any(|word| word.trim() == name);
    answers.find(|(_, answer)| says(answer)).and_then(|(status, _)| status.parse().ok())
}

fn schemas(out: &mut String, document: &Value) {
    out.push_str("<section id=\"schemas\"><h2>Schemas</h2>");
    for (name, schema) in object(&document["components"]["schemas"]) {
        if name == "Problem" {
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

fn schema_of(content: &Value) -> Option<&Value> {
    object(content).next().map(|(_, media)| &media["schema"])
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
