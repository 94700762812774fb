//! Clips that were already made, so that the engine is not asked twice for the same words. Pure.

use super::clip::Clip;
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// What is kept at most: three minutes of sound are 32 MB, and hold the calls of an hour.
const MOST: Duration = Duration::from_secs(180);

/// Clips by language and text, the last used first.
#[derive(Debug, Default)]
pub(super) struct Cache {
    clips: VecDeque<(String, String, Arc<Clip>)>,
}

impl Cache {
    /// The clip of this text, if it is still there.
    pub fn get(&mut self, language: &str, text: &str) -> Option<Arc<Clip>> {
        let at = self.clips.iter().position(|(lang, words, _)| lang == language && words == text)?;
        let entry = self.clips.remove(at)?;
        let clip = Arc::clone(&entry.2);
        self.clips.push_front(entry);
        Some(clip)
    }

    /// Keeps a clip, and lets go of those that were not used for longest.
    pub fn put(&mut self, language: &str, text: &str, clip: &Arc<Clip>) {
        self.clips.push_front((language.to_owned(), text.to_owned(), Arc::clone(clip)));
        let mut kept = Duration::ZERO;
        self.clips.retain(|(.., clip)| {
            kept += clip.duration();
            kept <= MOST
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_used_words_go_first() {
        let minute = Arc::new(Clip::silence(Duration::from_secs(50)));
        let mut cache = Cache::default();
        for text in ["uno", "due", "tre"] {
            cache.put("it", text, &minute);
        }
        assert!(cache.get("it", "uno").is_some());
        cache.put("it", "quattro", &minute);
        assert!(cache.get("it", "due").is_none(), "it was not used for longest");
        assert!(cache.get("it", "uno").is_some() && cache.get("it", "quattro").is_some());
        assert!(cache.get("en", "uno").is_none(), "another language is another clip");
    }
}
