//! The page "Link this device", as all apps have it.

include!("../../../shared/app-kit/link_window.rs");
