//! A new device is linked in its own window, and goes to work; one whose token is void comes back to the same page.

use super::{
    front::{Authority, Front},
    stand::Stand,
};
use devices::emulator::control;
use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt, path::Path, process::Command};

const READY: &str = "Tocchi per iniziare";
const AGAIN: &str = "Per il personale: ricolleghi questo totem";
const UNKNOWN: &str = "Il server non riconosce più questo dispositivo.";
/// At the head of a display that shows a board.
const AT_WORK: &str = "Comune di Crema";
const TITLE: &str = "Collega questo dispositivo";

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn silent(command: &mut Command) {
    command.env("AVANTI_TOTEM_SOUND", "none").env("AVANTI_TOTEM_READERS", "[]");
}

/// The code as somebody types it: without the hyphen, in small letters.
fn typed(code: &str) -> String {
    code.replace('-', "").to_lowercase()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_totem_is_linked_by_its_reader_and_goes_to_work_by_itself() {
    let stand = Stand::open().await;
    let line = stand.folder.join("reader");
    let port = super::stand::free_port();
    let mut reader = super::stand::ours("avanti-emulator");
    reader.arg("reader").arg("--link").arg(&line).arg("--control").arg(format!("127.0.0.1:{port}"));
    let mut reader = reader.spawn().unwrap();
    let (mut totem, glass) = stand.starts("avanti-totem", |command| {
        silent(command);
        command.env("AVANTI_TOTEM_READERS", format!("[\"serial:{}\"]", line.display()));
    });
    glass.reads(TITLE).await;
    let orders = SocketAddr::from(([127, 0, 0, 1], port));
    // A card is no invitation, and the page says so; that the line is open is known by then.
    while !glass.words().await.iter().any(|word| word == "Questo non è il codice mostrato dal server.") {
        let _ = control::tell(orders, "scan RSSMRA85T10A562S");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let invitation = stand.invites("--totem", "totem-1");
    control::tell(orders, &format!("scan {}", invitation.text)).unwrap();
    glass.reads("Questo è Totem 1.").await;
    glass.reads(READY).await;
    let file = stand.link_of("avanti-totem");
    let kept = fs::read_to_string(&file).unwrap();
    assert!(kept.contains("token = \"avanti-totem-") && kept.contains("sha256/"), "{kept}");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(totem.child.try_wait().unwrap(), None, "it is the same process still");
    reader.kill().unwrap();
    reader.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_totem_is_linked_by_the_keys_on_its_screen_after_the_figures_were_compared() {
    let stand = Stand::open().await;
    let (_totem, glass) = stand.starts("avanti-totem", silent);
    glass.reads(TITLE).await;
    let invitation = stand.invites("--totem", "totem-1");
    for key in invitation.address.chars() {
        glass.presses(&key.to_string()).await;
    }
    glass.presses("Continua").await;
    glass.reads("Il codice non è completo.").await;
    for key in invitation.code.chars().filter(char::is_ascii_alphabetic) {
        glass.presses(&key.to_string()).await;
    }
    glass.presses("Continua").await;
    assert_eq!(glass.reads(&invitation.figures).await, invitation.figures, "the server shows the same");
    glass.presses("Sì, sono uguali").await;
    glass.reads(READY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_is_linked_by_a_keyboard_and_says_what_is_wrong_until_then() {
    let stand = Stand::open().await;
    let (display, glass) = stand.starts("avanti-display", |command| {
        command.env("AVANTI_DISPLAY_SOUND", "none");
    });
    glass.reads(TITLE).await;
    let address = stand.invites("--display", "monitor-a").address;
    let old = stand.invites("--totem", "totem-1").code;
    glass.types(&format!("127.0.0.1:{}\n{}\n", super::stand::free_port(), typed(&old))).await;
    glass.reads("Il server non risponde.").await;
    // Somebody switches it off and on, and begins again.
    drop(display);
    let (_display, glass) = stand.starts("avanti-display", |command| {
        command.env("AVANTI_DISPLAY_SOUND", "none");
    });
    glass.reads(TITLE).await;
    glass.types(&format!("{address}\n{}\n", typed(&old))).await;
    glass.presses("No, sono diverse").await;
    glass.reads("Il dispositivo non è stato collegato.").await;
    glass.types("\n").await;
    glass.presses("Sì, sono uguali").await;
    glass.reads("Il server non accetta questo codice.").await;
    let invitation = stand.invites("--display", "monitor-a");
    glass.types(&format!("{}\n", typed(&invitation.code))).await;
    glass.presses("Sì, sono uguali").await;
    glass.reads(AT_WORK).await;
    assert_eq!(mode(&stand.link_of("avanti-display")), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_learns_its_server_and_asks_who_works_there() {
    let stand = Stand::open().await;
    let (_counter, glass) = stand.starts("avanti-counter", |_| {});
    glass.reads(TITLE).await;
    let invitation = stand.invites("--counter", "sportello-1");
    // A reader that types does so wherever the keyboard is.
    glass.types(&format!("{}\n", invitation.text)).await;
    glass.reads("Nome utente").await;
    glass.reads(&format!("Server {}", invitation.address)).await;
    let kept = fs::read_to_string(stand.link_of("avanti-counter")).unwrap();
    assert!(!kept.contains("token"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_totem_that_is_turned_away_is_linked_again_to_the_same_server_only() {
    let stand = Stand::open().await;
    let (_totem, glass) = stand.starts("avanti-totem", silent);
    glass.reads(TITLE).await;
    glass.types(&format!("{}\n", stand.invites("--totem", "totem-1").text)).await;
    glass.reads(READY).await;
    stand.gives_its_place_away("--totem", "totem-1");
    glass.reads("Fuori servizio").await;
    glass.presses_until(AGAIN, UNKNOWN).await;
    // Another server's invitation, with a key of its own.
    let stranger = Stand::open().await;
    glass.types(&format!("{}\n", stranger.invites("--totem", "totem-1").text)).await;
    glass.reads("Questo è un altro server.").await;
    glass.presses("Non ora").await;
    glass.presses_until(AGAIN, UNKNOWN).await;
    let invitation = stand.invites("--totem", "totem-1");
    glass.types(&format!("{}\n", typed(&invitation.code))).await;
    glass.reads(READY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_that_is_turned_away_shows_no_calls_and_is_linked_again() {
    let stand = Stand::open().await;
    let (_display, glass) = stand.starts("avanti-display", |command| {
        command.env("AVANTI_DISPLAY_SOUND", "none");
    });
    glass.reads(TITLE).await;
    glass.types(&format!("{}\n", stand.invites("--display", "monitor-a").text)).await;
    glass.reads(AT_WORK).await;
    stand.revokes("--display", "monitor-a");
    glass.reads("Questo schermo ora non mostra le chiamate.").await;
    glass.types("\n").await;
    glass.reads(TITLE).await;
    glass.types(&format!("{}\n", typed(&stand.invites("--display", "monitor-a").code))).await;
    glass.reads(AT_WORK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_linked_through_a_proxy() {
    let mut stand = Stand::with("behind_proxy = true", |_| {}).await;
    let said = stand.refuses(&["device", "pair", "--display", "monitor-a"]);
    assert!(said.contains("--address"), "nobody reaches a server that listens to its own computer: {said}");
    let front = Front::before(stand.port, &stand.folder).await;
    stand.front = Some(front.address.clone());
    let invitation = stand.invites("--display", "monitor-a");
    let (pin, figures) = client::meet(&format!("https://{}", front.address)).await.unwrap().unwrap();
    assert_eq!(invitation.figures, figures.join(" "), "the proxy's key is what devices meet");
    assert!(invitation.text.contains(&pin), "{}", invitation.text);
    let (_display, glass) = stand.starts("avanti-display", |command| {
        command.env("AVANTI_DISPLAY_SOUND", "none");
    });
    glass.reads(TITLE).await;
    glass.types(&format!("{}\n", invitation.text)).await;
    glass.reads(AT_WORK).await;
    let kept = fs::read_to_string(stand.link_of("avanti-display")).unwrap();
    assert!(kept.contains(&front.address) && kept.contains(&pin), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_has_the_authority_stays_linked_when_the_server_gets_a_new_key() {
    let authority = Authority::new();
    let settings = "[tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"";
    let mut stand = Stand::with(settings, |folder| authority.certifies_a_new_key(folder)).await;
    let file = stand.folder.join("authority.pem");
    fs::write(&file, &authority.pem).unwrap();
    let dress = |command: &mut Command| {
        command.env("AVANTI_DISPLAY_SOUND", "none").env("AVANTI_DISPLAY_AUTHORITY", &file);
    };
    let (display, glass) = stand.starts("avanti-display", dress);
    glass.reads(TITLE).await;
    let invitation = stand.invites("--display", "monitor-a");
    // Nobody has to compare figures: the authority vouches for the server.
    glass.types(&format!("{}\n{}\n", invitation.address, typed(&invitation.code))).await;
    glass.reads(AT_WORK).await;
    let kept = fs::read_to_string(stand.link_of("avanti-display")).unwrap();
    assert!(!kept.contains("sha256/"), "the next certificate may have another key: {kept}");
    drop(display);
    authority.certifies_a_new_key(&stand.folder);
    stand.switches_server_on().await;
    let figures = stand.invites("--display", "monitor-b").figures;
    assert_ne!(figures, invitation.figures);
    let (_display, glass) = stand.starts("avanti-display", dress);
    glass.reads(AT_WORK).await;
}
