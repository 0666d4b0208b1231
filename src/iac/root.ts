/**
 * What each format gives: a root is a Terraform root module with the local modules it calls, or one
 * CloudFormation template. Resources of different roots are never related.
 */
import type { Change } from '../domain/change.ts';
import type { Diagnostic, FileNote } from '../domain/diagnostic.ts';
import type { Framework, Resource } from '../domain/resource.ts';
import type { Edit, SourceText } from '../domain/source.ts';

export interface Root {
  /** As in {@link Resource.root}. */
  readonly path: string;
  readonly framework: Framework;
  /** Every file it was read from. */
  readonly files: readonly string[];
  /** Files that belong to it and were not read, with the reason. */
  readonly ignored?: readonly FileNote[];
  readonly resources: readonly Resource[];
  /** A diagnostic of level `undecided` with a file makes that file count as failed. */
  readonly diagnostics: readonly Diagnostic[];
  /** Null when a change cannot be written. The edits do not overlap. */
  edits(changes: readonly Change[]): readonly Edit[] | null;
  /** Reads the root again with other text for some of its files; lazily, so that only what is asked for is evaluated. */
  reread(texts: ReadonlyMap<string, SourceText>): RootCopy;
}

export interface RootCopy {
  /** Diagnostics of the files with new text that the root did not have before. */
  readonly diagnostics: readonly Diagnostic[];
  /** Declarations that were not there before. */
  readonly added: readonly Resource[];
  /** Addresses that were there before. */
  readonly removed: readonly string[];
  resource(address: string): Resource | undefined;
}

export interface Unread {
  readonly failure: string;
  /** There is no such file. */
  readonly missing?: boolean;
  /** All of a file that is not UTF-8. */
  readonly bytes?: Uint8Array;
}

/** Reads other files for a root (`file()`, `templatefile()`, nested templates); never outside the workspace. */
export interface FileReader {
  /** `path` is relative to the audited root; the answer is its text, or why there is none. */
  read(path: string): { readonly text: string } | Unread;
  /** Paths below a folder, relative to the audited root; for `fileset()`. */
  list(folder: string): readonly string[];
}
