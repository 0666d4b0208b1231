/** Terraform: `.tf` files to roots, resources, links and edits. */
import type { SourceText } from '../../domain/source.ts';
import type { FileReader, Root } from '../root.ts';
import type { Folder, ParsedSource } from './folder.ts';
import { parseSource, readFolder } from './folder.ts';
import { TerraformRoot } from './root.ts';
import { folderOf, localSource } from './tree.ts';
import { readVariables } from './variables.ts';

/**
 * A folder called as a local module is evaluated inside its caller's root, once for each call; a folder
 * that nobody calls is a root. Never throws on what the sources hold.
 */
export function readTerraform(sources: readonly SourceText[], reader: FileReader): Root[] {
  const files = new Map<string, Map<string, ParsedSource>>();
  const values: SourceText[] = [];
  for (const source of sources) {
    if (source.file.endsWith('.tfvars')) values.push(source);
    if (!source.file.endsWith('.tf')) continue;
    const path = folderOf(source.file);
    const group = files.get(path) ?? new Map<string, ParsedSource>();
    group.set(source.file, parseSource(source));
    files.set(path, group);
  }
  const folders = new Map([...files].map(([path, group]) => [path, readFolder(path, group)]));
  const find = (path: string): Folder | undefined => folders.get(path);
  return rootFolders(folders).map((folder) => {
    const { given, read, diagnostics } = readVariables(folder.path, values, reader);
    return new TerraformRoot({ path: folder.path, folder, find, reader, given }, { files: read, diagnostics });
  });
}

/** Folders that nobody calls; of folders that only call each other, the first by name. */
function rootFolders(folders: ReadonlyMap<string, Folder>): Folder[] {
  const calls = (folder: Folder): string[] => [...folder.modules.values()].flatMap((call) => localSource(call, folder.path) ?? []);
  const called = new Set([...folders.values()].flatMap(calls));
  const ordered = [...folders.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const roots = ordered.filter((folder) => !called.has(folder.path));
  const reached = new Set<string>();
  const reach = (start: Folder): void => {
    const queue = [start];
    for (const folder of queue) {
      if (reached.has(folder.path)) continue;
      reached.add(folder.path);
      queue.push(...calls(folder).flatMap((path) => folders.get(path) ?? []));
    }
  };
  for (const root of roots) reach(root);
  for (const folder of ordered) {
    if (reached.has(folder.path)) continue;
    roots.push(folder);
    reach(folder);
  }
  return roots;
}
