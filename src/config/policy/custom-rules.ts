/** How a policy declares rules of its own. */
import { RE2JS } from 're2js';
import { z } from 'zod';
import { parsePath } from '../../domain/attribute-path.ts';
import { customRule, satisfies } from '../../domain/custom-rule.ts';
import type { AttributePaths, Condition, CustomRule, CustomRuleDeclaration } from '../../domain/custom-rule.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Framework } from '../../domain/resource.ts';
import type { Scalar } from '../../domain/wording.ts';
import { ALWAYS, ALWAYS_OF_LISTS, list, map, severity, text } from './elements.ts';

/** Characters of a pattern, and instructions that it is compiled to: a repeat of a repeat is small only as text. */
const LONGEST_PATTERN = 1000;
const LARGEST_PATTERN = 2000;

/** Null when it is no pattern of RE2, or too large. */
function compile(source: string): RE2JS | null {
  if (source.length > LONGEST_PATTERN) return null;
  try {
    const compiled = RE2JS.compile(source);
    return compiled.programSize() > LARGEST_PATTERN ? null : compiled;
  } catch {
    return null;
  }
}

const scalar = z.union([z.string().max(1000), z.number(), z.boolean()], 'must be a text, a number, true or false');
const scalars = list(scalar, 'texts, numbers, true or false').min(1, 'must hold at least one value');
const number = z.number('must be a number');
const pattern = text(LONGEST_PATTERN)
  .refine(
    (source) => compile(source) !== null,
    `must be a regular expression as RE2 has it, without look-around and back references, of at most ${LARGEST_PATTERN} instructions with its repeats written out`,
  )
  .describe('Regular expression (RE2) that is looked for anywhere in the value; `^` and `$` bind it.');
const part = text();

const operators = {
  equal: scalar.optional().describe('The value it must have.'),
  'not-equal': scalar.optional().describe('A value it must not have.'),
  in: scalars.optional().describe('The values of which it must have one.'),
  'not-in': scalars.optional().describe('Values it must not have.'),
  match: pattern.optional(),
  'not-match': pattern.optional(),
  present: z.literal(true, 'must be true, or be left out').optional().describe('It must be set.'),
  absent: z.literal(true, 'must be true, or be left out').optional().describe('It must not be set.'),
  'less-than': number.optional().describe('A number that it must be less than.'),
  'at-most': number.optional().describe('The largest number it may be.'),
  'at-least': number.optional().describe('The least number it may be.'),
  'greater-than': number.optional().describe('A number that it must be greater than.'),
  'starts-with': part.optional().describe('What it must begin with.'),
  'ends-with': part.optional().describe('What it must end with.'),
  contains: scalar.optional().describe('An item that a list must have, or a part that a text must have.'),
};

type Operators = z.output<z.ZodObject<typeof operators>>;

const ATTRIBUTE =
  'must be a path such as tags.Owner, ingress[*].from_port or Tags[Key=Owner].Value, or a map with one for terraform and one for cloudformation';

const path = z
  .string()
  .max(500)
  .refine((value) => parsePath(value) !== null, ATTRIBUTE);
const attribute = z
  .union([path, z.strictObject({ terraform: path.optional(), cloudformation: path.optional() })], ATTRIBUTE)
  .describe('Path of the attribute: names joined by dots, `[*]` for each item of a list, `[Key=Owner]` for the item of which that is so.');

const SOME_OPERATOR = `must have at least one of ${Object.keys(operators).join(', ')}`;

function hasOperator(given: Partial<Operators>): boolean {
  return Object.keys(operators).some((name) => given[name as keyof Operators] !== undefined);
}

const must = map(operators)
  .refine(hasOperator, { message: SOME_OPERATOR, ...ALWAYS })
  .describe('What its value must be; all of it, where several are given.');
const condition = map({ attribute, ...operators }).refine(hasOperator, { message: SOME_OPERATOR, ...ALWAYS });

/** Seen before it is settled that each part is well formed. */
interface Draft {
  readonly targets: readonly string[];
  readonly attribute?: z.output<typeof attribute> | undefined;
  readonly when?: readonly ({ readonly attribute?: z.output<typeof attribute> | undefined } | null | undefined)[] | undefined;
  readonly must: Operators;
  readonly fix?: { readonly set?: Scalar } | undefined;
}

function isList(value: Draft['when']): value is NonNullable<Draft['when']> {
  return Array.isArray(value);
}

/** What it looks at has to have a path for each framework, and what a fix writes has to be what the rule requires. */
function fitsTogether({ targets, attribute: own, when, must: required, fix }: Draft, context: z.core.$RefinementCtx): void {
  const frameworks = frameworksOf(Array.isArray(targets) ? targets.filter((type) => typeof type === 'string') : []);
  const check = (given: Draft['attribute'], path: PropertyKey[]): void => {
    const named = typeof given === 'string' ? frameworks.slice(0, 1) : Object.keys(given ?? {});
    if (given === undefined || frameworks.every((framework) => named.includes(framework))) return;
    const message = `must have a path for ${frameworks.join(' and one for ')}, as a map, since its targets are of ${frameworks.length > 1 ? 'both' : 'that'}`;
    context.addIssue({ code: 'custom', path, message });
  };
  check(own, ['attribute']);
  for (const [index, each] of isList(when) ? when.entries() : []) check(each?.attribute, ['when', index, 'attribute']);
  const isWellFormed = !context.issues.some(({ path: [key] = [] }) => key === 'must' || key === 'fix');
  if (isWellFormed && fix?.set !== undefined && !satisfies(fix.set, requirementsOf(required)))
    context.addIssue({ code: 'custom', path: ['fix', 'set'], message: 'must be a value that the rule accepts' });
}

