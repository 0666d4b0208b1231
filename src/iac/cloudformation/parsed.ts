import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Node } from './ast.ts';

/** What parsing a text gives. */
export interface Parsed {
  /** Null when nothing can be told of the text. */
  readonly tree: Node | null;
  /** Of further documents in the same text, which a template may not have. */
  readonly others: readonly Node[];
  /** Whether a part of it may stand for another. */
  readonly anchored: boolean;
  readonly diagnostics: readonly Diagnostic[];
}
