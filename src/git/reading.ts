/** Reads the infrastructure code of a commit as that of a folder. */
import type { Content, Objects, TreeEntry, Unavailable } from '../domain/tree.ts';
import type { Workspace } from '../domain/workspace.ts';
import { SKIPPED } from '../iac/discovery.ts';
import { formatOf } from '../iac/format.ts';
import { readFiles } from '../iac/workspace.ts';
import type { Asked } from '../iac/workspace.ts';
import { bytesOf, plant } from './planted.ts';
import { TreeFiles } from './tree-files.ts';
import type { Place } from './tree-files.ts';

/** Sources name files that name files: so often what turned out to be missing is fetched, and all is read again. */
const MOST_ROUNDS = 10;

/**
 * @param sources where contents are looked for, one after the other, by hash
 * @param place where the audited folder is
 */
export async function readCommit(
  entries: readonly TreeEntry[],
  sources: readonly Pick<Objects, 'contents'>[],
  place: Place,
  asked: Asked,
): Promise<Workspace | Unavailable> {
  const repository = plant(entries);
  if ('unavailable' in repository) return repository;
  const contents = new Map<string, Content>();
  let wanted = needed(entries, place.prefix);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const refusal = await collect(wanted, sources, contents);
    if (refusal !== null) return refusal;
    const files = new TreeFiles(repository, contents, place);
    const workspace = readFiles(files, asked);
    if (files.missing.size === 0) return workspace;
    wanted = [...files.missing.values()];
  }
  return { unavailable: `files of the commit name each other more than ${MOST_ROUNDS} levels deep` };
}

/** What is read whatever it says: links, and what may be infrastructure code by its name. */
function needed(entries: readonly TreeEntry[], prefix: string): TreeEntry[] {
  const below = prefix === '' ? '' : `${bytesOf(prefix)}/`;
  return entries.filter(({ path, kind }) => {
    const name = path.toString('latin1');
    if (kind === 'submodule' || !name.startsWith(below) || (kind === 'file' && formatOf(name) === null)) return false;
    return !name.split('/').some((part) => SKIPPED.has(part) || part === '.terraform');
  });
}

/** Adds what is wanted to the contents; a refusal when it is nowhere. */
async function collect(
  wanted: readonly TreeEntry[],
  sources: readonly Pick<Objects, 'contents'>[],
  contents: Map<string, Content>,
): Promise<Unavailable | null> {
  let left = wanted;
  for (const source of sources) {
    if (left.length === 0) return null;
    const found = await source.contents(left);
    if ('unavailable' in found) return found;
    for (const [oid, content] of found) contents.set(oid, content);
    left = left.filter(({ oid }) => !contents.has(oid));
  }
  const [first] = left;
  return first === undefined ? null : { unavailable: `the content of ${JSON.stringify(first.path.toString())} is missing in the checkout` };
}
