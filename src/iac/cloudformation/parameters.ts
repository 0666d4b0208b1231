import { known, unknown } from '../../domain/value.ts';
import type { Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';
import { entryOf } from './ast.ts';
import type { Entry, Range } from './ast.ts';
import { shorten } from './problems.ts';
import { coerce } from './scalar.ts';
import { DYNAMIC } from './text.ts';

/** The default of a parameter as its type reads it, written at `span` where it is used; `written` tells where a node stands. */
export function parameterValue(entry: Entry, span: Span, written: (range: Range) => Span): Value {
  const text = (key: string): string => {
    const node = entryOf(entry.value, key)?.value;
    return node?.kind === 'scalar' ? String(node.value) : '';
  };
  const secret = text('NoEcho').toLowerCase() === 'true' ? { sensitive: true } : {};
  const node = entryOf(entry.value, 'Default')?.value;
  const type = text('Type');
  if (type.startsWith('AWS::SSM::Parameter::Value<')) {
    return { ...unknown(`parameter ${shorten(entry.key)} is looked up in Parameter Store when the stack is created`, span), ...secret };
  }
  if (node?.kind !== 'scalar' || node.value === null)
    return { ...unknown(`parameter ${shorten(entry.key)} has no default here`, span), ...secret };
  if (node.ambiguity !== undefined) return { ...unknown(node.ambiguity, span), ...secret };
  const origin = written(node);
  const place = { origin, ...secret };
  const raw = String(node.value);
  if (raw.includes('{{resolve:')) return { ...unknown(DYNAMIC, span), sensitive: true };
  if (type === 'Number' && raw.trim() !== '' && Number.isFinite(Number(raw))) return { ...known(Number(raw), span), ...place };
  if (type === 'CommaDelimitedList' || type.startsWith('List<')) {
    const items = raw.split(',', MOST_ITEMS).map((item): Value => ({ ...known(listItem(item.trim(), type), span), ...place }));
    return { ...known(items, span), ...place };
  }
  return { ...known(coerce(raw, null), span), ...place };
}

/** CloudFormation's own limit of a parameter's value is 4,096 bytes. */
const MOST_ITEMS = 4096;

function listItem(text: string, type: string): string | number | boolean {
  if (type === 'List<Number>' && text !== '' && Number.isFinite(Number(text))) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
