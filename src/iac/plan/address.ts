/** Addresses as plans write them: `module.env["prod.eu"].aws_s3_bucket.logs[0]`. */

export interface Address {
  /** Names of the module calls, outermost first. */
  readonly modules: readonly string[];
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly key: string | number | null;
  /** What follows, of a reference: `arn` of `aws_s3_bucket.logs.arn`. */
  readonly rest: string;
}

type Step = { readonly name: string } | { readonly key: string | number };

/** Undefined when it is none. An output of a module (`module.logs.arn`) and a variable are none. */
export function parseAddress(text: string): Address | undefined {
  const steps = stepsOf(text);
  if (steps === undefined) return undefined;
  let at = 0;
  const name = (): string | undefined => {
    const step = steps[at];
    if (step === undefined || !('name' in step)) return undefined;
    at += 1;
    return step.name;
  };
  const key = (): string | number | null => {
    const step = steps[at];
    if (step === undefined || !('key' in step)) return null;
    at += 1;
    return step.key;
  };
  const modules: string[] = [];
  let type = name();
  while (type === 'module') {
    modules.push(name() ?? '');
    key();
    type = name();
  }
  const mode = type === 'data' ? 'data' : 'managed';
  if (mode === 'data') type = name();
  const own = name();
  if (type === undefined || own === undefined || modules.includes('') || NOT_TYPES.has(type)) return undefined;
  const ownKey = key();
  return { modules, mode, type, name: own, key: ownKey, rest: steps.slice(at).map(stepText).join('').slice(1) };
}

/** What references may begin with beside the type of a resource. */
const NOT_TYPES = new Set(['var', 'local', 'each', 'count', 'path', 'self', 'terraform', 'tofu']);

/** The declaration that an address belongs to, without instance keys. */
export function declarationOf({ modules, mode, type, name }: Address): string {
  return `${pathOf(modules)}${mode === 'data' ? 'data.' : ''}${type}.${name}`;
}

/** `module.a.module.b.`; empty for the root module. */
export function pathOf(modules: readonly string[]): string {
  return modules.map((name) => `module.${name}.`).join('');
}

/** Steps of an address; a text in brackets may hold anything, escaped as in JSON. */
export function stepsOf(text: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  const pattern = /(?:^|\.)([^\s."[\]]+)|\[(?:(\d+)|("(?:[^"\\]|\\.)*"))\]/uy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, name, index, quoted] = match;
    if (name !== undefined) steps.push({ name });
    else if (index !== undefined) steps.push({ key: Number(index) });
    else steps.push({ key: unquoted(quoted ?? '') });
  }
  return steps;
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted)).replaceAll(/([$%])\1\{/gu, '$1{');
  } catch {
    return quoted.slice(1, -1);
  }
}

function stepText(step: Step): string {
  if ('name' in step) return `.${step.name}`;
  return typeof step.key === 'number' ? `[${step.key}]` : `[${JSON.stringify(step.key)}]`;
}
