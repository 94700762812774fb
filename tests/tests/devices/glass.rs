//! A window of a running program: what it shows, and fingers and keys for it, through the port that Slint opens for tests
//! (feature `mcp`).

use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long anything may take to appear, on a machine that is busy with a whole test run.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);

/// One window.
pub struct Glass {
    http: reqwest::Client,
    address: String,
}

impl Glass {
    pub fn at_port(port: u16) -> Self {
        // Plain HTTP, and still reqwest wants to know by which ciphers; another test may have said so.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { http: reqwest::Client::new(), address: format!("http://127.0.0.1:{port}/mcp") }
    }

    async fn ask(&self, tool: &str, arguments: Value) -> Option<Value> {
        let question = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": tool, "arguments": arguments } });
        let request = self.http.post(&self.address).header("accept", "application/json, text/event-stream");
        let answer: Value = request.json(&question).send().await.ok()?.json().await.ok()?;
        serde_json::from_str(answer["result"]["content"][0]["text"].as_str()?).ok()
    }

    async fn window(&self) -> Option<Value> {
        self.ask("list_windows", json!({})).await?["windowHandles"].as_array()?.first().cloned()
    }

    /// Everything that can be seen now; nothing while the program is not there.
    async fn elements(&self) -> Vec<Value> {
        let tree = async {
            let window = self.window().await?;
            let properties = self.ask("get_window_properties", json!({ "windowHandle": window })).await?;
            let root = &properties["rootElementHandle"];
            self.ask("get_element_tree", json!({ "elementHandle": root, "maxElements": 1000 })).await
        };
        let tree = tree.await.unwrap_or_default();
        let seen = |element: &&Value| element["computedOpacity"].as_f64().unwrap_or(1.0) > 0.0;
        tree["elements"].as_array().into_iter().flatten().filter(seen).cloned().collect()
    }

    /// Every word that can be seen now, of labels and of fields.
    pub async fn words(&self) -> Vec<String> {
        let elements = self.elements().await;
        let texts = elements.iter().flat_map(|element| [&element["accessibleLabel"], &element["accessibleValue"]]);
        texts.filter_map(|text| Some(text.as_str()?.to_owned())).filter(|text| !text.is_empty()).collect()
    }

    /// Waits until something holds these words, and gives all of it.
    pub async fn reads(&self, words: &str) -> String {
        let holds = |label: &String| label.contains(words);
        let all = self.shows(&format!("says \"{words}\""), |all| all.iter().any(holds)).await;
        all.into_iter().find(holds).unwrap_or_default()
    }

    /// Waits until its words, all together, are right, and gives them.
    pub async fn shows(&self, what: &str, is_right: impl Fn(&[String]) -> bool) -> Vec<String> {
        let looking = async {
            loop {
                let words = self.words().await;
                if is_right(&words) {
                    return words;
                }
                sleep(LOOK).await;
            }
        };
        match timeout(PATIENCE, looking).await {
            Ok(words) => words,
            Err(_) => panic!("nothing {what}; it shows {:?}", self.words().await),
        }
    }

    /// A finger on what is called so.
    pub async fn presses(&self, label: &str) {
        self.reads(label).await;
        let elements = self.elements().await;
        let button = |element: &&Value| element["accessibleLabel"] == label && element["accessibleRole"] == "Button";
        let button = elements.iter().rev().find(button).unwrap_or_else(|| panic!("\"{label}\" cannot be pressed"));
        let arguments = json!({ "elementHandle": button["handle"], "action": "Default_" });
        // A program that begins anew at this very press gives no answer.
        let _ = self.ask("invoke_accessibility_action", arguments).await;
    }

    /// A finger on what is called so, as often as it takes until something holds these words: what has just come up is not
    /// what a finger meant, and the programs take it so.
    pub async fn presses_until(&self, label: &str, words: &str) {
        let pressing = async {
            while !self.words().await.iter().any(|word| word.contains(words)) {
                if self.words().await.iter().any(|word| word == label) {
                    self.presses(label).await;
                }
                sleep(Duration::from_secs(1)).await;
            }
        };
        if timeout(PATIENCE, pressing).await.is_err() {
            panic!("\"{label}\" does not lead to \"{words}\"; it shows {:?}", self.words().await);
        }
    }

    /// Keys, one after the other, as a keyboard or a reader that types sends them. "\n" is Enter.
    pub async fn types(&self, text: &str) {
        let window = self.window().await.expect("there is a window");
        for key in text.chars() {
            let arguments = json!({ "windowHandle": window, "text": key.to_string(), "eventType": "PressAndRelease" });
            let taken = self.ask("dispatch_key_event", arguments).await;
            // A program that begins anew at Enter gives no answer to it.
            assert!(taken.is_some() || key == '\n', "a key is taken");
        }
    }
}
