/** Users, domains and projects in requests and in words. Pure. */
import type { DomainChoice, ProjectChoice, UserChoice } from './way.ts';

/** The project with the domain that its name is looked up in: Keystone wants to be told. */
export function inDomain(project: ProjectChoice, domain: DomainChoice | undefined): ProjectChoice {
  return 'id' in project || project.domain !== undefined || domain === undefined ? project : { ...project, domain };
}

export function domainOf(user: UserChoice): DomainChoice | undefined {
  return 'domain' in user ? user.domain : undefined;
}

/** A name that can be no secret in the wrong input: the summary escapes special characters, and the runner would not find what it has to mask. */
export function isPlainName(name: string): boolean {
  return /^[\w.-]+(?: [\w.-]+)*(?:@(?:[\w-]+\.)+[a-z]{2,})?$/.test(name);
}

/** `user "ci-bot"`, unless it may be the password in the wrong input. */
export function userWords(user: UserChoice): string {
  if ('id' in user) {
    return `the user with id ${user.id}`;
  }
  return isPlainName(user.name) ? `user "${user.name}"` : 'a user of the given name';
}

export function domainWords(domain: DomainChoice): string {
  return 'id' in domain ? `the domain with id ${domain.id}` : `domain "${domain.name}"`;
}

/** Ids of Keystone and IAM; anything else may be a name in the wrong place. */
export function looksLikeId(text: string): boolean {
  return /^(?:[0-9a-f-]{32,64}|default)$/i.test(text);
}

export function projectWords(project: ProjectChoice): string {
  if ('id' in project) {
    return `the project with id ${project.id}`;
  }
  return `the project "${project.name}"${project.domain === undefined ? '' : ` of ${domainWords(project.domain)}`}`;
}
