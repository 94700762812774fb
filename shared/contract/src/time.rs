//! Time as values: instants are UTC, agendas speak wall-clock time, and a site's zone joins the two.

use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A text that is no time, date or zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadTime(String);

/// A moment in UTC, to the millisecond. On the wire RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = DateTime, examples("2026-11-23T08:30:00Z"))]
pub struct Instant(Timestamp);

impl Instant {
    /// From milliseconds since 1970. Out-of-range values are clamped to what a calendar can say.
    pub fn from_millis(millis: i64) -> Self {
        let bound = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Self(Timestamp::from_millisecond(millis).unwrap_or(bound))
    }

    /// Milliseconds since 1970.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// This moment and so many milliseconds more (or fewer).
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.as_millis().saturating_add(millis))
    }

    /// This moment and so many seconds more (or fewer).
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.as_millis().saturating_add(seconds.saturating_mul(1000)))
    }

    /// This moment and so many minutes more (or fewer).
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }

    /// Whole seconds from `earlier` to this moment, negative if it lies after.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.as_millis() - earlier.as_millis()).div_euclid(1000)
    }

    /// Whole minutes from `earlier` to this moment, negative if it lies after.
    pub fn minutes_since(self, earlier: Self) -> i64 {
        self.seconds_since(earlier).div_euclid(60)
    }

    /// The date and the time of day that a clock on the wall of that zone shows.
    pub fn on_the_wall(self, zone: &Zone) -> (Date, TimeOfDay) {
        let there = self.0.to_zoned(zone.0.clone());
        let minutes = u16::from(there.hour().unsigned_abs()) * 60 + u16::from(there.minute().unsigned_abs());
        (Date(there.date()), TimeOfDay(minutes))
    }

    /// The service date: a site's civil date, which begins at `rolls_at` and not at midnight.
    pub fn service_date(self, zone: &Zone, rolls_at: TimeOfDay) -> Date {
        let (date, time) = self.on_the_wall(zone);
        if time < rolls_at { date.plus_days(-1) } else { date }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for Instant {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Self, BadTime> {
        let at: Timestamp = text.parse().map_err(|_| BadTime(format!("\"{text}\" is not an RFC 3339 time")))?;
        Ok(Self::from_millis(at.as_millisecond()))
    }
}

/// A moment of one running program: milliseconds of a clock that never jumps, from the program's start.
///
/// What an app does after a while (idle time-outs, retries, countdowns) is measured in moments, so that a wrong or
/// corrected wall clock harms nothing; what o'clock it is comes from the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub u64);

impl Moment {
    /// Milliseconds from `earlier` to this moment, 0 if it lies after.
    pub fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment and so many milliseconds more.
    pub fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// A civil date. On the wire "2026-11-23".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = Date, examples("2026-11-23"))]
pub struct Date(civil::Date);

impl Date {
    /// A date by its numbers, `None` if there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// So many days later (or earlier). Stops at the ends of the calendar.
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days.days()))
    }

    /// Days from `earlier` to this date.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.since(earlier.0).map_or(0, |span| span.get_days())
    }

    /// Year, month 1–12, day 1–31.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        match self.0.weekday() {
            civil::Weekday::Monday => Weekday::Monday,
            civil::Weekday::Tuesday => Weekday::Tuesday,
            civil::Weekday::Wednesday => Weekday::Wednesday,
            civil::Weekday::Thursday => Weekday::Thursday,
            civil::Weekday::Friday => Weekday::Friday,
            civil::Weekday::Saturday => Weekday::Saturday,
            civil::Weekday::Sunday => Weekday::Sunday,
        }
    }

    /// The instant when a wall clock of that zone shows `time` on this date. `None` in the hour that spring skips;
    /// the first of the two in the hour that autumn repeats.
    pub fn at(self, time: TimeOfDay, zone: &Zone) -> Option<Instant> {
        let wall = self.0.to_datetime(civil::Time::midnight()).checked_add(i64::from(time.0).minutes()).ok()?;
        let ambiguous = zone.0.to_ambiguous_timestamp(wall);
        if matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
            return None;
        }
        ambiguous.earlier().ok().map(Instant)
    }
}

/// A clock on the wall of a zone on one date, for whoever asks it many times: on most dates no hour is skipped or
/// repeated, and then the zone is asked once.
#[derive(Debug, Clone, Copy)]
pub struct WallClock<'z> {
    date: Date,
    zone: &'z Zone,
    /// When the date begins, if its hours are 24.
    begins: Option<Instant>,
}

impl<'z> WallClock<'z> {
    /// The clock of a date.
    pub fn new(date: Date, zone: &'z Zone) -> Self {
        let midnight = |date: Date| date.at(TimeOfDay::default(), zone);
        let is_even = |begins: &Instant| {
            midnight(date.plus_days(1)).is_some_and(|end| end.0 == begins.plus_minutes(DAY_MINUTES).0)
        };
        Self { date, zone, begins: midnight(date).filter(is_even) }
    }

