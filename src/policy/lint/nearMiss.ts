/** How many characters have to be put in, taken out, changed or swapped with their neighbour; capped at `limit` + 1. */
export function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = row;
    row = next;
  }
  return row[other.length] ?? limit + 1;
}

/** The one that was probably meant: a slip of one or two characters, or other capitals. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const limit = text.length < 5 ? 1 : 2;
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (candidate === text || candidate === '') continue;
    const distance =
      candidate.toLowerCase() === text.toLowerCase() ? 0.5 : editDistance(text, candidate, Math.min(limit, least));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}
