//! Cuts a stream of bytes into ESC/POS commands. Pure; it knows where commands end, not what they do to paper.

use crate::printer::FORGET;

const DLE: u8 = 0x10;
const EOT: u8 = 0x04;
const ESC: u8 = 0x1B;
const GS: u8 = 0x1D;
/// What no command that we write comes near; a longer one is garbage and is given up.
const LONGEST: usize = 64 * 1024;

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Character(u8),
    LineFeed,
    Initialise,
    CodePage(u8),
    Justify(u8),
    Bold(bool),
    /// Width and height, 1 to 8.
    Size(u8, u8),
    /// `None`: back to usual.
    LineSpacing(Option<u8>),
    FeedLines(u8),
    FeedDots(u8),
    /// Bytes across, and the rows.
    Raster(usize, Vec<u8>),
    QrModule(u8),
    QrLevel(u8),
    QrText(Vec<u8>),
    QrPrint,
    Cut,
    AskInTurn(u8),
    AskNow(u8),
    Forget,
    /// Understood, and without effect on this paper.
    Nothing,
    /// Not understood.
    Foreign,
}

/// A command and the bytes that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub bytes: Vec<u8>,
    pub command: Command,
}

/// The bytes of a command that is not whole yet.
#[derive(Debug, Default)]
pub(super) struct Tokens(Vec<u8>);

impl Tokens {
    /// Takes a byte; gives the command that it completes.
    pub fn push(&mut self, byte: u8) -> Option<Token> {
        self.0.push(byte);
        if let Some(token) = self.real_time() {
            return Some(token);
        }
        let length = length(&self.0)?;
        if length > LONGEST {
            return Some(Token { bytes: std::mem::take(&mut self.0), command: Command::Foreign });
        }
        if self.0.len() < length {
            return None;
        }
        let bytes = std::mem::take(&mut self.0);
        let command = command(&bytes);
        Some(Token { bytes, command })
    }

    /// A real-time command is heard wherever it stands, even within the data of another one.
    fn real_time(&mut self) -> Option<Token> {
        let at = match self.0.as_slice() {
            [.., DLE, EOT, 1..=4] => self.0.len() - 3,
            all if all.ends_with(&FORGET) => all.len() - FORGET.len(),
            _ => return None,
        };
        let bytes = self.0.split_off(at);
        Some(Token { command: command(&bytes), bytes })
    }

