/** One line on stderr that tells a person what is going on and for how long. stdout is for results. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Says what begins, and how long it took when it took long enough to be worth a word. */
export async function step<T>(message: string, work: () => Promise<T>): Promise<T> {
  say(message);
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  if (seconds > 2) say(`  done in ${seconds.toFixed(0)} s`);
  return result;
}
