//! Announcements from words to sound: with the real engine, with engines that fail, with and without a sound device.

use crate::clock::{PATIENCE, now};
use devices::speech::{Announcement, Announcer, Clip, CommandEngine, Engine, Heard, SoundEvent, SpeechError, chime};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

/// A folder of a test, gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("avanti-said-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a place to write");
        Self(path)
    }

    fn output(&self) -> String {
        format!("wav:{}", self.0.display())
    }

    /// The files in order of their names, with what they sound like.
    fn said(&self) -> Vec<(String, Clip)> {
        let mut files: Vec<_> =
            std::fs::read_dir(&self.0).expect("it is there").flatten().map(|file| file.path()).collect();
        files.sort();
        let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
        let clip = |path: &Path| Clip::from_wav(std::fs::read(path).expect("a file")).expect("a WAV");
        files.iter().map(|path| (name(path), clip(path))).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An engine that says every letter as a tenth of a second, and writes down what it was asked.
#[derive(Clone, Default)]
struct Letters(Arc<Mutex<Vec<String>>>);

impl Engine for Letters {
    fn synthesise(&self, text: &str, language: &str) -> Result<Clip, SpeechError> {
        self.0.lock().expect("one test").push(format!("{language}:{text}"));
        let length = text.chars().count() * 4410;
        Ok(Clip::from_samples((0..length).map(|at| (at as f32 * 0.05).sin() * 0.2).collect()))
    }
}

fn announcement(id: &str, text: &str) -> Announcement {
    Announcement {
        id: id.to_owned(),
        chime: true,
        clips: vec![text.to_owned()],
        language: "it".to_owned(),
        volume_percent: 100,
        repeat: 1,
    }
}

fn start(output: &str, engine: impl Engine + 'static) -> (Announcer, Receiver<SoundEvent>) {
    let (sender, events) = channel();
    let announcer = Announcer::start(output, engine, move |event| {
        // A test that is over listens no more.
        let _ = sender.send(event);
    });
    (announcer.expect("a good output"), events)
}

fn command(words: &[&str]) -> CommandEngine {
    CommandEngine::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).expect("a good command")
}

fn started(id: &str) -> SoundEvent {
    SoundEvent::Started { id: id.to_owned() }
}

fn ended(id: &str, heard: Heard) -> SoundEvent {
    SoundEvent::Ended { id: id.to_owned(), heard }
}

fn expect(events: &Receiver<SoundEvent>, expected: &[SoundEvent]) {
    for event in expected {
        assert_eq!(events.recv_timeout(PATIENCE).as_ref(), Ok(event));
    }
}

#[test]
fn announcements_are_said_in_order_and_never_over_one_another() {
    let scratch = Scratch::new("order");
    let (announcer, events) = start(&scratch.output(), Letters::default());
    for (id, text) in [("A007", "A, sette"), ("B012", "B, dodici"), ("A008", "A, otto")] {
        announcer.announce(announcement(id, text));
    }
    expect(&events, &[SoundEvent::Ready]);
    for id in ["A007", "B012", "A008"] {
        expect(&events, &[started(id), ended(id, Heard::All)]);
    }
    let names: Vec<String> = scratch.said().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["0001-A007.wav", "0002-B012.wav", "0003-A008.wav"]);
}

#[test]
fn an_announcement_is_the_chime_a_breath_and_the_words_as_often_as_wanted() {
    let scratch = Scratch::new("parts");
    let engine = Letters::default();
    let (announcer, events) = start(&scratch.output(), engine.clone());
    announcer.announce(Announcement {
        clips: vec!["A, sette".to_owned(), "sportello tre".to_owned()],
        repeat: 2,
        ..announcement("twice", "")
    });
    announcer.announce(Announcement { chime: false, ..announcement("plain", "A, sette") });
    expect(&events, &[SoundEvent::Ready, started("twice"), ended("twice", Heard::All)]);
    expect(&events, &[started("plain"), ended("plain", Heard::All)]);
    let said = scratch.said();
    let seconds = chime().duration().as_secs_f32() + 0.3 + 2.1 + 0.7 + 2.1;
    assert!((said[0].1.duration().as_secs_f32() - seconds).abs() < 0.01, "{:?}", said[0].1.duration());
    assert!((said[1].1.duration().as_secs_f32() - 0.8).abs() < 0.01);
    let asked = engine.0.lock().expect("one test").clone();
    assert_eq!(asked, ["it:A, sette", "it:sportello tre"], "each text is made once and kept");
}

#[test]
fn the_volume_is_heard() {
    let scratch = Scratch::new("volume");
    let (announcer, events) = start(&scratch.output(), Letters::default());
    for volume_percent in [100, 50, 0] {
        announcer.announce(Announcement { volume_percent, ..announcement("A007", "A, sette") });
    }
    let over = std::iter::from_fn(|| events.recv_timeout(PATIENCE).ok());
    assert_eq!(over.filter(|event| matches!(event, SoundEvent::Ended { .. })).take(3).count(), 3);
    let peaks: Vec<f32> = scratch
        .said()
        .iter()
        .map(|(_, clip)| clip.samples().iter().fold(0.0, |peak: f32, at| peak.max(at.abs())))
        .collect();
    assert!(peaks[0] > 3.0 * peaks[1] && peaks[1] > 0.01 && peaks[2] < 0.001, "{peaks:?}");
}

