import { shellWord } from './encode/shell-word.ts';

/**
 * A shell script of command lines, one a line. Null without commands, and when an argument cannot be
 * written so that a person sees what would run: then there is no script at all, not a part of one.
 */
export function shellScript(commands: readonly (readonly string[])[]): string | null {
  const lines = commandLines(commands);
  return lines === null ? null : `#!/bin/sh\nset -eu\n${lines.join('\n')}\n`;
}

/** The command lines alone, under the same conditions. */
export function commandLines(commands: readonly (readonly string[])[]): string[] | null {
  const lines: string[] = [];
  for (const command of commands) {
    const words: string[] = [];
    for (const argument of command) {
      const word = shellWord(argument);
      if (word === null) return null;
      words.push(word);
    }
    lines.push(words.join(' '));
  }
  return lines.length === 0 ? null : lines;
}
