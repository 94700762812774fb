//! Italian public holidays, on which no agenda yields places (R135).
//!
//! Source: law 260/1949 and its amendments (54/1977, DPR 792/1985, 336/2000), and law 151/2025, which brings back
//! 4 October from 2026 on. Easter by the Gregorian computus.

use contract::{office::DayOfYear, time::*};

/// True on Sundays, national holidays and the patron saint's day.
pub fn is_holiday(date: Date, patron: Option<DayOfYear>) -> bool {
    let (year, month, day) = date.parts();
    let fixed = matches!(
        (month, day),
        (1, 1) | (1, 6) | (4, 25) | (5, 1) | (6, 2) | (8, 15) | (11, 1) | (12, 8) | (12, 25) | (12, 26)
    );
    let saint_francis = year >= 2026 && (month, day) == (10, 4);
    let patron = patron.is_some_and(|patron| (patron.month, patron.day) == (month, day));
    let easter_monday = easter(year).is_some_and(|easter| easter.plus_days(1) == date);
    fixed || saint_francis || patron || easter_monday || date.weekday() == Weekday::Sunday
}

/// Easter Sunday of a year, by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let (leap_centuries, century_rest) = (century / 4, century % 4);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - leap_centuries - correction + 15) % 30;
    let to_sunday = (32 + 2 * century_rest + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late_moon = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late_moon + 114;
    Date::new(i16::try_from(year).ok()?, i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_monday_moves() {
        for (year, month, day) in [
            (2020, 4, 13),
            (2024, 4, 1),
            (2025, 4, 21),
            (2026, 4, 6),
            (2027, 3, 29),
            (2028, 4, 17),
            (2035, 3, 26),
            (2038, 4, 26),
            (2049, 4, 19),
            (2076, 4, 20),
        ] {
            let monday = Date::new(year, month, day).unwrap();
            assert_eq!(easter(year).map(|easter| easter.plus_days(1)), Some(monday), "{year}");
        }
    }

    #[test]
    fn the_year_2026_has_these_holidays_on_weekdays() {
        let crema = Some(DayOfYear { month: 6, day: 10 });
        let first = Date::new(2026, 1, 1).unwrap();
        let holidays: Vec<String> = (0..365)
            .map(|days| first.plus_days(days))
            .filter(|date| date.weekday() != Weekday::Sunday && is_holiday(*date, crema))
            .map(|date| date.to_string())
            .collect();
        let expect = "2026-01-01 2026-01-06 2026-04-06 2026-04-25 2026-05-01 2026-06-02 2026-06-10 2026-08-15 \
                      2026-12-08 2026-12-25 2026-12-26";
        assert_eq!(holidays.join(" "), expect);
        assert!(is_holiday(Date::new(2027, 10, 4).unwrap(), None));
        assert!(!is_holiday(Date::new(2024, 10, 4).unwrap(), None));
    }
}
