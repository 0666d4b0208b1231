import { SourceText } from '../../../src/domain/source.ts';
import { notesIn } from '../../../src/iac/suppressions/index.ts';
import { createWorkspace } from '../../../src/iac/workspace.ts';

/** What is understood of the comments and metadata of a file, a line each. */
export function understood(file: string, text: string): string[] {
  const workspace = createWorkspace([new SourceText(file, text)]);
  return notesIn(workspace).map(({ directive, resources, scope, within, at }) => {
    const { scanner, ids, reason, until, flaw } = directive;
    const about = resources.length === 0 ? 'nothing' : resources.map(({ address }) => address).join(', ');
    const place = within === null ? about : `${about} ${scope} (lines ${within.start.line}-${within.end.line})`;
    const terms = flaw ?? [until === null ? '' : `until ${until}`, reason === null ? '' : `because ${reason}`].filter(Boolean).join(' ');
    return [`${at.start.line}: ${scanner ?? 'own'} ${ids.join('+')} at ${place}`, terms].filter(Boolean).join(': ');
  });
}
