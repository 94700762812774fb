//! What a running window shows, asked through the port that Slint opens for tests (feature `mcp`, `SLINT_MCP_PORT`).
//!
//! It only looks. Touching is the screen's work, so that what is played is what a person can do.

use ::tests::equipment::program::wait_for;
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a page may take to appear: nobody touches a screen again and again for longer. What goes by itself after
/// a touch that had no effect takes longer, so that a dead button is noticed.
const APPEARING: Duration = Duration::from_secs(10);
/// The most elements that the port gives in one answer.
const ELEMENTS: u32 = 1000;

/// The window of one program.
#[derive(Debug)]
pub struct Window {
    name: String,
    http: reqwest::Client,
    address: String,
}

/// One element as somebody who cannot see it would be told of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Element {
    /// What it says or is called.
    #[serde(default, rename = "accessibleLabel")]
    pub label: String,
    /// "Button", "Text", "TextInput", …
    #[serde(default, rename = "accessibleRole")]
    pub role: String,
    /// What is false is left out of the answer. Fields for text do not say it.
    #[serde(default, rename = "accessibleEnabled")]
    enabled: bool,
    /// Ticked or picked.
    #[serde(default, rename = "accessibleChecked")]
    pub checked: bool,
    #[serde(default)]
    absolute_position: Point,
    #[serde(default)]
    size: Size,
    #[serde(default = "opaque")]
    computed_opacity: f32,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Point {
    x: f32,
    y: f32,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Size {
    width: f32,
    height: f32,
}

fn opaque() -> f32 {
    1.0
}

impl Element {
    /// Where a finger would touch it.
    pub fn middle(&self) -> (i32, i32) {
        let x = self.absolute_position.x + self.size.width / 2.0;
        let y = self.absolute_position.y + self.size.height / 2.0;
        (x.round() as i32, y.round() as i32)
    }

    fn is_shown(&self) -> bool {
        self.computed_opacity > 0.0 && self.size.width > 0.0 && self.size.height > 0.0
    }

    /// Is it something to press?
    fn is_pressed(&self) -> bool {
        matches!(self.role.as_str(), "Button" | "Checkbox" | "RadioButton" | "Switch" | "Tab")
    }

    /// Does it lie over another, more than a hair's breadth?
    fn covers(&self, other: &Self) -> bool {
        let over = |at: f32, long: f32, other_at: f32, other_long: f32| {
            (at + long).min(other_at + other_long) - at.max(other_at) > 1.0
        };
        let (one, two) = (self.absolute_position, other.absolute_position);
        over(one.x, self.size.width, two.x, other.size.width) && over(one.y, self.size.height, two.y, other.size.height)
    }

    fn can_be_used(&self) -> bool {
        self.acts() && (self.enabled || self.role == "TextInput")
    }

    fn acts(&self) -> bool {
        !matches!(self.role.as_str(), "" | "Text" | "Image" | "Unknown")
    }
}

impl Window {
    /// The window of the program that was started with this port.
    pub fn at_port(name: &str, port: u16) -> Self {
        Self {
            name: name.to_owned(),
            http: ::tests::http::plain(APPEARING),
            address: format!("http://127.0.0.1:{port}/mcp"),
        }
    }

    async fn ask<T: DeserializeOwned>(&self, tool: &str, arguments: Value) -> Result<T> {
        let question = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        });
        let request = self.http.post(&self.address).header("accept", "application/json, text/event-stream");
        let answer = request.json(&question).send().await?.json().await?;
        result_of(&answer).with_context(|| format!("{tool} of the {}", self.name))
    }

    /// Everything that it shows now, from back to front.
    pub async fn elements(&self) -> Result<Vec<Element>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Windows {
            window_handles: Vec<Value>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Properties {
            root_element_handle: Value,
        }
        let windows: Windows = self.ask("list_windows", json!({})).await?;
        let window = windows.window_handles.first().with_context(|| format!("the {} has no window", self.name))?;
        let properties: Properties = self.ask("get_window_properties", json!({ "windowHandle": window })).await?;
        let root = properties.root_element_handle;
        let tree: Tree =
            self.ask("get_element_tree", json!({ "elementHandle": root, "maxElements": ELEMENTS })).await?;
        tree.shown().with_context(|| format!("the window of the {}", self.name))
    }

    /// Waits for an element that acts and is called so, and gives where to touch it.
    pub async fn find(&self, label: &str) -> Result<Element> {
        self.find_where(&format!("\"{label}\""), |element| element.can_be_used() && element.label == label).await
    }

    /// Waits for a text that holds these words.
    pub async fn reads(&self, words: &str) -> Result<Element> {
        self.find_where(&format!("the words \"{words}\""), |element| element.label.contains(words)).await
    }

    async fn find_where(&self, what: &str, wanted: impl Fn(&Element) -> bool) -> Result<Element> {
        self.wait(what, |elements| elements.iter().rev().find(|element| wanted(element)).cloned()).await
    }

    /// Waits until something can be found in what it shows, and says what stood there instead if it cannot.
    pub async fn wait<T>(&self, what: &str, find: impl Fn(&[Element]) -> Option<T>) -> Result<T> {
        let mut seen = Ok(Vec::new());
        let found = wait_for(what, APPEARING, async || {
            // A window that is not up yet answers nothing.
            seen = self.elements().await;
            Ok(seen.as_deref().ok().and_then(&find))
        });
        match (found.await, seen) {
            (Ok(found), _) => Ok(found),
            (Err(failure), Err(silent)) => Err(silent.context(format!("{}: {failure}", self.name))),
            (Err(failure), Ok(seen)) => {
                let mut labels: Vec<_> =
                    seen.iter().filter(|seen| !seen.label.is_empty()).map(Element::to_string).collect();
                labels.dedup();
                bail!("{}: {failure}. It shows: {}", self.name, labels.join(", "))
            }
        }
    }
}

