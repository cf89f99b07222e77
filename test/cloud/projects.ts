import { type Answer, keystoneError } from './answer.ts';
import type { Principal, Project } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import type { Incoming } from './request.ts';
import type { Attributes } from './values.ts';

/** GET /v3/auth/projects: those that the caller has a role in. */
export function ownProjects({ identities, authUrl }: IdentityService, { user }: Principal): Answer {
  const own = identities.projects.filter((project) => user.projects.includes(project.id));
  return projectList(own, authUrl, 'auth/projects');
}

/** GET /v3/projects: on otc all of the caller's account, by name if one is given; elsewhere only for administrators. */
export function accountProjects(service: IdentityService, { user }: Principal, { query }: Incoming): Answer {
  const { identities, authUrl, settings } = service;
  if (settings.dialect !== 'otc' && !user.admin) {
    const message = 'You are not authorized to perform the requested action: identity:list_projects.';
    throw keystoneError(403, 'Forbidden', message);
  }
  const name = query.get('name');
  const inAccount = identities.projects.filter(({ domain }) => domain === user.domain);
  return projectList(
    inAccount.filter((project) => name === null || project.name === name),
    authUrl,
    'projects',
  );
}

function projectList(listed: Project[], authUrl: string, path: string): Answer {
  const projects = listed.map(({ id, name, domain: { id: domain_id } }) => ({
    ...{ id, name, domain_id, description: '', enabled: true, parent_id: domain_id, is_domain: false, tags: [] },
    ...{ options: {}, links: { self: `${authUrl}/projects/${id}` } },
  }));
  return { status: 200, body: { projects, links: links(`${authUrl}/${path}`) } };
}

/** GET /v3/auth/domains: on otc the caller's account; elsewhere none, since all roles are in projects. */
export function ownDomains({ authUrl, settings }: IdentityService, { user: { domain } }: Principal): Answer {
  const { id, name } = domain;
  const own = { id, name, description: '', enabled: true, links: { self: `${authUrl}/domains/${id}` } };
  const domains = settings.dialect === 'otc' ? [own] : [];
  return { status: 200, body: { domains, links: links(`${authUrl}/auth/domains`) } };
}

function links(self: string): Attributes {
  return { next: null, self, previous: null };
}
