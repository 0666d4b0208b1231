/** Terraform and OpenTofu: files of configuration and of values to roots, resources, links and edits. */
import { dirname } from 'node:path/posix';
import { groupBy } from '../../domain/group-by.ts';
import type { SourceText } from '../../domain/source.ts';
import { formatOf } from '../format.ts';
import type { FileReader } from '../root.ts';
import type { Folder } from './folder.ts';
import { parseSource } from './folder.ts';
import { readMixedFolder } from './opentofu.ts';
import { TerraformRoot } from './root.ts';
import { localSource } from './tree.ts';
import { ValueFiles } from './variables.ts';

/**
 * A folder called as a local module is evaluated inside its caller's root, once for each call; a folder
 * that nobody calls is a root. `valueFiles` give values to the variables of all roots; paths relative to the
 * audited root, later ones win. Never throws on what the sources hold.
 */
export function readTerraform(sources: readonly SourceText[], reader: FileReader, valueFiles: readonly string[] = []): TerraformRoot[] {
  const holding = (what: 'configuration' | 'values'): SourceText[] =>
    sources.filter(({ file }) => {
      const format = formatOf(file);
      return format?.kind === 'terraform' && format.holds === what;
    });
  const folders = new Map(
    [...groupBy(holding('configuration'), ({ file }) => dirname(file))].map(([path, group]) => [
      path,
      readMixedFolder(path, new Map(group.map((source) => [source.file, parseSource(source)]))),
    ]),
  );
  const find = (path: string): Folder | undefined => folders.get(path);
  const values = new ValueFiles(holding('values'), reader, valueFiles);
  return rootFolders(folders).map((folder) => {
    const { given, read, diagnostics } = values.of(folder.path);
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
