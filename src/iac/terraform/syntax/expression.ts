/** Reads expressions. Every function starts on the first token of what it reads and stops behind its last one. */
import type { Binary, Call, Expression, ForExpression, ObjectExpression, ObjectItem, Range, SplatStep } from './ast.ts';
import type { Lexer, TokenKind } from './lexer.ts';
import { TemplateReader } from './template.ts';

const PRECEDENCE: Readonly<Partial<Record<TokenKind, number>>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};

const NUMBER = /^\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/u;

export class ExpressionReader {
  readonly templates: TemplateReader;
  readonly #lexer: Lexer;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
    this.templates = new TemplateReader(lexer, () => this.expression());
  }

  expression(): Expression {
    const lexer = this.#lexer;
    lexer.deepen();
    let read = this.#binary(1);
    if (lexer.kind === '?') {
      lexer.advance();
      const yes = this.expression();
      if (!lexer.is(':'))
        lexer.unexpected('Incomplete conditional', 'A colon and the value for the other case must follow, as in `test ? one : other`.');
      lexer.advance();
      const no = this.expression();
      read = { kind: 'conditional', start: read.start, end: no.end, condition: read, then: yes, else: no };
    }
    lexer.depth -= 1;
    return read;
  }

  /** Operators that bind at least as tightly as `minimum`; all group to the left. */
  #binary(minimum: number): Expression {
    const lexer = this.#lexer;
    let left = this.#operand();
    for (;;) {
      const precedence = PRECEDENCE[lexer.kind];
      if (precedence === undefined || precedence < minimum) return left;
      const operator = lexer.kind as Binary['operator'];
      lexer.advance();
      const right = this.#binary(precedence + 1);
      left = { kind: 'binary', start: left.start, end: right.end, operator, left, right };
    }
  }

  #operand(): Expression {
    const lexer = this.#lexer;
    const { kind, start } = lexer;
    if (kind !== '-' && kind !== '!') return this.#steps(this.#term());
    lexer.deepen();
    lexer.advance();
    const operand = this.#operand();
    lexer.depth -= 1;
    return { kind: 'unary', start, end: operand.end, operator: kind, operand };
  }

  #term(): Expression {
    const lexer = this.#lexer;
    const { kind, start, end } = lexer;
    switch (kind) {
      case 'identifier':
        return this.#wordOrCall();
      case '"':
        return this.templates.quoted();
      case 'heredoc':
        return this.templates.heredoc();
      case 'number': {
        const text = lexer.word();
        if (!NUMBER.test(text))
          lexer.fail('Invalid number', `${lexer.describe()} is not a number; write digits with at most one decimal point.`);
        lexer.advance();
        return { kind: 'number', start, end, text };
      }
      case '[':
        return this.#tuple();
      case '{':
        return this.#object();
      case '(': {
        const outer = lexer.enter(false);
        const inner = this.expression();
        if (!lexer.is(')')) lexer.unexpected('Unclosed parenthesis', 'A closing parenthesis was expected.');
        lexer.leave(outer);
        return { kind: 'parenthesis', start, end: lexer.previousEnd, inner };
      }
      case '<':
        return lexer.unexpected('Invalid expression', 'A value was expected; a heredoc starts with `<<`, a name and the end of the line.');
      case 'end':
        return lexer.unexpected('Missing expression', 'A value was expected.');
      default:
        return lexer.unexpected('Invalid expression', 'A value was expected, such as a string, a number, a list or a reference.');
    }
  }

  #wordOrCall(): Expression {
    const lexer = this.#lexer;
    const { start, end } = lexer;
    const name = lexer.word();
    lexer.advance();
    if (lexer.kind === '(' || lexer.kind === '::') return this.#call(name, start, end);
    switch (name) {
      case 'true':
      case 'false':
        return { kind: 'boolean', start, end, value: name === 'true' };
      case 'null':
        return { kind: 'null', start, end };
      default:
        return { kind: 'variable', start, end, name };
    }
  }

  #call(firstName: string, start: number, firstEnd: number): Call {
    const lexer = this.#lexer;
    const names = [firstName];
    let nameEnd = firstEnd;
    while (lexer.kind === '::') {
      lexer.advance();
      if (!lexer.is('identifier')) lexer.unexpected('Missing function name', 'A name was expected after `::`.');
      names.push(lexer.word());
      nameEnd = lexer.end;
      lexer.advance();
    }
    const name = names.join('::');
    if (lexer.kind !== '(')
      lexer.unexpected('Missing parenthesis', 'A name with `::` is that of a function, whose arguments must follow in parentheses.');
    const outer = lexer.enter(false);
    const args: Expression[] = [];
    let expand = false;
    while (!lexer.is(')') && !expand) {
      args.push(this.expression());
      if (lexer.kind === ',') {
        lexer.advance();
      } else if (lexer.kind === '...') {
        expand = true;
        lexer.advance();
      } else if (lexer.kind !== ')') {
        this.#separatorMissing('Missing comma', 'The arguments of a function are separated by commas and end with a closing parenthesis.', {
          start,
          end: nameEnd,
        });
      }
    }
    if (lexer.kind !== ')') lexer.unexpected('Missing parenthesis', 'Only a closing parenthesis may follow `...`.');
    lexer.leave(outer);
    return { kind: 'call', start, end: lexer.previousEnd, name, nameRange: { start, end: nameEnd }, arguments: args, expand };
  }

  /** What follows a term: `.name`, `.0`, `[key]`, `.*`, `[*]`, as many as there are. */
  #steps(term: Expression): Expression {
    const lexer = this.#lexer;
    let of = term;
    for (;;) {
      if (lexer.kind === '.') {
        lexer.advance();
        if (lexer.is('*')) {
          lexer.advance();
          const each = this.#attributeSteps();
          of = { kind: 'splat', start: term.start, end: lexer.previousEnd, of, full: false, each };
        } else {
          const step = this.#dotted();
          of =
            step.kind === 'get-attribute'
              ? { kind: 'get-attribute', start: term.start, end: lexer.previousEnd, of, name: step.name }
              : { kind: 'index', start: term.start, end: lexer.previousEnd, of, key: step.key, legacy: true };
        }
      } else if (lexer.kind === '[') {
        const key = this.#bracketed();
        if (key === '*') {
          const each = this.#elementSteps();
          return { kind: 'splat', start: term.start, end: lexer.previousEnd, of, full: true, each };
        }
        of = { kind: 'index', start: term.start, end: lexer.previousEnd, of, key, legacy: false };
      } else {
        return of;
      }
    }
  }

  /** What follows `[*]`: all further steps apply to each element. */
  #elementSteps(): SplatStep[] {
    const lexer = this.#lexer;
    const each: SplatStep[] = [];
    let steps = each;
    let levels = 0;
    for (;;) {
      if (lexer.kind === '.') {
        lexer.advance();
        if (lexer.is('*')) {
          lexer.advance();
          steps.push({ kind: 'splat', full: false, each: this.#attributeSteps() });
        } else {
          steps.push(this.#dotted());
        }
      } else if (lexer.kind === '[') {
        const key = this.#bracketed();
        if (key === '*') {
          lexer.deepen();
          levels += 1;
          const nested: SplatStep[] = [];
          steps.push({ kind: 'splat', full: true, each: nested });
          steps = nested;
        } else {
          steps.push({ kind: 'index', key });
        }
      } else {
        lexer.depth -= levels;
        return each;
      }
    }
  }

  /** What follows `.*`: only names and legacy indexes apply to each element. */
  #attributeSteps(): SplatStep[] {
    const lexer = this.#lexer;
    const each: SplatStep[] = [];
    while (lexer.kind === '.') {
      lexer.advance();
      if (lexer.is('*')) lexer.unexpected('Nested splat', 'A `.*` may not follow another; use `[*]` for lists in lists.');
      each.push(this.#dotted());
    }
    return each;
  }

  /** The name or number after a dot. */
  #dotted(): Exclude<SplatStep, { kind: 'splat' }> {
    const lexer = this.#lexer;
    const { start, end } = lexer;
    if (lexer.kind === 'identifier') {
      const name = lexer.word();
      lexer.advance();
      return { kind: 'get-attribute', name };
    }
    if (lexer.kind !== 'number') lexer.unexpected('Missing attribute name', 'The name of an attribute was expected after the dot.');
    const text = lexer.word();
    if (text.includes('.')) {
      lexer.fail(
        'Invalid index',
        `${lexer.describe()} reads as one number; write several indexes in brackets: [${text.slice(0, 20).replaceAll('.', '][')}].`,
      );
    }
    lexer.advance();
    return { kind: 'index', key: { kind: 'number', start, end, text } };
  }

  /** The key between brackets, or `*`. */
  #bracketed(): Expression | '*' {
    const lexer = this.#lexer;
    const { start } = lexer;
    const { newlines } = lexer;
    lexer.advance();
    if (lexer.is('*')) {
      lexer.advance();
      if (!lexer.is(']')) lexer.unexpected('Missing bracket', 'A closing bracket was expected right after `[*`.');
      lexer.advance();
      return '*';
    }
    lexer.newlines = false;
    lexer.jump(start + 1);
    const key = this.expression();
    if (!lexer.is(']')) lexer.unexpected('Missing bracket', 'A closing bracket was expected after the index.');
    lexer.leave(newlines);
    return key;
  }

  #tuple(): Expression {
    const lexer = this.#lexer;
    const { start } = lexer;
    const open = { start, end: lexer.end };
    const outer = lexer.enter(false);
    if (lexer.isWord('for')) return this.#for('tuple', start, outer);
    const items: Expression[] = [];
    while (!lexer.is(']')) {
      items.push(this.expression());
      if (lexer.kind === ',') lexer.advance();
      else if (lexer.kind !== ']')
        this.#separatorMissing('Missing comma', 'The items of a list are separated by commas and end with a closing bracket.', open);
    }
    lexer.leave(outer);
    return { kind: 'tuple', start, end: lexer.previousEnd, items };
  }

  #object(): ObjectExpression | ForExpression {
    const lexer = this.#lexer;
    const { start } = lexer;
    const open = { start, end: lexer.end };
    const outer = lexer.enter(true);
    this.#skipNewlines();
    if (lexer.isWord('for')) {
      lexer.newlines = false;
      return this.#for('object', start, outer);
    }
    const items: ObjectItem[] = [];
    while (!lexer.is('}')) {
      items.push(this.#objectItem(open));
      if (lexer.kind === ',' || lexer.kind === 'newline') {
        lexer.advance();
        this.#skipNewlines();
      } else if (lexer.kind !== '}') {
        this.#separatorMissing(
          'Missing separator',
          'The items of an object are separated by commas or line breaks and end with a closing brace.',
          open,
        );
      }
    }
    lexer.leave(outer);
    return { kind: 'object', start, end: lexer.previousEnd, items };
  }

  #objectItem(open: Range): ObjectItem {
    const lexer = this.#lexer;
    const bare = lexer.kind === 'identifier';
    const key = this.expression();
    if (lexer.kind !== '=' && lexer.kind !== ':')
      this.#separatorMissing('Missing value', 'An equals sign and a value were expected after the key, on the same line.', open);
    lexer.advance();
    const value = this.expression();
    if (bare && (key.kind === 'variable' || key.kind === 'boolean' || key.kind === 'null')) {
      return { key: { kind: 'name', start: key.start, end: key.end, name: lexer.text.slice(key.start, key.end) }, value };
    }
    return { key, value };
  }

  /** Fails at the current token; when that is the end of the file, at what was opened and never closed. */
  #separatorMissing(summary: string, expected: string, open: Range): never {
    if (this.#lexer.kind === 'end')
      return this.#lexer.fail('Unclosed bracket', `The file ends before this is closed. ${expected}`, open.start, open.end);
    return this.#lexer.unexpected(summary, expected);
  }

  #skipNewlines(): void {
    while (this.#lexer.kind === 'newline') this.#lexer.advance();
  }

  /** From the word `for`; the opening bracket is passed. */
  #for(form: 'tuple' | 'object', start: number, outer: boolean): ForExpression {
    const lexer = this.#lexer;
    lexer.advance();
    const { keyName, valueName } = this.templates.loopNames();
    const collection = this.expression();
    if (lexer.kind !== ':') lexer.unexpected('Invalid `for` expression', 'A colon was expected after the collection.');
    lexer.advance();
    let value = this.expression();
    let key: Expression | null = null;
    if (lexer.kind === '=>') {
      if (form === 'tuple')
        lexer.fail(
          'Invalid `for` expression',
          'A list has no keys; write only the value, or braces instead of the brackets.',
          value.start,
          lexer.end,
        );
      lexer.advance();
      key = value;
      value = this.expression();
    } else if (form === 'object') {
      lexer.unexpected('Invalid `for` expression', 'An object needs a key for each value: `key => value`.');
    }
    const group = lexer.kind === '...';
    if (group) {
      if (form === 'tuple') lexer.unexpected('Invalid `for` expression', 'Only the values of an object can be grouped.');
      lexer.advance();
    }
    let condition: Expression | null = null;
    if (lexer.isWord('if')) {
      lexer.advance();
      condition = this.expression();
    }
    if (lexer.kind !== (form === 'tuple' ? ']' : '}'))
      lexer.unexpected('Invalid `for` expression', `Only a condition or the closing ${form === 'tuple' ? 'bracket' : 'brace'} may follow.`);
    lexer.leave(outer);
    return { kind: 'for', start, end: lexer.previousEnd, form, keyName, valueName, collection, key, value, condition, group };
  }
}
