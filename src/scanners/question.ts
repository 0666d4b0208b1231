import type { Resource } from '../domain/resource.ts';
import type { SourceText, Span } from '../domain/source.ts';
import { attributes } from './contract.ts';
import type { ResourceQuestion } from './contract.ts';
import { redacted, redactedSource } from './redact.ts';
import type { Json } from './redact.ts';

/** What a scanner is told of a resource; its source only when it asks for that. */
export function questionOf(resource: Resource, source: SourceText | undefined, withSource: boolean): ResourceQuestion {
  const told = resource.instances.map(({ address, attributes }) => ({ address, ...redacted(attributes) }));
  const { file, start, end } = resource.source;
  const [first] = told;
  return {
    address: resource.address,
    type: resource.type,
    framework: resource.framework,
    attributes: asObject(first?.json),
    ...(told.length > 1 ? { instances: told.map(({ address, json }) => ({ address, attributes: asObject(json) })) } : {}),
    file,
    startLine: start.line,
    endLine: end.line,
    ...(withSource && source !== undefined
      ? {
          source: indented(
            resource,
            source,
            told.flatMap(({ secrets }) => secrets),
          ),
        }
      : {}),
  };
}

/** The declaration's text with the indentation of its first line, so that lines and columns are those of the file. */
function indented({ source: { file, start, end } }: Resource, source: SourceText, secrets: readonly Span[]): string {
  const before = source.text.slice(source.lineStarts[start.line - 1] ?? 0, start.offset);
  const own = secrets.filter((span) => span.file === file);
  return (before.trim() === '' ? before : '') + redactedSource(source.text, start.offset, end.offset, own);
}

/** Attributes are told as an object also where they are not known as a whole. */
function asObject(json: Json | undefined): ResourceQuestion['attributes'] {
  return attributes.parse(json ?? {});
}
