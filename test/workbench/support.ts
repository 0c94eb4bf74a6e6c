import * as vscode from 'vscode';

export const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(command, ...args);

export type Until = <T>(what: string, ask: () => T | undefined | Promise<T | undefined>) => Promise<T>;

/** Asks again and again until there is an answer, or until this long has passed. */
export function untilWithin(milliseconds: number): Until {
  return async (what, ask) => {
    const end = Date.now() + milliseconds;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
}

/** Chooses the first cluster that is offered to measure policies against. */
export async function chooseFirstCluster(until: Until): Promise<void> {
  let chosen = false;
  const choosing = run('networkInspector.choosePolicyCluster').then(() => {
    chosen = true;
  });
  // Nothing says when the list is open; before that there is nothing to accept.
  await until('the cluster to be chosen', async () => {
    await run('workbench.action.acceptSelectedQuickOpenItem');
    return chosen || undefined;
  });
  await choosing;
}
