/** Attributes as a scanner is told them: no secret leaves, and what is not known is said to be. */
import type { Span } from '../domain/source.ts';
import { isList, isMap } from '../domain/value.ts';
import type { Value } from '../domain/value.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Attributes as JSON; `secrets` are the places in the source of what was left out. */
export function redacted(value: Value): { readonly json: Json; readonly secrets: readonly Span[] } {
  const secrets: Span[] = [];
  return { json: tell(value, '', secrets), secrets };
}

function tell(value: Value, name: string, secrets: Span[]): Json {
  if (value.state === 'absent') return null;
  if (value.sensitive === true) return hide('it is marked as sensitive', value.span, secrets);
  if (value.state === 'unknown') {
    // Known parts of a text that is not known may be parts of a secret.
    if (secretName(name)) secrets.push(value.span);
    return { unknown: value.reason };
  }
  const { data, span } = value;
  if (isMap(data)) return Object.fromEntries([...data].map(([key, item]) => [key, tell(item, key, secrets)]));
  if (isList(data)) return data.map((item) => tell(item, name, secrets));
  if (typeof data !== 'string') return data;
  if (secretName(name) && data !== '') return hide('its name is that of a secret', span, secrets);
  return looksSecret(data) ? hide('it has the shape of a secret', span, secrets) : data;
}

function hide(reason: string, span: Span, secrets: Span[]): Json {
  secrets.push(span);
  return { redacted: reason };
}

/** Of the last words of a name: `db_password`, `MasterUserPassword`, `apiKey`; not `secret_arn`, `http_tokens`, `kms_key_id`. */
const SECRET_NAME =
  /(?:^|_)(?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:private|api|access|auth|secret|encryption)_key)$/u;

function secretName(name: string): boolean {
  return SECRET_NAME.test(
    name
      .slice(-200)
      .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, '_')
      .replaceAll('-', '_')
      .toLowerCase(),
  );
}

/** Linear: each repetition is bounded or a class that ends at what it cannot contain. */
const SHAPES: readonly RegExp[] = [
  /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])/u,
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/u,
  /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|glpat-[A-Za-z0-9_-]{20}|xox[abeprs]-[A-Za-z0-9-]{10}|npm_[A-Za-z0-9]{36})/u,
  /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10}/u,
  /[a-z]:\/\/[^\s:@/"'<>]{1,64}:[^\s:@/"'<>$]{1,128}@/iu,
  /(?:pass(?:word|wd|phrase)|secret(?:_?access)?_?(?:key)?|token|api_?key)["']?\s{0,4}(?:=>|[=:])\s{0,4}["']?[^\s"'$<>{}[\]]{6}/iu,
];

/** One word of letters and digits in which hardly one comes twice, as keys are. */
const WORD = /^[A-Za-z0-9+/_=-]{24,512}$/u;

function looksSecret(text: string): boolean {
  return (
    SHAPES.some((shape) => shape.test(text)) ||
    (WORD.test(text) && /\d/u.test(text) && /[a-z]/u.test(text) && /[A-Z]/u.test(text) && entropy(text) >= 4)
  );
}

/** Bits for each character (Shannon). */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, count) => sum + (count / text.length) * Math.log2(count / text.length), 0);
}

/** Lines of source with `*` for each character of what is secret, so that lines and columns stay; lines with the shape of a secret too. */
export function redactedSource(text: string, start: number, end: number, secrets: readonly Span[]): string {
  const characters = text.slice(start, end).split('');
  for (const span of secrets) {
    for (let at = Math.max(span.start.offset, start); at < Math.min(span.end.offset, end); at += 1) {
      if (!/\s/u.test(characters[at - start] ?? '')) characters[at - start] = '*';
    }
  }
  return characters
    .join('')
    .split('\n')
    .map((line) => (SHAPES.some((shape) => shape.test(line)) ? line.replaceAll(/\S/gu, '*') : line))
    .join('\n');
}
