//! The main job, played (comes with the apps).
pub async fn once(_: &std::path::Path) -> anyhow::Result<()> {
    Ok(())
}
