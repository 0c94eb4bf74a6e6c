/** Where a page's script stands says where the rest of its code is. */
const { laterScript, laterStyle } = (document.currentScript as HTMLScriptElement | null)?.dataset ?? {};

/** Resolves when what was drawn is on the screen: VS Code shows a page no sooner than it has loaded. */
export const painted = async (): Promise<void> => {
  if (document.readyState !== 'complete')
    await new Promise((resolve) => {
      window.addEventListener('load', resolve, { once: true });
    });
  await new Promise((resolve) => requestAnimationFrame(resolve));
  const { port1, port2 } = new MessageChannel();
  const after = new Promise((resolve) => {
    port1.onmessage = resolve;
  });
  port2.postMessage(undefined);
  await after;
};

/** Loads the icons and the toolkit's elements; those in the page become what they are. */
export async function loadLater(): Promise<void> {
  if (laterScript === undefined || laterStyle === undefined) return;
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = laterStyle;
  document.head.append(style);
  await import(laterScript);
}
