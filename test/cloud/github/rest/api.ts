/** The calls of GitHub's REST API that a comment and an issue need: routes, rights, validation, pages. */
import { isRecord } from '../../values.ts';
import type { Comment, Conversation, Conversations, User } from './conversations.ts';
import { docs, invalid, issuesDisabled, locked, notAccessible, notFound, notJson, type Reply } from './replies.ts';

export type Access = 'none' | 'read' | 'write';

/** What a token may do; a job's `permissions:`. */
export interface Permissions {
  readonly issues: Access;
  readonly pullRequests: Access;
}

export interface Holder {
  readonly user: User;
  readonly permissions: Permissions;
}

export interface ApiState {
  readonly repository: string;
  readonly conversations: Conversations;
  hasIssues: boolean;
  /** Anybody may read it. */
  isPublic: boolean;
}

export interface ApiCall {
  readonly method: string;
  readonly url: URL;
  /** Parsed; undefined if there was none. */
  readonly body: unknown;
  readonly holder: Holder;
}

const longestBody = 65_536;
const longestTitle = 256;

/** Answers a call by one of the job's tokens. */
export function answerApi(state: ApiState, call: ApiCall): Reply {
  const { method, url } = call;
  if (url.pathname === '/graphql') return answerGraphql(call);
  const prefix = `/repos/${state.repository}/issues`;
  if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) return notFound();
  const path = url.pathname.slice(prefix.length);
  const body = isRecord(call.body) ? call.body : {};
  if ((method === 'POST' || method === 'PATCH') && !isRecord(call.body)) return notJson();
  const comments = /^\/(\d+)\/comments$/.exec(path)?.[1];
  if (comments !== undefined) return answerComments(state, call, Number(comments), body);
  const comment = /^\/comments\/(\d+)$/.exec(path)?.[1];
  if (comment !== undefined) return answerComment(state, call, Number(comment), body);
  if (path === '') return answerIssues(state, call, body);
  const issue = /^\/(\d+)$/.exec(path)?.[1];
  return issue === undefined ? notFound() : answerIssue(state, call, Number(issue), body);
}

/** Only the one question is understood. */
function answerGraphql({ method, body, holder }: ApiCall): Reply {
  const query = isRecord(body) ? String(body['query']).replace(/\s+/g, '') : '';
  if (method !== 'POST' || !/^(?:query)?\{viewer\{login\}\}$/.test(query)) {
    return { status: 200, body: { errors: [{ type: 'undefinedField', message: 'the fake knows viewer alone' }] } };
  }
  return { status: 200, body: { data: { viewer: { login: holder.user.login } } } };
}

function mayRead(state: ApiState, { permissions }: Holder, isPullRequest: boolean): boolean {
  return state.isPublic || permissions.issues !== 'none' || (isPullRequest && permissions.pullRequests !== 'none');
}

function mayWrite({ permissions }: Holder, isPullRequest: boolean): boolean {
  return permissions.issues === 'write' || (isPullRequest && permissions.pullRequests === 'write');
}

const writing = 'issues=write; pull_requests=write';
const reading = 'issues=read; pull_requests=read';

function answerComments(state: ApiState, call: ApiCall, number: number, body: Record<string, unknown>): Reply {
  const conversation = state.conversations.get(number);
  if (call.method === 'GET') {
    if (conversation === undefined) return notFound(docs.listComments);
    if (!mayRead(state, call.holder, conversation.isPullRequest)) return notAccessible(docs.listComments, reading);
    return page(
      call.url,
      conversation.comments.map((comment) => commentBody(state, conversation, comment)),
    );
  }
  if (call.method !== 'POST' || conversation === undefined) return notFound(docs.createComment);
  if (!mayWrite(call.holder, conversation.isPullRequest)) return notAccessible(docs.createComment, writing);
  if (conversation.locked) return locked();
  const wrong = wrongComment(body, docs.createComment);
  if (wrong !== undefined) return wrong;
  const comment = state.conversations.comment(number, call.holder.user, String(body['body']));
  return { status: 201, body: commentBody(state, conversation, comment) };
}

function wrongComment({ body }: Record<string, unknown>, url: string): Reply | undefined {
  const resource = 'IssueComment';
  if (typeof body !== 'string' || body.trim() === '') {
    return invalid(url, { resource, code: 'missing_field', field: 'body' });
  }
  const message = `Body is too long (maximum is ${longestBody} characters)`;
  return [...body].length > longestBody
    ? invalid(url, { resource, code: 'unprocessable', field: 'data', message })
    : undefined;
}

function answerComment(state: ApiState, call: ApiCall, id: number, body: Record<string, unknown>): Reply {
  const url = call.method === 'DELETE' ? docs.deleteComment : docs.updateComment;
  const found = state.conversations.find(id);
  if (found === undefined || (call.method !== 'PATCH' && call.method !== 'DELETE')) return notFound(url);
  const { conversation, comment } = found;
  if (!mayWrite(call.holder, conversation.isPullRequest)) return notAccessible(url, writing);
  if (call.method === 'DELETE') {
    state.conversations.remove(id);
    return { status: 204 };
  }
  const wrong = wrongComment(body, url);
  if (wrong !== undefined) return wrong;
  state.conversations.edit(comment, String(body['body']));
  return { status: 200, body: commentBody(state, conversation, comment) };
}

