/** The entries of a commit as folders within each other. */
import type { TreeEntry, Unavailable } from '../domain/tree.ts';

/** Names are keys byte by byte (latin1), since not every name is UTF-8. */
export interface FolderNode {
  readonly kind: 'folder';
  readonly children: Map<string, Node>;
}

export interface LeafNode {
  readonly kind: 'file' | 'link';
  readonly entry: TreeEntry;
}

export type Node = FolderNode | LeafNode;

export function bytesOf(path: string): string {
  return Buffer.from(path).toString('latin1');
}

export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

/** Refuses what git itself would not check out. A submodule is a folder with nothing in it. */
export function plant(entries: readonly TreeEntry[]): FolderNode | Unavailable {
  const root: FolderNode = { kind: 'folder', children: new Map() };
  for (const entry of entries) {
    const path = entry.path.toString('latin1');
    const names = path.split('/');
    const name = names.pop() ?? '';
    const folder = names.reduce<FolderNode | null>(enter, root);
    const isTaken = folder?.children.has(name) !== false;
    if (isTaken || path.includes('\0') || [...names, name].some(isRefused)) {
      return { unavailable: `the commit has a path that git does not check out: ${JSON.stringify(textOf(path))}` };
    }
    folder.children.set(name, entry.kind === 'submodule' ? { kind: 'folder', children: new Map() } : { kind: entry.kind, entry });
  }
  return root;
}

/** Null where a file is in the way. */
function enter(folder: FolderNode | null, name: string): FolderNode | null {
  if (folder === null) return null;
  const found = folder.children.get(name);
  if (found !== undefined) return found.kind === 'folder' ? found : null;
  const made: FolderNode = { kind: 'folder', children: new Map() };
  folder.children.set(name, made);
  return made;
}

function isRefused(name: string): boolean {
  return name === '' || name === '.' || name === '..' || name.toLowerCase() === '.git';
}
