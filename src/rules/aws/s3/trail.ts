/** What a trail of CloudTrail records of the objects of all buckets, by event selectors of either kind. */
import type { Instance } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { all, at } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import { elements } from '../../attribute.ts';
import type { Answer } from '../policy.ts';
import { and, or } from '../policy.ts';
import { isNothing } from './bucket.ts';
import { ofEach, someIs } from './presence.ts';

const SPELLINGS = {
  terraform: {
    plain: 'event_selector',
    kind: 'read_write_type',
    resources: 'data_resource',
    type: 'type',
    values: 'values',
    advanced: 'advanced_event_selector',
    fields: 'field_selector',
    field: 'field',
    equals: 'equals',
  },
  cloudformation: {
    plain: 'EventSelectors',
    kind: 'ReadWriteType',
    resources: 'DataResources',
    type: 'Type',
    values: 'Values',
    advanced: 'AdvancedEventSelectors',
    fields: 'FieldSelectors',
    field: 'Field',
    equals: 'Equals',
  },
} as const;

type Spelling = (typeof SPELLINGS)[keyof typeof SPELLINGS];

interface Recorded {
  readonly reads: Answer;
  readonly writes: Answer;
  /** Where the selectors are, or where they are missing. */
  readonly span: Value['span'];
  readonly none: boolean;
  /** Where the kind of requests stands of a selector that is about all objects, but not about all requests. */
  readonly kind: readonly (string | number)[] | undefined;
}

export function recorded({ attributes, resource }: Instance): Recorded {
  const spelling = SPELLINGS[resource.framework];
  const declared = [at(attributes, spelling.plain), at(attributes, spelling.advanced)].filter((value) => !isNothing(value));
  const plains = elements(attributes, [spelling.plain]).map(({ value, path }) => ({ ...plain(value, spelling), path }));
  const selectors = [...plains, ...all(attributes, spelling.advanced).map((each) => advanced(each, spelling))];
  const partial = plains.find(({ objects, reads, writes }) => objects === true && and(reads, writes) === false);
  return {
    reads: or(...selectors.map(({ objects, reads }) => and(objects, reads))),
    writes: or(...selectors.map(({ objects, writes }) => and(objects, writes))),
    span: (declared[0] ?? attributes).span,
    none: declared.length === 0,
    kind: partial && [...partial.path, spelling.kind],
  };
}

interface Selector {
  /** Whether it is about the objects of all buckets, and about what they are read or written by. */
  readonly objects: Answer;
  readonly reads: Answer;
  readonly writes: Answer;
}

function plain(selector: Value, { kind, resources, type, values }: Spelling): Selector {
  if (selector.state === 'unknown') return { objects: selector, reads: true, writes: true };
  const of = at(selector, kind);
  const isKind = (name: string): Answer => of.state === 'absent' || or(someIs([of], 'All'), someIs([of], name));
  return {
    objects: or(
      ...all(selector, resources).map((each) =>
        each.state === 'unknown' ? each : and(someIs([at(each, type)], 'AWS::S3::Object'), or(...all(each, values).map(isEveryBucket))),
      ),
    ),
    reads: isKind('ReadOnly'),
    writes: isKind('WriteOnly'),
  };
}

/** The value that means each bucket; of a partition that is not known too. */
function isEveryBucket(value: Value): Answer {
  if (value.state === 'unknown') return value.reference === undefined && /^:s3(?::::)?$/u.test(value.suffix ?? '') ? true : value;
  return /^arn:[\w-]+:s3(?::::)?$/u.test(textOf(value) ?? '');
}

const FIELDS = new Set(['eventCategory', 'resources.type', 'readOnly']);

/** Any further field leaves some objects or requests out. */
function advanced(selector: Value, { fields, field, equals }: Spelling): Selector {
  if (selector.state === 'unknown') return { objects: selector, reads: true, writes: true };
  const each = all(selector, fields);
  const said = (name: string): Value[] => each.filter((one) => textOf(at(one, field)) === name).flatMap((one) => all(one, equals));
  const readOnly = said('readOnly');
  return {
    objects: and(someIs(said('resources.type'), 'AWS::S3::Object'), ...ofEach(each, field).map(isHarmless)),
    reads: readOnly.length === 0 || someIs(readOnly, 'true'),
    writes: readOnly.length === 0 || someIs(readOnly, 'false'),
  };
}

function isHarmless(field: Value): Answer {
  return field.state === 'unknown' ? field : FIELDS.has(textOf(field) ?? '');
}
