import type { SourceText } from '../../domain/source.ts';
import type { FileReader } from '../root.ts';
import type { Expression } from './syntax/ast.ts';
import type { Datum } from './values/datum.ts';
import type { Limits } from './limits.ts';

/** The files a module may read. Paths in the language are relative to the root module's folder. */
export interface FileAccess {
  /** The root module's folder, relative to the audited root. */
  readonly folder: string;
  readonly reader: FileReader;
}

/** What names mean where an expression stands. */
export interface Scope {
  /** The file that the expression stands in. */
  readonly source: SourceText;
  readonly names: Names;
  /** Names that hold here only: `each`, `count`, `self`, iterators. */
  readonly frame: Frame | undefined;
}

export interface Frame {
  readonly name: string;
  readonly value: Datum;
  readonly outer: Frame | undefined;
}

/** Names of a module. */
export interface Names {
  readonly limits: Limits;
  readonly files: FileAccess;
  /** The value of an expression; it has a place. Never throws. */
  evaluate(expression: Expression, scope: Scope): Datum;
  /** What `first.second` (and `.third`) is, and how many of those steps it took. */
  resolve(first: string, second: string | undefined, third: string | undefined): { readonly datum: Datum; readonly taken: number };
}

export function bind(scope: Scope, name: string, value: Datum): Scope {
  return { ...scope, frame: { name, value, outer: scope.frame } };
}
