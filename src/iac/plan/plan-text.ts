import { groupBy } from '../../domain/group-by.ts';
import { SourceText } from '../../domain/source.ts';
import type { Extent } from './json-reader.ts';

/**
 * The text of a plan, which holds values that must not be shown: of a line, only the addresses are seen, each where it
 * stands.
 */
export class PlanText extends SourceText {
  readonly #shown: readonly Extent[];
  readonly #lines = new Map<number, string>();
  #byLine: ReadonlyMap<number, readonly Extent[]> | undefined;

  /** `shown`: in the order of the text. */
  constructor(file: string, text: string, shown: readonly Extent[]) {
    super(file, text);
    this.#shown = shown;
  }

  override line(line: number): string {
    let seen = this.#lines.get(line);
    if (seen === undefined) this.#lines.set(line, (seen = this.#mask(line)));
    return seen;
  }

  #mask(line: number): string {
    const start = this.lineStarts[line - 1] ?? 0;
    this.#byLine ??= groupBy(this.#shown, (extent) => this.position(extent.start).line);
    let masked = '';
    for (const extent of this.#byLine.get(line) ?? []) {
      masked = masked.padEnd(extent.start - start) + this.text.slice(extent.start, extent.end);
    }
    return masked;
  }
}
