/** Writes exceptions into the text of a policy. */
import { Document, YAMLSeq, isSeq, parseDocument } from 'yaml';
import type { Exception } from './policy/policy.ts';

/** An exception, with what to tell of it in a comment. */
export type NewException = Omit<Exception, 'place'> & { readonly note?: string };

/**
 * A policy with exceptions added after those that it has; its comments stay.
 * @param before a valid policy; null: there is none
 * @param remarks comments for its end, one each; those that it has are not repeated
 */
export function addExceptions(before: string | null, added: readonly NewException[], remarks: readonly string[] = []): string {
  const document = before === null || before.trim() === '' ? new Document({ version: 1 }) : parseDocument(before);
  const said = new Set((document.comment ?? '').split('\n'));
  const comments = remarks.map((remark) => ` ${oneLine(remark)}`).filter((remark) => !said.has(remark));
  if (before !== null && added.length === 0 && comments.length === 0) return before;
  const existing = document.get('exceptions');
  const exceptions = isSeq(existing) ? existing : new YAMLSeq();
  for (const { note, ...exception } of added) {
    const given = Object.entries(exception).filter(([, value]) => value !== null);
    const node = document.createNode(Object.fromEntries(given));
    if (note !== undefined) node.commentBefore = ` ${oneLine(note)}`;
    exceptions.add(node);
  }
  if (exceptions.items.length > 0) {
    exceptions.flow = false;
    document.set('exceptions', exceptions);
  }
  if (comments.length > 0) document.comment = [...(document.comment === null ? [] : [document.comment]), ...comments].join('\n');
  return document.toString({ lineWidth: 0 });
}

/** What a comment can hold without ending it. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
