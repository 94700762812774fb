//! What tests of the counter's flow say again and again: what the server answers, what the feed brings, what is asked for.

use super::office::*;
use contract::{board::*, refusal::Refusal};
use counter_app::flow::*;

pub fn working(state: &State) -> &Working {
    match &state.page {
        Page::Working(page) => page,
        other => panic!("not at work: {other:?}"),
    }
}

pub fn refused<T>(refusal: Refusal) -> Result<T, Trouble> {
    Err(Trouble::Refused(refusal))
}

pub fn with(current: Current) -> CounterBoard {
    CounterBoard { current: Some(current), ..busy_board() }
}

pub fn later(board: CounterBoard, seq: u64) -> CounterBoard {
    CounterBoard { seq, ..board }
}

pub fn feed(board: CounterBoard) -> Input {
    Input::Feed(board.counter.clone(), Feed::Board(Box::new(board)))
}

pub fn lost(why: Trouble) -> Input {
    Input::Feed(id("sportello-3"), Feed::Lost { why, quiet_millis: 0 })
}

pub fn act(action: Action, number: u16) -> Vec<Effect> {
    vec![Effect::Act { counter: id("sportello-3"), action, key: key(number) }]
}
