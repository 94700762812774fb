//! Chance from a seed. The same seed makes the same choices.

use uuid::Uuid;

/// A source of chance (SplitMix64): small, and good enough to choose by.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From `AVANTI_SEED`, or from a new one, and says which.
    pub fn begin(of: &str) -> Self {
        let fresh = || server::clock::new_id().as_u64_pair().1 >> 16;
        let seed = match std::env::var("AVANTI_SEED") {
            Ok(seed) => seed.parse().expect("AVANTI_SEED is a number"),
            Err(_) => fresh(),
        };
        eprintln!("{of}: AVANTI_SEED={seed}");
        Self(seed)
    }

    /// A source of its own for somebody, so that the choices of one do not move those of another.
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `from` up to, and without, `until`.
    pub fn between(&mut self, from: u64, until: u64) -> u64 {
        from + self.next() % (until - from)
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.between(0, 100) < chance
    }

    pub fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(((u128::from(self.next()) << 64) | u128::from(self.next())).to_be_bytes())
            .into_uuid()
    }
}
