//! A code before a camera: an emulated one with the driver that reads from it, as a totem does. It must not know what the
//! code opens.

use anyhow::{Context, Result, bail};
use contract::identity::{Credential, Scan};
use devices::{
    card_reader::{self, ReaderEvent},
    emulator::camera::{EmulatedCamera, Sight},
};
use std::{sync::mpsc, time::Duration};

/// Longer than a camera takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Holds a code before the lens; gives what the totem takes it for.
pub fn shown(code: &str) -> Result<Credential> {
    let folder = std::env::temp_dir().join(format!("avanti-lens-{}", server::clock::new_id()));
    let camera = EmulatedCamera::start(folder).context("no folder for the camera's pictures")?;
    let (told, events) = mpsc::channel();
    let reader = card_reader::open(&camera.url(), move |event| {
        // Once the code is read nobody listens any more.
        let _ = told.send(event);
    })?;
    camera.sees(&Sight::Code(code.to_owned())).context("the code cannot be shown")?;
    let read = loop {
        match events.recv_timeout(PATIENCE).context("the camera saw nothing")? {
            ReaderEvent::Read(text) => break text,
            ReaderEvent::Connected => {}
            other => bail!("the camera reported {other:?}"),
        }
    };
    drop(reader);
    camera.unplug().context("the camera's pictures cannot be removed")?;
    match Scan::of(&read) {
        Scan::Credential(credential) => Ok(credential),
        other => bail!("a totem takes that for {other:?}"),
    }
}
