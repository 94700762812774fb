//! Schemas in words, in tables, and as examples.

use super::{escape, list, object, text};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// A table of a schema's members, or its kind if it has none.
pub fn table(out: &mut String, schema: &Value) {
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
    let mut all: Vec<(&str, &Value)> = object(&schema["properties"]).collect();
    all.extend(list(&schema["allOf"]).iter().flat_map(members));
    all
}

/// A schema in a few words, with links.
pub fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        let anchor = if name == "Problem" { "problems".to_owned() } else { format!("schema-{name}") };
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
    let words: Vec<String> = kinds(schema).iter().map(|kind| kind_of(schema, kind)).collect();
    let format = text(&schema["format"]);
    let format = if format.is_empty() { String::new() } else { format!(" ({})", escape(format)) };
    format!("{}{format}", words.join(" or "))
}

fn kinds(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        kind => vec![text(kind)],
    }
}

fn kind_of(schema: &Value, kind: &str) -> String {
    match kind {
        "array" => format!("list of {}", type_of(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map of {}", type_of(&schema["additionalProperties"]))
        }
        kind => escape(kind),
    }
}

/// A value that a schema describes. Examples stand at the types; where there is none, something of the right kind.
pub fn example(schema: &Value, document: &Value) -> Value {
    let given = [&schema["example"], &schema["examples"][0], &schema["default"], &schema["enum"][0]];
    if let Some(given) = given.into_iter().find(|given| !given.is_null()) {
        return given.clone();
    }
    if let Some(to) = schema["$ref"].as_str() {
        return document.pointer(to.trim_start_matches('#')).map_or(Value::Null, |schema| example(schema, document));
    }
    let choices = list(&schema["oneOf"]).iter().chain(list(&schema["anyOf"]));
    // What may be left out has `null` among its choices; anything else shows more.
    if let Some(choice) = choices.clone().find(|choice| choice["type"] != "null") {
        return example(choice, document);
    }
    match kinds(schema).into_iter().find(|kind| *kind != "null").unwrap_or_default() {
        "array" => json!([example(&schema["items"], document)]),
        "integer" | "number" => json!(15),
        "string" => json!("…"),
        "boolean" => json!(true),
        _ => {
            let of = |(name, schema): (&str, &Value)| (name.to_owned(), example(schema, document));
            let mut object: Map<_, _> = members(schema).into_iter().map(of).collect();
            if schema["additionalProperties"].is_object() {
                let name = example(&schema["propertyNames"], document);
                object.insert(text(&name).to_owned(), example(&schema["additionalProperties"], document));
            }
            Value::Object(object)
        }
    }
}

/// An example on the page.
pub fn shown(example: &Value) -> String {
    format!("<pre>{}</pre>", escape(&serde_json::to_string_pretty(example).unwrap_or_default()))
}
