/** Regular expressions with the syntax and the semantics of RE2, which take time in proportion to the text. */
import { RE2JS } from 're2js';
import type { Datum } from '../values/datum.ts';
import { failure, mapping, MAX_ELEMENTS, MAX_TEXT, NULL, overLimit, sequence, string } from '../values/datum.ts';
import type { Scope } from '../scope.ts';

const MAX_PATTERN = 4_096;
/** Instructions of a compiled pattern. */
const MAX_PROGRAM = 20_000;
/** Instructions times characters that one step of evaluation stands for. */
const WORK_A_STEP = 64;
/** Characters that all searches in one text may look at together: each may look at all of the rest. */
const MAX_SEARCHED = 4_000_000;
const SEARCHED_A_STEP = 8;

function compile(pattern: string, text: string, scope: Scope): RE2JS | Datum {
  if (pattern.length > MAX_PATTERN) return overLimit(`a pattern of more than ${MAX_PATTERN} characters is over the limit`);
  const size = programSize(pattern);
  if (size > MAX_PROGRAM) return overLimit(`a pattern of ${size} instructions is over the limit of ${MAX_PROGRAM}`);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch {
    return failure('the pattern is no regular expression');
  }
  return scope.names.limits.spend(Math.ceil((compiled.programSize() * (text.length + 8)) / WORK_A_STEP)) ?? compiled;
}

/** About as many instructions as compiling the pattern would make, repeats written out. */
function programSize(pattern: string): number {
  const groups: number[] = [];
  let total = 0;
  let atom = 0;
  for (const [piece] of pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[^]/gu)) {
    if (/^\{\d/u.test(piece)) {
      const most = Math.max(...(piece.match(/\d+/gu) ?? []).map(Number));
      total += atom * Math.max(0, most - 1);
      atom *= Math.max(1, most);
    } else if (piece === '(') {
      groups.push(total);
      total = 0;
      atom = 0;
    } else if (piece === ')') {
      atom = total + 2;
      total = (groups.pop() ?? 0) + atom;
    } else {
      atom = 1;
      total += 1;
    }
  }
  return groups.reduce((sum, each) => sum + each, total);
}

type Matcher = ReturnType<RE2JS['matcher']>;

/** Goes over the matches as Go does: an empty one right behind another match is none. The failure to go on, if any. */
function eachMatch(compiled: RE2JS, text: string, scope: Scope, use: (matcher: Matcher) => Datum | undefined): Datum | undefined {
  const matcher = compiled.matcher(text);
  let searched = 0;
  let end = -1;
  while (matcher.find()) {
    const rest = text.length - Math.max(0, end);
    searched += rest;
    if (searched > MAX_SEARCHED) return overLimit('a pattern that is looked for this often in a text is over the limit');
    const over = scope.names.limits.spend(Math.ceil(rest / SEARCHED_A_STEP));
    if (over !== undefined) return over;
    if (matcher.end() === matcher.start() && matcher.start() === end) continue;
    end = matcher.end();
    const stopped = use(matcher);
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}

export function matchFirst(pattern: string, text: string, scope: Scope): Datum {
  const compiled = compile(pattern, text, scope);
  if (!(compiled instanceof RE2JS)) return compiled;
  const mixed = mixesGroups(compiled);
  if (mixed !== undefined) return mixed;
  const matcher = compiled.matcher(text);
  return matcher.find() ? matched(compiled, matcher) : failure('the pattern does not match');
}

export function matchAll(pattern: string, text: string, scope: Scope): Datum {
  const compiled = compile(pattern, text, scope);
  if (!(compiled instanceof RE2JS)) return compiled;
  const found: Datum[] = [];
  const stopped =
    mixesGroups(compiled) ??
    eachMatch(compiled, text, scope, (matcher) => {
      found.push(matched(compiled, matcher));
      return found.length > MAX_ELEMENTS ? overLimit(`more than ${MAX_ELEMENTS} matches are over the limit`) : undefined;
    });
  return stopped ?? sequence('list', found);
}

function mixesGroups(compiled: RE2JS): Datum | undefined {
  const named = Object.keys(compiled.namedGroups()).length;
  return named > 0 && named < compiled.groupCount() ? failure('named and unnamed groups cannot be mixed') : undefined;
}

/** The whole match, or its groups: by name when they are named, else in order. */
function matched(compiled: RE2JS, matcher: Matcher): Datum {
  const groups = matcher.groupCount();
  if (groups === 0) return string(matcher.group() ?? '');
  const group = (index: number): Datum => {
    const text = matcher.group(index);
    return text === null ? NULL : string(text);
  };
  const named = Object.entries(compiled.namedGroups());
  return named.length === 0
    ? sequence(
        'tuple',
        Array.from({ length: groups }, (_, index) => group(index + 1)),
      )
    : mapping('object', new Map(named.map(([name, index]) => [name, group(index)])));
}

export function replaceMatches(text: string, pattern: string, by: string, scope: Scope): Datum {
  const compiled = compile(pattern, text, scope);
  if (!(compiled instanceof RE2JS)) return compiled;
  const expansion = parseExpansion(by, new Map(Object.entries(compiled.namedGroups())));
  let result = '';
  let at = 0;
  const stopped = eachMatch(compiled, text, scope, (matcher) => {
    result += text.slice(at, matcher.start());
    for (const part of expansion) {
      result += typeof part === 'string' ? part : part > matcher.groupCount() ? '' : (matcher.group(part) ?? '');
      if (result.length > MAX_TEXT) return overLimit('the text is over the limit');
    }
    at = matcher.end();
    return undefined;
  });
  return stopped ?? string(result + text.slice(at));
}

/** `$1`, `${1}`, `$name` and `$$` as Go has them: texts, and the numbers of groups. */
function parseExpansion(by: string, named: ReadonlyMap<string, number>): readonly (string | number)[] {
  const parts: (string | number)[] = [];
  let at = 0;
  for (const match of by.matchAll(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu)) {
    const name = match[1] ?? match[2];
    parts.push(by.slice(at, match.index));
    if (name === undefined) parts.push('$');
    else parts.push(/^\d+$/u.test(name) ? Number(name) : (named.get(name) ?? ''));
    at = match.index + match[0].length;
  }
  return [...parts, by.slice(at)];
}