const TYPE = /^(?:[a-z][a-z0-9]*_[a-z0-9_]+|[A-Za-z0-9]+(?:::[A-Za-z0-9]+)+)$/u;

const declaration = map({
  id: z
    .string('must be a text such as custom-bucket-owner')
    .regex(/^custom-[a-z0-9]+(?:-[a-z0-9]+)*$/u, 'must be custom- and words of a-z and 0-9 joined by -, such as custom-bucket-owner')
    .max(100, 'must have at most 100 characters')
    .describe('Its name; begins with `custom-`.'),
  title: text(200).describe('The requirement in one sentence.'),
  severity: severity.describe('How severe a violation is.'),
  targets: list(
    z.string('must be a type of resource').regex(TYPE, 'must be a type of resource, such as aws_s3_bucket or AWS::S3::Bucket'),
    'types of resources',
    100,
  )
    .min(1, 'must name at least one type of resource')
    .describe('Types of resources it looks at.'),
  attribute,
  must,
  when: list(condition, 'conditions, each with an attribute and what it must be', 20)
    .default([])
    .describe('It only applies where all of these hold.'),
  message: text(500).optional().describe('A sentence that begins its findings.'),
  why: text().default('The policy of this repository asks for it.').describe('Why it matters.'),
  remedy: list(text(), 'steps, each a sentence', 20).min(1, 'must say at least one step').describe('What to do, step by step.'),
  references: list(z.url({ protocol: /^https$/u, error: 'must be an address that begins with https://' }), 'addresses', 20)
    .default([])
    .describe('Where to read more.'),
  fix: map({
    set: scalar.describe('The value that a fix writes.'),
    safety: z
      .enum(['safe', 'needs-review'], 'must be safe or needs-review')
      .default('needs-review')
      .describe('`safe` only where it can break nothing that works today.'),
  })
    .optional()
    .describe('An edit to propose, once it is proven.'),
}).superRefine(fitsTogether, ALWAYS);

export const customRules = list(declaration, 'rules, each a map', 200).superRefine((rules, context) => {
  const ids = rules.map((rule) => rule?.id);
  for (const [index, id] of ids.entries())
    if (id !== undefined && ids.indexOf(id) < index)
      context.addIssue({ code: 'custom', path: [index, 'id'], message: 'must be another than that of the rules before it' });
}, ALWAYS_OF_LISTS);

export function toCustomRule(given: z.output<typeof declaration>): CustomRule {
  const { id, title, severity: weight, targets, why, remedy, references, fix, message } = given;
  const frameworks = frameworksOf(targets);
  const paths = (of: z.output<typeof attribute>): AttributePaths =>
    Object.fromEntries(
      frameworks.flatMap((framework) => {
        const parsed = parsePath((typeof of === 'string' ? of : of[framework]) ?? '');
        return parsed === null ? [] : [[framework, parsed]];
      }),
    );
  const result: CustomRuleDeclaration = {
    id,
    title,
    severity: weight,
    targets: Object.fromEntries(frameworks.map((framework) => [framework, targets.filter((type) => frameworkOf(type) === framework)])),
    attribute: paths(given.attribute),
    must: requirementsOf(given.must),
    when: given.when.map((each): Condition => ({ attribute: paths(each.attribute), must: requirementsOf(each) })),
    message: message ?? null,
    why,
    remedy,
    references,
    fix: fix ?? null,
  };
  return customRule(result);
}

function frameworkOf(type: string): Framework {
  return type.includes('::') ? 'cloudformation' : 'terraform';
}

function frameworksOf(targets: readonly string[]): Framework[] {
  return [...new Set(targets.map(frameworkOf))].toSorted().toReversed();
}

function requirementsOf(given: Operators): Requirement[] {
  const found: Requirement[] = [];
  for (const operator of ['present', 'absent'] as const) if (given[operator] === true) found.push({ operator });
  for (const operator of ['equal', 'not-equal', 'contains'] as const) {
    const operand = given[operator];
    if (operand !== undefined) found.push({ operator, operand });
  }
  for (const operator of ['in', 'not-in'] as const) {
    const operand = given[operator];
    if (operand !== undefined) found.push({ operator, operand });
  }
  for (const operator of ['match', 'not-match'] as const) {
    const compiled = compile(given[operator] ?? '');
    const operand = given[operator];
    if (operand !== undefined && compiled !== null) found.push({ operator, operand, matches: (value) => compiled.matcher(value).find() });
  }
  for (const operator of ['greater-than', 'at-least', 'less-than', 'at-most'] as const) {
    const operand = given[operator];
    if (operand !== undefined) found.push({ operator, operand });
  }
  for (const operator of ['starts-with', 'ends-with'] as const) {
    const operand = given[operator];
    if (operand !== undefined) found.push({ operator, operand });
  }
  return found;
}