function answerIssues(state: ApiState, call: ApiCall, body: Record<string, unknown>): Reply {
  const { conversations } = state;
  if (call.method === 'GET') {
    if (!state.hasIssues) return issuesDisabled(docs.listIssues);
    if (!mayRead(state, call.holder, false)) return notAccessible(docs.listIssues, 'issues=read');
    const wanted = call.url.searchParams.get('state') ?? 'open';
    const newestFirst = (call.url.searchParams.get('direction') ?? 'desc') === 'desc';
    const fitting = conversations.all().filter((one) => wanted === 'all' || one.state === wanted);
    const sorted = fitting.toSorted((a, b) => (newestFirst ? b.number - a.number : a.number - b.number));
    return page(
      call.url,
      sorted.map((one) => issueBody(state, one)),
    );
  }
  if (call.method !== 'POST') return notFound();
  if (!state.hasIssues) return issuesDisabled(docs.createIssue);
  if (!mayWrite(call.holder, false)) return notAccessible(docs.createIssue, 'issues=write');
  const wrong = wrongIssue(body, docs.createIssue, true);
  if (wrong !== undefined) return wrong;
  const opening = { user: call.holder.user, title: String(body['title']), body: String(body['body'] ?? '') };
  return { status: 201, body: issueBody(state, conversations.open(opening)) };
}

function wrongIssue(given: Record<string, unknown>, url: string, isNew: boolean): Reply | undefined {
  const { title, body, state, state_reason: reason } = given;
  const resource = 'Issue';
  if ((isNew || title !== undefined) && (typeof title !== 'string' || title.trim() === '')) {
    return invalid(url, { resource, code: 'missing_field', field: 'title' });
  }
  const tooLong = (field: string, most: number): Reply =>
    invalid(url, { resource, code: 'custom', field, message: `${field} is too long (maximum is ${most} characters)` });
  if (typeof title === 'string' && [...title].length > longestTitle) return tooLong('title', longestTitle);
  if (typeof body === 'string' && [...body].length > longestBody) return tooLong('body', longestBody);
  if (state !== undefined && state !== 'open' && state !== 'closed') {
    return invalid(url, { resource, code: 'invalid', field: 'state' });
  }
  const reasons: readonly unknown[] = [undefined, null, 'completed', 'not_planned', 'duplicate', 'reopened'];
  return reasons.includes(reason) ? undefined : invalid(url, { resource, code: 'invalid', field: 'state_reason' });
}

function answerIssue(state: ApiState, call: ApiCall, number: number, body: Record<string, unknown>): Reply {
  const conversation = state.conversations.get(number);
  if (conversation === undefined || call.method !== 'PATCH') return notFound(docs.updateIssue);
  if (!mayWrite(call.holder, conversation.isPullRequest)) return notAccessible(docs.updateIssue, 'issues=write');
  const wrong = wrongIssue(body, docs.updateIssue, false);
  if (wrong !== undefined) return wrong;
  if (typeof body['title'] === 'string') conversation.title = body['title'];
  if (typeof body['body'] === 'string') conversation.body = body['body'];
  // Labels that are given replace those that are there.
  if (Array.isArray(body['labels'])) conversation.labels = body['labels'].map(String);
  if (body['state'] === 'open' || body['state'] === 'closed') {
    conversation.state = body['state'];
    conversation.state_reason = typeof body['state_reason'] === 'string' ? body['state_reason'] : null;
  }
  return { status: 200, body: issueBody(state, conversation) };
}

/** The page that is asked for, and where the others are: at most a hundred items, thirty unless told. */
function page(url: URL, items: readonly unknown[]): Reply {
  const whole = (name: string, preset: number): number => {
    const value = Number(url.searchParams.get(name) ?? preset);
    return Number.isInteger(value) && value > 0 ? value : preset;
  };
  const size = Math.min(100, whole('per_page', 30));
  const number = whole('page', 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (at: number, rel: string): string => {
    const other = new URL(url);
    other.searchParams.set('page', String(at));
    return `<${other.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  const headers: Record<string, string> = links.length === 0 ? {} : { link: links.join(', ') };
  return { status: 200, body: items.slice((number - 1) * size, number * size), headers };
}

function commentBody({ repository }: ApiState, { number }: Conversation, comment: Comment): unknown {
  const { id, user, body, created_at, updated_at } = comment;
  return {
    ...{ id, body, user, created_at, updated_at, author_association: user.type === 'Bot' ? 'NONE' : 'CONTRIBUTOR' },
    html_url: `https://github.com/${repository}/issues/${number}#issuecomment-${id}`,
  };
}

function issueBody({ repository }: ApiState, conversation: Conversation): unknown {
  const { number, isPullRequest, comments, labels, ...rest } = conversation;
  const html_url = `https://github.com/${repository}/${isPullRequest ? 'pull' : 'issues'}/${number}`;
  return {
    ...{ id: 1_900_000_000 + number, number, ...rest, html_url, comments: comments.length },
    labels: labels.map((name) => ({ name })),
    ...(isPullRequest ? { pull_request: { html_url } } : {}),
  };
}
