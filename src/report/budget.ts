/** How long a text may be, where a platform sets the limit. */
export interface Budget {
  readonly size: number;
  readonly unit: 'characters' | 'bytes';
}

/** GitHub refuses a comment over 65,536 UTF-16 code units. */
export const COMMENT_BUDGET = { size: 60_000, unit: 'characters' } as const satisfies Budget;
/** GitHub drops a step's summary over 1 MiB. */
export const SUMMARY_BUDGET = { size: 900 * 1024, unit: 'bytes' } as const satisfies Budget;

export function sizeOf(text: string, unit: Budget['unit']): number {
  return unit === 'characters' ? text.length : new TextEncoder().encode(text).length;
}

/** As many of the texts, from the first on, as fit into `room`. */
export function fitting(texts: Iterable<string>, room: number, unit: Budget['unit']): string[] {
  const kept: string[] = [];
  let left = room;
  for (const text of texts) {
    left -= sizeOf(text, unit);
    if (left < 0) break;
    kept.push(text);
  }
  return kept;
}
