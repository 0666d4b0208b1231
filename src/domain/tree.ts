/** The files of a commit, wherever its objects are: in a checkout or with GitHub. Every name and content in it is hostile. */

export interface TreeEntry {
  /** Relative to the repository, with `/`; bytes, since git takes any. */
  readonly path: Buffer;
  readonly kind: 'file' | 'link' | 'submodule';
  /** Hash of the object: 40 or 64 hex digits. */
  readonly oid: string;
}

/** Of a link: the path it leads to. */
export interface Content {
  readonly size: number;
  /** All of it, or as much as is ever looked at of a file that large; null: it is too large to be had. */
  readonly bytes: Buffer | null;
}

/** A sentence that ends without a full stop: what cannot be had, why, and what to do. */
export interface Unavailable {
  readonly unavailable: string;
}

export interface Objects {
  /** Files, links and submodules of a commit, in any order. */
  entries(commit: string): Promise<readonly TreeEntry[] | Unavailable>;
  /** By hash; what it does not have is left out. */
  contents(wanted: readonly TreeEntry[]): Promise<ReadonlyMap<string, Content> | Unavailable>;
}
