/** A policy that many repositories share. */
export interface Elsewhere {
  readonly owner: string;
  readonly name: string;
  /** Relative to that repository. */
  readonly path: string;
  /** A branch, tag or commit. */
  readonly ref: string;
}

/** `OWNER/REPO/path@ref`; null for a file of this repository. */
export function elsewhere(configFile: string): Elsewhere | null {
  const [, owner, name, path, ref] = /^([\w-][\w.-]*)\/([\w-][\w.-]*)\/([^@]+)@([\w][\w./-]*)$/u.exec(configFile) ?? [];
  return owner === undefined || name === undefined || path === undefined || ref === undefined ? null : { owner, name, path, ref };
}
