import { closeSync, constants, mkdirSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Delivery } from './errors.ts';

/**
 * Writes a file inside the workspace, never through a link that leads out of it.
 * @param file relative to the workspace
 */
export function writeWorkspaceFile(workspace: string, file: string, text: string): Delivery<string> {
  try {
    const target = path.join(workspace, file);
    mkdirSync(path.dirname(target), { recursive: true });
    const folder = realpathSync(path.dirname(target));
    const root = realpathSync(workspace);
    if (folder !== root && !folder.startsWith(`${root}${path.sep}`))
      return { notice: `${file} was not written: its folder is a link that leads out of the workspace.` };
    const handle = openSync(
      path.join(folder, path.basename(target)),
      constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
      0o644,
    );
    try {
      writeFileSync(handle, text);
    } finally {
      closeSync(handle);
    }
    return { delivered: file };
  } catch (error) {
    return { notice: `${file} was not written: ${error instanceof Error ? error.message : String(error)}` };
  }
}