    /// The same as [`Date::at`].
    pub fn at(&self, time: TimeOfDay) -> Option<Instant> {
        match self.begins {
            Some(begins) => Some(begins.plus_minutes(i64::from(time.0))),
            None => self.date.at(time, self.zone),
        }
    }

    /// The time of day that it shows at that moment, on whatever date that is.
    pub fn time(&self, at: Instant) -> TimeOfDay {
        match self.begins.map(|begins| at.minutes_since(begins)).and_then(|minutes| u16::try_from(minutes).ok()) {
            Some(minutes) if i64::from(minutes) < DAY_MINUTES => TimeOfDay(minutes),
            _ => at.on_the_wall(self.zone).1,
        }
    }
}

const DAY_MINUTES: i64 = 24 * 60;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for Date {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Self, BadTime> {
        text.parse().map(Self).map_err(|_| BadTime(format!("\"{text}\" is not a date like 2026-11-23")))
    }
}

/// A day of the week. On the wire "monday".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Wall-clock time in minutes since midnight, 00:00 to 24:00. On the wire "09:30".
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[0-2][0-9]:[0-5][0-9]$", examples("09:30"))]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// From minutes since midnight, `None` above 24:00.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= 24 * 60).then_some(Self(minutes))
    }

    /// Minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
impl FromStr for TimeOfDay {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Self, BadTime> {
        let bad = || BadTime(format!("\"{text}\" is not a time like 09:30"));
        let (hours, minutes) = text.split_once(':').ok_or_else(bad)?;
        let two = |part: &str| match part.as_bytes() {
            [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(u16::from(a - b'0') * 10 + u16::from(b - b'0')),
            _ => None,
        };
        let (hours, minutes) = two(hours).zip(two(minutes)).ok_or_else(bad)?;
        (minutes < 60).then(|| Self::from_minutes(hours * 60 + minutes)).flatten().ok_or_else(bad)
    }
}
impl TryFrom<String> for TimeOfDay {
    type Error = BadTime;
    fn try_from(text: String) -> Result<Self, BadTime> {
        text.parse()
    }
}
impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> String {
        time.to_string()
    }
}

/// A time zone of the IANA database, which is compiled in ("Europe/Rome").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, examples("Europe/Rome"))]
pub struct Zone(TimeZone);

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}
impl FromStr for Zone {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Self, BadTime> {
        TimeZone::get(text).map(Self).map_err(|_| BadTime(format!("\"{text}\" is not a zone like Europe/Rome")))
    }
}
impl TryFrom<String> for Zone {
    type Error = BadTime;
    fn try_from(text: String) -> Result<Self, BadTime> {
        text.parse()
    }
}
impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rome() -> Zone {
        "Europe/Rome".parse().unwrap()
    }
    fn check(wall: &str, time: &str, expect: Option<&str>) {
        let at = wall.parse::<Date>().unwrap().at(time.parse().unwrap(), &rome());
        assert_eq!(at.map(|at| at.to_string()).as_deref(), expect, "{wall} {time}");
    }

    #[test]
    fn wall_clock_to_instant_on_clock_change_days() {
        check("2026-11-23", "09:00", Some("2026-11-23T08:00:00Z"));
        check("2027-03-28", "01:59", Some("2027-03-28T00:59:00Z"));
        check("2027-03-28", "02:30", None);
        check("2027-03-28", "03:00", Some("2027-03-28T01:00:00Z"));
        check("2026-10-25", "02:30", Some("2026-10-25T00:30:00Z"));
        check("2026-10-25", "24:00", Some("2026-10-25T23:00:00Z"));
    }

    #[test]
    fn a_wall_clock_shows_what_the_zone_says_at_every_minute_of_the_year_2027() {
        let rome = rome();
        for day in 0..365 {
            let date = "2027-01-01".parse::<Date>().unwrap().plus_days(day);
            let clock = WallClock::new(date, &rome);
            for time in (0..=24 * 60).filter_map(TimeOfDay::from_minutes) {
                assert_eq!(clock.at(time), date.at(time, &rome), "{date} {time}");
                let at = date.at(TimeOfDay::default(), &rome).unwrap().plus_minutes(i64::from(time.minutes()));
                assert_eq!(clock.time(at), at.on_the_wall(&rome).1, "{at}");
            }
        }
    }

    #[test]
    fn the_day_rolls_at_its_hour() {
        let rolls: TimeOfDay = "03:00".parse().unwrap();
        let date = |at: &str| at.parse::<Instant>().unwrap().service_date(&rome(), rolls).to_string();
        assert_eq!(date("2026-11-23T00:30:00Z"), "2026-11-22");
        assert_eq!(date("2026-11-23T02:00:00Z"), "2026-11-23");
        assert_eq!(date("2026-12-31T23:30:00Z"), "2026-12-31");
    }

    #[test]
    fn times_of_day_parse_strictly() {
        for bad in ["9:00", "25:00", "24:01", "09:60", "0900", "+9:00", ""] {
            assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
        }
        assert_eq!("24:00".parse::<TimeOfDay>().unwrap().minutes(), 1440);
    }
}
