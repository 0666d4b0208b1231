/**
 * What may be taken for granted where a value stands: a resource is there only when its condition holds,
 * and a side of `Fn::If` counts only when its condition holds, or does not. Facts lie within each other
 * as places do.
 */
export class Facts {
  readonly outer: Facts | null;
  readonly #named = new Map<string, boolean>();
  readonly #compared = new Map<string, boolean>();
  readonly #texts = new Map<string, string>();
  /** What conditions come to under these facts. */
  readonly settled = new Map<string, boolean | undefined>();
  /** Those within, by what is assumed for them. */
  readonly inner = new Map<string, Facts>();

  constructor(outer: Facts | null) {
    this.outer = outer;
  }

  assumeNamed(name: string, holds: boolean): void {
    this.#named.set(name, holds);
  }

  /** `comparison`: the canonical text of an `Fn::Equals`. */
  assumeCompared(comparison: string, holds: boolean): void {
    this.#compared.set(comparison, holds);
  }

  assumeText(parameter: string, text: string): void {
    this.#texts.set(parameter, text);
  }

  named(name: string): boolean | undefined {
    return this.#named.get(name) ?? this.outer?.named(name);
  }

  compared(comparison: string): boolean | undefined {
    return this.#compared.get(comparison) ?? this.outer?.compared(comparison);
  }

  /** What a parameter must be. */
  text(parameter: string): string | undefined {
    return this.#texts.get(parameter) ?? this.outer?.text(parameter);
  }
}
