/**
 * What a pull request of the fake GitHub changes, and the review comments on it: refuses lines that are not in the diff, and moves
 * comments along when the diff changes.
 * Sources: https://docs.github.com/rest/pulls/reviews and /comments; the words of refusals as they were seen.
 */
import { structuredPatch } from 'diff';
import { bodyOf, invalid, paged, refusal } from './github-reply.ts';
import type { Reply } from './github-reply.ts';

export interface ChangedFile {
  readonly filename: string;
  /** Null: the file is new. */
  readonly before: string | null;
  readonly after: string;
  /** GitHub leaves out the diff of a large file. */
  readonly large?: boolean;
}

interface Author {
  readonly id: number;
  readonly login: string;
  readonly type: string;
}

export interface StoredReviewComment {
  readonly id: number;
  readonly pull: number;
  readonly review: number;
  readonly user: Author;
  readonly body: string;
  readonly path: string;
  readonly startLine: number | null;
  /** Null once the lines it was about are no longer in the diff. */
  readonly line: number | null;
  readonly inReplyTo: number | null;
  /** What stood in its lines. */
  readonly about: readonly string[];
}

interface RightLine {
  readonly line: number;
  readonly hunk: number;
  readonly text: string;
}

export class FakeReviews {
  readonly #files = new Map<number, readonly ChangedFile[]>();
  readonly #comments = new Map<number, StoredReviewComment>();
  #nextId = 2000;

  /** Sets what a pull request changes; comments that are there move along or become outdated. */
  setFiles(pull: number, files: readonly ChangedFile[]): void {
    this.#files.set(pull, files);
    for (const comment of this.of(pull)) {
      const lines = this.#rightLines(pull, comment.path);
      const at = lines.filter((_, index) => comment.about.every((text, offset) => lines[index + offset]?.text === text));
      const [start] = at;
      const moved = at.length !== 1 || start === undefined ? null : start.line + comment.about.length - 1;
      const startLine = moved === null || comment.startLine === null ? null : (start?.line ?? null);
      this.#comments.set(comment.id, { ...comment, line: moved, startLine });
    }
  }

  /** Oldest first. */
  of(pull: number): StoredReviewComment[] {
    return [...this.#comments.values()].filter((comment) => comment.pull === pull);
  }

  /** Seeds a reply, or a comment of anybody. */
  add(comment: Pick<StoredReviewComment, 'pull' | 'user' | 'body'> & Partial<StoredReviewComment>): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#comments.set(id, { review: id, path: 'main.tf', startLine: null, line: 1, inReplyTo: null, about: [], ...comment, id });
    return id;
  }

  files(pull: number, url: URL, base: string): Reply {
    const shown = (this.#files.get(pull) ?? []).map((file) => ({
      filename: file.filename,
      status: file.before === null ? 'added' : 'modified',
      ...(file.large === true ? {} : { patch: patchOf(file) }),
    }));
    return paged(url, shown.slice(0, 3000), base);
  }

  list(pull: number, url: URL, base: string): Reply {
    return paged(url, this.of(pull).map(toJson), base);
  }

  /** All of a review's comments are taken or none. */
  create(pull: number, headSha: string, user: Author, json: string): Reply {
    const body = bodyOf(json);
    if (body === null) return refusal(400, 'Problems parsing JSON');
    const comments = (body['comments'] ?? []) as readonly Record<string, unknown>[];
    if (body['event'] !== 'COMMENT') return invalid('Validation Failed', ['this fake only knows the event COMMENT']);
    if (body['commit_id'] !== headSha) return invalid('Validation Failed', ['commit_id is not part of the pull request']);
    if (comments.length === 0 && body['body'] === undefined) return invalid('Validation Failed', ["Body can't be blank"]);
    const read = comments.map((comment) => this.#read(pull, comment));
    const wrong = read.filter((each) => typeof each === 'string');
    if (wrong.length > 0) return invalid('Unprocessable Entity', wrong);
    const review = this.#nextId;
    for (const each of read) if (typeof each !== 'string') this.add({ ...each, pull, user, review });
    return { status: 200, json: { id: review, state: 'COMMENTED', user } };
  }

  update(id: number, json: string): Reply {
    const comment = this.#comments.get(id);
    if (comment === undefined) return refusal(404, 'Not Found');
    const text = bodyOf(json)?.['body'];
    if (typeof text !== 'string' || text.trim() === '' || text.length > 65_536)
      return invalid('Validation Failed', ["Body can't be blank"]);
    const changed = { ...comment, body: text };
    this.#comments.set(id, changed);
    return { status: 200, json: toJson(changed) };
  }

  remove(id: number): Reply {
    return this.#comments.delete(id) ? { status: 204 } : refusal(404, 'Not Found');
  }

  #read(
    pull: number,
    comment: Record<string, unknown>,
  ): Pick<StoredReviewComment, 'path' | 'body' | 'line' | 'startLine' | 'about'> | string {
    const { path, body, line, side, start_line: startLine = null, start_side: startSide = null } = comment;
    if (typeof path !== 'string' || !(this.#files.get(pull) ?? []).some(({ filename }) => filename === path))
      return 'Path could not be resolved';
    if (typeof body !== 'string' || body.trim() === '') return "Body can't be blank";
    if (body.length > 65_536) return 'Body is too long (maximum is 65536 characters)';
    const lines = this.#rightLines(pull, path);
    const end = lines.find((each) => each.line === line);
    if (side !== 'RIGHT' || end === undefined)
      return "Pull request review thread line must be part of the diff and Pull request review thread diff hunk can't be blank";
    if (startLine === null) return { path, body, line: end.line, startLine: null, about: [end.text] };
    if (typeof startLine !== 'number' || startLine >= end.line) return 'Pull request review thread start line must precede the end line.';
    const start = lines.find((each) => each.line === startLine);
    if (startSide !== 'RIGHT' || start === undefined || start.hunk !== end.hunk)
      return 'Pull request review thread start line must be part of the same hunk as the line.';
    const about = lines.filter((each) => each.line >= startLine && each.line <= end.line).map(({ text }) => text);
    return { path, body, line: end.line, startLine, about };
  }

  #rightLines(pull: number, path: string): RightLine[] {
    const file = (this.#files.get(pull) ?? []).find(({ filename }) => filename === path);
    if (file === undefined || file.large === true) return [];
    return hunksOf(file).flatMap(({ newStart, lines }, hunk) =>
      lines.filter((each) => /^[ +]/u.test(each)).map((each, index) => ({ line: newStart + index, hunk, text: each.slice(1) })),
    );
  }
}

function hunksOf({ before, after }: ChangedFile) {
  return structuredPatch('', '', before ?? '', after, undefined, undefined, { context: 3 }).hunks;
}

function patchOf(file: ChangedFile): string {
  return hunksOf(file)
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldLines === 0 ? oldStart - 1 : oldStart},${oldLines} +${newLines === 0 ? newStart - 1 : newStart},${newLines} @@`,
      ...lines,
    ])
    .join('\n');
}

function toJson({ id, review, user, body, path, startLine, line, inReplyTo }: StoredReviewComment): object {
  return {
    id,
    pull_request_review_id: review,
    user,
    body,
    path,
    line,
    start_line: startLine,
    side: 'RIGHT',
    ...(inReplyTo === null ? {} : { in_reply_to_id: inReplyTo }),
  };
}
