/** Goes on after errors in a file that is broken, guided by its layout. */
import type { Range, SyntaxError } from './ast.ts';
import { Layout } from './layout.ts';
import type { Lexer } from './lexer.ts';
import { attempt } from './lexer.ts';

/** A file with more errors than this is not read to its end. */
const MAX_ERRORS = 1000;

/** Characters read again after errors, for each character of the file; beyond it nothing is read twice. */
const REREADING = 4;

/** Where a block starts, and its opening brace. */
export interface Header {
  readonly start: number;
  readonly open: Range;
}

/** What a reader needs to go on after an error. */
export class Recovery {
  readonly #lexer: Lexer;
  readonly #layout: Layout;
  readonly #errors: SyntaxError[] = [];
  #stopped = false;
  #rereading: number;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
    this.#layout = new Layout(lexer.text);
    this.#rereading = lexer.text.length * REREADING;
  }

  add(error: SyntaxError): void {
    if (this.#stopped) return;
    this.#errors.push(error);
    if (this.#errors.length < MAX_ERRORS) return;
    const { start, end, text } = this.#lexer;
    this.#errors.push({
      start,
      end,
      summary: 'Too many errors',
      detail: `The file has ${MAX_ERRORS} errors up to here; the rest of it was not read.`,
    });
    this.#stopped = true;
    this.#lexer.jump(text.length);
  }

  /** The errors, with the one that strict reading found first. */
  errorsAfter(first: SyntaxError): SyntaxError[] {
    return [first, ...this.#errors.filter(({ start, summary }) => start !== first.start || summary !== first.summary)];
  }

  /** Reads one item of the body of `header`; when it is broken, moves behind it and answers null. */
  guard<T>(header: Header | null, read: () => T): T | null {
    const lexer = this.#lexer;
    const { start, depth } = lexer;
    const { result, failure } = attempt(lexer, read);
    if (failure === null) return result;
    this.add(failure);
    const reached = Math.max(lexer.end, failure.end);
    lexer.depth = depth;
    lexer.newlines = true;
    if (!this.#stopped) lexer.jump(this.#behind(start, reached, header));
    return null;
  }

  /** Whether the closing brace at hand is one too many, the body of `header` going on behind it. */
  isStray({ start, open }: Header): boolean {
    const layout = this.#layout;
    const at = this.#lexer.start;
    const own = layout.indentation(start);
    if (!layout.indented || layout.isOneLine(open.start, at)) return false;
    if (layout.isFirstOnLine(at) && layout.indentation(at) <= own) return false;
    const next = layout.nextLine(at);
    return next.indentation > own || (next.indentation === own && next.first === '}');
  }

  /** Whether what comes next lies outside the body of `header`, so that its closing brace is missing. */
  isOutside({ start }: Header): boolean {
    const layout = this.#layout;
    const at = this.#lexer.start;
    if (!layout.indented || !layout.isFirstOnLine(at)) return false;
    const own = layout.indentation(start);
    const indentation = layout.indentation(at);
    return this.#lexer.kind === '}' ? indentation < own : indentation <= own && layout.looksLikeItem(at);
  }

  #behind(start: number, reached: number, header: Header | null): number {
    const layout = this.#layout;
    const usual = header === null ? 0 : layout.nextLine(header.open.start).indentation;
    const end = layout.endOf(start, Math.max(layout.indentation(start), usual));
    this.#rereading -= reached - start;
    return this.#rereading > 0 ? end : Math.max(end, layout.lineAfter(reached));
  }
}
