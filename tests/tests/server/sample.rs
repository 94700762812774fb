//! Bodies made from the OpenAPI document, so that an endpoint that is new is tried without a word here.

use serde_json::{Map, Value, json};

/// A write of the API, as the document describes it.
#[derive(Debug, Clone)]
pub struct Write {
    pub method: reqwest::Method,
    /// With its parameters filled in.
    pub path: String,
    /// A body of the right shape, if it takes one.
    pub body: Option<Value>,
}

/// Every operation of the document that may change something.
pub fn writes(document: &Value) -> Vec<Write> {
    let mut writes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if !["put", "post", "patch", "delete"].contains(&method.as_str()) {
                continue;
            }
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let body = (!schema.is_null()).then(|| of(schema, document, 0));
            let method = method.to_uppercase().parse().unwrap();
            writes.push(Write { method, path: fill(path, operation), body });
        }
    }
    writes
}

/// Every address of the document that can be read, without those that go on for ever.
pub fn reads(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap();
    let reads = paths.iter().filter(|(path, operations)| operations.get("get").is_some() && !path.ends_with("/live"));
    reads.map(|(path, operations)| fill(path, &operations["get"])).collect()
}

/// An address with something that exists in the place of each parameter.
fn fill(path: &str, operation: &Value) -> String {
    let mut path = path.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|it| it["in"] == "path") {
        let name = parameter["name"].as_str().unwrap();
        let value = match name {
            "counter" => "sportello-1",
            "room" => "sala-a",
            "service" => "carta",
            "step" => "start",
            "ticket" => "00000000-0000-4000-8000-000000000001",
            _ => "nuovo",
        };
        path = path.replace(&format!("{{{name}}}"), value);
    }
    path
}

/// A value that a schema describes.
fn of(schema: &Value, document: &Value, depth: usize) -> Value {
    assert!(depth < 32, "a schema without an end: {schema}");
    let inner = |schema: &Value| of(schema, document, depth + 1);
    if let Some(name) = schema["$ref"].as_str() {
        return inner(document.pointer(name.trim_start_matches('#')).unwrap());
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            // `null` is one of the choices for what may be left out; anything else says more.
            return inner(choices.iter().find(|one| one["type"] != "null").unwrap());
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().filter_map(|part| inner(part).as_object().cloned());
        return Value::Object(parts.flatten().collect());
    }
    let example =
        [&schema["const"], &schema["example"], &schema["examples"][0], &schema["default"], &schema["enum"][0]];
    if let Some(value) = example.into_iter().find(|value| !value.is_null()) {
        return value.clone();
    }
    let kind = schema["type"]
        .as_str()
        .or_else(|| schema["type"].as_array()?.iter().find_map(|kind| kind.as_str().filter(|kind| *kind != "null")));
    match kind {
        Some("object") => object(schema, &inner),
        Some("array") => json!([inner(&schema["items"])]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        _ => text(schema),
    }
}

fn object(schema: &Value, inner: &dyn Fn(&Value) -> Value) -> Value {
    let members = schema["properties"].as_object();
    let mut object: Map<String, Value> =
        members.into_iter().flatten().map(|(name, schema)| (name.clone(), inner(schema))).collect();
    if schema["additionalProperties"].is_object() {
        object.insert("palazzo".to_owned(), inner(&schema["additionalProperties"]));
    }
    Value::Object(object)
}

fn text(schema: &Value) -> Value {
    match schema["format"].as_str() {
        Some("uuid") => json!("00000000-0000-4000-8000-000000000001"),
        Some("date-time") => json!("2026-11-23T10:00:00Z"),
        Some("date") => json!("2026-11-23"),
        _ => json!("carta"),
    }
}

/// The same value once for each object in it, with a member more that nobody knows.
pub fn with_unknown_members(value: &Value, name: &str) -> Vec<Value> {
    let add = |place: &String| {
        let mut value = value.clone();
        value.pointer_mut(place)?.as_object_mut()?.insert(name.to_owned(), json!("admin"));
        Some(value)
    };
    places(value).iter().filter_map(add).collect()
}

/// The same value once for each place in it, with something there that is nothing of the kind.
pub fn with_wrong_values(value: &Value) -> Vec<Value> {
    let strange = [
        json!(null),
        json!(-1),
        json!(1e308),
        json!([[]]),
        json!({"a": {}}),
        json!("\u{0}\u{202e}𝄞"),
        json!("x".repeat(5000)),
    ];
    let mut wrong = Vec::new();
    for place in places(value) {
        for strange in &strange {
            let mut value = value.clone();
            if let Some(there) = value.pointer_mut(&place) {
                *there = strange.clone();
                wrong.push(value);
            }
        }
    }
    wrong
}

/// The place of everything in a value, as a JSON pointer.
pub fn places(value: &Value) -> Vec<String> {
    let mut places = Vec::new();
    gather(value, String::new(), &mut places);
    places
}

fn gather(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, inner)| gather(inner, format!("{at}/{name}"), places))
        }
        Value::Array(inner) => {
            inner.iter().enumerate().for_each(|(n, inner)| gather(inner, format!("{at}/{n}"), places))
        }
        _ => {}
    }
    places.push(at);
}
