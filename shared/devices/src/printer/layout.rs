//! Breaks a text into lines of so many columns, at words where it can. Pure.

/// The lines of a text that is `columns` wide at most. Runs of spaces are one; a word that is too long is broken.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        let blank = usize::from(taken > 0);
        if taken + blank + rest.len() > columns && taken > 0 {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        while rest.len() > columns {
            lines.push(rest.drain(..columns).collect());
        }
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        taken += rest.len();
        line.extend(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn breaks_at_words() {
        assert_eq!(wrap("Carta d’identità elettronica: rilascio", 24), ["Carta d’identità", "elettronica: rilascio"]);
        assert_eq!(wrap("  due   parole ", 24), ["due parole"]);
        assert_eq!(wrap("dodici lettr", 12), ["dodici lettr"]);
        assert!(wrap(" ", 24).is_empty());
    }

    #[test]
    fn breaks_a_word_that_is_too_long() {
        assert_eq!(wrap("il precipitevolissimevolmente qui", 10), ["il", "precipitev", "olissimevo", "lmente qui"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[a-zà ]{0,300}", columns in 1usize..50) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| (1..=columns).contains(&line.chars().count())));
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