/// What `get_element_tree` gives.
#[derive(Deserialize)]
struct Tree {
    elements: Vec<Element>,
    #[serde(default)]
    truncated: bool,
}

impl Tree {
    fn shown(self) -> Result<Vec<Element>> {
        ensure!(!self.truncated, "it has more than {ELEMENTS} elements");
        Ok(self.elements.into_iter().filter(Element::is_shown).collect())
    }
}

/// What a tool answered: JSON in a text in JSON, or a complaint.
fn result_of<T: DeserializeOwned>(answer: &Value) -> Result<T> {
    let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_default();
    ensure!(answer["error"].is_null() && answer["result"]["isError"] != true, "it complains: {answer}");
    serde_json::from_str(text).with_context(|| format!("it is not understood: {text}"))
}

/// Two things to press of which one lies over the other, or one that does not fit on a screen of this size. On a page
/// with nothing over it there are none.
pub fn misplaced(elements: &[Element], (width, height): (u32, u32)) -> Option<String> {
    let pressed: Vec<_> = elements.iter().filter(|element| element.is_pressed()).collect();
    for (at, one) in pressed.iter().enumerate() {
        if let Some(other) = pressed[at + 1..].iter().find(|other| one.covers(other)) {
            return Some(format!("{one} and {other} lie over one another"));
        }
        let (end_x, end_y) = (one.absolute_position.x + one.size.width, one.absolute_position.y + one.size.height);
        if end_x > width as f32 + 1.0 || end_y > height as f32 + 1.0 {
            return Some(format!("{one} does not fit on the screen"));
        }
    }
    None
}

impl std::fmt::Display for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", if self.acts() { &self.role } else { "text" }, self.label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer as Slint gives it: JSON in a text in JSON, and nothing of what is false or empty.
    fn answer(text: &str) -> Value {
        json!({ "jsonrpc": "2.0", "id": 1, "result": { "content": [{ "type": "text", "text": text }] } })
    }

    const PAGE: &str = r#"{ "elements": [
        { "accessibleRole": "Text", "accessibleLabel": "Pagina 1 di 3", "computedOpacity": 1.0,
          "absolutePosition": { "x": 425.5, "y": 1590.0 }, "size": { "width": 230.0, "height": 94.0 } },
        { "accessibleRole": "Button", "accessibleLabel": "Precedenti", "computedOpacity": 1.0,
          "absolutePosition": { "x": 60.0, "y": 1577.0 }, "size": { "width": 308.0, "height": 120.0 } },
        { "accessibleRole": "Button", "accessibleLabel": "Altri", "accessibleEnabled": true, "computedOpacity": 1.0,
          "absolutePosition": { "x": 711.0, "y": 1577.0 }, "size": { "width": 309.0, "height": 120.0 } },
        { "accessibleRole": "Button", "accessibleLabel": "Esci", "accessibleEnabled": true,
          "absolutePosition": { "x": 0.0, "y": 0.0 }, "size": { "width": 10.0, "height": 10.0 }, "computedOpacity": 0.0 },
        { "accessibleRole": "TextInput", "accessibleLabel": "Nome utente",
          "absolutePosition": { "x": 0.0, "y": 0.0 }, "size": { "width": 10.0, "height": 10.0 } }
    ] }"#;

    fn page() -> Vec<Element> {
        result_of::<Tree>(&answer(PAGE)).unwrap().shown().unwrap()
    }

    #[test]
    fn a_page_is_read_with_what_can_be_used_on_it() {
        let page = page();
        let usable: Vec<_> = page.iter().filter(|seen| seen.can_be_used()).map(|seen| seen.label.as_str()).collect();
        assert_eq!(usable, ["Altri", "Nome utente"]);
        assert_eq!(page[2].middle(), (866, 1637));
        assert_eq!(page[0].to_string(), "text \"Pagina 1 di 3\"");
    }

    #[test]
    fn what_lies_over_something_else_is_noticed() {
        let mut page = page();
        assert_eq!(misplaced(&page, (1080, 1920)), None);
        assert_eq!(misplaced(&page, (1080, 1600)).unwrap(), "Button \"Precedenti\" does not fit on the screen");
        page[1].size.width = 700.0;
        assert_eq!(
            misplaced(&page, (1080, 1920)).unwrap(),
            "Button \"Precedenti\" and Button \"Altri\" lie over one another"
        );
    }

    #[test]
    fn a_complaint_is_no_page() {
        let refused = |answer: Value| result_of::<Tree>(&answer).err().map(|why| format!("{why:#}")).unwrap();
        assert!(refused(json!({ "error": { "message": "no such tool" } })).contains("no such tool"));
        assert!(refused(answer("Invalid window handle")).contains("Invalid window handle"));
        let cut = result_of::<Tree>(&answer(r#"{ "elements": [], "truncated": true }"#)).unwrap().shown();
        assert!(cut.unwrap_err().to_string().contains("more than 1000"));
    }
}
