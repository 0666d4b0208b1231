import { isAbsolute, posix, relative, sep } from 'node:path';

/**
 * The path relative to the workspace, with `/`, or null when it lies outside, is the workspace itself or holds a
 * control character. Says nothing of links: whoever writes the file must not follow them out.
 */
export function insideWorkspace(path: string, workspace: string): string | null {
  const inner = (isAbsolute(path) ? relative(workspace, path) : path).replaceAll(sep, '/');
  const normal = posix.normalize(inner);
  const outside = normal === '..' || normal.startsWith('../') || posix.isAbsolute(normal) || isAbsolute(normal);
  return outside || normal === '.' || normal.endsWith('/') || /\p{Cc}/u.test(normal) ? null : normal;
}

/** Whether a glob is relative to the workspace and leads nowhere else. */
export function isGlobInside(glob: string): boolean {
  return glob.length <= 4096 && !glob.startsWith('/') && !glob.startsWith('!') && !/\p{Cc}/u.test(glob) && !glob.split('/').includes('..');
}
