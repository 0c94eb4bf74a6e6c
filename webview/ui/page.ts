import { loadLater, painted } from './painted.ts';
import type { Host } from './host.ts';

/** An element of the frame that every page has. */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element ${id}.`);
  return found;
}

/**
 * Tells the host what fails in the page, draws it again while it is seen, because ages go on while nothing else changes,
 * and calls `drawWhole` once what is not folded away has been painted.
 */
export function keepPage<State extends object>(host: Host<State>, draw: () => void, drawWhole: () => void): void {
  window.addEventListener('error', (event) => {
    host.post({ type: 'failed', message: event.message });
  });
  setInterval(() => {
    if (!document.hidden) draw();
  }, 5000);
  void painted().then(async () => {
    drawWhole();
    await loadLater();
  });
}
