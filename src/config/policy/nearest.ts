/** Words that are near to one that is not known, for messages. */

const SHOWN = 3;

/** `; did you mean "fail-on"?`, or nothing where no word is near. */
export function didYouMean(word: string, words: Iterable<string>): string {
  const most = Math.max(2, Math.floor(word.length / 4));
  const near = [...words]
    .map((each) => ({ each, distance: distance(word, each, most) }))
    .filter((found) => found.distance <= most)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, SHOWN);
  return near.length === 0 ? '' : `; did you mean ${near.map(({ each }) => JSON.stringify(each)).join(' or ')}?`;
}

/** Letters to put in, leave out or exchange (Levenshtein); more than `most` where that is clear from the lengths. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most || a.length > 128) return most + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const [left = 0, above = 0, diagonal = 0] = [row[j - 1], previous[j], previous[j - 1]];
      row.push(Math.min(left + 1, above + 1, diagonal + Number(a[i - 1] !== b[j - 1])));
    }
    previous = row;
  }
  return previous[b.length] ?? most + 1;
}
