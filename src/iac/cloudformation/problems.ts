import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { SourceText, Span } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { Range } from './ast.ts';

/** How many problems of one kind are told of a template. */
const MOST_OF_A_KIND = 100;

/** Collects what is to be said about one template. */
export class Problems {
  readonly source: SourceText;
  readonly list: Diagnostic[] = [];
  readonly #counts = new Map<string, number>();
  readonly #said = new Set<string>();

  constructor(source: SourceText) {
    this.source = source;
  }

  undecided(code: string, message: string, range: Range): void {
    this.undecidedAt(code, message, this.#span(range));
  }

  undecidedAt(code: string, message: string, span: Span): void {
    this.#add('undecided', code, message, span);
  }

  /** Said once of each place. */
  warningAt(code: string, message: string, span: Span): void {
    this.#once('warning', code, message, span);
  }

  /** Code that is not in the repository; said once of each place. */
  unresolvedAt(code: string, message: string, span: Span): void {
    this.#once('unresolved', code, message, span);
  }

  /** Said once of each place: what a template holds may be evaluated for several callers. */
  undecidedOnce(code: string, message: string, span: Span): void {
    this.#once('undecided', code, message, span);
  }

  /** Said once, wherever: it is about the template as a whole. */
  undecidedFirst(code: string, message: string, span: Span): void {
    if (this.#counts.has(code)) return;
    this.#add('undecided', code, message, span);
  }

  #once(level: Diagnostic['level'], code: string, message: string, span: Span): void {
    const place = `${code}\u0000${span.file}\u0000${span.start.offset}`;
    if (this.#said.has(place)) return;
    this.#said.add(place);
    this.#add(level, code, message, span);
  }

  /** Notes a key; true when the map has it already, which is reported. */
  repeats(seen: Set<string>, key: string, range: Range): boolean {
    if (seen.has(key)) {
      this.undecided('duplicate-key', `the key ${shorten(key)} is written twice in one map; keep one of them`, range);
      return true;
    }
    seen.add(key);
    return false;
  }

  /** True when a map has more keys than are read, which is reported once. */
  crowded(seen: ReadonlySet<string>, range: Range, limits: Limits): boolean {
    if (seen.size === limits.keys + 1)
      this.undecided('limit-keys', `the map has more than ${limits.keys} keys; those from here on are not read`, range);
    return seen.size > limits.keys;
  }

  #add(level: Diagnostic['level'], code: string, message: string, span: Span): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    const { file } = span;
    if (count <= MOST_OF_A_KIND) this.list.push({ level, code, message, file, span });
    else if (count === MOST_OF_A_KIND + 1)
      this.list.push({
        level,
        code,
        message: `there are more than ${MOST_OF_A_KIND} problems of this kind; those from here on are not told`,
        file,
        span,
      });
  }

  #span({ start, end }: Range): Span {
    const { length } = this.source.text;
    const from = Math.min(Math.max(start, 0), length);
    return this.source.span(from, Math.min(Math.max(end, from), length));
  }
}

/** Words of the template in a message: as many as a reader wants to see. */
export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
