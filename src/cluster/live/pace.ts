/** How long, in milliseconds, work on answers may hold the event loop before everything else gets its turn. */
const sliceMs = 6;

let turnBegan = performance.now();
let turn: Promise<void> | undefined;

const nextTurn = (): Promise<void> =>
  (turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      turnBegan = performance.now();
      resolve();
    });
  }));

/** The slice is one for all who work on answers: many clusters at once do not add up to a long stall. */
export const mustBreathe = (): boolean => performance.now() - turnBegan >= sliceMs;

/** Gives way until this turn of the event loop has room for more work. */
export async function breathe(): Promise<void> {
  while (mustBreathe()) await nextTurn();
}
