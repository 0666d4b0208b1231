/** What became of each file: read, not read as it should be, or left out. */
import type { Coverage, Diagnostic, FileNote } from '../domain/diagnostic.ts';

/** A file that anything undecided is said of has failed, whatever else; one that is read is not ignored. */
export function coverageOf(
  diagnostics: readonly Diagnostic[],
  files: { read: readonly FileNote[]; ignored: readonly FileNote[] },
): Coverage {
  const failed = new Map<string, FileNote>();
  for (const { level, file, message, span } of diagnostics) {
    if (level !== 'undecided' || file === undefined || failed.has(file)) continue;
    failed.set(file, { path: file, reason: span === undefined ? message : `line ${span.start.line}: ${message}` });
  }
  const scanned = new Map(files.read.filter(({ path }) => !failed.has(path)).map((note) => [note.path, note]));
  const ignored = new Map(files.ignored.filter(({ path }) => !failed.has(path) && !scanned.has(path)).map((note) => [note.path, note]));
  return { scanned: inOrder(scanned), failed: inOrder(failed), ignored: inOrder(ignored) };
}

function inOrder(notes: ReadonlyMap<string, FileNote>): FileNote[] {
  return [...notes.values()].toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}
