/** What reading a repository gives; the iac folder implements it, everything after it only sees this. */
import type { Editor } from './change.ts';
import type { Coverage, Diagnostic } from './diagnostic.ts';
import type { Resource } from './resource.ts';
import type { Edit, SourceText, Span } from './source.ts';

export interface Workspace {
  readonly resources: readonly Resource[];
  readonly coverage: Coverage;
  readonly diagnostics: readonly Diagnostic[];
  /** Text of a file that was read, by its path relative to the audited root. */
  source(file: string): SourceText | undefined;
  /** Resources declared at exactly this place: several when a module is called several times. */
  sharing(declaration: Span): readonly Resource[];
  readonly edits: Editor;
  /**
   * Applies edits to a copy and reads it again. Costs what the touched files and the resources asked
   * for cost, not what the workspace costs.
   */
  reread(edits: readonly Edit[]): Copy;
}

export interface Copy {
  /** What reading the touched files says now that it did not say before. */
  readonly diagnostics: readonly Diagnostic[];
  /** Declarations that are there now and were not before. */
  readonly added: readonly Resource[];
  /** Addresses (by {@link keyOf}) that were there before and are not now. */
  readonly removed: readonly string[];
  resource(root: string, address: string): Resource | undefined;
}
