/**
 * Reads a JSON text in one pass without building what nobody asks for: a plan is mostly parts that are passed over,
 * and what is needed of it is parsed piece by piece.
 */

/** Offsets of a stretch of text; `end` is exclusive. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The text is not JSON. What is passed over is only looked at as far as its strings and brackets go. */
export class JsonError extends Error {}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Stands before a value. Every method but {@link isObject} throws {@link JsonError} where the text is not JSON. */
export class JsonReader {
  readonly text: string;
  #at: number;

  constructor(text: string) {
    this.text = text;
    this.#at = text.startsWith('\uFEFF') ? 1 : 0;
    this.#space();
  }

  get isObject(): boolean {
    return this.text.charCodeAt(this.#at) === OPEN_OBJECT;
  }

  /** Visits each member, whose value the visitor may read; anything else than an object is passed over. */
  object(visit: (key: string) => void): void {
    if (!this.isObject) {
      this.skip();
      return;
    }
    this.#list(CLOSE_OBJECT, () => {
      if (this.text.charCodeAt(this.#at) !== QUOTE) throw new JsonError('a key was expected');
      const key = this.value();
      this.#take(COLON);
      this.#visit(() => visit(String(key)));
    });
  }

  /** Visits each element, which the visitor may read; anything else than an array is passed over. */
  array(visit: () => void): void {
    if (this.text.charCodeAt(this.#at) !== OPEN_ARRAY) {
      this.skip();
      return;
    }
    this.#list(CLOSE_ARRAY, () => this.#visit(visit));
  }

  value(): unknown {
    const { start, end } = this.skip();
    return parseAt(this.text, { start, end });
  }

  /** Passes over a value and tells where it stands. */
  skip(): Extent {
    const start = this.#at;
    let depth = 0;
    do {
      const code = this.text.charCodeAt(this.#at);
      if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
      else if (Number.isNaN(code)) throw new JsonError('the text ends too early');
      if (code === QUOTE) this.#string();
      else if (depth === 0 && code !== CLOSE_OBJECT && code !== CLOSE_ARRAY) this.#word();
      else this.#at += 1;
    } while (depth > 0);
    const end = this.#at;
    if (depth < 0 || end === start) throw new JsonError('a value was expected');
    this.#space();
    return { start, end };
  }

  /** @throws JsonError when anything follows. */
  end(): void {
    if (this.#at < this.text.length) throw new JsonError('something follows the document');
  }

  #list(close: number, item: () => void): void {
    this.#at += 1;
    this.#space();
    if (this.text.charCodeAt(this.#at) !== close) {
      for (;;) {
        item();
        if (this.text.charCodeAt(this.#at) !== COMMA) break;
        this.#take(COMMA);
      }
    }
    this.#take(close);
  }

  #visit(visit: () => void): void {
    const before = this.#at;
    visit();
    if (this.#at === before) this.skip();
  }

  #take(code: number): void {
    if (this.#at >= this.text.length) throw new JsonError('the text ends too early');
    if (this.text.charCodeAt(this.#at) !== code) throw new JsonError(`${String.fromCharCode(code)} was expected`);
    this.#at += 1;
    this.#space();
  }

  #space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #string(): void {
    for (let quote = this.text.indexOf('"', this.#at + 1); quote !== -1; quote = this.text.indexOf('"', quote + 1)) {
      let backslashes = 0;
      while (this.text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
      if (backslashes % 2 === 0) {
        this.#at = quote + 1;
        return;
      }
    }
    throw new JsonError('a text is not closed');
  }

  /** A number, `true`, `false` or `null`. */
  #word(): void {
    const word = /[\w.+-]*/uy;
    word.lastIndex = this.#at;
    this.#at += word.exec(this.text)?.[0].length ?? 0;
  }
}

/** @throws JsonError when what stands there is not JSON. */
export function parseAt(text: string, { start, end }: Extent): unknown {
  try {
    return JSON.parse(text.slice(start, end));
  } catch {
    throw new JsonError('a value is not JSON');
  }
}

/** A member of a JSON object of its own; undefined of anything else. */
export function member(json: unknown, key: string): unknown {
  return isObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}

export function element(json: unknown, index: number): unknown {
  return Array.isArray(json) ? (json as readonly unknown[])[index] : undefined;
}

export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function textOf(json: unknown): string | undefined {
  return typeof json === 'string' ? json : undefined;
}
