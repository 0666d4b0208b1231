import type { Limits } from '../limits.ts';
import type { UnknownDatum } from '../values/datum.ts';

const SEGMENTS = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Segmenting takes time that grows with the square of the length, so it is done in stretches. */
const STRETCH = 128;

/** User-perceived characters, as `length`, `substr` and widths count them. Each costs a step, but for ASCII. */
export function graphemes(text: string, limits: Limits): string[] | UnknownDatum {
  // No two printable ASCII characters join into one.
  if (/^[\x20-\x7e]*$/u.test(text)) return [...text];
  const over = limits.spend(text.length);
  if (over !== undefined) return over;
  const found: string[] = [];
  let stretch = STRETCH;
  for (let at = 0; at < text.length;) {
    const segments = Array.from(SEGMENTS.segment(text.slice(at, at + stretch)), ({ segment }) => segment);
    // The last one may go on behind the stretch.
    const open = at + stretch < text.length ? segments.pop() : undefined;
    if (open !== undefined && segments.length === 0) stretch *= 2;
    else {
      for (const segment of segments) {
        found.push(segment);
        at += segment.length;
      }
      stretch = STRETCH;
    }
  }
  return found;
}
