//! What becomes of what is typed, scanned and answered, without a window and without a server.

use super::*;

const PIN: &str = "sha256/right";
const FIGURES: [&str; 6] = ["1111", "2222", "3333", "4444", "5555", "6666"];

/// An invitation in a few words: "avanti:SERVER PIN CODE", "-" for no fingerprint.
fn read(text: &str) -> Option<Invited> {
    let mut words = text.strip_prefix("avanti:")?.split('_');
    let (server, pin, code) = (words.next()?, words.next()?, words.next()?);
    let fingerprint = Some(pin.to_owned()).filter(|pin| pin != "-");
    Some(Invited { server: server.to_owned(), fingerprint, code: code.to_owned() })
}

struct Page {
    state: State,
    now: u64,
}

impl Page {
    fn new(known: Option<Known>, may_leave: bool) -> Self {
        Self { state: State::new(known, may_leave, read, true), now: 0 }
    }
    fn hears(&mut self, input: Input) -> Vec<Effect> {
        step(&mut self.state, input, self.now)
    }
    fn types(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|key| self.hears(Input::Key(key.to_string()))).collect()
    }
    fn met(&mut self, fingerprint: &str) -> Vec<Effect> {
        self.hears(Input::Met(Ok(Some((fingerprint.to_owned(), FIGURES.map(str::to_owned))))))
    }
    fn told(&mut self) -> Vec<Effect> {
        self.hears(Input::Told(Ok(("Totem 1".to_owned(), Some("t".to_owned())))))
    }
    fn problem(&self) -> &'static str {
        view(&self.state).problem
    }
}

fn meet(server: &str) -> Vec<Effect> {
    vec![Effect::Meet { server: server.to_owned() }]
}

fn tell(server: &str, fingerprint: Option<&str>) -> Vec<Effect> {
    let (server, fingerprint) = (server.to_owned(), fingerprint.map(str::to_owned));
    vec![Effect::Tell { server, fingerprint, code: "BCDFGHJK".to_owned() }]
}

fn keep(server: &str, fingerprint: Option<&str>) -> Vec<Effect> {
    let fingerprints = fingerprint.map(str::to_owned).into_iter().collect();
    vec![Effect::Keep(Link { server: server.to_owned(), fingerprints, token: Some("t".to_owned()) })]
}

fn known() -> Option<Known> {
    Some(Known { server: "https://a:8443".to_owned(), fingerprints: vec![PIN.to_owned()], vouched_for: false })
}

#[test]
fn typed_by_hand_the_figures_are_compared_before_the_code_is_told() {
    let mut page = Page::new(None, false);
    assert_eq!(page.types("Avanti.localx\u{8}\rbcdf-ghjk"), []);
    assert_eq!((view(&page.state).server.as_str(), view(&page.state).code.as_str()), ("avanti.local", "BCDF-GHJK"));
    assert_eq!(page.types("\r"), meet("https://avanti.local:8443"));
    assert_eq!(page.types("x\r"), [], "what is under way is not disturbed");
    assert_eq!(page.met(PIN), []);
    assert_eq!(view(&page.state).step, StepView::Comparing(FIGURES.map(str::to_owned)));
    assert_eq!(page.hears(Input::Yes), tell("https://avanti.local:8443", Some(PIN)));
    assert_eq!(page.told(), keep("https://avanti.local:8443", Some(PIN)));
    page.hears(Input::Kept(Ok(())));
    assert_eq!(view(&page.state).step, StepView::Linked("Totem 1".to_owned()));
    assert_eq!(page.hears(Input::Tick), []);
    page.now = LINKED_MILLIS;
    assert_eq!(page.hears(Input::Tick), [Effect::Resume]);
}

#[test]
fn a_server_whose_figures_differ_is_told_nothing() {
    let mut page = Page::new(None, false);
    page.types("a\rBCDFGHJK\r");
    page.met("sha256/wrong");
    assert_eq!(page.hears(Input::No), []);
    assert_eq!(page.problem(), "declined");
    assert_eq!(page.types("\r"), meet("https://a:8443"), "what was typed is still there");
}

