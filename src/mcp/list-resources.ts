/** `list_resources`: what is declared, without judging it. */
import type { z } from 'zod';
import type { Resource } from '../domain/resource.ts';
import { terminalText } from '../report/encode/terminal.ts';
import type { Answer } from './audit.ts';
import type { listOutput } from './contracts.ts';
import { diagnosticsOf, firstOf } from './lists.ts';
import type { Opened } from './port.ts';

/** Resources that the text names; the structured content has more. */
const SHOWN = 100;

type Listed = z.infer<typeof listOutput>['resources'][number];

export function listResources({ workspace, rules }: Opened): Answer<z.infer<typeof listOutput>> {
  const { first, more } = firstOf(workspace.resources);
  const resources = first.map((resource) => listed(resource, rules.for(resource.type).length > 0));
  const { length } = workspace.resources;
  const unseen = length - Math.min(SHOWN, length);
  const lines = [
    ...resources.slice(0, SHOWN).map(lineOf),
    ...(unseen === 0 ? [] : [`… ${unseen} more`]),
    ...workspace.coverage.failed
      .map(({ path, reason }) => `not read in full: ${terminalText(path)}: ${terminalText(reason)}`)
      .slice(0, SHOWN),
  ];
  return {
    structured: { resources, moreResources: more, ...diagnosticsOf(workspace.diagnostics) },
    text: lines.length === 0 ? 'No resource is declared.' : lines.join('\n'),
  };
}

function listed({ root, address, type, framework, source, related }: Resource, covered: boolean): Listed {
  const certain = related.filter((link) => link.certain).map(({ resource, direction }) => ({ address: resource.address, direction }));
  return {
    root,
    address,
    type,
    framework,
    file: source.file,
    startLine: source.start.line,
    endLine: source.end.line,
    covered,
    related: [...new Map(certain.map((link) => [`${link.direction} ${link.address}`, link])).values()],
  };
}

function lineOf({ address, type, file, startLine, covered }: Listed): string {
  const line = [address, type, `${file}:${startLine}`].map(terminalText).join('  ');
  return covered ? line : `${line}  (not covered)`;
}
