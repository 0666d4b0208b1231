import type { Span } from './source.ts';

/** Something to say about the input that is not a finding. */
export interface Diagnostic {
  /**
   * `undecided`: something could not be judged at all, which blocks whatever the threshold. `unresolved`: code that is not
   * in the repository, such as a registry module, which counts as a requirement that could not be decided. `warning`: worth knowing.
   */
  readonly level: 'undecided' | 'unresolved' | 'warning';
  /** Stable name: `syntax`, `limit-size`, `unreadable`, `path-escape`, `duplicate-key`, `unresolved-module` ... */
  readonly code: string;
  /** What is wrong, what was expected, what to do. */
  readonly message: string;
  readonly file?: string;
  readonly span?: Span;
}

/** What became of a file that looks like infrastructure code: each is in exactly one list. */
export interface Coverage {
  readonly scanned: readonly FileNote[];
  readonly failed: readonly FileNote[];
  readonly ignored: readonly FileNote[];
}

export interface FileNote {
  readonly path: string;
  readonly reason: string;
}
