/** Comments and what they stand beside, the same for every format. */
import type { SourceText } from '../../domain/source.ts';
import type { Directive } from './directive.ts';
import { directivesIn } from './directive.ts';

/** A part of a file that can be declared, or a part of such a part. Offsets as everywhere; `end` is exclusive. */
export interface Construct {
  readonly parent: Construct | null;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Mark {
  readonly directive: Directive;
  /** Of the comment. */
  readonly start: number;
  readonly end: number;
  /** Null: it stands beside nothing that is declared. */
  readonly beside: Construct | null;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Which construct a comment means by the line where the comment, or those below it, leave off. */
export class Lines {
  readonly #source: SourceText;
  readonly #above = new Map<number, Construct>();
  readonly #trailing = new Map<number, Construct>();

  constructor(source: SourceText) {
    this.#source = source;
  }

  lineOf(offset: number): number {
    return this.#source.position(offset).line;
  }

  /** The first for its line is the outermost: a comment above means that one. Call outer ones first. */
  startsAt(construct: Construct): void {
    const line = this.lineOf(construct.start);
    if (!this.#above.has(line)) this.#above.set(line, construct);
  }

  /** What a comment at the end of a line means: the first for its line. */
  takesTrailing(construct: Construct, line = this.lineOf(construct.start)): void {
    if (!this.#trailing.has(line)) this.#trailing.set(line, construct);
  }

  /** `comments` in the order of the text. */
  marks(comments: readonly Range[]): Mark[] {
    const { text } = this.#source;
    const alone = new Map<number, Construct | null>();
    const marks: Mark[] = [];
    for (const { start, end } of comments.toReversed()) {
      const first = this.#source.position(start);
      const last = this.lineOf(Math.max(start, end - 1));
      const isAlone = text.slice(start - first.column + 1, start).trim() === '';
      const below = alone.get(last + 1);
      const beside = isAlone
        ? (this.#behind(last, end) ?? (below === undefined ? this.#above.get(last + 1) : below) ?? null)
        : (this.#trailing.get(first.line) ?? null);
      if (isAlone) alone.set(first.line, beside);
      for (const directive of directivesIn(text.slice(start, end)).toReversed()) marks.push({ directive, start, end, beside });
    }
    return marks.toReversed();
  }

  /** What starts behind a comment in the same line, as only one with an end can have. */
  #behind(line: number, end: number): Construct | undefined {
    const construct = this.#above.get(line);
    return construct !== undefined && construct.start >= end ? construct : undefined;
  }
}
