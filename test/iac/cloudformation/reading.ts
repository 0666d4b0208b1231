/** Templates as text, values as a reader of the tests would say them. */
import type { Diagnostic } from '../../../src/domain/diagnostic.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { SourceText } from '../../../src/domain/source.ts';
import type { Span } from '../../../src/domain/source.ts';
import { at as step, isList, isMap } from '../../../src/domain/value.ts';
import type { Value } from '../../../src/domain/value.ts';
import { mayBeTemplate, readCloudFormation } from '../../../src/iac/cloudformation/index.ts';
import type { CloudFormationOptions, CloudFormationReading } from '../../../src/iac/cloudformation/index.ts';
import { DEFAULT_LIMITS } from '../../../src/iac/limits.ts';
import type { Limits } from '../../../src/iac/limits.ts';
import type { Root } from '../../../src/iac/root.ts';

export function read(text: string, limits: Partial<Limits> = {}): Root {
  const file = text.startsWith('{') ? 'template.json' : 'template.yaml';
  const [root] = readCloudFormation([new SourceText(file, text)], { limits: { ...DEFAULT_LIMITS, ...limits } }).roots;
  if (root === undefined) throw new Error('not a template');
  return root;
}

/** Files by their paths; those of parameters are read by name alone. */
export function readFiles(files: Readonly<Record<string, string>>, options: Partial<CloudFormationOptions> = {}): CloudFormationReading {
  const sources = Object.entries(files).map(([file, text]) => new SourceText(file, text));
  return readCloudFormation(
    sources.filter(({ text }) => mayBeTemplate(text)),
    {
      limits: DEFAULT_LIMITS,
      reader: {
        read: (path) => {
          const text = files[path];
          return text === undefined ? { failure: 'it does not exist' } : { text };
        },
        list: () => [],
      },
      ...options,
    },
  );
}

/** The one root that files make. */
export function readRoot(files: Readonly<Record<string, string>>, options: Partial<CloudFormationOptions> = {}): Root {
  const { roots } = readFiles(files, options);
  const [root] = roots;
  if (root === undefined || roots.length > 1)
    throw new Error(`there are ${roots.length} roots: ${roots.map(({ path }) => path).join(', ')}`);
  return root;
}

/** The value at a path of a resource's attributes, in words. */
export function valueOf(root: Root, address: string, ...path: readonly (string | number)[]): string {
  const [instance] = resource(root, address).instances;
  return instance === undefined ? 'not there' : words(step(instance.attributes, ...path));
}

/** `to Logs by Bucket` for each link, with a question mark where it is not certain. */
export function linksOf(root: Root, address: string): string[] {
  return resource(root, address).related.map(
    (link) => `${link.direction} ${link.resource.address} by ${link.attribute}${link.certain ? '' : '?'}`,
  );
}

export function resource(root: Root, address: string): Resource {
  const found = root.resources.find((each) => each.address === address);
  if (found === undefined) throw new Error(`${address} is not there; there are ${root.resources.map((each) => each.address).join(', ')}`);
  return found;
}

/** Properties of a resource, one line each: `Name: value @ text that it is blamed at`. */
export function properties(text: string, address: string): string[] {
  const [instance] = resource(read(text), address).instances;
  if (instance === undefined) return [];
  const { attributes } = instance;
  if (attributes.state !== 'known' || !isMap(attributes.data)) return [say(attributes, text)];
  return [...attributes.data].map(([name, value]) => `${name}: ${say(value, text)}`);
}

/** A template with one bucket that has these properties, indented by six. */
export function bucket(...lines: readonly string[]): string {
  return ['Resources:', '  Logs:', '    Type: AWS::S3::Bucket', '    Properties:', ...lines.map((line) => `      ${line}`), ''].join('\n');
}

export function say(value: Value, text: string): string {
  return `${words(value)} @ ${at(text, value.span)}`;
}

function words(value: Value): string {
  if (value.state === 'absent') return 'absent';
  const secret = value.sensitive === true ? 'secret ' : '';
  if (value.state === 'unknown') {
    const reference = value.reference === undefined ? '' : ` [${value.reference.address}.${value.reference.attribute}]`;
    const prefix = value.prefix === undefined ? '' : ` after ${value.prefix}`;
    return `${secret}unknown (${value.reason})${reference}${prefix}`;
  }
  return secret + data(value);
}

function data(value: Value): string {
  if (value.state !== 'known') return words(value);
  if (isList(value.data)) return `[${value.data.map(words).join(', ')}]`;
  if (isMap(value.data)) return `{${[...value.data].map(([key, item]) => `${key}: ${words(item)}`).join(', ')}}`;
  return JSON.stringify(value.data);
}

export function at(text: string, span: Span): string {
  return text.slice(span.start.offset, span.end.offset);
}

/** `level code file:line: message` of each. */
export function saidWhere(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ level, code, file, span, message }) => `${level} ${code} ${file}:${span?.start.line}: ${message}`);
}

/** `level code line: message` of each. */
export function said(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ level, code, span, message }) => `${level} ${code} ${span?.start.line}: ${message}`);
}
