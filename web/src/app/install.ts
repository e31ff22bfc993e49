/** Lets the phone keep its own page as an app: without a connection it opens, too, and says so. */
export function keepAsApp(): void {
  // Browsers have service workers on pages with https alone, and some people turn them off.
  void navigator.serviceWorker?.register('/sw.js', { scope: '/home' }).catch(() => undefined);
}

/** Whether the page was opened as the app, which opens on the scanner. */
export function opensScanner(): boolean {
  return new URLSearchParams(location.search).get('scan') === '1';
}
