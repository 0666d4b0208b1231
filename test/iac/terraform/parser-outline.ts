/** Trees as short texts, so that a test shows what was read at a glance. */
import type {
  Attribute,
  Block,
  Expression,
  ObjectItem,
  ParsedFile,
  SplatStep,
  TemplatePart,
} from '../../../src/iac/terraform/syntax/ast.ts';
import { parseHcl } from '../../../src/iac/terraform/syntax/parser.ts';

/** One line for each attribute, and for each block with what is in it indented. */
export function outline(file: ParsedFile): string[] {
  return file.body.items.flatMap((item) => outlineItem(item, ''));
}

function outlineItem(item: Attribute | Block, indentation: string): string[] {
  if (item.kind === 'attribute') return [`${indentation}${item.name} = ${show(item.value)}`];
  const labels = item.labels.map(({ value, quoted }) => ` ${quoted ? JSON.stringify(value) : value}`).join('');
  return [`${indentation}${item.type}${labels}`, ...item.body.items.flatMap((inner) => outlineItem(inner, `${indentation}  `))];
}

/** `Title @ text` of each error. */
export function complaints(text: string): string[] {
  return parseHcl(text).errors.map(({ summary, start, end }) => `${summary} @ ${JSON.stringify(text.slice(start, end))}`);
}

/** Where each node of an expression begins and ends is left out, everything else is shown; operators are in parentheses, real ones are `paren()`. */
export function show(expression: Expression): string {
  switch (expression.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(expression.value);
    case 'number':
      return expression.text;
    case 'template':
      return showTemplate(expression.parts, expression.form === 'quoted' ? '' : expression.form);
    case 'variable':
      return expression.name;
    case 'get-attribute':
      return `${show(expression.of)}.${expression.name}`;
    case 'index':
      return expression.legacy ? `${show(expression.of)}.${show(expression.key)}` : `${show(expression.of)}[${show(expression.key)}]`;
    case 'splat':
      return `${show(expression.of)}${showSplat(expression.full, expression.each)}`;
    case 'call':
      return `${expression.name}(${expression.arguments.map(show).join(', ')}${expression.expand ? '...' : ''})`;
    case 'conditional':
      return `(${show(expression.condition)} ? ${show(expression.then)} : ${show(expression.else)})`;
    case 'binary':
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`;
    case 'unary':
      return `(${expression.operator}${show(expression.operand)})`;
    case 'parenthesis':
      return `paren(${show(expression.inner)})`;
    case 'tuple':
      return `[${expression.items.map(show).join(', ')}]`;
    case 'object':
      return `{${expression.items.map(showObjectItem).join(', ')}}`;
    case 'for': {
      const names = expression.keyName === '' ? expression.valueName : `${expression.keyName}, ${expression.valueName}`;
      const key = expression.key === null ? '' : `${show(expression.key)} => `;
      const condition = expression.condition === null ? '' : ` if ${show(expression.condition)}`;
      const inner = `for ${names} in ${show(expression.collection)} : ${key}${show(expression.value)}${expression.group ? '...' : ''}${condition}`;
      return expression.form === 'tuple' ? `[${inner}]` : `{${inner}}`;
    }
    default:
      return expression satisfies never;
  }
}

function showSplat(full: boolean, each: readonly SplatStep[]): string {
  const steps = each.map((step) => {
    switch (step.kind) {
      case 'get-attribute':
        return `.${step.name}`;
      case 'index':
        return `[${show(step.key)}]`;
      case 'splat':
        return showSplat(step.full, step.each);
      default:
        return step satisfies never;
    }
  });
  return `${full ? '[*]' : '.*'}<${steps.join('')}>`;
}

function showObjectItem({ key, value }: ObjectItem): string {
  return `${key.kind === 'name' ? `name ${key.name}` : show(key)} = ${show(value)}`;
}

function showTemplate(parts: readonly TemplatePart[], form: string): string {
  const inner = parts.map(showPart).join(' ');
  const plain = parts.length <= 1 && (parts[0] === undefined || parts[0].kind === 'text');
  const text = plain ? inner || '""' : `<${inner}>`;
  return form === '' ? text : `${form} ${text}`;
}

function showPart(part: TemplatePart): string {
  switch (part.kind) {
    case 'text':
      return JSON.stringify(part.value);
    case 'interpolation':
      return `\${${show(part.value)}}`;
    case 'if':
      return `if ${show(part.condition)} <${part.then.map(showPart).join(' ')}> else <${part.else.map(showPart).join(' ')}>`;
    case 'for':
      return `for ${part.keyName === '' ? '' : `${part.keyName}, `}${part.valueName} in ${show(part.collection)} <${part.body.map(showPart).join(' ')}>`;
    default:
      return part satisfies never;
  }
}
