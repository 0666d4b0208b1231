/** Where a client may have files read: inside the folders that the command line names, and nowhere else. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Explained } from '../domain/explained.ts';

/**
 * What both the command line and the client allow. Links are resolved; a folder that is not there allows nothing.
 * @param given absolute folders of the command line
 * @param offered URIs of the client's roots; null: it offers none, and the command line alone decides
 */
export function allowedRoots(given: readonly string[], offered: readonly string[] | null): string[] {
  const own = given.flatMap(real);
  if (offered === null) return [...new Set(own)];
  const theirs = offered.flatMap(folderOf).flatMap(real);
  const both = own.flatMap((mine) => theirs.flatMap((their) => (isWithin(mine, their) ? [their] : isWithin(their, mine) ? [mine] : [])));
  return [...new Set(both)];
}

/**
 * The one root that holds all paths, and the paths relative to it.
 * @throws Explained naming every path that cannot be read
 */
export function locatePaths(asked: readonly string[] | undefined, roots: readonly string[]): { root: string; paths: string[] } {
  const [first] = roots;
  if (first === undefined)
    throw new Explained('no folder may be read: the roots of the client lie outside of those of this server; give files');
  if (asked === undefined) {
    if (roots.length > 1) throw new Explained(`there are several roots: name in paths what to read, in one of ${roots.join(', ')}`);
    return { root: first, paths: ['.'] };
  }
  const targets = asked.map((each) => ({
    each,
    target: roots.length > 1 && !path.isAbsolute(each) ? [] : real(path.resolve(first, each)),
  }));
  // What lies outside and what is not there are told in the same words: a client learns nothing of what it may not read.
  const problems = targets.filter(({ target: [to] }) => to === undefined || !roots.some((root) => isWithin(root, to)));
  if (problems.length > 0) {
    const where = roots.length > 1 ? `an absolute path inside one of ${roots.join(', ')}` : `a file or folder inside ${first}`;
    throw new Explained(problems.map(({ each }) => `${JSON.stringify(each)} is not ${where}`).join('\n'));
  }
  const found = targets.flatMap(({ target }) => target);
  const root = roots.find((each) => found.every((target) => isWithin(each, target)));
  if (root === undefined) throw new Explained('the paths lie in different roots: ask for each root apart');
  return { root, paths: found.map((target) => path.relative(root, target).replaceAll(path.sep, '/') || '.') };
}

/** Without links; nothing where there is no such file or folder. */
function real(file: string): string[] {
  try {
    return [realpathSync(file)];
  } catch {
    return [];
  }
}

function folderOf(uri: string): string[] {
  try {
    return [fileURLToPath(uri)];
  } catch {
    return [];
  }
}

function isWithin(folder: string, file: string): boolean {
  const between = path.relative(folder, file);
  return between !== '..' && !between.startsWith(`..${path.sep}`) && !path.isAbsolute(between);
}