#[test]
fn an_invitation_that_is_scanned_needs_no_figures() {
    for (text, met, expect) in [
        ("avanti:https://a:8443_sha256/right_BCDFGHJK", Some(PIN), tell("https://a:8443", Some(PIN))),
        ("avanti:http://127.0.0.1:8080_-_BCDFGHJK", None, tell("http://127.0.0.1:8080", None)),
    ] {
        let mut by_line = Page::new(None, false);
        assert_eq!(by_line.hears(Input::Scanned(text.to_owned())).len(), 1);
        // A reader that types does so into whatever field is there, after whatever stands in it.
        let mut by_keys = Page::new(None, false);
        by_keys.types("half");
        assert_eq!(by_keys.types(&format!("{text}\r")).len(), 1);
        for page in [&mut by_line, &mut by_keys] {
            let met = met.map(|pin| (pin.to_owned(), FIGURES.map(str::to_owned)));
            assert_eq!(page.hears(Input::Met(Ok(met))), expect);
        }
    }
    let mut page = Page::new(None, false);
    page.hears(Input::Scanned("avanti:https://a:8443_sha256/right_BCDFGHJK".to_owned()));
    assert_eq!(page.met("sha256/wrong"), []);
    assert_eq!(page.problem(), "other-server");
    page.hears(Input::Scanned("RSSMRA85T10A562S".to_owned()));
    assert_eq!(page.problem(), "no-invitation");
}

#[test]
fn a_device_that_knows_its_server_takes_no_other() {
    let mut page = Page::new(known(), true);
    assert_eq!(page.types("BCDFGHJK\r"), meet("https://a:8443"));
    assert_eq!(page.met("sha256/wrong"), []);
    assert_eq!(page.problem(), "other-server");
    assert_eq!(page.types("\r"), meet("https://a:8443"));
    assert_eq!(page.met(PIN), tell("https://a:8443", Some(PIN)));

    let mut page = Page::new(known(), true);
    page.hears(Input::Field(Field::Server));
    page.types("\tevil");
    assert_eq!(view(&page.state).server, "https://a:8443");
    page.hears(Input::Scanned("avanti:https://evil:8443_sha256/evil_BCDFGHJK".to_owned()));
    assert_eq!(page.problem(), "other-server");
    let by_another_name = "avanti:https://10.0.0.1:8443_sha256/right_BCDFGHJK";
    assert_eq!(page.hears(Input::Scanned(by_another_name.to_owned())), meet("https://a:8443"));

    let vouched = Known { vouched_for: true, fingerprints: vec![], ..known().unwrap() };
    let mut page = Page::new(Some(vouched), true);
    assert_eq!(page.types("BCDFGHJK\r"), tell("https://a:8443", None), "an authority needs no figures");
}

#[test]
fn what_was_not_right_is_told_and_can_be_put_right() {
    let mut page = Page::new(None, false);
    assert_eq!(page.types("a b\r\r"), []);
    assert_eq!(page.problem(), "code");
    let mut page = Page::new(None, false);
    assert_eq!(page.types("a..b\rBCDFGHJK\r"), []);
    assert_eq!((page.problem(), view(&page.state).at_code), ("address", false));

    for (problem, key, code_stays) in [
        (Problem::WrongCode, "wrong-code", false),
        (Problem::TooMany { minutes: 7 }, "too-many", true),
        (Problem::Away, "away", true),
        (Problem::Busy, "busy", true),
        (Problem::Fault { incident: "1A2B3C4D".to_owned() }, "fault", true),
    ] {
        let mut page = Page::new(None, false);
        page.types("a\rBCDFGHJK\r");
        page.met(PIN);
        page.hears(Input::Yes);
        assert_eq!(page.hears(Input::Told(Err(problem))), []);
        assert_eq!((page.problem(), !view(&page.state).code.is_empty()), (key, code_stays));
    }
    let mut page = Page::new(None, false);
    page.types("a\rBCDFGHJK\r");
    page.met(PIN);
    page.hears(Input::Yes);
    page.told();
    page.hears(Input::Kept(Err("the disk is full".to_owned())));
    assert_eq!((page.problem(), view(&page.state).fact.as_str()), ("unwritable", "the disk is full"));
}

#[test]
fn only_who_came_from_work_goes_back_to_it() {
    let mut page = Page::new(known(), true);
    assert_eq!(page.hears(Input::Leave), [Effect::Resume]);
    assert_eq!(page.types("\u{1b}"), [Effect::Resume]);
    page.now = FORGOTTEN_MILLIS;
    assert_eq!(page.hears(Input::Tick), [Effect::Resume], "nobody stands here any more");

    let mut new = Page::new(None, false);
    new.now = FORGOTTEN_MILLIS;
    assert_eq!([new.hears(Input::Leave), new.types("\u{1b}"), new.hears(Input::Tick)].concat(), []);
    new.hears(Input::Language);
    assert!(!view(&new.state).italian);
}
