/**
 * Keeps a working screen from going dark.
 *
 * Owns    the wake lock, taken again each time the page comes back into view.
 * Never   insists: a browser without it, or a page without HTTPS, simply sleeps as it is set to.
 * Used by the page's start.
 */

/** Hold a wake lock while the page is in view. */
export function keepAwake() {
  if (!("wakeLock" in navigator)) return;
  const take = () => {
    if (document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", take);
  take();
}