#[test]
fn the_real_engine_speaks_italian() {
    let engine = CommandEngine::espeak_ng().expect("a place for its files");
    let clip = engine.synthesise("A, sette, sportello tre", "it").expect("the package espeak-ng is installed");
    assert!((1.0..5.0).contains(&clip.duration().as_secs_f32()), "{:?}", clip.duration());
    let loudest = clip.samples().iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((0.2..0.9).contains(&loudest), "{loudest}");
    // What could be taken for an option or a command of a shell is only text.
    assert!(engine.synthesise("--version; $(reboot) `ls`", "it").is_ok());
    assert_eq!(engine.synthesise("A, sette", "../it"), Err(SpeechError::Language));
}

#[test]
fn an_engine_that_hangs_is_ended_with_its_children_and_the_chime_sounds() {
    let scratch = Scratch::new("hang");
    let child = scratch.0.with_extension("child");
    let script = format!("sleep 600 & echo $! > {}; wait # {{text}} {{out}}", child.display());
    let engine = command(&["sh", "-c", &script]).with_limit(Duration::from_millis(300));
    let (announcer, events) = start(&scratch.output(), engine);
    let asked = now();
    announcer.announce(announcement("A007", "A, sette"));
    announcer.announce(announcement("A008", "A, otto"));
    expect(&events, &[SoundEvent::Ready, started("A007"), ended("A007", Heard::ChimeOnly)]);
    expect(&events, &[started("A008"), ended("A008", Heard::ChimeOnly)]);
    assert!(asked.elapsed() < Duration::from_secs(4), "the second call does not wait for the engine again");
    let said = scratch.said();
    assert_eq!(said.len(), 2);
    assert!((said[0].1.duration().as_secs_f32() - chime().duration().as_secs_f32()).abs() < 0.01);
    let pid = std::fs::read_to_string(&child).expect("the engine had started a child");
    let gone = || !Path::new("/proc").join(pid.trim()).join("exe").exists();
    let deadline = now() + PATIENCE;
    while !gone() && now() < deadline {
        std::thread::yield_now();
    }
    assert!(gone(), "the engine's child still runs");
    std::fs::remove_file(child).expect("it was there");
}

#[test]
fn an_engine_that_is_missing_fails_or_is_silent_leaves_the_chime() {
    for (engine, error) in [
        (command(&["avanti-no-such-engine", "{text}", "{out}"]), "does not start"),
        (command(&["false", "{text}", "{out}"]), "failed"),
        (command(&["true", "{text}", "{out}"]), "left no sound"),
        (command(&["sh", "-c", "echo rubbish > \"$1\"", "sh", "{out}", "{text}"]), "not a WAV file"),
    ] {
        let why = engine.synthesise("A, sette", "it").expect_err("it cannot speak").to_string();
        assert!(why.contains(error), "{why}");
        let (announcer, events) = start("none", engine);
        announcer.announce(announcement("A007", "A, sette"));
        expect(&events, &[SoundEvent::Ready, started("A007"), ended("A007", Heard::ChimeOnly)]);
    }
}

#[test]
fn more_than_can_be_said_ends_unheard_and_nothing_is_lost_silently() {
    let gate = Arc::new(Mutex::new(()));
    struct Gated(Arc<Mutex<()>>);
    impl Engine for Gated {
        fn synthesise(&self, _: &str, _: &str) -> Result<Clip, SpeechError> {
            drop(self.0.lock());
            Ok(Clip::silence(Duration::from_millis(10)))
        }
    }
    let closed = gate.lock().expect("nobody else has it");
    let (announcer, events) = start("none", Gated(Arc::clone(&gate)));
    for n in 0..60 {
        announcer.announce(announcement(&n.to_string(), "A, sette"));
    }
    drop(closed);
    let all: Vec<SoundEvent> = std::iter::from_fn(|| events.recv_timeout(PATIENCE).ok())
        .filter(|event| matches!(event, SoundEvent::Ended { .. }))
        .take(60)
        .collect();
    let unheard = all.iter().filter(|event| matches!(event, SoundEvent::Ended { heard: Heard::Nothing, .. })).count();
    assert!(all.len() == 60 && (27..=28).contains(&unheard), "{unheard} unheard of {}", all.len());
}

/// What is played on `default` depends on the machine, so this test runs itself again where alsa-lib finds no device.
#[test]
fn without_a_sound_device_it_stays_up_and_speaks_when_one_comes() {
    const CONFIGURATION: &str = "ALSA_CONFIG_PATH";
    const NAME: &str = "speech::without_a_sound_device_it_stays_up_and_speaks_when_one_comes";
    let ours = |path: &PathBuf| path.ends_with("avanti-asound.conf");
    if let Some(path) = std::env::var_os(CONFIGURATION).map(PathBuf::from).filter(ours) {
        return stays_up_and_speaks_when_a_device_comes(&path);
    }
    let scratch = Scratch::new("no-device");
    let empty = scratch.0.join("avanti-asound.conf");
    std::fs::write(&empty, "").expect("a place to write");
    let again = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", NAME, "--nocapture"])
        .env(CONFIGURATION, &empty)
        .output()
        .expect("this test runs");
    let noise = String::from_utf8_lossy(&again.stderr);
    assert!(again.status.success(), "{noise}");
    assert!(!noise.contains("ALSA lib"), "alsa-lib prints: {noise}");
}

fn stays_up_and_speaks_when_a_device_comes(configuration: &Path) {
    let (announcer, events) = start("default", Letters::default());
    assert!(matches!(events.recv_timeout(PATIENCE), Ok(SoundEvent::Missing { .. })));
    announcer.announce(announcement("A007", "A, sette"));
    expect(&events, &[ended("A007", Heard::Nothing)]);
    std::fs::write(configuration, "pcm.!default { type null }").expect("a place to write");
    announcer.announce(announcement("A008", "A, otto"));
    expect(&events, &[SoundEvent::Ready, started("A008"), ended("A008", Heard::All)]);
}
