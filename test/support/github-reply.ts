/** How the fake GitHub answers, whatever the endpoint. */

export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const DOCUMENTATION = 'https://docs.github.com/rest';

export function refusal(status: number, message: string): Reply {
  return { status, json: { message, documentation_url: DOCUMENTATION, status: String(status) } };
}

/** A 422; `errors` are sentences or objects, as the endpoint has them. */
export function invalid(message: string, errors?: readonly unknown[]): Reply {
  const details = errors === undefined ? {} : { errors };
  return { status: 422, json: { message, ...details, documentation_url: DOCUMENTATION, status: '422' } };
}

/** The body of a request as an object, or null where it is none. */
export function bodyOf(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const data: unknown = JSON.parse(json);
    return typeof data === 'object' && data !== null ? { ...data } : null;
  } catch {
    return null;
  }
}

/** One page of the items as the query asks for it, with the links to the others; `wrap` makes the body of it. */
export function paged(
  url: URL,
  items: readonly unknown[],
  base: string,
  wrap: (page: readonly unknown[]) => unknown = (page) => page,
): Reply {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Math.max(1, Number(url.searchParams.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, relation: string) => `<${base}${url.pathname}?per_page=${size}&page=${to}>; rel="${relation}"`;
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  return {
    status: 200,
    json: wrap(items.slice((page - 1) * size, page * size)),
    ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
  };
}
