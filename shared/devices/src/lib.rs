//! Devices: the things at the edge of a totem or a display, as drivers that know nothing of offices.
//!
//! A card reader gives texts, a printer prints a [`printer::Sheet`], an announcer says what it is given. What a text
//! means, what a slip says and when something is announced is the business of the app. Each driver is a small trait
//! with one real and one emulated implementation, chosen by a URL; each runs in a thread of its own, reports by events,
//! and comes back by itself when the device does.
//!
//! | device | real | emulated |
//! |---|---|---|
//! | card reader | `serial:/dev/ttyACM0?baud=9600`, `keyboard` | `emulated`, or `serial:` at the pty of `avanti-emulator reader` |
//! | camera as reader | `v4l:0` (feature `camera`) | `dir:FOLDER`, where `avanti-emulator camera` leaves pictures |
//! | printer | `usb:04b8:0e28`, `tcp://printer:9100`, `serial:/dev/ttyUSB0?baud=115200`, `file:out.bin` | `emulated:DIR`, or `tcp://` or `serial:` to `avanti-emulator printer` |
//! | sound | `default` | `wav:DIR`, `none` |
//! | speech engine | a command such as `espeak-ng … -w {out} -- {text}` | any other program, or any [`speech::Engine`] |
//!
//! Never imported here: `contract`, `client`, anything of Slint, anything async. The emulators in [`emulator`] are a
//! product: the same interfaces, the same faults, also as the program `avanti-emulator`.

pub mod card_reader;
mod clock;
pub mod emulator;
mod picture;
pub mod printer;
pub mod qr;
pub mod speech;
mod url;

pub use url::BadUrl;
