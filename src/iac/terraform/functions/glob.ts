/** Patterns of paths as `fileset` has them: `*`, `**` for folders, `?`, `[a-z]`, `{a,b}`; dots at the start are no exception. */
import { RE2JS } from 're2js';

const MAX_PATTERN = 1_000;

/** Undefined when it is no pattern. */
export function globMatcher(pattern: string): ((path: string) => boolean) | undefined {
  const source = pattern.length > MAX_PATTERN ? undefined : sourceOf(pattern);
  if (source === undefined) return undefined;
  try {
    const compiled = RE2JS.compile(source);
    return (path) => compiled.matches(path);
  } catch {
    return undefined;
  }
}

/** The folder that the names before the first special character lead to. */
export function fixedFolder(pattern: string): string {
  const parts = pattern.split('/');
  const special = parts.findIndex((part) => /[*?[{\\]/u.test(part));
  return parts.slice(0, special === -1 ? -1 : special).join('/') || '.';
}

function sourceOf(pattern: string): string | undefined {
  let source = '';
  let braces = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const startsName = at === 0 || pattern[at - 1] === '/';
    if (character === '\\') {
      at += 1;
      if (at === pattern.length) return undefined;
      source += quoted(pattern.charAt(at));
    } else if (startsName && pattern.startsWith('**/', at)) {
      source += '(?:.*/)?';
      at += 2;
    } else if (startsName && pattern.slice(at) === '**') {
      source += '.*';
      at += 1;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) return undefined;
      source += classOf(pattern.slice(at + 1, end));
      at = end;
    } else if (character === '{') {
      braces += 1;
      source += '(?:';
    } else if (character === '}' && braces > 0) {
      braces -= 1;
      source += ')';
    } else if (character === ',' && braces > 0) source += '|';
    else source += quoted(character);
  }
  return braces === 0 ? `(?s)${source}` : undefined;
}

function classOf(members: string): string {
  const negated = members.startsWith('!') || members.startsWith('^');
  const rest = (negated ? members.slice(1) : members).replaceAll(/[[\]&~]/gu, String.raw`\$&`);
  return `[${negated ? '^/' : ''}${rest}]`;
}

function quoted(character: string): string {
  return /[\w\s]/u.test(character) || character > '\x7f' ? character : `\\${character}`;
}
