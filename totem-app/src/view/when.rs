//! Dates and times as the pages say them: by the word where there is one, else by day of the week and date.

use contract::time::{Date, TimeOfDay, Weekday};

/// A day and a time, ready for words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Today, tomorrow, or neither.
    pub word: DayWord,
    /// 0 is Monday.
    pub weekday: i32,
    /// 1 to 31.
    pub day: i32,
    /// 1 to 12.
    pub month: i32,
    /// "9:05".
    pub clock: String,
    /// 0 to 24.
    pub hour: i32,
}

/// The word for a day, where there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DayWord {
    /// None: say its date.
    #[default]
    Date,
    /// Today.
    Today,
    /// Tomorrow.
    Tomorrow,
}

impl When {
    /// A day and a time, seen from today.
    pub fn new(date: Date, time: TimeOfDay, today: Option<Date>) -> Self {
        let (_, month, day) = date.parts();
        let word = match today.map(|today| date.days_since(today)) {
            Some(0) => DayWord::Today,
            Some(1) => DayWord::Tomorrow,
            _ => DayWord::Date,
        };
        Self {
            word,
            weekday: weekday(date.weekday()),
            day: day.into(),
            month: month.into(),
            clock: clock(time),
            hour: i32::from(time.minutes() / 60),
        }
    }
}

/// A time of day as people write it: no zero before the hour.
pub fn clock(time: TimeOfDay) -> String {
    format!("{}:{:02}", time.minutes() / 60, time.minutes() % 60)
}

/// 0 is Monday.
pub fn weekday(weekday: Weekday) -> i32 {
    match weekday {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

/// "Sala A, Piano terra".
pub fn place(room: &str, directions: &str) -> String {
    if directions.is_empty() { room.to_owned() } else { format!("{room}, {directions}") }
}