    /// Forgets what is not whole.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// The commands in a stream, in their order and without the text between them: what a printer was told to do.
pub fn commands(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut tokens = Tokens::default();
    let whole = bytes.iter().filter_map(|byte| tokens.push(*byte));
    let told = whole.filter(|token| !matches!(token.command, Command::Character(_) | Command::LineFeed));
    let mut told: Vec<_> = told.map(|token| token.bytes).collect();
    told.extend(Some(tokens.0).filter(|rest| !rest.is_empty()));
    told
}

/// How long the command is that begins so; `None` while that cannot be known.
fn length(bytes: &[u8]) -> Option<usize> {
    let two = |low: u8, high: u8| usize::from(low) + 256 * usize::from(high);
    match bytes {
        [DLE] | [ESC] | [GS] | [GS, b'V'] | [DLE, 0x14] => None,
        [ESC, b'@' | b'2', ..] => Some(2),
        [ESC, b't' | b'a' | b'E' | b'd' | b'J' | b'3' | b'!' | b'M' | b'-' | b'G' | b'R' | b'V' | b'{', ..] => Some(3),
        [GS, b'!' | b'b' | b'B' | b'r', ..] => Some(3),
        [GS, b'P', ..] => Some(4),
        [GS, b'V', kind, ..] => Some(if *kind >= 65 { 4 } else { 3 }),
        [GS, b'(', _, low, high, ..] => Some(5 + two(*low, *high)),
        [GS, b'(', ..] => None,
        [GS, b'v', b'0', _, x_low, x_high, y_low, y_high, ..] => Some(8 + two(*x_low, *x_high) * two(*y_low, *y_high)),
        [GS, b'v', ..] if bytes.len() < 8 => None,
        [DLE, EOT, ..] => Some(3),
        [DLE, 0x14, 8, ..] => Some(10),
        [DLE | ESC | GS, ..] => Some(2),
        _ => Some(1),
    }
}

fn command(bytes: &[u8]) -> Command {
    match *bytes {
        [b'\n'] => Command::LineFeed,
        [byte] if byte >= b' ' => Command::Character(byte),
        [_] => Command::Nothing,
        [ESC, b'@'] => Command::Initialise,
        [ESC, b't', page] => Command::CodePage(page),
        [ESC, b'a', side] => Command::Justify(side % 48),
        [ESC, b'E', on] => Command::Bold(on & 1 == 1),
        [GS, b'!', size] => Command::Size((size >> 4 & 7) + 1, (size & 7) + 1),
        [ESC, b'2'] => Command::LineSpacing(None),
        [ESC, b'3', dots] => Command::LineSpacing(Some(dots)),
        [ESC, b'd', lines] => Command::FeedLines(lines),
        [ESC, b'J', dots] => Command::FeedDots(dots),
        [GS, b'v', b'0', _, low, high, _, _, ref rows @ ..] => {
            Command::Raster(usize::from(low) + 256 * usize::from(high), rows.to_vec())
        }
        [GS, b'(', b'k', _, _, b'1', b'C', dots] => Command::QrModule(dots),
        [GS, b'(', b'k', _, _, b'1', b'E', level] => Command::QrLevel(level),
        [GS, b'(', b'k', _, _, b'1', b'P', _, ref text @ ..] => Command::QrText(text.to_vec()),
        [GS, b'(', b'k', _, _, b'1', b'Q', _] => Command::QrPrint,
        [GS, b'(', b'k', _, _, b'1', b'A', ..] | [GS, b'b' | b'P', ..] => Command::Nothing,
        [GS, b'V', ..] => Command::Cut,
        [GS, b'r', what] => Command::AskInTurn(what % 48),
        [DLE, EOT, what] => Command::AskNow(what),
        [DLE, 0x14, 8, ..] => Command::Forget,
        _ => Command::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Command> {
        let mut tokens = Tokens::default();
        bytes.iter().filter_map(|byte| tokens.push(*byte)).map(|token| token.command).collect()
    }

    #[test]
    fn commands_end_where_they_end() {
        assert_eq!(
            read(b"\x1B@\x1Bt\x10\x1Da\x1D!\x22A\n\x1DV\x41\x00"),
            [
                Command::Initialise,
                Command::CodePage(16),
                Command::Foreign,
                Command::Size(3, 3),
                Command::Character(b'A'),
                Command::LineFeed,
                Command::Cut
            ]
        );
        assert_eq!(
            read(b"\x1Dv0\x00\x01\x00\x02\x00\xAA\x55B"),
            [Command::Raster(1, vec![0xAA, 0x55]), Command::Character(b'B')]
        );
        assert_eq!(read(b"\x1D(k\x05\x00\x31\x50\x30AV"), [Command::QrText(b"AV".to_vec())]);
        assert_eq!(
            read(b"\x10\x04\x01\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"),
            [Command::AskNow(1), Command::Forget]
        );
    }

    #[test]
    fn a_question_is_heard_in_the_middle_of_a_picture() {
        assert_eq!(
            read(b"\x1Dv0\x00\x01\x00\x04\x00\xAA\x10\x04\x01\x55\xAA\x55"),
            [Command::AskNow(1), Command::Raster(1, vec![0xAA, 0x55, 0xAA, 0x55])]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_the_last(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
            let mut tokens = Tokens::default();
            let whole: usize = bytes.iter().filter_map(|byte| tokens.push(*byte)).map(|token| token.bytes.len()).sum();
            prop_assert_eq!(whole + tokens.0.len(), bytes.len());
        }
    }
}
