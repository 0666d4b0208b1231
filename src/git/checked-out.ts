/** Contents of a commit that lie in a checkout as they are, which spares asking for them. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import type { Content, Objects, TreeEntry } from '../domain/tree.ts';
import { MOST_PEEKED } from '../iac/files.ts';

/** @param folder absolute path of the checkout */
export function checkedOut(folder: string): Pick<Objects, 'contents'> {
  return {
    contents: async (wanted) => {
      const found = new Map<string, Content>();
      for (const entry of wanted) {
        const path = Buffer.concat([Buffer.from(`${folder}/`), entry.path]);
        const bytes = entry.kind === 'link' ? linkAt(path) : fileAt(path);
        if (bytes !== null && isContentOf(bytes, entry)) found.set(entry.oid, { size: bytes.length, bytes });
      }
      return found;
    },
  };
}

/**
 * Whether git would store the bytes as this object, be it after making the ends of lines its own: a checkout may have
 * others (`eol=crlf`), and a file that only differs in them from the commit is as the commit has it.
 */
function isContentOf(bytes: Buffer, { oid, kind }: TreeEntry): boolean {
  if (oidOf(bytes, oid.length) === oid) return true;
  return kind === 'file' && bytes.includes('\r\n') && oidOf(withLineFeeds(bytes), oid.length) === oid;
}

function withLineFeeds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

/** Git's name of a content. @param digits 40 where the repository uses SHA-1, 64 where it uses SHA-256 */
function oidOf(bytes: Buffer, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function linkAt(path: Buffer): Buffer | null {
  try {
    return readlinkSync(path, { encoding: 'buffer' });
  } catch {
    return null;
  }
}

function fileAt(path: Buffer): Buffer | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const status = fstatSync(descriptor);
    return status.isFile() && status.size <= MOST_PEEKED ? readFileSync(descriptor) : null;
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
