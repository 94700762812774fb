//! app-kit
