import { replaceInvisible } from './visible.ts';

/** JSON text in which no invisible character stands as such; it reads back as the same data. */
export function jsonText(data: unknown): string {
  return `${replaceInvisible(JSON.stringify(data, null, 2), (character) => (character === '\n' ? character : escaped(character)))}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
